"""The 72 hours of Art. 33(1)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.domain.breach.clock import Timeliness, clock, due
from ropa.domain.breach.events import Risk

KNOWN = datetime(2026, 4, 21, 6, 35, tzinfo=UTC)
HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
moments = st.integers(-100, 400).map(lambda hours: KNOWN + hours * HOUR)


def state(
    notified: datetime | None = None, risk: Risk | None = None, now: datetime = KNOWN
) -> Timeliness:
    return clock(KNOWN, notified=notified, risk=risk, now=now).state


def test_the_very_end_of_the_72_hours_is_in_time() -> None:
    end = KNOWN + 72 * HOUR
    assert due(KNOWN) == end
    assert state(notified=end) is Timeliness.IN_TIME
    assert state(notified=end + INSTANT) is Timeliness.LATE
    assert state(now=end) is Timeliness.RUNNING
    assert state(now=end + INSTANT) is Timeliness.OVERDUE


def test_hours_run_on_over_holidays_and_a_night_that_is_an_hour_longer() -> None:
    stockholm = ZoneInfo("Europe/Stockholm")
    # Maundy Thursday to Easter Sunday.
    easter = datetime(2026, 4, 2, 16, tzinfo=stockholm).astimezone(UTC)
    assert due(easter).astimezone(stockholm).isoformat() == "2026-04-05T16:00:00+02:00"
    autumn = datetime(2026, 10, 23, 16, tzinfo=stockholm).astimezone(UTC)
    assert due(autumn).astimezone(stockholm).isoformat() == "2026-10-26T15:00:00+01:00"


def test_a_breach_that_nobody_has_assessed_has_to_be_notified() -> None:
    assert state(risk=None).open
    assert state(risk=Risk.RISK).open
    assert state(risk=Risk.UNLIKELY) is Timeliness.NOT_REQUIRED


def test_a_late_notification_stays_late_whatever_the_risk() -> None:
    late = KNOWN + 80 * HOUR
    found = clock(KNOWN, notified=late, risk=Risk.UNLIKELY, now=KNOWN)
    assert found.state is Timeliness.LATE
    assert found.left == -8 * HOUR


@given(st.none() | moments, st.none() | st.sampled_from(Risk), moments)
def test_less_than_nothing_is_left_exactly_where_the_time_was_missed(
    notified: datetime | None, risk: Risk | None, now: datetime
) -> None:
    found = clock(KNOWN, notified=notified, risk=risk, now=now)
    assert found.state.missed is (found.left is not None and found.left < timedelta())
    assert found.state.open is (notified is None and risk is not Risk.UNLIKELY)


@pytest.mark.parametrize("risk", [None, *Risk])
def test_what_was_notified_depends_on_no_later_moment(risk: Risk | None) -> None:
    readings = {
        clock(KNOWN, notified=KNOWN + HOUR, risk=risk, now=KNOWN + hours * HOUR)
        for hours in (1, 72, 5000)
    }
    assert {one.left for one in readings} == {71 * HOUR}
