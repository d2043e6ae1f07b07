"""Weighed objections: what overrides one, and what never does."""

from dataclasses import replace

from msgspec import structs

from ropa.domain.person.events import (
    ActivityStarted,
    Objected,
    ObjectionOutcome,
    ObjectionWeighed,
    OverridingGround,
)
from ropa.domain.person.examples import CONSENT_GIVEN, MERGED, OBJECTED, REGISTERED
from ropa.domain.person.state import PersonState, has_basis
from ropa.kernel.decider import Draft
from ropa.kernel.ids import Channel
from ropa.kernel.law import LegalBasis
from tests.given import OTHER, SHOP, Told, at, given, history_of, moment

STARTED = ActivityStarted(activity="club", basis=LegalBasis.LEGITIMATE_INTEREST)
CLUB_OBJECTED = Objected(activity="club", channel=Channel.PHONE)
OVERRIDDEN = ObjectionWeighed(
    activity="club",
    outcome=ObjectionOutcome.OVERRIDDEN,
    ground=OverridingGround.COMPELLING_GROUNDS,
)
UPHELD = ObjectionWeighed(activity="club", outcome=ObjectionOutcome.UPHELD)
BEFORE = (at(1, REGISTERED), at(2, STARTED), at(3, CLUB_OBJECTED))


def runs(*facts: Told) -> bool:
    return has_basis(history_of("person", *facts).state, SHOP.activities["club"])


def test_an_objection_is_weighed_either_way() -> None:
    given(*BEFORE).when(OVERRIDDEN).then(OVERRIDDEN)
    given(*BEFORE).when(UPHELD).then(UPHELD)
    given(*BEFORE, UPHELD).when(OVERRIDDEN).then(OVERRIDDEN)


def test_only_an_objection_that_is_overridden_lets_the_activity_run_again() -> None:
    assert not runs(*BEFORE)
    assert not runs(*BEFORE, at(4, UPHELD))
    assert runs(*BEFORE, at(4, OVERRIDDEN))
    assert runs(*BEFORE[:2], at(4, OVERRIDDEN), BEFORE[2]), "whatever comes in first"
    assert not runs(*BEFORE, at(4, OVERRIDDEN), at(5, CLUB_OBJECTED)), "one made anew"
    assert not runs(*BEFORE, at(3, OVERRIDDEN)), "at the same moment the objection counts"


def test_after_an_objection_was_overridden_the_activity_may_begin_on_another_basis_too() -> None:
    on_contract = replace(STARTED, basis=LegalBasis.CONTRACT)
    again = replace(STARTED)
    given(*BEFORE, OVERRIDDEN).when(on_contract).then(on_contract)
    given(*BEFORE).when(again).refused("objected", "data.activity")
    given(*BEFORE, OVERRIDDEN).when(again).then(again)


def test_what_was_weighed_already_changes_nothing_until_one_objects_anew() -> None:
    for weighed in (OVERRIDDEN, UPHELD):
        given(*BEFORE, weighed).when(weighed).then_nothing()
        given(*BEFORE, weighed, CLUB_OBJECTED).when(weighed).then(weighed)


def test_what_was_not_objected_to_is_not_weighed() -> None:
    for weighed in (OVERRIDDEN, UPHELD):
        given(*BEFORE[:2]).when(weighed).refused("not-objected", "data.activity")
        given(*BEFORE).when(weighed, day=3).refused("not-objected", "data.activity")
    given(*BEFORE, OVERRIDDEN).when(UPHELD).refused("not-objected", "data.activity")


def test_an_objection_to_direct_marketing_is_never_weighed() -> None:
    for weighed in (OVERRIDDEN, UPHELD):
        marketing = replace(weighed, activity="marketing")
        given(REGISTERED, OBJECTED).when(marketing).refused("objected", "data.activity")
        given(REGISTERED).when(marketing).refused("objected", "data.activity")


def test_a_ground_is_needed_to_override_and_only_then() -> None:
    without = replace(OVERRIDDEN, ground=None)
    given(*BEFORE).when(without).refused("missing-field", "data.ground")
    with_one = replace(UPHELD, ground=OverridingGround.LEGAL_CLAIMS)
    given(*BEFORE).when(with_one).refused("malformed-value", "data.ground")


def test_an_activity_that_nobody_declared_is_not_weighed_and_a_retired_one_is() -> None:
    nowhere = replace(OVERRIDDEN, activity="nowhere")
    given(REGISTERED).when(nowhere).refused("unknown-activity", "data.activity")
    retired = replace(OVERRIDDEN, activity="lottery")
    objected = replace(CLUB_OBJECTED, activity="lottery")
    given(REGISTERED, objected).when(retired).then(retired)


def test_an_objection_on_another_record_is_overridden_there_too() -> None:
    theirs = PersonState(registered=True, objected={"club": moment(2)})
    one = given(REGISTERED, MERGED, at(2, STARTED)).within(replace(SHOP, merged=(theirs,)))
    one.when(OVERRIDDEN, day=5).then(OVERRIDDEN, Draft(data=OVERRIDDEN, subject=OTHER))
    one.when(UPHELD, day=5).then(UPHELD)
    overridden = structs.replace(theirs, overridden={"club": moment(4)})
    again = given(REGISTERED, MERGED, STARTED).within(replace(SHOP, merged=(overridden,)))
    again.when(UPHELD).refused("not-objected", "data.activity")


def test_what_one_record_overrode_does_not_override_what_another_still_holds() -> None:
    theirs = PersonState(registered=True, objected={"club": moment(2)})
    mine = given(*BEFORE, at(5, OVERRIDDEN)).within(replace(SHOP, merged=(theirs,)))
    mine.when(STARTED, day=9).refused("objected", "data.activity")


def test_consent_is_no_answer_to_a_weighing() -> None:
    consented = replace(CONSENT_GIVEN, activity="club")
    given(*BEFORE, consented).when(OVERRIDDEN).then(OVERRIDDEN)
