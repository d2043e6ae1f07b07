"""The Python API: what comes back, what is all or nothing, and what a past moment is."""

import dataclasses
import os
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

import ropa
from ropa.app import Moment, Register, Status
from ropa.domain.person.events import ActivityStarted, ContactChanged, Objected, PersonRegistered
from ropa.domain.person.values import AccountNumber, ContactDetails
from ropa.kernel.fact import Fact, Number
from ropa.kernel.ids import Channel
from ropa.kernel.law import LegalBasis
from ropa.kernel.opening import Values
from ropa.kernel.problem import Code, Problem
from ropa.views.people import PEOPLE
from tests.app.shop import NOW, SOURCES, append, customer, founded, sent, stored

ANNA = Number("webshop", "KUND0001")
DETAILS = ContactDetails(name="Anna Exempel", email="anna@exempel.example")
REGISTERED = Fact(
    data=PersonRegistered(namespace="webshop", activities=("accountability",)),
    personal=AccountNumber(number=ANNA.number),
    source="webshop",
    id="a-1",
)
STARTED = Fact(
    data=ActivityStarted(activity="contract", basis=LegalBasis.CONTRACT),
    subject=ANNA,
    source="webshop",
    id="a-2",
)
CHANGED = Fact(
    data=ContactChanged(channel=Channel.PHONE, activities=("contract", "marketing")),
    personal=DETAILS,
    subject=ANNA,
    source="webshop",
    id="a-3",
)


def test_receipts_say_what_was_recorded(register: Register) -> None:
    head = register.head
    receipts = register.append([REGISTERED, STARTED, CHANGED])
    events = list(register.events(after=head))
    assert [receipt.position for receipt in receipts] == [event.position for event in events]
    assert [receipt.version for receipt in receipts] == [1, 2, 3]
    assert {receipt.subject for receipt in receipts} == {register.find(ANNA)}
    assert {receipt.stream for receipt in receipts} == {f"person/{receipts[0].subject}"}
    assert all(receipt.leaf and len(receipt.leaf) == 64 for receipt in receipts)
    assert receipts[2].skipped == ("marketing",)
    assert {event.recorded_at for event in events} == {NOW}
    assert events[0].actor == "app:webshop"


def test_a_batch_is_all_or_nothing(shop: Path, register: Register) -> None:
    before = stored(shop)
    lost = dataclasses.replace(CHANGED.data, activities=("web-analytics",))
    refused_fact = Fact(data=lost, personal=DETAILS, subject=ANNA, source="webshop", id="a-4")
    with pytest.raises(Problem) as refused:
        register.append([REGISTERED, STARTED, CHANGED, refused_fact])
    assert (refused.value.code, refused.value.where.line) == (Code.NO_ACTIVITY_FOR_VALUE, 4)
    assert stored(shop) == before
    assert register.find(ANNA) is None
    assert [receipt.status for receipt in register.append([REGISTERED, STARTED, CHANGED])] == [
        Status.RECORDED
    ] * 3


def test_within_a_batch_each_fact_stands_on_the_one_before(register: Register) -> None:
    objected = Fact(
        data=Objected(activity="marketing", channel=Channel.PHONE),
        subject=ANNA,
        source="webshop",
        id="a-9",
    )
    again = ActivityStarted(activity="marketing", basis=LegalBasis.LEGITIMATE_INTEREST)
    late = Fact(data=again, subject=ANNA, source="webshop", id="a-10")
    with pytest.raises(Problem) as refused:
        register.append([REGISTERED, STARTED, objected, late])
    assert (refused.value.code, refused.value.where.line) == (Code.OBJECTED, 4)


def test_a_repeat_in_the_same_batch_gets_the_whole_receipt(register: Register) -> None:
    first, again = register.append([REGISTERED, REGISTERED])
    assert again.status is Status.REPEATED
    assert again.leaf == first.leaf
    assert again.position == first.position


def test_what_changes_nothing_cannot_come_true_later(register: Register) -> None:
    """A start that came to nothing stays nothing, though it is sent again after the end."""
    start = sent(
        "person.activity-started",
        {"activity": "contract", "basis": "contract"},
        subject=ANNA.number,
    )
    end = {"activity": "contract", "reason": "relation-ended"}
    register.append([REGISTERED])
    append(register, [{**start, "id": "s-1", "time": "2024-05-01T00:00:00Z"}])
    (receipt,) = append(register, [{**start, "id": "s-2", "time": "2024-04-01T00:00:00Z"}])
    assert (receipt.status, receipt.position, receipt.leaf) == (Status.UNCHANGED, None, None)
    with register._log.writing() as writing:
        seen = writing.seen([("webshop", "s-1"), ("webshop", "s-2")])
    # Only what left no event has to be found by whom it was about.
    assert seen["webshop", "s-1"].subject is None
    assert seen["webshop", "s-2"].subject == register.find(ANNA)
    append(
        register,
        [
            sent(
                "person.activity-ended",
                end,
                id="s-3",
                subject=ANNA.number,
                time="2024-06-01T00:00:00Z",
            )
        ],
    )
    head = register.head
    (again,) = append(register, [{**start, "id": "s-2", "time": "2024-04-01T00:00:00Z"}])
    assert (again.status, again.position, register.head) == (Status.REPEATED, None, head)


def test_the_expected_version_is_that_of_the_history(register: Register) -> None:
    register.append([REGISTERED])
    register.append([msgspec.structs.replace(STARTED, expected_version=1)])
    with pytest.raises(Problem) as refused:
        register.append([msgspec.structs.replace(CHANGED, expected_version=1)])
    assert refused.value.code is Code.STALE_VERSION


def test_nothing_is_appended_of_nothing(register: Register) -> None:
    assert register.append([]) == []


def test_a_register_is_open_to_nobody_else(tmp_path: Path) -> None:
    Register.create(tmp_path / "new", sources=SOURCES)
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new" / "vault" / "root.key").stat().st_mode & 0o077 == 0


def test_the_root_key_may_come_from_the_environment(tmp_path: Path) -> None:
    environ = {"ROPA_ROOT_KEY": os.urandom(32).hex()}
    Register.create(tmp_path / "new", environ=environ)
    assert not (tmp_path / "new" / "vault" / "root.key").exists()
    with Register.open(tmp_path / "new", environ=environ):
        pass
    with pytest.raises(Problem) as refused:
        Register.open(tmp_path / "new", environ={})
    assert refused.value.code is Code.ROOT_KEY_MISSING


def test_the_public_names_open_a_register(shop: Path) -> None:
    with ropa.open(shop) as register:
        register.append([REGISTERED])
        assert register.find(ropa.Number("webshop", ANNA.number))
    assert all(getattr(ropa, name) for name in ropa.__all__)


def test_every_moment_of_the_calendar_can_be_asked_for(shop: Path) -> None:
    """The first and the last day lie outside the calendar, as seen from elsewhere."""
    with Register.open(shop) as register:
        append(register, customer(ANNA.number, name="Anna", email="anna@exempel.example"))
        for asked in (date.min, date(1, 1, 2), date(2024, 3, 2), date(9999, 12, 30), date.max):
            for moment in (Moment(as_of=asked), Moment(valid_at=asked)):
                rows = dict(register.rows(moment).all(PEOPLE))
                assert len(rows) in {0, 1}
        assert dict(register.rows(Moment(as_of=date.min)).all(PEOPLE)) == {}
        assert len(dict(register.rows(Moment(as_of=date.max)).all(PEOPLE))) == 1


@pytest.mark.parametrize(
    "moment",
    [
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
        datetime(2024, 1, 1),  # noqa: DTZ001 - a moment without its zone is the point
    ],
)
def test_a_moment_outside_the_calendar_is_refused(register: Register, moment: datetime) -> None:
    with pytest.raises(Problem) as refused:
        register.append([msgspec.structs.replace(REGISTERED, occurred_at=moment)])
    assert (refused.value.code, refused.value.where.field) == (Code.MALFORMED_ENVELOPE, "time")


def test_a_moment_is_told_in_utc(register: Register) -> None:
    local = datetime(2024, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    register.append([msgspec.structs.replace(REGISTERED, occurred_at=local)])
    (event,) = register.events(after=register.head - 1)
    assert event.occurred_at == datetime(2024, 5, 1, 10, tzinfo=UTC)


def test_boxes_open_for_who_holds_the_root(register: Register) -> None:
    register.append([REGISTERED, STARTED, CHANGED])
    (event,) = register.events(after=register.head - 1)
    with register.asking() as sources:
        answer = sources.open(event, "contract")
    assert isinstance(answer, Values)
    assert set(answer.values.values()) == {DETAILS.name, DETAILS.email}


def test_another_process_is_followed(shop: Path) -> None:
    with (
        Register.open(shop, clock=lambda: NOW) as one,
        Register.open(shop, clock=lambda: NOW) as other,
    ):
        one.append([REGISTERED])
        other.append([STARTED])
        one.append([CHANGED])
        declared = sent(
            "activity.retired", {"activity": "contract", "reason": "It is over"}, id="x"
        )
        append(other, [declared])
        with pytest.raises(Problem) as refused:
            one.append([msgspec.structs.replace(CHANGED, id="a-4")])
        assert refused.value.code is Code.RETIRED


def test_a_register_is_made_only_once(tmp_path: Path) -> None:
    shop = founded(tmp_path / "shop-2")
    with pytest.raises(Problem) as refused:
        Register.create(shop)
    assert refused.value.code is Code.REGISTER_EXISTS
