"""The log of requests: time limits kept or not, by kind, by month, and for whomever."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec import structs

from ropa.domain.person.events import MergeGround
from ropa.domain.person.examples import REGISTERED
from ropa.domain.request.events import (
    ExtensionReason,
    IdentityAsked,
    IdentityConfirmed,
    IdentityMethod,
    Outcome,
    RefusalGround,
    RequestAnswered,
    RequestDecided,
    RequestErasureDecided,
    RequestExtended,
    RequestKind,
    RequestReceived,
    RequestRefused,
    RequestWithdrawn,
)
from ropa.kernel.erasing import ErasureGround
from ropa.kernel.ids import Channel
from ropa.reports.cell import BEGINNING, Point
from ropa.reports.requests import RequestEntry, Requests, TimeLimit, build
from tests.histories import ANNA, BERT, Log, merged

FIRST = "3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e21"
SECOND = FIRST.replace("3", "4")
MAIL = Channel.E_MAIL
CASE: dict[str, Any] = {"request": FIRST, "channel": MAIL}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Diary(Log):
    """A log whose events happen when they are said to."""

    def on(self, when: str, data: Any, subject: str | None = None) -> None:
        self.add(data, subject)
        at = moment(when if "T" in when else f"{when}T10:00:00")
        self.events[-1] = structs.replace(self.events[-1], occurred_at=at, recorded_at=at)

    def asks(self, when: str, *kinds: RequestKind, request: str = FIRST) -> "Diary":
        named = kinds or (RequestKind.ACCESS,)
        self.on(when, RequestReceived(request=request, kinds=named, channel=MAIL), ANNA)
        return self

    def paper(self, today: str = "2026-12-01", **asked: Any) -> Requests:
        position = len(self.events)
        point = Point(position=position, moment=moment(f"{today}T11:00:00"), root="=" * 44, **asked)
        return build(replace(self.sources(), as_of=point))

    def entry(self, today: str = "2026-12-01") -> RequestEntry:
        (entry,) = self.paper(today).entries
        return entry


@pytest.mark.parametrize(
    ("received", "safe", "due"),
    [
        ("2026-01-31", "2026-02-28", "2026-03-02"),
        ("2026-02-01", "2026-03-01", "2026-03-02"),
        ("2026-03-03", "2026-04-03", "2026-04-07"),
        ("2025-11-25", "2025-12-25", "2025-12-29"),
    ],
)
def test_both_dates_are_told(received: str, safe: str, due: str) -> None:
    entry = Diary().asks(received).entry()
    assert entry.received.value == date.fromisoformat(received)
    assert (entry.safe.value, entry.due.value) == tuple(map(date.fromisoformat, (safe, due)))


def test_the_day_of_receipt_is_the_local_one() -> None:
    paper = Diary().asks("2026-08-31T22:30:00").paper()
    assert paper.entries[0].received.value == date(2026, 9, 1)
    assert [one.month.first for one in paper.months] == [date(2026, 9, 1)]


@pytest.mark.parametrize(
    ("closed", "state", "days"),
    [
        ("2026-03-02T22:59:59", TimeLimit.KEPT, 30),
        ("2026-03-02T23:00:00", TimeLimit.LATE, 31),
    ],
)
@pytest.mark.parametrize("how", ["answered", "refused"])
def test_in_time_is_what_is_answered_on_the_legal_date(
    how: str, closed: str, state: TimeLimit, days: int
) -> None:
    log = Diary().asks("2026-01-31")
    ended = {
        "answered": RequestAnswered(**CASE),
        "refused": RequestRefused(ground=RefusalGround.EXCESSIVE, **CASE),
    }
    log.on(closed, ended[how])
    entry = log.entry()
    assert (entry.state.value, entry.days.value) == (state, days)
    assert entry.closed.value is not None
    assert entry.closed.value.how == how


@pytest.mark.parametrize(
    ("closed", "state"), [("2026-03-02", TimeLimit.TAKEN_BACK), ("2026-03-03", TimeLimit.LATE)]
)
def test_what_is_taken_back_needed_no_answer_while_there_was_time(
    closed: str, state: TimeLimit
) -> None:
    log = Diary().asks("2026-01-31")
    log.on(closed, RequestWithdrawn(**CASE))
    entry = log.entry()
    assert (entry.state.value, entry.days.value) == (state, None)
    assert log.paper().median_days.value is None


@pytest.mark.parametrize(
    ("today", "state"), [("2026-03-02", TimeLimit.OPEN), ("2026-03-03", TimeLimit.OVERDUE)]
)
def test_what_is_open_is_overdue_the_day_after(today: str, state: TimeLimit) -> None:
    log = Diary().asks("2026-01-31")
    assert log.entry(today).state.value is state
    assert log.paper("2026-12-01", valid_at=date.fromisoformat(today)).entries[0].state.value is (
        state
    )


def test_an_extension_counts_three_months_from_receipt() -> None:
    log = Diary().asks("2026-01-31")
    log.on("2026-03-02", RequestExtended(reason=ExtensionReason.COMPLEXITY, **CASE))
    entry = log.entry()
    assert entry.due.value == date(2026, 4, 30)
    assert entry.extended.value is not None
    assert entry.extended.value.reason is ExtensionReason.COMPLEXITY
    assert entry.due.evidence == entry.state.evidence == (1, 2)
    assert entry.received.evidence == (1,)


def test_each_kind_has_its_own_outcome() -> None:
    log = Diary().asks("2026-01-31", RequestKind.ACCESS, RequestKind.ERASURE, RequestKind.ACCESS)
    log.on(
        "2026-02-02",
        RequestDecided(
            request=FIRST,
            kind=RequestKind.ERASURE,
            outcome=Outcome.PARTLY_GRANTED,
            ground=RefusalGround.LEGAL_OBLIGATION,
        ),
    )
    access, erasure = log.entry().asked
    assert (access.kind, access.decision.value) == (RequestKind.ACCESS, None)
    assert erasure.decision.value is not None
    assert erasure.decision.value.ground is RefusalGround.LEGAL_OBLIGATION
    assert erasure.decision.evidence == (1, 2)


def test_a_requester_may_be_unknown_and_may_become_known() -> None:
    log = Diary()
    log.on("2026-01-31", RequestReceived(request=FIRST, kinds=(RequestKind.ACCESS,), channel=MAIL))
    entry = log.entry()
    assert (entry.person.value, entry.person.gap, entry.identity.value) == (None, None, None)
    log.on("2026-02-01", IdentityAsked(**CASE))
    log.on(
        "2026-02-02",
        IdentityConfirmed(request=FIRST, method=IdentityMethod.CALLED_BACK, person=BERT),
    )
    entry = log.entry()
    assert (entry.person.value, entry.person.evidence) == (BERT, (1, 3))
    assert entry.identity.value is not None
    assert entry.identity.value.asked is not None
    assert entry.identity.value.confirmed is not None
    assert entry.received.value == date(2026, 1, 31)  # doubt never moves it


def test_requests_of_merged_and_of_erased_persons_stay_as_they_were() -> None:
    log = Diary().asks("2026-01-31")
    before = log.entry()
    log.on("2026-02-01", REGISTERED, BERT)
    for data, person in merged(ANNA, BERT, MergeGround.SAME_ACCOUNT):
        log.on("2026-02-02", data, person)
    erased = RequestErasureDecided(request=FIRST, ground=ErasureGround.RETENTION_ENDED, erased=())
    log.on("2026-02-03", erased)
    assert log.entry() == before


def test_the_log_is_in_the_order_of_receipt_with_counts_by_month() -> None:
    log = Diary().asks("2026-03-01").asks("2026-01-31", request=SECOND)
    log.on("2026-02-10", RequestAnswered(request=SECOND, channel=MAIL))
    log.on("2026-03-06", RequestAnswered(**CASE))
    paper = log.paper()
    assert [one.request for one in paper.entries] == [SECOND, FIRST]
    assert paper.median_days.value == (10 + 5) / 2
    assert (paper.total.received.value, paper.total.kept.value) == (2, 2)
    found = [(one.month.first.month, one.counts.received) for one in paper.months]
    assert [(month, count.value, count.evidence) for month, count in found] == [
        (1, 1, (2,)),
        (3, 1, (1,)),
    ]
    for counts in (paper.total, *(one.counts for one in paper.months)):
        states = (counts.kept, counts.late, counts.open, counts.overdue, counts.taken_back)
        assert sum(one.value or 0 for one in states) == counts.received.value


def test_a_log_without_requests_says_so_at_any_moment() -> None:
    for paper in (Diary().paper(), build(replace(Diary().sources(), as_of=BEGINNING))):
        assert (paper.entries, paper.months, paper.total.received.value) == ((), (), 0)
