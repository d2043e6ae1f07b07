"""`ropa person object`, `restrict`, `lift` and `correct`."""

from pathlib import Path

import pytest

from ropa.app import Register
from tests.app.shop import NOW, append, customer, sent
from tests.cli.running import ropa

PERSON = "webshop/K-1"


@pytest.fixture
def shop(shop: Path) -> Path:
    disclosed = {
        "recipient": "payment-service",
        "activity": "contract",
        "categories": ["contact.email"],
    }
    with Register.open(shop, clock=lambda: NOW) as register:
        append(register, customer("K-1", name="Åsa Öberg", email="asa@exempel.example"))
        append(register, [sent("person.disclosed", disclosed, id="d", subject="K-1")])
    return shop


def test_an_objection_is_recorded(shop: Path) -> None:
    told = ropa("-r", shop, "person", "object", PERSON, "marketing", "--channel", "phone").done()
    assert "recorded: person.objected.v1" in told.told
    refused = ropa("-r", shop, "person", "object", PERSON, "contract")
    assert (refused.code, "[no-right-to-object]" in refused.told) == (1, True)


def test_a_restriction_hides_and_is_lifted_only_after_notice(shop: Path) -> None:
    show = ("person", "show", PERSON, "--as", "support")
    ropa("-r", shop, "person", "restrict", PERSON, "-a", "contract", "--ground",
         "accuracy-contested").done()  # fmt: skip
    assert "asa@exempel.example" not in ropa("-r", shop, *show).done().text
    lift = ("person", "lift", PERSON, "-a", "contract", "--informed-on")
    early = ropa("-r", shop, *lift, "2999-01-01")
    assert (early.code, "[malformed-value]" in early.told) == (1, True)
    assert ropa("-r", shop, *lift[:-1]).code == 2
    ropa("-r", shop, *lift, "2024-11-20").done()
    assert "asa@exempel.example" in ropa("-r", shop, *show).done().text


def test_a_correction_makes_a_task_for_whoever_has_the_wrong_value(shop: Path) -> None:
    correct = ("person", "correct", PERSON, "-a", "contract")
    ropa("-r", shop, *correct, "--email", "ratt@exempel.example").done()
    tasks = ropa("-r", shop, "recipient", "tasks", "--json").done().text
    assert "payment-service" in tasks
    assert "rectification" in tasks
    found = ropa("-r", shop, "person", "show", PERSON, "--as", "support").done().text
    assert "ratt@exempel.example" in found
    nothing = ropa("-r", shop, *correct)
    assert (nothing.code, "[nothing-given]" in nothing.told) == (1, True)


def test_what_was_granted_and_not_done_is_noted_when_it_is_answered(shop: Path) -> None:
    receive = ("request", "receive", "--person", PERSON, "--kind")
    told = ""
    for kind, done in (
        ("restriction", ("restrict", PERSON, "-a", "contract", "--ground", "needed-for-claims")),
        ("objection", ("object", PERSON, "marketing")),
    ):
        for carried_out in (False, True):
            request = ropa("-r", shop, *receive, kind).done().text.strip()
            ropa("-r", shop, "request", "decide", request, kind, "granted").done()
            if carried_out:
                ropa("-r", shop, "person", *done).done()
            told = ropa("-r", shop, "request", "answer", request).done().told
            assert (f"{kind} was granted, and nothing" in told) is not carried_out
    assert "recipients still have to be told" in told
