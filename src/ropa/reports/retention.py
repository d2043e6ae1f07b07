"""How long something is kept: the arithmetic of retention rules (Art. 15(1)(d), 30(1)(f))."""

from datetime import date

from ropa.domain.activity.events import Retention
from ropa.kernel.deadline import add_months


def kept_through(rule: Retention, started: date) -> date:
    """Give the last day on which something is kept.

    A period of months ends on the day of the last month that has the same number as the day from
    which it is counted, or on the last day of that month where it has no such day (Regulation
    1182/71, art. 3(2)(c)). Financial years that ended on 2026-01-31, 2026-06-30 and 2026-12-31
    are all kept through 2033-12-31.

    Args:
        rule: The rule.
        started: The local day of the rule's start event.
    """
    if rule.from_end_of_calendar_year:
        started = date(started.year, 12, 31)
    return add_months(started, 12 * rule.years + rule.months)
