"""Views in tables: followed batch by batch, rebuilt from nothing, and read."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

import msgspec

from ropa.kernel.progress import Progress, silent
from ropa.kernel.view import View
from ropa.tables.check import Difference, differences
from ropa.tables.files import DamagedTables, Files
from ropa.tables.folding import Reading
from ropa.tables.follow import fold_into
from ropa.tables.merge import attached, merged, merging
from ropa.tables.parallel import SMALL, build_all, processes_for
from ropa.tables.schema import Folded, shape_of, tables_of
from ropa.tables.snapshot import Snapshot
from ropa.tables.source import Decode, Source

R = TypeVar("R", bound=msgspec.Struct)

_BATCH = 5_000
_REBUILD_IS_FASTER = 4
"""Rebuilding folds so many events while following folds one."""


class _Standing(NamedTuple):
    position: int
    head: int


class Tables:
    """The rows of views in one SQLite file that may be deleted at any time.

    Rows and position are committed together, so each event counts exactly once whatever crashes.
    Several threads and processes may use the same file at once.
    """

    def __init__(
        self,
        path: Path,
        views: Sequence[View[Any]],
        *,
        log_id: str,
        source: Source,
        decode: Decode,
        progress: Progress,
    ) -> None:
        """Use `open`."""
        self._views = tuple(views)
        self._tables = tables_of(views)
        self._shape = shape_of(views)
        self._log_id = log_id
        self._source = source
        self._decode = decode
        self._progress = progress
        self._reading = Reading(views, decode)
        self._files = Files(path)

    @classmethod
    def open(
        cls,
        path: Path,
        views: Sequence[View[Any]],
        *,
        log_id: str,
        source: Source,
        decode: Decode,
        progress: Progress = silent,
    ) -> "Tables":
        """Open tables, which need not exist yet.

        Args:
            path: The file.
            views: What it holds.
            log_id: The log that it is folded from.
            source: Where the log is read.
            decode: The codec.
            progress: Is told how far a long folding is.
        """
        return cls(path, views, log_id=log_id, source=source, decode=decode, progress=progress)

    def close(self) -> None:
        """Close the file."""
        self._files.close()

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def follow(self, upto: int | None = None) -> int:
        """Fold what is new, up to a position or the head, and give the position reached.

        Rebuilds where that is faster, and where the tables are not of this log and these views.
        """
        position = self._followed(upto)
        if position is None:
            with self._files.locked():
                # Another process may have rebuilt while this one waited.
                position = self._followed(upto)
                if position is None:
                    position = self._rebuilt(upto, None, self._progress)
        return position

    def rebuild(self, processes: int | None = None, progress: Progress | None = None) -> int:
        """Make the tables anew from nothing, and give the position reached.

        Whoever reads meanwhile finds the tables as they were, until all of the new is there.

        Args:
            processes: How many fold at once; by default as the log and the machine are.
            progress: Is told how far it is.
        """
        with self._files.locked():
            return self._rebuilt(None, processes, progress or self._progress)

    def check(
        self, processes: int | None = None, progress: Progress | None = None
    ) -> Iterator[Difference]:
        """Rebuild beside the tables, and give each row that is not the same.

        Tables that are not of this log and these views, or not there, are first made.
        """
        with self._files.opened() as db:
            standing = self._standing(db) if db else None
        if standing is None:
            self.follow()
        with self.reading() as live, self._files.locked():
            files = self._build(live.position, processes, progress or self._progress)
            with attached(files) as fresh:
                for table in self._tables.values():
                    rebuilt = fresh.execute(merged(table, files))
                    yield from differences(table, live.stored(table.view), rebuilt)

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """Read all views as of one position, the last that was folded."""
        begun = False
        while True:
            try:
                with self._files.opened() as db:
                    if db is not None:
                        db.execute("BEGIN")
                        folded = self._folded(db)
                        if folded is not None:
                            begun = True
                            yield Snapshot(db, self._tables, folded[0])
                            return
            except DamagedTables:
                if begun:
                    raise
            self.follow()

    def get(self, view: View[R], key: str, /) -> R | None:
        """Give the row of a key, or None."""
        with self.reading() as rows:
            return rows.get(view, key)

    def all(self, view: View[R], /) -> Iterator[tuple[str, R]]:
        """Give each key with its row, in key order."""
        with self.reading() as rows:
            yield from rows.all(view)

    def where(self, view: View[R], /, **columns: str | int) -> Iterator[tuple[str, R]]:
        """Give each key with its row, in key order, where all the columns have these values."""
        with self.reading() as rows:
            yield from rows.where(view, **columns)

    def count(self, view: View[R], /, **columns: str | int) -> int:
        """Count the rows where all the columns have these values."""
        with self.reading() as rows:
            return rows.count(view, **columns)

    def _folded(self, db: sqlite3.Connection) -> tuple[int, bytes] | None:
        """Give position and leaf up to where this log is folded as these views, if it is."""
        try:
            found: tuple[int, bytes] | None = db.execute(
                "SELECT position, leaf FROM folded WHERE log_id = ? AND shape = ?",
                (self._log_id, self._shape),
            ).fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
                raise
            return None  # there is no such table
        return found

    def _standing(self, db: sqlite3.Connection) -> _Standing | None:
        """Give where the tables and the log stand, if the tables can be followed on."""
        folded = self._folded(db)
        # In this order: read earlier, the head might lie before what another process has folded.
        head = self._source.head()
        if folded is None or folded[0] > head or folded[1] != self._leaf(folded[0]):
            return None
        return _Standing(folded[0], head)

    def _leaf(self, position: int) -> bytes:
        return self._source.leaf(position) if position else b""

    def _followed(self, upto: int | None) -> int | None:
        """Fold what is new into the tables as they are; None where a rebuild is wanted."""
        try:
            with self._files.opened() as db:
                standing = self._standing(db) if db else None
                if db is None or standing is None:
                    return None
                position, head = standing
                target = head if upto is None else min(upto, head)
                behind = target - position
                if behind > max(SMALL, target // _REBUILD_IS_FASTER):
                    return None
                reached: int | None = position
                while reached is not None and reached < target:
                    reached = self._batch(db, target)
                    if reached is not None:
                        self._progress(min(reached, target) - position, behind)
                return reached
        except DamagedTables:
            return None

    def _batch(self, db: sqlite3.Connection, target: int) -> int | None:
        db.execute("BEGIN IMMEDIATE")
        standing = self._standing(db)
        if standing is None:
            db.execute("ROLLBACK")
            return None
        reached = self._step(db, standing.position, target)
        db.execute("COMMIT")
        return reached

    def _step(self, db: sqlite3.Connection, position: int, target: int) -> int:
        """Fold the next events, at most a batch, in the transaction that has begun."""
        if position >= target:
            return position
        upto = min(position + _BATCH, target)
        stored = self._source.events(position, upto)
        fold_into(db, self._tables.values(), self._reading.events(stored))
        db.execute("UPDATE folded SET position = ?, leaf = ?", (upto, self._leaf(upto)))
        return upto

    def _build(self, upto: int, processes: int | None, progress: Progress) -> list[Path]:
        return build_all(
            self._source,
            upto,
            self._files.workshop,
            views=self._views,
            decode=self._decode,
            processes=processes or processes_for(upto),
            progress=progress,
        )

    def _rebuilt(self, upto: int | None, processes: int | None, progress: Progress) -> int:
        head = self._source.head()
        target = head if upto is None else min(upto, head)
        files = self._build(target, processes, progress)
        if not self._files.usable():
            self._files.make()
        try:
            return self._merged(files, target, upto)
        except DamagedTables:
            self._files.make()
            return self._merged(files, target, upto)

    def _merged(self, files: Sequence[Path], position: int, upto: int | None) -> int:
        folded = Folded(self._log_id, position, self._leaf(position), self._shape)
        with merging(self._files.path, files, self._tables.values(), folded) as db:
            # Others may have followed on meanwhile, and nobody may find less than before.
            head = self._source.head() if upto is None else position
            while position < head:
                position = self._step(db, position, head)
        return position
