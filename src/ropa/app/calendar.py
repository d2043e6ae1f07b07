"""The calendar: local days, and the public holidays of Sweden."""

from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

from ropa.kernel.deadline import Calendar


def swedish_calendar(zone: ZoneInfo) -> Calendar:
    """Give how days are counted in Sweden, by the clocks of a time zone."""
    return Calendar(zone=zone, is_holiday=is_public_holiday)


def is_public_holiday(day: date) -> bool:
    """Tell whether a day is a public holiday in Sweden (lag (1989:253) om allmänna helgdagar).

    Midsummer's, Christmas and New Year's Eve are none, nor are Sundays by themselves.
    """
    return day in _public_holidays(day.year)


@cache
def _public_holidays(year: int) -> frozenset[date]:
    # Loading it takes a tenth of a second, which only those pay who count days.
    from holidays import country_holidays  # noqa: PLC0415

    # A year at a time and frozen: the library's own object, which grows while it is asked, gives
    # a second thread a year that is not filled in yet.
    return frozenset(country_holidays("SE", years=year, expand=False, include_sundays=False))
