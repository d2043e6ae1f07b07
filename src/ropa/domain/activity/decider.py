"""An activity's entry: what is recorded, and the policy that it comes to."""

from dataclasses import dataclass, replace
from typing import assert_never

from ropa.domain.activity.events import (
    ActivityAmended,
    ActivityDeclared,
    ActivityEvent,
    ActivityRetired,
)
from ropa.kernel.amending import amended, only_changes
from ropa.kernel.decider import ActivityPolicy, Context, Decider, Draft, Proposed
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import RecipientId
from ropa.kernel.problem import Code, Problem, Where


@dataclass(frozen=True, slots=True)
class ActivityState:
    """An activity's entry as amended."""

    declared: ActivityDeclared | None = None
    retired: bool = False


def decide(
    proposed: Proposed[ActivityEvent], state: ActivityState, context: Context
) -> tuple[Draft, ...]:
    """Decide what a fact about an activity records."""
    data = proposed.data
    match data:
        case ActivityDeclared():
            if state.declared is not None:
                raise Problem(
                    Code.ALREADY_EXISTS,
                    f"The activity {data.activity} is declared already.",
                    advice="Send activity.amended.v1 to change it, or choose another name.",
                )
            _require_known(data.recipients, context)
            return (Draft(data=data),)
        case ActivityAmended():
            declared = _declared(state)
            if state.retired:
                raise Problem(
                    Code.RETIRED,
                    f"The activity {data.activity} is retired.",
                    advice="Declare a new activity.",
                )
            _require_known(data.recipients or (), context)
            kept = only_changes(data, declared, "activity")
            return (Draft(data=kept),) if kept else ()
        case ActivityRetired():
            _declared(state)
            return () if state.retired else (Draft(data=data),)
        case _:
            assert_never(data)


def _declared(state: ActivityState) -> ActivityDeclared:
    if state.declared is None:
        raise Problem(
            Code.UNKNOWN_ACTIVITY,
            "No activity is declared by this name.",
            advice="Declare it first, or see `ropa activity list` for those that are.",
            where=Where(field="data.activity"),
        )
    return state.declared


def _require_known(recipients: tuple[RecipientId, ...], context: Context) -> None:
    for recipient in recipients:
        if recipient not in context.recipients:
            raise Problem(
                Code.UNKNOWN_RECIPIENT,
                "No recipient that may be disclosed to is declared by this name.",
                advice="Declare the recipient first: recipient.declared.v1.",
                where=Where(field="data.recipients"),
            )


def evolve(state: ActivityState, recorded: Recorded[ActivityEvent]) -> ActivityState:
    """Give the entry after an event."""
    data = recorded.data
    match data:
        case ActivityDeclared():
            return replace(state, declared=data)
        case ActivityAmended():
            if state.declared is None:
                return state
            return replace(state, declared=amended(state.declared, data))
        case ActivityRetired():
            return replace(state, retired=True)
        case _:
            assert_never(data)


def policy(state: ActivityState) -> ActivityPolicy | None:
    """Give what decisions and sealing need of the entry."""
    declared = state.declared
    if declared is None:
        return None
    return ActivityPolicy(
        activity=declared.activity,
        categories=frozenset(declared.categories),
        bases=declared.bases,
        direct_marketing=declared.direct_marketing,
        retired=state.retired,
    )


DECIDER: Decider[ActivityState, ActivityEvent] = Decider(
    initial=ActivityState(), decide=decide, evolve=evolve
)
