"""A recipient's entry: declared, amended and retired."""

from dataclasses import replace

from ropa.domain.recipient.events import RecipientAmended
from ropa.domain.recipient.examples import AMENDED, DECLARED, RETIRED
from tests.given import given, history_of


def test_a_recipient_is_declared_once_also_after_it_was_retired() -> None:
    given().when(DECLARED).then(DECLARED)
    given(DECLARED).when(DECLARED).refused("already-exists")
    given(DECLARED, RETIRED).when(DECLARED).refused("already-exists")


def test_an_amendment_is_recorded_without_what_it_does_not_change() -> None:
    given(DECLARED).when(AMENDED).then(AMENDED)
    given(DECLARED).when(replace(AMENDED, name=DECLARED.name)).then(AMENDED)


def test_an_amendment_that_changes_nothing_records_nothing() -> None:
    given(DECLARED, AMENDED).when(AMENDED).then_nothing()
    nothing = RecipientAmended(recipient="parcel-carrier", country="SE", reason="Looked through")
    given(DECLARED).when(nothing).then_nothing()


def test_a_recipient_is_retired_once_and_amended_no_more() -> None:
    given(DECLARED).when(RETIRED).then(RETIRED)
    given(DECLARED, RETIRED).when(RETIRED).then_nothing()
    given(DECLARED, RETIRED).when(AMENDED).refused("retired")


def test_what_was_never_declared_is_neither_amended_nor_retired() -> None:
    given().when(AMENDED).refused("unknown-recipient", "data.recipient")
    given().when(RETIRED).refused("unknown-recipient", "data.recipient")


def test_the_entry_is_what_was_declared_as_amended() -> None:
    state = history_of("recipient", DECLARED, AMENDED, RETIRED).state
    assert state.declared == replace(DECLARED, transfers=AMENDED.transfers or ())
    assert state.retired
    assert history_of("recipient", AMENDED).state.declared is None
