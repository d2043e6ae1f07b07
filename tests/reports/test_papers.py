"""History, ledger and difference; and what holds for all the papers."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from ropa.domain.activity.events import ActivityAmended
from ropa.domain.activity.examples import AMENDED, DECLARED, RETIRED
from ropa.domain.breach.examples import DISCOVERED
from ropa.domain.notice.examples import PUBLISHED
from ropa.domain.person.events import ActivityStarted, ContactChanged, MergeGround
from ropa.domain.person.examples import (
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    LOOKED_UP,
    OBJECTED,
    REGISTERED,
)
from ropa.domain.recipient.examples import DECLARED as CARRIER
from ropa.domain.staff.examples import LEFT, ROLES_CHANGED
from ropa.domain.staff.examples import REGISTERED as EMPLOYED
from ropa.kernel.categories import Category
from ropa.kernel.ids import Channel, Role
from ropa.kernel.law import Basis, LegalBasis, LocalText
from ropa.reports import difference, history, ledger
from ropa.reports.difference import Difference, Movement
from ropa.reports.registry import REPORTS
from tests.histories import ANNA, BERT, EVA, Log, log, merged, noon, point

TEXT = LocalText(sv="Text", en="Text")
NAME = Category.CONTACT_NAME


# History.


def test_a_history_tells_each_event_in_the_order_of_the_log() -> None:
    made = log([(REGISTERED, ANNA), (REGISTERED, BERT), (CONSENT_GIVEN, ANNA), (LOOKED_UP, ANNA)])
    paper = history.build(made.sources(ANNA))
    assert [one.position for one in paper.entries] == [1, 3, 4]
    given = paper.entries[1]
    assert given.type == "person.consent-given.v1"
    assert list(given.facts)[:2] == ["activity", "wording"]
    assert given.facts["activity"] == "marketing"
    assert given.actor == "officer-1"


def test_a_history_tells_what_was_sealed_for_whom_and_what_was_skipped() -> None:
    made = Log()
    changed = ContactChanged(channel=Channel.E_MAIL, activities=("contract", "marketing"))
    made.add(changed, ANNA, {"contract": {NAME: "Anna"}})
    made.add(
        ContactChanged(channel=Channel.E_MAIL, activities=("contract",), removed=(NAME,)), ANNA
    )
    first, last = history.build(made.sources(ANNA)).entries
    assert first.sealed == {"contract": (NAME,)}
    assert first.skipped == ("marketing",)
    assert last.skipped == ()  # nothing was given that could have been left out
    assert last.facts["removed"] == (NAME,)


def test_the_history_of_two_records_is_one() -> None:
    made = log(
        [(REGISTERED, ANNA), (REGISTERED, BERT), *merged(ANNA, BERT, MergeGround.SAME_ACCOUNT)]
    )
    paper = history.build(made.sources(ANNA))
    assert [one.position for one in paper.entries] == [1, 2, 3, 4]
    assert paper.records.evidence == (3, 4)


def test_the_history_of_nobody_is_empty() -> None:
    assert history.build(log([(REGISTERED, ANNA)]).sources(None)).entries == ()


# Ledger.

MARKETING = ActivityAmended(
    activity="marketing",
    bases=(Basis(basis=LegalBasis.LEGITIMATE_INTEREST), Basis(basis=LegalBasis.CONSENT)),
    direct_marketing=True,
    reason="x",
)
CUSTOMER = ActivityStarted(activity="marketing", basis=LegalBasis.LEGITIMATE_INTEREST)


def marketing() -> Log:
    made = log([(PUBLISHED,), (replace(DECLARED, activity="marketing"),), (MARKETING,)])
    for person, event in (
        (ANNA, CONSENT_GIVEN),
        (ANNA, CUSTOMER),
        (BERT, CONSENT_GIVEN),
        (BERT, CONSENT_WITHDRAWN),
        (EVA, CUSTOMER),
    ):
        made.add(event, person)
    return made


def test_the_ledger_keeps_consent_and_the_customer_exception_apart() -> None:
    (count,) = ledger.build(marketing().sources()).counts
    assert {one.basis: one.records.count for one in count.bases} == {
        LegalBasis.LEGITIMATE_INTEREST: 2,
        LegalBasis.CONSENT: 1,
    }
    assert (count.given.count, count.withdrawn.count, count.objected.count) == (2, 1, 0)


def test_an_objection_ends_every_basis() -> None:
    made = marketing()
    made.add(OBJECTED, ANNA)
    (count,) = ledger.build(made.sources()).counts
    assert {one.basis: one.records.count for one in count.bases} == {
        LegalBasis.LEGITIMATE_INTEREST: 1,
        LegalBasis.CONSENT: 0,
    }


def test_a_denial_under_one_record_counts_under_the_other_of_the_same_person() -> None:
    made = marketing()
    for event in merged(ANNA, BERT, MergeGround.SAME_ACCOUNT):
        made.add(*event)
    (count,) = ledger.build(made.sources()).counts
    found = {one.basis: one.records for one in count.bases}
    assert {basis: records.count for basis, records in found.items()} == {
        LegalBasis.LEGITIMATE_INTEREST: 1,
        LegalBasis.CONSENT: 0,
    }
    assert set(found[LegalBasis.CONSENT].evidence) & {9, 10}


def test_a_line_of_the_ledger_tells_who_what_how_and_by_which_wording() -> None:
    paper = ledger.build(marketing().sources())
    assert [(one.position, one.person, one.kind) for one in paper.entries] == [
        (4, ANNA, "given"), (6, BERT, "given"), (7, BERT, "withdrawn"),
    ]  # fmt: skip
    first = paper.entries[0]
    assert (first.notice, first.version) == ("newsletter-wording", "2026-01")
    assert first.occurred_at == noon(4)
    (wording,) = paper.wordings
    assert wording.value is not None
    assert wording.value.text == PUBLISHED.text


def test_the_ledger_of_one_activity_is_of_no_other() -> None:
    made = marketing()
    made.add(replace(CONSENT_GIVEN, activity="club"), ANNA)
    assert len(ledger.build(made.sources()).entries) == 4
    paper = ledger.build(made.sources(activity="club"))
    assert {one.activity for one in paper.entries} == {"club"}
    assert paper.counts == ()  # it is declared nowhere


def test_the_ledger_counts_by_local_month_what_was_asked_for() -> None:
    made = marketing()
    late = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)  # the first of February where people are
    made.events[6] = msgspec.structs.replace(made.events[6], occurred_at=late)
    made.add(replace(CONSENT_GIVEN, activity="club"), ANNA)

    def counted(**asked: Any) -> list[tuple[date, int, int, int]]:
        return [
            (one.month.first, one.given.count, one.withdrawn.count, one.objected.count)
            for one in ledger.build(made.sources(**asked)).months
        ]

    assert counted() == [(date(2026, 1, 1), 3, 0, 0), (date(2026, 2, 1), 0, 1, 0)]
    assert counted(activity="club") == [(date(2026, 1, 1), 1, 0, 0)]
    assert counted(activity="contract") == []


# Difference.


def between(made: Log, since: int, upto: int = 1000) -> Difference:
    sources = made.sources(since=point(since, since or 1))
    return difference.build(replace(sources, as_of=point(upto, 300)))


def test_the_difference_tells_what_was_added_changed_and_removed() -> None:
    made = log([(DECLARED,), (replace(DECLARED, activity="club"),), (CARRIER,), (AMENDED,)])
    made.add(replace(RETIRED, activity="club"))
    found = {one.stream: one for one in between(made, 2).entries}
    assert {stream: one.movement for stream, one in found.items()} == {
        "activity/contract": Movement.CHANGED,
        "activity/club": Movement.REMOVED,
        f"recipient/{CARRIER.recipient}": Movement.ADDED,
    }
    categories, review = found["activity/contract"].fields
    assert (categories.before.value, categories.after.value) == (
        DECLARED.categories,
        AMENDED.categories,
    )
    assert (categories.before.evidence, categories.after.evidence) == ((1,), (1, 4))
    assert categories.change.reason == AMENDED.reason
    assert review.before.value is None
    assert [one.reason for one in found["activity/club"].changes] == [RETIRED.reason]


def test_what_was_changed_back_is_no_difference() -> None:
    back = ActivityAmended(activity="contract", categories=DECLARED.categories, reason="Undone")
    made = log([(DECLARED,), (replace(AMENDED, review_due=None),), (back,)])
    assert between(made, 1).entries == ()
    assert len(between(made, 1, upto=2).entries) == 1


def test_nothing_after_the_later_moment_is_told() -> None:
    made = log([(DECLARED,), (AMENDED,)])
    (entry,) = between(made, 0, upto=1).entries
    assert entry.movement is Movement.ADDED
    assert [change.position for change in entry.changes] == [1]


def test_notices_and_staff_are_part_of_the_register() -> None:
    made = log([(EMPLOYED, EVA), (PUBLISHED,), (ROLES_CHANGED, EVA), (LEFT, EVA)])
    (roles,) = between(made, 2, upto=3).entries[0].fields
    assert roles.after.value == (Role.SUPPORT, Role.BILLING)
    assert [one.movement for one in between(made, 3).entries] == [Movement.REMOVED]
    notice = between(made, 1).entries[1]
    assert notice.fields[0].after.value == (PUBLISHED,)


# All papers.


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_a_paper_of_an_empty_register_can_be_made_and_read_by_machines(name: str) -> None:
    report = REPORTS[name]
    paper = report.build(Log().sources())
    assert type(paper) is report.model
    assert msgspec.json.decode(msgspec.json.encode(paper))["head"]["report"] == name
    assert msgspec.json.schema(report.model)


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_a_paper_about_a_person_opens_boxes_only_where_it_says_so(name: str) -> None:
    made = marketing()
    made.add(
        ContactChanged(channel=Channel.E_MAIL, activities=("marketing",)),
        ANNA,
        {"marketing": {NAME: "Anna"}},
    )
    account = {Category.INCIDENT_ACCOUNT: {"facts": "Two invoices were mixed up."}}
    made.add(DISCOVERED, None, {"accountability": account})
    opened = []

    def opening(event: Any, activity: str) -> Any:
        opened.append((event.position, activity))
        return made.boxes[event.position, activity]

    REPORTS[name].build(replace(made.sources(ANNA), open=opening))
    assert bool(opened) is REPORTS[name].keys
