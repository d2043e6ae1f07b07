"""Views: folds for reading, kept in tables by `ropa.tables` and in memory for past dates."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from ropa.kernel.fact import Recorded

R = TypeVar("R", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Generic[R]):
    """A pure fold by key.

    All events of one row lie in one stream: that is what lets a rebuild go stream by stream,
    write each row once, and divide the streams among processes.

    Attributes:
        name: The name of the view and of its table.
        version: Raised whenever rows would come out differently; a new one means a rebuild.
        reads: The event classes that the fold looks at.
        row: The class of a row.
        keys: Gives the keys of the rows that an event changes.
        fold: Gives the row after an event, or None where the row is to go.
        columns: What the table is indexed by, beside the key, each from the row.
    """

    name: str
    version: int
    reads: tuple[type, ...]
    row: type[R]
    keys: Callable[[Recorded[Any]], tuple[str, ...]]
    fold: Callable[[R | None, Recorded[Any]], R | None]
    columns: Mapping[str, Callable[[R], str | int | None]] = field(default_factory=dict)


class Rows(Protocol):
    """The rows of views, wherever they are kept."""

    def get(self, view: View[R], key: str, /) -> R | None:
        """Give the row of a key, or None."""
        ...

    def all(self, view: View[R], /) -> Iterator[tuple[str, R]]:
        """Give each key with its row, in key order."""
        ...

    def where(self, view: View[R], /, **columns: str | int) -> Iterator[tuple[str, R]]:
        """Give each key with its row, in key order, where all the columns have these values."""
        ...
