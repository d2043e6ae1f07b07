"""A member of staff: registered, given other roles, gone."""

from dataclasses import replace

from ropa.domain.staff.examples import DETAILS, LEFT, REGISTERED, ROLES_CHANGED
from ropa.kernel.ids import Role
from tests.given import given, history_of


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
