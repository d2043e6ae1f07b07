"""What is due on a day, and what stands in the way of its disposal.

What blocks a disposal that is due:

- a hold on the activity, under whichever of the person's records (Art. 17(3)(e));
- a restriction, on whatever ground: what is restricted may only be stored, and to erase is to
  process (Art. 4(2), 18(2)); those who asked for it under Art. 18(1)(b) and (c) want it kept;
- an open request of the person whose answer may need the data. One that asks for nothing but
  erasure, objection or withdrawal does not: the disposal gives what is asked for.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

import msgspec

from ropa.kernel.ids import ActivityId
from ropa.reports.disposal.units import Due, Rules, of_owner, stored_units
from ropa.reports.standing import Standing
from ropa.views.people import PEOPLE
from ropa.views.requests import REQUESTS


class BlockKind(StrEnum):
    """What stands in the way of a disposal."""

    HOLD = "hold"
    RESTRICTION = "restriction"
    OPEN_REQUEST = "open-request"


class Block(msgspec.Struct, frozen=True, gc=False):
    """Something that stands in the way of a disposal.

    Attributes:
        kind: What it is.
        position: The event that put it there.
        ground: On which ground; None for a request.
    """

    kind: BlockKind
    position: int
    ground: str | None = None


class Case(msgspec.Struct, frozen=True, gc=False):
    """A unit that is due, and what blocks it; nothing where it can go."""

    due: Due
    blocks: tuple[Block, ...]


def cases(rules: Rules, on: date, *, activity: ActivityId | None = None) -> Iterator[Case]:
    """Give all that is due on a day, one by one, in the order of owners, their ids and units.

    Args:
        rules: The register, at the moment that it is asked of.
        on: The day.
        activity: The one activity that is asked for; None for all.
    """
    return _due(rules, stored_units(rules), on, activity)


def cases_of(rules: Rules, units: Iterable[Due], on: date) -> Iterator[Case]:
    """Give those of some units that are still due, as they stand now, and what blocks them."""
    units = tuple(units)
    wanted = {(unit.owner, unit.id) for unit in units}
    asked = {(unit.owner, unit.id, unit.activity, unit.bucket, unit.ground) for unit in units}
    for owner, key in sorted(wanted):
        for case in _due(rules, of_owner(rules, owner, key), on, None):
            one = case.due
            if (one.owner, one.id, one.activity, one.bucket, one.ground) in asked:
                yield case


def _due(
    rules: Rules, units: Iterable[Due], on: date, activity: ActivityId | None
) -> Iterator[Case]:
    whole: Due | None = None
    for unit in units:
        if not unit.is_due(on) or activity not in {None, unit.activity}:
            continue
        if not unit.categories:
            whole = unit
        elif whole and (whole.id, whole.activity) == (unit.id, unit.activity):
            # It goes with all the rest.
            continue
        yield Case(unit, tuple(_blocks(rules, unit)))


def _blocks(rules: Rules, unit: Due) -> Iterator[Block]:
    if not unit.persons:
        return
    rows = rules.rows
    people = [row for one in unit.persons if (row := rows.get(PEOPLE, one)) is not None]
    parts = tuple(row.parts[unit.activity] for row in people if unit.activity in row.parts)
    standing = Standing(unit.activity, parts, rules.entries.get(unit.activity))
    if hold := standing.hold():
        yield Block(BlockKind.HOLD, hold.position, hold.ground)
    if restriction := standing.restriction():
        yield Block(BlockKind.RESTRICTION, restriction.position, restriction.ground)
    for one in unit.persons:
        for _, request in rows.where(REQUESTS, person=one, open=1):
            if any(kind.needs_data for kind in request.kinds):
                yield Block(BlockKind.OPEN_REQUEST, request.received.position)
