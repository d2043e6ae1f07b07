"""How the rows of a view are laid down in a table."""
# No value ever stands in SQL text, only names of tables and columns, from the program's own views.
# ruff: noqa: S608

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from ropa.kernel.view import View

R = TypeVar("R", bound=msgspec.Struct)

_LAYOUT = 2
"""Raised whenever this module lays rows down in another way."""

FOLDED = """CREATE TABLE folded (
    log_id TEXT NOT NULL, position INTEGER NOT NULL, leaf BLOB NOT NULL, shape TEXT NOT NULL
)"""
"""The table that says in one row what the tables hold."""


class Folded(NamedTuple):
    """What the tables hold: which log, up to which event with which leaf hash, as which views."""

    log_id: str
    position: int
    leaf: bytes
    shape: str


def shape_of(views: Iterable[View[Any]]) -> str:
    """Give what changes as soon as tables of these views would look different.

    The structure of the rows is part of it: what a program cannot decode, it does not read.
    """
    parts = sorted(
        (view.name, view.version, sorted(view.columns), msgspec.json.schema(view.row))
        for view in views
    )
    return hashlib.sha256(msgspec.json.encode((_LAYOUT, parts))).hexdigest()


def quoted(name: str) -> str:
    """Give a name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


class Table(Generic[R]):
    """The table of one view: its SQL, and what stands in it for a row."""

    def __init__(self, view: View[R]) -> None:
        """Take the view."""
        self.view = view
        self.name = quoted(view.name)
        self._columns = tuple(view.columns.items())
        self._encode = msgspec.msgpack.Encoder().encode
        self.decode = msgspec.msgpack.Decoder(view.row).decode
        columns = "".join(f", {quoted(name)}" for name in view.columns)
        marks = ", ?" * len(view.columns)
        self.create = (
            f"CREATE TABLE {self.name} "
            f"(key TEXT NOT NULL PRIMARY KEY, row BLOB NOT NULL{columns}) WITHOUT ROWID"
        )
        self.indexes = tuple(
            f"CREATE INDEX {quoted(f'{view.name}.{name}')} ON {self.name} ({quoted(name)})"
            for name in view.columns
        )
        self.insert = f"INSERT INTO {self.name} VALUES (?, ?{marks})"
        self.replace = f"REPLACE INTO {self.name} VALUES (?, ?{marks})"
        self.delete = f"DELETE FROM {self.name} WHERE key = ?"
        self.get = f"SELECT row FROM {self.name} WHERE key = ?"

    def select(self, what: str, columns: Mapping[str, str | int]) -> str:
        """Give the query for the rows where columns have values.

        Raises:
            KeyError: The view has no such column. (SQLite would take it for a text.)
        """
        for name in columns:
            self.view.columns[name]
        where = " AND ".join(f"{quoted(name)} = ?" for name in columns)
        return f"SELECT {what} FROM {self.name}" + (f" WHERE {where}" if where else "")

    def stored(self, rows: Mapping[str, R | None]) -> Iterator[tuple[Any, ...]]:
        """Give what is inserted for each of the rows that exist."""
        encode, columns = self._encode, self._columns
        for key, row in rows.items():
            if row is not None:
                yield (key, encode(row), *[column(row) for _, column in columns])


def tables_of(views: Sequence[View[Any]]) -> dict[str, Table[Any]]:
    """Give the table of each view, by the name of the view."""
    return {view.name: Table(view) for view in views}
