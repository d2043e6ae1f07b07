"""`ropa check --keys`: what a crash or an open reader left is finished, and told."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.app.shop import customer, lines
from tests.cli.running import ropa

RULE = ("--rule", "erasure-pending", "--language", "en")


@contextmanager
def reader(register: Path) -> Iterator[None]:
    """Read the log and do not end: its write-ahead log cannot be emptied."""
    with closing(sqlite3.connect(register / "log.db")) as db:
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM meta").fetchone()
        yield


def test_a_pending_erasure_is_found_until_it_is_finished(shop: Path) -> None:
    ropa(
        "-r",
        shop,
        "append",
        "-",
        stdin=lines(*customer("C-1", name="Anna Ek", email="anna.ek@exempel.example")),
    ).done()
    with reader(shop):
        ran = ropa("-r", shop, "person", "erase", "webshop/C-1", "--yes")
        assert ran.told.rstrip().endswith("[erasure-pending]")
        found = ropa("-r", shop, "check", *RULE)
        assert found.code == 1
        assert "Erasure not carried out" in found.text
        assert "Art. 17" in found.text
        tried = ropa("-r", shop, "check", "--keys", *RULE)
        assert tried.code == 1
        assert "0 pending erasure(s) finished, 1 left" in tried.told
    done = ropa("-r", shop, "check", "--keys", *RULE).done()
    assert "1 pending erasure(s) finished, 0 left" in done.told
    assert done.text == ""
    again = ropa("-r", shop, "check", "--keys", *RULE).done()
    assert "pending" not in again.told


def test_a_scheduled_job_says_what_it_fails_on(shop: Path) -> None:
    rule = ("-r", shop, "check", "--rule", "category-never-used")
    found = ropa(*rule)
    assert found.code == 1
    for least, code in (("note", 1), ("reason-needed", 0), ("error", 0)):
        ran = ropa(*rule, "--fail-on", least)
        assert (ran.code, ran.text) == (code, found.text)
    assert ropa("-r", shop, "check", "--fail-on", "error").code == 1
    ropa("-r", shop, "check", "--fail-on", "warning").refused("usage")


def test_what_is_found_can_be_had_as_sarif_also_where_it_is_nothing(shop: Path) -> None:
    asked = ("-r", shop, "check", "-f", "sarif", "--rule")
    some = ropa(*asked, "processor-without-agreement", "--rule", "controller-incomplete")
    assert some.code == 1
    (run,) = json.loads(some.out)["runs"]
    assert {one["ruleId"] for one in run["results"]} == {"controller-incomplete"}
    (empty,) = json.loads(ropa(*asked, "erasure-pending").done().out)["runs"]
    assert empty["results"] == []
    assert empty["tool"] == run["tool"]


def test_the_day_that_is_asked_for_is_that_of_the_moment(shop: Path) -> None:
    asked = ("-r", shop, "check", "--rule", "activity-not-reviewed")
    assert ropa(*asked).code == 1
    assert ropa(*asked, "--as-of", "2024-06-01").done().text == ""
    assert ropa(*asked, "--as-of", "2024-06-01", "--on", "2025-01-02").code == 1
    ropa(*asked, "--on", "yesterday").refused("usage")


def test_a_notice_that_parts_from_the_register_is_found_until_it_is_published_anew(
    shop: Path, tmp_path: Path
) -> None:
    asked = ("-r", shop, "check", "--rule", "notice-and-register-apart", "-l", "en")
    publish = ("-r", shop, "notice", "publish", "--from-register", "--with-gaps", "--version")
    ropa(*publish, "2024-10", "--effective", "2024-10-01").done()
    assert ropa(*asked).done().text == ""
    amended = tmp_path / "rights.json"
    retention = {"start": "request-closed", "years": 2}
    amended.write_text(json.dumps({"activity": "rights", "retention": retention, "reason": "x"}))
    ropa("-r", shop, "activity", "amend", amended).done()
    ran = ropa(*asked, "--json")
    assert ran.code == 1
    swedish, english = json.loads(ran.out)["findings"]
    assert english["finding"]["article"] == "13(2)(a)"
    assert english["words"]["text"] == (
        "Retention: the notice that is shown says “3 years”, the register says “2 years from the"
        " closing of the request” (English, version 2024-10)"
    )
    assert "“3 år”" in swedish["words"]["text"]  # quoted as it stands
    (run,) = json.loads(ropa(*asked, "-f", "sarif").out)["runs"]
    assert [one["level"] for one in run["results"]] == ["error", "error"]

    for text in (shop / "notices").iterdir():
        text.write_text("changed", encoding="utf-8")
    unread = json.loads(ropa(*asked, "--json").out)["findings"]
    assert [one["finding"]["args"]["parting"] for one in unread] == ["unread", "unread"]
    ropa(*publish, "2024-11", "--effective", "2024-11-01").done()
    assert ropa(*asked).done().text == ""
    assert ropa(*asked, "--on", "2024-10-31").code == 1


def test_a_register_that_never_published_a_notice_is_told(shop: Path) -> None:
    asked = ("-r", shop, "check", "--rule", "notice-missing", "-l", "en")
    assert ropa(*asked, "--on", "2019-01-01").code == 1


def test_two_forms_at_once_are_refused(shop: Path) -> None:
    ropa("-r", shop, "check", "--json", "-f", "sarif").refused("usage")
    assert ropa("-r", shop, "check", "--json", "-f", "json").text.startswith("{")
