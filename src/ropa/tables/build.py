"""Folding a share of the streams into a file of its own: the work of one process of a rebuild."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ropa.kernel.view import View
from ropa.tables.files import translated
from ropa.tables.folding import Folding, OpenRows, Reading, nothing_open
from ropa.tables.schema import Table
from ropa.tables.source import Decode, Source

_REPORT_EVERY = 1_000
_WRITE_EVERY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of a rebuild.

    Attributes:
        source: The log.
        part: The range of streams, as `Source.split` gave it.
        upto: The last position to be folded.
        file: Where the rows go; it does not exist yet.
    """

    source: Source
    part: Any
    upto: int
    file: Path


def build(
    share: Share, views: Sequence[View[Any]], decode: Decode, report: Callable[[int], None]
) -> None:
    """Fold the streams of a share, each row written once, and tell how many events are done.

    Only the rows of one stream are open at a time, so memory stays flat.
    """
    with translated(share.file):
        # Nobody else reads this file, and a rebuild that breaks off starts from nothing.
        db = sqlite3.connect(share.file, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode=OFF")
            db.execute("PRAGMA synchronous=OFF")
            db.execute("PRAGMA locking_mode=EXCLUSIVE")
            db.execute("PRAGMA secure_delete=ON")
            db.execute("BEGIN")
            _fold(share, db, views, decode, report)
            db.execute("COMMIT")
        finally:
            db.close()


def _fold(
    share: Share,
    db: sqlite3.Connection,
    views: Sequence[View[Any]],
    decode: Decode,
    report: Callable[[int], None],
) -> None:
    rows = [nothing_open() for _ in views]
    outs = [_Out(db, Table(view), opened) for view, opened in zip(views, rows, strict=True)]
    fold, read = Folding(views, rows).fold, Reading(views, decode).events
    stream = ""
    for chunk in _chunks(share):
        for event in read(chunk):
            if event.stream != stream:
                stream = event.stream
                for out in outs:
                    out.take()
            fold(event)
        report(len(chunk))
    for out in outs:
        out.take()
        out.write()


def _chunks(share: Share) -> Iterator[list[tuple[str, bytes]]]:
    events = share.source.by_stream(share.part, share.upto) if share.upto else iter(())
    while chunk := list(islice(events, _REPORT_EVERY)):
        yield chunk


class _Out:
    """The rows of one view on their way to the file."""

    def __init__(self, db: sqlite3.Connection, table: Table[Any], opened: OpenRows) -> None:
        self._db = db
        self._table = table
        self._opened = opened
        self._waiting: list[tuple[Any, ...]] = []
        db.execute(table.create)

    def take(self) -> None:
        if not self._opened:
            return
        self._waiting.extend(self._table.stored(self._opened))
        self._opened.clear()
        if len(self._waiting) >= _WRITE_EVERY:
            self.write()

    def write(self) -> None:
        try:
            self._db.executemany(self._table.insert, self._waiting)
        except sqlite3.IntegrityError:
            raise RuntimeError(ROW_IN_TWO_STREAMS.format(self._table.view.name)) from None
        self._waiting.clear()


ROW_IN_TWO_STREAMS = "The view {} breaks the law of views: one row has events of several streams."
