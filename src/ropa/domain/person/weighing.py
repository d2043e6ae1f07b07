"""Weighing: what becomes of an objection to other processing than direct marketing."""

from datetime import datetime

from ropa.domain.person.events import ObjectionOutcome, ObjectionWeighed
from ropa.domain.person.state import PersonState, objection
from ropa.kernel.decider import Context, Draft
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.sealing import declared_activity


def decide_weighing(
    data: ObjectionWeighed, at: datetime, state: PersonState, context: Context
) -> tuple[Draft, ...]:
    """Decide what a weighed objection records (Art. 21(1)).

    An objection that is overridden ends nothing any more, on whatever record it was made; one that
    is upheld stands as it did.

    Raises:
        Problem: `not-objected` where there is nothing to weigh, `objected` where it is direct
            marketing, `missing-field` or `malformed-value` where outcome and ground do not match.
    """
    policy = declared_activity(context.activities, data.activity)
    if policy.direct_marketing:
        raise Problem(
            Code.OBJECTED,
            f"An objection to {data.activity}, which is direct marketing, is never weighed"
            " (Art. 21(2)-(3)).",
            advice="It works at once; only a new consent of the person's ends it.",
            where=Where(field="data.activity"),
        )
    _require_ground(data)
    objected = objection(state, data.activity)
    if data.outcome is ObjectionOutcome.OVERRIDDEN:
        overridden = state.overridden.get(data.activity)
        if objected is None and overridden is not None:
            return ()
    elif objected is not None:
        upheld = state.upheld.get(data.activity)
        if upheld is not None and upheld > objected:
            return ()
    if objected is None or objected >= at:
        raise Problem(
            Code.NOT_OBJECTED,
            f"There is no objection to {data.activity} from before this, so nothing to weigh.",
            advice="Record the objection first: person.objected.v1.",
            where=Where(field="data.activity"),
        )
    others = sorted(state.merged) if data.outcome is ObjectionOutcome.OVERRIDDEN else ()
    # What one record's objection came to holds for those that are the same person's.
    return (Draft(data=data), *(Draft(data=data, subject=other) for other in others))


def _require_ground(data: ObjectionWeighed) -> None:
    if data.outcome is ObjectionOutcome.OVERRIDDEN and data.ground is None:
        raise Problem(
            Code.MISSING_FIELD,
            "An objection is overridden only on a ground that the controller shows (Art. 21(1)).",
            where=Where(field="data.ground"),
        )
    if data.outcome is ObjectionOutcome.UPHELD and data.ground is not None:
        raise Problem(
            Code.MALFORMED_VALUE,
            "An objection that is upheld is not overridden on a ground.",
            advice="Leave the ground out.",
            where=Where(field="data.ground"),
        )
