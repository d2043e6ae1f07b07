"""Amending an entry of the register: what is absent stays, and only changes are recorded."""

from dataclasses import MISSING, fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.domain.activity.events import ActivityAmended, ActivityDeclared
from ropa.domain.activity.examples import AMENDED, DECLARED
from ropa.domain.controller.events import ControllerAmended, ControllerDeclared
from ropa.domain.recipient.events import RecipientAmended, RecipientDeclared
from ropa.kernel.amending import amended, changes, only_changes
from ropa.kernel.problem import Code
from tests.given import refusal
from tests.strategies import FEW, events

PAIRS: list[tuple[type, type, dict[str, Any]]] = [
    (ControllerDeclared, ControllerAmended, {}),
    (ActivityDeclared, ActivityAmended, {"activity": st.just("contract")}),
    (RecipientDeclared, RecipientAmended, {"recipient": st.just("parcel-carrier")}),
]


@pytest.mark.parametrize(("declared", "amendment", "key"), PAIRS)
@FEW
@given(data=st.data())
def test_leaving_out_what_does_not_change_comes_to_the_same_entry(
    data: st.DataObject, declared: type, amendment: type, key: dict[str, Any]
) -> None:
    before = data.draw(events(declared, **key))
    clearable = [one.name for one in fields(declared) if one.default is not MISSING]
    cleared = st.lists(st.sampled_from(clearable), max_size=2, unique=True).map(tuple)
    change = data.draw(events(amendment, cleared=cleared, **key))
    kept = only_changes(change, before, *key)
    after = amended(before, change)
    assert after == (amended(before, kept) if kept else before)
    assert only_changes(change, after, *key) is None
    if kept:
        assert kept.reason == change.reason
        named = {name for name in kept.__slots__ if getattr(kept, name) is not None} - {"cleared"}
        assert named | set(kept.cleared) == {*changes(change, before), *key, "reason"}
        assert not named & set(kept.cleared)


def test_the_reason_of_the_entry_stays_the_one_for_which_it_was_made() -> None:
    assert amended(DECLARED, AMENDED).reason == DECLARED.reason


def test_a_list_is_replaced_whole_and_may_become_empty() -> None:
    emptied = ActivityAmended(activity="contract", roles=(), reason="Nobody needs it")
    assert amended(DECLARED, emptied).roles == ()
    assert only_changes(emptied, DECLARED, "activity") == emptied


def test_a_field_is_cleared_by_name() -> None:
    cleared = ActivityAmended(
        activity="contract", cleared=("retention", "system"), reason="Nothing is decided"
    )
    assert amended(DECLARED, cleared).retention is None
    kept = only_changes(cleared, DECLARED, "activity")
    assert kept is not None
    assert kept.cleared == ("retention",)


def test_a_field_that_must_be_there_is_not_cleared() -> None:
    cleared = ActivityAmended(activity="contract", cleared=("title",), reason="A try")
    problem = refusal(lambda: only_changes(cleared, DECLARED, "activity"))
    assert problem is not None
    assert (problem.code, problem.where.field) == (Code.MALFORMED_VALUE, "data.cleared")
