"""Everything that can be read of rows, to compare one keeping with another."""

from typing import Any

from ropa.kernel.view import Rows
from ropa.tables import Memory
from tests.tables.toy import ACCOUNTS, TAGS, Log


def everything(rows: Rows) -> list[Any]:
    accounts = list(rows.all(ACCOUNTS))
    return [
        accounts,
        list(rows.all(TAGS)),
        [rows.get(ACCOUNTS, key) for key, _ in accounts],
        rows.get(TAGS, "nobody's"),
        [list(rows.where(ACCOUNTS, branch=branch)) for branch in ("north", "south", "east")],
        [list(rows.where(ACCOUNTS, branch="north", rich=rich)) for rich in (0, 1)],
        [list(rows.where(TAGS, count=count)) for count in range(4)],
    ]


def from_memory(log: Log, upto: int | None = None) -> list[Any]:
    """Give what the rows must be."""
    return everything(Memory.fold((ACCOUNTS, TAGS), log.recorded(), upto))
