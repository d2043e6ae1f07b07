from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.domain.activity.events import Retention, RetentionStart
from ropa.kernel.deadline import add_months
from ropa.reports.retention import kept_through

BOOKKEEPING = Retention(
    start=RetentionStart.FINANCIAL_YEAR_ENDED, years=7, from_end_of_calendar_year=True
)


@pytest.mark.parametrize("ended", [date(2026, 1, 31), date(2026, 6, 30), date(2026, 12, 31)])
def test_financial_years_of_one_calendar_year_are_kept_equally_long(ended: date) -> None:
    assert kept_through(BOOKKEEPING, ended) == date(2033, 12, 31)


def test_the_next_calendar_year_is_kept_a_year_longer() -> None:
    assert kept_through(BOOKKEEPING, date(2027, 1, 1)) == date(2034, 12, 31)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 8, 15), 0, date(2026, 8, 15)),
    ],
)
def test_a_period_ends_on_the_same_day_or_the_last_of_the_month(
    day: date, months: int, expected: date
) -> None:
    assert add_months(day, months) == expected


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 1200))
def test_it_is_the_month_that_was_asked_for(day: date, months: int) -> None:
    found = add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and add_months(found, 0) == found)


def test_years_and_months_add_up() -> None:
    rule = Retention(start=RetentionStart.COLLECTED, years=1, months=2)
    assert kept_through(rule, date(2026, 12, 31)) == date(2028, 2, 29)


RULES = st.builds(
    Retention,
    start=st.sampled_from(RetentionStart),
    years=st.integers(0, 100),
    months=st.integers(0, 11),
    from_end_of_calendar_year=st.booleans(),
)
DAYS = st.dates(date(1970, 1, 1), date(2200, 12, 31))


@given(RULES, DAYS, DAYS)
def test_what_starts_later_never_ends_earlier(rule: Retention, one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert first <= kept_through(rule, first) <= kept_through(rule, last)
