"""Facts come late and out of order: what counts is when they happened, and doubt means no."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as sometimes
from hypothesis import strategies as st

from ropa.domain.person.events import (
    ActivityEnded,
    ActivityStarted,
    ConsentGiven,
    ConsentWithdrawn,
    Objected,
    PersonRegistered,
    Restricted,
)
from ropa.domain.person.examples import (
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    NUMBER,
    OBJECTED,
    REGISTERED,
)
from ropa.domain.person.state import has_basis
from ropa.kernel.decider import ActivityPolicy
from ropa.kernel.ids import Channel
from ropa.kernel.law import Basis, Duty, LegalBasis
from tests.given import SHOP, History, Told, at, history_of
from tests.strategies import basis_facts, person_facts, restriction_facts

ACTIVITIES = ("marketing", "club")
TOLD = st.lists(basis_facts(ACTIVITIES), max_size=8)
STARTED = ActivityStarted(activity="marketing", basis=LegalBasis.LEGITIMATE_INTEREST)


def tell(facts: list[Told]) -> History:
    """Let a person's facts come in; what is refused is refused."""
    history = history_of("person", at(1, REGISTERED, NUMBER))
    for fact in facts:
        history.tell(fact)
    return history


def live(history: History, activity: str = "marketing") -> bool:
    return has_basis(history.state, SHOP.activities[activity])


def spelled_out(facts: list[Told], policy: ActivityPolicy) -> bool:
    """Tell whether there is a live basis, from all that happened and in no order."""
    mine = [fact for fact in facts if fact.data.activity == policy.activity]

    def days(kind: type) -> list[int]:
        return [fact.day or 0 for fact in mine if isinstance(fact.data, kind)]

    given, withdrawn, objected = days(ConsentGiven), days(ConsentWithdrawn), days(Objected)
    if any(day > max([0, *withdrawn, *objected]) for day in given):
        return True
    ends = days(ActivityEnded) + (withdrawn if policy.direct_marketing else [])
    return any(
        (fact.day or 0) > max([0, *ends])
        for fact in mine
        if isinstance(fact.data, ActivityStarted)
        and not (objected and (policy.direct_marketing or fact.data.basis != "contract"))
        and fact.data.basis in [basis.basis for basis in policy.bases]
    )


@sometimes(TOLD.flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))))
def test_in_any_order_of_arrival_the_same_is_live(told: tuple[list[Told], list[Told]]) -> None:
    facts, arrived = told
    history = tell(arrived)
    for activity in ACTIVITIES:
        assert live(history, activity) is spelled_out(facts, SHOP.activities[activity])


@sometimes(TOLD.flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))))
def test_what_is_recorded_folds_in_any_order_to_the_same(
    told: tuple[list[Told], list[Told]],
) -> None:
    one, other = (history_of("person", REGISTERED, *facts).state for facts in told)
    assert one == other


@sometimes(TOLD)
def test_direct_marketing_is_never_live_after_an_objection_but_by_a_later_consent(
    facts: list[Told],
) -> None:
    def days(kind: type) -> list[int]:
        mine = [fact for fact in facts if fact.data.activity == "marketing"]
        return [fact.day or 0 for fact in mine if isinstance(fact.data, kind)]

    if live(tell(facts)) and days(Objected):
        assert max(days(ConsentGiven)) > max(days(Objected))


@pytest.mark.parametrize("end", [CONSENT_WITHDRAWN, OBJECTED])
@pytest.mark.parametrize("begin", [CONSENT_GIVEN, STARTED])
@pytest.mark.parametrize("turned", [False, True])
def test_at_the_same_moment_the_end_counts(begin: Any, end: Any, *, turned: bool) -> None:
    facts = [at(3, begin), at(3, end)]
    assert not live(tell(facts[::-1] if turned else facts))


def test_a_withdrawal_ends_also_a_start_that_comes_in_later() -> None:
    assert not live(tell([at(3, CONSENT_WITHDRAWN), at(2, STARTED)]))
    assert live(tell([at(3, CONSENT_WITHDRAWN), at(4, STARTED)]))


def test_consent_after_an_objection_is_live_again_and_ends_again() -> None:
    objected = [at(2, STARTED), at(3, OBJECTED)]
    assert not live(tell(objected))
    assert live(tell([*objected, at(4, CONSENT_GIVEN)]))
    assert not live(tell([*objected, at(4, CONSENT_GIVEN), at(5, CONSENT_WITHDRAWN)]))
    assert not live(tell([*objected, at(4, CONSENT_GIVEN), at(5, OBJECTED)]))


def test_an_objection_ends_direct_marketing_on_a_contract_and_nothing_else_on_one() -> None:
    started = ActivityStarted(activity="club", basis=LegalBasis.CONTRACT)
    state = tell([at(2, started), at(3, Objected(activity="club", channel=Channel.PHONE))]).state
    club = SHOP.activities["club"]
    assert has_basis(state, club)
    assert not has_basis(state, replace(club, direct_marketing=True))


def test_a_late_retry_does_not_bring_back_a_consent_that_was_withdrawn() -> None:
    assert not live(tell([at(2, CONSENT_GIVEN), at(3, CONSENT_WITHDRAWN), at(2, CONSENT_GIVEN)]))


def test_a_duty_is_no_basis_of_the_person_s_own() -> None:
    state = tell([at(2, STARTED), at(2, CONSENT_GIVEN)]).state
    for duty in Duty:
        basis = Basis(basis=LegalBasis.LEGITIMATE_INTEREST, duty=duty)
        policy = ActivityPolicy(activity="marketing", categories=frozenset(), bases=(basis,))
        assert not has_basis(state, policy)


def test_a_basis_that_the_activity_declares_no_more_is_none() -> None:
    state = tell([at(2, STARTED)]).state
    consent_only = ActivityPolicy(
        activity="marketing", categories=frozenset(), bases=(Basis(basis=LegalBasis.CONSENT),)
    )
    assert not has_basis(state, consent_only)


RESTRICTIONS = st.lists(restriction_facts(["contract"]), max_size=6)


@sometimes(RESTRICTIONS.flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))))
def test_what_is_restricted_when_told_in_time_is_restricted_in_any_order_of_arrival(
    told: tuple[list[Told], list[Told]],
) -> None:
    facts, arrived = told
    in_time = tell(sorted(facts, key=lambda fact: fact.day or 0)).state.restricted
    assert in_time <= tell(arrived).state.restricted


# Telling twice.

ONCE = (
    PersonRegistered,
    ActivityStarted,
    ActivityEnded,
    ConsentGiven,
    ConsentWithdrawn,
    Objected,
    Restricted,
)


@sometimes(person_facts())
def test_what_is_told_again_at_the_same_moment_records_nothing(facts: list[Told]) -> None:
    history = history_of("person")
    for fact in facts:
        if history.tell(fact) and isinstance(fact.data, ONCE) and fact.day == history.day:
            assert history.decide(fact) == ()


@sometimes(person_facts())
def test_what_records_nothing_would_have_changed_nothing(facts: list[Told]) -> None:
    history = history_of("person")
    for fact in facts:
        before, known = history.state, len(history.events)
        if history.tell(fact) and len(history.events) == known:
            history.record(fact)
            assert history.state == before
