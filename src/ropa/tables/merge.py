"""Bringing together what the processes of a rebuild wrote."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ropa.tables.build import ROW_IN_TWO_STREAMS
from ropa.tables.files import connect, translated
from ropa.tables.schema import FOLDED, Folded, Table, quoted


def merged(table: Table[Any], files: Sequence[Path]) -> str:
    """Give the query for the rows in all of the attached files, in key order."""
    selects = (f"SELECT * FROM part{n}.{table.name}" for n in range(len(files)))  # noqa: S608 - a view's name
    return " UNION ALL ".join(selects) + " ORDER BY key"


@contextmanager
def attached(files: Sequence[Path], path: Path | None = None) -> Iterator[sqlite3.Connection]:
    """Open a database, by default an empty one, with the files at its side."""
    db = connect(path)
    try:
        for n, file in enumerate(files):
            db.execute(f"ATTACH ? AS part{n}", (str(file),))
        yield db
    finally:
        db.close()


@contextmanager
def merging(
    path: Path, files: Sequence[Path], tables: Iterable[Table[Any]], folded: Folded
) -> Iterator[sqlite3.Connection]:
    """Put the rows in the files in the place of all tables, in a transaction that ends with it."""
    with translated(path), attached(files, path) as db:
        db.execute("BEGIN IMMEDIATE")
        old = db.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall()
        for (name,) in old:
            db.execute(f"DROP TABLE main.{quoted(name)}")
        for table in tables:
            db.execute(table.create)
            try:
                db.execute(f"INSERT INTO main.{table.name} {merged(table, files)}")
            except sqlite3.IntegrityError:
                raise RuntimeError(ROW_IN_TWO_STREAMS.format(table.view.name)) from None
            for index in table.indexes:
                db.execute(index)
        db.execute(FOLDED)
        db.execute("INSERT INTO folded VALUES (?, ?, ?, ?)", folded)
        yield db
        db.execute("COMMIT")
        # Needed for nothing but room on the disk: it does not wait for whoever is reading.
        db.execute("PRAGMA busy_timeout=0")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
