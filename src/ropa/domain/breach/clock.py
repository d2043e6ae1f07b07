"""The clock of Art. 33(1): 72 hours from when the company became aware of a breach."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ropa.domain.breach.events import Risk

LIMIT = timedelta(hours=72)
"""How long there is. Hours run on through nights and holidays: the reading that nobody disputes."""


class Timeliness(StrEnum):
    """How a breach stands to the time limit."""

    OVERDUE = "overdue"
    """The time has run out, and the authority is not notified."""
    RUNNING = "running"
    """There is time left, and the authority is not notified."""
    LATE = "late"
    """The authority was notified after the time had run out."""
    IN_TIME = "in-time"
    """The authority was notified in time."""
    NOT_REQUIRED = "not-required"
    """The authority is not notified, and need not be: a risk to persons is unlikely."""

    @property
    def open(self) -> bool:
        """Whether the authority still has to be notified."""
        return self in {Timeliness.OVERDUE, Timeliness.RUNNING}

    @property
    def missed(self) -> bool:
        """Whether the time ran out before the authority was notified."""
        return self in {Timeliness.OVERDUE, Timeliness.LATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How the time limit stands.

    Attributes:
        state: How the breach stands to it.
        left: How much of it is left, or was when the authority was notified; less than nothing
            where it has passed. None where there is nothing to notify.
    """

    state: Timeliness
    left: timedelta | None


def due(known: datetime) -> datetime:
    """Give the moment by which the authority has to be notified of what became known at one."""
    return known + LIMIT


def clock(known: datetime, *, notified: datetime | None, risk: Risk | None, now: datetime) -> Clock:
    """Give how the time limit stands at a moment.

    Args:
        known: When the company became aware of the breach.
        notified: When the authority was notified for the first time; None where it is not.
        risk: The risk to persons as assessed. A breach that nobody has assessed has to be
            notified: only one that is unlikely to result in a risk need not be.
        now: The moment.
    """
    if notified is not None:
        left = due(known) - notified
        return Clock(state=Timeliness.LATE if left < timedelta() else Timeliness.IN_TIME, left=left)
    if risk is Risk.UNLIKELY:
        return Clock(state=Timeliness.NOT_REQUIRED, left=None)
    left = due(known) - now
    return Clock(state=Timeliness.OVERDUE if left < timedelta() else Timeliness.RUNNING, left=left)
