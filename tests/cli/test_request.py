"""`ropa request`: the queue, its exit code for scheduled jobs, and the calendar."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from tests.app.shop import customer, lines
from tests.cli.running import Ran, process, ropa

TODAY = datetime.now(ZoneInfo("Europe/Stockholm")).date()


def receive(shop: Path, *arguments: str) -> str:
    return ropa("-r", shop, "request", "receive", *arguments).done().text.strip()


def rows(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.text.splitlines()]


@pytest.fixture
def overdue(shop: Path) -> str:
    events = lines(*customer("K-1", name="Åsa Exempel", email="asa@exempel.example"))
    ropa("-r", shop, "append", "-", stdin=events).done()
    text = ("--name", "Åsa Exempel", "--text", "Var är mina uppgifter?")
    kinds = ("--kind", "access", "--kind", "erasure", "--person", "webshop/K-1")
    return receive(shop, *kinds, *text, "--on", "2024-01-31")


@pytest.fixture
def fresh(shop: Path) -> str:
    return receive(shop, "--kind", "access", "--on", (TODAY - timedelta(days=1)).isoformat())


def test_the_queue_shows_both_dates_and_the_days_left(shop: Path, fresh: str, overdue: str) -> None:
    ropa("-r", shop, "request", "ask-identity", overdue).done()
    listed = rows(ropa("-r", shop, "request", "list", "--json").done())
    assert [row["request"] for row in listed] == [overdue, fresh]
    assert listed[0]["days_left"] < 0 < listed[1]["days_left"] < 40
    assert {**listed[0], "days_left": None} == {
        "request": overdue,
        "days_left": None,
        "legal_date": "2024-02-29",
        "safe_date": "2024-02-29",
        "received": "2024-01-31",
        "kinds": ["access", "erasure"],
        "extended": False,
        "waiting_for_identity": True,
        "state": "open",
    }


def test_closed_requests_are_listed_when_asked_for(shop: Path, fresh: str, overdue: str) -> None:
    ropa("-r", shop, "request", "withdraw", overdue).done()
    (listed,) = rows(ropa("-r", shop, "request", "list", "--json").done())
    assert listed["request"] == fresh
    everything = rows(ropa("-r", shop, "request", "list", "--all", "--json").done())
    assert [(row["request"], row["state"]) for row in everything] == [
        (fresh, "open"),
        (overdue, "withdrawn"),
    ]
    assert everything[1]["days_left"] is None


@pytest.mark.parametrize("form", [(), ("--json",), ("--csv",)])
def test_a_job_learns_by_the_exit_code_that_something_is_due(
    shop: Path, fresh: str, overdue: str, form: tuple[str, ...]
) -> None:
    due = ropa("-r", shop, "request", "list", "--due-within", 7, *form)
    assert due.code == 1
    assert overdue in due.text
    assert fresh not in due.text
    both = ropa("-r", shop, "request", "list", "--due-within", 60, *form)
    assert both.code == 1
    assert fresh in both.text
    ropa("-r", shop, "request", "withdraw", overdue).done()
    assert overdue not in ropa("-r", shop, "request", "list", "--due-within", 7, *form).done().text


def test_what_is_due_in_exactly_so_many_days_is_due_within_them(shop: Path, fresh: str) -> None:
    (listed,) = rows(ropa("-r", shop, "request", "list", "--json").done())
    left = listed["days_left"]
    due = ropa("-r", shop, "request", "list", "--due-within", left, "--csv")
    assert (due.code, fresh in due.text) == (1, True)
    ropa("-r", shop, "request", "list", "--due-within", left - 1).done()


def test_the_exit_code_of_a_process_is_the_same(shop: Path, overdue: str) -> None:
    due = process("-r", shop, "request", "list", "--due-within", 0)
    assert (due.code, due.err) == (1, b"")
    assert overdue in due.text


def test_closed_requests_are_never_due(shop: Path) -> None:
    ropa("-r", shop, "request", "list", "--all", "--due-within", 7).refused("usage")


def test_the_queue_needs_no_keys(shop: Path, overdue: str, tmp_path: Path) -> None:
    (shop / "vault").rename(tmp_path / "elsewhere")
    assert overdue in ropa("-r", shop, "request", "list").done().text
    assert overdue in ropa("-r", shop, "request", "calendar").done().text


def test_an_extension_told_of_in_time_may_be_recorded_late(shop: Path, overdue: str) -> None:
    extend = ("-r", shop, "request", "extend", overdue, "--reason", "complexity")
    ropa(*extend).refused("extension-too-late")
    ropa(*extend, "--on", "2024-03-01").refused("extension-too-late")
    ropa(*extend, "--on", "2024-02-29").done()
    (listed,) = rows(ropa("-r", shop, "request", "list", "--json").done())
    assert listed["extended"] is True
    assert (listed["safe_date"], listed["legal_date"]) == ("2024-04-30", "2024-04-30")


def test_the_calendar_holds_the_open_requests_and_nobodys_data(
    shop: Path, overdue: str, fresh: str
) -> None:
    made = ropa("-r", shop, "request", "calendar", "--language", "en").done()
    events = Calendar.from_ical(made.out).events
    assert [event.uid.partition("@")[0] for event in events] == [overdue, fresh]
    assert events[0].start == date(2024, 2, 29)
    assert made.out.endswith(b"END:VCALENDAR\r\n")
    (person,) = (
        ropa("-r", shop, "person", "find", "--number", "webshop/K-1", "--json")
        .done()
        .text.splitlines()
    )
    for hidden in ("Åsa", "asa@", "Var är", json.loads(person)["person"]):
        assert hidden not in made.text
    again = ropa("-r", shop, "request", "calendar", "--language", "sv").done()
    assert [event.uid for event in Calendar.from_ical(again.out).events] == [
        event.uid for event in events
    ]


def test_of_a_quiet_log_it_is_said_up_to_which_day_a_paper_counts(shop: Path) -> None:
    told = ropa("-r", shop, "report", "requests").done()
    yesterday = f"--as-of {TODAY - timedelta(days=1)}"
    assert "note: days are counted up to that of the last event, 2024-01-01;" in told.told
    assert yesterday in told.told
    again = ropa("-r", shop, "report", "requests", *yesterday.split()).done()
    assert "note:" not in again.told
    receive(shop, "--kind", "access", "--on", TODAY.isoformat())
    assert "note:" not in ropa("-r", shop, "report", "requests").done().told
