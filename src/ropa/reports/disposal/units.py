"""What is stored, unit by unit: until when it is kept, and from when on its disposal is due.

One pass over persons, requests and staff, each row read once and forgotten again: memory does not
grow with the register. An activity has boxes of its own for what it holds, so data that two
activities need stays with the one that still needs it, without any rule.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, assert_never

import msgspec
from msgspec.structs import replace

from ropa.domain.activity.events import ActivityDeclared, Retention
from ropa.kernel.categories import Category
from ropa.kernel.deadline import Calendar
from ropa.kernel.erasing import Bucket, ErasureGround
from ropa.kernel.ids import ActivityId, PersonId
from ropa.kernel.view import Rows
from ropa.reports.retention import Stored, Term, Waiting, rests_on_duty, term_of
from ropa.reports.standing import Standing
from ropa.views.aliases import group
from ropa.views.people import PEOPLE, Part, Person
from ropa.views.register import REGISTER, Entry, activities
from ropa.views.requests import REQUESTS, Request

_STAFF: Final = "staff/"


class Owner(StrEnum):
    """Whose history a unit lies in; the first part of that stream's name."""

    PERSON = "person"
    REQUEST = "request"
    STAFF = "staff"


class Month(msgspec.Struct, frozen=True, gc=False, order=True):
    """A calendar month, by its first day."""

    first: date

    @classmethod
    def of(cls, day: date) -> "Month":
        """Give the month of a day."""
        return cls(day.replace(day=1))


class Due(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A unit, or what an activity no longer declares of it, and when it is to be disposed of.

    Attributes:
        owner: Whose history it lies in.
        id: The person's, request's or member of staff's id.
        activity: The activity that holds it.
        bucket: Its bucket.
        rule: The activity's rule; None where it has none, or where a category was dropped.
        started: The day from which it is counted.
        through: The last day on which it is kept; None where that is not known.
        waiting: Why that is not known.
        ground: On which ground it goes.
        categories: What alone goes, where an activity dropped categories; else empty.
        boxes: How many boxes it has.
        persons: The records of the person whose data it is; nobody for staff.
    """

    owner: Owner
    id: str
    activity: ActivityId
    bucket: Bucket
    rule: Retention | None
    started: date | None
    through: date | None
    waiting: Waiting | None
    ground: ErasureGround
    boxes: int
    categories: tuple[Category, ...] = ()
    persons: tuple[PersonId, ...] = ()

    def due_on(self) -> date | None:
        """Give the day from which on it is due, which is the day after the last one."""
        if self.through is None or self.through == date.max:
            return None
        return self.through + timedelta(days=1)

    def is_due(self, on: date) -> bool:
        """Tell whether it is due on a day."""
        return self.through is not None and self.through < on


class Rules:
    """The activities as the register declares them, read once for a whole pass."""

    def __init__(self, rows: Rows, calendar: Calendar) -> None:
        """Read them."""
        self.rows = rows
        self.calendar = calendar
        self.entries: dict[ActivityId, Entry] = {
            declared.activity: entry for entry, declared in activities(rows)
        }

    def term(self, activity: ActivityId, stored: Stored) -> Term:
        """Give until when a unit is kept."""
        return term_of(self.entries.get(activity), stored, self.calendar)

    def declared(self, activity: ActivityId) -> ActivityDeclared | None:
        """Give what is declared of an activity."""
        entry = self.entries.get(activity)
        return entry.activity if entry else None


def stored_units(rules: Rules) -> Iterator[Due]:
    """Give all that is stored, one owner after the other, in the order of their ids.

    A unit comes once as a whole, and once more with what its activity no longer declares.
    """
    for person, row in rules.rows.all(PEOPLE):
        if any(part.kept for part in row.parts.values()):
            yield from of_person(rules, person, row)
    for request, found in rules.rows.all(REQUESTS):
        yield from of_request(rules, request, found)
    for stream, entry in rules.rows.where(REGISTER, noun="staff"):
        yield from of_staff(rules, stream.removeprefix(_STAFF), entry)


def of_owner(rules: Rules, owner: Owner, key: str) -> Iterable[Due]:
    """Give the units of one owner, as they stand."""
    rows = rules.rows
    match owner:
        case Owner.PERSON:
            person = rows.get(PEOPLE, key)
            return of_person(rules, key, person) if person else ()
        case Owner.REQUEST:
            request = rows.get(REQUESTS, key)
            return of_request(rules, key, request) if request else ()
        case Owner.STAFF:
            entry = rows.get(REGISTER, _STAFF + key)
            return of_staff(rules, key, entry) if entry else ()
        case _:
            assert_never(owner)


def of_person(rules: Rules, person: PersonId, row: Person) -> Iterator[Due]:
    """Give the units of a person's record, read together with the person's other records."""
    persons = group(rules.rows, person).persons
    others = [other for one in persons[1:] if (other := rules.rows.get(PEOPLE, one)) is not None]
    for activity, part in sorted(row.parts.items()):
        if not part.kept:
            continue
        parts = (part, *(one.parts[activity] for one in others if activity in one.parts))
        standing = Standing(activity, parts, rules.entries.get(activity))
        for bucket, kept in sorted(part.kept.items()):
            stored = Stored(collected=kept.at, bucket=bucket, standing=standing)
            unit = _unit(rules, Owner.PERSON, person, activity, stored, kept.count)
            unit = replace(unit, persons=persons)
            yield unit
            if not bucket and (dropped := _dropped(rules, activity, part)):
                yield replace(unit, **_as_dropped(rules, activity), categories=dropped)


def of_request(rules: Rules, request: str, row: Request) -> Iterator[Due]:
    """Give the units of a request: what its text and sender were sealed for."""
    if row.erased is not None:
        return
    persons = group(rules.rows, row.person).persons if row.person else ()
    for activity in sorted(row.sealed):
        stored = Stored(collected=row.received.at, bucket=request, request=row)
        unit = _unit(rules, Owner.REQUEST, request, activity, stored, 1)
        yield replace(unit, persons=persons)


def of_staff(rules: Rules, key: str, entry: Entry) -> Iterator[Due]:
    """Give the units of a member of staff: the name."""
    staff = entry.staff
    if staff is None or staff.erased is not None:
        return
    named = entry.change(staff.named)
    for activity in sorted(staff.sealed):
        stored = Stored(collected=named.occurred_at, staff=entry)
        yield _unit(rules, Owner.STAFF, key, activity, stored, 1)


def _unit(
    rules: Rules, owner: Owner, key: str, activity: ActivityId, stored: Stored, boxes: int
) -> Due:
    declared = rules.declared(activity)
    term = rules.term(activity, stored)
    return Due(
        owner=owner,
        id=key,
        activity=activity,
        bucket=stored.bucket,
        rule=declared.retention if declared else None,
        started=term.started,
        through=term.through,
        waiting=term.waiting,
        ground=term.ground,
        boxes=boxes,
    )


def _dropped(rules: Rules, activity: ActivityId, part: Part) -> tuple[Category, ...]:
    """Give the categories that a part holds and its activity no longer declares.

    What was filed for a duty is kept as it stood: a voucher is not edited.
    """
    declared = rules.declared(activity)
    if declared is None or rests_on_duty(declared):
        return ()
    held = (name for name, one in part.held.items() if one.position is not None)
    return tuple(sorted(name for name in held if name not in declared.categories))


def _as_dropped(rules: Rules, activity: ActivityId) -> dict[str, Any]:
    """Give what differs where categories were dropped: due on the very day, whatever the rule."""
    entry = rules.entries[activity]
    by = entry.change(entry.evidence.get("categories", entry.declared))
    day = rules.calendar.day(by.occurred_at)
    return {
        "rule": None,
        "started": day,
        "through": day - timedelta(days=1),
        "waiting": None,
        "ground": ErasureGround.CATEGORY_DROPPED,
    }
