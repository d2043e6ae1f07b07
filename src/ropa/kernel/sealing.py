"""The one rule of sealing: declared, and named, and with a live basis."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ropa.kernel.categories import Category
from ropa.kernel.decider import ActivityPolicy
from ropa.kernel.ids import ActivityId
from ropa.kernel.problem import Code, Problem, Where


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sealed for whom, and which named activities are skipped.

    An activity is skipped where the person has no live basis, or where it declares nothing of
    what was given.
    """

    boxes: Mapping[ActivityId, tuple[Category, ...]]
    skipped: tuple[ActivityId, ...]


def declared_activity(
    activities: Mapping[ActivityId, ActivityPolicy], activity: ActivityId
) -> ActivityPolicy:
    """Give the policy of an activity, also of a retired one: rights outlive it."""
    return activities.get(activity) or known_activity(activities, activity, "data.activity")


def known_activity(
    activities: Mapping[ActivityId, ActivityPolicy], activity: ActivityId, field: str
) -> ActivityPolicy:
    """Give the policy of an activity that may still be recorded for."""
    policy = activities.get(activity)
    if policy is None:
        raise Problem(
            Code.UNKNOWN_ACTIVITY,
            "No activity is declared by this name.",
            advice=f"Declared are: {', '.join(sorted(activities)) or 'none'}.",
            where=Where(field=field),
        )
    if policy.retired:
        raise Problem(
            Code.RETIRED,
            f"The activity {activity} is retired, and nothing more is recorded for it.",
            where=Where(field=field),
        )
    return policy


def plan_sealing(
    given: Mapping[str, Category],
    named: Iterable[ActivityId],
    activities: Mapping[ActivityId, ActivityPolicy],
    has_basis: Callable[[ActivityPolicy], bool],
) -> Plan:
    """Plan which values are sealed for which activity.

    Args:
        given: The category of each value that is given, by the name of its field.
        named: The activities that the fact names.
        activities: The register's policy.
        has_basis: Tells whether the person has a live basis in an activity.

    Raises:
        Problem: `unknown-activity`, `retired`, or `no-activity-for-value` where a value would be
            left with no activity.
    """
    policies = [
        known_activity(activities, activity, "data.activities") for activity in dict.fromkeys(named)
    ]
    live = {policy.activity for policy in policies if has_basis(policy)}
    boxes = {
        policy.activity: categories
        for policy in policies
        if policy.activity in live
        and (categories := tuple(sorted(policy.categories.intersection(given.values()))))
    }
    sealed = {category for categories in boxes.values() for category in categories}
    for field, category in given.items():
        if category not in sealed:
            raise _no_activity(field, category, policies, activities, live)
    skipped = tuple(policy.activity for policy in policies if policy.activity not in boxes)
    return Plan(boxes, skipped)


def _no_activity(
    field: str,
    category: Category,
    named: list[ActivityPolicy],
    activities: Mapping[ActivityId, ActivityPolicy],
    live: set[ActivityId],
) -> Problem:
    nearest = [
        f"{policy.activity} is named, but the person has no live basis there"
        if category in policy.categories and policy.activity not in live
        else f"{policy.activity} is named, but does not declare {category}"
        for policy in named
    ] + [
        f"{policy.activity} declares {category}, but is not named"
        for policy in activities.values()
        if category in policy.categories and not policy.retired and policy not in named
    ]
    return Problem(
        Code.NO_ACTIVITY_FOR_VALUE,
        f"The value ({category}) is left with no activity to be kept for"
        + (f": {'; '.join(nearest)}." if nearest else ": no activity declares it."),
        advice="Name an activity that declares it and has a basis, or leave the value out.",
        where=Where(field=f"data.personal.{field}"),
    )
