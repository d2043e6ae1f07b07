"""What is found of one person: all the records taken together, their rows and events."""

from dataclasses import dataclass
from typing import Any

from ropa.domain.person.events import (
    ActivityEnded,
    ActivityStarted,
    ConsentGiven,
    ConsentWithdrawn,
    Disclosed,
    Objected,
    Restricted,
    RestrictionLifted,
)
from ropa.domain.person.forgetting import HoldPlaced, ObjectionRemembered
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId, PersonId
from ropa.reports.entry import activity_of
from ropa.reports.sources import Sources
from ropa.reports.standing import Standing
from ropa.views.aliases import Group, group
from ropa.views.consents import CONSENTS, Consents
from ropa.views.people import PEOPLE, Part, Person
from ropa.views.register import Entry
from ropa.views.requests import REQUESTS, Request

_OF_ONE_ACTIVITY = (
    ActivityStarted,
    ActivityEnded,
    ConsentGiven,
    ConsentWithdrawn,
    Objected,
    ObjectionRemembered,
    Disclosed,
)
_OF_SEVERAL = (Restricted, RestrictionLifted, HoldPlaced)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is found of one person.

    Attributes:
        group: The records of the person, and the events that join records and requests to them.
        people: The rows of the view `people`, by record.
        consents: The rows of the view `consents`.
        requests: The requests, by id.
        events: The events about any of the records, and the receipts of the requests.
        first: By activity that has to do with the person, the first event that says so.
        entries: By such an activity, its entry of the register.
        standings: By such an activity, how the person stands to it, over all records.
    """

    group: Group
    people: dict[PersonId, Person]
    consents: tuple[Consents, ...]
    requests: dict[str, Request]
    events: tuple[Recorded[Any], ...]
    first: dict[ActivityId, int]
    entries: dict[ActivityId, Entry | None]
    standings: dict[ActivityId, Standing]


NOBODY = Found(
    group=Group((), ()),
    people={},
    consents=(),
    requests={},
    events=(),
    first={},
    entries={},
    standings={},
)
"""What is found of nobody."""


def find(sources: Sources, who: PersonId) -> Found:
    """Find a person's records, rows and events; reads nobody else's."""
    rows = sources.rows
    together = group(rows, who)
    requests = {
        key: row for one in together.persons for key, row in rows.where(REQUESTS, person=one)
    }
    events = {event.position: event for one in together.persons for event in sources.events(one)}
    for request in requests.values():
        received = request.received.position
        if received not in events:
            events[received] = sources.at(received)
    ordered = tuple(events[position] for position in sorted(events))
    joined = set(together.evidence)
    for request in requests.values():
        if request.person_by is not None and request.person_by != request.received.position:
            joined |= {request.received.position, request.person_by}
    people = {
        one: person for one in together.persons if (person := rows.get(PEOPLE, one)) is not None
    }
    first = _first(ordered)
    entries = {activity: activity_of(rows, activity) for activity in first}
    return Found(
        group=Group(together.persons, tuple(sorted(joined))),
        people=people,
        consents=tuple(
            acts for one in together.persons if (acts := rows.get(CONSENTS, one)) is not None
        ),
        requests=requests,
        events=ordered,
        first=first,
        entries=entries,
        standings={
            activity: Standing(activity, _parts(people, activity), entry)
            for activity, entry in entries.items()
        },
    )


def _parts(people: dict[PersonId, Person], activity: ActivityId) -> tuple[Part, ...]:
    return tuple(person.parts[activity] for person in people.values() if activity in person.parts)


def _first(events: tuple[Recorded[Any], ...]) -> dict[ActivityId, int]:
    first: dict[ActivityId, int] = {}
    for event in events:
        for activity in event.sealed:
            first.setdefault(activity, event.position)
        if isinstance(event.data, _OF_ONE_ACTIVITY):
            first.setdefault(event.data.activity, event.position)
        elif isinstance(event.data, _OF_SEVERAL):
            for activity in event.data.activities:
                first.setdefault(activity, event.position)
    return first
