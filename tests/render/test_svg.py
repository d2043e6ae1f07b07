"""Pictures: their bars are as long as their figures, and nothing in them can break a page."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from ropa.kernel.ids import Language
from ropa.render import outline
from ropa.render.document import Bar, Mark, Picture, Table, all_sections
from ropa.render.svg import draw
from tests.render.papers import retention

bars = st.builds(
    Bar,
    label=st.text(),
    value=st.integers(0, 10**9),
    shown=st.text(),
    mark=st.sampled_from([Mark.PLAIN, Mark.GAP]),
)


@given(st.text(), st.text(), st.lists(bars, max_size=8).map(tuple))
def test_a_picture_is_whole_whatever_it_shows(
    title: str, description: str, shown: tuple[Bar, ...]
) -> None:
    drawn = draw(Picture(title=title, description=description, bars=shown))
    root = ET.fromstring(drawn)  # noqa: S314 - our own
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == ["title", "desc"]
    lengths = [int(one.get("width", "")) for one in root.iter("rect")]
    assert len(lengths) == len(shown)
    for one, length in zip(shown, lengths, strict=True):
        assert (length > 0) == (one.value > 0)
        assert all(length >= other for o, other in zip(shown, lengths, strict=True)
                   if one.value >= o.value)  # fmt: skip
    texts = {child.tag for child in root.iter()}
    assert texts <= {"svg", "title", "desc", "rect", "text"}


def test_half_as_much_is_half_as_long() -> None:
    shown = tuple(Bar(label="x", value=value, shown="x") for value in (1000, 500, 0))
    root = ET.fromstring(draw(Picture(title="", description="", bars=shown)))  # noqa: S314
    first, second, third = (int(one.get("width", "")) for one in root.iter("rect"))
    assert (first, third) == (2 * second, 0)


def test_the_plan_of_disposal_is_drawn_from_its_table() -> None:
    paper = retention(Language.EN)
    (table,) = (
        block
        for section in all_sections(outline(paper, Language.EN).sections)
        for block in section.blocks
        if isinstance(block, Table) and block.picture
    )
    assert table.picture is not None
    drawn = {bar.label: bar.value for bar in table.picture.bars}
    dated = [one for one in paper.entries if one.waiting is None]
    assert sum(drawn.values()) == sum(one.units.count for one in dated)
    months = [label for label in drawn if label not in {"Due now", "Later"}]
    assert len(months) >= len({one.month for one in dated if one.month})
    assert [bar.label for bar in table.picture.bars if bar.mark is Mark.GAP] == ["Due now"]
