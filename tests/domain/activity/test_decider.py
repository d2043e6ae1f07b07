"""An activity's entry, and the policy that it comes to."""

from dataclasses import replace
from datetime import date
from typing import Any

from ropa.domain.activity.decider import ActivityState, policy
from ropa.domain.activity.events import ActivityAmended
from ropa.domain.activity.examples import AMENDED, DECLARED, RETIRED, REVIEWED
from ropa.kernel.categories import Category
from ropa.kernel.decider import ActivityPolicy
from ropa.kernel.ids import Role
from tests.given import SHOP, Given, given, history_of

CARRIER = ("parcel-carrier",)
OFFICER = replace(SHOP, roles=frozenset({Role.OFFICER}))
NOBODY = ("parcel-carrier", "nobody")


def test_an_activity_is_declared_once_also_after_it_was_retired() -> None:
    given().when(DECLARED).then(DECLARED)
    given(DECLARED).when(DECLARED).refused("already-exists")
    given(DECLARED, RETIRED).when(DECLARED).refused("already-exists")


def test_only_declared_recipients_are_entered() -> None:
    known, unknown = replace(DECLARED, recipients=CARRIER), replace(DECLARED, recipients=NOBODY)
    given().when(known).then(known)
    given().when(unknown).refused("unknown-recipient", "data.recipients")
    amended = ActivityAmended(activity="contract", recipients=CARRIER, reason="Parcels are sent")
    given(DECLARED).when(amended).then(amended)
    amended = replace(amended, recipients=NOBODY)
    given(DECLARED).when(amended).refused("unknown-recipient", "data.recipients")


def test_an_amendment_is_recorded_without_what_it_does_not_change() -> None:
    given(DECLARED).when(AMENDED).then(AMENDED)
    more = replace(AMENDED, title=DECLARED.title, roles=DECLARED.roles, direct_marketing=False)
    given(DECLARED).when(more).then(AMENDED)


def test_an_amendment_that_changes_nothing_records_nothing() -> None:
    given(DECLARED, AMENDED).when(AMENDED).then_nothing()
    nothing = ActivityAmended(activity="contract", recipients=(), reason="Looked through")
    given(DECLARED).when(nothing).then_nothing()


def test_a_list_may_become_empty() -> None:
    emptied = ActivityAmended(activity="contract", roles=(), reason="Nobody needs it")
    given(DECLARED).when(emptied).then(emptied)


def test_an_activity_is_retired_once_and_amended_no_more() -> None:
    given(DECLARED).when(RETIRED).then(RETIRED)
    given(DECLARED, RETIRED).when(RETIRED).then_nothing()
    given(DECLARED, RETIRED).when(AMENDED).refused("retired")


def test_what_was_never_declared_is_neither_amended_nor_retired() -> None:
    given().when(AMENDED).refused("unknown-activity", "data.activity")
    given().when(RETIRED).refused("unknown-activity", "data.activity")


def of_officer(*facts: Any) -> Given:
    return given(*facts).within(OFFICER)


def test_an_officer_reviews_the_entry_as_it_is() -> None:
    review = replace(REVIEWED, version=None)
    of_officer(DECLARED).when(review).then(replace(REVIEWED, version=1))
    of_officer(DECLARED, AMENDED).when(review).then(REVIEWED)
    of_officer(DECLARED, AMENDED).when(REVIEWED).then(REVIEWED)
    # A review is no new version of the entry, so that one may follow another.
    of_officer(DECLARED, AMENDED, REVIEWED).when(REVIEWED).then(REVIEWED)


def test_what_was_changed_since_it_was_read_is_not_reviewed() -> None:
    of_officer(DECLARED).when(REVIEWED).refused("stale-version", "data.version")
    phone = replace(AMENDED, categories=None, review_due=None, system="Server")
    of_officer(DECLARED, AMENDED, phone).when(REVIEWED).refused("stale-version", "data.version")


def test_only_an_officer_reviews() -> None:
    given(DECLARED, AMENDED).when(REVIEWED).refused("not-permitted", "actor")


def test_the_next_review_comes_later() -> None:
    past = replace(REVIEWED, review_due=date(2026, 1, 3))
    of_officer(DECLARED, AMENDED).when(past, day=3).refused("malformed-value", "data.review_due")
    of_officer(DECLARED, AMENDED).when(past, day=2).then(past)


def test_only_what_is_declared_and_runs_is_reviewed() -> None:
    of_officer().when(REVIEWED).refused("unknown-activity", "data.activity")
    of_officer(DECLARED, RETIRED).when(REVIEWED).refused("retired")


def test_a_review_moves_the_day_of_the_next() -> None:
    history = history_of("activity", DECLARED, AMENDED, context=OFFICER)
    history.append(REVIEWED)
    assert history.state.declared.review_due == REVIEWED.review_due
    moved = ActivityAmended(activity="contract", review_due=REVIEWED.review_due, reason="Same")
    assert history.decide(moved) == ()


def test_the_policy_is_the_entry_as_amended() -> None:
    assert policy(ActivityState()) is None
    expected = ActivityPolicy(
        activity="contract", categories=frozenset(DECLARED.categories), bases=DECLARED.bases
    )
    assert policy(history_of("activity", DECLARED).state) == expected
    amended = policy(history_of("activity", DECLARED, AMENDED).state)
    assert amended is not None
    assert amended.categories == expected.categories | {Category.CONTACT_PHONE}
    retired = policy(history_of("activity", DECLARED, RETIRED).state)
    assert retired == replace(expected, retired=True)
    marketing = replace(DECLARED, direct_marketing=True)
    assert policy(history_of("activity", marketing).state) == replace(
        expected, direct_marketing=True
    )
