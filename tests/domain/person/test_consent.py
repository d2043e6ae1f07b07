"""Consent, objection and restriction: what is recorded, what it ends, and what is refused."""

from dataclasses import replace
from datetime import date

import pytest

from ropa.domain.person.events import (
    ActivityEnded,
    ActivityStarted,
    ConsentWithdrawn,
    EndReason,
    NoticeVersion,
    Objected,
    Restricted,
    RestrictionLifted,
)
from ropa.domain.person.examples import (
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    MARKETING_ENDED,
    OBJECTED,
    REGISTERED,
    RESTRICTED,
    RESTRICTION_LIFTED,
)
from ropa.kernel.ids import Channel, Language
from ropa.kernel.law import LegalBasis
from tests.given import at, given, policy, world

MARKETING_STARTED = ActivityStarted(activity="marketing", basis=LegalBasis.LEGITIMATE_INTEREST)
MARKETING_ENDED_BY_WITHDRAWAL = ActivityEnded(
    activity="marketing", reason=EndReason.CONSENT_WITHDRAWN
)
CLUB_OBJECTED = Objected(activity="club", channel=Channel.PHONE)
CLUB_WITHDRAWN = ConsentWithdrawn(activity="club", channel=Channel.PHONE)


def club_started(basis: LegalBasis) -> ActivityStarted:
    return ActivityStarted(activity="club", basis=basis)


# Consent.


def test_consent_is_recorded_with_what_was_shown() -> None:
    given(REGISTERED).when(CONSENT_GIVEN).then(CONSENT_GIVEN)
    without_notice = replace(CONSENT_GIVEN, notice=None)
    given(REGISTERED).when(without_notice).then(without_notice)


def test_the_same_consent_at_the_same_moment_changes_nothing_and_a_renewed_one_is_recorded() -> (
    None
):
    before = given(REGISTERED, at(3, CONSENT_GIVEN))
    before.when(CONSENT_GIVEN, day=3).then_nothing()
    before.when(CONSENT_GIVEN, day=4).then(CONSENT_GIVEN)
    before.when(CONSENT_GIVEN, day=2).then(CONSENT_GIVEN)


UNSEEN = NoticeVersion(notice="newsletter-wording", version="2099-01")


@pytest.mark.parametrize(
    ("fact", "code", "field"),
    [
        (replace(CONSENT_GIVEN, activity="nowhere"), "unknown-activity", "data.activity"),
        (replace(CONSENT_GIVEN, activity="lottery"), "retired", "data.activity"),
        (replace(CONSENT_GIVEN, activity="contract"), "basis-not-declared", "data.basis"),
        (replace(CONSENT_GIVEN, activity="rights"), "basis-not-declared", "data.basis"),
        (replace(CONSENT_GIVEN, wording=UNSEEN), "unknown-notice", "data.wording"),
        (replace(CONSENT_GIVEN, language=Language.EN), "unknown-notice", "data.wording"),
        (replace(CONSENT_GIVEN, notice=UNSEEN), "unknown-notice", "data.notice"),
    ],
)
def test_a_consent_is_refused(fact: object, code: str, field: str) -> None:
    given(REGISTERED).when(fact).refused(code, field)


def test_a_withdrawal_is_recorded_also_where_no_consent_is_known() -> None:
    given(REGISTERED, CONSENT_GIVEN).when(CONSENT_WITHDRAWN).then(CONSENT_WITHDRAWN)
    given(REGISTERED).when(CONSENT_WITHDRAWN).then(CONSENT_WITHDRAWN)
    retired = replace(CONSENT_WITHDRAWN, activity="lottery")
    given(REGISTERED).when(retired).then(retired)
    nowhere = replace(CONSENT_WITHDRAWN, activity="nowhere")
    given(REGISTERED).when(nowhere).refused("unknown-activity", "data.activity")


def test_a_withdrawal_told_again_changes_nothing() -> None:
    before = given(REGISTERED, at(2, CONSENT_GIVEN), at(3, CONSENT_WITHDRAWN))
    before.when(CONSENT_WITHDRAWN, day=3).then_nothing()
    before.when(CONSENT_WITHDRAWN, day=4).then(CONSENT_WITHDRAWN)


def test_a_withdrawal_ends_direct_marketing_on_every_other_basis_too() -> None:
    before = given(REGISTERED, MARKETING_STARTED, CONSENT_GIVEN)
    before.when(CONSENT_WITHDRAWN).then(CONSENT_WITHDRAWN, MARKETING_ENDED_BY_WITHDRAWAL)


def test_a_withdrawal_ends_nothing_that_began_after_it() -> None:
    before = given(REGISTERED, at(2, CONSENT_GIVEN), at(5, MARKETING_STARTED))
    before.when(CONSENT_WITHDRAWN, day=3).then(CONSENT_WITHDRAWN)


def test_a_withdrawal_leaves_what_is_no_direct_marketing() -> None:
    before = given(REGISTERED, club_started(LegalBasis.CONTRACT))
    before.when(CLUB_WITHDRAWN).then(CLUB_WITHDRAWN)


# Objection.


def test_an_objection_is_recorded_and_ends_direct_marketing_on_every_basis() -> None:
    given(REGISTERED).when(OBJECTED).then(OBJECTED)
    given(REGISTERED, CONSENT_GIVEN).when(OBJECTED).then(OBJECTED)
    given(REGISTERED, MARKETING_STARTED).when(OBJECTED).then(OBJECTED, MARKETING_ENDED)


def test_an_objection_that_comes_in_late_ends_also_what_began_after_it() -> None:
    before = given(REGISTERED, at(5, MARKETING_STARTED))
    before.when(OBJECTED, day=3).then(OBJECTED, MARKETING_ENDED)


def test_what_has_ended_does_not_end_again() -> None:
    before = given(REGISTERED, at(2, MARKETING_STARTED), at(3, OBJECTED), at(3, MARKETING_ENDED))
    before.when(OBJECTED, day=3).then_nothing()
    before.when(OBJECTED, day=4).then(OBJECTED)
    before.when(CONSENT_WITHDRAWN, day=4).then(CONSENT_WITHDRAWN)


def test_after_an_objection_only_a_new_consent_begins_direct_marketing_again() -> None:
    before = given(REGISTERED, at(2, MARKETING_STARTED), at(3, OBJECTED), at(3, MARKETING_ENDED))
    before.when(MARKETING_STARTED).refused("objected", "data.activity")
    before.when(MARKETING_STARTED, day=3).refused("objected", "data.activity")
    before.when(CONSENT_GIVEN).then(CONSENT_GIVEN)


def test_a_start_before_the_objection_that_comes_in_late_is_still_recorded() -> None:
    before = given(REGISTERED, at(3, OBJECTED))
    before.when(MARKETING_STARTED, day=2).then(MARKETING_STARTED)


def test_an_objection_bears_on_no_contract() -> None:
    before = given(REGISTERED, club_started(LegalBasis.CONTRACT))
    before.when(CLUB_OBJECTED).then(CLUB_OBJECTED)
    objected = given(REGISTERED, CLUB_OBJECTED)
    objected.when(club_started(LegalBasis.CONTRACT)).then(club_started(LegalBasis.CONTRACT))
    objected.when(club_started(LegalBasis.LEGITIMATE_INTEREST)).refused("objected", "data.activity")


def test_one_may_object_also_to_a_retired_activity_and_to_marketing_without_a_basis() -> None:
    retired = replace(OBJECTED, activity="lottery")
    given(REGISTERED).when(retired).then(retired)
    without_basis = world(policy("marketing", bases=(), direct_marketing=True))
    given(REGISTERED).within(without_basis).when(OBJECTED).then(OBJECTED)


@pytest.mark.parametrize(
    ("activity", "code"),
    [
        ("nowhere", "unknown-activity"),
        ("contract", "no-right-to-object"),
        ("web-analytics", "no-right-to-object"),
        ("bookkeeping", "no-right-to-object"),
    ],
)
def test_an_objection_is_refused(activity: str, code: str) -> None:
    fact = replace(OBJECTED, activity=activity)
    given(REGISTERED).when(fact).refused(code, "data.activity")


# Restriction.


def test_a_restriction_is_recorded_and_told_again_changes_nothing() -> None:
    given(REGISTERED).when(RESTRICTED).then(RESTRICTED)
    before = given(REGISTERED, at(3, RESTRICTED))
    before.when(RESTRICTED, day=3).then_nothing()
    before.when(RESTRICTED, day=4).then(RESTRICTED)
    wider = replace(RESTRICTED, activities=("contract", "marketing"))
    before.when(wider, day=3).then(wider)


def test_a_restriction_names_activities_of_the_register_retired_ones_too() -> None:
    retired = Restricted(activities=("lottery",), ground=RESTRICTED.ground)
    given(REGISTERED).when(retired).then(retired)
    nowhere = Restricted(activities=("contract", "nowhere"), ground=RESTRICTED.ground)
    given(REGISTERED).when(nowhere).refused("unknown-activity", "data.activity")


def test_a_restriction_is_lifted_once_the_person_was_informed() -> None:
    informed = replace(RESTRICTION_LIFTED, informed_on=date(2026, 1, 10))
    before = given(REGISTERED, at(2, RESTRICTED))
    before.when(informed, day=10).then(informed)
    before.when(informed, day=8).refused("malformed-value", "data.informed_on")


def test_only_what_is_restricted_can_be_lifted() -> None:
    informed = replace(RESTRICTION_LIFTED, informed_on=date(2026, 1, 1))
    wider = RestrictionLifted(activities=("contract", "club"), informed_on=date(2026, 1, 1))
    given(REGISTERED).when(informed).refused("not-restricted", "data.activities")
    given(REGISTERED, RESTRICTED).when(wider).refused("not-restricted", "data.activities")
    lifted = given(REGISTERED, at(2, RESTRICTED), at(3, informed))
    lifted.when(informed).refused("not-restricted", "data.activities")


def test_at_the_same_moment_the_restriction_counts() -> None:
    informed = replace(RESTRICTION_LIFTED, informed_on=date(2026, 1, 1))
    given(REGISTERED, at(3, RESTRICTED), at(3, informed)).when(informed).then(informed)
