"""A log as it is stored: all rows in order, unchecked, from a file that may be broken."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from ropa.log.faults import faults
from ropa.log.schema import BOX_BITS

_EVENTS = "SELECT position, type, subject, stream, version, state, hashes FROM events"
_BOXES = f"SELECT id >> {BOX_BITS}, activity, box FROM boxes WHERE box IS NOT x'' ORDER BY id"  # noqa: S608 - a number
_AT_ONCE = 500

StoredRow = tuple[Any, ...]
"""A row as the file says: where that is broken, SQLite gives values of any type."""


class Stored:
    """One state of a log, to be read once from its beginning to its end.

    Both cursors see the same state of it, and their rows are tuples.

    Everything here raises `log-damaged` where the file cannot be read on.
    """

    def __init__(self, events: sqlite3.Cursor, boxes: sqlite3.Cursor) -> None:
        self._events = events
        self._boxes = boxes

    def last(self) -> int:
        """Give the greatest position, 0 in an empty log."""
        with faults():
            self._events.execute("SELECT coalesce(max(position), 0) FROM events")
            found: int = self._events.fetchone()[0]
            return found

    def events(self) -> Iterator[list[StoredRow]]:
        """Give the events by position, some hundreds at once.

        Each is (position, type, subject, stream, version, state, hashes).
        """
        last = -1 << 63
        with faults():
            try:
                self._events.execute(f"{_EVENTS} ORDER BY position")
                while rows := self._events.fetchmany(_AT_ONCE):
                    yield rows
                    last = rows[-1][0]
            except sqlite3.DatabaseError:
                # What was read together with the broken row is lost: so up to it, one by one.
                yield from self._one_by_one(last)
                raise

    def boxes(self) -> Iterator[StoredRow]:
        """Give the boxes that are there by position: each is (position, activity, box)."""
        with faults():
            yield from iter(self._boxes.execute(_BOXES).fetchone, None)

    def _one_by_one(self, last: int) -> Iterator[list[StoredRow]]:
        statement = f"{_EVENTS} WHERE position > ? ORDER BY position LIMIT 1"
        # A broken file can lead back, and round and round.
        while (row := self._events.execute(statement, (last,)).fetchone()) and row[0] > last:
            yield [row]
            last = row[0]
