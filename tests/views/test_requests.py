"""The queue of requests, on a day."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ropa.domain.request.examples import (
    ANSWERED,
    EXTENDED,
    IDENTITY_ASKED,
    IDENTITY_CONFIRMED,
    RECEIVED,
    WITHDRAWN,
)
from ropa.kernel.deadline import Calendar
from ropa.views.requests import REQUESTS, Queued, Request, closed_requests, open_requests
from tests.histories import Log

CALENDAR = Calendar(zone=ZoneInfo("Europe/Stockholm"))
TODAY = date(2026, 3, 2)


def the(number: int) -> str:
    return f"3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e{number:02}"


def add(log: Log, number: int, day: int, *facts: Any) -> None:
    """Record a request, and what became of it on the days behind its receipt."""
    for later, fact in enumerate((RECEIVED, *facts)):
        log.add(replace(fact, request=the(number)), day=day + later)


def numbers(found: list[Queued]) -> list[int]:
    return [int(one.request[-2:]) for one in found]


def test_the_queue_begins_with_what_is_overdue() -> None:
    log = Log()
    add(log, 1, 59)  # 28 February
    add(log, 2, 1, EXTENDED)  # three months from New Year's Day
    add(log, 3, 1)  # overdue
    add(log, 4, 32)  # today is the legal date
    add(log, 5, 31)  # and of this one, which came in a day earlier
    add(log, 6, 20, WITHDRAWN)
    found = open_requests(log.rows(), CALENDAR, TODAY)
    assert numbers(found) == [3, 5, 4, 1, 2]
    assert [one.days_left for one in found] == [-28, 0, 0, 28, 30]
    assert [one.limit.safe for one in found] == [
        date(2026, 2, 1),
        date(2026, 2, 28),
        date(2026, 3, 1),
        date(2026, 3, 28),
        date(2026, 4, 1),
    ]
    assert [one.limit.due for one in found][3] == date(2026, 3, 30)


def test_closed_requests_have_no_days_left_and_come_latest_first() -> None:
    log = Log()
    add(log, 1, 1, ANSWERED)
    add(log, 2, 40, EXTENDED, WITHDRAWN)
    add(log, 3, 50)
    found = closed_requests(log.rows(), CALENDAR, TODAY)
    assert numbers(found) == [2, 1]
    assert [one.days_left for one in found] == [None, None]
    assert [one.limit.due for one in found] == [date(2026, 5, 11), date(2026, 2, 2)]


def test_the_day_of_receipt_is_the_local_one() -> None:
    log = Log()
    add(log, 1, 1)
    east = Calendar(zone=ZoneInfo("Pacific/Kiritimati"))
    ((here,), (there,)) = (open_requests(log.rows(), days, TODAY) for days in (CALENDAR, east))
    assert (here.received, there.received) == (date(2026, 1, 1), date(2026, 1, 2))
    assert there.limit.due == date(2026, 2, 2)


def test_a_question_of_identity_waits_for_its_answer_and_moves_no_date() -> None:
    log = Log()
    add(log, 1, 1)
    add(log, 2, 2, IDENTITY_ASKED)
    add(log, 3, 3, IDENTITY_ASKED, IDENTITY_CONFIRMED)
    add(log, 4, 4, IDENTITY_CONFIRMED, IDENTITY_ASKED)
    found = open_requests(log.rows(), CALENDAR, TODAY)
    assert [one.row.waiting_for_identity for one in found] == [False, True, False, True]
    assert [one.received for one in found] == [date(2026, 1, day) for day in (1, 2, 3, 4)]


def test_a_closed_request_waits_for_nothing() -> None:
    log = Log()
    add(log, 1, 1, IDENTITY_ASKED, WITHDRAWN)
    row: Request | None = log.rows().get(REQUESTS, the(1))
    assert row is not None
    assert not row.waiting_for_identity


@given(st.lists(st.tuples(st.integers(1, 90), st.booleans(), st.booleans()), max_size=12))
def test_each_request_is_in_one_of_the_two_lists_and_the_open_ones_by_days_left(
    drawn: list[tuple[int, bool, bool]],
) -> None:
    log = Log()
    for number, (day, extended, closed) in enumerate(drawn):
        add(log, number, day, *[EXTENDED] * extended, *[ANSWERED] * closed)
    waiting = open_requests(log.rows(), CALENDAR, TODAY)
    done = closed_requests(log.rows(), CALENDAR, TODAY)
    assert sorted(numbers(waiting) + numbers(done)) == list(range(len(drawn)))
    assert {one.request for one in done} == {
        the(number) for number, (_, _, closed) in enumerate(drawn) if closed
    }
    left = [one.days_left for one in waiting if one.days_left is not None]
    assert len(left) == len(waiting)
    assert left == sorted(left)
