"""The notice in its further forms: Markdown that no text breaks, and TILT by its own schema."""

import json
import os
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft7Validator

from ropa.app.notices.page import read_page
from ropa.cli.founding import founding_register
from ropa.domain.activity.events import Retention
from ropa.kernel.ids import Language
from ropa.render import Format, Words, outline, render
from ropa.render.document import all_sections, cells_of, clean
from ropa.render.markdown import escaped
from ropa.reports.notice.build import build
from ropa.reports.notice.model import Notice
from tests.histories import log
from tests.render.papers import RULE_BOOKS, c, notice

ROOT = Path(__file__).parents[2]
STANDARDS = Path(os.environ.get("ROPA_STANDARDS", ROOT.parent / "shared" / "standards"))
SCHEMA = STANDARDS / "tilt-schema.json"
EVERY_LANGUAGE = pytest.mark.parametrize("language", Language)


def founding() -> Notice:
    return build(log([(one,) for one in founding_register()]).sources())


def tilt(model: Notice, language: Language = Language.EN) -> Any:
    return json.loads(render(model, Format.TILT, language))


@pytest.mark.skipif(not SCHEMA.is_file(), reason="the TILT schema is not on this machine")
@EVERY_LANGUAGE
@pytest.mark.parametrize("made", [notice, lambda _: founding(), lambda _: build(log([]).sources())])
def test_tilt_is_valid_by_its_schema(made: Any, language: Language) -> None:
    validator = Draft7Validator(
        json.loads(SCHEMA.read_text(encoding="utf-8")),
        format_checker=Draft7Validator.FORMAT_CHECKER,
    )
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
    (rights,) = (one for one in outline(founding(), Language.EN).sections if one.id == "rights")
    assert rights.blocks[-1].kind == "callout"
    (cell, *_) = cells_of(rights.blocks[-1])
    assert "we stop at once" in cell.lines[0]
