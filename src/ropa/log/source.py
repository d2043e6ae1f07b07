"""The log as the engine of the views reads it, in this process and in others."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ropa.log.reader import LogReader


class LogSource:
    """A log's events by type and stored form, for several threads and processes.

    Each reading opens a connection of its own, since a reader is not for several threads.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def head(self) -> int:
        """Give the position of the last event."""
        with LogReader(self._path) as reader:
            return reader.head().position

    def leaf(self, position: int, /) -> bytes:
        """Give the hash of the leaf of an event."""
        with LogReader(self._path) as reader:
            return reader.leaf(position)

    def events(self, after: int, upto: int, /) -> Iterator[tuple[str, bytes]]:
        """Give type and stored form of events, in the order of the log."""
        with LogReader(self._path) as reader:
            for row in reader.events(after, upto):
                yield row.type, row.state

    def split(self, n: int, upto: int, /) -> list[Any]:
        """Divide the histories into ranges of about as many events each."""
        with LogReader(self._path) as reader:
            return list(reader.split(n, upto))

    def by_stream(self, part: Any, upto: int, /) -> Iterator[tuple[str, bytes]]:
        """Give type and stored form of the events of a range, history by history."""
        with LogReader(self._path) as reader:
            yield from reader.by_stream(part, upto)
