"""Reading a log from another process: what the rebuilding of views runs on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from ropa.log.faults import faults
from ropa.log.reads import Reads

_MAPPED = 1 << 40  # SQLite takes what it can: usually 2 GiB


class StreamRange(NamedTuple):
    """The histories from `first` up to but not including `beyond`, or to the last one."""

    first: str
    beyond: str | None


class LogReader(Reads):
    """One process's read-only connection to a log; not for several threads.

    It can be pickled, and opens the file when it first reads: so each worker has its own. Those
    who make one have opened the log before, and know that it is theirs to read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def __reduce__(self) -> tuple[type["LogReader"], tuple[Path]]:
        return LogReader, (self._path,)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def split(self, n: int, upto: int) -> list[StreamRange]:
        """Divide the histories into at most `n` ranges of about as many events each."""
        with self._cursor() as cursor:
            firsts = [""]
            for part in range(1, n):
                cursor.execute(
                    "SELECT stream FROM events ORDER BY stream, version LIMIT 1 OFFSET ?",
                    (upto * part // n,),
                )
                row = cursor.fetchone()
                if row and row[0] > firsts[-1]:
                    firsts.append(row[0])
        return [
            StreamRange(first, beyond)
            for first, beyond in zip(firsts, [*firsts[1:], None], strict=True)
        ]

    def by_stream(self, part: StreamRange, upto: int) -> Iterator[tuple[str, bytes]]:
        """Give type and stored form of each event of the range, history by history, in order."""
        # In SQLite's order a BLOB comes after every text: no bound at all.
        beyond = b"" if part.beyond is None else part.beyond
        with self._cursor() as cursor:
            yield from cursor.execute(
                "SELECT type, state FROM events WHERE stream >= ? AND stream < ?"
                " AND position <= ? ORDER BY stream, version",
                (part.first, beyond, upto),
            )

    @contextmanager
    def _cursor(self) -> Iterator[sqlite3.Cursor]:
        with faults(), closing(self._open().cursor()) as cursor:
            yield cursor

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            uri = f"{self._path.absolute().as_uri()}?mode=ro"
            self._connection = sqlite3.connect(uri, uri=True, isolation_level=None)
            self._connection.execute(f"PRAGMA mmap_size = {_MAPPED}")
        return self._connection
