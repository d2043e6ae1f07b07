"""Which views read an event, and the one step by which all of them fold it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ropa.kernel.fact import Recorded
from ropa.kernel.view import View
from ropa.tables.source import Decode

OpenRows = dict[str, Any]
"""The rows of one view that are being folded: each asked for gives a row, or None for no row."""


def nothing_open() -> OpenRows:
    """Give the open rows of a view of which no other rows exist."""
    return defaultdict(type(None))


class Reading:
    """Reads those of the stored events that a view looks at, and decodes no other.

    As which class the events of a stored type come out is known only after decoding, since
    upcasting may change it. It is the same for a whole type, so the first event of each tells.
    """

    def __init__(self, views: Sequence[View[Any]], decode: Decode) -> None:
        """Take the views and the codec."""
        self._classes = frozenset(read for view in views for read in view.reads)
        self._decode = decode
        self._wanted: dict[str, bool] = {}

    def events(self, stored: Iterable[tuple[str, bytes]]) -> Iterator[Recorded[Any]]:
        """Give the events that a view looks at."""
        wanted, decode = self._wanted, self._decode
        for type_, state in stored:
            if wanted.get(type_, True):
                event = decode(type_, state)
                if type_ not in wanted:
                    wanted[type_] = type(event.data) in self._classes
                    if not wanted[type_]:
                        continue
                yield event


class Folding:
    """Folds events into the open rows of views."""

    def __init__(self, views: Sequence[View[Any]], rows: Sequence[OpenRows]) -> None:
        """Take the views, and the open rows of each."""
        readers: defaultdict[type, list[Any]] = defaultdict(list)
        for view, opened in zip(views, rows, strict=True):
            for read in view.reads:
                readers[read].append((view.keys, view.fold, opened))
        self._readers = dict(readers)

    def fold(self, event: Recorded[Any]) -> None:
        """Fold an event into each row that it changes."""
        for keys, fold, rows in self._readers.get(type(event.data), ()):
            for key in keys(event):
                rows[key] = fold(rows[key], event)
