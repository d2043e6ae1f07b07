"""Sweden's public holidays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from ropa.app.calendar import is_public_holiday


def test_the_public_holidays_of_a_year() -> None:
    """As lag (1989:253) has them; 1 November 2026 is a Sunday, All Saints' Day the day before."""
    listed = "1-1 1-6 4-3 4-5 4-6 5-1 5-14 5-24 6-6 6-20 10-31 12-25 12-26"
    found = [date(2026, month, day) for month, day in _pairs(listed)]
    whole = [date.fromordinal(date(2026, 1, 1).toordinal() + number) for number in range(365)]
    assert [day for day in whole if is_public_holiday(day)] == found


def test_the_eves_are_none() -> None:
    for eve in (date(2026, 6, 19), date(2026, 12, 24), date(2026, 12, 31)):
        assert not is_public_holiday(eve)


def test_years_that_no_law_is_known_for_have_none() -> None:
    assert not is_public_holiday(date(1, 1, 1))


def test_threads_find_the_same() -> None:
    epiphanies = [date(year, 1, 6) for year in range(1960, 2060)] * 4
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(is_public_holiday, epiphanies))


def _pairs(listed: str) -> list[tuple[int, int]]:
    return [(int(month), int(day)) for month, day in (pair.split("-") for pair in listed.split())]
