"""Pictures: their columns are as tall as their figures, and nothing in them can break a page."""

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.kernel.ids import Language
from ropa.render import outline
from ropa.render.document import Box, Columns, Flow, Mark, Picture, Table, all_sections
from ropa.render.svg import draw
from tests.render.papers import retention

marks = st.sampled_from(Mark)


@st.composite
def columns(draws: st.DrawFn) -> Columns:
    series = draws(st.lists(st.tuples(st.text(), marks), min_size=1, max_size=4))
    figures = st.tuples(*(st.integers(0, 10**6) for _ in series))
    return Columns(
        title=draws(st.text()),
        description=draws(st.text()),
        series=tuple(series),
        columns=tuple(draws(st.lists(st.tuples(st.text(), figures), max_size=40))),
        stacked=draws(st.booleans()),
    )


boxes = st.builds(
    Box, label=st.text(), lines=st.lists(st.text(), max_size=9).map(tuple), mark=marks
)


@st.composite
def flows(draws: st.DrawFn) -> Flow:
    stage = st.tuples(st.text(), st.lists(boxes, min_size=1, max_size=6).map(tuple))
    stages = tuple(draws(st.lists(stage, min_size=2, max_size=4)))
    places = [
        [(number, place) for place in range(len(each))] for number, (_, each) in enumerate(stages)
    ]
    return Flow(
        title=draws(st.text()),
        description=draws(st.text()),
        stages=stages,
        links=tuple(
            (start, end) for left, right in pairwise(places) for start in left for end in right
        ),
    )


def drawn(picture: Picture) -> ET.Element:
    return ET.fromstring(draw(picture))  # noqa: S314 - our own


def number(found: ET.Element, name: str) -> float:
    return float(found.get(name, ""))


@given(columns() | flows())
def test_a_picture_is_whole_whatever_it_shows(picture: Picture) -> None:
    root = drawn(picture)
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == ["title", "desc"]
    _, _, wide, tall = map(float, root.get("viewBox", "").split())
    for one in root.iter("rect"):
        assert number(one, "x") >= 0
        assert number(one, "y") >= 0
        assert number(one, "x") + number(one, "width") <= wide + 0.1
        assert number(one, "y") + number(one, "height") <= tall + 0.1
    tags = {child.tag for child in root.iter()}
    assert tags <= {"svg", "title", "desc", "rect", "text", "line", "path"}


def tall_ones(picture: Columns) -> list[float]:
    return [number(one, "height") for one in drawn(picture).iter("rect")]


def test_half_as_much_is_half_as_tall_and_nothing_is_not_drawn() -> None:
    shown = (("a", (1000,)), ("b", (500,)), ("c", (0,)))
    one = Columns(title="", description="", series=(("x", Mark.PLAIN),), columns=shown)
    first, second = tall_ones(one)
    assert first == pytest.approx(2 * second)


def test_the_parts_of_a_column_stand_on_each_other() -> None:
    series = (("kept", Mark.PLAIN), ("late", Mark.GAP))
    picture = Columns(title="", description="", series=series, columns=(("March", (3, 1)),))
    *_, kept, late = drawn(picture).iter("rect")
    assert number(late, "y") + number(late, "height") == pytest.approx(number(kept, "y"))
    assert kept.get("fill") != late.get("fill")


def test_what_are_no_parts_of_a_whole_stand_side_by_side() -> None:
    series = (("given", Mark.PLAIN), ("withdrawn", Mark.GAP))
    picture = Columns(
        title="", description="", series=series, columns=(("March", (4, 1)),), stacked=False
    )
    *_, given_, withdrawn = drawn(picture).iter("rect")
    assert number(given_, "x") + number(given_, "width") == pytest.approx(number(withdrawn, "x"))
    assert number(given_, "height") == pytest.approx(4 * number(withdrawn, "height"))


def test_the_boxes_of_a_stage_do_not_lie_over_each_other() -> None:
    stage = ("To", tuple(Box(label="A recipient " * 20, lines=("x",)) for _ in range(5)))
    picture = Flow(title="", description="", stages=(stage, stage), links=())
    found = [(number(one, "x"), number(one, "y"), number(one, "height"))
             for one in drawn(picture).iter("rect")]  # fmt: skip
    assert len(found) == 10
    for (x, y, height), (next_x, next_y, _) in pairwise(found):
        assert x < next_x or y + height < next_y


@given(flows())
def test_each_link_leads_from_place_to_place(picture: Flow) -> None:
    paths = list(drawn(picture).iter("path"))
    assert len(paths) == 2 * len(picture.links)


def test_the_plan_of_disposal_is_drawn_from_its_table() -> None:
    paper = retention(Language.EN)
    (table,) = (
        block
        for section in all_sections(outline(paper, Language.EN).sections)
        for block in section.blocks
        if isinstance(block, Table) and block.picture
    )
    assert isinstance(table.picture, Columns)
    shown = {label: sum(figures) for label, figures in table.picture.columns}
    dated = [one for one in paper.entries if one.waiting is None]
    assert sum(shown.values()) == sum(one.units.count for one in dated)
    months = [label for label in shown if " " in label and label != "Due now"]
    assert len(months) >= len({one.month for one in dated if one.month})
    assert [mark for _, mark in table.picture.series] == [Mark.PLAIN, Mark.GAP]
    assert [label for label, (_, overdue) in table.picture.columns if overdue] == ["Due now"]
