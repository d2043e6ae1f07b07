"""Entries for the tests of the log."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from ropa.log import Entry, Log, Row, Seen

REGISTER = "6f0c2a0e-5f0b-4d3e-9d55-0e3b8f4f6a11"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def entry(
    position: int,
    stream: str = "person/a",
    version: int | None = None,
    *,
    subject: str | None = None,
    boxes: tuple[tuple[str, bytes], ...] = (),
    erases: bool = False,
    pad: int = 0,
) -> Entry:
    """Make an entry that was recorded as many minutes after nine as its position says."""
    state = {
        "position": position,
        "recorded_at": (START + timedelta(minutes=position)).isoformat(),
        "pad": "x" * pad,
    }
    version = position if version is None else version
    kind = "person.contact-changed.v1"
    stored = json.dumps(state).encode()
    return Entry(position, stream, version, kind, subject, stored, boxes, erases)


def append(log: Log, entries: Sequence[Entry], seen: Sequence[Seen] = ()) -> list[bytes]:
    """Append in a transaction of its own."""
    with log.writing() as tx:
        return tx.append(entries, seen)


def fill(log: Log, count: int) -> list[Entry]:
    """Append so many entries to the end of one history, in one batch."""
    with log.writing() as tx:
        first = tx.head().position + 1
        entries = [entry(position) for position in range(first, first + count)]
        tx.append(entries)
    return entries


def row(made: Entry) -> Row:
    """Give the row that an entry is read as."""
    return Row(made.position, made.type, made.subject, made.stream, made.version, made.state)
