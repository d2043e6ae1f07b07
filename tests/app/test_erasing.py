"""What is erased is gone, what law keeps stays, and nothing that comes later brings it back."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ropa.app import Register
from ropa.app.forgetting import Asked
from ropa.app.receipt import Receipt, Status
from ropa.domain.activity.events import ActivityAmended
from ropa.domain.person.events import (
    AccountingRecordFiled,
    ActivityStarted,
    Carried,
    ContactChanged,
    DetailsCarried,
    MergeGround,
    Objected,
    PersonIdentified,
    PersonMerged,
    PersonRegistered,
    RecordKind,
)
from ropa.domain.person.forgetting import (
    ErasureCompleted,
    ErasureDecided,
    HoldGround,
    HoldPlaced,
    ObjectionRemembered,
)
from ropa.domain.person.values import AccountingRecord, AccountNumber, ContactDetails, Money
from ropa.domain.request.events import (
    RequestErasureDecided,
    RequestKind,
    RequestReceived,
    RequestText,
    RequestWithdrawn,
)
from ropa.domain.staff.events import StaffDetails, StaffErasureDecided, StaffRegistered
from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround, Unit, Withheld, WithholdingGround
from ropa.kernel.fact import Fact
from ropa.kernel.ids import Channel, Role
from ropa.kernel.law import LegalBasis
from ropa.kernel.opening import Erased, Values
from ropa.kernel.problem import Code, Problem
from ropa.vault import Kind
from ropa.views.people import PEOPLE
from tests.app.shop import NOW, founded, new, numbered

EMAIL = "anna@exempel.example"
REQUEST = "3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e21"
KEPT_YEARS = {date(2023, 12, 31): date(2030, 12, 31), date(2024, 12, 31): date(2031, 12, 31)}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return founded(tmp_path / "shop")


@pytest.fixture
def register(shop: Path) -> Iterator[Register]:
    with Register.open(shop, clock=lambda: NOW) as opened:
        yield opened


def fact(data: Any, who: Any = None, personal: Any = None, *, days: int = -30) -> Fact[Any]:
    """Give a fact of so many days from now."""
    when = NOW + timedelta(days=days)
    return Fact(
        data=data, subject=who, personal=personal, source="webshop", id=f"f.{new()}",
        occurred_at=when,
    )  # fmt: skip


def tell(register: Register, *facts: Fact[Any]) -> list[Receipt]:
    return register.append(facts)


def registered(number: str) -> Fact[Any]:
    told = PersonRegistered(namespace="webshop", activities=("accountability",))
    return fact(told, numbered(number), AccountNumber(number=number))


def begun(who: Any, activity: str = "contract", *, days: int = -30) -> Fact[Any]:
    basis = LegalBasis.CONTRACT if activity == "contract" else LegalBasis.LEGITIMATE_INTEREST
    return fact(ActivityStarted(activity=activity, basis=basis), who, days=days)


def given(who: Any, *activities: str, email: str = EMAIL, days: int = -30) -> Fact[Any]:
    named = ContactChanged(channel=Channel.ACCOUNT_PAGE, activities=activities)
    return fact(named, who, ContactDetails(name="Anna Exempel", email=email), days=days)


def filed(who: Any, year: date) -> Fact[Any]:
    kept = AccountingRecordFiled(
        kind=RecordKind.INVOICE, financial_year_end=year, activities=("bookkeeping",)
    )
    record = AccountingRecord(
        voucher=f"F-{new()}", amount=Money(total="125.00"), name="Anna Exempel", email=EMAIL
    )
    return fact(kept, who, record)


def objection(who: Any, *, days: int = -10) -> Fact[Any]:
    return fact(Objected(activity="marketing", channel=Channel.E_MAIL), who, days=days)


def anna(register: Register, number: str = "K-1") -> str:
    """Let Anna be a customer with a voucher of each of two years, who gets marketing."""
    who = numbered(number)
    tell(
        register,
        registered(number),
        begun(who),
        begun(who, "marketing"),
        given(who, "contract", "marketing"),
        *(filed(who, year) for year in KEPT_YEARS),
    )
    found = register.find(who)
    assert found is not None
    return found


def answers(register: Register, person: str) -> dict[tuple[int, str], Any]:
    """Give what each box about a person answers."""
    with register.asking(person=person) as sources:
        return {
            (event.position, activity): sources.open(event, activity)
            for event in sources.events(person)
            for activity in event.sealed
        }


def events_of(register: Register, kind: type) -> list[Any]:
    return [event for event in register.events() if isinstance(event.data, kind)]


def refusal(work: Callable[..., object], *arguments: Any, **options: Any) -> Code:
    with pytest.raises(Problem) as caught:
        work(*arguments, **options)
    return caught.value.code


def erase(register: Register, person: str, **asked: Any) -> Any:
    return register.erase(Asked(person, **asked), actor="officer")


def kinds(found: dict[tuple[int, str], Any], activity: str) -> list[type]:
    return [type(answer) for (_, name), answer in found.items() if name == activity]


# The story.


def test_everything_goes_but_what_the_accounting_act_keeps(register: Register) -> None:
    person = anna(register)
    kept = {
        Withheld(
            activity="bookkeeping",
            bucket=str(year),
            ground=WithholdingGround.LEGAL_OBLIGATION,
            through=through,
        )
        for year, through in KEPT_YEARS.items()
    }
    (plan,) = register.preview_erasure(Asked(person))
    assert set(plan.withheld()) == kept
    before = register.head

    done = erase(register, person)

    assert (done.plans, done.done) == ((plan,), True)
    decided, completed = register.events(after=before)
    assert set(decided.data.withheld) == kept
    assert {one.activity for one in decided.data.erased} == {
        "accountability",
        "contract",
        "marketing",
    }
    assert completed.data == ErasureCompleted(decision=decided.position)
    found = answers(register, person)
    for (_, activity), answer in found.items():
        if activity != "bookkeeping":
            on = date(2024, 11, 22)
            assert answer == Erased(decided.position, ErasureGround.REQUESTED, on)
    assert kinds(found, "bookkeeping") == [Values, Values]
    assert len(found) == 5
    assert register.find(numbered("K-1")) is None
    assert list(register.check_views()) == []


def test_what_is_withheld_beyond_the_law_stays(register: Register) -> None:
    person = anna(register)
    erase(register, person, withhold={"contract": WithholdingGround.LEGAL_CLAIMS})
    assert kinds(answers(register, person), "contract") == [Values]
    assert kinds(answers(register, person), "marketing") == [Erased]
    assert register.find_by(Kind.EMAIL, EMAIL) == (person,)


def test_the_vouchers_of_one_year_go_without_those_of_another(register: Register) -> None:
    person = anna(register)
    decision = ErasureDecided(
        ground=ErasureGround.RETENTION_ENDED,
        erased=(Unit(activity="bookkeeping", bucket="2023-12-31"),),
    )
    assert register.dispose([Fact(data=decision, subject=person, source="retention")]).done
    row = register.rows().get(PEOPLE, person)
    assert row is not None
    part = row.parts["bookkeeping"]
    assert (set(part.kept), set(part.gone)) == ({"2024-12-31"}, {"2023-12-31"})
    assert kinds(answers(register, person), "bookkeeping") == [Erased, Values]
    assert refusal(tell, register, filed(person, date(2023, 12, 31))) is Code.ERASED
    tell(register, filed(person, date(2024, 12, 31)))


def test_all_records_of_a_person_are_erased(register: Register) -> None:
    one, other = anna(register), anna(register, "K-2")
    tell(register, fact(PersonMerged(other=other, ground=MergeGround.SAME_ACCOUNT), one))
    erase(register, other)
    assert {event.subject for event in events_of(register, ErasureDecided)} == {one, other}
    for person in (one, other):
        found = answers(register, person)
        assert {type(answer) for (_, name), answer in found.items() if name != "bookkeeping"} == {
            Erased
        }


def test_texts_of_requests_and_names_of_staff_have_erasures_of_their_own(
    register: Register,
) -> None:
    person = anna(register)
    received = RequestReceived(
        request=REQUEST,
        kinds=(RequestKind.ERASURE,),
        channel=Channel.E_MAIL,
        activities=("rights",),
    )
    eva = StaffRegistered(roles=(Role.SUPPORT,), activities=("staff-access",), reason="New")
    tell(register, fact(received, person, RequestText(text="Radera allt")))
    (receipt,) = tell(register, fact(eva, None, StaffDetails(name="Eva Exempel")))
    staff = receipt.subject
    (plan,) = register.preview_erasure(Asked(person, request=REQUEST))
    assert Unit(activity="rights", bucket=REQUEST) in {one.unit for one in plan.units}
    assert Unit(activity="rights", bucket=REQUEST) not in plan.erased()
    ended = ErasureGround.RETENTION_ENDED
    text = (Unit(activity="rights", bucket=REQUEST),)
    of_request = RequestErasureDecided(request=REQUEST, ground=ended, erased=text)
    of_staff = StaffErasureDecided(ground=ended, erased=(Unit(activity="staff-access"),))
    register.dispose(
        [
            Fact(data=of_request, source="retention"),
            Fact(data=of_staff, subject=staff, source="retention"),
        ]
    )
    with register.asking() as sources:
        for event in register.events():
            if isinstance(event.data, RequestReceived | StaffRegistered):
                for activity in event.sealed:
                    assert isinstance(sources.open(event, activity), Erased)
    assert kinds(answers(register, person), "contract") == [Values]


# What comes afterwards.


def test_what_an_application_sends_afterwards_is_about_nobody(register: Register) -> None:
    erase(register, anna(register))
    late = given(numbered("K-1"), "contract", days=-1)
    assert refusal(tell, register, late) is Code.UNKNOWN_SUBJECT
    tell(register, registered("K-1"))
    assert register.find(numbered("K-1")) is not None


def test_a_value_from_before_is_let_in_nowhere(register: Register) -> None:
    person = anna(register)
    erase(register, person)
    assert refusal(tell, register, given(person, "contract")) is Code.NO_ACTIVITY_FOR_VALUE
    tell(register, begun(person, days=-2))  # told of late: it began before, and is no new one
    assert refusal(tell, register, given(person, "contract")) is Code.NO_ACTIVITY_FOR_VALUE


def test_a_new_relation_lets_new_values_in_and_the_old_ones_stay_gone(shop: Path) -> None:
    with Register.open(shop, clock=lambda: NOW) as register:
        person = anna(register)
        erase(register, person)
        fence = events_of(register, ErasureDecided)[0].position
    with Register.open(shop, clock=lambda: NOW + timedelta(days=2)) as register:
        tell(register, begun(person, days=1), given(person, "contract", days=1))
        found = answers(register, person)
        assert {type(found[place]) for place in found if place[0] > fence} == {Values}
        assert kinds(found, "contract") == [Erased, Values]
        assert register.finish_erasures()
        assert answers(register, person) == found


def test_a_retry_from_before_gets_its_receipt_and_records_nothing(register: Register) -> None:
    who = numbered("K-7")
    first = [registered("K-7"), begun(who), given(who, "contract"), registered("K-7")]
    tell(register, *first)
    person = register.find(who)
    assert person is not None
    unchanged = fact(first[0].data, who, first[0].personal)
    assert [receipt.status for receipt in tell(register, unchanged)] == [Status.UNCHANGED]
    erase(register, person)
    head = register.head
    again = tell(register, *first, unchanged)
    assert [receipt.status for receipt in again] == [
        Status.ERASED, Status.ERASED, Status.ERASED, Status.ERASED, Status.ERASED,
    ]  # fmt: skip
    assert register.head == head


def test_a_decision_that_is_not_carried_out_lets_nothing_in(register: Register) -> None:
    person = anna(register)
    with held_open(register):
        assert not erase(register, person).done
        voucher_kept = filed(person, date(2024, 12, 31))
        tell(register, voucher_kept)
        known = PersonIdentified(namespace="webshop", activities=("accountability",))
        number = fact(known, person, AccountNumber(number="K-8"))
        assert refusal(tell, register, number) is Code.ERASURE_PENDING
    assert register.finish_erasures()
    assert refusal(tell, register, number) is Code.ERASED


# Readers, threads, and crashes.


class held_open:  # noqa: N801 - reads as what it is
    """A reader of both files who does not end: it needs the write-ahead logs as they are."""

    def __init__(self, register: Register) -> None:
        root = register.files.root
        self._open = [sqlite3.connect(root / name) for name in ("log.db", "vault/keys.db")]

    def __enter__(self) -> None:
        for db in self._open:
            db.execute("BEGIN")
            db.execute("SELECT count(*) FROM meta").fetchone()

    def __exit__(self, *_: object) -> None:
        for db in self._open:
            db.close()


def test_an_open_reader_makes_it_pending_and_the_next_opening_finishes(shop: Path) -> None:
    with Register.open(shop, clock=lambda: NOW) as register:
        person = anna(register)
        with held_open(register):
            assert not erase(register, person).done
            assert events_of(register, ErasureCompleted) == []
            row = register.rows().get(PEOPLE, person)
            assert row is not None
            assert row.parts["contract"].gone[""].completed is None
    with Register.open(shop, clock=lambda: NOW) as register:
        (completed,) = events_of(register, ErasureCompleted)
        row = register.rows().get(PEOPLE, person)
        assert row is not None
        assert row.parts["contract"].gone[""].completed == completed.position


def test_two_at_once_erase_once(shop: Path) -> None:
    with Register.open(shop, clock=lambda: NOW) as register:
        person = anna(register)
        codes: list[Code | None] = []

        def work(_: int) -> None:
            try:
                erase(register, person)
            except Problem as problem:
                codes.append(problem.code)
            else:
                codes.append(None)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
        assert sorted(codes, key=str) == [None, *[Code.ALREADY_DONE] * 3]
        assert len(events_of(register, ErasureDecided)) == 1
        assert len(events_of(register, ErasureCompleted)) == 1


def test_a_vault_put_back_from_an_old_copy_erases_again(shop: Path) -> None:
    with Register.open(shop, clock=lambda: NOW) as register:
        person = anna(register)
    old = (shop / "vault/keys.db").read_bytes()
    with Register.open(shop, clock=lambda: NOW) as register:
        erase(register, person)
        erased = answers(register, person)
    (shop / "vault/keys.db").write_bytes(old)
    with Register.open(shop, clock=lambda: NOW) as register:
        assert answers(register, person) == erased
        assert register.find(numbered("K-1")) is None


def test_a_log_put_back_from_an_old_copy_is_refused(shop: Path) -> None:
    with Register.open(shop, clock=lambda: NOW) as register:
        person = anna(register)
    old = (shop / "log.db").read_bytes()
    with Register.open(shop, clock=lambda: NOW) as register:
        erase(register, person)
    (shop / "log.db").write_bytes(old)
    assert refusal(Register.open, shop) is Code.LOG_ROLLED_BACK


# What is refused.


def test_erasing_is_refused_with_what_to_do(register: Register) -> None:
    person = anna(register)
    nobody = "6f0c1c1e-52a4-4b3f-8d0e-6a4b8f0c2d11"
    assert refusal(erase, register, nobody) is Code.UNKNOWN_SUBJECT
    claims = {"shipping": WithholdingGround.LEGAL_CLAIMS}
    assert refusal(erase, register, person, withhold=claims) is Code.UNKNOWN_ACTIVITY
    assert refusal(erase, register, person, request=REQUEST) is Code.UNKNOWN_REQUEST
    asked = (RequestKind.ERASURE,)
    received = RequestReceived(request=REQUEST, kinds=asked, channel=Channel.E_MAIL)
    tell(register, fact(received, person))
    tell(register, fact(RequestWithdrawn(request=REQUEST, channel=Channel.PHONE)))
    assert refusal(erase, register, person, request=REQUEST) is Code.REQUEST_CLOSED
    held = HoldPlaced(activities=("contract",), ground=HoldGround.DISPUTE)
    tell(register, fact(held, person))
    assert refusal(erase, register, person) is Code.ON_HOLD
    erase(register, person, withhold={"contract": WithholdingGround.LEGAL_CLAIMS})
    head = register.head
    again = {"contract": WithholdingGround.LEGAL_CLAIMS}
    assert refusal(erase, register, person, withhold=again) is Code.ALREADY_DONE
    assert register.head == head


# Suppression.


def test_an_objection_outlives_the_erasure(register: Register) -> None:
    person = anna(register)
    tell(register, objection(person))
    erase(register, person)
    (decided,) = events_of(register, ErasureDecided)
    assert [one.activity for one in decided.data.suppressed] == ["marketing"]

    back = numbered("K-5")
    tell(register, registered("K-5"), begun(back), begun(back, "marketing"))
    receipt = tell(register, given(back, "contract", "marketing", email=EMAIL.upper()))[0]

    assert receipt.skipped == ("marketing",)
    (remembered,) = events_of(register, ObjectionRemembered)
    assert remembered.data.objected_on == date(2024, 11, 12)
    assert refusal(tell, register, begun(back, "marketing", days=-1)) is Code.OBJECTED


def test_another_address_of_somebody_else_is_not_shut_out(register: Register) -> None:
    person = anna(register)
    tell(register, objection(person))
    erase(register, person)
    back = numbered("K-5")
    tell(register, registered("K-5"), begun(back), begun(back, "marketing"))
    receipt = tell(register, given(back, "contract", "marketing", email="bo@exempel.example"))[0]
    assert receipt.skipped == ()
    assert events_of(register, ObjectionRemembered) == []


def test_whoever_did_not_object_is_not_shut_out(register: Register) -> None:
    erase(register, anna(register))
    assert events_of(register, ErasureDecided)[0].data.suppressed == ()
    anna(register, "K-5")
    assert events_of(register, ObjectionRemembered) == []


# A category that the register no longer declares.


def test_what_a_dropped_category_held_goes_and_the_rest_stays(register: Register) -> None:
    person = anna(register)
    dropped = (Category.CONTACT_EMAIL, Category.CONTACT_ADDRESS)
    kept = tuple(
        one
        for one in (Category.CONTACT_NAME, Category.CONTACT_PHONE, Category.ORDER_MATTER)
        if one not in dropped
    )
    tell(
        register,
        fact(ActivityAmended(activity="contract", categories=kept, reason="Less is needed")),
    )
    (place,) = [place for place, activity in answers(register, person) if activity == "contract"]
    decision = ErasureDecided(
        ground=ErasureGround.CATEGORY_DROPPED,
        erased=(Unit(activity="contract"),),
        categories=dropped,
    )
    carried = DetailsCarried(
        origin="contract",
        target="contract",
        values=(Carried(category=Category.CONTACT_NAME, position=place),),
    )
    register.dispose(
        [
            Fact(data=decision, subject=person, source="retention"),
            Fact(data=carried, subject=person, source="retention"),
        ]
    )
    found = answers(register, person)
    assert kinds(found, "contract") == [Erased, Values]
    (left,) = [answer.values for answer in found.values() if isinstance(answer, Values)][-1:]
    assert left == {Category.CONTACT_NAME: "Anna Exempel"}
    tell(register, fact(ContactChanged(channel=Channel.PHONE, activities=("contract",)), person,
                        ContactDetails(name="Anna Ny")))  # fmt: skip
    assert kinds(answers(register, person), "contract") == [Erased, Values, Values]
