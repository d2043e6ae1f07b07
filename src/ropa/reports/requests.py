"""The log of requests: what data subjects asked for, and whether it was answered in time."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from statistics import median
from typing import Any

import msgspec

from ropa.domain.request.decider import Closed
from ropa.domain.request.events import RequestKind
from ropa.kernel.deadline import Calendar
from ropa.kernel.ids import Channel, PersonId, RequestId
from ropa.reports.cell import Cell, Head
from ropa.reports.disposal.units import Month
from ropa.reports.entry import head
from ropa.reports.sources import Sources
from ropa.views.people import At
from ropa.views.requests import (
    Closing,
    Confirmed,
    Decision,
    Extended,
    Queued,
    Request,
    closed_requests,
    open_requests,
)

NAME = "requests"


class TimeLimit(StrEnum):
    """How a request stands to its time limit (Art. 12(3))."""

    KEPT = "kept"
    """It was answered or refused on its legal date at the latest."""
    LATE = "late"
    """It came to its end after that."""
    OPEN = "open"
    OVERDUE = "overdue"
    TAKEN_BACK = "taken-back"
    """The requester took it back while there was time left to answer it."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What was done to learn who the requester is (Art. 12(6)).

    Attributes:
        asked: That the requester was asked; None where there was no doubt.
        confirmed: That the requester has shown it.
    """

    asked: At | None
    confirmed: Confirmed | None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One right that a request asks to exercise, and what was decided; empty until it was."""

    kind: RequestKind
    decision: Cell[Decision]


class RequestEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One request.

    Attributes:
        request: Its id.
        person: The pseudonymous id of the requester; empty where it is not known who it is.
        received: The local day of its receipt.
        channel: How it came in.
        identity: What was done to learn who the requester is; empty where nothing was.
        due: The legal date.
        safe: The day on which the month, or the third month, ends, whatever day it is.
        extended: That it takes longer, and why.
        asked: What it asks for, each with what was decided.
        closed: How it came to its end; empty while it is open.
        days: How many days it took to answer or refuse it; empty where it was neither.
        state: How it stands to its time limit.
    """

    request: RequestId
    person: Cell[PersonId]
    received: Cell[date]
    channel: Cell[Channel]
    identity: Cell[Identity]
    due: Cell[date]
    safe: Cell[date]
    extended: Cell[Extended]
    asked: tuple[Asked, ...]
    closed: Cell[Closing]
    days: Cell[int]
    state: Cell[TimeLimit]


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many requests came in, and how many of them stand how to their time limit."""

    received: Cell[int]
    kept: Cell[int]
    late: Cell[int]
    open: Cell[int]
    overdue: Cell[int]
    taken_back: Cell[int]


class MonthCounts(msgspec.Struct, frozen=True, kw_only=True):
    """The requests that came in during a month."""

    month: Month
    counts: Counts


class Requests(msgspec.Struct, frozen=True, kw_only=True):
    """The log of requests.

    Attributes:
        head: The head of the paper.
        today: The local day for which it tells what is overdue; None before the first event.
        total: All requests.
        median_days: The median of the days from receipt to answer or refusal; empty where nothing
            was answered.
        months: The requests by the month of their receipt; months without any are left out.
        entries: The requests in the order in which they came in.
    """

    head: Head
    today: date | None
    total: Counts
    median_days: Cell[float]
    months: tuple[MonthCounts, ...]
    entries: tuple[RequestEntry, ...]


def build(sources: Sources) -> Requests:
    """Build the log of requests as of the day that the paper stands for."""
    today = _today(sources)
    entries = _entries(sources, today) if today else ()
    by_month: dict[Month, list[RequestEntry]] = {}
    for entry in entries:
        if entry.received.value:
            by_month.setdefault(Month.of(entry.received.value), []).append(entry)
    days = [entry.days.value for entry in entries if entry.days.value is not None]
    return Requests(
        head=head(NAME, sources),
        today=today,
        total=_counts(entries),
        median_days=Cell(
            value=float(median(days)) if days else None,
            evidence=_evidence(entry.days for entry in entries),
        ),
        months=tuple(
            MonthCounts(month=month, counts=_counts(found)) for month, found in by_month.items()
        ),
        entries=entries,
    )


def _today(sources: Sources) -> date | None:
    """Give the day that the paper stands for, so that it is made again as it was."""
    point = sources.as_of
    if point.moment is None:
        return None
    day = sources.day(point.moment)
    return day if point.valid_at is None else min(day, point.valid_at)


def _entries(sources: Sources, today: date) -> tuple[RequestEntry, ...]:
    rows, calendar = sources.rows, sources.calendar
    found = open_requests(rows, calendar, today) + closed_requests(rows, calendar, today)
    found.sort(key=lambda one: (one.received, one.row.received.position))
    return tuple(_entry(one, calendar) for one in found)


def _entry(one: Queued, calendar: Calendar) -> RequestEntry:
    row = one.row
    come = row.received.position
    ended = _at(row.closed)
    limited = (come, *_at(row.extended))
    return RequestEntry(
        request=one.request,
        person=_cell(row.person, come, *([row.person_by] if row.person_by else ())),
        received=_cell(one.received, come),
        channel=_cell(row.channel, come),
        identity=_identity(row),
        due=_cell(one.limit.due, *limited),
        safe=_cell(one.limit.safe, *limited),
        extended=_cell(row.extended, *limited),
        asked=tuple(_asked(row, kind) for kind in dict.fromkeys(row.kinds)),
        closed=_cell(row.closed, come, *ended),
        days=_cell(_days(one, calendar), come, *ended),
        state=_cell(_state(one, calendar), *limited, *ended),
    )


def _identity(row: Request) -> Cell[Identity]:
    asked, confirmed = row.identity_asked, row.identity_confirmed
    found = Identity(asked=asked, confirmed=confirmed) if asked or confirmed else None
    return _cell(found, row.received.position, *_at(asked), *_at(confirmed))


def _asked(row: Request, kind: RequestKind) -> Asked:
    decision = row.decided.get(kind)
    return Asked(kind=kind, decision=_cell(decision, row.received.position, *_at(decision)))


def _days(one: Queued, calendar: Calendar) -> int | None:
    closed = one.row.closed
    if closed is None or closed.how is Closed.WITHDRAWN:
        return None
    return (calendar.day(closed.at) - one.received).days


def _state(one: Queued, calendar: Calendar) -> TimeLimit:
    closed = one.row.closed
    if closed is None:
        return TimeLimit.OVERDUE if (one.days_left or 0) < 0 else TimeLimit.OPEN
    if one.limit.days_left(calendar.day(closed.at)) < 0:
        return TimeLimit.LATE
    return TimeLimit.TAKEN_BACK if closed.how is Closed.WITHDRAWN else TimeLimit.KEPT


def _counts(entries: Iterable[RequestEntry]) -> Counts:
    entries = tuple(entries)
    behind = _evidence(entry.state for entry in entries)

    def count(state: TimeLimit) -> Cell[int]:
        return Cell(value=sum(entry.state.value is state for entry in entries), evidence=behind)

    return Counts(
        received=Cell(value=len(entries), evidence=_evidence(entry.received for entry in entries)),
        kept=count(TimeLimit.KEPT),
        late=count(TimeLimit.LATE),
        open=count(TimeLimit.OPEN),
        overdue=count(TimeLimit.OVERDUE),
        taken_back=count(TimeLimit.TAKEN_BACK),
    )


def _at(stamp: At | Confirmed | Extended | Decision | Closing | None) -> tuple[int, ...]:
    return () if stamp is None else (stamp.position,)


def _cell(value: Any, *evidence: int) -> Cell[Any]:
    return Cell(value=value, evidence=tuple(sorted(set(evidence))))


def _evidence(cells: Iterable[Cell[Any]]) -> tuple[int, ...]:
    return tuple(sorted({position for cell in cells for position in cell.evidence}))
