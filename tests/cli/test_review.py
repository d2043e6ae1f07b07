"""`ropa activity review`: an entry is gone through and approved by name."""

import json
from pathlib import Path

import pytest

from tests.cli.running import Ran, ropa

NEXT = ("--next", "2099-01-01")


def hired(shop: Path, role: str) -> str:
    hire = ("--name", "Eva Exempel", "--role", role, "--reason", "Hired")
    return ropa("-r", shop, "staff", "register", *hire).done().text.strip()


def review(shop: Path, actor: str, *options: str, activity: str = "marketing") -> Ran:
    return ropa("-r", shop, "--actor", actor, "activity", "review", activity, *options)


def sheet(shop: Path) -> str:
    text = ropa("-r", shop, "report", "article30", "-l", "en").done().text
    return " ".join(text.partition("Marketing by e-mail\n")[2].partition("Cookies and")[0].split())


@pytest.fixture
def officer(shop: Path) -> str:
    return hired(shop, "officer")


def test_the_record_says_which_version_was_approved_and_that_it_was_changed_since(
    shop: Path, officer: str
) -> None:
    assert "Approved version ! Not declared" in sheet(shop)
    ran = review(shop, officer, *NEXT).done()
    assert "recorded: activity.reviewed.v1" in ran.told
    approved = sheet(shop)
    assert "Approved version Version 1, on" in approved
    assert "by: Data protection" in approved
    assert "Next review by 1 January 2099" in approved
    assert "changed since" not in approved
    change = json.dumps({"activity": "marketing", "system": "Server 3", "reason": "Moved"})
    ropa("-r", shop, "activity", "amend", "-", stdin=change.encode()).done()
    assert "changed since" in sheet(shop)
    review(shop, officer, *NEXT, "--outcome", "changes-needed", "--reason", "Where is it?").done()
    assert "Reviewed since Version 3, on" in sheet(shop)
    review(shop, officer, *NEXT, "--version", "3").done()
    assert "Approved version Version 3, on" in sheet(shop)
    assert "Reviewed since" not in sheet(shop)


def test_an_entry_that_was_changed_since_it_was_read_is_not_approved(
    shop: Path, officer: str
) -> None:
    ran = review(shop, officer, *NEXT, "--version", "7")
    ran.refused("stale-version")
    assert ran.code == 5


def test_only_an_officer_of_the_staff_reviews(shop: Path) -> None:
    for actor in (hired(shop, "support"), "cron"):
        ran = review(shop, actor, *NEXT)
        ran.refused("not-permitted")
        assert ran.code == 4


def test_wrong_input_is_refused(shop: Path, officer: str) -> None:
    review(shop, officer, *NEXT, activity="nothing").refused("unknown-activity")
    review(shop, officer, "--next", "2001-01-01").refused("malformed-value")
    review(shop, officer, "--next", "soon").refused("usage")
    review(shop, officer).refused("usage")


def test_what_was_not_reviewed_within_a_year_is_found(shop: Path, officer: str) -> None:
    asked = ("-r", shop, "check", "--rule", "activity-not-reviewed", "-l", "en", "--json")
    before = json.loads(ropa(*asked).out)["findings"]
    assert "activity/marketing" in {one["finding"]["stream"] for one in before}
    review(shop, officer, *NEXT).done()
    after = json.loads(ropa(*asked).out)["findings"]
    assert len(after) == len(before) - 1
    overdue = json.loads(ropa(*asked, "--on", "2099-01-02").out)["findings"]
    assert len(overdue) == len(before)
