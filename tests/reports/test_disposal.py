"""What is due when: each start of a rule, what goes before any rule, and what blocks."""

from datetime import UTC, date
from itertools import count, islice
from typing import Any

import pytest

from ropa.domain.activity.events import (
    ActivityAmended,
    ActivityDeclared,
    ActivityRetired,
    Cookie,
    CookieKind,
    Retention,
    RetentionStart,
)
from ropa.domain.person.events import (
    AccountingRecordFiled,
    ActivityEnded,
    ActivityStarted,
    ConsentGiven,
    ConsentWithdrawn,
    ContactChanged,
    EndReason,
    MergeGround,
    NoticeVersion,
    Objected,
    RecordKind,
    Restricted,
    RestrictionGround,
)
from ropa.domain.person.forgetting import (
    ErasureDecided,
    HoldEnd,
    HoldGround,
    HoldLifted,
    HoldPlaced,
)
from ropa.domain.request.events import (
    RequestAnswered,
    RequestKind,
    RequestReceived,
)
from ropa.domain.staff.events import StaffLeft, StaffRegistered
from ropa.kernel.categories import Category
from ropa.kernel.deadline import Calendar
from ropa.kernel.erasing import ErasureGround, Unit
from ropa.kernel.ids import Channel, Language, Role
from ropa.kernel.law import Basis, Duty, LegalBasis, LocalText
from ropa.reports.disposal.due import BlockKind, Case, cases, cases_of
from ropa.reports.disposal.units import Due, Owner, Rules, stored_units
from ropa.reports.retention import Waiting
from ropa.views.people import PEOPLE
from tests.histories import ANNA, BERT, EVA, Log, merged

FOREVER = date.max
REQUEST = "3f0d7c52-9f1e-4a0b-8d6a-0b1c2d3e4f50"
EMAIL, PHONE = Category.CONTACT_EMAIL, Category.CONTACT_PHONE
TEXT = LocalText(sv="Text", en="Text")
THREE_YEARS = Retention(start=RetentionStart.RELATION_ENDED, years=3)
AT_ONCE = Retention(start=RetentionStart.OBJECTION_OR_WITHDRAWAL)
BOOKS = Retention(
    start=RetentionStart.FINANCIAL_YEAR_ENDED, years=7, from_end_of_calendar_year=True
)
VISITS = Retention(start=RetentionStart.COOKIE_LIFETIME)


def declared(activity: str, rule: Retention | None, *bases: LegalBasis, **more: Any) -> Any:
    made = tuple(Basis(basis=one) for one in bases or (LegalBasis.CONTRACT,))
    entry = {"bases": made, "categories": (EMAIL, PHONE), **more}
    return ActivityDeclared(activity=activity, title=TEXT, retention=rule, reason="-", **entry)


def cookie(days: int | None, kind: CookieKind = CookieKind.PERSISTENT) -> Cookie:
    return Cookie(name="c", kind=kind, lifetime_days=days, purpose=TEXT)


def contact(log: Log, activity: str, *, who: str = ANNA, day: int = 2) -> int:
    changed = ContactChanged(channel=Channel.E_MAIL, activities=(activity,))
    return log.add(changed, who, {activity: {EMAIL: "a@b.example"}}, day=day)


def started(activity: str, basis: LegalBasis = LegalBasis.CONTRACT) -> ActivityStarted:
    return ActivityStarted(activity=activity, basis=basis)


def ended(activity: str) -> ActivityEnded:
    return ActivityEnded(activity=activity, reason=EndReason.RELATION_ENDED)


def given(activity: str) -> ConsentGiven:
    return ConsentGiven(
        activity=activity,
        wording=NoticeVersion(notice="w", version="1"),
        language=Language.SV,
        channel=Channel.E_MAIL,
    )


def withdrawn(activity: str) -> ConsentWithdrawn:
    return ConsentWithdrawn(activity=activity, channel=Channel.E_MAIL)


def customer(rule: Retention | None = THREE_YEARS, **more: Any) -> Log:
    log = Log()
    log.add(declared("contract", rule, **more), day=1)
    log.add(started("contract"), ANNA, day=1)
    contact(log, "contract")
    return log


def rules(log: Log) -> Rules:
    return Rules(log.rows(), Calendar(zone=UTC))


def units(log: Log) -> list[Due]:
    return list(stored_units(rules(log)))


def unit(log: Log) -> Due:
    (found,) = units(log)
    return found


def due(log: Log, on: date = FOREVER) -> list[Case]:
    return list(cases(rules(log), on))


def blocks(log: Log) -> list[BlockKind]:
    (found,) = due(log)
    return [block.kind for block in found.blocks]


# Starts.


def test_while_the_relation_runs_nobody_knows_the_last_day() -> None:
    found = unit(customer())
    assert (found.through, found.waiting) == (None, Waiting.RELATION_RUNS)
    assert (found.owner, found.boxes) == (Owner.PERSON, 1)
    assert due(customer()) == []


def test_a_relation_that_ended_is_kept_for_its_period_and_due_on_the_day_after() -> None:
    log = customer()
    log.add(ended("contract"), ANNA, day=10)
    assert unit(log).through == date(2029, 1, 10)
    assert due(log, date(2029, 1, 10)) == []
    assert [case.due.ground for case in due(log, date(2029, 1, 11))] == [
        ErasureGround.RETENTION_ENDED
    ]


def test_a_relation_ends_with_its_last_basis() -> None:
    both = LegalBasis.CONTRACT, LegalBasis.CONSENT
    log = Log()
    log.add(declared("club", THREE_YEARS, *both), day=1)
    log.add(started("club"), ANNA, day=1)
    log.add(given("club"), ANNA, day=1)
    contact(log, "club")
    log.add(ended("club"), ANNA, day=5)
    assert unit(log).waiting is Waiting.RELATION_RUNS
    log.add(withdrawn("club"), ANNA, day=8)
    # The agreement was another ground: the rule counts, and not Art. 17(1)(b).
    assert (unit(log).through, unit(log).ground) == (
        date(2029, 1, 8),
        ErasureGround.RETENTION_ENDED,
    )


def test_a_retired_activity_ends_every_relation() -> None:
    log = customer()
    log.add(ActivityRetired(activity="contract", reason="-"), day=20)
    assert unit(log).through == date(2029, 1, 20)
    log.add(ended("contract"), ANNA, day=30)
    assert unit(log).through == date(2029, 1, 20)


def filed(log: Log, end: date, day: int) -> None:
    record = AccountingRecordFiled(
        kind=RecordKind.INVOICE, financial_year_end=end, activities=("books",)
    )
    log.add(record, ANNA, {"books": {EMAIL: "a@b.example"}}, day=day)


def books() -> Log:
    log = Log()
    duty = Basis(basis=LegalBasis.LEGAL_OBLIGATION, duty=Duty.ACCOUNTING)
    log.add(declared("books", BOOKS, bases=(duty,)), day=1)
    return log


@pytest.mark.parametrize("end", [date(2026, 1, 31), date(2026, 6, 30), date(2026, 12, 31)])
def test_vouchers_of_broken_financial_years_stay_through_the_seventh_calendar_year(
    end: date,
) -> None:
    log = books()
    filed(log, end, 3)
    assert (unit(log).bucket, unit(log).through) == (end.isoformat(), date(2033, 12, 31))


def test_the_vouchers_of_one_year_go_while_those_of_another_stay() -> None:
    log = books()
    filed(log, date(2019, 12, 31), 3)
    filed(log, date(2019, 12, 31), 4)
    filed(log, date(2025, 12, 31), 5)
    (found,) = due(log, date(2027, 1, 1))
    assert (found.due.bucket, found.due.boxes) == ("2019-12-31", 2)


def test_what_was_collected_is_kept_from_the_latest_of_its_unit() -> None:
    log = Log()
    log.add(declared("survey", Retention(start=RetentionStart.COLLECTED, months=6)), day=1)
    contact(log, "survey", day=2)
    contact(log, "survey", day=5)
    contact(log, "survey", day=3)
    assert (unit(log).through, unit(log).boxes) == (date(2026, 7, 5), 3)


@pytest.mark.parametrize(
    ("cookies", "through"),
    [
        ((cookie(None, CookieKind.SESSION),), date(2026, 1, 2)),
        ((cookie(30), cookie(90), cookie(None, CookieKind.SESSION)), date(2026, 4, 2)),
        ((cookie(30), cookie(None)), None),
        ((), None),
    ],
)
def test_what_cookies_collect_is_kept_for_the_longest_lifetime_of_a_persistent_one(
    cookies: tuple[Cookie, ...], through: date | None
) -> None:
    log = Log()
    log.add(declared("web", VISITS, LegalBasis.CONSENT, cookies=cookies), day=1)
    log.add(given("web"), ANNA, day=1)
    contact(log, "web", day=2)
    found = unit(log)
    assert found.through == through
    assert found.waiting is (None if through else Waiting.NO_LIMIT)


def received(*kinds: RequestKind) -> RequestReceived:
    return RequestReceived(request=REQUEST, kinds=kinds, channel=Channel.E_MAIL)


def test_a_request_is_kept_from_its_closing() -> None:
    log = Log()
    rule = Retention(start=RetentionStart.REQUEST_CLOSED, years=3)
    log.add(declared("rights", rule), day=1)
    log.add(received(RequestKind.ACCESS), ANNA, {"rights": {EMAIL: "a@b.example"}}, day=2)
    assert unit(log).waiting is Waiting.REQUEST_OPEN
    log.add(RequestAnswered(request=REQUEST, channel=Channel.E_MAIL), day=9)
    found = unit(log)
    assert (found.owner, found.id, found.bucket) == (Owner.REQUEST, REQUEST, REQUEST)
    assert found.through == date(2029, 1, 9)


def test_the_name_of_a_member_of_staff_is_kept_from_the_end_of_the_employment() -> None:
    log = Log()
    rule = Retention(start=RetentionStart.EMPLOYMENT_ENDED, years=3)
    log.add(declared("staff-access", rule), day=1)
    hired = StaffRegistered(roles=(Role.SUPPORT,), activities=("staff-access",), reason="-")
    name = {"staff-access": {Category.STAFF_NAME: "Eva"}}
    log.add(hired, EVA, name, day=2)
    assert unit(log).waiting is Waiting.STILL_EMPLOYED
    log.add(StaffLeft(reason="-"), EVA, day=9)
    assert (unit(log).owner, unit(log).id) == (Owner.STAFF, EVA)
    assert unit(log).through == date(2029, 1, 9)
    log.add(hired, EVA, name, day=12)
    assert unit(log).waiting is Waiting.STILL_EMPLOYED


def test_without_a_rule_nothing_is_due() -> None:
    log = customer(rule=None)
    log.add(ended("contract"), ANNA, day=10)
    assert (unit(log).through, unit(log).waiting) == (None, Waiting.NO_LIMIT)


# What goes before any rule.


@pytest.mark.parametrize("rule", [THREE_YEARS, AT_ONCE, VISITS, None])
def test_what_rests_on_consent_alone_goes_when_it_is_withdrawn(rule: Retention | None) -> None:
    log = Log()
    log.add(declared("club", rule, LegalBasis.CONSENT), day=1)
    log.add(given("club"), ANNA, day=1)
    contact(log, "club")
    log.add(withdrawn("club"), ANNA, day=6)
    found = unit(log)
    assert (found.through, found.ground) == (date(2026, 1, 6), ErasureGround.CONSENT_WITHDRAWN)
    log.add(given("club"), ANNA, day=7)
    assert unit(log).ground is ErasureGround.RETENTION_ENDED
    assert unit(log).through is None


@pytest.mark.parametrize("rule", [THREE_YEARS, AT_ONCE, None])
def test_direct_marketing_goes_when_the_person_objects(rule: Retention | None) -> None:
    log = Log()
    interest = LegalBasis.LEGITIMATE_INTEREST
    log.add(declared("news", rule, interest, direct_marketing=True), day=1)
    log.add(started("news", interest), ANNA, day=1)
    contact(log, "news")
    log.add(Objected(activity="news", channel=Channel.E_MAIL), ANNA, day=6)
    found = unit(log)
    assert (found.through, found.ground) == (date(2026, 1, 6), ErasureGround.OBJECTED)


def test_a_rule_that_ends_earlier_than_the_withdrawal_came_counts() -> None:
    log = Log()
    log.add(declared("club", Retention(start=RetentionStart.COLLECTED), LegalBasis.CONSENT), day=1)
    log.add(given("club"), ANNA, day=1)
    contact(log, "club", day=2)
    log.add(withdrawn("club"), ANNA, day=6)
    found = unit(log)
    assert (found.through, found.ground) == (date(2026, 1, 2), ErasureGround.RETENTION_ENDED)


def test_no_objection_shortens_a_duty() -> None:
    log = books()
    filed(log, date(2026, 12, 31), 3)
    log.add(Objected(activity="books", channel=Channel.E_MAIL), ANNA, day=6)
    assert unit(log).through == date(2033, 12, 31)


# Dropped categories.


def drop(log: Log, *left: Category, day: int = 40) -> None:
    amended = ActivityAmended(activity="contract", categories=left, reason="-")
    log.add(amended, day=day)


def test_what_an_activity_no_longer_declares_goes_on_the_very_day() -> None:
    log = customer()
    drop(log, PHONE)
    assert due(log, date(2026, 2, 8)) == []
    (found,) = due(log, date(2026, 2, 9))
    assert found.due.ground is ErasureGround.CATEGORY_DROPPED
    assert found.due.categories == (EMAIL,)


def test_of_a_unit_that_goes_whole_no_category_goes_apart() -> None:
    log = customer()
    log.add(ended("contract"), ANNA, day=10)
    drop(log, PHONE)
    assert [case.due.categories for case in due(log, date(2029, 6, 1))] == [()]
    assert [case.due.categories for case in due(log, date(2026, 6, 1))] == [(EMAIL,)]


def test_a_voucher_is_never_edited() -> None:
    log = books()
    filed(log, date(2026, 12, 31), 3)
    log.add(ActivityAmended(activity="books", categories=(PHONE,), reason="-"), day=5)
    assert [found.categories for found in units(log)] == [()]


# Blocks.


def left(*more: tuple[Any, int], who: str = ANNA) -> Log:
    log = customer()
    log.add(ended("contract"), ANNA, day=10)
    for data, day in more:
        log.add(data, who, day=day)
    return log


HOLD = HoldPlaced(activities=("contract",), ground=HoldGround.DISPUTE)
LIFT = HoldLifted(activities=("contract",), reason=HoldEnd.SETTLED)


def test_a_hold_blocks_until_it_is_lifted() -> None:
    assert blocks(left((HOLD, 20))) == [BlockKind.HOLD]
    assert blocks(left((HOLD, 20), (LIFT, 30))) == []
    other = HoldPlaced(activities=("books",), ground=HoldGround.DISPUTE)
    assert blocks(left((other, 20))) == []


@pytest.mark.parametrize("ground", RestrictionGround)
def test_every_restriction_blocks(ground: RestrictionGround) -> None:
    restricted = Restricted(activities=("contract",), ground=ground)
    assert blocks(left((restricted, 20))) == [BlockKind.RESTRICTION]


@pytest.mark.parametrize("kind", RequestKind)
def test_an_open_request_blocks_unless_it_asks_for_what_disposal_gives(kind: RequestKind) -> None:
    gives = {RequestKind.ERASURE, RequestKind.OBJECTION, RequestKind.CONSENT_WITHDRAWAL}
    log = left((received(kind), 20))
    assert blocks(log) == ([] if kind in gives else [BlockKind.OPEN_REQUEST])
    log.add(RequestAnswered(request=REQUEST, channel=Channel.E_MAIL), day=25)
    assert blocks(log) == []


# Merged records.


def two(*more: tuple[Any, str, int]) -> Log:
    log = customer()
    log.add(ended("contract"), ANNA, day=10)
    for data, who in merged(ANNA, BERT, MergeGround.CONFIRMED_BY_PERSON):
        log.add(data, who, day=11)
    for data, who, day in more:
        log.add(data, who, day=day)
    return log


def test_a_hold_under_one_record_counts_for_all() -> None:
    assert blocks(two((HOLD, BERT, 20))) == [BlockKind.HOLD]
    assert blocks(two((received(RequestKind.ACCESS), BERT, 20))) == [BlockKind.OPEN_REQUEST]


def test_a_relation_that_runs_under_one_record_runs_for_all() -> None:
    assert unit(two((started("contract"), BERT, 20))).waiting is Waiting.RELATION_RUNS


def test_the_end_is_that_of_the_last_record() -> None:
    log = two((started("contract"), BERT, 20), (ended("contract"), BERT, 40))
    assert unit(log).through == date(2029, 2, 9)


# The pass.


def test_units_come_in_the_order_of_ids_and_activities() -> None:
    log = Log()
    log.add(declared("b", THREE_YEARS), day=1)
    log.add(declared("a", THREE_YEARS), day=1)
    for who in (BERT, ANNA):
        contact(log, "b", who=who)
        contact(log, "a", who=who)
    assert [(one.id, one.activity) for one in units(log)] == [
        (ANNA, "a"), (ANNA, "b"), (BERT, "a"), (BERT, "b"),
    ]  # fmt: skip


def test_what_was_erased_is_no_longer_due() -> None:
    log = left()
    unit_ = Unit(activity="contract")
    log.add(ErasureDecided(ground=ErasureGround.RETENTION_ENDED, erased=(unit_,)), ANNA, day=50)
    assert units(log) == []


def test_a_second_look_finds_what_became_blocked_and_leaves_out_what_is_gone() -> None:
    log = left()
    (before,) = due(log)
    log.add(HOLD, ANNA, day=20)
    (again,) = cases_of(rules(log), [before.due], FOREVER)
    assert [block.kind for block in again.blocks] == [BlockKind.HOLD]
    log.add(started("contract"), ANNA, day=30)
    assert list(cases_of(rules(log), [before.due], FOREVER)) == []


class Counting:
    """Rows of one person after the other, without end, and how many were read."""

    def __init__(self, log: Log) -> None:
        self.rows = log.rows()
        self.read = 0

    def get(self, view: Any, key: str, /) -> Any:
        return self.rows.get(view, key)

    def where(self, view: Any, /, **columns: Any) -> Any:
        return self.rows.where(view, **columns)

    def all(self, view: Any, /) -> Any:
        for number in count() if view is PEOPLE else ():
            self.read += 1
            yield f"{number:012}", self.rows.get(view, ANNA)


def test_a_pass_reads_no_more_persons_than_it_has_given() -> None:
    rows = Counting(left())
    found = list(islice(cases(Rules(rows, Calendar()), FOREVER), 100))
    assert len(found) == rows.read == 100
