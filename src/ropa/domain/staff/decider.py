"""A member of staff: what is recorded, and which roles it comes to."""

from dataclasses import dataclass
from typing import assert_never

from ropa.domain.staff.events import StaffEvent, StaffLeft, StaffRegistered, StaffRolesChanged
from ropa.kernel.decider import Context, Decider, Draft, Proposed
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import Role
from ropa.kernel.problem import Code, Problem


@dataclass(frozen=True, slots=True)
class StaffState:
    """The roles that a member of staff has; None for one who is unknown."""

    roles: frozenset[Role] | None = None
    left: bool = False


def decide(proposed: Proposed[StaffEvent], state: StaffState, _: Context) -> tuple[Draft, ...]:
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
        case _:
            assert_never(data)


def _require_present(state: StaffState) -> None:
    if state.roles is None or state.left:
        raise Problem(
            Code.UNKNOWN_STAFF,
            "No member of staff is registered by this id, or the one who was has left.",
            advice="See `ropa staff list`.",
        )


def evolve(_: StaffState, recorded: Recorded[StaffEvent]) -> StaffState:
    """Give the roles after an event."""
    data = recorded.data
    match data:
        case StaffRegistered() | StaffRolesChanged():
            return StaffState(roles=frozenset(data.roles))
        case StaffLeft():
            return StaffState(roles=frozenset(), left=True)
        case _:
            assert_never(data)


DECIDER: Decider[StaffState, StaffEvent] = Decider(
    initial=StaffState(), decide=decide, evolve=evolve
)
