"""Folding events into rows that stand in tables."""

import sqlite3
from collections.abc import Collection, Iterable
from typing import Any

from ropa.kernel.fact import Recorded
from ropa.tables.folding import Folding
from ropa.tables.schema import Table


class _Stored(dict[str, Any]):
    """The open rows of a view, each read from its table when it is first asked for."""

    def __init__(self, db: sqlite3.Connection, table: Table[Any]) -> None:
        super().__init__()
        self._db = db
        self._table = table

    def __missing__(self, key: str) -> Any:
        found = self._db.execute(self._table.get, (key,)).fetchone()
        return self._table.decode(found[0]) if found else None


def fold_into(
    db: sqlite3.Connection, tables: Collection[Table[Any]], events: Iterable[Recorded[Any]]
) -> None:
    """Fold events, in the transaction that has begun; each changed row is written once."""
    rows = [_Stored(db, table) for table in tables]
    folding = Folding([table.view for table in tables], rows)
    for event in events:
        folding.fold(event)
    for table, changed in zip(tables, rows, strict=True):
        gone = [(key,) for key, row in changed.items() if row is None]
        db.executemany(table.delete, gone)
        db.executemany(table.replace, table.stored(changed))
