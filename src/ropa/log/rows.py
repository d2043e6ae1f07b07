"""What goes into the log and what comes out of it."""

from datetime import datetime
from typing import NamedTuple

import msgspec

MAX_STATE = 65_535
"""The greatest length of an event's stored form, in bytes."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """An event that is to be appended, encoded and sealed.

    Attributes:
        position: Its place in the log; one more than that of the event before.
        stream: The history that it belongs to.
        version: Its place in that history.
        type: The published name of its type.
        subject: The person that it is about, or None.
        state: Its stored form: one JSON text that says all of the above too.
        boxes: The sealed values that belong to it, each with its activity.
        erases: Whether it decides that something is to be erased.
    """

    position: int
    stream: str
    version: int
    type: str
    subject: str | None
    state: bytes
    boxes: tuple[tuple[str, bytes], ...] = ()
    erases: bool = False


class Seen(msgspec.Struct, frozen=True, gc=False):
    """What the log remembers of a fact that came in, so that a repeat is known for one.

    Attributes:
        source: The application that reported it.
        id: The source's own id for it.
        position: The first event recorded for it, or None where it changed nothing.
        count: The number of events recorded for it, its consequences included.
        digest: The keyed digest of its content; None once that is erased.
        subject: Whom a fact was about that changed nothing: it left no event to find it by.
    """

    source: str
    id: str
    position: int | None
    count: int
    digest: bytes | None
    subject: str | None = None


class Head(NamedTuple):
    """Where the log ends: position 0 and an empty leaf hash in a log without events."""

    position: int
    leaf: bytes
    recorded_at: datetime | None


class Row(NamedTuple):
    """An event as it is stored; `Entry` says what the parts are."""

    position: int
    type: str
    subject: str | None
    stream: str
    version: int
    state: bytes


class _Stamp(msgspec.Struct):
    recorded_at: datetime


_stamp = msgspec.json.Decoder(_Stamp)


def recorded_at(state: bytes) -> datetime:
    """Read from an event's stored form when it was recorded.

    Raises:
        msgspec.DecodeError: Where the bytes are none of the register's.
    """
    return _stamp.decode(state).recorded_at
