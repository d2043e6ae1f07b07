"""Breaches at the command line, from discovery to the end of the case."""

import csv
import io
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cli.running import Ran, ropa

_ZONE = ZoneInfo("Europe/Stockholm")


def ago(hours: int) -> str:
    """Give a local moment so many hours ago, which the commands measure by the machine's clock."""
    moment = datetime.now(UTC) - timedelta(hours=hours)
    return moment.astimezone(_ZONE).strftime("%Y-%m-%dT%H:%M:%S")


def breach(shop: Path, *arguments: object) -> Ran:
    return ropa("-r", shop, "breach", *arguments)


def recorded(shop: Path, name: str, hours: int, *more: str) -> None:
    nature = ("--nature", "confidentiality", "--affected", "contract")
    breach(shop, "record", name, *nature, "--on", ago(hours), *more).done()


def listed(shop: Path, *options: object) -> list[dict[str, Any]]:
    return [json.loads(line) for line in breach(shop, "list", "--json", *options).text.splitlines()]


def paper(shop: Path) -> dict[str, Any]:
    made = ropa("-r", shop, "report", "breaches", "-f", "json").done()
    found: dict[str, Any] = json.loads(made.text)["paper"]
    return found


def test_a_case_from_discovery_to_its_end(shop: Path) -> None:
    facts = ("--facts", "Två brev.", "--effects", "Adresser lästes.", "--persons", "2")
    recorded(shop, "mix-up", 30, *facts)
    breach(shop, "assess", "mix-up", "high-risk").done()
    remedy = ("--facts", "Ett brev kom åter.", "--remedy", "Fönsterkuvert.")
    breach(shop, "describe", "mix-up", "--records", "2", *remedy).done()
    told = breach(shop, "notify", "mix-up", "--reference", "IMY-2026-1").done().told
    assert "warning" not in told
    breach(shop, "tell", "mix-up", "--persons", "2", "--channel", "phone").done()
    breach(shop, "close", "mix-up", "--reason", "Two persons pack").done()
    (found,) = paper(shop)["breaches"]
    assert [one["text"]["value"] for one in found["facts"]["value"]] == [
        "Två brev.",
        "Ett brev kom åter.",
    ]
    assert found["remedy"]["value"][0]["text"]["value"] == "Fönsterkuvert."
    assert found["clock"]["value"]["state"] == "in-time"
    shown = json.loads(breach(shop, "show", "mix-up").done().text)
    assert shown["case"]["closed"]["reason"] == "Two persons pack"
    assert "Två brev" not in json.dumps(shown, ensure_ascii=False)


def test_the_list_begins_with_the_most_overdue_and_ends_with_what_waits_for_nothing(
    shop: Path,
) -> None:
    for name, hours in (("told", 10), ("fresh", 1), ("overdue", 100), ("harmless", 20)):
        recorded(shop, name, hours)
    breach(shop, "notify", "told").done()
    breach(shop, "assess", "harmless", "unlikely").done()
    rows = listed(shop)
    assert [row["breach"] for row in rows] == ["overdue", "fresh", "told", "harmless"]
    assert [row["hours_left"] for row in rows] == [-29, 70, None, None]
    assert [row["notification"] for row in rows] == [
        "overdue", "running", "in-time", "not-required",
    ]  # fmt: skip


def test_the_exit_code_tells_a_scheduled_job_that_something_is_due(shop: Path) -> None:
    assert breach(shop, "list", "--due-within", "72").code == 0
    recorded(shop, "running", 60)
    assert breach(shop, "list").code == 0
    assert breach(shop, "list", "--due-within", "10").code == 0
    due = breach(shop, "list", "--due-within", "12", "--json")
    assert due.code == 1
    assert json.loads(due.text)["breach"] == "running"
    recorded(shop, "overdue", 80)
    assert [row["breach"] for row in listed(shop, "--due-within", "0")] == ["overdue"]
    breach(shop, "notify", "overdue").done()
    breach(shop, "notify", "running").done()
    assert breach(shop, "list", "--due-within", "72").code == 0


def test_a_notification_after_the_time_is_taken_down_and_asks_for_its_reason(shop: Path) -> None:
    recorded(shop, "late", 90)
    assert "--late-reason" in breach(shop, "notify", "late").done().told
    assert paper(shop)["breaches"][0]["reason"]["gap"]["article"] == "33(1)"
    stated = breach(shop, "notify", "late", "--late-reason", "Found over Easter").done()
    assert "warning" not in stated.told
    assert paper(shop)["breaches"][0]["reason"]["value"]["late"] == "Found over Easter"


def test_the_list_has_three_forms_and_needs_no_keys(shop: Path) -> None:
    recorded(shop, "mix-up", 1)
    shutil.rmtree(shop / "vault")
    (cells,) = csv.DictReader(io.StringIO(breach(shop, "list", "--csv").done().text))
    (row,) = listed(shop)
    assert list(cells) == list(row)
    assert cells["due"] == row["due"]
    assert breach(shop, "list").done().text.split()[0] == "breach"
    assert breach(shop, "show", "mix-up").code == 0


@pytest.mark.parametrize(
    "call",
    [
        ("describe", "mix-up", "--remedy", "None"),
        ("tell", "mix-up"),
        ("tell", "mix-up", "--persons", "2"),
        ("tell", "mix-up", "--channel", "phone", "--not-because", "no-high-risk"),
        ("notify", "mix-up", "--on", "2026-04-21"),
    ],
    ids=" ".join,
)
def test_half_a_call_is_refused(shop: Path, call: tuple[str, ...]) -> None:
    recorded(shop, "mix-up", 1)
    breach(shop, *call).refused("usage")


def test_no_ground_and_no_telling_go_together(shop: Path) -> None:
    recorded(shop, "mix-up", 1)
    breach(shop, "tell", "mix-up", "--not-because", "risk-removed").done()
    assert paper(shop)["breaches"][0]["not_told"]["value"]["ground"] == "risk-removed"


@pytest.mark.parametrize("verb", ["show", "notify"])
def test_an_unknown_breach_is_not_found(shop: Path, verb: str) -> None:
    assert breach(shop, verb, "nothing").refused("unknown-breach").code == 3
