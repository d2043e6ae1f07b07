"""What holds for all the views."""

from functools import partial

import msgspec
import pytest
from hypothesis import given

from ropa.catalogue import NOUNS, TYPES
from ropa.domain.person.state import PersonState, has_basis
from ropa.kernel.categories import Category
from ropa.kernel.fact import fact_type
from ropa.kernel.view import View
from ropa.views.people import PEOPLE, Part
from ropa.views.registry import UNREAD, VIEWS
from tests.given import SHOP, History, Told, refusal
from tests.histories import ANNA, Log
from tests.strategies import person_facts


def test_each_type_of_event_is_read_by_a_view_or_stands_on_the_list_with_its_reason() -> None:
    read = {fact_type(cls).name for view in VIEWS for cls in view.reads}
    assert read | UNREAD.keys() == TYPES.keys()
    assert not read & UNREAD.keys()


def _everything() -> Log:
    log = Log()
    for noun in NOUNS.values():
        for data, personal in noun.examples:
            named = getattr(data, "activities", ()) if personal else ()
            sealed = {one: {Category.CONTACT_NAME: "Anna"} for one in named}
            log.add(data, ANNA, sealed)
    return log


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_rows_are_stored_and_read_back_as_they_were(view: View[msgspec.Struct]) -> None:
    rows = dict(_everything().rows().all(view))
    assert rows
    for row in rows.values():
        assert msgspec.json.decode(msgspec.json.encode(row), type=view.row) == row


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_all_events_of_a_row_lie_in_one_stream(view: View[msgspec.Struct]) -> None:
    streams: dict[str, str] = {}
    for event in _everything().events:
        if type(event.data) in view.reads:
            for key in view.keys(event):
                assert streams.setdefault(key, event.stream) == event.stream


@given(person_facts(("marketing", "club")))
def test_view_and_decisions_agree_on_a_person(told: list[Told]) -> None:
    history = History(NOUNS["person"].decider)
    for fact in told:
        refusal(partial(history.append, fact))
    row = None
    for event in history.events:
        row = PEOPLE.fold(row, event)
    state: PersonState = history.state
    assert row is not None
    for activity, policy in SHOP.activities.items():
        part = row.parts.get(activity, Part())
        assert has_basis(part.state(activity), policy) == has_basis(state, policy)
        assert (part.restricted() is not None) == (activity in state.restricted)
        held = state.held.get(activity, {})
        assert part.current() == {
            category: one.position for category, one in held.items() if not one.removed
        }
