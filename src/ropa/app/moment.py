"""Moments: the past point of the log that a question is asked of."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ropa.catalogue import decode
from ropa.kernel.problem import Code, Problem
from ropa.log import Log
from ropa.reports.cell import Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a question is asked of: the present, where nothing is given.

    Attributes:
        as_of: A day: what the register knew when that local day ended.
        at: A position: what the register knew when that event had been recorded.
        valid_at: A day: only what had occurred when that local day ended.
    """

    as_of: date | None = None
    at: int | None = None
    valid_at: date | None = None

    @property
    def is_present(self) -> bool:
        """Whether it is the present."""
        return self.as_of is None and self.at is None and self.valid_at is None


PRESENT = Moment()


_LAST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)
"""The last moment that is one in each time zone."""


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Give the last microsecond of a local day, in UTC."""
    if day >= _LAST.date():
        return _LAST
    following = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    return following.astimezone(UTC) - timedelta(microseconds=1)


def position_of(moment: Moment, log: Log, zone: ZoneInfo) -> int:
    """Give the position up to which the register is asked.

    Raises:
        Problem: `not-in-history` where the log has not come that far.
    """
    head = log.head()
    if moment.at is not None:
        if moment.at > head.position:
            raise Problem(
                Code.NOT_IN_HISTORY,
                f"The log has {head.position} events, and none at that position.",
                advice="Ask for a position that it has.",
            )
        return moment.at
    if moment.as_of is None:
        return head.position
    return log.position_at(end_of_day(moment.as_of, zone))


def point_of(moment: Moment, position: int, log: Log, zone: ZoneInfo, now: datetime) -> Point:
    """Give what an answer is bound to: position, moment, and the root of the tree there.

    It says nothing that a later event could make untrue: a day that has not ended stands for its
    last event so far, and the beginning of the log for no moment at all.
    """
    found: datetime | None = None
    if moment.as_of is not None and end_of_day(moment.as_of, zone) <= now:
        found = end_of_day(moment.as_of, zone)
    elif position:
        row = log.event(position)
        found = decode(row.type, row.state).recorded_at
    root = b64encode(log.root(position)).decode()
    return Point(position=position, moment=found, root=root, valid_at=moment.valid_at)
