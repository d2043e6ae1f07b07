"""A member of staff: what is recorded, and which roles it comes to."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from ropa.domain.staff.events import (
    StaffErasureCompleted,
    StaffErasureDecided,
    StaffEvent,
    StaffLeft,
    StaffNameGivenOut,
    StaffRegistered,
    StaffRolesChanged,
)
from ropa.kernel.decider import Context, Decider, Draft, Proposed
from ropa.kernel.erasing import ErasureGround
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import Role
from ropa.kernel.problem import Code, Problem, Where


@dataclass(frozen=True, slots=True)
class StaffState:
    """What is known of a member of staff.

    Attributes:
        roles: The roles that they have; None for one who is unknown.
        left: Whether they have left.
        erased: When it was decided to erase the name, and on which ground; None while it is there.
    """

    roles: frozenset[Role] | None = None
    left: bool = False
    erased: tuple[datetime, ErasureGround] | None = None


def decide(
    proposed: Proposed[StaffEvent], state: StaffState, context: Context
) -> tuple[Draft, ...]:
    """Decide what a fact about a member of staff records."""
    data = proposed.data
    match data:
        case StaffRegistered():
            if state.roles is not None and not state.left:
                raise Problem(
                    Code.ALREADY_EXISTS,
                    "This member of staff is registered already.",
                    advice="Send staff.roles-changed.v1 to change the roles.",
                )
            return (Draft(data=data),)
        case StaffRolesChanged():
            _require_present(state)
            return () if frozenset(data.roles) == state.roles else (Draft(data=data),)
        case StaffLeft():
            if state.left:
                return ()
            _require_present(state)
            return (Draft(data=data),)
        case StaffNameGivenOut():
            _require_name(data, state, context)
            return (Draft(data=data),)
        case StaffErasureDecided() | StaffErasureCompleted():
            return (Draft(data=data),)
        case _:
            assert_never(data)


def _require_name(data: StaffNameGivenOut, state: StaffState, context: Context) -> None:
    if state.roles is None:
        raise Problem(
            Code.UNKNOWN_STAFF,
            "No member of staff was ever registered by this id.",
            advice="See `ropa staff list`.",
        )
    if state.erased is not None:
        at, ground = state.erased
        raise Problem(
            Code.ERASED,
            f"The name was erased on {context.calendar.day(at)}, on the ground {ground}: there is"
            " none to give out.",
            advice="Tell the requester so.",
        )
    if data.request not in context.requests:
        raise Problem(
            Code.UNKNOWN_REQUEST,
            "No request is known by this id.",
            advice="A name is given out to somebody who asked: see `ropa request list`.",
            where=Where(field="data.request"),
        )


def _require_present(state: StaffState) -> None:
    if state.roles is None or state.left:
        raise Problem(
            Code.UNKNOWN_STAFF,
            "No member of staff is registered by this id, or the one who was has left.",
            advice="See `ropa staff list`.",
        )


def evolve(state: StaffState, recorded: Recorded[StaffEvent]) -> StaffState:
    """Give the roles after an event."""
    data = recorded.data
    match data:
        case StaffRegistered():
            return StaffState(roles=frozenset(data.roles))
        case StaffRolesChanged():
            return replace(state, roles=frozenset(data.roles), left=False)
        case StaffLeft():
            return replace(state, roles=frozenset(), left=True)
        case StaffErasureDecided():
            return replace(state, erased=(recorded.occurred_at, data.ground))
        case StaffNameGivenOut() | StaffErasureCompleted():
            return state
        case _:
            assert_never(data)


DECIDER: Decider[StaffState, StaffEvent] = Decider(
    initial=StaffState(), decide=decide, evolve=evolve
)
