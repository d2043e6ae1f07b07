"""Details carried to an activity that gets a basis: which, from where, and from where never."""

from dataclasses import replace
from datetime import date

from hypothesis import given as sometimes
from hypothesis import strategies as st

from ropa.domain.person.events import Carried, ContactChanged, DetailsCarried
from ropa.domain.person.examples import (
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    CONTRACT_ENDED,
    CONTRACT_STARTED,
    DETAILS,
    RECORD,
    RECORD_FILED,
    REGISTERED,
    RESTRICTED,
    RESTRICTION_LIFTED,
)
from ropa.domain.person.state import has_basis
from ropa.domain.person.values import ContactDetails
from ropa.kernel.categories import Category
from ropa.kernel.decider import ActivityPolicy
from ropa.kernel.ids import Channel
from ropa.kernel.law import Duty, LegalBasis
from tests.given import SHOP, Told, at, given, history_of, policy, telling, world
from tests.strategies import person_facts, policies

EMAIL, NAME = Category.CONTACT_EMAIL, Category.CONTACT_NAME
FOR_CONTRACT = ContactChanged(channel=Channel.ACCOUNT_PAGE, activities=("contract",))
CONTACT = telling(FOR_CONTRACT, DETAILS)
NEW_EMAIL = ContactDetails(email="ny@exempel.example")
CUSTOMER = (REGISTERED, CONTRACT_STARTED, CONTACT)


def carried(origin: str, target: str, **positions: int) -> DetailsCarried:
    values = tuple(
        Carried(category=Category(f"contact.{name}"), position=position)
        for name, position in sorted(positions.items())
    )
    return DetailsCarried(origin=origin, target=target, values=values)


def test_consent_carries_what_is_held_and_the_activity_declares() -> None:
    given(*CUSTOMER).when(CONSENT_GIVEN).then(
        CONSENT_GIVEN, carried("contract", "marketing", email=3, name=3)
    )


def test_a_start_on_another_basis_carries_too() -> None:
    club = replace(CONTRACT_STARTED, activity="club")
    given(*CUSTOMER).when(club).then(
        club, carried("contract", "club", address=3, email=3, name=3, phone=3)
    )


def test_each_value_is_carried_from_where_it_was_given_last() -> None:
    for_club = replace(FOR_CONTRACT, activities=("club",))
    history = (*CUSTOMER, replace(CONTRACT_STARTED, activity="club"), telling(for_club, NEW_EMAIL))
    given(*history).when(CONSENT_GIVEN).then(
        CONSENT_GIVEN,
        carried("club", "marketing", email=5),
        carried("contract", "marketing", name=3),
    )
    given(*history, CONTACT).when(CONSENT_GIVEN).then(
        CONSENT_GIVEN, carried("contract", "marketing", email=6, name=6)
    )


def test_a_value_that_comes_in_late_is_not_the_latest() -> None:
    late = at(2, FOR_CONTRACT, NEW_EMAIL)
    given(*CUSTOMER, late).when(CONSENT_GIVEN).then(
        CONSENT_GIVEN, carried("contract", "marketing", email=3, name=3)
    )


def test_of_two_values_of_one_moment_the_one_that_came_in_last_is_the_latest() -> None:
    given(*CUSTOMER, at(3, FOR_CONTRACT, NEW_EMAIL)).when(CONSENT_GIVEN).then(
        CONSENT_GIVEN, carried("contract", "marketing", email=4, name=3)
    )


def test_what_is_held_already_is_carried_only_where_a_later_value_is_held() -> None:
    consented = (*CUSTOMER, CONSENT_GIVEN, carried("contract", "marketing", email=3, name=3))
    given(*consented).when(CONSENT_GIVEN).then(CONSENT_GIVEN)
    given(*consented, telling(FOR_CONTRACT, NEW_EMAIL)).when(CONSENT_GIVEN).then(
        CONSENT_GIVEN, carried("contract", "marketing", email=6)
    )
    at_the_same_moment = at(3, FOR_CONTRACT, NEW_EMAIL)
    given(*consented, at_the_same_moment).when(CONSENT_GIVEN).then(
        CONSENT_GIVEN, carried("contract", "marketing", email=6)
    )


def test_what_was_carried_is_carried_on_from_where_it_lies() -> None:
    consented = (*CUSTOMER, CONSENT_GIVEN, carried("contract", "marketing", email=3, name=3))
    club = replace(CONTRACT_STARTED, activity="club")
    given(*consented, CONTRACT_ENDED).when(club).then(
        club, carried("marketing", "club", email=5, name=5)
    )


def test_consent_that_is_withdrawn_already_carries_nothing() -> None:
    before = given(*CUSTOMER, at(9, CONSENT_WITHDRAWN))
    before.when(CONSENT_GIVEN, day=8).then(CONSENT_GIVEN)
    before.when(CONSENT_GIVEN, day=9).then(CONSENT_GIVEN)


def test_a_start_that_ended_already_carries_nothing() -> None:
    club = replace(CONTRACT_STARTED, activity="club")
    before = given(*CUSTOMER, at(9, replace(CONTRACT_ENDED, activity="club")))
    before.when(club, day=8).then(club)


def test_nothing_is_carried_from_what_has_ended_or_is_restricted() -> None:
    given(*CUSTOMER, CONTRACT_ENDED).when(CONSENT_GIVEN).then(CONSENT_GIVEN)
    given(*CUSTOMER, RESTRICTED).when(CONSENT_GIVEN).then(CONSENT_GIVEN)
    lifted = replace(RESTRICTION_LIFTED, informed_on=date(2026, 1, 1))
    given(*CUSTOMER, RESTRICTED, lifted).when(CONSENT_GIVEN).then(
        CONSENT_GIVEN, carried("contract", "marketing", email=3, name=3)
    )


def test_nothing_is_carried_from_the_vouchers() -> None:
    given(REGISTERED, telling(RECORD_FILED, RECORD)).when(CONSENT_GIVEN).then(CONSENT_GIVEN)


def test_nothing_is_carried_from_the_vouchers_even_if_their_activity_has_another_basis_too() -> (
    None
):
    mixed = world(
        policy("bookkeeping", NAME, EMAIL, bases=(Duty.ACCOUNTING, LegalBasis.CONTRACT)),
        SHOP.activities["marketing"],
    )
    started = replace(CONTRACT_STARTED, activity="bookkeeping")
    by_contract = replace(FOR_CONTRACT, activities=("bookkeeping",))
    given(REGISTERED, started, telling(by_contract, NEW_EMAIL)).within(mixed).when(
        CONSENT_GIVEN
    ).then(CONSENT_GIVEN)


def test_nothing_is_carried_from_a_retired_or_unknown_activity() -> None:
    retired = replace(SHOP.activities["contract"], retired=True)
    marketing = SHOP.activities["marketing"]
    history = history_of("person", *CUSTOMER)
    history.context = world(retired, marketing)
    assert len(history.decide(CONSENT_GIVEN)) == 1
    history.context = world(marketing)
    assert len(history.decide(CONSENT_GIVEN)) == 1


def test_nothing_is_carried_that_its_own_activity_has_ceased_to_declare() -> None:
    history = history_of("person", *CUSTOMER)
    narrower = policy("contract", NAME, bases=(LegalBasis.CONTRACT,))
    history.context = world(narrower, SHOP.activities["marketing"])
    assert [draft.data for draft in history.decide(CONSENT_GIVEN)] == [
        CONSENT_GIVEN,
        carried("contract", "marketing", name=3),
    ]


def test_what_was_removed_is_not_carried_and_no_older_value_brings_it_back() -> None:
    removed = at(5, replace(FOR_CONTRACT, removed=(EMAIL,)))
    only_the_name = (CONSENT_GIVEN, carried("contract", "marketing", name=3))
    given(*CUSTOMER, removed).when(CONSENT_GIVEN).then(*only_the_name)
    given(*CUSTOMER, removed, at(4, FOR_CONTRACT, NEW_EMAIL)).when(CONSENT_GIVEN).then(
        *only_the_name
    )
    given(*CUSTOMER, removed, at(6, FOR_CONTRACT, NEW_EMAIL)).when(CONSENT_GIVEN).then(
        CONSENT_GIVEN, carried("contract", "marketing", email=5, name=3)
    )


def test_a_removal_that_comes_in_late_leaves_the_later_value() -> None:
    removed = at(2, replace(FOR_CONTRACT, removed=(EMAIL,)))
    given(*CUSTOMER, removed).when(CONSENT_GIVEN).then(
        CONSENT_GIVEN, carried("contract", "marketing", email=3, name=3)
    )


def test_a_value_that_is_removed_and_given_at_once_is_the_one_that_is_given() -> None:
    corrected = telling(replace(FOR_CONTRACT, removed=(EMAIL, NAME)), NEW_EMAIL)
    given(*CUSTOMER, corrected).when(CONSENT_GIVEN).then(
        CONSENT_GIVEN, carried("contract", "marketing", email=4)
    )


# Laws, for any register and anything that is told of a person.

NAMES = ("contract", "marketing", "bookkeeping", "club")


CLUB_STARTED = replace(CONTRACT_STARTED, activity="club")


@sometimes(
    person_facts(NAMES),
    st.sampled_from([at(7, CONSENT_GIVEN), at(7, CLUB_STARTED)]),
    policies(NAMES),
    policies(NAMES),
)
def test_carrying_keeps_within_what_is_declared_and_live_and_unrestricted(
    facts: list[Told],
    last: Told,
    first: dict[str, ActivityPolicy],
    then: dict[str, ActivityPolicy],
) -> None:
    history = history_of("person")
    history.context = replace(SHOP, activities={**SHOP.activities, **first})
    for number, fact in enumerate([*facts, last]):
        if number == len(facts) // 2:
            history.context = replace(SHOP, activities={**SHOP.activities, **then})
        before, known = history.state, len(history.events)
        if not history.tell(fact):
            continue
        for event in history.events[known:]:
            if isinstance(event.data, DetailsCarried):
                origin = history.context.activities[event.data.origin]
                target = history.context.activities[event.data.target]
                assert has_basis(before, origin)
                assert not origin.retired
                assert origin.activity not in before.restricted
                assert all(basis.duty is None for basis in origin.bases)
                assert has_basis(history.state, target)
                assert event.data.values
                for item in event.data.values:
                    assert item.category in origin.categories & target.categories
                    box = history.events[item.position - 1].sealed[origin.activity]
                    assert item.category in box.categories


@sometimes(person_facts())
def test_what_is_held_lies_in_a_box_and_vouchers_only_in_those_of_bookkeeping(
    facts: list[Told],
) -> None:
    history = history_of("person")
    for fact in facts:
        history.tell(fact)
    for activity, held in history.state.held.items():
        for category, found in held.items():
            box = history.events[found.position - 1].sealed.get(activity)
            assert found.removed or (box is not None and category in box.categories)
            assert activity == "bookkeeping" or not category.startswith("financial.")
