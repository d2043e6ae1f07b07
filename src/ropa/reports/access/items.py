"""The values held of a person, opened: each with its history and how long it is kept."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from ropa.domain.person.events import ContactChanged, DetailsCarried
from ropa.domain.request.events import RequestReceived
from ropa.kernel.categories import Category
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId
from ropa.kernel.opening import Erased, NotPermitted, Opened, Restricted, Values
from ropa.reports.access.found import Found
from ropa.reports.access.keeping import Keeping
from ropa.reports.access.model import Ending, EndingKind, Item, Plain, Shown
from ropa.reports.cell import Cell
from ropa.reports.sources import Sources

_Line = tuple[str | None, ActivityId, Category]
"""What replaces each other: the values of one record, for one activity, in one category."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A value, or the removal of one, in the course of a line."""

    at: datetime
    position: int
    evidence: tuple[int, ...]
    removed: bool


def items(sources: Sources, found: Found) -> dict[ActivityId, tuple[Item, ...]]:
    """Give the values by activity: by category, then newest first."""
    given = _given(found)
    after = _successors(found, given)
    keeping = Keeping(sources, found)
    made: defaultdict[ActivityId, list[Item]] = defaultdict(list)
    for event in found.events:
        channel, carried_from = _channel(event.data), _origin(event.data)
        own = _own(event)
        for activity, box in event.sealed.items():
            opened = sources.open(event, activity)
            kept = keeping.kept(event, activity)
            for category in box.categories:
                at, evidence = given.get((event.position, category), own)
                behind = _opening_evidence(opened, found, activity, evidence)
                value: Cell[Shown] = Cell(value=_shown(opened, category), evidence=behind)
                ended = after.get((event.position, activity, category)) or Cell(evidence=evidence)
                made[activity].append(
                    Item(
                        position=event.position,
                        category=category,
                        value=value,
                        source=event.source,
                        channel=channel,
                        type=event.type,
                        occurred_at=at,
                        recorded_at=event.recorded_at,
                        carried_from=carried_from,
                        ended=ended,
                        kept=kept,
                    )
                )
    return {activity: tuple(sorted(listed, key=_order)) for activity, listed in made.items()}


def _order(item: Item) -> tuple[Any, ...]:
    return (item.category, -item.occurred_at.timestamp(), -item.position)


def _own(event: Recorded[Any]) -> tuple[datetime, tuple[int, ...]]:
    return event.occurred_at, (event.position,)


def _channel(data: Any) -> Any:
    return data.channel if isinstance(data, ContactChanged | RequestReceived) else None


def _origin(data: Any) -> ActivityId | None:
    return data.origin if isinstance(data, DetailsCarried) else None


def _shown(opened: Opened, category: Category) -> Shown:
    if not isinstance(opened, Values):
        return opened
    if category not in opened.values:
        return NotPermitted()
    return Plain(opened.values[category])


def _opening_evidence(
    opened: Opened,
    found: Found,
    activity: ActivityId,
    evidence: tuple[int, ...],
) -> tuple[int, ...]:
    if isinstance(opened, Erased) and opened.position is not None:
        return tuple(sorted({*evidence, opened.position}))
    if isinstance(opened, Restricted):
        standing = found.standings[activity]
        return tuple(sorted({*evidence, *standing.restriction_evidence}))
    return evidence


def _given(found: Found) -> dict[tuple[int, Category], tuple[datetime, tuple[int, ...]]]:
    """Give since when each carried value holds, and the events that it came through.

    A carried value is as old as the value that it was copied from, which may be carried itself.
    """
    given: dict[tuple[int, Category], tuple[datetime, tuple[int, ...]]] = {}
    by_position = {event.position: event for event in found.events}
    for event in found.events:
        if not isinstance(event.data, DetailsCarried):
            continue
        for carried in event.data.values:
            origin = by_position.get(carried.position)
            at, through = given.get((carried.position, carried.category)) or (
                _own(origin) if origin else (event.occurred_at, ())
            )
            evidence = tuple(sorted({*through, event.position}))
            given[event.position, carried.category] = (at, evidence)
    return given


def _successors(
    found: Found, given: dict[tuple[int, Category], tuple[datetime, tuple[int, ...]]]
) -> dict[tuple[int, ActivityId, Category], Cell[Ending]]:
    """Give how each value of a person's details ceased to be current, where it did.

    Only details replace each other: what stands on a voucher or in a request stands there.
    """
    lines: defaultdict[_Line, list[_Step]] = defaultdict(list)
    for event in found.events:
        for line, step in _steps(event, given):
            lines[line].append(step)
    ended = {}
    for (_, activity, category), steps in lines.items():
        steps.sort(key=lambda step: (step.at, step.position, not step.removed))
        for step, following in pairwise(steps):
            kind = EndingKind.REMOVED if following.removed else EndingKind.REPLACED
            if not step.removed:
                ended[step.position, activity, category] = Cell(
                    value=Ending(kind=kind, at=following.at),
                    evidence=tuple(sorted({*step.evidence, *following.evidence})),
                )
    return ended


def _steps(
    event: Recorded[Any],
    given: dict[tuple[int, Category], tuple[datetime, tuple[int, ...]]],
) -> Iterator[tuple[_Line, _Step]]:
    data = event.data
    if not isinstance(data, ContactChanged | DetailsCarried):
        return
    if isinstance(data, ContactChanged):
        for activity in data.activities:
            for category in data.removed:
                step = _Step(event.occurred_at, event.position, (event.position,), removed=True)
                yield (event.subject, activity, category), step
    for activity, box in event.sealed.items():
        for category in box.categories:
            at, evidence = given.get((event.position, category)) or _own(event)
            step = _Step(at, event.position, evidence, removed=False)
            yield (event.subject, activity, category), step
