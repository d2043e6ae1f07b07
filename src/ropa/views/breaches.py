"""Breaches of personal data: what is known of each, and what was done about it.

Read: every event of a breach. Key: the short name of the case. It answers: when the company
became aware, which events hold the account, how the risk was assessed, when the authority and the
persons were told, and whether the case is closed.
"""

from datetime import datetime
from typing import assert_never, get_args

import msgspec
from msgspec.structs import replace

from ropa.domain.breach.clock import Clock, clock
from ropa.domain.breach.events import (
    AuthorityNotified,
    BreachAssessed,
    BreachClosed,
    BreachDescribed,
    BreachDiscovered,
    BreachEvent,
    BreachNature,
    NotTellingGround,
    PersonsNotTold,
    PersonsTold,
    Risk,
)
from ropa.kernel.categories import Category
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId, Channel
from ropa.kernel.view import View
from ropa.views.people import At


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """About how many there are, as was said last, and by which event."""

    position: int
    count: int


class Assessed(msgspec.Struct, frozen=True, kw_only=True):
    """The risk, as it was assessed last."""

    at: datetime
    position: int
    risk: Risk


class Notified(msgspec.Struct, frozen=True, kw_only=True):
    """One notification to the authority; further ones follow in phases (Art. 33(4))."""

    at: datetime
    position: int
    reference: str | None
    late_reason: str | None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """That some of the persons were told, how, and how many."""

    at: datetime
    position: int
    channel: Channel
    persons: int


class NotTold(msgspec.Struct, frozen=True, kw_only=True):
    """The decision that persons need not be told."""

    at: datetime
    position: int
    ground: NotTellingGround


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """That the case was closed, and with what."""

    at: datetime
    position: int
    reason: str


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """A breach as it stands.

    Attributes:
        discovered: When the company became aware of it; the 72 hours run from there.
        natures: What it did to the data.
        affected: The processing activities whose data it touched.
        categories: The categories of personal data that it touched.
        persons: How many persons it touched; None where nobody has said.
        records: How many records it touched; None where nobody has said.
        accounts: The events that hold an account of it in their boxes.
        assessed: The risk; None while it is not assessed.
        notified: The notifications to the authority, in the order of the log.
        told: When persons were told, in the order of the log.
        not_told: The last decision not to tell them.
        closed: The end of the case; None while it is open.
        positions: Every event of the case.
    """

    discovered: At
    natures: tuple[BreachNature, ...]
    affected: tuple[ActivityId, ...]
    categories: tuple[Category, ...]
    persons: Estimate | None = None
    records: Estimate | None = None
    accounts: tuple[int, ...] = ()
    assessed: Assessed | None = None
    notified: tuple[Notified, ...] = ()
    told: tuple[Told, ...] = ()
    not_told: NotTold | None = None
    closed: Closing | None = None
    positions: tuple[int, ...] = ()


def fold(row: Breach | None, recorded: Recorded[BreachEvent]) -> Breach | None:
    """Give the breach after an event."""
    data = recorded.data
    at, position = recorded.occurred_at, recorded.position
    if isinstance(data, BreachDiscovered):
        row = Breach(
            discovered=At(at, position),
            natures=data.natures,
            affected=data.affected,
            categories=data.categories,
        )
    if row is None:
        return None
    row = replace(row, positions=(*row.positions, position))
    match data:
        case BreachDiscovered() | BreachDescribed():
            return _described(row, recorded, data)
        case BreachAssessed():
            return replace(row, assessed=Assessed(at=at, position=position, risk=data.risk))
        case AuthorityNotified():
            notified = Notified(
                at=at,
                position=position,
                reference=data.reference,
                late_reason=data.late_reason,
            )
            return replace(row, notified=(*row.notified, notified))
        case PersonsTold():
            told = Told(at=at, position=position, channel=data.channel, persons=data.persons)
            return replace(row, told=(*row.told, told))
        case PersonsNotTold():
            return replace(row, not_told=NotTold(at=at, position=position, ground=data.ground))
        case BreachClosed():
            return replace(row, closed=Closing(at=at, position=position, reason=data.reason))
        case _:
            assert_never(data)


def _described(
    row: Breach, recorded: Recorded[BreachEvent], data: BreachDiscovered | BreachDescribed
) -> Breach:
    position = recorded.position
    if data.persons is not None:
        row = replace(row, persons=Estimate(position=position, count=data.persons))
    if data.records is not None:
        row = replace(row, records=Estimate(position=position, count=data.records))
    if recorded.sealed:
        row = replace(row, accounts=(*row.accounts, position))
    return row


BREACHES: View[Breach] = View(
    name="breaches",
    version=1,
    reads=get_args(BreachEvent),
    row=Breach,
    keys=lambda recorded: (recorded.data.breach,),
    fold=fold,
)


def first_notified(row: Breach) -> Notified | None:
    """Give the notification that counts for the time limit: the one that occurred first."""
    return min(row.notified, key=lambda one: (one.at, one.position), default=None)


def clock_of(row: Breach, now: datetime) -> Clock:
    """Give how a breach stands to the time limit at a moment."""
    notified = first_notified(row)
    return clock(
        row.discovered.at,
        notified=notified.at if notified else None,
        risk=row.assessed.risk if row.assessed else None,
        now=now,
    )
