"""What `ropa person show` shows to whom, and `ropa staff list` of whom."""

import json
import sqlite3
from pathlib import Path

import pytest

from ropa.app import Register
from ropa.domain.person.events import LookedUp, LookUpPurpose
from ropa.kernel.ids import Role
from tests.app.shop import NOW, append, customer, sent
from tests.cli.running import Ran, ropa

SHOW = ("person", "show", "webshop/K-1")
NAME = "Åsa Öberg"
STAFF = "Eva Exempel"


@pytest.fixture
def shop(shop: Path) -> Path:
    with Register.open(shop, clock=lambda: NOW) as register:
        append(register, customer("K-1", name=NAME, email="asa@exempel.example"))
    return shop


@pytest.fixture
def member(shop: Path) -> str:
    hire = ("staff", "register", "--name", STAFF, "--role", "support", "--reason", "Employed")
    return ropa("-r", shop, *hire).done().text.strip()


def rows(ran: Ran) -> dict[str, str]:
    """Give what was shown, by activity and category."""
    found = map(json.loads, ran.done().text.splitlines())
    return {f"{row['activity']} {row['category']}": row["value"] for row in found}


def test_rows_of_other_activities_are_left_out_and_counted(shop: Path) -> None:
    ran = ropa("-r", shop, *SHOW, "--as", "support", "--json")
    assert rows(ran) == {
        "contract contact.email": "asa@exempel.example",
        "contract contact.name": NAME,
    }
    assert "accountability" not in ran.told
    assert ran.told.endswith("not shown to support: what 1 other activity(ies) hold\n")


def test_nothing_is_said_where_nothing_is_left_out(shop: Path) -> None:
    contract = {"activity": "contract", "roles": ["officer"], "reason": "Small company"}
    with Register.open(shop) as register:
        append(register, [sent("activity.amended", contract)])
    ran = ropa("-r", shop, *SHOW, "--json").done()
    assert {name.partition(" ")[0] for name in rows(ran)} == {"accountability", "contract"}
    assert "not shown" not in ran.told


def test_an_auditor_is_told_that_no_value_is_shown(shop: Path) -> None:
    ran = ropa("-r", shop, *SHOW, "--as", "auditor").done()
    assert ran.text == ""
    assert "an auditor is shown no value; activities that hold something: 2\n" in ran.told


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SUPPORT])
def test_a_role_that_the_member_does_not_have_is_refused(
    shop: Path, member: str, role: Role
) -> None:
    with Register.open(shop) as register:
        before = register.head
    ran = ropa("-r", shop, "--actor", member, *SHOW, "--as", role).refused("not-permitted")
    assert (ran.code, ran.text) == (4, "")
    with Register.open(shop) as register:
        assert register.head == before


def test_role_and_purpose_are_recorded_for_the_member(shop: Path, member: str) -> None:
    asked = ("--as", "support", "--purpose", "support-case")
    assert NAME in ropa("-r", shop, "--actor", member, *SHOW, *asked).done().text
    with Register.open(shop) as register:
        event = next(register.events(after=register.head - 1))
    assert event.actor == member
    assert event.data == LookedUp(
        role=Role.SUPPORT, purpose=LookUpPurpose.SUPPORT_CASE, activities=("contract",)
    )
    paper = ropa("-r", shop, "report", "access", "--person", "webshop/K-1", "-l", "en").done().text
    assert member not in paper
    assert STAFF not in paper


def test_of_what_is_erased_day_and_ground_are_shown(shop: Path) -> None:
    with sqlite3.connect(shop / "vault" / "keys.db") as db:
        db.execute(
            "INSERT INTO tombstones SELECT key_id, owner, activity, bucket, 7, 'requested',"
            " '2024-03-02' FROM data_keys WHERE activity = 'contract'"
        )
        db.execute("DELETE FROM data_keys WHERE activity = 'contract'")
    db.close()
    assert set(rows(ropa("-r", shop, *SHOW, "--as", "support", "--json")).values()) == {
        "[erased on 2024-03-02: requested]"
    }


@pytest.mark.parametrize("role", Role)
def test_of_staff_only_an_officer_takes_a_persons_paper(shop: Path, role: Role) -> None:
    hire = ("staff", "register", "--name", STAFF, "--role", role, "--reason", "Employed")
    member = ropa("-r", shop, *hire).done().text.strip()
    ran = ropa("-r", shop, "--actor", member, "report", "access", "--person", "webshop/K-1")
    if role is Role.OFFICER:
        assert NAME in ran.done().text
    else:
        ran.refused("not-permitted")
        assert (ran.code, ran.text) == (4, "")


def test_of_what_is_restricted_only_the_ground_is_shown(shop: Path) -> None:
    restricted = {"activities": ["contract"], "ground": "needed-for-claims"}
    with Register.open(shop) as register:
        append(register, [sent("person.restricted", restricted, subject="K-1")])
    for role in ("support", "billing"):
        ran = ropa("-r", shop, *SHOW, "--as", role, "--json")
        assert rows(ran) == dict.fromkeys(
            ["contract contact.email", "contract contact.name"], "[restricted: needed-for-claims]"
        )


@pytest.mark.parametrize(
    "call",
    [
        ("staff", "list", "--json"),
        ("report", "difference", "--since-at", "1"),
        ("report", "article30"),
        ("replay", "register"),
    ],
    ids=" ".join,
)
def test_no_name_of_staff_is_given_out(shop: Path, member: str, call: tuple[str, ...]) -> None:
    ran = ropa("-r", shop, *call).done()
    assert STAFF.encode() not in ran.out + ran.err
    assert call[0] != "staff" or member in ran.text
