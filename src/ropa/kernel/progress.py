"""Progress: how whoever waits is told how far something long is."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Is told how much is done, and how much there is to do."""


def silent(_done: int, _total: int, /) -> None:
    """Tell nobody."""
