"""A member of staff: registered, given other roles, gone."""

from dataclasses import replace

from ropa.domain.staff.examples import (
    DETAILS,
    ERASURE_DECIDED,
    LEFT,
    NAME_GIVEN_OUT,
    REGISTERED,
    ROLES_CHANGED,
)
from ropa.kernel.ids import Role
from tests.given import SHOP, given, history_of

ASKED = replace(SHOP, requests=frozenset({NAME_GIVEN_OUT.request}))


def test_a_member_of_staff_is_registered_once() -> None:
    given().when(REGISTERED, DETAILS).then(REGISTERED)
    given(REGISTERED).when(REGISTERED, DETAILS).refused("already-exists")
    given(REGISTERED, LEFT).when(REGISTERED, DETAILS).then(REGISTERED)


def test_other_roles_are_recorded_and_the_same_ones_in_another_order_are_not() -> None:
    given(REGISTERED).when(ROLES_CHANGED).then(ROLES_CHANGED)
    turned = replace(ROLES_CHANGED, roles=(Role.BILLING, Role.SUPPORT, Role.BILLING))
    given(REGISTERED, ROLES_CHANGED).when(turned).then_nothing()
    given(REGISTERED).when(replace(ROLES_CHANGED, roles=REGISTERED.roles)).then_nothing()


def test_who_has_no_roles_can_be_given_some() -> None:
    none = replace(ROLES_CHANGED, roles=())
    given(REGISTERED).when(none).then(none)
    given(REGISTERED, none).when(ROLES_CHANGED).then(ROLES_CHANGED)


def test_one_leaves_once_and_has_no_roles_afterwards() -> None:
    given(REGISTERED).when(LEFT).then(LEFT)
    given(REGISTERED, LEFT).when(LEFT).then_nothing()
    given(REGISTERED, LEFT).when(ROLES_CHANGED).refused("unknown-staff")
    state = history_of("staff", REGISTERED, ROLES_CHANGED, LEFT).state
    assert (state.roles, state.left) == (frozenset(), True)


def test_nothing_is_recorded_of_somebody_who_was_never_registered() -> None:
    given().when(ROLES_CHANGED).refused("unknown-staff")
    given().when(LEFT).refused("unknown-staff")
    given().within(ASKED).when(NAME_GIVEN_OUT).refused("unknown-staff")


def test_a_name_is_given_out_to_somebody_who_asked_each_time() -> None:
    for history in ((REGISTERED,), (REGISTERED, NAME_GIVEN_OUT), (REGISTERED, LEFT)):
        given(*history).within(ASKED).when(NAME_GIVEN_OUT).then(NAME_GIVEN_OUT)
    given(REGISTERED).when(NAME_GIVEN_OUT).refused("unknown-request", "data.request")


def test_a_name_that_was_erased_is_not_given_out_until_there_is_one_again() -> None:
    erased = (REGISTERED, LEFT, ERASURE_DECIDED)
    given(*erased).within(ASKED).when(NAME_GIVEN_OUT).refused("erased")
    given(*erased, REGISTERED).within(ASKED).when(NAME_GIVEN_OUT).then(NAME_GIVEN_OUT)
