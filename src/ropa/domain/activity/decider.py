"""An activity's entry: what is recorded, and the policy that it comes to."""

from dataclasses import dataclass, replace
from typing import assert_never

from ropa.domain.activity.events import (
    ActivityAmended,
    ActivityDeclared,
    ActivityEvent,
    ActivityRetired,
    ActivityReviewed,
)
from ropa.kernel.amending import amended, only_changes
from ropa.kernel.decider import ActivityPolicy, Context, Decider, Draft, Proposed
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId, RecipientId, Role
from ropa.kernel.problem import Code, Problem, Where


@dataclass(frozen=True, slots=True)
class ActivityState:
    """An activity's entry as amended.

    Attributes:
        declared: What it declares; None for one that is unknown.
        version: The version in its history of the event that changed it last.
        retired: Whether it came to its end.
    """

    declared: ActivityDeclared | None = None
    version: int = 0
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
            _require_running(state, data.activity)
            _require_known(data.recipients or (), context)
            kept = only_changes(data, declared, "activity")
            return (Draft(data=kept),) if kept else ()
        case ActivityRetired():
            _declared(state)
            return () if state.retired else (Draft(data=data),)
        case ActivityReviewed():
            return (Draft(data=_reviewed(data, proposed, state, context)),)
        case _:
            assert_never(data)


def _reviewed(
    data: ActivityReviewed,
    proposed: Proposed[ActivityEvent],
    state: ActivityState,
    context: Context,
) -> ActivityReviewed:
    """Give a review with the version that it is of."""
    _declared(state)
    _require_running(state, data.activity)
    if Role.OFFICER not in context.roles:
        raise Problem(
            Code.NOT_PERMITTED,
            "An entry is reviewed by a member of staff who is an officer.",
            advice="Give the id of one as the actor; `ropa staff list` shows who has which role.",
            where=Where(field="actor"),
        )
    if data.version not in (None, state.version):
        raise Problem(
            Code.STALE_VERSION,
            f"The entry is at version {state.version}, and not at the one that was reviewed.",
            advice="Read it again, and review it again.",
            where=Where(field="data.version"),
        )
    if data.review_due <= context.calendar.day(proposed.occurred_at):
        raise Problem(
            Code.MALFORMED_VALUE,
            "The day of the next review has to come after this one.",
            where=Where(field="data.review_due"),
        )
    return replace(data, version=state.version)


def _require_running(state: ActivityState, activity: ActivityId) -> None:
    if state.retired:
        raise Problem(
            Code.RETIRED,
            f"The activity {activity} is retired.",
            advice="Declare a new activity.",
        )


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
            return replace(state, declared=data, version=recorded.version)
        case ActivityAmended():
            if state.declared is None:
                return state
            changed = amended(state.declared, data)
            return replace(state, declared=changed, version=recorded.version)
        case ActivityRetired():
            return replace(state, retired=True)
        case ActivityReviewed():
            if state.declared is None:
                return state
            # No new version of the entry: whoever amends it has not been overtaken by a review.
            moved = replace(state.declared, review_due=data.review_due)
            return replace(state, declared=moved)
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
