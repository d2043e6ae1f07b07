"""Who has to be told of a measure: each recipient that the data went to, and nobody else."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given as sometimes
from hypothesis import strategies as st

from ropa.domain.person.events import (
    ContactChanged,
    Disclosed,
    Restricted,
    RestrictionGround,
)
from ropa.domain.person.examples import CONTRACT_STARTED, DETAILS, DISCLOSED, REGISTERED
from ropa.domain.person.forgetting import (
    ErasureDecided,
    Informing,
    NotInforming,
    RecipientInformed,
)
from ropa.domain.person.values import ContactDetails
from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround, Unit
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import Channel
from ropa.views.telling import TELLING, tasks
from tests.given import ME, History, Told, at, given, history_of, refusal, telling
from tests.strategies import CARRIED_CATEGORIES, DAYS

EMAIL, NAME, ADDRESS = (
    Category.CONTACT_EMAIL,
    Category.CONTACT_NAME,
    Category.CONTACT_ADDRESS,
)
CARRIER, CONTRACT, CLUB = "parcel-carrier", "contract", "club"

SENT = Disclosed(recipient=CARRIER, activity=CONTRACT, categories=(NAME, ADDRESS))
COPIED = Disclosed(recipient="print-house", activity=CONTRACT, categories=(EMAIL,))
CHANGED = ContactChanged(channel=Channel.E_MAIL, activities=(CONTRACT,))
CORRECTED = replace(CHANGED, corrected=True)
RESTRICTED = Restricted(activities=(CONTRACT,), ground=RestrictionGround.ACCURACY_CONTESTED)
ERASED = ErasureDecided(ground=ErasureGround.REQUESTED, erased=(Unit(activity=CONTRACT),))
NEW_ADDRESS = ContactDetails(address=DETAILS.address)
TOLD = RecipientInformed(recipient=CARRIER, about=4, outcome=Informing.INFORMED)
NOT_TOLD = replace(TOLD, outcome=Informing.IMPOSSIBLE, reason=NotInforming.CEASED_TO_EXIST)

CUSTOMER = (REGISTERED, CONTRACT_STARTED)
"""Two events, so that a disclosure is the third and a measure after it the fourth."""


def waiting(*facts: Any) -> list[tuple[int, str]]:
    """Give who still has to be told of which event."""
    found = tasks(ME, history_of("person", *CUSTOMER, *facts).state.telling)
    return [(one.about, one.recipient) for one in found if one.task.told is None]


@pytest.mark.parametrize("measure", [telling(CORRECTED, NEW_ADDRESS), RESTRICTED, ERASED])
def test_a_recipient_of_the_data_has_to_be_told(measure: Any) -> None:
    assert waiting(SENT, measure) == [(4, CARRIER)]


@pytest.mark.parametrize("measure", [telling(CORRECTED, NEW_ADDRESS), RESTRICTED, ERASED])
def test_a_recipient_of_another_activitys_data_has_not(measure: Any) -> None:
    assert waiting(replace(SENT, activity=CLUB), measure) == []


@pytest.mark.parametrize("measure", [telling(CORRECTED, NEW_ADDRESS), RESTRICTED, ERASED])
def test_a_recipient_of_what_went_out_later_has_not(measure: Any) -> None:
    assert waiting(measure, SENT) == []


@pytest.mark.parametrize("measure", [telling(CORRECTED, NEW_ADDRESS), RESTRICTED, ERASED])
def test_a_disclosure_that_is_told_of_late_counts(measure: Any) -> None:
    said = measure if isinstance(measure, Told) else Told(measure)
    assert waiting(replace(said, day=9), at(9, SENT)) == [(3, CARRIER)]
    assert waiting(replace(said, day=9), at(10, SENT)) == []


@pytest.mark.parametrize("measure", [telling(CORRECTED, NEW_ADDRESS), RESTRICTED, ERASED])
def test_what_was_recorded_before_counts_whatever_moment_it_names(measure: Any) -> None:
    said = measure if isinstance(measure, Told) else Told(measure)
    assert waiting(at(9, SENT), replace(said, day=8)) == [(4, CARRIER)]


def test_a_recipient_is_told_once_of_one_thing_however_often_data_went_there() -> None:
    again = replace(SENT, activity=CLUB, categories=(EMAIL,))
    both = replace(RESTRICTED, activities=(CLUB, CONTRACT))
    assert waiting(SENT, SENT, again, both, at(1, SENT)) == [(6, CARRIER)]
    assert waiting(SENT, RESTRICTED, ERASED) == [(4, CARRIER), (5, CARRIER)]


def test_a_correction_concerns_who_has_the_categories_that_were_corrected() -> None:
    assert waiting(COPIED, telling(CORRECTED, NEW_ADDRESS)) == []
    assert waiting(COPIED, replace(CORRECTED, removed=(EMAIL,))) == [(4, "print-house")]
    assert waiting(COPIED, telling(CORRECTED, DETAILS)) == [(4, "print-house")]


def test_a_change_that_corrects_nothing_concerns_nobody() -> None:
    assert waiting(SENT, telling(CHANGED, DETAILS)) == []
    assert waiting(SENT, replace(CHANGED, removed=(NAME,))) == []
    assert waiting(SENT, CORRECTED) == []


def test_a_restriction_that_says_nothing_new_concerns_nobody_again() -> None:
    assert waiting(SENT, RESTRICTED, at(4, RESTRICTED)) == [(4, CARRIER)]
    assert waiting(SENT, RESTRICTED, RESTRICTED) == [(4, CARRIER), (5, CARRIER)]


def test_an_erasure_because_the_time_was_up_concerns_nobody() -> None:
    assert waiting(SENT, replace(ERASED, ground=ErasureGround.RETENTION_ENDED)) == []


def test_a_dropped_category_concerns_who_has_it() -> None:
    dropped = replace(ERASED, ground=ErasureGround.CATEGORY_DROPPED, categories=(EMAIL,))
    assert waiting(SENT, COPIED, dropped) == [(5, "print-house")]
    assert waiting(SENT, COPIED, dropped, RESTRICTED) == [
        (5, "print-house"),
        (6, CARRIER),
        (6, "print-house"),
    ]


@pytest.mark.parametrize("ground", [ErasureGround.REQUESTED, ErasureGround.RETENTION_ENDED])
def test_after_an_erasure_old_recipients_learn_nothing_new(ground: ErasureGround) -> None:
    erased = replace(ERASED, ground=ground)
    done = replace(TOLD, about=4)
    assert waiting(SENT, erased, done, RESTRICTED, at(2, SENT), RESTRICTED) == []
    assert waiting(SENT, erased, done, SENT, RESTRICTED) == [(7, CARRIER)]


def test_what_is_erased_by_bucket_leaves_the_other_buckets_recipients() -> None:
    voucher = replace(ERASED, erased=(Unit(activity=CONTRACT, bucket="2025-12-31"),))
    assert waiting(SENT, voucher, RESTRICTED) == [(4, CARRIER), (5, CARRIER)]


def test_being_told_ends_the_task_and_so_does_a_reason_why_not() -> None:
    for outcome in (TOLD, NOT_TOLD):
        given(*CUSTOMER, SENT, RESTRICTED).when(outcome).then(outcome)
        assert waiting(SENT, RESTRICTED, outcome) == []
        given(*CUSTOMER, SENT, RESTRICTED, outcome).when(outcome).then_nothing()


def test_who_could_not_be_told_may_be_told_later() -> None:
    given(*CUSTOMER, SENT, RESTRICTED, NOT_TOLD).when(TOLD).then(TOLD)
    other = replace(NOT_TOLD, reason=NotInforming.NOT_REACHABLE)
    given(*CUSTOMER, SENT, RESTRICTED, NOT_TOLD).when(other).then(other)


def test_a_reason_is_needed_where_a_recipient_was_not_told_and_only_there() -> None:
    before = given(*CUSTOMER, SENT, RESTRICTED)
    before.when(replace(NOT_TOLD, reason=None)).refused("missing-field", "data.reason")
    before.when(replace(TOLD, reason=NotInforming.EFFORT)).refused("malformed-value", "data.reason")


@pytest.mark.parametrize(
    "fact", [replace(TOLD, about=3), replace(TOLD, about=5), replace(TOLD, recipient="print-house")]
)
def test_telling_of_what_nobody_has_to_be_told_of_is_refused(fact: RecipientInformed) -> None:
    given(*CUSTOMER, SENT, RESTRICTED).when(fact).refused("not-found", "data.about")


# The law: the fold says the same as a rule that looks at the whole history each time.

_named = st.sampled_from([CONTRACT, CLUB])
_categories = st.lists(
    st.sampled_from(CARRIED_CATEGORIES[:3]), min_size=1, max_size=2, unique=True
).map(tuple)
_activities = st.lists(_named, min_size=1, unique=True).map(tuple)
_facts = st.one_of(
    st.builds(
        replace,
        st.just(DISCLOSED),
        recipient=st.sampled_from([CARRIER, "print-house"]),
        activity=_named,
        categories=_categories,
    ),
    st.builds(
        replace,
        st.just(CORRECTED),
        activities=_activities,
        removed=_categories | st.just(()),
        corrected=st.booleans(),
    ),
    st.builds(replace, st.just(RESTRICTED), activities=_activities),
    st.builds(
        ErasureDecided,
        ground=st.sampled_from(ErasureGround),
        erased=st.lists(
            st.builds(Unit, activity=_named, bucket=st.sampled_from(["", "2025-12-31"])),
            min_size=1,
            max_size=2,
        ).map(tuple),
        categories=_categories,
    ),
    st.builds(
        RecipientInformed,
        recipient=st.sampled_from([CARRIER, "print-house"]),
        about=st.integers(1, 9),
        outcome=st.sampled_from(Informing),
        reason=st.sampled_from(NotInforming),
    ),
)
histories = st.lists(
    st.builds(at, DAYS, _facts, st.none())
    | st.builds(at, DAYS, st.just(CORRECTED), st.just(DETAILS)),
    max_size=12,
)


def touched(event: Recorded[Any]) -> tuple[set[str], set[Category] | None] | None:
    """Give what a measure touches, as activities and categories; None for what is no measure."""
    data = event.data
    match data:
        case ContactChanged(corrected=True):
            sealed = {one for box in event.sealed.values() for one in box.categories}
            corrected = sealed | set(data.removed)
            return (set(data.activities), corrected) if corrected else None
        case Restricted():
            return set(data.activities), None
        case ErasureDecided(ground=ErasureGround.RETENTION_ENDED):
            return None
        case ErasureDecided():
            dropped = data.ground is ErasureGround.CATEGORY_DROPPED
            categories = set(data.categories) if dropped else None
            return {unit.activity for unit in data.erased}, categories
    return None


def whole(event: Recorded[Any], activity: str) -> bool:
    """Tell whether an event erases all of an activity."""
    data = event.data
    return (
        isinstance(data, ErasureDecided)
        and data.ground is not ErasureGround.CATEGORY_DROPPED
        and Unit(activity=activity) in data.erased
    )


def said_already(event: Recorded[Any], events: list[Recorded[Any]]) -> bool:
    """Tell whether a restriction is one that others before it had told of."""
    if not isinstance(event.data, Restricted):
        return False
    known = {
        activity
        for other in events[: event.position - 1]
        if isinstance(other.data, Restricted) and other.occurred_at >= event.occurred_at
        for activity in other.data.activities
    }
    return known.issuperset(event.data.activities)


def before(one: Recorded[Any], other: Recorded[Any]) -> bool:
    """Tell whether one event comes before another: by its place, or by when it happened."""
    return one.position < other.position or one.occurred_at <= other.occurred_at


def expected(events: list[Recorded[Any]]) -> dict[tuple[int, str], dict[str, int]]:
    """Give the activities of each task, with the first event for each, straight from the rule."""
    found: dict[tuple[int, str], dict[str, int]] = {}
    for measure in events:
        scope = touched(measure)
        if scope is None or said_already(measure, events):
            continue
        activities, categories = scope
        for sent in events:
            data = sent.data
            if (
                isinstance(data, Disclosed)
                and data.activity in activities
                and (categories is None or categories & set(data.categories))
                and before(sent, measure)
                and not any(
                    whole(erasure, data.activity)
                    and erasure.position < measure.position
                    and before(sent, erasure)
                    for erasure in events
                )
            ):
                task = found.setdefault((measure.position, data.recipient), {})
                task.setdefault(data.activity, sent.position)
    return found


def last_told(events: list[Recorded[Any]], about: int, recipient: str) -> datetime | None:
    """Give when it was last said that a recipient was told of something, or was not."""
    said = [
        event.occurred_at
        for event in events
        if isinstance(event.data, RecipientInformed)
        and (event.data.about, event.data.recipient) == (about, recipient)
    ]
    return said[-1] if said else None


@sometimes(histories)
def test_the_fold_is_the_rule_and_the_view_is_the_fold(told: list[Told]) -> None:
    history: History = history_of("person", *CUSTOMER)
    for fact in told:
        if isinstance(fact.data, RecipientInformed):
            history.tell(fact)  # recorded only where the task stands
        else:
            refusal(partial(history.record, fact))  # values have no room after an erasure
    row = None
    for event in history.events:
        if type(event.data) in TELLING.reads and TELLING.keys(event):
            row = TELLING.fold(row, event)
    state = history.state.telling
    assert row == state or (row is None and not state.occasions)
    rule = expected(history.events)
    found = {(one.about, one.recipient): one.task for one in tasks(ME, state)}
    assert {key: task.activities for key, task in found.items()} == rule
    went = {event.data.recipient for event in history.events if isinstance(event.data, Disclosed)}
    assert {recipient for _, recipient in rule} <= went
    for (about, recipient), task in found.items():
        told_at = task.told.at if task.told else None
        assert told_at == last_told(history.events, about, recipient)
