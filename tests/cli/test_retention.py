"""Retention at the command line: what is due, the plan, the run and its certificate."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.app.shop import customer, lines, sent
from tests.cli.running import Ran, ropa

EMAIL = "greta.gallring@hemmaposten.example"


def retention(register: Path, *arguments: object) -> Ran:
    return ropa("-r", register, "retention", *arguments)


def rows(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.text.splitlines()]


def objected(number: str) -> list[dict[str, Any]]:
    """Give what is sent of a customer who let herself be mailed, and objected to it later."""
    details = {"channel": "registration-form", "activities": ["marketing"]}
    start = {"activity": "marketing", "basis": "legitimate-interest"}
    of = {"subject": number}
    return [
        *customer(number, name="Greta Gallring", email=EMAIL),
        sent("person.activity-started", start, id=f"ms.{number}", **of),
        sent(
            "person.contact-changed",
            {**details, "personal": {"email": EMAIL}},
            id=f"mc.{number}",
            **of,
        ),
        sent(
            "person.objected",
            {"activity": "marketing", "channel": "e-mail"},
            id=f"mo.{number}",
            time="2024-03-05T09:00:00Z",
            **of,
        ),
    ]


@pytest.fixture
def register(shop: Path, tmp_path: Path) -> Path:
    """Give a register in which two persons objected to marketing in 2024."""
    copy = tmp_path / "register"
    shutil.copytree(shop, copy)
    ropa("-r", copy, "append", "-", stdin=lines(*objected("R-1"), *objected("R-2"))).done()
    return copy


def test_what_is_due_is_listed_with_why_and_when_and_ends_with_one(register: Path) -> None:
    ran = retention(register, "due", "--json")
    assert ran.code == 1
    found = rows(ran)
    assert len(found) == 2
    assert {one["owner"] for one in found} == {"person"}
    first = found[0]
    assert (first["activity"], first["ground"]) == ("marketing", "objected")
    assert (first["from"], first["kept_through"]) == ("2024-03-05", "2024-03-05")
    assert first["rule"] == "objection-or-withdrawal"
    assert first["blocked_by"] == []
    assert EMAIL not in ran.text
    assert retention(register, "due", "--on", "2024-03-05", "--json").done().text == ""
    assert retention(register, "due", "--activity", "contract", "--json").done().text == ""


def test_a_dry_run_counts_and_changes_nothing(register: Path) -> None:
    before = ropa("-r", register, "log", "verify").done().text
    (row,) = rows(retention(register, "run", "--dry-run", "--json").done())
    assert (row["activity"], row["units"], row["boxes"], row["blocked"]) == ("marketing", 2, 4, 0)
    assert ropa("-r", register, "log", "verify").done().text == before


def test_nobody_is_there_to_be_asked_off_a_terminal(register: Path) -> None:
    ran = retention(register, "run", "--json")
    assert ran.told.rstrip().endswith("[usage]")
    assert retention(register, "due", "--json").code == 1


def test_what_is_asked_of_no_activity_is_not_taken_for_nothing_due(register: Path) -> None:
    told = retention(register, "due", "--activity", "marketting").refused("unknown-activity").told
    assert "field --activity: " in told


def test_a_run_disposes_of_what_is_due_and_certifies_it(register: Path) -> None:
    ran = retention(register, "run", "--yes", "--json").done()
    assert "disposed of 2 unit(s)" in ran.told
    assert retention(register, "due", "--json").done().text == ""
    again = retention(register, "run", "--yes").done()
    assert "nothing to dispose of" in again.told
    ropa("-r", register, "log", "verify").done()
    paper = json.loads(retention(register, "certificate", "-f", "json").done().text)["paper"]
    (line,) = paper["lines"]
    assert (line["activity"], line["ground"]) == ("marketing", "objected")
    assert (line["units"]["count"], line["boxes"]["count"]) == (2, 4)
    assert paper["pending"]["count"] == 0
    text = retention(register, "certificate", "--language", "en").done().text
    assert "Certificate of disposal" in text
    assert EMAIL not in text
    earlier = retention(register, "certificate", "--to", "2024-12-31", "-f", "json").done()
    assert json.loads(earlier.text)["paper"]["lines"] == []
    since = retention(register, "certificate", "--from", "2024-03-01", "-f", "json").done()
    assert len(json.loads(since.text)["paper"]["lines"]) == 1


def test_days_of_a_certificate_stand_in_their_order(register: Path) -> None:
    days = ("--from", "2025-02-01", "--to", "2025-01-01")
    retention(register, "certificate", *days).refused("usage")


def test_what_is_blocked_stays_and_is_told(register: Path) -> None:
    asked = ("--person", "webshop/R-1", "--kind", "access", "--text", "Vad har ni?")
    ropa("-r", register, "request", "receive", *asked).done()
    found = rows(retention(register, "due", "--json"))
    assert sorted(one["blocked_by"] for one in found) == [[], ["open-request"]]
    (row,) = rows(retention(register, "run", "--yes", "--json").done())
    assert (row["units"], row["blocked"]) == (1, 1)
    left = retention(register, "due", "--json").done()
    assert [one["blocked_by"] for one in rows(left)] == [["open-request"]]


def test_a_dropped_category_goes_and_the_rest_is_carried_over(
    register: Path, tmp_path: Path
) -> None:
    dropped = {
        "activity": "contract",
        "categories": ["contact.name", "contact.address", "contact.phone", "order.matter"],
        "reason": "No more e-mails about orders",
    }
    entry = tmp_path / "entry.json"
    entry.write_text(json.dumps(dropped))
    ropa("-r", register, "activity", "amend", entry).done()
    listed = rows(retention(register, "due", "--activity", "contract", "--json"))
    assert {one["ground"] for one in listed} == {"category-dropped"}
    assert listed[0]["categories"] == ["contact.email"]
    retention(register, "run", "--yes").done()
    assert retention(register, "due", "--json").done().text == ""
    show = ("show", "webshop/R-1", "--as", "support", "--purpose", "support-case", "--json")
    shown = ropa("-r", register, "person", *show).done().text
    assert "Greta Gallring" in shown
    assert EMAIL not in shown
    ropa("-r", register, "replay", "--check").done()


def test_the_plan_counts_what_falls_due_by_month(register: Path) -> None:
    planned = rows(retention(register, "plan", "--years", "2", "--json").done())
    assert planned[0] == {"due": "overdue", "activity": "marketing", "units": 2, "boxes": 4}
    assert "no-limit" in {one["due"] for one in planned}
    paper = ropa("-r", register, "report", "retention", "-l", "en").done().text
    assert "Plan of disposal" in paper
    assert EMAIL not in paper
