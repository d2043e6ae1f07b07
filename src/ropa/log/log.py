"""The log: opened, read and appended to."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from eventsourcing.sqlite import SQLiteCursor

from ropa.kernel.problem import Code, Problem
from ropa.log import schema
from ropa.log.datastore import LogDatastore
from ropa.log.faults import faults
from ropa.log.reads import Reads
from ropa.log.recorder import LogRecorder
from ropa.log.rows import Entry, Seen
from ropa.log.schema import BOXES_OF, UNCHANGED


class Log(Reads):
    """An open log. Threads may share it, and other processes may have it open too.

    A process that was forked must open its own: SQLite's connections do not survive a fork.

    Attributes:
        recorder: The library's recorder on this log.
    """

    def __init__(self, recorder: LogRecorder) -> None:
        self.recorder = recorder

    @staticmethod
    def create(path: Path, register: str) -> None:
        """Write the file of an empty log for the register with this id.

        Raises:
            Problem: `register-exists` where there is a file already.
        """
        schema.create(path, register)

    @classmethod
    def open(cls, path: Path, register: str) -> Self:
        """Open the log of the register with this id.

        Raises:
            Problem: `not-a-register`, `log-version`, or `log-damaged` where the file is broken or
                belongs to another register.
        """
        if not schema.is_log(path):
            raise Problem(
                Code.NOT_A_REGISTER,
                "There is no log here.",
                advice="Name the directory of a register, or make one with 'ropa init'.",
            )
        log = cls(LogRecorder(LogDatastore(path)))
        try:
            with log._cursor() as cursor:
                schema.check(cursor, register)
        except BaseException:
            log.close()
            raise
        return log

    def close(self) -> None:
        """Close the connections; that of an unfinished iterator or block is closed when it ends."""
        self.recorder.datastore.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator["Writing"]:
        """Take the write lock; what is appended is recorded when the block ends without error.

        Raises:
            Problem: `log-busy` where another keeps the lock for 30 seconds; `disk-full`.
        """
        with faults(), self.recorder.datastore.transaction(commit=True) as cursor:
            tx = Writing(self.recorder, cursor)
            yield tx
            if tx.failure:
                raise tx.failure

    @contextmanager
    def reading(self) -> Iterator[Reads]:
        """Read the log as it is now until the block ends: for those who read very many times."""
        with self._cursor() as cursor:
            yield _Reading(cursor.connection)

    def truncate(self) -> bool:
        """Empty the write-ahead log, which holds what was there before something was forgotten.

        Returns:
            False where that has to be tried again: a reader, of this or another process, still
            needs it, or a writer kept the log locked for about a second.
        """
        with faults():
            return self.recorder.datastore.truncate()

    @contextmanager
    def _cursor(self) -> Iterator[sqlite3.Cursor]:
        with faults(), self.recorder.datastore.transaction(commit=False) as cursor:
            yield _plain(cursor.sqlite_cursor)


class _Reading(Reads):
    """The log in one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @contextmanager
    def _cursor(self) -> Iterator[sqlite3.Cursor]:
        with faults(), closing(self._connection.cursor()) as cursor:
            yield _plain(cursor)


class Writing(_Reading):
    """The log while its write lock is held: what is read stays true until the block ends.

    Attributes:
        failure: Why a change failed. Then nothing of the block is recorded, even if it goes on.
    """

    def __init__(self, recorder: LogRecorder, cursor: SQLiteCursor) -> None:
        super().__init__(cursor.sqlite_cursor.connection)
        self._recorder = recorder
        self._writer = cursor
        self.failure: BaseException | None = None

    def seen(self, facts: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Seen]:
        """Give what the log remembers of facts, by (source, id); nothing of those it never saw."""
        ids: dict[str, list[str]] = {}
        for source, fact in facts:
            ids.setdefault(source, []).append(fact)
        found = {}
        with self._cursor() as cursor:
            for source, asked in ids.items():
                cursor.execute(
                    "SELECT source, fact, position, count, digest, subject FROM seen"
                    " WHERE source = ? AND fact IN (SELECT value FROM json_each(?))",
                    (source, msgspec.json.encode(asked).decode()),
                )
                found.update({(row[0], row[1]): Seen(*row) for row in cursor})
        return found

    def append(self, entries: Sequence[Entry], seen: Sequence[Seen] = ()) -> list[bytes]:
        """Append events, and remember facts; give the events' leaf hashes.

        Raises:
            Problem: `stale-version` where a history has such a version already; `event-too-large`,
                with the position; `log-damaged` where a position is not the next one.
        """
        with self._whole():
            return self._recorder.append(self._writer, entries, seen)

    def forget(
        self,
        boxes: Iterable[tuple[int, str]],
        facts: Iterable[tuple[str, str]],
        subject: str | None,
    ) -> None:
        """Empty boxes and digests of facts; what is not there, or empty already, stays so.

        What was in them is gone from the files with the next `Log.truncate` that succeeds.

        Args:
            boxes: The boxes, by position and activity.
            facts: The facts, by source and id.
            subject: A person; what this person's facts were that changed nothing is forgotten too.
        """
        with self._whole(), self._cursor() as cursor:
            cursor.executemany(
                f"UPDATE boxes SET box = x'' WHERE {BOXES_OF.format('?1')}"  # noqa: S608 - our own words
                " AND activity = ?2 AND box <> x''",
                boxes,
            )
            cursor.executemany(
                "UPDATE seen SET digest = NULL"
                " WHERE source = ? AND fact = ? AND digest IS NOT NULL",
                facts,
            )
            cursor.execute(
                f"UPDATE seen SET digest = NULL WHERE subject = ? AND {UNCHANGED}"  # noqa: S608
                " AND digest IS NOT NULL",
                (subject,),
            )

    def finish(self, positions: Iterable[int]) -> None:
        """Mark the erasures that these events decided on as carried out."""
        with self._whole(), self._cursor() as cursor:
            cursor.executemany(
                "UPDATE erasures SET finished = 1 WHERE position = ?",
                [(position,) for position in positions],
            )

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Make sure that nothing of the block is recorded where a part of it fails."""
        try:
            with faults():
                yield
        except BaseException as failure:
            self.failure = failure
            raise


def _plain(cursor: sqlite3.Cursor) -> sqlite3.Cursor:
    cursor.row_factory = None
    return cursor
