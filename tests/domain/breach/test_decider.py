"""The case of a breach: discovered, assessed, told, closed."""

from dataclasses import replace
from typing import Any

import pytest

from ropa.domain.breach.events import Risk
from ropa.domain.breach.examples import (
    ASSESSED,
    CLOSED,
    DESCRIBED,
    DISCOVERED,
    EXAMPLES,
    NOT_TOLD,
    NOTIFIED,
    TEXT,
    TOLD,
)
from tests.given import given, history_of

LATER = [data for data, _ in EXAMPLES if data is not DISCOVERED]


def by_class(fact: object) -> str:
    return type(fact).__name__


def test_a_breach_is_discovered_once() -> None:
    given().when(DISCOVERED, TEXT).then(DISCOVERED)
    given(DISCOVERED).when(DISCOVERED, TEXT).refused("already-exists")
    given(DISCOVERED, CLOSED).when(DISCOVERED, TEXT).refused("already-exists")


def test_it_touches_activities_of_the_register_retired_ones_too() -> None:
    retired = replace(DISCOVERED, affected=("contract", "lottery"))
    unknown = replace(DISCOVERED, affected=("contract", "nowhere"))
    given().when(retired, TEXT).then(retired)
    given().when(unknown, TEXT).refused("unknown-activity", "data.affected")


@pytest.mark.parametrize("fact", LATER, ids=by_class)
def test_nothing_else_is_recorded_of_an_unknown_breach(fact: Any) -> None:
    given().when(fact).refused("unknown-breach", "data.breach")


@pytest.mark.parametrize("fact", LATER, ids=by_class)
def test_an_open_case_goes_on(fact: Any) -> None:
    given(DISCOVERED).when(fact).then(fact)


@pytest.mark.parametrize("fact", [DESCRIBED, NOTIFIED, TOLD, NOT_TOLD], ids=by_class)
def test_what_may_happen_several_times_is_recorded_each_time(fact: Any) -> None:
    given(DISCOVERED, fact).when(fact).then(fact)


def test_the_same_assessment_again_changes_nothing_and_another_is_recorded() -> None:
    given(DISCOVERED, ASSESSED).when(ASSESSED).then_nothing()
    graver = replace(ASSESSED, risk=Risk.HIGH_RISK)
    given(DISCOVERED, ASSESSED).when(graver).then(graver)
    given(DISCOVERED, ASSESSED, graver).when(ASSESSED).then(ASSESSED)


@pytest.mark.parametrize("fact", [data for data in LATER if data is not CLOSED], ids=by_class)
def test_a_closed_case_stays_closed(fact: Any) -> None:
    given(DISCOVERED, CLOSED).when(fact).refused("breach-closed")


def test_a_case_is_closed_once() -> None:
    given(DISCOVERED, CLOSED).when(CLOSED).then_nothing()


def test_the_state_tells_how_far_a_case_has_come() -> None:
    state = history_of("breach", DISCOVERED, ASSESSED, DESCRIBED, TOLD).state
    assert (state.discovered, state.risk, state.closed) == (True, Risk.UNLIKELY, False)
    assert history_of("breach", DISCOVERED, CLOSED).state.closed
