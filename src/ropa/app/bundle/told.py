"""What is looked at of an event's stored bytes, and the records of boxes that are gone."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Annotated

import msgspec

from ropa.app.bundle.layout import ABSENT, malformed
from ropa.kernel.opening import Erased
from ropa.log import Reads, Row
from ropa.log.faults import damaged

Tombstone = Callable[[str], Erased | None]
"""Tells of a key, by its id, how it was destroyed; nothing where it was not, or is not known."""

NONE = (b"[\n", b"]\n")
"""The lines of no records."""

_AT_ONCE = 1_000
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Box(msgspec.Struct, gc=False):
    """What an event says of a box; `ropa.kernel.fact.Box` says what the parts are."""

    key: str
    sha256: str


class Told(msgspec.Struct, gc=False):
    """What is looked at of an event; `ropa.kernel.fact.Recorded` says what the parts are."""

    position: int
    type: str
    stream: str
    version: int
    recorded_at: Annotated[datetime, msgspec.Meta(tz=True)]
    sealed: dict[str, Box] = {}


class Erasure(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """How the key of a box was destroyed: by the event at `position`, on `ground`, on `on`."""

    position: int | None
    ground: str
    on: date


class Absent(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A box that an event names and that the log no longer holds.

    Attributes:
        position: The event.
        activity: What the box was sealed for.
        key: The id of the key that opened it.
        sha256: The SHA-256 of the box, in hexadecimal.
        erased: How the key was destroyed, where that is known.
    """

    position: int
    activity: str
    key: str
    sha256: str
    erased: Erasure | None


_told = msgspec.json.Decoder(Told).decode
_absent = msgspec.json.Decoder(Absent).decode


def told(state: bytes) -> Told | None:
    """Read an event's stored bytes; nothing where they are none."""
    try:
        return _told(state)
    except _UNREADABLE:
        return None


def absent(log: Reads, first: int, last: int, tombstone: Tombstone) -> Iterator[Absent]:
    """Give the boxes of a range of events that are gone, by position and activity.

    Raises:
        Problem: `log-damaged` where an event cannot be read.
    """
    rows = log.events(first - 1, last)
    while some := list(islice(rows, _AT_ONCE)):
        named = {
            (row.position, activity): box
            for row in some
            for activity, box in _event(row).sealed.items()
        }
        held = log.boxes({position for position, _ in named})
        for position, activity in sorted(named.keys() - held.keys()):
            box = named[position, activity]
            gone = tombstone(box.key)
            erased = Erasure(gone.position, gone.ground, gone.on) if gone else None
            yield Absent(position, activity, box.key, box.sha256, erased)


def written(records: Iterable[Absent]) -> Iterator[bytes]:
    """Write records as a JSON array with one in each line, so that it can be read line by line."""
    before = NONE[0]
    for record in records:
        yield before + msgspec.json.encode(record)
        before = b",\n"
    yield b"".join(NONE) if before == NONE[0] else b"\n]\n"


def read(lines: Iterator[bytes]) -> Iterator[Absent]:
    """Read records as `written` writes them.

    Raises:
        Problem: `bundle-malformed`.
    """
    line = next(lines, b"")
    try:
        if line == b"[\n":
            while (line := next(lines, b"")) not in {b"", b"]\n"}:
                yield _absent(line.rstrip(b",\n"))
    except _UNREADABLE:
        line = b""
    if line != b"]\n" or next(lines, None) is not None:
        raise malformed("The records of boxes that are gone cannot be read.", ABSENT)


def _event(row: Row) -> Told:
    found = told(row.state)
    if found is None:
        raise damaged("An event of the log cannot be read.").at(position=row.position)
    return found
