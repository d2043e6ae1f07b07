"""The controller's entry: what is recorded, and what it comes to."""

from typing import assert_never

from ropa.domain.controller.events import (
    ControllerAmended,
    ControllerDeclared,
    ControllerEvent,
    LogRestored,
)
from ropa.kernel.amending import amended, only_changes
from ropa.kernel.decider import Context, Decider, Draft, Proposed
from ropa.kernel.fact import Recorded
from ropa.kernel.problem import Code, Problem

ControllerState = ControllerDeclared | None
"""The entry as amended, or None before it was declared."""


def decide(
    proposed: Proposed[ControllerEvent], state: ControllerState, _: Context
) -> tuple[Draft, ...]:
    """Decide what a fact about the controller records."""
    match proposed.data:
        case ControllerDeclared():
            if state is not None:
                raise Problem(
                    Code.ALREADY_EXISTS,
                    "The register has its controller already.",
                    advice="Send controller.amended.v1 to change the entry.",
                )
            return (Draft(data=proposed.data),)
        case ControllerAmended():
            if state is None:
                raise Problem(
                    Code.UNKNOWN_CONTROLLER,
                    "The register has no controller yet.",
                    advice="Declare it first.",
                )
            kept = only_changes(proposed.data, state)
            return (Draft(data=kept),) if kept else ()
        case LogRestored():
            return (Draft(data=proposed.data),)
        case _:
            assert_never(proposed.data)


def evolve(state: ControllerState, recorded: Recorded[ControllerEvent]) -> ControllerState:
    """Give the entry after an event."""
    match recorded.data:
        case ControllerDeclared():
            return recorded.data
        case ControllerAmended():
            return amended(state, recorded.data) if state else state
        case LogRestored():
            return state
        case _:
            assert_never(recorded.data)


DECIDER: Decider[ControllerState, ControllerEvent] = Decider(
    initial=None, decide=decide, evolve=evolve
)
