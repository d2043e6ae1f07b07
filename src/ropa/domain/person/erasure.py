"""What is recorded of holds and erasures, of what outlives them, and of who was told."""

from typing import assert_never

from ropa.domain.person.forgetting import (
    ErasureCompleted,
    ErasureDecided,
    ForgettingEvent,
    HoldLifted,
    HoldPlaced,
    Informing,
    ObjectionRemembered,
    RecipientInformed,
)
from ropa.domain.person.state import PersonState
from ropa.kernel.decider import Context, Draft
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.sealing import declared_activity


def decide_forgetting(
    data: ForgettingEvent, state: PersonState, context: Context
) -> tuple[Draft, ...]:
    """Decide what a fact about holds and erasures, or about who was told of them, records."""
    record = (Draft(data=data),)
    match data:
        case HoldPlaced():
            for activity in data.activities:
                declared_activity(context.activities, activity)
            return () if state.on_hold.issuperset(data.activities) else record
        case HoldLifted():
            return _lifted(data, state)
        case ErasureDecided():
            _may_be_erased(data, state)
            return record
        case ErasureCompleted():
            fences = state.erased.values()
            return () if any(f.position == data.decision and f.done for f in fences) else record
        case ObjectionRemembered():
            return record
        case RecipientInformed():
            return record if _says_more(data, state) else ()
        case _:
            assert_never(data)


def _lifted(data: HoldLifted, state: PersonState) -> tuple[Draft, ...]:
    if not state.on_hold.issuperset(data.activities):
        raise Problem(
            Code.NOT_ON_HOLD,
            "Not all of these activities are on hold for the person.",
            where=Where(field="data.activities"),
        )
    # What one record's hold was lifted for holds for those that are the same person's.
    others = (Draft(data=data, subject=other) for other in sorted(state.merged))
    return (Draft(data=data), *others)


def _may_be_erased(data: ErasureDecided, state: PersonState) -> None:
    if not data.erased:
        raise Problem(
            Code.ALREADY_DONE,
            "There is nothing to erase: nothing is held, or all of it was erased before.",
            advice="The access report shows what was erased; `--dry-run`, what is withheld.",
        )
    held = sorted({unit.activity for unit in data.erased} & state.on_hold)
    if held:
        raise Problem(
            Code.ON_HOLD,
            f"The data is on hold, and must not be erased now: {', '.join(held)}.",
            advice="Withhold these activities, or lift the hold first.",
        )


def _says_more(data: RecipientInformed, state: PersonState) -> bool:
    """Tell whether that a recipient was told, or was not, is more than is known (Art. 19)."""
    informed = data.outcome is Informing.INFORMED
    if not informed and data.reason is None:
        raise Problem(
            Code.MISSING_FIELD,
            "Why the recipient was not told is not said.",
            where=Where(field="data.reason"),
        )
    if informed and data.reason is not None:
        raise Problem(
            Code.MALFORMED_VALUE,
            "A recipient that was told needs no reason why it was not.",
            where=Where(field="data.reason"),
        )
    task = state.telling.task(data.about, data.recipient)
    if task is None:
        raise Problem(
            Code.NOT_FOUND,
            "This event is nothing that the recipient has to be told of.",
            advice="`ropa recipient tasks` lists who has to be told of what.",
            where=Where(field="data.about"),
        )
    told = task.told
    return told is None or (told.outcome, told.reason) != (data.outcome, data.reason)


def remembered(state: PersonState, context: Context) -> tuple[Draft, ...]:
    """Give the earlier objections that an address brings along, where none is known yet."""
    return tuple(
        Draft(data=ObjectionRemembered(activity=activity, objected_on=objected_on))
        for activity, objected_on in sorted(context.suppressed.items())
        if activity not in state.objected
    )
