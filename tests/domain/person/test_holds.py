"""Holds: placed, lifted, and what they keep from being erased."""

from dataclasses import replace

import pytest

from ropa.domain.person.examples import (
    ERASURE_DECIDED,
    HOLD_LIFTED,
    HOLD_PLACED,
    MERGED,
    REGISTERED,
)
from ropa.domain.person.forgetting import ErasureDecided
from ropa.domain.person.state import PersonState
from ropa.kernel.decider import Draft
from ropa.kernel.erasing import Unit
from tests.given import OTHER, SHOP, at, given, history_of, moment

BOTH = replace(HOLD_PLACED, activities=("contract", "marketing"))
ON_HOLD = PersonState(registered=True, hold_placed={"contract": moment(2)})
"""Another record of the same person, that is on hold."""


def erasure(*activities: str) -> ErasureDecided:
    units = tuple(Unit(activity=activity) for activity in activities)
    return replace(ERASURE_DECIDED, erased=units, withheld=(), suppressed=())


def test_a_hold_is_placed_once_and_again_where_it_is_wider() -> None:
    given(REGISTERED).when(HOLD_PLACED).then(HOLD_PLACED)
    given(REGISTERED, HOLD_PLACED).when(HOLD_PLACED).then_nothing()
    given(REGISTERED, HOLD_PLACED).when(BOTH).then(BOTH)


def test_a_hold_is_lifted_and_may_be_placed_again() -> None:
    given(REGISTERED, HOLD_PLACED).when(HOLD_LIFTED).then(HOLD_LIFTED)
    lifted = (REGISTERED, HOLD_PLACED, HOLD_LIFTED)
    given(*lifted).when(HOLD_PLACED).then(HOLD_PLACED)
    assert history_of("person", *lifted).state.on_hold == frozenset()


@pytest.mark.parametrize("before", [(), (HOLD_PLACED,), (BOTH, HOLD_LIFTED)])
def test_only_what_is_on_hold_is_lifted(before: tuple[object, ...]) -> None:
    both = replace(HOLD_LIFTED, activities=BOTH.activities)
    given(REGISTERED, *before).when(both).refused("not-on-hold", "data.activities")


def test_a_hold_names_activities_of_the_register_retired_ones_too() -> None:
    retired = replace(HOLD_PLACED, activities=("lottery",))
    given(REGISTERED).when(retired).then(retired)
    nowhere = replace(HOLD_PLACED, activities=("contract", "nowhere"))
    given(REGISTERED).when(nowhere).refused("unknown-activity", "data.activity")


def test_at_the_same_moment_the_hold_counts() -> None:
    given(REGISTERED, at(3, HOLD_PLACED), at(3, HOLD_LIFTED)).when(HOLD_LIFTED).then(HOLD_LIFTED)


def test_nothing_is_erased_that_is_on_hold() -> None:
    held = given(REGISTERED, HOLD_PLACED)
    held.when(erasure("contract", "marketing")).refused("on-hold")
    held.when(erasure("marketing")).then(erasure("marketing"))
    lifted = given(REGISTERED, HOLD_PLACED, HOLD_LIFTED)
    lifted.when(erasure("contract")).then(erasure("contract"))


def test_a_hold_on_one_record_counts_for_the_others_of_the_person() -> None:
    mine = given(REGISTERED, MERGED).within(replace(SHOP, merged=(ON_HOLD,)))
    mine.when(erasure("contract")).refused("on-hold")
    mine.when(HOLD_PLACED).then_nothing()
    mine.when(HOLD_LIFTED).then(HOLD_LIFTED, Draft(data=HOLD_LIFTED, subject=OTHER))


def test_lifting_on_one_record_alone_leaves_the_hold_on_the_other() -> None:
    lifted = (at(1, REGISTERED), at(3, HOLD_PLACED), at(5, HOLD_LIFTED), MERGED)
    given(*lifted).within(replace(SHOP, merged=(ON_HOLD,))).when(erasure("contract")).refused(
        "on-hold"
    )
