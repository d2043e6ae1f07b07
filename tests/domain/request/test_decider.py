"""A request: received, decided kind by kind, and closed once."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ropa.domain.request.decider import Closed
from ropa.domain.request.events import Outcome, RefusalGround, RequestKind
from ropa.domain.request.examples import (
    ACCESS_DECIDED,
    ANSWERED,
    DECIDED,
    ERASURE_COMPLETED,
    ERASURE_DECIDED,
    EXAMPLES,
    EXTENDED,
    IDENTITY_ASKED,
    IDENTITY_CONFIRMED,
    RECEIVED,
    REFUSED,
    TEXT,
    WITHDRAWN,
)
from ropa.kernel.deadline import Calendar
from tests.given import OTHER, SHOP, at, given, history_of, moment

CLOSINGS = (ANSWERED, REFUSED, WITHDRAWN)
LATER = [data for data, _ in EXAMPLES if data is not RECEIVED]
ERASURE = (ERASURE_DECIDED, ERASURE_COMPLETED)


def by_class(fact: object) -> str:
    return type(fact).__name__


def test_a_request_is_received_once() -> None:
    given().when(RECEIVED, TEXT).then(RECEIVED)
    given(RECEIVED).when(RECEIVED, TEXT).refused("already-exists", "data.request")


@pytest.mark.parametrize("fact", LATER, ids=by_class)
def test_nothing_else_is_recorded_of_an_unknown_request(fact: Any) -> None:
    given().when(fact).refused("unknown-request", "data.request")


@pytest.mark.parametrize("fact", [IDENTITY_ASKED, EXTENDED, REFUSED, WITHDRAWN], ids=by_class)
def test_an_open_request_goes_on(fact: Any) -> None:
    given(RECEIVED).when(fact).then(fact)


def test_identity_is_that_of_a_person_of_the_register_or_of_nobody_there() -> None:
    nobody = replace(IDENTITY_CONFIRMED, person=None)
    known = replace(IDENTITY_CONFIRMED, person=OTHER)
    unknown = replace(IDENTITY_CONFIRMED, person="00000000-0000-4000-8000-000000000000")
    given(RECEIVED).when(nobody).then(nobody)
    given(RECEIVED, IDENTITY_ASKED).when(known).then(known)
    given(RECEIVED).when(unknown).refused("unknown-subject", "data.person")


def test_the_time_limit_is_extended_once() -> None:
    given(RECEIVED, EXTENDED).when(EXTENDED).refused("already-done")


def test_an_extension_is_told_of_within_the_first_month() -> None:
    """Received on 1 January, a Thursday; 1 February is a Sunday, and the month ends on the 2nd."""
    extended = given(at(1, RECEIVED), at(20, IDENTITY_ASKED), at(25, IDENTITY_CONFIRMED))
    for day in (26, 32, 33):
        extended.when(EXTENDED, day=day).then(EXTENDED)
    for day in (34, 60, 900):
        extended.when(EXTENDED, day=day).refused("extension-too-late", "time")


def test_the_first_month_ends_later_where_its_last_day_is_a_holiday() -> None:
    with_holiday = replace(SHOP, calendar=Calendar(is_holiday={date(2026, 2, 2)}.__contains__))
    received = given(at(1, RECEIVED)).within(with_holiday)
    received.when(EXTENDED, day=34).then(EXTENDED)
    received.when(EXTENDED, day=35).refused("extension-too-late", "time")


def test_the_first_month_ends_with_the_local_day() -> None:
    """Noon in UTC is the next day already in the east of the Pacific's date line."""
    zone = ZoneInfo("Pacific/Kiritimati")
    received = given(at(5, RECEIVED)).within(replace(SHOP, calendar=Calendar(zone=zone)))
    received.when(EXTENDED, day=36).then(EXTENDED)
    received.when(EXTENDED, day=37).refused("extension-too-late", "time")


def test_each_kind_that_was_asked_for_is_decided_and_may_be_decided_anew() -> None:
    given(RECEIVED).when(DECIDED).then(DECIDED)
    given(RECEIVED, DECIDED).when(DECIDED).then(DECIDED)
    other = replace(DECIDED, kind=RequestKind.PORTABILITY)
    given(RECEIVED).when(other).refused("request-kind-not-asked", "data.kind")


def test_what_is_not_granted_in_full_needs_its_ground() -> None:
    given(RECEIVED).when(ACCESS_DECIDED).then(ACCESS_DECIDED)
    for outcome in (Outcome.PARTLY_GRANTED, Outcome.NOT_GRANTED):
        without = replace(DECIDED, outcome=outcome, ground=None)
        given(RECEIVED).when(without).refused("missing-field", "data.ground")


def test_what_is_granted_in_full_has_no_ground_for_refusing_it() -> None:
    granted = replace(DECIDED, outcome=Outcome.GRANTED, ground=None)
    given(RECEIVED).when(granted).then(granted)
    odd = replace(granted, ground=RefusalGround.LEGAL_CLAIMS)
    given(RECEIVED).when(odd).refused("malformed-value", "data.ground")


def test_a_request_is_answered_when_each_kind_is_decided() -> None:
    given(RECEIVED).when(ANSWERED).refused("request-not-decided")
    given(RECEIVED, DECIDED).when(ANSWERED).refused("request-not-decided")
    given(RECEIVED, DECIDED, ACCESS_DECIDED).when(ANSWERED).then(ANSWERED)


@pytest.mark.parametrize("closing", CLOSINGS, ids=by_class)
@pytest.mark.parametrize("fact", [one for one in LATER if one not in ERASURE], ids=by_class)
def test_a_closed_request_stays_closed_and_its_closing_told_again_changes_nothing(
    closing: Any, fact: Any
) -> None:
    closed = given(RECEIVED, DECIDED, ACCESS_DECIDED, closing)
    if type(fact) is type(closing):
        closed.when(fact).then_nothing()
    else:
        closed.when(fact).refused("request-closed")


def test_what_a_closed_request_holds_is_erased_in_the_end() -> None:
    closed = (RECEIVED, DECIDED, ACCESS_DECIDED, ANSWERED)
    given(*closed).when(ERASURE_DECIDED).then(ERASURE_DECIDED)
    given(*closed, ERASURE_DECIDED).when(ERASURE_COMPLETED).then(ERASURE_COMPLETED)


def test_the_state_tells_how_far_a_request_has_come() -> None:
    state = history_of("request", RECEIVED, IDENTITY_ASKED, EXTENDED, DECIDED).state
    assert state.received == moment(1)
    assert state.kinds == set(RECEIVED.kinds)
    assert state.decided == {RequestKind.ERASURE}
    assert state.extended
    assert state.closed is None
    assert [history_of("request", RECEIVED, closing).state.closed for closing in CLOSINGS] == [
        Closed.ANSWERED,
        Closed.REFUSED,
        Closed.WITHDRAWN,
    ]
