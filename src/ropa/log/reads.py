"""Reading a log."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime

import msgspec

from ropa.kernel.problem import Code, Problem, Where
from ropa.log import tree
from ropa.log.faults import damaged
from ropa.log.rows import Head, Row, recorded_at
from ropa.log.schema import BOXES_OF, OTHER_STREAM
from ropa.log.stored import Stored

_ROW = "SELECT position, type, subject, stream, version, state FROM events"
_LAST = 2**63 - 1


class Reads(ABC):
    """What can be read of a log. Each call sees the log as it stood when it began.

    Iterators read as they go, and hold their connection until they end or are closed. `upto` is
    the last position to be read.
    """

    @abstractmethod
    def _cursor(self) -> AbstractContextManager[sqlite3.Cursor]:
        """Give a cursor that sees one state of the log and whose rows are tuples."""

    def head(self) -> Head:
        """Give where the log ends."""
        with self._cursor() as cursor:
            row = cursor.execute(
                "SELECT position, hashes, state FROM events ORDER BY position DESC LIMIT 1"
            ).fetchone()
            if row is None:
                return Head(0, b"", None)
            position, hashes, state = row
            return Head(position, hashes[: tree.HASH_SIZE], recorded_at(state))

    def events(self, after: int = 0, upto: int | None = None) -> Iterator[Row]:
        """Give the events after a position, in the order of the log."""
        yield from self._rows(
            f"{_ROW} WHERE position > ? AND position <= ? ORDER BY position", (after, _end(upto))
        )

    def stream(self, stream: str, upto: int | None = None) -> Iterator[Row]:
        """Give one history, in order."""
        yield from self._rows(
            f"{_ROW} WHERE stream = ? AND position <= ? ORDER BY version", (stream, _end(upto))
        )

    def streams(self, prefix: str, upto: int | None = None) -> Iterator[Row]:
        """Give the histories whose names begin so, together, in the order of the log."""
        beyond = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        # The plus signs keep SQLite from reading the whole log in its order instead of the index.
        yield from self._rows(
            f"{_ROW} WHERE stream >= ? AND stream < ? AND +position <= ? ORDER BY +position",
            (prefix, beyond, _end(upto)),
        )

    def subject(self, subject: str, upto: int | None = None) -> Iterator[Row]:
        """Give all events about one person, in the order of the log."""
        yield from self._rows(
            f"{_ROW} WHERE stream = 'person/' || ?1 AND subject = ?1 AND position <= ?2 UNION ALL "
            f"{_ROW} WHERE subject = ?1 AND {OTHER_STREAM} AND position <= ?2 ORDER BY position",
            (subject, _end(upto)),
        )

    def event(self, position: int) -> Row:
        """Give one event.

        Raises:
            Problem: `not-found` where the log has no such position.
        """
        for row in self._rows(f"{_ROW} WHERE position = ?", (position,)):
            return row
        raise _no_event(position)

    def boxes(self, positions: Iterable[int]) -> dict[tuple[int, str], bytes]:
        """Give the boxes of these events that are there, by position and activity."""
        with self._cursor() as cursor:
            cursor.execute(
                f"SELECT value, activity, box FROM json_each(?) CROSS JOIN boxes"  # noqa: S608
                f" ON {BOXES_OF.format('value')} WHERE box <> x''",
                (msgspec.json.encode(sorted(set(positions))).decode(),),
            )
            return {(position, activity): box for position, activity, box in cursor}

    def unfinished(self) -> tuple[int, ...]:
        """Give the events, in order, that decided on an erasure that is not yet carried out."""
        with self._cursor() as cursor:
            cursor.execute("SELECT position FROM erasures WHERE finished = 0 ORDER BY position")
            return tuple(position for (position,) in cursor)

    def erasures(self, after: int = 0) -> Iterator[int]:
        """Give the positions, in order, of the events after one that decided on an erasure."""
        with self._cursor() as cursor:
            cursor.execute(
                "SELECT position FROM erasures WHERE position > ? ORDER BY position", (after,)
            )
            for (position,) in cursor:
                yield position

    def last_erasure(self) -> int:
        """Give the position of the last event that decided on an erasure; 0 for none."""
        with self._cursor() as cursor:
            found: int = cursor.execute(
                "SELECT coalesce(max(position), 0) FROM erasures"
            ).fetchone()[0]
            return found

    def version(self, stream: str) -> int:
        """Give the version of the last event of a history; 0 where it has none."""
        with self._cursor() as cursor:
            cursor.execute("SELECT max(version) FROM events WHERE stream = ?", (stream,))
            return cursor.fetchone()[0] or 0

    def leaf(self, position: int) -> bytes:
        """Give the leaf hash of an event.

        Raises:
            Problem: `not-found` where the log has no such position.
        """
        with self._cursor() as cursor:
            return _hashes(cursor, position)[: tree.HASH_SIZE]

    @contextmanager
    def nodes(self) -> Iterator[tree.NodeLookup]:
        """Give the complete nodes of the tree; one that is not there is `not-found`."""
        with self._cursor() as cursor:

            def node(level: int, k: int) -> bytes:
                position, offset = tree.place(level, k)
                return _hashes(cursor, position)[offset : offset + tree.HASH_SIZE]

            yield node

    def root(self, size: int) -> bytes:
        """Give the root of the Merkle tree over the first `size` events.

        Raises:
            Problem: `not-found` where the log is shorter than that.
        """
        with self.nodes() as node:
            return tree.root(size, node)

    def position_at(self, instant: datetime) -> int:
        """Give the last position that was recorded at or before an instant; 0 for none."""
        with self._cursor() as cursor:
            cursor.execute("SELECT coalesce(max(position), 0) FROM events")
            low, high = 0, cursor.fetchone()[0]
            while low < high:
                middle = (low + high + 1) // 2
                cursor.execute("SELECT state FROM events WHERE position = ?", (middle,))
                row = cursor.fetchone()
                if row is None:
                    raise damaged("An event of the log is missing.").at(position=middle)
                if recorded_at(row[0]) <= instant:
                    low = middle
                else:
                    high = middle - 1
            return low

    @contextmanager
    def stored(self) -> Iterator[Stored]:
        """Give the whole log as it is stored, in one state of it until the block ends."""
        with self._cursor() as cursor:
            connection = cursor.connection
            begun = not connection.in_transaction
            if begun:
                cursor.execute("BEGIN")
            try:
                with closing(connection.cursor()) as boxes:
                    boxes.row_factory = None
                    yield Stored(cursor, boxes)
            finally:
                if begun:
                    connection.rollback()

    def _rows(self, statement: str, parameters: tuple[object, ...]) -> Iterator[Row]:
        with self._cursor() as cursor:
            yield from map(Row._make, cursor.execute(statement, parameters))


def _end(upto: int | None) -> int:
    return _LAST if upto is None else upto


def _hashes(cursor: sqlite3.Cursor, position: int) -> bytes:
    cursor.execute("SELECT hashes FROM events WHERE position = ?", (position,))
    row = cursor.fetchone()
    if row is None:
        raise _no_event(position)
    if len(row[0]) != tree.hashes_length(position):
        raise damaged("The hashes of an event are not whole.").at(position=position)
    return bytes(row[0])


def _no_event(position: int) -> Problem:
    return Problem(Code.NOT_FOUND, "The log has no event there.", where=Where(position=position))
