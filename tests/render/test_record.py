"""The record of processing activities as a document: its front page, and where data flows."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ropa.kernel.ids import Language
from ropa.kernel.law import LocalText
from ropa.render import Format, Words, outline, render, render_bytes, signs
from ropa.render.document import Figures, Flow, Mark, Section, Table, all_sections
from ropa.reports.article30 import model as art
from ropa.reports.article30.transfers import is_open
from ropa.reports.cell import Cell, Gap, Severity
from tests.render.papers import ACTIVITIES, RECIPIENTS, article30, both, c, none, recipient
from tests.render.test_pdf import text_of
from tests.render.test_render import EVERY_LANGUAGE

GAP: Cell[Any] = Cell(gap=Gap(article=None, severity=Severity.NOTE))


def table(
    found: art.Activity, language: Language = Language.EN, *recipients: art.Recipient
) -> Table:
    """Give the table of an activity's data flow."""
    record = article30(language)
    record = replace(record, activities=(found,), recipients=recipients or record.recipients)
    section = section_of(record, f"activity-{found.activity}-beyond", language)
    return next(block for block in section.blocks if getattr(block, "picture", None))  # type: ignore[return-value]


def drawn(found: art.Activity, *recipients: art.Recipient) -> Flow:
    """Give the picture of an activity's data flow."""
    picture = table(found, Language.EN, *recipients).picture
    assert isinstance(picture, Flow)
    return picture


def section_of(record: art.Article30, name: str, language: Language = Language.EN) -> Section:
    return next(one for one in all_sections(outline(record, language).sections) if one.id == name)


def marks(picture: Flow, stage: int) -> list[tuple[str, Mark]]:
    return [(box.label, box.mark) for box in picture.stages[stage][1]]


@pytest.mark.parametrize("found", ACTIVITIES, ids=lambda one: one.activity)
@EVERY_LANGUAGE
def test_each_link_of_the_picture_leads_from_one_place_to_one_of_the_next_stage(
    found: art.Activity, language: Language
) -> None:
    picture = table(found, language).picture
    assert isinstance(picture, Flow)
    for (stage, place), (other, goal) in picture.links:
        assert other == stage + 1
        assert place < len(picture.stages[stage][1])
        assert goal < len(picture.stages[other][1])
    assert all(head and boxes for head, boxes in picture.stages)


@pytest.mark.parametrize("found", ACTIVITIES, ids=lambda one: one.activity)
@EVERY_LANGUAGE
def test_all_that_stands_in_the_picture_stands_in_its_table(
    found: art.Activity, language: Language
) -> None:
    behind = table(found, language)
    said = " ".join(line for row in behind.rows for cell in row for line in cell.lines)
    assert isinstance(behind.picture, Flow)
    for _, boxes in behind.picture.stages:
        assert all(words in said for box in boxes for words in (box.label, *box.lines))


def test_a_transfer_without_a_safeguard_is_a_gap_in_the_picture() -> None:
    found = drawn(ACTIVITIES[0])
    assert marks(found, 2) == [
        ("Paketbolaget Exempel AB", Mark.GAP),
        ("Payment service", Mark.PLAIN),
        ("mail-service", Mark.GAP),
    ]
    assert marks(found, 3) == [("India", Mark.PLAIN), ("United States", Mark.PLAIN)]
    assert set(found.links) >= {((2, 0), (3, 0)), ((2, 1), (3, 1))}


def test_disclosed_to_nobody_is_said_quietly_and_leads_to_no_country() -> None:
    found = drawn(ACTIVITIES[1])
    assert marks(found, 2) == [("Disclosed to nobody", Mark.QUIET)]
    assert len(found.stages) == 3


def test_what_is_not_declared_is_a_gap_in_the_picture() -> None:
    found = drawn(replace(ACTIVITIES[3], sources=GAP, categories=GAP))
    assert [marks(found, stage)[0][1] for stage in range(3)] == [Mark.GAP] * 3
    assert marks(found, 2)[0][0] == "Not declared: recipients (Art. 30(1)(d))"


@pytest.mark.parametrize(
    ("country", "is_gap"), [(c("SE"), False), (c("NO"), False), (c("US"), True), (GAP, True)]
)
def test_a_recipient_outside_of_the_union_of_which_no_transfer_is_told_is_a_gap(
    country: Cell[str],
    is_gap: bool,  # noqa: FBT001 - a case of the table
) -> None:
    other = recipient("other", country=country)
    untold: Cell[Any] = GAP if is_gap else none()
    one = replace(ACTIVITIES[1], recipients=c(("other",), 5), transfers=untold)
    assert is_open(other) is is_gap
    found = drawn(one, other)
    assert marks(found, 2) == [("Paketbolaget Exempel AB", Mark.GAP if is_gap else Mark.PLAIN)]
    assert len(found.stages) == 4


def test_what_the_flow_says_again_is_counted_as_a_gap_once() -> None:
    record = article30(Language.EN)
    missing = section_of(record, "missing")
    items = [cell.lines for block in missing.blocks for cell in getattr(block, "items", ())]
    assert len(set(items)) == len(items)
    figures = next(
        one for one in section_of(record, "activities").blocks if isinstance(one, Figures)
    )
    assert figures.items[-1][0].lines == (str(len(items)),)


def test_figures_of_what_is_done_for_others_stand_there_only_where_there_is_any() -> None:
    record = article30(Language.EN)
    assert "on behalf of others" in str(section_of(record, "activities").blocks[0])
    alone = replace(record, processing=())
    assert "on behalf of others" not in str(section_of(alone, "activities").blocks[0])


def test_what_only_a_controller_needs_is_beyond_the_record_of_a_processor() -> None:
    record = article30(Language.EN)
    labels = [
        {
            label
            for block in section_of(record, name).blocks
            for label, _ in getattr(block, "rows", ())
        }
        for name in ("activity-hosting-acme-required", "activity-contract-required")
    ]
    assert labels[0] == {
        "On behalf of (a)",
        "Contact details of that controller",
        "Categories of processing (b)",
        "Transfers to third countries (c)",
    }
    assert "Categories of data subjects (c)" in labels[1]


@EVERY_LANGUAGE
def test_controller_and_a_dozen_activities_have_one_page(
    language: Language, tmp_path: Path
) -> None:
    record = article30(language)
    dozen = tuple(
        replace(
            record.activities[number % 4],
            activity=f"number-{number}",
            title=c(both(f"Nummer {number}", f"Number {number}"), 5),
        )
        for number in range(12)
    )
    pdf = render_bytes(replace(record, activities=dozen, processing=()), Format.PDF, language)
    first = text_of(pdf, tmp_path, "-l", "1")
    assert all(f" {number} " in " ".join(first.split()) for number in range(12))
    words = Words(language)
    assert words("article30/missing") not in first
    assert words("article30/missing") in text_of(pdf, tmp_path, "-f", "2", "-l", "2")
    # Where its sheet is: after the front page and the one on what is missing.
    assert words("words/at-page", page="3") in " ".join(first.split())


@pytest.mark.parametrize("language", Language)
def test_a_register_of_nothing_is_a_paper_with_gaps(language: Language) -> None:
    record = article30(language)
    empty = replace(record, activities=(), processing=(), recipients=())
    for form in (Format.HTML, Format.TEXT):
        page = render(empty, form, language)
        assert Words(language)("article30/no-activities") in page
    assert render_bytes(empty, Format.PDF, language).startswith(b"%PDF")
    assert render_bytes(empty, Format.XLSX, language)


TITLES = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=300
)


@given(title=TITLES, kind=TITLES)
def test_any_name_can_stand_in_the_picture(title: str, kind: str) -> None:
    other = recipient("parcel-carrier", name=c(kind, 3))
    one = replace(ACTIVITIES[0], title=c(LocalText(sv=title, en=title), 4))
    found = drawn(one, other, *RECIPIENTS[1:])
    assert found.stages[1][1][0].label == title
    assert found.stages[2][1][0].label == kind


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("(Art. 6(1)(c))", ["(Art.+6(1)|(c))"]),
        ("Art. 46(2)(e)\u2013(f) of", ["Art.+46(2)|(e)\u2013|(f)", "of"]),
        ("art. 30.1 d\u2013e och", ["art.+30.1+d\u2013|e", "och"]),
        ("enligt 9 kap. 28 § lagen", ["enligt", "9+kap.+28+§", "lagen"]),
        ("per e-post och E-mail", ["per", "e-|post", "och", "E-|mail"]),
        ("Act, ch. 9 s. 28", ["Act,", "ch.+9+s.+28"]),
        ("a (a) the-mail 30 (1)", ["a", "(a)", "the-mail", "30", "(1)"]),
    ],
)
def test_a_provision_and_an_e_mail_are_kept_together(text: str, whole: list[str]) -> None:
    kept = signs.kept(text).replace("\N{NO-BREAK SPACE}", "+").replace("\N{WORD JOINER}", "|")
    assert kept.split(" ") == whole


def test_what_keeps_a_provision_together_is_not_in_the_text_of_a_pdf(tmp_path: Path) -> None:
    pdf = render_bytes(article30(Language.EN), Format.PDF, Language.EN)
    text = text_of(pdf, tmp_path)
    assert "\N{WORD JOINER}" not in text
    assert "6(1)(b)" in text
    assert re.search(r"\d\)\s*\n\s*\([a-z]\)", text) is None
