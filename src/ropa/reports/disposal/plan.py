"""The plan of disposal: how much falls due when, and what nobody can date yet."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import msgspec

from ropa.domain.activity.events import Retention
from ropa.kernel.ids import ActivityId
from ropa.kernel.law import LocalText
from ropa.reports.cell import Cell, Head, Query, Tally
from ropa.reports.disposal.certificate import SEALING, title_of
from ropa.reports.disposal.units import Due, Month, Rules, stored_units
from ropa.reports.entry import activity_of, head
from ropa.reports.retention import Waiting
from ropa.reports.sources import Sources

NAME = "retention"
_YEARS = 1
"""How many years the paper plans month by month; then it goes year by year."""


class Falling(StrEnum):
    """How closely the plan tells when something falls due."""

    OVERDUE = "overdue"
    MONTH = "month"
    YEAR = "year"


class Slot(NamedTuple):
    """A place in the plan.

    Attributes:
        activity: The activity.
        overdue: Whether it is due already; then it has neither month nor year.
        month: The month in which it falls due; None where that is not told.
        year: The year, where the month is not told; None in all other places.
        waiting: What it waits for; None where the day is known.
    """

    activity: ActivityId
    overdue: bool = False
    month: Month | None = None
    year: int | None = None
    waiting: Waiting | None = None


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one activity falls due at one place of the plan.

    Attributes:
        overdue: Whether it is due already; then it has neither month nor year.
        month: The month in which it falls due; None where that is not told.
        year: The year, where the month is not told; None in all other places.
        waiting: What it waits for; None where the day is known.
        activity: The activity's short name.
        title: What the register calls it; None where it declares no such activity.
        rule: The rule of the activity; None where it has none.
        units: How many units.
        boxes: How many boxes they have.
    """

    overdue: bool
    month: Month | None
    year: int | None
    waiting: Waiting | None
    activity: ActivityId
    title: LocalText | None
    rule: Cell[Retention]
    units: Tally
    boxes: Tally


class RetentionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The plan of disposal.

    Attributes:
        head: The head of the paper.
        today: The local day from which it is planned; None before the first event.
        entries: What falls due, by time and activity.
    """

    head: Head
    today: date | None
    entries: tuple[Planned, ...]


def counted(units: Iterable[Due], today: date, years: int) -> list[tuple[Slot, int, int]]:
    """Count what falls due when; gives each place of the plan with its units and boxes.

    Args:
        units: What is stored.
        today: The local day; what is due already comes first.
        years: For how many years to tell the month; of all the rest the year is told.
    """
    found: Counter[Slot] = Counter()
    boxes: Counter[Slot] = Counter()
    last = (today.year + years, today.month)
    for one in units:
        on = one.due_on()
        if on is None:
            slot = Slot(one.activity, waiting=one.waiting or Waiting.NO_LIMIT)
        elif on <= today:
            slot = Slot(one.activity, overdue=True)
        elif (on.year, on.month) > last:
            slot = Slot(one.activity, year=on.year)
        else:
            slot = Slot(one.activity, month=Month.of(on))
        found[slot] += 1
        boxes[slot] += one.boxes
    return [(slot, found[slot], boxes[slot]) for slot in sorted(found, key=_order)]


def _order(slot: Slot) -> tuple[int, date, str, str]:
    place = 3 if slot.waiting else 2 if slot.year else 1 if slot.month else 0
    first = slot.month.first if slot.month else date(slot.year or 1, 1, 1)
    return place, first, slot.waiting or "", slot.activity


def build(sources: Sources) -> RetentionPlan:
    """Build the plan, its days counted from the moment that the paper stands for."""
    moment = sources.as_of.moment
    today = sources.day(moment) if moment else None
    rules = Rules(sources.rows, sources.calendar)
    places = counted(stored_units(rules), today, _YEARS) if today else []
    return RetentionPlan(
        head=head(NAME, sources),
        today=today,
        entries=tuple(_planned(sources, *place) for place in places),
    )


def _planned(sources: Sources, slot: Slot, units: int, boxes: int) -> Planned:
    entry = activity_of(sources.rows, slot.activity)
    declared = entry.activity if entry else None
    rule = declared.retention if declared else None
    evidence = entry.behind("retention") if entry else ()

    def tally(count: int) -> Tally:
        query = Query(types=SEALING)
        return Tally(count=count, first=None, last=None, query=query, evidence=evidence)

    return Planned(
        overdue=slot.overdue,
        month=slot.month,
        year=slot.year,
        waiting=slot.waiting,
        activity=slot.activity,
        title=title_of(sources, slot.activity),
        rule=Cell(value=rule, evidence=evidence),
        units=tally(units),
        boxes=tally(boxes),
    )
