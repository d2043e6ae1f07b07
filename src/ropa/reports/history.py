"""One person's history: each event in the order of the log."""

from dataclasses import fields
from datetime import datetime
from typing import Any

import msgspec

from ropa.kernel.categories import Category
from ropa.kernel.fact import Recorded, fact_type
from ropa.kernel.ids import ActivityId, PersonId
from ropa.reports.cell import Cell, Head
from ropa.reports.entry import head
from ropa.reports.sources import Sources
from ropa.views.aliases import Group, group

NAME = "history"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One event.

    Attributes:
        position: Its place in the log.
        type: The published name of its type.
        stream: The history that it belongs to.
        version: Its place in that history.
        occurred_at: When it happened, as the source says.
        recorded_at: When the log recorded it.
        source: The application that reported it.
        actor: Who did it: a member of staff's id, or an application.
        cause: What it has in common with others; `position/7` for a consequence of event 7.
        facts: The clear fields that say something, by name, in the order of the event's class.
        sealed: The categories of the values that were sealed, by activity.
        skipped: The activities that were named and got no value.
    """

    position: int
    type: str
    stream: str
    version: int
    occurred_at: datetime
    recorded_at: datetime
    source: str
    actor: str
    cause: str | None
    facts: dict[str, Any]
    sealed: dict[ActivityId, tuple[Category, ...]]
    skipped: tuple[ActivityId, ...]


class History(msgspec.Struct, frozen=True, kw_only=True):
    """One person's history.

    Attributes:
        head: The head of the paper.
        person: The person's id in the register; None where nobody was found.
        records: The person's own record, and those found to be the same person's.
        entries: The events of all of them, in the order of the log.
    """

    head: Head
    person: PersonId | None
    records: Cell[tuple[PersonId, ...]]
    entries: tuple[Entry, ...]


def build(sources: Sources) -> History:
    """Build the history of a person and of all the records found to be theirs."""
    person = sources.person
    together = group(sources.rows, person) if person else Group((), ())
    events = {event.position: event for one in together.persons for event in sources.events(one)}
    return History(
        head=head(NAME, sources),
        person=person,
        records=Cell(value=together.persons, evidence=together.evidence),
        entries=tuple(_entry(events[position]) for position in sorted(events)),
    )


def _entry(event: Recorded[Any]) -> Entry:
    data = event.data
    sealed = {activity: box.categories for activity, box in event.sealed.items()}
    named = data.activities if fact_type(data).personal and sealed else ()
    facts = {
        field.name: value
        for field in fields(data)
        if (value := getattr(data, field.name)) is not None and value != ()
    }
    return Entry(
        position=event.position,
        type=event.type,
        stream=event.stream,
        version=event.version,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        source=event.source,
        actor=event.actor,
        cause=event.cause,
        facts=facts,
        sealed=sealed,
        skipped=tuple(activity for activity in named if activity not in sealed),
    )
