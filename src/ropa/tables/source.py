"""Where the events come from: the log, as the engine sees it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from ropa.kernel.fact import Recorded

Decode = Callable[[str, bytes], Recorded[Any]]
"""Gives the event that stored bytes of a type hold; a function of a module, such as the codec's."""


class Source(Protocol):
    """A log to read from.

    It can be pickled, since the processes of a rebuild each read their own share, and several
    threads may read from it at once.
    """

    def head(self) -> int:
        """Give the position of the last event, 0 in an empty log."""
        ...

    def leaf(self, position: int, /) -> bytes:
        """Give the hash of the leaf of an event."""
        ...

    def events(self, after: int, upto: int, /) -> Iterator[tuple[str, bytes]]:
        """Give type and stored bytes of the events after one position up to another, in order."""
        ...

    def split(self, n: int, upto: int, /) -> Sequence[Any]:
        """Divide the streams into at most `n` ranges with about equally many events up to there.

        What stands for a range is the log's own affair; it can be pickled.
        """
        ...

    def by_stream(self, part: Any, upto: int, /) -> Iterator[tuple[str, bytes]]:
        """Give type and stored bytes of the events of a range, by stream and version."""
        ...
