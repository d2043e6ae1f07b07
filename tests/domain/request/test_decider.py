"""A request: received, decided kind by kind, and closed once."""

from dataclasses import replace
from typing import Any

import pytest

from ropa.domain.request.decider import Closed
from ropa.domain.request.events import Outcome, RequestKind
from ropa.domain.request.examples import (
    ACCESS_DECIDED,
    ANSWERED,
    DECIDED,
    EXAMPLES,
    EXTENDED,
    IDENTITY_ASKED,
    IDENTITY_CONFIRMED,
    RECEIVED,
    REFUSED,
    TEXT,
    WITHDRAWN,
)
from tests.given import OTHER, given, history_of

CLOSINGS = (ANSWERED, REFUSED, WITHDRAWN)
LATER = [data for data, _ in EXAMPLES if data is not RECEIVED]


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


def test_a_request_is_answered_when_each_kind_is_decided() -> None:
    given(RECEIVED).when(ANSWERED).refused("request-not-decided")
    given(RECEIVED, DECIDED).when(ANSWERED).refused("request-not-decided")
    given(RECEIVED, DECIDED, ACCESS_DECIDED).when(ANSWERED).then(ANSWERED)


@pytest.mark.parametrize("closing", CLOSINGS, ids=by_class)
@pytest.mark.parametrize("fact", LATER, ids=by_class)
def test_a_closed_request_stays_closed_and_its_closing_told_again_changes_nothing(
    closing: Any, fact: Any
) -> None:
    closed = given(RECEIVED, DECIDED, ACCESS_DECIDED, closing)
    if type(fact) is type(closing):
        closed.when(fact).then_nothing()
    else:
        closed.when(fact).refused("request-closed")


def test_the_state_tells_how_far_a_request_has_come() -> None:
    state = history_of("request", RECEIVED, IDENTITY_ASKED, EXTENDED, DECIDED).state
    assert state.kinds == set(RECEIVED.kinds)
    assert state.decided == {RequestKind.ERASURE}
    assert state.extended
    assert state.closed is None
    assert [history_of("request", RECEIVED, closing).state.closed for closing in CLOSINGS] == [
        Closed.ANSWERED,
        Closed.REFUSED,
        Closed.WITHDRAWN,
    ]
