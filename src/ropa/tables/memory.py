"""Views in memory: for what was known on a past date, and for tests."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from ropa.kernel.fact import Recorded
from ropa.kernel.view import View
from ropa.tables.folding import Folding, nothing_open

R = TypeVar("R", bound=msgspec.Struct)


class Memory:
    """The rows of views after some events, kept in memory; reads like the tables."""

    def __init__(self, position: int, rows: dict[str, dict[str, Any]]) -> None:
        """Take the rows by key, by the name of their view."""
        self.position = position
        self._rows = rows

    @classmethod
    def fold(
        cls,
        views: Sequence[View[Any]],
        events: Iterable[Recorded[Any]],
        upto: int | None = None,
    ) -> "Memory":
        """Fold events, which are in log order, up to a position."""
        opened = [nothing_open() for _ in views]
        folding = Folding(views, opened)
        position = 0
        for event in events:
            if upto is not None and event.position > upto:
                break
            position = event.position
            folding.fold(event)
        kept = {
            view.name: {key: row for key, row in sorted(rows.items()) if row is not None}
            for view, rows in zip(views, opened, strict=True)
        }
        return cls(position, kept)

    def get(self, view: View[R], key: str, /) -> R | None:
        """Give the row of a key, or None."""
        found: R | None = self._rows[view.name].get(key)
        return found

    def all(self, view: View[R], /) -> Iterator[tuple[str, R]]:
        """Give each key with its row, in key order."""
        yield from self._rows[view.name].items()

    def where(self, view: View[R], /, **columns: str | int) -> Iterator[tuple[str, R]]:
        """Give each key with its row, in key order, where all the columns have these values."""
        asked = [(view.columns[name], value) for name, value in columns.items()]
        for key, row in self.all(view):
            if all(column(row) == value for column, value in asked):
                yield key, row

    def count(self, view: View[R], /, **columns: str | int) -> int:
        """Count the rows where all the columns have these values."""
        return sum(1 for _ in self.where(view, **columns))
