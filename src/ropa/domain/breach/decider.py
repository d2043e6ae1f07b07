"""A breach: what is recorded, and how far the case has come."""

from dataclasses import dataclass, replace
from typing import assert_never

from ropa.domain.breach.events import (
    AuthorityNotified,
    BreachAssessed,
    BreachClosed,
    BreachDescribed,
    BreachDiscovered,
    BreachEvent,
    PersonsNotTold,
    PersonsTold,
    Risk,
)
from ropa.kernel.decider import Context, Decider, Draft, Proposed
from ropa.kernel.fact import Recorded
from ropa.kernel.problem import Code, Problem, Where


@dataclass(frozen=True, slots=True)
class BreachState:
    """How far a case has come."""

    discovered: bool = False
    risk: Risk | None = None
    closed: bool = False


def decide(
    proposed: Proposed[BreachEvent], state: BreachState, context: Context
) -> tuple[Draft, ...]:
    """Decide what a fact about a breach records."""
    data = proposed.data
    record = (Draft(data=data),)
    if isinstance(data, BreachDiscovered):
        if state.discovered:
            raise Problem(
                Code.ALREADY_EXISTS,
                f"The breach {data.breach} is recorded already.",
                advice="Send breach.described.v1 with what became known since.",
            )
        for activity in data.affected:
            if activity not in context.activities:
                raise Problem(
                    Code.UNKNOWN_ACTIVITY,
                    "No activity is declared by this name.",
                    where=Where(field="data.affected"),
                )
        return record
    if not state.discovered:
        raise Problem(
            Code.UNKNOWN_BREACH,
            "No breach is recorded by this name.",
            advice="Record its discovery first.",
            where=Where(field="data.breach"),
        )
    if state.closed:
        if isinstance(data, BreachClosed):
            return ()
        raise Problem(Code.BREACH_CLOSED, f"The case of the breach {data.breach} is closed.")
    match data:
        case BreachAssessed():
            return () if data.risk is state.risk else record
        case (
            BreachDescribed()
            | AuthorityNotified()
            | PersonsTold()
            | PersonsNotTold()
            | BreachClosed()
        ):
            return record
        case _:
            assert_never(data)


def evolve(state: BreachState, recorded: Recorded[BreachEvent]) -> BreachState:
    """Give how far a case has come after an event."""
    data = recorded.data
    match data:
        case BreachDiscovered():
            return BreachState(discovered=True)
        case BreachAssessed():
            return replace(state, risk=data.risk)
        case BreachClosed():
            return replace(state, closed=True)
        case BreachDescribed() | AuthorityNotified() | PersonsTold() | PersonsNotTold():
            return state
        case _:
            assert_never(data)


DECIDER: Decider[BreachState, BreachEvent] = Decider(
    initial=BreachState(), decide=decide, evolve=evolve
)
