"""The one rule of sealing: declared, and named, and with a live basis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.kernel.categories import Category
from ropa.kernel.decider import ActivityPolicy
from ropa.kernel.law import LegalBasis
from ropa.kernel.problem import Problem
from ropa.kernel.sealing import plan_sealing
from tests.given import SHOP, policy, refusal, world
from tests.strategies import CARRIED_CATEGORIES, policies


@st.composite
def sealings(
    draw: st.DrawFn,
) -> tuple[dict[str, Category], list[str], dict[str, ActivityPolicy], frozenset[str]]:
    """Give values, the activities named for them, what is declared, and where a basis is live.

    Mostly such as are sealed, so that each law is tried on more than refusals.
    """
    declared = draw(policies())
    named = draw(st.lists(st.sampled_from([*sorted(declared), "nowhere"]), min_size=1, max_size=3))
    fitting = [c for name in named if name in declared for c in declared[name].categories]
    categories = st.sampled_from(sorted(fitting) * 4 + list(CARRIED_CATEGORIES))
    fields = st.sampled_from(["name", "email", "voucher"])
    dead = st.sampled_from([False, False, False, True])
    live = frozenset(name for name in declared if not draw(dead))
    return draw(st.dictionaries(fields, categories, min_size=1, max_size=2)), named, declared, live


NAME_AND_EMAIL = {"name": Category.CONTACT_NAME, "email": Category.CONTACT_EMAIL}


@given(sealings())
def test_what_is_sealed_is_declared_and_named_and_has_a_basis(
    sealing: tuple[dict[str, Category], list[str], dict[str, ActivityPolicy], frozenset[str]],
) -> None:
    values, named, declared, live = sealing
    try:
        plan = plan_sealing(values, named, declared, lambda found: found.activity in live)
    except Problem:
        return
    expected = {
        name: sealed
        for name in named
        if name in live
        and (sealed := tuple(sorted(declared[name].categories & set(values.values()))))
    }
    assert plan.boxes == expected
    assert sorted(plan.skipped) == sorted(set(named) - set(expected))


@given(sealings())
def test_it_is_refused_only_for_a_name_or_for_a_value_that_is_left_over(
    sealing: tuple[dict[str, Category], list[str], dict[str, ActivityPolicy], frozenset[str]],
) -> None:
    values, named, declared, live = sealing
    unknown = set(named) - set(declared)
    retired = {name for name in named if name in declared and declared[name].retired}
    sealed = {
        category
        for name in set(named) - unknown - retired
        if name in live
        for category in declared[name].categories
    }
    left = {field for field, category in values.items() if category not in sealed}
    problem = refusal(
        lambda: plan_sealing(values, named, declared, lambda found: found.activity in live)
    )
    codes = ({"unknown-activity"} if unknown else set()) | ({"retired"} if retired else set())
    fields = {"data.activities"} if codes else {f"data.personal.{field}" for field in left}
    if problem is None:
        assert not fields
    else:
        assert problem.code in (codes or {"no-activity-for-value"})
        assert problem.where.field in fields


def refused(values: dict[str, Category], *named: str, live: frozenset[str]) -> Problem:
    with pytest.raises(Problem) as caught:
        plan_sealing(values, named, SHOP.activities, lambda found: found.activity in live)
    return caught.value


def test_a_value_that_is_left_over_tells_the_activities_that_come_nearest() -> None:
    values = {"voucher": Category.FINANCIAL_VOUCHER}
    problem = refused(values, "contract", live=frozenset({"contract"}))
    assert problem.code == "no-activity-for-value"
    assert problem.where.field == "data.personal.voucher"
    assert problem.detail == (
        "The value (financial.voucher) is left with no activity to be kept for: contract is named,"
        " but does not declare financial.voucher; bookkeeping declares financial.voucher, but is"
        " not named."
    )


def test_a_named_activity_without_a_basis_is_told_and_a_retired_one_never_is() -> None:
    problem = refused(NAME_AND_EMAIL, "marketing", live=frozenset())
    assert problem.where.field == "data.personal.name"
    assert "marketing is named, but the person has no live basis there" in problem.detail
    assert "lottery" not in problem.detail


def test_where_no_activity_declares_the_category_the_refusal_says_so() -> None:
    problem = refused({"health": Category.HEALTH_MATTER}, live=frozenset())
    assert problem.detail.endswith("to be kept for: no activity declares it.")


def test_an_activity_that_is_named_twice_is_planned_once() -> None:
    context = world(policy("contract", *NAME_AND_EMAIL.values(), bases=(LegalBasis.CONTRACT,)))
    plan = plan_sealing(
        NAME_AND_EMAIL, ("contract", "contract"), context.activities, lambda _: True
    )
    assert plan.boxes == {"contract": ("contact.email", "contact.name")}
    skipped = plan_sealing({}, ("contract", "contract"), context.activities, lambda _: False)
    assert skipped.skipped == ("contract",)


def test_an_activity_is_skipped_without_a_basis_and_where_it_declares_nothing_of_the_values() -> (
    None
):
    named = ("contract", "marketing", "club", "web-analytics")
    plan = plan_sealing(
        NAME_AND_EMAIL, named, SHOP.activities, lambda found: found.activity != "marketing"
    )
    assert list(plan.boxes) == ["contract", "club"]
    assert plan.skipped == ("marketing", "web-analytics")
