"""The library's own way, on the same work: what the figures are held against."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from eventsourcing.utils import register_topic

from ropa.catalogue import TYPES

PAGE = 1_000


class Plain:
    """What the library's mapper makes of a stored event: an object with the fields of the JSON."""

    originator_id: str
    type: str
    subject: str | None
    position: int
    sealed: dict[str, dict[str, Any]]


def register_topics() -> None:
    """Let the mapper know the published names as its topics."""
    for name in TYPES:
        register_topic(name, Plain)


def notifications(path: Path) -> Iterator[Any]:
    """Give the notifications of a log through the library's recorder, page by page."""
    datastore = SQLiteDatastore(str(path), originator_id_type="text")
    try:
        recorder = SQLiteApplicationRecorder(datastore, events_table_name="bench_events")
        start: int | None = None
        while page := recorder.select_notifications(start, PAGE, inclusive_of_start=False):
            yield from page
            start = page[-1].id
    finally:
        datastore.close()


def project(path: Path) -> int:
    """Fold a log into a dict of current data: recorder, mapper, projection; gives the persons."""
    mapper: Mapper[Any] = Mapper(JSONTranscoder())
    current: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for notification in notifications(path):
        event = cast("Plain", mapper.to_domain_event(notification))
        if event.subject is not None:
            for activity, box in event.sealed.items():
                for category in box["categories"]:
                    current[event.subject][activity][category] = event.position
    return len(current)


def copy_log(log: Path, target: Path) -> None:
    """Write the same events into a file of the library's own shape, so that it can read them."""
    import sqlite3  # noqa: PLC0415 - this copy is made once, outside what is measured

    datastore = SQLiteDatastore(str(target), originator_id_type="text")
    recorder = SQLiteApplicationRecorder(datastore, events_table_name="bench_events")
    recorder.create_table()
    datastore.close()
    connection = sqlite3.connect(target)
    connection.execute("ATTACH ? AS log", (str(log),))
    connection.execute(
        "INSERT INTO bench_events SELECT stream, version, type, state FROM log.events"
        " ORDER BY position"
    )
    connection.commit()
    connection.close()


def bare_recorder(path: Path) -> SQLiteApplicationRecorder:
    """Give the library's recorder on a new file."""
    recorder = SQLiteApplicationRecorder(SQLiteDatastore(str(path)))
    recorder.create_table()
    return recorder


def rows(states: Sequence[bytes]) -> list[StoredEvent]:
    """Give stored events of these sizes, each in a stream of its own number of versions."""
    made = []
    identity, version = uuid4(), 0
    for state in states:
        version += 1
        if version > 14:
            identity, version = uuid4(), 1
        made.append(StoredEvent(identity, version, "person.contact-changed.v1", state))
    return made


def application(path: Path) -> Application[Any]:
    """Give an application of the library's on a new file."""
    return Application(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    )


def save_one(application: Application[Any]) -> None:
    """Save one event durably, as the library does it."""
    application.save(Aggregate())
