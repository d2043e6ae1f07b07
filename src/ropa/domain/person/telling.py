"""Which recipients have to be told of a rectification, an erasure or a restriction (Art. 19).

Each recipient that data touched by such a measure went to is one task. It went there where the
disclosure is recorded before the measure, or is told of later but happened no later; in doubt a
recipient is told. What went there before the same activity was erased as a whole counts no more:
the recipient was to be told of that erasure, and learns nothing further of the person.

An erasure because the time was up makes no task. The time limit was set and known when the data
was disclosed (Art. 5(1)(e)); a recipient has its own, and cannot know only of the other measures.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from ropa.domain.person.events import ContactChanged, Disclosed, PersonEvent, Restricted
from ropa.domain.person.forgetting import (
    ErasureDecided,
    Informing,
    NotInforming,
    RecipientInformed,
)
from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId, RecipientId


class Measure(StrEnum):
    """What was done with data, so that its recipients have to be told (Art. 19)."""

    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"


class Erasure(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """When an activity was last erased as a whole, and by which event."""

    at: datetime
    position: int


class Told(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What became of telling a recipient, and which event says so."""

    at: datetime
    position: int
    outcome: Informing
    reason: NotInforming | None = None


class Task(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A recipient that has to be told of a measure.

    Attributes:
        activities: The activities for which the data went there, each with the first event that
            says so.
        told: What became of it; None while the task is open.
    """

    activities: dict[ActivityId, int]
    told: Told | None = None


class Occasion(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A measure that recipients have to be told of.

    Attributes:
        at: When it was taken.
        measure: What was done.
        activities: The activities whose data it touched, each with the last erasure before it,
            where there was one.
        categories: The categories that it touched; None for all.
        tasks: The recipients that have to be told.
    """

    at: datetime
    measure: Measure
    activities: dict[ActivityId, Erasure | None]
    categories: tuple[Category, ...] | None
    tasks: dict[RecipientId, Task] = {}


class Telling(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """To whom a person's data went, and what the recipients have to be told.

    Attributes:
        sent: By recipient and activity, the categories that went there since the activity was last
            erased as a whole, each with the first event that says so.
        erased: By activity, when it was last erased as a whole.
        occasions: What recipients have to be told of, by the position of its event.
    """

    sent: dict[RecipientId, dict[ActivityId, dict[Category, int]]] = {}
    erased: dict[ActivityId, Erasure] = {}
    occasions: dict[int, Occasion] = {}

    def task(self, about: int, recipient: RecipientId) -> Task | None:
        """Give the task to tell a recipient of the measure at a position, or None."""
        occasion = self.occasions.get(about)
        return occasion.tasks.get(recipient) if occasion else None

    @property
    def waiting(self) -> bool:
        """Whether a recipient still has to be told of something."""
        return any(
            task.told is None
            for occasion in self.occasions.values()
            for task in occasion.tasks.values()
        )


def after(telling: Telling, recorded: Recorded[PersonEvent]) -> Telling:
    """Give what recipients have to be told after an event (Art. 19)."""
    match recorded.data:
        case Disclosed() as data:
            return _disclosed(telling, recorded, data)
        case ContactChanged(corrected=True) as data:
            sealed = (category for box in recorded.sealed.values() for category in box.categories)
            touched = tuple(sorted({*sealed, *data.removed}))
            if not touched:
                return telling
            return _occasion(telling, recorded, Measure.RECTIFICATION, data.activities, touched)
        case Restricted() as data:
            if _restricted(telling, data, recorded.occurred_at):
                return telling
            return _occasion(telling, recorded, Measure.RESTRICTION, data.activities, None)
        case ErasureDecided() as data:
            return _erased(telling, recorded, data)
        case RecipientInformed() as data:
            return _informed(telling, recorded, data)
        case _:
            return telling


def _disclosed(telling: Telling, recorded: Recorded[PersonEvent], data: Disclosed) -> Telling:
    at, now = recorded.occurred_at, dict.fromkeys(data.categories, recorded.position)
    occasions = telling.occasions
    for position, occasion in telling.occasions.items():
        if at <= occasion.at and not _ended(occasion.activities.get(data.activity), at):
            changed = _with_task(occasion, data.recipient, data.activity, now)
            if changed is not occasion:
                occasions = {**occasions, position: changed}
    sent = telling.sent
    to = sent.get(data.recipient, {})
    known = to.get(data.activity, {})
    if not _ended(telling.erased.get(data.activity), at) and not now.keys() <= known.keys():
        sent = {**sent, data.recipient: {**to, data.activity: {**now, **known}}}
    if sent is telling.sent and occasions is telling.occasions:
        return telling
    return replace(telling, sent=sent, occasions=occasions)


def _ended(erasure: Erasure | None, at: datetime) -> bool:
    return erasure is not None and at <= erasure.at


def _with_task(
    occasion: Occasion, recipient: RecipientId, activity: ActivityId, sent: dict[Category, int]
) -> Occasion:
    """Give an occasion with the task that data which went to a recipient makes, if it makes one."""
    if activity not in occasion.activities:
        return occasion
    wanted = sent if occasion.categories is None else occasion.categories
    touched = [sent[category] for category in wanted if category in sent]
    task = occasion.tasks.get(recipient) or Task({})
    if not touched or activity in task.activities:
        return occasion
    task = replace(task, activities={**task.activities, activity: min(touched)})
    return replace(occasion, tasks={**occasion.tasks, recipient: task})


def _occasion(
    telling: Telling,
    recorded: Recorded[PersonEvent],
    measure: Measure,
    activities: Iterable[ActivityId],
    categories: tuple[Category, ...] | None,
) -> Telling:
    since = {activity: telling.erased.get(activity) for activity in sorted(set(activities))}
    made = Occasion(recorded.occurred_at, measure, since, categories)
    for recipient, by_activity in telling.sent.items():
        for activity, sent in by_activity.items():
            made = _with_task(made, recipient, activity, sent)
    return replace(telling, occasions={**telling.occasions, recorded.position: made})


def _restricted(telling: Telling, data: Restricted, at: datetime) -> bool:
    """Tell whether a restriction says nothing that another one did not say already."""
    known = {
        activity
        for occasion in telling.occasions.values()
        if occasion.measure is Measure.RESTRICTION and occasion.at >= at
        for activity in occasion.activities
    }
    return known.issuperset(data.activities)


def _erased(telling: Telling, recorded: Recorded[PersonEvent], data: ErasureDecided) -> Telling:
    dropped = data.ground is ErasureGround.CATEGORY_DROPPED
    if data.ground is not ErasureGround.RETENTION_ENDED:
        activities = (unit.activity for unit in data.erased)
        categories = data.categories if dropped else None
        telling = _occasion(telling, recorded, Measure.ERASURE, activities, categories)
    whole = {unit.activity for unit in data.erased if not unit.bucket and not dropped}
    if not whole:
        return telling
    erased = dict(telling.erased)
    for activity in sorted(whole):
        if not _ended(erased.get(activity), recorded.occurred_at):
            erased[activity] = Erasure(recorded.occurred_at, recorded.position)
    kept = {
        recipient: left
        for recipient, by_activity in telling.sent.items()
        if (left := {name: sent for name, sent in by_activity.items() if name not in whole})
    }
    return replace(telling, sent=kept, erased=erased)


def _informed(
    telling: Telling, recorded: Recorded[PersonEvent], data: RecipientInformed
) -> Telling:
    task = telling.task(data.about, data.recipient)
    if task is None:
        return telling
    told = Told(recorded.occurred_at, recorded.position, data.outcome, data.reason)
    occasion = telling.occasions[data.about]
    tasks = {**occasion.tasks, data.recipient: replace(task, told=told)}
    occasions = {**telling.occasions, data.about: replace(occasion, tasks=tasks)}
    return replace(telling, occasions=occasions)
