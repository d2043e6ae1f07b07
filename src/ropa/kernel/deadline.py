"""Time limits: how the month of Art. 12(3) is counted, by Regulation (EEC, Euratom) 1182/71."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, timedelta, tzinfo

_SATURDAY = 5

MONTHS = 1
"""How long there is to answer a request (Art. 12(3), first sentence)."""
EXTENDED_MONTHS = 3
"""How long there is where it is extended by two further months, also counted from receipt."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day on which something is in time.

    Attributes:
        safe: The day on which the months end, whatever day it is: nobody disputes this one.
        due: The legal one: `safe`, or the next working day where that is none.
    """

    safe: date
    due: date

    def days_left(self, today: date) -> int:
        """Give how many days are left to the legal date; fewer than none where it has passed."""
        return (self.due - today).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """How days are counted where the controller is; in UTC and without holidays if not told.

    Attributes:
        zone: The time zone of the local day.
        is_holiday: Tells the public holidays.
    """

    zone: tzinfo = UTC
    is_holiday: Callable[[date], bool] = lambda _: False

    def day(self, moment: datetime) -> date:
        """Give the local day of a moment."""
        return moment.astimezone(self.zone).date()

    def limit(self, received: datetime, *, extended: bool) -> Deadline:
        """Give the time limit of a request that came in at a moment (Art. 12(3))."""
        months = EXTENDED_MONTHS if extended else MONTHS
        return deadline(self.day(received), months, self.is_holiday)


def deadline(received: date, months: int, is_holiday: Callable[[date], bool]) -> Deadline:
    """Give the end of a period of months (Regulation 1182/71, art. 3(1), 3(2)(c), 3(4)).

    The day of receipt is not counted. The period ends with the day of the last month that has the
    same number, or with the last day of that month where none has; and where that is a Saturday,
    a Sunday or a public holiday, with the next working day.

    Args:
        received: The local day from which it is counted.
        months: How many.
        is_holiday: Tells the public holidays; it need not tell the Sundays.
    """
    safe = due = add_months(received, months)
    while due.weekday() >= _SATURDAY or is_holiday(due):
        due += timedelta(days=1)
    return Deadline(safe, due)


def add_months(day: date, months: int) -> date:
    """Give the same day so many months later, or the last day of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
