"""What ropa knows of a type of event, and of the values that it carries."""

from datetime import date

import pytest
from pydantic import ValidationError

from ropa.domain.breach.examples import CLOSED
from ropa.domain.controller.examples import DECLARED
from ropa.domain.person.events import ActivityEnded, ContactChanged
from ropa.domain.person.examples import (
    CARRIED,
    CONTACT_CHANGED,
    LOOKED_UP,
    RECORD_FILED,
    REGISTERED,
)
from ropa.domain.person.values import AccountNumber, ContactDetails
from ropa.kernel.categories import Category
from ropa.kernel.fact import categories_of, fact_type, values_of
from ropa.kernel.law import Duty
from tests.given import ME


def test_a_stream_is_named_by_the_subject_or_by_a_clear_field_or_is_the_only_one() -> None:
    assert fact_type(CONTACT_CHANGED).stream_of(CONTACT_CHANGED, ME) == f"person/{ME}"
    assert fact_type(LOOKED_UP).stream_of(LOOKED_UP, ME) == f"lookup/{ME}"
    assert fact_type(CLOSED).stream_of(CLOSED, None) == "breach/invoice-mix-up-2026"
    assert fact_type(DECLARED).stream_of(DECLARED, None) == "controller"


def test_the_keys_of_accounting_records_are_divided_by_financial_year() -> None:
    assert fact_type(RECORD_FILED).bucket_of(RECORD_FILED) == "2026-12-31"
    assert fact_type(CONTACT_CHANGED).bucket_of(CONTACT_CHANGED) == ""


def test_a_type_knows_its_noun_its_duty_and_whether_only_the_register_records_it() -> None:
    assert fact_type(ContactChanged).noun == "person"
    assert fact_type(RECORD_FILED).duty is Duty.ACCOUNTING
    assert fact_type(REGISTERED).duty is Duty.ACCOUNTABILITY
    assert fact_type(CONTACT_CHANGED).duty is None
    assert (fact_type(CARRIED).internal, fact_type(CONTACT_CHANGED).internal) == (True, False)


def test_values_are_told_by_category_and_what_is_absent_is_not_told() -> None:
    assert categories_of(AccountNumber) == {"number": Category.IDENTIFIER_ACCOUNT}
    assert values_of(ContactDetails(name="Anna Exempel")) == {Category.CONTACT_NAME: "Anna Exempel"}
    assert values_of(ContactDetails()) == {}


def test_an_event_is_frozen_and_takes_no_unknown_field() -> None:
    with pytest.raises(AttributeError):
        RECORD_FILED.financial_year_end = date(2030, 12, 31)  # type: ignore[misc]
    with pytest.raises(ValidationError):
        ActivityEnded(activity="contract", reason="relation-ended", note="x")  # type: ignore[call-arg, arg-type]


def test_a_value_that_does_not_fit_is_not_repeated_in_the_error() -> None:
    with pytest.raises(ValidationError) as caught:
        AccountNumber(number="canary" * 100)
    assert "canary" not in str(caught.value)
