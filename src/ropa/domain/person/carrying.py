"""Carrying: what an activity that got a basis takes over of what is held already."""

from ropa.domain.person.events import Carried, DetailsCarried
from ropa.domain.person.state import Held, PersonState, has_basis, later
from ropa.kernel.categories import Category
from ropa.kernel.decider import ActivityPolicy, Context, Draft
from ropa.kernel.ids import ActivityId


def carried(state: PersonState, target: ActivityPolicy, context: Context) -> tuple[Draft, ...]:
    """Give the copies that an activity gets of what is held already, now that it has a basis.

    From live and unrestricted activities only, and never from one that rests on a duty: what
    stands on a voucher stays with bookkeeping.
    """
    if not has_basis(state, target):
        return ()
    own = state.held.get(target.activity, {})
    latest: dict[Category, tuple[Held, ActivityId]] = {}
    for activity, held in state.held.items():
        policy = context.activities.get(activity)
        if activity == target.activity or policy is None or policy.retired:
            continue
        if any(entry.duty is not None for entry in policy.bases):
            continue
        if activity in state.restricted or not has_basis(state, policy):
            continue
        for category, found in held.items():
            if category not in target.categories or category not in policy.categories:
                continue
            known = latest.get(category)
            mine = own.get(category)
            if found.removed or (mine is not None and not later(found, mine)):
                continue
            if known is None or later(found, known[0]):
                latest[category] = (found, activity)
    origins = sorted({activity for _, activity in latest.values()})
    return tuple(
        Draft(
            data=DetailsCarried(
                origin=origin,
                target=target.activity,
                values=tuple(
                    Carried(category=category, position=found.position)
                    for category, (found, activity) in sorted(latest.items())
                    if activity == origin
                ),
            )
        )
        for origin in origins
    )
