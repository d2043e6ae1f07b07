"""The certificate of disposal: what the log shows to be gone, without personal data.

It names no person, and counts no fewer than the log does: whoever has the log counts the same.
"""

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from ropa.domain.activity.events import ActivityAmended, ActivityDeclared, Retention
from ropa.domain.person.events import (
    AccountingRecordFiled,
    ContactChanged,
    DetailsCarried,
    PersonIdentified,
    PersonRegistered,
)
from ropa.domain.person.forgetting import ErasureDecided
from ropa.domain.request.events import RequestErasureDecided, RequestReceived
from ropa.domain.staff.events import StaffErasureDecided, StaffRegistered
from ropa.kernel.amending import amended
from ropa.kernel.erasing import Bucket, ErasureGround
from ropa.kernel.fact import fact_type
from ropa.kernel.ids import ActivityId
from ropa.kernel.law import LocalText
from ropa.reports.cell import Head, Point, Query, Seen, Tally
from ropa.reports.disposal.units import Month, Owner
from ropa.reports.entry import activity_of, head
from ropa.reports.sources import Sources
from ropa.views.disposals import DISPOSALS, Disposal

NAME = "disposal"

_DECIDED = tuple(
    fact_type(one).name for one in (ErasureDecided, RequestErasureDecided, StaffErasureDecided)
)
SEALING = tuple(
    fact_type(one).name
    for one in (
        PersonRegistered,
        PersonIdentified,
        ContactChanged,
        AccountingRecordFiled,
        DetailsCarried,
        RequestReceived,
        StaffRegistered,
    )
)
"""The types of event whose values fill the units."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What was disposed of in one month of one activity, on one ground and by one rule.

    Attributes:
        month: The month in which it was completed.
        activity: The activity's short name.
        title: What the register calls it; None where it declares no such activity.
        ground: The ground.
        rule: The rule that was in force; None where none was, or another ground than the rule's
            end is told.
        units: How many units; the first and the last decision.
        boxes: How many boxes they had.
    """

    month: Month
    activity: ActivityId
    title: LocalText | None
    ground: ErasureGround
    rule: Retention | None
    units: Tally
    boxes: Tally


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """The certificate of disposal.

    Attributes:
        head: The head of the paper.
        since: From where on the log was read; None for its beginning.
        units: How many units are gone.
        boxes: How many boxes they had.
        pending: How many units were to go, and were not gone from every file at the paper's moment.
        lines: What is gone, by month, activity, ground and rule.
    """

    head: Head
    since: Point | None
    units: Tally
    boxes: Tally
    pending: Tally
    lines: tuple[Line, ...]


class _Key(NamedTuple):
    month: Month
    activity: ActivityId
    ground: ErasureGround
    rule: Retention | None


class _Count:
    """A count that grows, with the first and the last decision behind it."""

    def __init__(self, *types: str) -> None:
        self.count = 0
        self._types = types
        self._first: Seen | None = None
        self._last: Seen | None = None

    def add(self, number: int, row: Disposal) -> None:
        self.count += number
        seen = Seen(position=row.decided.position, occurred_at=row.decided.at)
        self._first = self._first or seen
        self._last = seen

    def tally(self) -> Tally:
        query = Query(types=self._types)
        return Tally(count=self.count, first=self._first, last=self._last, query=query)


def build(sources: Sources) -> Certificate:
    """Build the certificate of what was completed up to the paper's moment, since another."""
    after = sources.since.position if sources.since else 0
    in_force = _rules(sources)
    units: dict[_Key, _Count] = {}
    boxes: dict[_Key, _Count] = {}
    all_units, all_boxes, pending = _unit_count(), _box_count(), _unit_count()
    for _, row in sources.rows.all(DISPOSALS):
        if row.completed is None:
            pending.add(len(row.units), row)
        elif row.completed.position > after:
            month = Month.of(sources.day(row.completed.at))
            for (activity, _), number in _boxes(sources, row):
                rule = _rule(in_force, activity, row)
                key = _Key(month, activity, row.ground, rule)
                units.setdefault(key, _unit_count()).add(1, row)
                boxes.setdefault(key, _box_count()).add(number, row)
                all_units.add(1, row)
                all_boxes.add(number, row)
    ordered = sorted(units, key=lambda key: (key.month, key.activity, key.ground, str(key.rule)))
    return Certificate(
        head=head(NAME, sources),
        since=sources.since,
        units=all_units.tally(),
        boxes=all_boxes.tally(),
        pending=pending.tally(),
        lines=tuple(
            Line(
                month=key.month,
                activity=key.activity,
                title=title_of(sources, key.activity),
                ground=key.ground,
                rule=key.rule,
                units=units[key].tally(),
                boxes=boxes[key].tally(),
            )
            for key in ordered
        ),
    )


def title_of(sources: Sources, activity: ActivityId) -> LocalText | None:
    """Give what the register calls an activity, if it declares it."""
    entry = activity_of(sources.rows, activity)
    return entry.activity.title if entry and entry.activity else None


def _unit_count() -> _Count:
    return _Count(*_DECIDED)


def _box_count() -> _Count:
    return _Count(*SEALING, *_DECIDED)


def _boxes(sources: Sources, row: Disposal) -> Iterator[tuple[tuple[ActivityId, Bucket], int]]:
    """Give each unit of an erasure with how many boxes it had: what came in since the last one."""
    owner, _, key = row.stream.partition("/")
    if owner == Owner.REQUEST:
        # What a request holds is what its receipt sealed.
        yield from ((unit, 1) for unit in row.units)
        return
    counted = dict.fromkeys(row.units, 0)
    for event in sources.events(key):
        if event.position >= row.decided.position:
            break
        if event.stream != row.stream:
            continue
        if isinstance(event.data, ErasureDecided | StaffErasureDecided):
            before = {(unit.activity, unit.bucket) for unit in event.data.erased}
            counted.update(dict.fromkeys(before & counted.keys(), 0))
        bucket = fact_type(event.data).bucket_of(event.data) if event.sealed else ""
        for activity in event.sealed:
            if (activity, bucket) in counted:
                counted[activity, bucket] += 1
    yield from counted.items()


_InForce = dict[ActivityId, tuple[list[int], list[Retention | None]]]


def _rules(sources: Sources) -> _InForce:
    """Give the rules that each activity ever had, and from which event on."""
    found: _InForce = {}
    entries: dict[ActivityId, ActivityDeclared] = {}
    for event in sources.register_events():
        data = event.data
        if not isinstance(data, ActivityDeclared | ActivityAmended):
            continue
        before = entries.get(data.activity)
        if isinstance(data, ActivityDeclared):
            entries[data.activity] = data
        elif before is not None:
            entries[data.activity] = amended(before, data)
        positions, rules = found.setdefault(data.activity, ([], []))
        positions.append(event.position)
        now = entries.get(data.activity)
        rules.append(now.retention if now else None)
    return found


def _rule(in_force: _InForce, activity: ActivityId, row: Disposal) -> Retention | None:
    if row.ground is not ErasureGround.RETENTION_ENDED or activity not in in_force:
        return None
    positions, rules = in_force[activity]
    place = bisect_right(positions, row.decided.position)
    return rules[place - 1] if place else None
