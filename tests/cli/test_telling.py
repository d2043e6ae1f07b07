"""`ropa recipient tasks|inform`: recipients that have to be told, and that were."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.app.shop import customer, lines, sent
from tests.cli.running import Ran, process, ropa


def rows(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.text.splitlines()]


def tasks(shop: Path, *arguments: object) -> list[dict[str, Any]]:
    return rows(ropa("-r", shop, "recipient", "tasks", "--json", *arguments).done())


@pytest.fixture
def restricted(shop: Path) -> Path:
    """Give a shop with a customer whose data went to two recipients and was then restricted."""
    of = {"subject": "K-1"}
    went = {"activity": "contract", "categories": ["contact.name"]}
    events = [
        *customer("K-1", name="Åsa Exempel", email="asa@exempel.example"),
        sent("person.disclosed", {**went, "recipient": "payment-service"}, id="d-1", **of),
        sent("person.disclosed", {**went, "recipient": "delivery-service"}, id="d-2", **of),
        sent(
            "person.restricted",
            {"activities": ["contract"], "ground": "accuracy-contested"},
            id="b-1",
            time="2024-03-03T23:30:00Z",
            **of,
        ),
    ]
    ropa("-r", shop, "append", "-", stdin=lines(*events)).done()
    return shop


def test_each_recipient_is_a_task_and_the_local_day_is_told(restricted: Path) -> None:
    first, second = tasks(restricted)
    assert {**first, "person": None, "about": None, "days": None} == {
        "person": None,
        "recipient": "delivery-service",
        "about": None,
        "measure": "restriction",
        "since": "2024-03-04",
        "days": None,
        "activities": ["contract"],
        "state": "open",
        "reason": None,
    }
    assert second["recipient"] == "payment-service"
    assert first["days"] > 180


def test_what_became_of_it_is_recorded_and_closes_the_task(restricted: Path) -> None:
    inform = ("-r", restricted, "recipient", "inform", "webshop/K-1")
    about = ("--about", tasks(restricted)[0]["about"])
    ropa(*inform, "delivery-service", *about).done()
    assert "unchanged" in ropa(*inform, "delivery-service", *about).done().told
    (left,) = tasks(restricted)
    assert left["recipient"] == "payment-service"
    why = ("--outcome", "impossible", "--reason", "ceased-to-exist")
    ropa(*inform, "payment-service", *about, *why).done()
    assert tasks(restricted) == []
    done = [(one["recipient"], one["state"], one["reason"]) for one in tasks(restricted, "--all")]
    assert done == [
        ("delivery-service", "informed", None),
        ("payment-service", "impossible", "ceased-to-exist"),
    ]


def test_what_cannot_be_recorded_is_refused(restricted: Path) -> None:
    inform = ("-r", restricted, "recipient", "inform")
    task = ("webshop/K-1", "delivery-service", "--about")
    about = tasks(restricted)[0]["about"]
    ropa(*inform, *task, about, "--outcome", "disproportionate").refused("missing-field")
    ropa(*inform, *task, about, "--reason", "effort").refused("malformed-value")
    ropa(*inform, *task, about - 1).refused("not-found")
    ropa(*inform, *task, 0).refused("usage")
    ropa(*inform, "webshop/K-2", "delivery-service", "--about", about).refused("unknown-subject")
    ropa(*inform, "webshop/K-1", "print-house", "--about", about).refused("not-found")
    assert len(tasks(restricted)) == 2


@pytest.mark.parametrize("form", [(), ("--json",), ("--csv",)])
def test_a_job_learns_by_the_exit_code_that_a_task_is_old(
    restricted: Path, form: tuple[str, ...]
) -> None:
    days = tasks(restricted)[0]["days"]
    old = ropa("-r", restricted, "recipient", "tasks", "--older-than", days - 1, *form)
    assert (old.code, "delivery-service" in old.text) == (1, True)
    young = ropa("-r", restricted, "recipient", "tasks", "--older-than", days, *form)
    assert "delivery-service" not in young.done().text


def test_the_exit_code_of_a_process_is_the_same(restricted: Path) -> None:
    assert process("-r", restricted, "recipient", "tasks", "--older-than", 3).code == 1


def test_what_is_done_is_never_old(restricted: Path) -> None:
    ropa("-r", restricted, "recipient", "tasks", "--all", "--older-than", 3).refused("usage")


def test_the_tasks_are_told_without_keys(restricted: Path, tmp_path: Path) -> None:
    (restricted / "vault").rename(tmp_path / "elsewhere")
    assert len(tasks(restricted)) == 2


def test_a_check_finds_open_tasks_and_names_nobody(restricted: Path) -> None:
    check = ("-r", restricted, "check", "--rule", "recipient-not-told", "--language", "en")
    found = ropa(*check, "--format", "json")
    assert found.code == 1
    person = tasks(restricted)[0]["person"]
    for text in (found.text, ropa(*check).text):
        assert "4 March 2024" in text or "2024-03-03T23:30" in text
        assert person not in text
    about = tasks(restricted)[0]["about"]
    for recipient in ("delivery-service", "payment-service"):
        inform = ("recipient", "inform", "webshop/K-1", recipient, "--about", about)
        ropa("-r", restricted, *inform).done()
    ropa(*check).done()


def test_the_access_report_tells_who_was_told(restricted: Path) -> None:
    about = tasks(restricted)[0]["about"]
    inform = ("recipient", "inform", "webshop/K-1", "delivery-service", "--about", about)
    ropa("-r", restricted, *inform).done()
    report = ("report", "access", "--person", "webshop/K-1", "--format", "json")
    told = json.loads(ropa("-r", restricted, *report).done().text)["paper"]["informed"]
    assert [(one["recipient"], one["outcome"].get("value")) for one in told] == [
        ("delivery-service", "informed"),
        ("payment-service", None),
    ]


def test_a_correction_from_a_program_is_a_task(restricted: Path) -> None:
    details = {
        "channel": "account-page",
        "activities": ["contract"],
        "corrected": True,
        "personal": {"name": "Åsa Exempelsson"},
    }
    event = sent("person.contact-changed", details, id="k-1", subject="K-1")
    ropa("-r", restricted, "append", "-", stdin=lines(event)).done()
    assert [one["measure"] for one in tasks(restricted)].count("rectification") == 2
