"""A request: what is recorded, and how far it has come."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from ropa.domain.request.events import (
    IdentityAsked,
    IdentityConfirmed,
    Outcome,
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
from ropa.kernel.decider import Context, Decider, Draft, Proposed
from ropa.kernel.fact import Recorded
from ropa.kernel.problem import Code, Problem, Where


class Closed(StrEnum):
    """How a request came to its end."""

    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class RequestState:
    """How far a request has come; no kinds for one that is unknown.

    Attributes:
        received: When it came in; what is said of it later never moves that.
        kinds: The rights that it asks to exercise.
        decided: Those of them that have been decided.
        extended: Whether the requester was told that it takes longer.
        closed: How it came to its end; None while it is open.
    """

    received: datetime | None = None
    kinds: frozenset[RequestKind] = frozenset()
    decided: frozenset[RequestKind] = frozenset()
    extended: bool = False
    closed: Closed | None = None


def decide(
    proposed: Proposed[RequestEvent], state: RequestState, context: Context
) -> tuple[Draft, ...]:
    """Decide what a fact about a request records."""
    data = proposed.data
    record = (Draft(data=data),)
    if isinstance(data, RequestReceived):
        if state.kinds:
            raise Problem(
                Code.ALREADY_EXISTS,
                "A request with this id was received already.",
                advice="Give each request an id of its own.",
                where=Where(field="data.request"),
            )
        return record
    if not state.kinds:
        raise Problem(
            Code.UNKNOWN_REQUEST,
            "No request is known by this id.",
            advice="Record its receipt first, or see `ropa request list`.",
            where=Where(field="data.request"),
        )
    if isinstance(data, RequestErasureDecided | RequestErasureCompleted):
        return record
    if state.closed is not None:
        return _decide_closed(data, state.closed)
    match data:
        case IdentityAsked() | RequestRefused() | RequestWithdrawn():
            return record
        case IdentityConfirmed():
            if data.person is not None and data.person not in context.persons:
                raise Problem(
                    Code.UNKNOWN_SUBJECT,
                    "The person named is not in the register.",
                    advice="Leave the person out where the register holds nobody.",
                    where=Where(field="data.person"),
                )
            return record
        case RequestExtended():
            _may_be_extended(proposed, state, context)
            return record
        case RequestDecided():
            return _decide_kind(data, state, record)
        case RequestAnswered():
            if open_kinds := state.kinds - state.decided:
                raise Problem(
                    Code.REQUEST_NOT_DECIDED,
                    f"Not decided yet: {', '.join(sorted(open_kinds))}.",
                    advice="Decide each kind of the request before it is answered.",
                )
            return record
        case _:
            assert_never(data)


def _may_be_extended(
    proposed: Proposed[RequestEvent], state: RequestState, context: Context
) -> None:
    if state.extended:
        raise Problem(
            Code.ALREADY_DONE,
            "The request was extended already, and can be only once (Art. 12(3)).",
        )
    calendar = context.calendar
    # Without a receipt the request is unknown, and was refused as such.
    first = calendar.limit(state.received or proposed.occurred_at, extended=False)
    if calendar.day(proposed.occurred_at) > first.due:
        raise Problem(
            Code.EXTENSION_TOO_LATE,
            "The requester has to be told of an extension within the first month, which has ended"
            " (Art. 12(3)).",
            advice="Give the time at which it was told of, if that was before; otherwise answer as"
            " soon as you can.",
            where=Where(field="time"),
        )


def _decide_kind(
    data: RequestDecided, state: RequestState, record: tuple[Draft, ...]
) -> tuple[Draft, ...]:
    if data.kind not in state.kinds:
        raise Problem(
            Code.REQUEST_KIND_NOT_ASKED,
            f"The request does not ask for {data.kind}.",
            advice=f"It asks for: {', '.join(sorted(state.kinds))}.",
            where=Where(field="data.kind"),
        )
    if data.outcome is not Outcome.GRANTED and data.ground is None:
        raise Problem(
            Code.MISSING_FIELD,
            "What is not granted in full needs its ground (Art. 12(4)).",
            where=Where(field="data.ground"),
        )
    if data.outcome is Outcome.GRANTED and data.ground is not None:
        raise Problem(
            Code.MALFORMED_VALUE,
            "What is granted in full has no ground for refusing it.",
            advice="Leave the ground out, or decide partly-granted or not-granted.",
            where=Where(field="data.ground"),
        )
    return record


def _decide_closed(data: RequestEvent, closed: Closed) -> tuple[Draft, ...]:
    same = {
        RequestAnswered: Closed.ANSWERED,
        RequestRefused: Closed.REFUSED,
        RequestWithdrawn: Closed.WITHDRAWN,
    }
    if same.get(type(data)) is closed:
        return ()
    raise Problem(
        Code.REQUEST_CLOSED,
        f"The request is closed: it was {closed}.",
        advice="Record a new request.",
    )


def evolve(state: RequestState, recorded: Recorded[RequestEvent]) -> RequestState:
    """Give how far a request has come after an event."""
    data = recorded.data
    match data:
        case RequestReceived():
            return RequestState(received=recorded.occurred_at, kinds=frozenset(data.kinds))
        case (
            IdentityAsked()
            | IdentityConfirmed()
            | RequestErasureDecided()
            | RequestErasureCompleted()
        ):
            return state
        case RequestExtended():
            return replace(state, extended=True)
        case RequestDecided():
            return replace(state, decided=state.decided | {data.kind})
        case RequestAnswered():
            return replace(state, closed=Closed.ANSWERED)
        case RequestRefused():
            return replace(state, closed=Closed.REFUSED)
        case RequestWithdrawn():
            return replace(state, closed=Closed.WITHDRAWN)
        case _:
            assert_never(data)


DECIDER: Decider[RequestState, RequestEvent] = Decider(
    initial=RequestState(), decide=decide, evolve=evolve
)
