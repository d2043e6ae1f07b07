"""The requests of data subjects: what was asked, and how far it has come.

Read: every event of a request. Key: the request's id. It answers: what is open and since when,
whose it is, and what was decided for each kind and by which event.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple, assert_never, get_args

import msgspec
from msgspec.structs import replace

from ropa.domain.request.decider import Closed
from ropa.domain.request.events import (
    ExtensionReason,
    IdentityAsked,
    IdentityConfirmed,
    IdentityMethod,
    Outcome,
    RefusalGround,
    RequestAnswered,
    RequestDecided,
    RequestErasureCompleted,
    RequestErasureDecided,
    RequestEvent,
    RequestExtended,
    RequestKind,
    RequestReceived,
    RequestRefused,
    RequestWithdrawn,
)
from ropa.kernel.categories import Category
from ropa.kernel.deadline import Calendar, Deadline
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId, Channel, PersonId, RequestId
from ropa.kernel.view import Rows, View
from ropa.views.gone import Gone
from ropa.views.people import At


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided of one kind of a request."""

    at: datetime
    position: int
    outcome: Outcome
    ground: RefusalGround | None


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """That the requester has shown who they are."""

    at: datetime
    position: int
    method: IdentityMethod


class Extended(msgspec.Struct, frozen=True, kw_only=True):
    """That the requester was told that it takes longer."""

    at: datetime
    position: int
    reason: ExtensionReason


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """How a request came to its end; the ground where it was refused as a whole."""

    at: datetime
    position: int
    how: Closed
    ground: RefusalGround | None = None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it stands.

    Attributes:
        received: When it came in; the time limit runs from there.
        kinds: The rights that it asks to exercise.
        channel: How it came in.
        person: Whose it is, where that is known.
        person_by: The event that last said whose it is.
        sealed: The categories of what lies in the boxes of its receipt, by activity.
        identity_asked: That the requester was asked who they are.
        identity_confirmed: That the requester has shown it.
        extended: That it takes longer.
        decided: What was decided, by kind.
        closed: How it came to its end; None while it is open.
        erased: That what its receipt sealed was erased; None while it is there.
        positions: Every event of the request.
    """

    received: At
    kinds: tuple[RequestKind, ...]
    channel: Channel
    person: PersonId | None
    person_by: int | None
    sealed: dict[ActivityId, tuple[Category, ...]] = {}
    identity_asked: At | None = None
    identity_confirmed: Confirmed | None = None
    extended: Extended | None = None
    decided: dict[RequestKind, Decision] = {}
    closed: Closing | None = None
    erased: Gone | None = None
    positions: tuple[int, ...] = ()

    @property
    def waiting_for_identity(self) -> bool:
        """Whether the requester was asked who they are, and the request waits for the answer."""
        return self.closed is None and self._asked_and_not_shown()

    @property
    def identity_in_doubt(self) -> bool:
        """Whether it is open who the requester is; a request that is closed leaves it open."""
        refused = self.closed.ground if self.closed else None
        return refused is RefusalGround.NOT_IDENTIFIABLE or self._asked_and_not_shown()

    def _asked_and_not_shown(self) -> bool:
        asked, shown = self.identity_asked, self.identity_confirmed
        return asked is not None and (shown is None or shown.position < asked.position)


def fold(row: Request | None, recorded: Recorded[RequestEvent]) -> Request | None:
    """Give the request after an event."""
    data = recorded.data
    at, position = recorded.occurred_at, recorded.position
    if isinstance(data, RequestReceived):
        row = Request(
            received=At(at, position),
            kinds=data.kinds,
            channel=data.channel,
            person=recorded.subject,
            person_by=position if recorded.subject else None,
            sealed={activity: box.categories for activity, box in recorded.sealed.items()},
        )
    if row is None:
        return None
    row = replace(row, positions=(*row.positions, position))
    match data:
        case RequestReceived():
            return row
        case IdentityAsked():
            return replace(row, identity_asked=At(at, position))
        case IdentityConfirmed():
            confirmed = Confirmed(at=at, position=position, method=data.method)
            row = replace(row, identity_confirmed=confirmed)
            if data.person is None:
                return row
            return replace(row, person=data.person, person_by=position)
        case RequestExtended():
            return replace(row, extended=Extended(at=at, position=position, reason=data.reason))
        case RequestDecided():
            decision = Decision(at=at, position=position, outcome=data.outcome, ground=data.ground)
            return replace(row, decided={**row.decided, data.kind: decision})
        case RequestAnswered():
            return replace(row, closed=Closing(at=at, position=position, how=Closed.ANSWERED))
        case RequestRefused():
            refused = Closing(at=at, position=position, how=Closed.REFUSED, ground=data.ground)
            return replace(row, closed=refused)
        case RequestWithdrawn():
            return replace(row, closed=Closing(at=at, position=position, how=Closed.WITHDRAWN))
        case RequestErasureDecided():
            return replace(row, erased=Gone(at, position, data.ground))
        case RequestErasureCompleted():
            erased = row.erased.after(data.decision, position) if row.erased else None
            return replace(row, erased=erased)
        case _:
            assert_never(data)


REQUESTS: View[Request] = View(
    name="requests",
    version=2,
    reads=get_args(RequestEvent),
    row=Request,
    keys=lambda recorded: (recorded.data.request,),
    fold=fold,
    columns={
        "person": lambda row: row.person,
        "open": lambda row: int(row.closed is None),
    },
)


class Queued(NamedTuple):
    """A request in the queue, on a day.

    Attributes:
        request: Its id.
        row: The request.
        received: The local day of its receipt.
        limit: Its time limit.
        days_left: How many days are left to the legal date: less than none where it is overdue,
            None where the request is closed.
    """

    request: RequestId
    row: Request
    received: date
    limit: Deadline
    days_left: int | None


def open_requests(rows: Rows, calendar: Calendar, today: date) -> list[Queued]:
    """Give the open requests with their time limits: overdue first, those with most time last."""
    found = _queued(rows.where(REQUESTS, open=1), calendar, today)
    # A safe date that is earlier never has a legal date that is later.
    return sorted(found, key=lambda one: (one.limit.safe, one.row.received.at, one.request))


def closed_requests(rows: Rows, calendar: Calendar, today: date) -> list[Queued]:
    """Give the closed requests with what their time limits were, the latest received first."""
    found = _queued(rows.where(REQUESTS, open=0), calendar, today)
    return sorted(found, key=lambda one: (one.row.received.at, one.request), reverse=True)


def _queued(
    found: Iterator[tuple[str, Request]], calendar: Calendar, today: date
) -> Iterator[Queued]:
    for request, row in found:
        limit = calendar.limit(row.received.at, extended=row.extended is not None)
        yield Queued(
            request=request,
            row=row,
            received=calendar.day(row.received.at),
            limit=limit,
            days_left=limit.days_left(today) if row.closed is None else None,
        )
