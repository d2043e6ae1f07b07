"""The notice in its further forms: Markdown that no text breaks, and TILT by its own schema."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ropa.app.notices.page import read_page
from ropa.cli.founding import founding_register
from ropa.domain.activity.events import DataSource, Retention
from ropa.kernel.ids import Language
from ropa.render import Format, Words, outline, render
from ropa.render.document import Callout, Facts, Mark, Table, all_sections, cells_of, clean
from ropa.render.markdown import escaped
from ropa.reports.article30.model import CookieEntry
from ropa.reports.notice.build import build
from ropa.reports.notice.model import Notice
from tests import standards
from tests.histories import log
from tests.render.papers import RULE_BOOKS, c, none, notice

ROOT = Path(__file__).parents[2]
EVERY_LANGUAGE = pytest.mark.parametrize("language", Language)


def founding() -> Notice:
    return build(log([(one,) for one in founding_register()]).sources())


def tilt(model: Notice, language: Language = Language.EN) -> Any:
    return json.loads(render(model, Format.TILT, language))


@standards.needs(standards.TILT)
@EVERY_LANGUAGE
@pytest.mark.parametrize("made", [notice, lambda _: founding(), lambda _: build(log([]).sources())])
def test_tilt_is_valid_by_its_schema(made: Any, language: Language) -> None:
    validator = standards.validator(standards.TILT)
    assert [one.json_path for one in validator.iter_errors(tilt(made(language), language))] == []


def test_tilt_holds_the_facts_of_the_notice() -> None:
    found = tilt(founding())
    kept = {one["_id"]: one for one in found["dataDisclosed"]}
    books = kept["bookkeeping/financial.amount"]
    assert books["storage"][0]["temporal"][0]["ttl"] == "P7Y"
    assert [one["reference"] for one in books["legalBases"]] == ["GDPR-6-1-c"]
    assert books["nonDisclosure"]["legalRequirement"] is True
    assert [one["exists"] for one in kept["marketing/contact.email"]["legitimateInterests"]] == [
        True
    ]
    assert kept["web-analytics/online.usage"]["recipients"][0]["name"] == "Google Analytics"
    assert found["rightToWithdrawConsent"]["available"] is True
    assert found["automatedDecisionMaking"] == {"inUse": False}
    assert "staff-access/staff.name" not in kept


def test_what_the_register_leaves_open_is_said_to_be_open_in_tilt() -> None:
    found = tilt(founding())
    assert found["dataProtectionOfficer"]["email"].endswith(".invalid")
    assert found["controller"]["address"] == "Not declared: postal address"


def test_tilt_of_one_state_of_the_register_is_one_text_whenever_it_is_printed() -> None:
    model = founding()
    later = msgspec.structs.replace(model.head, printed_at=model.head.printed_at.replace(year=2030))
    again = msgspec.structs.replace(model, head=later)
    assert tilt(model) == tilt(again)
    changed = msgspec.structs.replace(model, version="2")
    assert tilt(model)["meta"]["_hash"] != tilt(changed)["meta"]["_hash"]


def test_tilt_counts_months_too() -> None:
    model = founding()
    rule = Retention(start=RULE_BOOKS.start, years=1, months=6)
    one = msgspec.structs.replace(model.activities[0], retention=c(rule, 1))
    (first, *_) = tilt(msgspec.structs.replace(model, activities=(one,)))["dataDisclosed"]
    assert first["storage"][0]["temporal"][0]["ttl"] == "P1Y6M"


@EVERY_LANGUAGE
def test_markdown_holds_every_cell_of_the_outline(language: Language) -> None:
    model = notice(language)
    page = read_page(render(model, Format.MARKDOWN, language).encode())
    for section in all_sections(outline(model, language).sections):
        assert page.titled(section.title)
        for block in section.blocks:
            for cell in cells_of(block):
                for line in cell.lines:
                    assert " ".join(clean(line).casefold().split()) in page.text


@pytest.mark.parametrize(
    "text",
    [
        "# no heading",
        "- no item",
        "1. no number",
        "12) neither",
        "*not* _bold_ `code` ~~gone~~",
        "[no](javascript:alert)",
        "<script>alert(1)</script>",
        "a | b",
        "=== no line",
        "back\\slash &amp; more",
    ],
)
def test_no_text_is_markup(text: str) -> None:
    made = escaped(text)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", made) == text
    assert not re.search(r"(?<!\\)[`*_\[\]<>#|~&]", made.replace("\\\\", ""))
    assert not re.match(r"[-+=]|\d+[.)]", made)


@EVERY_LANGUAGE
def test_a_notice_speaks_to_the_reader_and_names_no_event(language: Language) -> None:
    text = render(founding(), Format.HTML, language)
    assert 'class="evidence"' not in text
    assert Words(language)("notice/draft") in text


def test_a_right_to_say_no_to_marketing_stands_apart() -> None:
    first, *_ = outline(founding(), Language.EN).sections
    assert first.blocks[-1].kind == "callout"
    (cell,) = cells_of(first.blocks[-1])
    assert "we stop at once" in cell.lines[0]
    assert "Marketing by e-mail" in cell.lines[0]


@EVERY_LANGUAGE
def test_what_matters_most_stands_first_and_leads_to_the_rest(language: Language) -> None:
    model = founding()
    first, *rest = outline(model, language).sections
    (table,) = (block for block in first.blocks if isinstance(block, Table))
    told = {one.id: one.title for one in all_sections(tuple(rest))}
    shown = [row[0] for row in table.rows]
    assert [cell.lines[0] for cell in shown] == [told[cell.link or ""] for cell in shown]
    short = {f"activity-{one.activity}" for one in model.activities if one.housekeeping}
    assert short == {"activity-rights", "activity-accountability", "activity-suppression"}
    assert not short & {cell.link for cell in shown}


def test_a_draft_says_first_what_it_lacks_and_a_published_notice_does_not() -> None:
    model = founding()
    first, *rest = outline(model, Language.EN).sections
    callouts = [one for one in first.blocks if isinstance(one, Callout)]
    (draft,) = (one for one in callouts if one.mark is Mark.GAP)
    known = {one.id for one in all_sections(tuple(rest))}
    assert {cell.link for cell in cells_of(draft)} <= known
    told = "\n".join(line for cell in cells_of(draft) for line in cell.lines)
    assert "Contact: Not declared: postal address (Art. 13(1)(a))" in told
    assert "a suggestion that has not been confirmed" in told
    published = msgspec.structs.replace(model, version="1")
    assert draft not in outline(published, Language.EN).sections[0].blocks


@EVERY_LANGUAGE
def test_each_activity_tells_what_the_law_has_it_tell(language: Language) -> None:
    model = founding()
    words = Words(language)
    found = {one.id: one for one in all_sections(outline(model, language).sections)}
    for activity in model.activities:
        section = found[f"activity-{activity.activity}"]
        cells = [cell for block in section.blocks for cell in cells_of(block)]
        text = " ".join(line for cell in cells for line in cell.lines).casefold()
        expected = [words.local(one) for one in activity.purposes.value or ()]
        expected += [words.label(one) for one in activity.categories.value or ()]
        expected += [words(f"notice/sources/{one}") for one in activity.sources.value or ()]
        for one in activity.bases:
            if one.basis.value and one.source.value:
                expected += [words.label(one.basis.value), words.local(one.source.value)]
        expected.append(words("notice/labels/retention"))
        (facts,) = (block for block in section.blocks if isinstance(block, Facts))
        labels = [label for label, _ in facts.rows]
        text += " ".join(labels).casefold()
        assert [one for one in expected if one.casefold() not in text] == []


@EVERY_LANGUAGE
def test_each_source_of_data_is_told_to_the_reader(language: Language) -> None:
    told = {Words(language)(f"notice/sources/{one}") for one in DataSource}
    assert len(told) == len(DataSource)


def test_a_legitimate_interest_is_named() -> None:
    (section,) = (
        one
        for one in all_sections(outline(founding(), Language.EN).sections)
        if one.id == "activity-marketing"
    )
    text = [line for block in section.blocks for cell in cells_of(block) for line in cell.lines]
    assert "Our legitimate interest is the purpose stated above." in text


def test_tilt_says_whether_the_notice_is_in_force() -> None:
    model = founding()
    assert tilt(model)["meta"]["status"] == "inactive"
    assert tilt(msgspec.structs.replace(model, version="1"))["meta"]["status"] == "active"


def test_tilt_sends_nobody_to_the_controller_to_complain_of_it() -> None:
    found = tilt(founding())
    assert "email" in found["rightToWithdrawConsent"]
    assert "email" not in found["rightToComplain"]
    assert found["dataProtectionOfficer"]["country"] == "ZZ"


def test_tilt_counts_what_each_cookie_lives_where_all_say_it() -> None:
    model = founding()
    (found,) = (one for one in model.activities if one.cookies)
    session, persistent, analytics = (one.cookie.value for one in found.cookies)
    assert session
    assert persistent
    assert analytics
    known = (
        session,
        replace(persistent, lifetime_days=30),
        replace(analytics, lifetime_days=60),
    )
    lives = tuple(
        CookieEntry(
            cookie=c(one), lifetime_days=c(one.lifetime_days) if one.lifetime_days else none()
        )
        for one in known
    )
    told = msgspec.structs.replace(found, cookies=lives)
    (first, *_) = tilt(msgspec.structs.replace(model, activities=(told,)))["dataDisclosed"]
    (storage,) = first["storage"]
    assert [one["ttl"] for one in storage["temporal"]] == ["P30D", "P60D"]
    (first, *_) = tilt(msgspec.structs.replace(model, activities=(found,)))["dataDisclosed"]
    assert first["storage"][0]["temporal"] == []
