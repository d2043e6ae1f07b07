import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ropa.app import Register
from ropa.app.opening import Opening
from ropa.app.roles import Held
from ropa.domain.person.events import (
    LookedUp,
    LookUpPurpose,
    RestrictionException,
    RestrictionGround,
)
from ropa.domain.staff.events import (
    GivingOutGround,
    StaffDetails,
    StaffLeft,
    StaffNameGivenOut,
    StaffRegistered,
    StaffRolesChanged,
)
from ropa.kernel.categories import Category
from ropa.kernel.fact import Fact
from ropa.kernel.ids import Role
from ropa.kernel.opening import NotPermitted, Opened, Restricted, Values
from ropa.kernel.problem import Code, Problem
from ropa.vault import Vault
from tests.app.shop import NOW, append, customer, founded, new, numbered, sent
from tests.contract.world import activity as declared

CONTACT = {"name": "Åsa Öberg", "email": "asa@exempel.example"}
SHOWN = {
    Role.SUPPORT: {"contract"},
    Role.BILLING: {"contract", "bookkeeping"},
    Role.MARKETING: {"marketing"},
    Role.OFFICER: {"accountability"},
    Role.AUDITOR: set(),
}
"""The activities that a role is shown, by what the founding register declares."""


def about(kind: str, data: dict[str, Any], number: str = "K-1") -> dict[str, Any]:
    return sent(kind, data, id=f"n.{new()}", subject=number)


def held(number: str) -> list[dict[str, Any]]:
    """Give a customer of whom four activities hold something."""
    marketing = {"activity": "marketing", "basis": "legitimate-interest"}
    voucher = {
        "activities": ["bookkeeping"],
        "kind": "invoice",
        "financial_year_end": "2024-12-31",
        "personal": {"voucher": "A-17", "amount": {"total": "349.00"}, "name": CONTACT["name"]},
    }
    return [
        *customer(number, **CONTACT),
        about("person.activity-started", marketing, number),
        about("person.accounting-record-filed", voucher, number),
    ]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return founded(tmp_path / "shop")


@pytest.fixture
def register(shop: Path) -> Iterator[Register]:
    with Register.open(shop, clock=lambda: NOW) as opened:
        append(opened, held("K-1"))
        yield opened


@pytest.fixture
def person(register: Register) -> str:
    found = register.find(numbered("K-1"))
    assert found is not None
    return found


def employ(register: Register, *roles: Role) -> str:
    hired = StaffRegistered(roles=roles, activities=("staff-access",), reason="Employed")
    name = StaffDetails(name="Eva Exempel")
    (receipt,) = register.append([Fact(data=hired, source="cli", personal=name)])
    assert receipt.subject is not None
    return receipt.subject


def look(
    register: Register,
    person: str,
    role: Role = Role.SUPPORT,
    *,
    actor: str = "cli",
    purpose: LookUpPurpose = LookUpPurpose.SUPPORT_CASE,
    exception: RestrictionException | None = None,
) -> tuple[Held, ...]:
    return register.look_up(
        person, role=role, purpose=purpose, actor=actor, exception=exception
    ).held


def last(register: Register) -> Any:
    return next(register.events(after=register.head - 1))


def restrict(register: Register, number: str, *activities: str) -> None:
    data = {"activities": list(activities), "ground": "accuracy-contested"}
    append(register, [about("person.restricted", data, number)])


@pytest.mark.parametrize(("role", "activities"), SHOWN.items())
def test_a_role_is_shown_what_its_activities_hold(
    register: Register, person: str, role: Role, activities: set[str]
) -> None:
    found = register.look_up(person, role=role, purpose=LookUpPurpose.REQUEST, actor="cli")
    assert {one.activity for one in found.held} == activities
    assert all(isinstance(one.answer, Values) for one in found.held)
    assert found.others == 4 - len(activities)


@pytest.mark.parametrize("role", Role)
def test_a_look_is_recorded_with_role_and_purpose(
    register: Register, person: str, role: Role
) -> None:
    look(register, person, role, actor="till-4", purpose=LookUpPurpose.SUPERVISION)
    event = last(register)
    assert event.data == LookedUp(
        role=role, purpose=LookUpPurpose.SUPERVISION, activities=tuple(sorted(SHOWN[role]))
    )
    assert (event.actor, event.subject) == ("till-4", person)


def test_without_a_record_nothing_is_shown(shop: Path, person: str) -> None:
    with Register.open(shop, clock=lambda: NOW - timedelta(hours=1)) as early:
        before = early.head
        with pytest.raises(Problem) as refused:
            look(early, person)
        assert refused.value.code is Code.CLOCK_BEHIND
        assert early.head == before


def test_a_look_asks_for_the_keys_of_its_activities_and_of_no_others(
    shop: Path, register: Register, person: str
) -> None:
    with sqlite3.connect(shop / "vault" / "keys.db") as db:
        db.execute("UPDATE activity_keys SET fingerprint = x'00' WHERE activity = 'contract'")
    db.close()
    assert look(register, person, Role.MARKETING)
    with pytest.raises(Problem) as refused:
        look(register, person, Role.SUPPORT)
    assert refused.value.code is Code.ROOT_KEY_WRONG


@pytest.mark.parametrize("mine", ["contract", "bookkeeping", "marketing", "accountability"])
def test_a_reader_with_one_activitys_key_opens_nothing_of_the_others(
    shop: Path, register: Register, person: str, mine: str
) -> None:
    key = register._vault.export_activity_key(mine)
    with Vault.open_reader(shop / "vault", register.settings.register, {mine: key}) as reader:
        opening = Opening(register._log, reader)
        found = [
            (activity, opening(event, activity))
            for event in register.events()
            if event.subject == person
            for activity in event.sealed
        ]
    assert {activity for activity, _ in found} == {
        "contract",
        "bookkeeping",
        "marketing",
        "accountability",
    }
    for activity, answer in found:
        assert isinstance(answer, Values if activity == mine else NotPermitted)


def test_who_may_see_what_follows_the_register(register: Register, person: str) -> None:
    data = {"activity": "marketing", "roles": ["support"], "reason": "Support does the mailings"}
    append(register, [sent("activity.amended", data)])
    shown = {one.activity for one in look(register, person, Role.SUPPORT)}
    assert shown == {"contract", "marketing"}
    assert look(register, person, Role.MARKETING) == ()


def test_a_category_that_is_declared_no_longer_is_not_shown(
    register: Register, person: str
) -> None:
    data = {"activity": "contract", "categories": ["contact.name"], "reason": "Less is enough"}
    append(register, [sent("activity.amended", data)])
    answers = {str(one.category): one.answer for one in look(register, person)}
    assert answers.keys() == {"contact.name", "contact.email"}
    assert answers["contact.email"] == NotPermitted()
    assert isinstance(answers["contact.name"], Values)


def test_an_auditor_is_shown_nothing_whatever_is_declared(register: Register, person: str) -> None:
    data = {"activity": "contract", "roles": ["auditor"], "reason": "By mistake"}
    append(register, [sent("activity.amended", data)])
    assert look(register, person, Role.AUDITOR) == ()


def test_a_member_of_staff_looks_only_in_a_role_of_theirs(register: Register, person: str) -> None:
    member = employ(register, Role.SUPPORT, Role.MARKETING)
    assert look(register, person, Role.SUPPORT, actor=member)
    assert last(register).actor == member
    before = register.head
    for role in set(Role) - {Role.SUPPORT, Role.MARKETING}:
        with pytest.raises(Problem) as refused:
            look(register, person, role, actor=member)
        assert refused.value.code is Code.NOT_PERMITTED
    assert register.head == before

    changed = StaffRolesChanged(roles=(Role.BILLING,), reason="New post")
    register.append([Fact(data=changed, source="cli", subject=member)])
    assert look(register, person, Role.BILLING, actor=member)
    with pytest.raises(Problem):
        look(register, person, Role.SUPPORT, actor=member)

    register.append([Fact(data=StaffLeft(reason="Over"), source="cli", subject=member)])
    for role in Role:
        with pytest.raises(Problem):
            look(register, person, role, actor=member)


@pytest.mark.parametrize("purpose", LookUpPurpose)
def test_without_an_exception_what_is_restricted_is_shown_to_nobody(
    register: Register, person: str, purpose: LookUpPurpose
) -> None:
    restrict(register, "K-1", "contract", "accountability")
    shown = {
        (role, one.activity): (one.answer, one.restricted)
        for role in Role
        for one in look(register, person, role, purpose=purpose)
        if one.activity in {"contract", "accountability"}
    }
    withheld = (Restricted(), RestrictionGround.ACCURACY_CONTESTED)
    assert shown == dict.fromkeys(
        [
            (Role.SUPPORT, "contract"),
            (Role.BILLING, "contract"),
            (Role.OFFICER, "accountability"),
        ],
        withheld,
    )


@pytest.mark.parametrize("exception", RestrictionException)
def test_by_an_exception_what_is_restricted_is_shown_and_that_is_recorded(
    register: Register, person: str, exception: RestrictionException
) -> None:
    restrict(register, "K-1", "contract")
    found = look(register, person, Role.BILLING, exception=exception)
    assert {one.activity for one in found} == {"contract", "bookkeeping"}
    assert all(isinstance(one.answer, Values) for one in found)
    told = last(register).data
    assert (told.activities, told.exception) == (("bookkeeping", "contract"), exception)


def test_an_exception_where_nothing_is_restricted_is_none(register: Register, person: str) -> None:
    restrict(register, "K-1", "contract")
    for role in (Role.MARKETING, Role.AUDITOR):
        look(register, person, role, exception=RestrictionException.CONSENT)
        assert last(register).data.exception is None


def test_a_name_of_staff_is_opened_once_its_giving_out_is_recorded(register: Register) -> None:
    eva, officer = employ(register, Role.SUPPORT), employ(register, Role.OFFICER)
    request = "3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e21"
    asked = {"request": request, "kinds": ["access"], "channel": "phone"}
    ground = GivingOutGround.NEEDED_FOR_RIGHTS

    def name(member: str, actor: str = officer) -> Opened:
        return register.give_out_name(member, request=request, ground=ground, actor=actor)

    before = register.head
    with pytest.raises(Problem) as refused:
        name(eva)
    assert (refused.value.code, register.head) == (Code.UNKNOWN_REQUEST, before)
    append(register, [sent("request.received", asked, id="q-1")])
    for member, actor, code in (
        (eva, eva, Code.NOT_PERMITTED),
        (request, officer, Code.UNKNOWN_STAFF),
    ):
        with pytest.raises(Problem) as refused:
            name(member, actor)
        assert refused.value.code is code
    assert name(eva) == Values({Category.STAFF_NAME: "Eva Exempel"})
    event = last(register)
    assert event.data == StaffNameGivenOut(request=request, ground=ground)
    assert (event.subject, event.actor) == (eva, officer)


def test_a_look_names_no_activity_that_is_restricted(register: Register, person: str) -> None:
    restrict(register, "K-1", "contract")
    look(register, person, Role.BILLING)
    assert last(register).data.activities == ("bookkeeping",)


def test_a_restriction_on_one_record_of_a_person_holds_for_the_others(
    register: Register, person: str
) -> None:
    append(register, held("K-2"))
    other = register.find(numbered("K-2"))
    restrict(register, "K-2", "contract")
    assert all(isinstance(one.answer, Values) for one in look(register, person))
    data = {"other": other, "ground": "confirmed-by-person"}
    append(register, [about("person.merged", data)])
    assert {type(one.answer) for one in look(register, person)} == {Restricted}


def test_each_activity_is_shown_with_the_numbers_given_for_it(
    register: Register, person: str
) -> None:
    duty = {"basis": "legal-obligation", "duty": "accountability"}
    data = {"bases": [duty], "categories": ["identifier.account"], "roles": ["support"]}
    append(register, [sent("activity.declared", declared("warranty", **data))])
    number = {"namespace": "newsletter", "activities": ["warranty"], "personal": {"number": "N-5"}}
    append(register, [about("person.identified", number)])
    numbers = {
        (one.activity, one.namespace): list(one.answer.values.values())
        for role in (Role.SUPPORT, Role.OFFICER)
        for one in look(register, person, role)
        if one.namespace and isinstance(one.answer, Values)
    }
    assert numbers == {("warranty", "newsletter"): ["N-5"], ("accountability", "webshop"): ["K-1"]}
    assert len(look(register, person, Role.OFFICER)) == 1
