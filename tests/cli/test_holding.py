"""`ropa person weigh`, `hold` and `release`, `person show --exception`, and `staff name`."""

import json
from pathlib import Path

import pytest

from ropa.app import Register
from ropa.domain.person.events import LookedUp, ObjectionOutcome, ObjectionWeighed, OverridingGround
from tests.app.shop import NOW, append, customer, sent
from tests.cli.running import ropa

PERSON = "webshop/K-1"
REQUEST = "3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e21"


@pytest.fixture
def shop(shop: Path) -> Path:
    asked = {"request": REQUEST, "kinds": ["access"], "channel": "phone"}
    of = {"subject": "K-1"}
    objected = {"activity": "staff-access", "channel": "phone"}
    pending = {"activities": ["staff-access"], "ground": "objection-pending"}
    with Register.open(shop, clock=lambda: NOW) as register:
        append(register, customer("K-1", name="Åsa Öberg", email="asa@exempel.example"))
        append(
            register,
            [
                sent("request.received", asked, id="q"),
                sent("person.objected", objected, id="o", **of),
                sent("person.restricted", pending, id="r", **of),
            ],
        )
    return shop


def test_data_is_held_and_released(shop: Path) -> None:
    held = ("-a", "contract", "-a", "marketing")
    ran = ropa("-r", shop, "person", "hold", PERSON, *held, "--ground", "dispute").done()
    assert "recorded: person.hold-placed.v1" in ran.told
    refused = ropa("-r", shop, "person", "erase", PERSON, "--yes")
    assert (refused.code, "[on-hold]" in refused.told) == (1, True)
    released = ropa("-r", shop, "person", "release", PERSON, *held, "--reason", "settled").done()
    assert "recorded: person.hold-lifted.v1" in released.told
    again = ropa("-r", shop, "person", "release", PERSON, *held, "--reason", "settled")
    assert (again.code, "[not-on-hold]" in again.told) == (1, True)


def test_an_objection_is_weighed_and_a_pending_restriction_is_not_forgotten(shop: Path) -> None:
    weighed = ("person", "weigh", PERSON, "staff-access", "overridden")
    refused = ropa("-r", shop, *weighed)
    assert (refused.code, "[missing-field]" in refused.told) == (1, True)
    ran = ropa("-r", shop, *weighed, "--ground", "compelling-grounds").done()
    assert "staff-access is restricted still" in ran.told
    with Register.open(shop) as register:
        (last,) = list(register.events(after=register.head - 1))
    assert last.data == ObjectionWeighed(
        activity="staff-access",
        outcome=ObjectionOutcome.OVERRIDDEN,
        ground=OverridingGround.COMPELLING_GROUNDS,
    )


def test_what_is_restricted_is_shown_by_an_exception_alone(shop: Path) -> None:
    restricted = {"activities": ["contract"], "ground": "needed-for-claims"}
    with Register.open(shop) as register:
        append(register, [sent("person.restricted", restricted, id="r-2", subject="K-1")])
    show = ("person", "show", PERSON, "--as", "support", "--json")
    plain = ropa("-r", shop, *show).done()
    assert "Öberg" not in plain.text
    ran = ropa("-r", shop, *show, "--exception", "legal-claims").done()
    assert "Åsa Öberg" in {json.loads(line)["value"] for line in ran.text.splitlines()}
    with Register.open(shop) as register:
        looks = [one.data for one in register.events() if isinstance(one.data, LookedUp)]
    assert [one.exception for one in looks] == [None, "legal-claims"]


def test_a_name_of_staff_is_given_out_to_somebody_who_asked(shop: Path) -> None:
    hire = ("staff", "register", "--name", "Eva Exempel", "--role", "support", "--reason", "Hired")
    member = ropa("-r", shop, *hire).done().text.strip()
    name = ("staff", "name", member, "--ground", "needed-for-rights", "--request")
    assert ropa("-r", shop, *name, REQUEST).done().text.strip() == "Eva Exempel"
    unknown = ropa("-r", shop, *name, member)
    assert (unknown.code, "[unknown-request]" in unknown.told) == (3, True)
    theirs = ropa("-r", shop, "--actor", member, *name, REQUEST)
    assert (theirs.code, theirs.text) == (4, "")
