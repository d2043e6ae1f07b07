"""What strangers found, each held by an example."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ropa.app.clear import require_clear
from ropa.cli.common import _shown
from ropa.domain.activity.events import Retention, RetentionStart
from ropa.domain.person.decider import DECIDER
from ropa.domain.person.examples import CONSENT_GIVEN, RESTRICTION_LIFTED
from ropa.domain.person.state import PersonState, with_denials
from ropa.kernel.decider import Draft, Proposed
from ropa.kernel.problem import Code, Problem
from ropa.reports.retention import kept_through
from tests.given import SHOP

EARLY, LATE = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
OTHER = "b7c8b6a2-7a7d-4c5e-9c1d-2f1f3a5e7d90"


def test_a_lift_on_one_record_does_not_lift_the_restriction_of_another() -> None:
    mine = PersonState(registered=True, restricted_at={"contract": EARLY})
    lifted = PersonState(
        registered=True, restricted_at={"contract": EARLY}, lifted_at={"contract": LATE}
    )
    assert "contract" in with_denials(mine, [lifted]).restricted
    assert "contract" in with_denials(lifted, [mine]).restricted


def test_a_lift_holds_for_all_records_of_the_person() -> None:
    state = PersonState(
        registered=True, restricted_at={"contract": EARLY}, merged=frozenset({OTHER})
    )
    lift = replace(RESTRICTION_LIFTED, informed_on=date(2026, 3, 1))
    proposed: Proposed[Any] = Proposed(data=lift, subject="me", occurred_at=LATE, recorded_at=LATE)
    drafts = DECIDER.decide(proposed, state, SHOP)
    assert drafts == (Draft(data=lift), Draft(data=lift, subject=OTHER))


@pytest.mark.parametrize(
    ("shown_from", "refused"), [(date(2026, 2, 1), False), (date(2026, 4, 1), True)]
)
def test_nobody_consents_to_words_that_are_not_shown_yet(
    shown_from: date,
    refused: bool,  # noqa: FBT001 - what is expected of the case
) -> None:
    wordings = dict.fromkeys(SHOP.wordings, shown_from)
    given: Proposed[Any] = Proposed(
        data=CONSENT_GIVEN, subject="me", occurred_at=EARLY, recorded_at=LATE
    )
    state = PersonState(registered=True)
    if refused:
        with pytest.raises(Problem) as problem:
            DECIDER.decide(given, state, replace(SHOP, wordings=wordings))
        assert problem.value.code is Code.UNKNOWN_NOTICE
    else:
        assert DECIDER.decide(given, state, replace(SHOP, wordings=wordings))


def test_a_retention_beyond_the_calendar_ends_with_it() -> None:
    rule = Retention(
        start=RetentionStart.FINANCIAL_YEAR_ENDED, years=7, from_end_of_calendar_year=True
    )
    assert kept_through(rule, date(9999, 12, 31)) == date.max


@pytest.mark.parametrize("number", ["1", "SE", "42"])
def test_what_is_very_short_gives_nobody_away(number: str) -> None:
    require_clear({"id": f"order-{number}"}, CONSENT_GIVEN, [number])


def test_a_number_of_three_digits_does() -> None:
    with pytest.raises(Problem):
        require_clear({"id": "order-100"}, CONSENT_GIVEN, ["100"])


def test_no_value_steers_a_terminal() -> None:
    assert _shown("\x1b[31mrött\x07\nrad") == "\ufffd[31mrött\ufffd\ufffdrad"
