"""One person's access report, on a year of Anna's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from ropa.domain.activity.events import ActivityDeclared, Retention, RetentionStart
from ropa.domain.controller.events import ControllerDeclared
from ropa.domain.notice.examples import PUBLISHED
from ropa.domain.person.events import (
    ActivityEnded,
    ActivityStarted,
    Carried,
    ContactChanged,
    DetailsCarried,
    EndReason,
    MergeGround,
    Restricted,
    RestrictionGround,
)
from ropa.domain.person.examples import (
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    DISCLOSED,
    ERASURE_DECIDED,
    IDENTIFIED,
    LOOKED_UP,
    OBJECTED,
    RECORD_FILED,
    REGISTERED,
    REPORT_MADE,
)
from ropa.domain.recipient.examples import DECLARED as CARRIER
from ropa.domain.request import examples as request
from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround
from ropa.kernel.ids import Channel, Role
from ropa.kernel.law import Basis, Duty, LegalBasis, LocalText
from ropa.kernel.opening import Damaged, Erased, NotPermitted, Opened
from ropa.kernel.opening import Restricted as Hidden
from ropa.reports.access.build import build
from ropa.reports.access.model import Access, Ending, EndingKind, Item, Plain, Share
from ropa.reports.cell import Cell, Cited, Gap, Severity
from ropa.reports.registry import REPORTS
from ropa.reports.rights import Right
from tests.histories import ANNA, BERT, Log, merged, noon

TEXT = LocalText(sv="Text", en="Text")
EMAIL, NAME, PHONE = Category.CONTACT_EMAIL, Category.CONTACT_NAME, Category.CONTACT_PHONE
ACCOUNT, VOUCHER = Category.IDENTIFIER_ACCOUNT, Category.FINANCIAL_VOUCHER
BOOKKEEPING = Retention(
    start=RetentionStart.FINANCIAL_YEAR_ENDED, years=7, from_end_of_calendar_year=True
)
THREE_YEARS = Retention(start=RetentionStart.RELATION_ENDED, years=3)


def activity(name: str, *bases: Basis, **fields: Any) -> ActivityDeclared:
    return ActivityDeclared(
        activity=name, title=TEXT, purposes=(TEXT,), bases=bases, reason="x", **fields
    )


def basis(kind: LegalBasis, duty: Duty | None = None) -> Basis:
    return Basis(basis=kind, source=TEXT, duty=duty)


REGISTER = (
    ControllerDeclared(name="Exempelbolaget AB", country="SE", email="x@y.example", reason="x"),
    activity("contract", basis(LegalBasis.CONTRACT), retention=THREE_YEARS),
    activity(
        "bookkeeping",
        basis(LegalBasis.LEGAL_OBLIGATION, Duty.ACCOUNTING),
        retention=BOOKKEEPING,
    ),
    activity(
        "marketing",
        basis(LegalBasis.LEGITIMATE_INTEREST),
        basis(LegalBasis.CONSENT),
        direct_marketing=True,
        retention=Retention(start=RetentionStart.OBJECTION_OR_WITHDRAWAL),
    ),
    activity(
        "accountability",
        basis(LegalBasis.LEGAL_OBLIGATION, Duty.ACCOUNTABILITY),
        retention_gap=TEXT,
    ),
    activity(
        "rights",
        basis(LegalBasis.LEGAL_OBLIGATION, Duty.DATA_SUBJECT_RIGHTS),
        retention=Retention(start=RetentionStart.REQUEST_CLOSED, years=3),
    ),
    CARRIER,
    PUBLISHED,
)
STARTED = ActivityStarted(activity="contract", basis=LegalBasis.CONTRACT)
ENDED = ActivityEnded(activity="contract", reason=EndReason.RELATION_ENDED)


def changed(*activities: str, removed: tuple[Category, ...] = ()) -> ContactChanged:
    return ContactChanged(channel=Channel.E_MAIL, activities=activities, removed=removed)


def register() -> Log:
    log = Log()
    for event in REGISTER:
        log.add(event)
    return log


def report(log: Log, person: str | None = ANNA) -> Access:
    return build(log.sources(person))


def told_of(log: Log) -> tuple[Cited, ...]:
    paper: Access = REPORTS["access"].build(log.sources(ANNA))
    return paper.head.events


def share(paper: Access, name: str) -> Share:
    return next(one for one in paper.shares if one.activity == name)


def only(items: Sequence[Item]) -> Item:
    (item,) = items
    return item


# Nothing is held.


@pytest.mark.parametrize("person", [None, BERT])
def test_nothing_is_held_is_said_properly(person: str | None) -> None:
    log = register()
    log.add(REGISTERED, ANNA, {"accountability": {ACCOUNT: "K-1"}})
    paper = report(log, person)
    assert paper.held == Cell(value=False)
    assert paper.person == person
    assert not any((paper.shares, paper.accounts, paper.disclosures, paper.look_ups))
    assert paper.summary.values.value == 0
    assert paper.complaint_authority.value is not None
    assert paper.contact.value == "x@y.example"
    assert paper.head.controller.value == "Exempelbolaget AB"
    assert all(right.activities.value == () for right in paper.rights)


def test_even_before_there_is_a_register() -> None:
    paper = report(Log(), None)
    assert paper.held.value is False
    assert paper.complaint_authority.gap == Gap(article="15(1)(f)", severity=Severity.ERROR)


# The data, with its history.


def test_a_value_has_its_source_its_dates_and_what_became_of_it() -> None:
    log = register()
    first = log.add(changed("contract"), ANNA, {"contract": {EMAIL: "old@x", NAME: "Anna"}})
    second = log.add(changed("contract"), ANNA, {"contract": {EMAIL: "new@x"}})
    new, old, name = share(report(log), "contract").items
    assert [one.category for one in (new, old, name)] == [EMAIL, EMAIL, NAME]
    assert (old.value.value, new.value.value) == (Plain("old@x"), Plain("new@x"))
    assert old.source == "webshop"
    assert old.channel is Channel.E_MAIL
    assert old.occurred_at == noon(first)
    assert old.ended == Cell(
        value=Ending(kind=EndingKind.REPLACED, at=noon(second)), evidence=(first, second)
    )
    assert new.ended == Cell(evidence=(second,))
    assert name.ended.value is None


def test_a_late_but_older_value_never_was_the_current_one() -> None:
    log = register()
    log.add(changed("contract"), ANNA, {"contract": {EMAIL: "new@x"}}, day=20)
    log.add(changed("contract"), ANNA, {"contract": {EMAIL: "late@x"}}, day=15)
    new, late = share(report(log), "contract").items
    assert new.ended.value is None
    assert late.ended.value == Ending(kind=EndingKind.REPLACED, at=noon(20))


def test_a_removed_value_says_so() -> None:
    log = register()
    log.add(changed("contract"), ANNA, {"contract": {PHONE: "070"}})
    gone = log.add(changed("contract", removed=(PHONE,)), ANNA)
    item = only(share(report(log), "contract").items)
    assert item.ended.value == Ending(kind=EndingKind.REMOVED, at=noon(gone))


def test_what_stands_on_vouchers_and_the_numbers_of_accounts_replace_nothing() -> None:
    log = register()
    for number in ("K-1", "K-2"):
        log.add(REGISTERED, ANNA, {"accountability": {ACCOUNT: number}})
        log.add(RECORD_FILED, ANNA, {"bookkeeping": {VOUCHER: number}})
    paper = report(log)
    assert all(item.ended.value is None for one in paper.shares for item in one.items)
    assert [one.number.value for one in paper.accounts] == [Plain("K-1"), Plain("K-2")]
    assert [one.namespace for one in paper.accounts] == ["webshop", "webshop"]


def test_a_carried_value_tells_where_it_came_from_and_is_as_old_as_there() -> None:
    log = register()
    origin = log.add(changed("contract"), ANNA, {"contract": {EMAIL: "anna@x"}})
    log.add(CONSENT_GIVEN, ANNA)
    carried = DetailsCarried(
        origin="contract", target="marketing", values=(Carried(category=EMAIL, position=origin),)
    )
    copy = log.add(carried, ANNA, {"marketing": {EMAIL: "anna@x"}}, cause=f"position/{origin}")
    item = only(share(report(log), "marketing").items)
    assert item.carried_from == "contract"
    assert item.occurred_at == noon(origin)
    assert item.value == Cell(value=Plain("anna@x"), evidence=(origin, copy))


@pytest.mark.parametrize(
    "answer",
    [Erased(1, ErasureGround.REQUESTED, date(2026, 5, 1)), Hidden(), NotPermitted(), Damaged()],
)
def test_what_cannot_be_read_is_printed_as_such(answer: Opened) -> None:
    log = register()
    position = log.add(changed("contract"), ANNA, {"contract": {EMAIL: "anna@x"}})
    log.boxes[position, "contract"] = answer
    paper = report(log)
    assert only(share(paper, "contract").items).value.value == answer
    assert paper.summary.values.value == (0 if isinstance(answer, Erased) else 1)
    assert b"anna@x" not in msgspec.json.encode(paper)


def test_a_category_that_the_box_no_longer_gives_is_not_permitted() -> None:
    log = register()
    position = log.add(changed("contract"), ANNA, {"contract": {EMAIL: "anna@x", NAME: "Anna"}})
    del log.boxes[position, "contract"].values[EMAIL]  # type: ignore[union-attr]
    email, name = share(report(log), "contract").items
    assert (email.value.value, name.value.value) == (NotPermitted(), Plain("Anna"))


# How long it is kept.


@pytest.mark.parametrize("end", [date(2026, 1, 31), date(2026, 6, 30), date(2026, 12, 31)])
def test_a_voucher_is_kept_through_the_seventh_year(end: date) -> None:
    log = register()
    filed = log.add(
        replace(RECORD_FILED, financial_year_end=end), ANNA, {"bookkeeping": {VOUCHER: "1"}}
    )
    kept = only(share(report(log), "bookkeeping").items).kept
    assert kept.value is not None
    assert kept.value.through == date(2033, 12, 31)
    assert kept.value.rule == BOOKKEEPING
    assert kept.evidence == (3, filed)


def test_the_relation_has_to_end_before_there_is_a_date() -> None:
    log = register()
    log.add(STARTED, ANNA)
    log.add(changed("contract"), ANNA, {"contract": {NAME: "Anna"}})
    kept = only(share(report(log), "contract").items).kept.value
    assert kept is not None
    assert (kept.through, kept.started) == (None, None)
    log.add(ENDED, ANNA, day=60)
    kept = only(share(report(log), "contract").items).kept.value
    assert kept is not None
    assert (kept.started, kept.through) == (date(2026, 3, 1), date(2029, 3, 1))
    log.add(STARTED, ANNA, day=90)
    kept = only(share(report(log), "contract").items).kept.value
    assert kept is not None
    assert kept.through is None


def test_the_day_is_the_local_one() -> None:
    log = register()
    log.add(STARTED, ANNA)
    log.add(changed("contract"), ANNA, {"contract": {NAME: "Anna"}})
    log.add(ENDED, ANNA)
    log.events[-1] = msgspec.structs.replace(
        log.events[-1], occurred_at=datetime(2026, 8, 31, 22, 30, tzinfo=UTC)
    )
    kept = only(share(report(log), "contract").items).kept.value
    assert kept is not None
    assert kept.through == date(2029, 9, 1)


@pytest.mark.parametrize("denial", [OBJECTED, CONSENT_WITHDRAWN])
def test_marketing_is_kept_until_objection_or_withdrawal(denial: Any) -> None:
    log = register()
    log.add(CONSENT_GIVEN, ANNA, day=30)
    log.add(changed("marketing"), ANNA, {"marketing": {EMAIL: "anna@x"}})
    assert only(share(report(log), "marketing").items).kept.value.through is None  # type: ignore[union-attr]
    log.add(denial, ANNA, day=60)
    kept = only(share(report(log), "marketing").items).kept.value
    assert kept is not None
    assert kept.through == date(2026, 3, 1)


def test_without_a_rule_the_gap_gives_its_reason() -> None:
    log = register()
    log.add(REGISTERED, ANNA, {"accountability": {ACCOUNT: "K-1"}})
    kept = only(share(report(log), "accountability").items).kept
    assert kept.value is None
    assert kept.gap is not None
    assert kept.gap.reason == TEXT


# Bases, rights, and what was done.


def test_a_basis_tells_its_source_since_when_and_until_when() -> None:
    log = register()
    log.add(CONSENT_GIVEN, ANNA, day=30)
    (consent,) = share(report(log), "marketing").bases
    assert (consent.basis.value, consent.source.value) == (LegalBasis.CONSENT, TEXT)
    assert (consent.since.value, consent.live.value) == (noon(30), True)
    log.add(CONSENT_WITHDRAWN, ANNA, day=40)
    (consent,) = share(report(log), "marketing").bases
    assert (consent.live.value, consent.ended.value) == (False, noon(40))


def test_rights_follow_the_bases() -> None:
    log = register()
    log.add(CONSENT_GIVEN, ANNA)
    log.add(RECORD_FILED, ANNA, {"bookkeeping": {VOUCHER: "1"}})

    def rights() -> dict[Right, tuple[str, ...] | None]:
        return {one.right: one.activities.value for one in report(log).rights}

    given = rights()
    assert given[Right.ACCESS] == ("marketing", "bookkeeping")
    assert given[Right.WITHDRAW_CONSENT] == ("marketing",)
    assert given[Right.ERASURE] == ("marketing",)
    assert given[Right.OBJECTION] == ("marketing",)  # direct marketing: Art. 21(2)
    log.add(CONSENT_WITHDRAWN, ANNA)
    assert rights()[Right.WITHDRAW_CONSENT] == ()
    assert rights()[Right.ERASURE] == ("marketing",)


def test_each_consent_comes_with_the_wording_that_was_shown() -> None:
    log = register()
    given = log.add(CONSENT_GIVEN, ANNA)
    log.add(CONSENT_WITHDRAWN, ANNA)
    first, last = report(log).consents
    assert first.wording.value is not None
    assert first.wording.value.text == PUBLISHED.text
    assert first.wording.evidence == (8, given)
    assert last.wording.value is None
    assert last.wording.gap is None


def test_disclosures_are_told_by_name_and_date() -> None:
    log = register()
    position = log.add(DISCLOSED, ANNA)
    (found,) = report(log).disclosures
    assert (found.name.value, found.occurred_at) == (CARRIER.name, noon(position))
    assert found.categories == DISCLOSED.categories
    assert found.name.evidence == (7, position)


def test_look_ups_tell_role_and_purpose_and_never_who_it_was() -> None:
    log = register()
    log.add(REGISTERED, ANNA)
    log.add(LOOKED_UP, ANNA)
    log.add(REPORT_MADE, ANNA)
    paper = report(log)
    (look_up,) = paper.look_ups
    assert look_up.role in Role
    assert paper.summary.look_ups.value == 1
    assert [one.sha256 for one in paper.reports] == [REPORT_MADE.sha256]
    assert b"officer-1" not in msgspec.json.encode(replace_head(paper))


def replace_head(paper: Access) -> Any:
    return (paper.look_ups, paper.reports, paper.shares, paper.consents)


def test_restriction_and_objection_are_told() -> None:
    log = register()
    log.add(ActivityStarted(activity="marketing", basis=LegalBasis.LEGITIMATE_INTEREST), ANNA)
    ground = RestrictionGround.ACCURACY_CONTESTED
    log.add(Restricted(activities=("marketing",), ground=ground), ANNA)
    at = log.add(OBJECTED, ANNA)
    paper = report(log)
    found = share(paper, "marketing")
    assert (found.restricted.value, found.objected.value) == (ground, noon(at))
    assert paper.summary.restrictions.value == ("marketing",)
    assert paper.summary.objections.value == ("marketing",)
    assert [one.live.value for one in found.bases] == [False]


def test_an_objection_before_a_new_consent_is_told_no_more() -> None:
    log = register()
    log.add(OBJECTED, ANNA, day=20)
    log.add(CONSENT_GIVEN, ANNA, day=30)
    paper = report(log)
    assert share(paper, "marketing").objected.value is None
    assert paper.summary.objections.value == ()


def test_a_withdrawal_ends_direct_marketing_on_every_basis() -> None:
    log = register()
    log.add(
        ActivityStarted(activity="marketing", basis=LegalBasis.LEGITIMATE_INTEREST), ANNA, day=20
    )
    log.add(CONSENT_WITHDRAWN, ANNA, day=30)
    (used,) = share(report(log), "marketing").bases
    assert (used.live.value, used.ended.value) == (False, noon(30))


# Requests.


def test_a_request_tells_its_legal_date_which_an_extension_moves() -> None:
    log = register()
    received = log.add(request.RECEIVED, ANNA, day=31)  # the month ends on a Saturday
    (found,) = report(log).requests
    assert (found.due.value, found.due.evidence) == (date(2026, 3, 2), (received,))
    extended = log.add(request.EXTENDED, day=40)
    (found,) = report(log).requests
    assert (found.due.value, found.due.evidence) == (date(2026, 4, 30), (received, extended))
    assert found.received.evidence == (received,)


def test_a_request_without_a_subject_belongs_to_whom_it_turns_out_to_be() -> None:
    log = register()
    received = log.add(request.RECEIVED, None, {"rights": {Category.REQUEST_TEXT: "Hej"}}, day=30)
    assert report(log).requests == ()
    confirmed = log.add(request.IDENTITY_CONFIRMED)
    paper = report(log)
    (found,) = paper.requests
    assert found.received.value == noon(30)
    assert paper.records.evidence == (received, confirmed)
    assert paper.summary.open_requests.value == (request.REQUEST,)
    assert only(share(paper, "rights").items).value.value == Plain("Hej")
    log.add(request.ACCESS_DECIDED)
    log.add(request.DECIDED)
    log.add(request.ANSWERED, day=60)
    paper = report(log)
    (found,) = paper.requests
    assert [one.outcome.value for one in found.kinds] == ["granted", "partly-granted"]
    assert paper.summary.open_requests.value == ()
    kept = only(share(paper, "rights").items).kept.value
    assert kept is not None
    assert kept.through == date(2029, 3, 1)


# Two records of one person.


def test_two_records_of_one_person_are_read_together_and_denial_wins() -> None:
    log = register()
    log.add(REGISTERED, ANNA, {"accountability": {ACCOUNT: "K-1"}})
    log.add(IDENTIFIED, BERT, {"accountability": {ACCOUNT: "F-1"}})
    log.add(CONSENT_GIVEN, ANNA)
    log.add(CONSENT_GIVEN, BERT)
    assert report(log).summary.consents.value == ("marketing",)
    log.add(CONSENT_WITHDRAWN, BERT)
    assert report(log).summary.consents.value == ("marketing",)
    for event in merged(ANNA, BERT, MergeGround.SAME_ACCOUNT):
        log.add(*event)
    paper = report(log)
    assert paper.records.value == (ANNA, BERT)
    assert [one.number.value for one in paper.accounts] == [Plain("K-1"), Plain("F-1")]
    assert paper.summary.consents.value == ()
    assert len(paper.consents) == 3
    assert report(log, BERT).summary.consents.value == ()


def test_a_person_is_known_since_the_first_of_the_records() -> None:
    log = register()
    log.add(REGISTERED, ANNA, day=20)
    log.add(REGISTERED, BERT, day=30)
    for event in merged(ANNA, BERT, MergeGround.SAME_ACCOUNT):
        log.add(*event)
    assert report(log).summary.since.value == noon(20)
    assert report(log, BERT).summary.since.value == noon(20)


def test_nobody_elses_events_are_read() -> None:
    log = register()
    log.add(REGISTERED, ANNA, {"accountability": {ACCOUNT: "K-1"}})
    log.add(REGISTERED, BERT, {"accountability": {ACCOUNT: "K-2"}})
    asked = []
    sources = log.sources(ANNA)

    def events(subject: str) -> Any:
        asked.append(subject)
        return sources.events(subject)

    build(replace(sources, events=events))
    assert asked == [ANNA]


# What the report refers to.


def test_each_event_that_is_referred_to_is_told_the_registers_among_them() -> None:
    log = register()
    log.add(REGISTERED, BERT)
    log.add(STARTED, ANNA)
    filed = log.add(RECORD_FILED, ANNA, {"bookkeeping": {VOUCHER: "1"}})
    told = {one.position: one for one in told_of(log)}
    assert [told[position].type for position in (1, 3, filed)] == [
        "controller.declared.v1",
        "activity.declared.v1",
        "person.accounting-record-filed.v1",
    ]
    assert told[filed].occurred_at == noon(filed)
    assert told[filed].recorded_at == log.events[filed - 1].recorded_at
    assert filed - 2 not in told  # it is Bert's


def test_of_what_was_erased_the_erasure_is_told() -> None:
    log = register()
    position = log.add(changed("contract"), ANNA, {"contract": {EMAIL: "anna@x"}})
    erased = log.add(ERASURE_DECIDED, ANNA)
    log.boxes[position, "contract"] = Erased(erased, ErasureGround.REQUESTED, date(2026, 5, 1))
    assert {one.position: one.type for one in told_of(log)}[erased] == ("person.erasure-decided.v1")
