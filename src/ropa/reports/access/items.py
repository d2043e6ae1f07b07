"""The values held of a person, opened: each with its history and how long it is kept."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from ropa.domain.person.events import ContactChanged, DetailsCarried
from ropa.domain.request.events import RequestReceived
from ropa.kernel.categories import Category
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId
from ropa.kernel.opening import Erased, NotPermitted, Opened, Restricted, Values
from ropa.reports.access.found import Found
from ropa.reports.access.keeping import Keeping
from ropa.reports.access.model import Ending, EndingKind, Item, Plain, Shown
from ropa.reports.access.shares import because
from ropa.reports.cell import Cell
from ropa.reports.sources import Sources

_Line = tuple[str | None, ActivityId, Category]
"""What replaces each other: the values of one record, for one activity, in one category."""


_Place = tuple[int, ActivityId, Category]
"""Where a value lies: by which event, for which activity, in which category."""


class _Step(NamedTuple):
    """A value, or the removal of one, in the course of a line; they sort as they followed.

    Attributes:
        at: Since when the value holds, or from when it was gone.
        position: The event that says so.
        held: Whether it is a value; a removal by the same event comes before it.
        evidence: The events behind it.
    """

    at: datetime
    position: int
    held: bool
    evidence: tuple[int, ...]


def items(sources: Sources, found: Found) -> dict[ActivityId, tuple[Item, ...]]:
    """Give the values by activity: by category, then newest first."""
    given = _given(found)
    after = _successors(found, given)
    over, renewed = _carried_over(found)
    keeping = Keeping(sources, found)
    made: defaultdict[ActivityId, list[Item]] = defaultdict(list)
    for event in found.events:
        carried_from, own = _origin(event.data), _own(event)
        for activity, box in event.sealed.items():
            opened = sources.open(event, activity)
            more = _opening_evidence(opened, found, activity)
            kept = keeping.kept(event, activity)
            for category in box.categories:
                place = (event.position, activity, category)
                if place in renewed:
                    continue  # the activity itself carried it over, and its box is gone or going
                first = over.get(place, event)
                at, evidence = given.get((event.position, category), own)
                ended = after.get(place) or Cell(evidence=evidence)
                made[activity].append(
                    Item(
                        position=event.position,
                        category=category,
                        value=Cell(value=_shown(opened, category), evidence=_all(evidence, more)),
                        source=first.source,
                        channel=_channel(first.data),
                        type=first.type,
                        occurred_at=at,
                        recorded_at=first.recorded_at,
                        carried_from=carried_from,
                        ended=ended,
                        kept=kept
                        if first is event
                        else because(keeping.kept(first, activity), *evidence),
                    )
                )
    return {activity: _ordered(listed) for activity, listed in made.items()}


def _ordered(listed: list[Item]) -> tuple[Item, ...]:
    newest_first = sorted(listed, key=attrgetter("occurred_at", "position"), reverse=True)
    return tuple(sorted(newest_first, key=attrgetter("category")))


def _all(evidence: tuple[int, ...], more: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({*evidence, *more})) if more else evidence


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


def _opening_evidence(opened: Opened, found: Found, activity: ActivityId) -> tuple[int, ...]:
    """Give the events because of which a value is not shown."""
    match opened:
        case Erased(position=int(position)):
            return (position,)
        case Restricted():
            return found.standings[activity].restriction_evidence
        case _:
            return ()


def _given(found: Found) -> dict[tuple[int, Category], tuple[datetime, tuple[int, ...]]]:
    """Give since when each carried value holds, and the events that it came through.

    A carried value is as old as the value that it was copied from, which may be carried itself.
    """
    given: dict[tuple[int, Category], tuple[datetime, tuple[int, ...]]] = {}
    by_position: dict[int, Recorded[Any]] = {}
    for event in found.events:
        by_position[event.position] = event
        if not isinstance(event.data, DetailsCarried):
            continue
        for carried in event.data.values:
            origin = by_position.get(carried.position)
            box = origin.sealed.get(event.data.origin) if origin else None
            at, through = given.get((carried.position, carried.category)) or (
                _own(origin)
                if origin and box and carried.category in box.categories
                else (event.occurred_at, ())
            )
            evidence = tuple(sorted({*through, event.position}))
            given[event.position, carried.category] = (at, evidence)
    return given


def _carried_over(found: Found) -> tuple[dict[_Place, Recorded[Any]], set[_Place]]:
    """Give what activities carried over for themselves: to where, with who gave it; and from where.

    An activity does so where it dropped a category: what else lay in the same box goes on in
    another, and is no other value than it was.
    """
    over: dict[_Place, Recorded[Any]] = {}
    left: set[_Place] = set()
    by_position: dict[int, Recorded[Any]] = {}
    for event in found.events:
        data = event.data
        if isinstance(data, DetailsCarried) and data.origin == data.target:
            for carried in data.values:
                before = by_position.get(carried.position)
                box = before.sealed.get(data.origin) if before else None
                if before is None or box is None or carried.category not in box.categories:
                    continue
                place = (carried.position, data.origin, carried.category)
                over[event.position, data.target, carried.category] = over.get(place, before)
                left.add(place)
        by_position[event.position] = event
    return over, left


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
        steps.sort()
        for step, following in pairwise(steps):
            kind = EndingKind.REPLACED if following.held else EndingKind.REMOVED
            if step.held:
                ended[step.position, activity, category] = Cell(
                    value=Ending(kind=kind, at=following.at),
                    evidence=_all(step.evidence, following.evidence),
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
                step = _Step(
                    event.occurred_at, event.position, held=False, evidence=(event.position,)
                )
                yield (event.subject, activity, category), step
    own = _own(event)
    for activity, box in event.sealed.items():
        for category in box.categories:
            at, evidence = given.get((event.position, category), own)
            step = _Step(at, event.position, held=True, evidence=evidence)
            yield (event.subject, activity, category), step
