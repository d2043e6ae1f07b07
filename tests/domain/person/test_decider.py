"""A person: what is recorded of what applications say, and what is refused."""

from dataclasses import replace

import pytest

from ropa.domain.person.events import (
    ActivityStarted,
    ContactChanged,
    Disclosed,
    NoticeVersion,
    PersonMerged,
    PersonParted,
)
from ropa.domain.person.examples import (
    CARRIED,
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    CONTACT_CHANGED,
    CONTRACT_ENDED,
    CONTRACT_STARTED,
    DETAILS,
    DISCLOSED,
    IDENTIFIED,
    INVOICING_NUMBER,
    LOOKED_UP,
    MERGED,
    NUMBER,
    OBJECTED,
    PARTED,
    RECORD,
    RECORD_FILED,
    REGISTERED,
    REPORT_MADE,
    RESTRICTED,
    RESTRICTION_LIFTED,
)
from ropa.domain.person.values import ContactDetails
from ropa.kernel.categories import Category
from ropa.kernel.decider import Draft
from ropa.kernel.ids import Channel
from ropa.kernel.law import LegalBasis
from tests.given import ME, OTHER, SHOP, at, given, history_of, refusal


def club_started(basis: LegalBasis) -> ActivityStarted:
    return ActivityStarted(activity="club", basis=basis)


# Coming to be.


def test_only_a_registration_makes_a_person() -> None:
    given().when(REGISTERED, NUMBER).then(REGISTERED)


@pytest.mark.parametrize(
    "fact",
    [
        IDENTIFIED,
        CONTACT_CHANGED,
        CONTRACT_STARTED,
        CONTRACT_ENDED,
        CONSENT_GIVEN,
        CONSENT_WITHDRAWN,
        OBJECTED,
        RESTRICTED,
        RESTRICTION_LIFTED,
        RECORD_FILED,
        DISCLOSED,
        CARRIED,
        MERGED,
        PARTED,
        LOOKED_UP,
        REPORT_MADE,
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_any_other_fact_about_an_unknown_person_is_refused(fact: object) -> None:
    given().when(fact).refused("unknown-subject", "subject")


def test_a_second_registration_changes_nothing() -> None:
    given(REGISTERED).when(REGISTERED, NUMBER).then_nothing()


def test_a_further_number_is_recorded() -> None:
    given(REGISTERED).when(IDENTIFIED, INVOICING_NUMBER).then(IDENTIFIED)


def test_what_staff_and_reports_saw_is_recorded_in_a_stream_that_knows_no_registration() -> None:
    looked_at = replace(SHOP, persons=frozenset({ME}))
    given().within(looked_at).when(LOOKED_UP).then(LOOKED_UP)
    given(LOOKED_UP).within(looked_at).when(LOOKED_UP).then(LOOKED_UP)
    given(LOOKED_UP).within(looked_at).when(REPORT_MADE).then(REPORT_MADE)


# Contact details and accounting records.


def test_contact_details_are_recorded_each_time() -> None:
    before = given(REGISTERED, CONTRACT_STARTED, at(3, CONTACT_CHANGED, DETAILS))
    before.when(CONTACT_CHANGED, DETAILS, day=3).then(CONTACT_CHANGED)


def test_contact_details_may_be_removed_without_new_ones() -> None:
    removed = replace(CONTACT_CHANGED, removed=(Category.CONTACT_PHONE,))
    given(REGISTERED).when(removed).then(removed)


def test_contact_details_that_give_and_remove_nothing_are_refused() -> None:
    before = given(REGISTERED, CONTRACT_STARTED)
    before.when(CONTACT_CHANGED).refused("nothing-given", "data.personal")
    before.when(CONTACT_CHANGED, ContactDetails()).refused("nothing-given", "data.personal")


@pytest.mark.parametrize(
    ("activity", "code"), [("nowhere", "unknown-activity"), ("lottery", "retired")]
)
def test_nothing_is_given_for_an_unknown_or_a_retired_activity(activity: str, code: str) -> None:
    fact = replace(CONTACT_CHANGED, activities=("contract", activity))
    given(REGISTERED, CONTRACT_STARTED).when(fact, DETAILS).refused(code, "data.activities")


def test_an_accounting_record_is_recorded_whatever_has_ended() -> None:
    given(REGISTERED).when(RECORD_FILED, RECORD).then(RECORD_FILED)
    given(REGISTERED, CONTRACT_STARTED, CONTRACT_ENDED, OBJECTED).when(RECORD_FILED, RECORD).then(
        RECORD_FILED
    )


# Activities on a basis that is not consent.


def test_an_activity_starts_on_a_basis_that_it_declares() -> None:
    given(REGISTERED).when(CONTRACT_STARTED).then(CONTRACT_STARTED)


def test_a_start_that_is_told_again_changes_nothing_also_after_the_end() -> None:
    given(REGISTERED, at(3, CONTRACT_STARTED)).when(CONTRACT_STARTED, day=3).then_nothing()
    ended = given(REGISTERED, at(3, CONTRACT_STARTED), at(5, CONTRACT_ENDED))
    ended.when(CONTRACT_STARTED, day=3).then_nothing()
    ended.when(CONTRACT_STARTED, day=2).then_nothing()


def test_an_activity_starts_again_after_it_ended() -> None:
    ended = given(REGISTERED, CONTRACT_STARTED, CONTRACT_ENDED)
    ended.when(CONTRACT_STARTED).then(CONTRACT_STARTED)


def test_a_later_start_counts_even_if_the_end_before_it_is_told_afterwards() -> None:
    running = given(REGISTERED, at(2, CONTRACT_STARTED))
    running.when(CONTRACT_STARTED, day=5).then(CONTRACT_STARTED)


def test_an_activity_starts_on_a_second_basis() -> None:
    contract, interest = LegalBasis.CONTRACT, LegalBasis.LEGITIMATE_INTEREST
    before = given(REGISTERED, at(2, club_started(contract)))
    before.when(club_started(interest), day=1).then(club_started(interest))


@pytest.mark.parametrize(
    ("fact", "code", "field"),
    [
        (replace(CONTRACT_STARTED, activity="nowhere"), "unknown-activity", "data.activity"),
        (replace(CONTRACT_STARTED, activity="lottery"), "retired", "data.activity"),
        (club_started(LegalBasis.CONSENT), "consent-needed", "data.basis"),
        (club_started(LegalBasis.VITAL_INTEREST), "basis-not-declared", "data.basis"),
        (
            ActivityStarted(activity="bookkeeping", basis=LegalBasis.LEGAL_OBLIGATION),
            "basis-not-declared",
            "data.basis",
        ),
    ],
)
def test_a_start_is_refused(fact: ActivityStarted, code: str, field: str) -> None:
    given(REGISTERED).when(fact).refused(code, field)


def test_an_activity_ends_and_ends_once() -> None:
    given(REGISTERED, CONTRACT_STARTED).when(CONTRACT_ENDED).then(CONTRACT_ENDED)
    ended = given(REGISTERED, CONTRACT_STARTED, at(5, CONTRACT_ENDED))
    ended.when(CONTRACT_ENDED, day=5).then_nothing()
    ended.when(CONTRACT_ENDED, day=4).then_nothing()
    ended.when(CONTRACT_ENDED, day=6).then(CONTRACT_ENDED)


def test_an_end_may_come_before_its_start_and_after_the_activity_was_retired() -> None:
    given(REGISTERED).when(CONTRACT_ENDED).then(CONTRACT_ENDED)
    fact = replace(CONTRACT_ENDED, activity="lottery")
    given(REGISTERED).when(fact).then(fact)
    nowhere = replace(CONTRACT_ENDED, activity="nowhere")
    given(REGISTERED).when(nowhere).refused("unknown-activity", "data.activity")


# Disclosure.


def test_a_disclosure_to_a_declared_recipient_is_recorded_each_time() -> None:
    given(REGISTERED, DISCLOSED).when(DISCLOSED).then(DISCLOSED)


@pytest.mark.parametrize(
    ("fact", "code", "field"),
    [
        (replace(DISCLOSED, activity="nowhere"), "unknown-activity", "data.activity"),
        (replace(DISCLOSED, recipient="nobody"), "unknown-recipient", "data.recipient"),
    ],
)
def test_a_disclosure_is_refused(fact: Disclosed, code: str, field: str) -> None:
    given(REGISTERED).when(fact).refused(code, field)


# Two records of one person.


def test_a_merger_stands_in_both_histories_and_is_recorded_once() -> None:
    mirrored = Draft(data=PersonMerged(other=ME, ground=MERGED.ground), subject=OTHER)
    given(REGISTERED).when(MERGED).then(MERGED, mirrored)
    given(REGISTERED, MERGED).when(MERGED).then_nothing()


def test_a_parting_stands_in_both_histories_and_undoes_the_merger() -> None:
    mirrored = Draft(data=PersonParted(other=ME), subject=OTHER)
    given(REGISTERED, MERGED).when(PARTED).then(PARTED, mirrored)
    given(REGISTERED, MERGED, PARTED).when(PARTED).refused("not-merged", "data.other")
    again = Draft(data=PersonMerged(other=ME, ground=MERGED.ground), subject=OTHER)
    given(REGISTERED, MERGED, PARTED).when(MERGED).then(MERGED, again)


def test_a_merger_needs_two_persons_of_the_register() -> None:
    with_myself = replace(MERGED, other=ME)
    given(REGISTERED).when(with_myself).refused("same-person", "data.other")
    unknown = replace(MERGED, other="00000000-0000-4000-8000-000000000000")
    given(REGISTERED).when(unknown).refused("unknown-subject", "data.other")
    given(REGISTERED).when(PARTED).refused("not-merged", "data.other")


def test_what_was_carried_is_recorded_as_it_stands() -> None:
    given(REGISTERED).when(CARRIED).then(CARRIED)


def test_the_channel_of_details_changes_nothing_of_what_is_decided() -> None:
    for channel in Channel:
        fact = ContactChanged(channel=channel, activities=("contract",))
        given(REGISTERED, CONTRACT_STARTED).when(fact, DETAILS).then(fact)


CANARY = "canary-19850101-1234"
SHOWN = NoticeVersion(notice=CANARY, version=CANARY)


@pytest.mark.parametrize(
    "fact",
    [
        replace(DISCLOSED, recipient=CANARY),
        replace(CONSENT_GIVEN, wording=SHOWN),
        replace(CONSENT_GIVEN, notice=SHOWN),
        replace(CONTACT_CHANGED, activities=(CANARY,), removed=(Category.CONTACT_PHONE,)),
        *(
            replace(data, activity=CANARY)
            for data in (CONTRACT_STARTED, CONTRACT_ENDED, CONSENT_GIVEN, OBJECTED, DISCLOSED)
        ),
        replace(RESTRICTED, activities=(CANARY,)),
        replace(MERGED, other="ca9a4119-8501-4112-8341-ca9a41198501"),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_a_refusal_repeats_no_name_that_came_in(fact: object) -> None:
    problem = refusal(lambda: history_of("person", REGISTERED).decide(fact))
    assert problem is not None
    assert not {part for part in (CANARY, "ca9a4119") if part in str(problem)}
