"""A recipient's entry: what is recorded, and what it comes to."""

from dataclasses import dataclass, replace
from typing import assert_never

from ropa.domain.recipient.events import (
    RecipientAmended,
    RecipientDeclared,
    RecipientEvent,
    RecipientRetired,
)
from ropa.kernel.amending import amended, only_changes
from ropa.kernel.decider import Context, Decider, Draft, Proposed
from ropa.kernel.fact import Recorded
from ropa.kernel.problem import Code, Problem, Where


@dataclass(frozen=True, slots=True)
class RecipientState:
    """A recipient's entry as amended."""

    declared: RecipientDeclared | None = None
    retired: bool = False


def decide(
    proposed: Proposed[RecipientEvent], state: RecipientState, _: Context
) -> tuple[Draft, ...]:
    """Decide what a fact about a recipient records."""
    data = proposed.data
    match data:
        case RecipientDeclared():
            if state.declared is not None:
                raise Problem(
                    Code.ALREADY_EXISTS,
                    f"The recipient {data.recipient} is declared already.",
                    advice="Send recipient.amended.v1 to change it, or choose another name.",
                )
            return (Draft(data=data),)
        case RecipientAmended():
            declared = _declared(state)
            if state.retired:
                raise Problem(
                    Code.RETIRED,
                    f"The recipient {data.recipient} is retired.",
                    advice="Declare a new recipient.",
                )
            kept = only_changes(data, declared, "recipient")
            return (Draft(data=kept),) if kept else ()
        case RecipientRetired():
            _declared(state)
            return () if state.retired else (Draft(data=data),)
        case _:
            assert_never(data)


def _declared(state: RecipientState) -> RecipientDeclared:
    if state.declared is None:
        raise Problem(
            Code.UNKNOWN_RECIPIENT,
            "No recipient is declared by this name.",
            advice="Declare it first, or see `ropa recipient list` for those that are.",
            where=Where(field="data.recipient"),
        )
    return state.declared


def evolve(state: RecipientState, recorded: Recorded[RecipientEvent]) -> RecipientState:
    """Give the entry after an event."""
    data = recorded.data
    match data:
        case RecipientDeclared():
            return replace(state, declared=data)
        case RecipientAmended():
            if state.declared is None:
                return state
            return replace(state, declared=amended(state.declared, data))
        case RecipientRetired():
            return replace(state, retired=True)
        case _:
            assert_never(data)


DECIDER: Decider[RecipientState, RecipientEvent] = Decider(
    initial=RecipientState(), decide=decide, evolve=evolve
)
