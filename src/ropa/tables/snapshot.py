"""Reading the tables as they stood at one position."""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from ropa.kernel.view import View
from ropa.tables.schema import Table

R = TypeVar("R", bound=msgspec.Struct)


class Snapshot:
    """The rows of all views as of one position, whatever is folded meanwhile.

    Attributes:
        position: The last event that is in them.
    """

    def __init__(
        self, db: sqlite3.Connection, tables: Mapping[str, Table[Any]], position: int
    ) -> None:
        """Take a connection on which a transaction has begun."""
        self.position = position
        self._db = db
        self._tables = tables

    def get(self, view: View[R], key: str, /) -> R | None:
        """Give the row of a key, or None."""
        table: Table[R] = self._tables[view.name]
        found = self._db.execute(table.get, (key,)).fetchone()
        return table.decode(found[0]) if found else None

    def all(self, view: View[R], /) -> Iterator[tuple[str, R]]:
        """Give each key with its row, in key order."""
        return self.where(view)

    def where(self, view: View[R], /, **columns: str | int) -> Iterator[tuple[str, R]]:
        """Give each key with its row, in key order, where all the columns have these values."""
        table: Table[R] = self._tables[view.name]
        query = table.select("key, row", columns) + " ORDER BY key"
        for key, row in self._db.execute(query, tuple(columns.values())):
            yield key, table.decode(row)

    def count(self, view: View[R], /, **columns: str | int) -> int:
        """Count the rows where all the columns have these values."""
        query = self._tables[view.name].select("count(*)", columns)
        found: int = self._db.execute(query, tuple(columns.values())).fetchone()[0]
        return found

    def stored(self, view: View[Any], /) -> sqlite3.Cursor:
        """Give key, encoded row and columns as they stand in the table, in key order."""
        return self._db.execute(self._tables[view.name].select("*", {}) + " ORDER BY key")
