"""What the history of a person comes to, as far as decisions need it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar, assert_never

from ropa.domain.person.events import (
    AccountingRecordFiled,
    ActivityEnded,
    ActivityStarted,
    ConsentGiven,
    ConsentWithdrawn,
    ContactChanged,
    DetailsCarried,
    Disclosed,
    LookedUp,
    Objected,
    PersonEvent,
    PersonIdentified,
    PersonMerged,
    PersonParted,
    PersonRegistered,
    ReportMade,
    Restricted,
    RestrictionLifted,
)
from ropa.kernel.categories import Category
from ropa.kernel.decider import ActivityPolicy
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId, PersonId
from ropa.kernel.law import LegalBasis

K = TypeVar("K")
V = TypeVar("V")

_NONE: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Held:
    """Where the latest value of a category lies, and from when it is."""

    occurred_at: datetime
    position: int


@dataclass(frozen=True, slots=True)
class Started:
    """That an activity began, when, and on which basis."""

    at: datetime
    basis: LegalBasis


@dataclass(frozen=True, slots=True)
class PersonState:
    """What is processed for a person and on which basis, by activity.

    Each time is the latest at which the thing *occurred*: facts come late and out of order, and
    what counts is when they happened.
    """

    registered: bool = False
    started: Mapping[ActivityId, Started] = field(default_factory=dict)
    ended: Mapping[ActivityId, datetime] = field(default_factory=dict)
    given: Mapping[ActivityId, datetime] = field(default_factory=dict)
    withdrawn: Mapping[ActivityId, datetime] = field(default_factory=dict)
    objected: Mapping[ActivityId, datetime] = field(default_factory=dict)
    restricted: frozenset[ActivityId] = frozenset()
    held: Mapping[ActivityId, Mapping[Category, Held]] = field(default_factory=dict)
    merged: frozenset[PersonId] = frozenset()


def has_basis(state: PersonState, policy: ActivityPolicy) -> bool:
    """Tell whether the person has a live basis in an activity that does not rest on a duty."""
    activity = policy.activity
    objected = state.objected.get(activity)
    for basis in policy.bases:
        if basis.duty is not None:
            continue
        if basis.basis is LegalBasis.CONSENT:
            if _consented(state, activity, objected):
                return True
        elif objected is None and _running(state, activity, basis.basis):
            return True
    return False


def _consented(state: PersonState, activity: ActivityId, objected: datetime | None) -> bool:
    given = state.given.get(activity)
    if given is None:
        return False
    withdrawn = state.withdrawn.get(activity)
    # Doubt means no consent: at the same moment, the withdrawal counts.
    return (withdrawn is None or given > withdrawn) and (objected is None or given > objected)


def _running(state: PersonState, activity: ActivityId, basis: LegalBasis) -> bool:
    started = state.started.get(activity)
    if started is None or started.basis is not basis:
        return False
    ended = state.ended.get(activity)
    return ended is None or started.at > ended


def with_latest(times: Mapping[K, datetime], key: K, at: datetime) -> Mapping[K, datetime]:
    """Give the times with this one for the key, unless a later one is known."""
    known = times.get(key)
    return times if known is not None and known >= at else {**times, key: at}


def evolve(state: PersonState, recorded: Recorded[PersonEvent]) -> PersonState:
    """Give the state after an event."""
    data = recorded.data
    at = recorded.occurred_at
    match data:
        case PersonRegistered():
            return _with_sealed(replace(state, registered=True), recorded)
        case PersonIdentified() | AccountingRecordFiled():
            return _with_sealed(state, recorded)
        case ContactChanged():
            return _with_sealed(_without_removed(state, data, at), recorded)
        case DetailsCarried():
            return _with_carried(state, recorded, data)
        case ActivityStarted():
            known = state.started.get(data.activity)
            if known is not None and known.at >= at:
                return state
            started = {**state.started, data.activity: Started(at, data.basis)}
            return replace(state, started=started)
        case ActivityEnded():
            return replace(state, ended=with_latest(state.ended, data.activity, at))
        case ConsentGiven():
            return replace(state, given=with_latest(state.given, data.activity, at))
        case ConsentWithdrawn():
            return replace(state, withdrawn=with_latest(state.withdrawn, data.activity, at))
        case Objected():
            return replace(state, objected=with_latest(state.objected, data.activity, at))
        case Restricted():
            return replace(state, restricted=state.restricted.union(data.activities))
        case RestrictionLifted():
            return replace(state, restricted=state.restricted.difference(data.activities))
        case PersonMerged():
            return replace(state, merged=state.merged | {data.other})
        case PersonParted():
            return replace(state, merged=state.merged - {data.other})
        case Disclosed() | LookedUp() | ReportMade():
            return state
        case _:
            assert_never(data)


def _with_sealed(state: PersonState, recorded: Recorded[PersonEvent]) -> PersonState:
    if not recorded.sealed:
        return state
    held = dict(state.held)
    new = Held(recorded.occurred_at, recorded.position)
    for activity, box in recorded.sealed.items():
        before = held.get(activity, _NONE)
        held[activity] = {
            **before,
            **{c: new for c in box.categories if c not in before or not _later(before[c], new)},
        }
    return replace(state, held=held)


def _with_carried(
    state: PersonState, recorded: Recorded[PersonEvent], data: DetailsCarried
) -> PersonState:
    # A carried value is as old as the value that it was copied from.
    origin = state.held.get(data.origin, _NONE)
    carried = {
        item.category: Held(known.occurred_at, recorded.position)
        for item in data.values
        if (known := origin.get(item.category)) is not None
    }
    held = {**state.held, data.target: {**state.held.get(data.target, _NONE), **carried}}
    return replace(state, held=held)


def _without_removed(state: PersonState, data: ContactChanged, at: datetime) -> PersonState:
    if not data.removed:
        return state
    held = dict(state.held)
    for activity in data.activities:
        held[activity] = {
            category: known
            for category, known in held.get(activity, _NONE).items()
            if category not in data.removed or known.occurred_at > at
        }
    return replace(state, held=held)


def _later(known: Held, new: Held) -> bool:
    return (known.occurred_at, known.position) > (new.occurred_at, new.position)
