"""The controller's entry: declared once, then amended."""

from ropa.domain.controller.events import ControllerAmended
from ropa.domain.controller.examples import AMENDED, DECLARED, LOG_RESTORED
from tests.given import given, history_of


def test_a_register_is_begun_by_one_declaration() -> None:
    given().when(DECLARED).then(DECLARED)
    given(DECLARED).when(DECLARED).refused("already-exists")


def test_an_amendment_needs_a_controller() -> None:
    given().when(AMENDED).refused("unknown-controller")


def test_an_amendment_is_recorded_without_what_it_does_not_change() -> None:
    given(DECLARED).when(AMENDED).then(AMENDED)
    moved = ControllerAmended(
        name=DECLARED.name, address="Nygatan 2, 222 33 Lund", reason="The company moved"
    )
    given(DECLARED).when(moved).then(
        ControllerAmended(address="Nygatan 2, 222 33 Lund", reason="The company moved")
    )


def test_a_restored_log_is_told_whoever_keeps_it_and_as_often_as_it_happens() -> None:
    given().when(LOG_RESTORED).then(LOG_RESTORED)
    given(DECLARED, LOG_RESTORED).when(LOG_RESTORED).then(LOG_RESTORED)
    given(DECLARED, LOG_RESTORED).when(AMENDED).then(AMENDED)


def test_an_amendment_that_changes_nothing_records_nothing() -> None:
    given(DECLARED, AMENDED).when(AMENDED).then_nothing()
    given(DECLARED).when(ControllerAmended(reason="Looked through")).then_nothing()
    given(DECLARED).when(
        ControllerAmended(automated_decisions=False, sources=(), reason="Looked through")
    ).then_nothing()


def test_the_entry_is_what_was_declared_as_amended() -> None:
    state = history_of("controller", DECLARED, AMENDED).state
    assert state.name == DECLARED.name
    assert state.data_protection_officer == AMENDED.data_protection_officer
    assert history_of("controller", AMENDED).state is None
