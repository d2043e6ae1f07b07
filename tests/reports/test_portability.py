"""The file that a person takes along: a part of the access report, and no more than Art. 20."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from ropa.domain.person.events import (
    ActivityStarted,
    Carried,
    ConsentWithdrawn,
    ContactChanged,
    DetailsCarried,
    MergeGround,
    Restricted,
    RestrictionGround,
    RestrictionLifted,
)
from ropa.domain.person.examples import (
    CONSENT_GIVEN,
    OBJECTED,
    RECORD_FILED,
    REGISTERED,
)
from ropa.domain.request import examples as request
from ropa.domain.request.events import RequestKind
from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround
from ropa.kernel.ids import ActivityId, Channel
from ropa.kernel.law import LegalBasis
from ropa.kernel.opening import Damaged, Erased, Opened, Values
from ropa.kernel.opening import Restricted as Hidden
from ropa.reports.access import build as access
from ropa.reports.access.model import Plain
from ropa.reports.cell import Cell
from ropa.reports.portability import build as portability
from ropa.reports.portability.build import by_the_person
from ropa.reports.portability.model import LeftOutReason, Portability, Ported, Provided
from ropa.reports.rights import Right
from tests.histories import ANNA, BERT, Log, merged, noon
from tests.reports.test_access import (
    ACCOUNT,
    EMAIL,
    ENDED,
    NAME,
    PHONE,
    STARTED,
    VOUCHER,
    changed,
    register,
)
from tests.reports.test_evidence import CATEGORIES, PERSON, logs, named
from tests.strategies import events

CONTRACT, CONSENT = LegalBasis.CONTRACT, LegalBasis.CONSENT
CUSTOMER = ActivityStarted(activity="marketing", basis=LegalBasis.LEGITIMATE_INTEREST)
WITHDRAWN = ConsentWithdrawn(activity="marketing", channel=Channel.PHONE)
ASKED = replace(request.RECEIVED, kinds=(RequestKind.PORTABILITY,))
DETAILS = st.tuples(
    events(ContactChanged, activities=named, removed=st.just(())),
    st.just(ANNA),
    st.just(CATEGORIES),
)
TOLD = st.booleans().flatmap(lambda details: DETAILS if details else PERSON)
"""Events of all kinds about a person, every second of which gives values."""


def paper(log: Log, person: str | None = ANNA) -> Portability:
    return portability.build(log.sources(person))


def part(log: Log, activity: str) -> Ported:
    return next(one for one in paper(log).activities if one.activity == activity)


def taken(log: Log) -> set[tuple[ActivityId, Category, Any]]:
    return {
        (one.activity, value.category, value.value)
        for one in paper(log).activities
        for value in one.values
    }


def left(log: Log, activity: str) -> dict[LeftOutReason, tuple[Category, ...]]:
    return {one.reason: one.categories.value or () for one in part(log, activity).left_out}


def customer() -> Log:
    log = register()
    log.add(STARTED, ANNA)
    log.add(changed("contract"), ANNA, {"contract": {EMAIL: "anna@x", NAME: "Anna"}})
    return log


def subscriber(basis: Any) -> Log:
    log = register()
    log.add(basis, ANNA)
    log.add(changed("marketing"), ANNA, {"marketing": {EMAIL: "anna@x"}})
    return log


# What is in it.


def test_what_the_person_provided_under_a_contract_is_in_it() -> None:
    log = customer()
    position = len(log.events)
    found = part(log, "contract")
    assert found.bases.value == (CONTRACT,)
    email, name = found.values
    assert email == Provided(
        value="anna@x",
        evidence=(2, position - 1, position),
        position=position,
        category=EMAIL,
        since=noon(position).date(),
        channel=Channel.E_MAIL,
        source="webshop",
    )
    assert (name.category, name.value) == (NAME, "Anna")
    assert found.left_out == ()


def test_what_was_replaced_or_removed_is_not_in_it() -> None:
    log = customer()
    log.add(changed("contract"), ANNA, {"contract": {EMAIL: "new@x"}})
    log.add(changed("contract", removed=(NAME,)), ANNA)
    assert taken(log) == {("contract", EMAIL, "new@x")}
    assert left(log, "contract") == {}


def test_a_copied_value_is_as_it_was_provided_to_begin_with() -> None:
    log = customer()
    provided = len(log.events)
    log.add(CONSENT_GIVEN, ANNA)
    values = (Carried(category=EMAIL, position=provided),)
    copied = DetailsCarried(origin="contract", target="marketing", values=values)
    again = log.add(copied, ANNA, {"marketing": {EMAIL: "anna@x"}})
    values = (Carried(category=EMAIL, position=again),)
    copied = DetailsCarried(origin="marketing", target="marketing", values=values)
    log.add(copied, ANNA, {"marketing": {EMAIL: "anna@x"}})
    (value,) = part(log, "marketing").values
    assert (value.value, value.channel, value.source) == ("anna@x", Channel.E_MAIL, "webshop")
    assert value.since == noon(provided).date()
    assert {provided, again, len(log.events)} <= {*value.evidence}


def test_records_of_one_person_are_read_together() -> None:
    log = customer()
    log.add(STARTED, BERT)
    log.add(changed("contract"), BERT, {"contract": {PHONE: "070"}})
    for one in merged(ANNA, BERT, MergeGround.SAME_ACCOUNT):
        log.add(*one)
    assert taken(log) >= {("contract", EMAIL, "anna@x"), ("contract", PHONE, "070")}
    assert paper(log).records.value == tuple(sorted((ANNA, BERT)))


@pytest.mark.parametrize("ended", [ENDED, WITHDRAWN])
def test_what_is_still_held_after_the_end_can_be_taken_along(ended: Any) -> None:
    log = customer() if ended is ENDED else subscriber(CONSENT_GIVEN)
    before = taken(log)
    log.add(ended, ANNA)
    assert taken(log) == before != set()


# What is not.


def test_what_rests_on_a_legitimate_interest_is_not_in_it() -> None:
    log = subscriber(CUSTOMER)
    assert taken(log) == set()
    assert left(log, "marketing") == {LeftOutReason.BASIS: (EMAIL,)}
    assert part(log, "marketing").bases.value == ()
    log.add(OBJECTED, ANNA)
    assert taken(log) == set()


def test_a_consent_that_was_withdrawn_while_another_basis_holds_counts_no_more() -> None:
    log = subscriber(CONSENT_GIVEN)
    log.add(ActivityStarted(activity="contract", basis=LegalBasis.LEGITIMATE_INTEREST), ANNA)
    log.add(changed("contract"), ANNA, {"contract": {EMAIL: "anna@x"}})
    log.add(replace(CONSENT_GIVEN, activity="contract"), ANNA)
    assert ("contract", EMAIL, "anna@x") in taken(log)
    log.add(ConsentWithdrawn(activity="contract", channel=Channel.PHONE), ANNA)
    assert ("contract", EMAIL, "anna@x") not in taken(log)


def test_vouchers_numbers_of_accounts_and_requests_are_not_in_it() -> None:
    log = register()
    log.add(REGISTERED, ANNA, {"accountability": {ACCOUNT: "K-1"}})
    log.add(RECORD_FILED, ANNA, {"bookkeeping": {VOUCHER: "A-1", NAME: "Anna"}})
    log.add(request.RECEIVED, ANNA, {"rights": {Category.REQUEST_TEXT: "Mine?"}})
    assert taken(log) == set()
    assert {one.activity: left(log, one.activity) for one in paper(log).activities} == {
        "accountability": {LeftOutReason.BASIS: (ACCOUNT,)},
        "bookkeeping": {LeftOutReason.BASIS: (NAME, VOUCHER)},
        "rights": {LeftOutReason.BASIS: (Category.REQUEST_TEXT,)},
    }


def test_an_accounts_number_is_given_to_the_person_and_not_by_them() -> None:
    log = customer()
    log.add(replace(REGISTERED, activities=("contract",)), ANNA, {"contract": {ACCOUNT: "K-1"}})
    assert {category for _, category, _ in taken(log)} == {EMAIL, NAME}
    assert left(log, "contract") == {LeftOutReason.NOT_PROVIDED: (ACCOUNT,)}


@pytest.mark.parametrize("channel", Channel)
def test_what_came_by_an_import_is_not_known_to_come_from_the_person(channel: Channel) -> None:
    log = customer()
    event = ContactChanged(channel=channel, activities=("contract",))
    log.add(event, ANNA, {"contract": {PHONE: "070"}})
    assert by_the_person(channel) is (channel is not Channel.IMPORT)
    assert (("contract", PHONE, "070") in taken(log)) is by_the_person(channel)
    gone = {} if by_the_person(channel) else {LeftOutReason.NOT_PROVIDED: (PHONE,)}
    assert left(log, "contract") == gone


@pytest.mark.parametrize(
    ("opened", "reason"),
    [
        (
            Erased(position=1, ground=ErasureGround.REQUESTED, on=noon(9).date()),
            LeftOutReason.ERASED,
        ),
        (Damaged(), LeftOutReason.UNREADABLE),
        (Hidden(), LeftOutReason.RESTRICTED),
    ],
)
def test_what_cannot_be_read_is_told_and_no_blank(opened: Opened, reason: LeftOutReason) -> None:
    log = customer()
    log.boxes[len(log.events), "contract"] = opened
    assert taken(log) == set()
    assert left(log, "contract") == {reason: (EMAIL, NAME)}


# Restriction (Art. 18(2)): who asks for the file consents to its being made.


def test_what_is_restricted_is_handed_out_only_to_who_asks_for_the_file() -> None:
    log = customer()
    ground = RestrictionGround.ACCURACY_CONTESTED
    log.add(Restricted(activities=("contract",), ground=ground), ANNA)
    assert taken(log) == set()
    assert left(log, "contract") == {LeftOutReason.RESTRICTED: (EMAIL, NAME)}
    log.add(request.RECEIVED, ANNA)  # another right than this
    assert taken(log) == set()
    asked = log.without(len(log.events))
    received = asked.add(ASKED, ANNA)
    assert len(taken(asked)) == 2
    assert part(asked, "contract").restricted.value is ground
    assert all(received in value.evidence for value in part(asked, "contract").values)
    asked.add(request.ANSWERED, ANNA)
    assert taken(asked) == set()
    lifted = RestrictionLifted(activities=("contract",), informed_on=noon(9).date())
    asked.add(lifted, ANNA)
    assert len(taken(asked)) == 2


def test_only_what_may_be_in_it_is_opened() -> None:
    log = customer()
    log.add(RECORD_FILED, ANNA, {"bookkeeping": {VOUCHER: "A-1"}})
    log.add(CUSTOMER, ANNA)
    log.add(changed("marketing"), ANNA, {"marketing": {EMAIL: "anna@x"}})
    opened = set()

    def opening(event: Any, activity: str) -> Opened:
        opened.add(activity)
        return log.boxes[event.position, activity]

    portability.build(replace(log.sources(ANNA), open=opening))
    assert opened == {"contract"}


# Nothing at all.


def test_of_nobody_nothing_is_held() -> None:
    found = paper(customer(), None)
    assert found.held == Cell(value=False)
    assert found.activities == ()
    assert found.contact.value == "x@y.example"


# The law: it is a part of the access report.


@given(logs(TOLD, size=12), st.sampled_from([STARTED, CONSENT_GIVEN, CUSTOMER]))
def test_every_value_stands_in_the_access_report_too(drawn: Log, basis: Any) -> None:
    log = register()
    log.add(basis, ANNA, day=1)
    for told in drawn.events:
        boxes = ((one, drawn.boxes[told.position, one]) for one in told.sealed)
        sealed = {one: box.values for one, box in boxes if isinstance(box, Values)}
        log.add(told.data, told.subject, sealed)
    whole = access.build(log.sources(ANNA))
    rights = {one.right: one.activities.value or () for one in whole.rights}
    current = {
        (share.activity, item.position, item.category): item
        for share in whole.shares
        for item in share.items
        if item.ended.value is None
    }
    found = paper(log)
    for one in found.activities:
        assert {*(one.bases.value or ())} <= {CONSENT, CONTRACT}
        for value in one.values:
            event("a value is taken along")
            assert one.activity in rights[Right.PORTABILITY]
            item = current[one.activity, value.position, value.category]
            assert item.value.value == Plain(value.value)
            assert value.channel is not Channel.IMPORT
        gone = {category for part in one.left_out for category in part.categories.value or ()}
        # And each value that is held is in the file, or is told to be left out.
        assert {value.category for value in one.values} | gone == {
            category for activity, _, category in current if activity == one.activity
        }
