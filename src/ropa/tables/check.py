"""Comparing tables with what the log says that they hold."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from ropa.tables.schema import Table


class Kind(StrEnum):
    """How a row differs from what the log says."""

    MISSING = "missing"
    SURPLUS = "surplus"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of the tables that is not as the log says."""

    view: str
    key: str
    kind: Kind


def differences(
    table: Table[Any], live: sqlite3.Cursor, fresh: sqlite3.Cursor
) -> Iterator[Difference]:
    """Compare two readings of a table in key order, row for row, in constant memory."""
    name = table.view.name
    have, want = live.fetchone(), fresh.fetchone()
    while have or want:
        if want is None or (have and have[0] < want[0]):
            yield Difference(name, have[0], Kind.SURPLUS)
            have = live.fetchone()
        elif have is None or want[0] < have[0]:
            yield Difference(name, want[0], Kind.MISSING)
            want = fresh.fetchone()
        else:
            if have != want and not _same(table, have, want):
                yield Difference(name, have[0], Kind.DIFFERS)
            have, want = live.fetchone(), fresh.fetchone()


def _same(table: Table[Any], have: tuple[Any, ...], want: tuple[Any, ...]) -> bool:
    """Say whether rows are equal though their bytes are not: a set has no order."""
    try:
        return bool(table.decode(have[1]) == table.decode(want[1]) and have[2:] == want[2:])
    except (msgspec.MsgspecError, TypeError):
        return False
