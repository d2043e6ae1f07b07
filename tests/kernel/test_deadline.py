"""Time limits: examples with Sweden's holidays, and the laws of any calendar."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.app.calendar import swedish_calendar
from ropa.kernel.deadline import Calendar, Deadline, add_months, deadline

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SWEDEN = swedish_calendar(STOCKHOLM)

days = st.dates(date(1953, 1, 1), date(2099, 12, 31))
months = st.integers(1, 3)
LONGEST_REST = 4
"""Good Friday to Easter Monday: no more days in a row are free in Sweden."""


@pytest.mark.parametrize(
    ("received", "safe", "due"),
    [
        # The last day of a shorter month, on a Saturday.
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 2)),
        # A Sunday; thirty days from receipt would be a day late.
        (date(2026, 2, 1), date(2026, 3, 1), date(2026, 3, 2)),
        # Good Friday, and all of Easter behind it.
        (date(2026, 3, 3), date(2026, 4, 3), date(2026, 4, 7)),
        # Christmas Day, and its second day, and a week-end.
        (date(2025, 11, 25), date(2025, 12, 25), date(2025, 12, 29)),
        # Christmas Eve, Midsummer's Eve and New Year's Eve are no public holidays.
        (date(2026, 11, 24), date(2026, 12, 24), date(2026, 12, 24)),
        (date(2026, 5, 19), date(2026, 6, 19), date(2026, 6, 19)),
        (date(2026, 11, 30), date(2026, 12, 30), date(2026, 12, 30)),
        (date(2026, 10, 31), date(2026, 11, 30), date(2026, 11, 30)),
        (date(2025, 11, 30), date(2025, 12, 30), date(2025, 12, 30)),
        # The last day of a leap year's February.
        (date(2024, 1, 31), date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_one_month(received: date, safe: date, due: date) -> None:
    assert deadline(received, 1, SWEDEN.is_holiday) == Deadline(safe, due)


@pytest.mark.parametrize(
    ("received", "safe", "due"),
    [
        # Three months from receipt; one month, rolled, and then two, would end on 2 May.
        (date(2026, 1, 31), date(2026, 4, 30), date(2026, 4, 30)),
        (date(2025, 11, 30), date(2026, 2, 28), date(2026, 3, 2)),
        # New Year's Day.
        (date(2026, 10, 1), date(2027, 1, 1), date(2027, 1, 4)),
    ],
)
def test_three_months_from_receipt(received: date, safe: date, due: date) -> None:
    moment = datetime(received.year, received.month, received.day, 12, tzinfo=UTC)
    assert SWEDEN.limit(moment, extended=True) == Deadline(safe, due)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 8, 31, 22, 30, tzinfo=UTC), date(2026, 9, 1)),
        (datetime(2026, 8, 31, 21, 59, tzinfo=UTC), date(2026, 8, 31)),
        (datetime(2026, 1, 31, 22, 30, tzinfo=UTC), date(2026, 1, 31)),
    ],
)
def test_the_day_of_receipt_is_the_local_one(moment: datetime, day: date) -> None:
    assert SWEDEN.day(moment) == day
    assert SWEDEN.limit(moment, extended=False) == deadline(day, 1, SWEDEN.is_holiday)


def test_days_left_are_counted_to_the_legal_date() -> None:
    limit = Deadline(safe=date(2026, 4, 3), due=date(2026, 4, 7))
    left = [limit.days_left(date(2026, 4, day)) for day in (3, 7, 8)]
    assert left == [4, 0, -1]


@given(days, months)
def test_the_safe_day_has_the_number_of_the_day_of_receipt_or_ends_its_month(
    received: date, count: int
) -> None:
    safe = deadline(received, count, SWEDEN.is_holiday).safe
    assert (safe.year - received.year) * 12 + safe.month - received.month == count
    if safe.day != received.day:
        assert safe.day == monthrange(safe.year, safe.month)[1] < received.day


@given(days, months)
def test_the_legal_day_is_the_first_working_day_from_the_safe_one(
    received: date, count: int
) -> None:
    safe, due = _both(received, count)
    between = [safe + timedelta(days=number) for number in range((due - safe).days + 1)]
    assert safe <= due
    assert len(between) - 1 <= LONGEST_REST
    assert [_is_free(day) for day in between] == [True] * (len(between) - 1) + [False]


@given(days, st.integers(0, 40), months)
def test_what_comes_in_later_is_never_due_earlier(received: date, later: int, count: int) -> None:
    one, other = _both(received, count), _both(received + timedelta(days=later), count)
    assert one[0] <= other[0]
    assert one[1] <= other[1]


@given(days)
def test_a_month_is_never_longer_than_its_days_and_one_rest(received: date) -> None:
    safe, due = _both(received, 1)
    assert timedelta(days=28) <= safe - received <= timedelta(days=31)
    assert due - received <= timedelta(days=31 + LONGEST_REST)


@given(days, months, st.frozensets(st.integers(0, 100), max_size=30))
def test_any_holidays_are_moved_past(received: date, count: int, numbers: frozenset[int]) -> None:
    free = {received + timedelta(days=number) for number in numbers}
    found = deadline(received, count, free.__contains__)
    assert found.due not in free
    assert found.due.weekday() < 5
    assert found.safe == add_months(received, count)


@given(days)
def test_a_calendar_that_is_told_nothing_moves_past_week_ends_only(received: date) -> None:
    moment = datetime(received.year, received.month, received.day, tzinfo=UTC)
    found = Calendar().limit(moment, extended=False)
    assert (found.due != found.safe) is (found.safe.weekday() >= 5)


def _both(received: date, count: int) -> tuple[date, date]:
    found = deadline(received, count, SWEDEN.is_holiday)
    return found.safe, found.due


def _is_free(day: date) -> bool:
    return day.weekday() >= 5 or SWEDEN.is_holiday(day)
