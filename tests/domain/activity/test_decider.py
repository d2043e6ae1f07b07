"""An activity's entry, and the policy that it comes to."""

from dataclasses import replace

from ropa.domain.activity.decider import ActivityState, policy
from ropa.domain.activity.events import ActivityAmended
from ropa.domain.activity.examples import AMENDED, DECLARED, RETIRED
from ropa.kernel.categories import Category
from ropa.kernel.decider import ActivityPolicy
from tests.given import given, history_of

CARRIER = ("parcel-carrier",)
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
