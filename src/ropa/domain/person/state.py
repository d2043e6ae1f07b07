"""What the history of a person comes to, as far as decisions need it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar, assert_never

import msgspec
from msgspec.structs import replace

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
_OBJECTIONABLE = frozenset({LegalBasis.PUBLIC_TASK, LegalBasis.LEGITIMATE_INTEREST})


class Held(msgspec.Struct, frozen=True, gc=False):
    """Where the latest value of a category lies, and from when it is; or that it was removed."""

    occurred_at: datetime
    position: int
    removed: bool = False


class PersonState(msgspec.Struct, frozen=True, gc=False):
    """What is processed for a person and on which basis, by activity.

    Each time is the latest at which the thing *occurred*: facts come late and out of order, and
    what counts is when they happened. Each basis other than consent starts by itself; an end ends
    them all.
    """

    registered: bool = False
    started: Mapping[tuple[ActivityId, LegalBasis], datetime] = {}
    ended: Mapping[ActivityId, datetime] = {}
    given: Mapping[ActivityId, datetime] = {}
    withdrawn: Mapping[ActivityId, datetime] = {}
    objected: Mapping[ActivityId, datetime] = {}
    restricted_at: Mapping[ActivityId, datetime] = {}
    lifted_at: Mapping[ActivityId, datetime] = {}
    held: Mapping[ActivityId, Mapping[Category, Held]] = {}
    merged: frozenset[PersonId] = frozenset()

    @property
    def restricted(self) -> frozenset[ActivityId]:
        """The activities under restriction; at the same moment, the restriction counts."""
        return frozenset(
            activity
            for activity, at in self.restricted_at.items()
            if (lifted := self.lifted_at.get(activity)) is None or at >= lifted
        )


def with_denials(state: PersonState, others: Iterable[PersonState]) -> PersonState:
    """Give the state with what the same person has denied under other records: deny wins."""
    for other in others:
        state = replace(
            state,
            withdrawn=_latest_of(state.withdrawn, other.withdrawn),
            objected=_latest_of(state.objected, other.objected),
            restricted_at=_still_restricted(state, other),
        )
    return state


def _still_restricted(state: PersonState, other: PersonState) -> Mapping[ActivityId, datetime]:
    # A lift is no denial: it ends the restriction of its own record, and never another's.
    times = state.restricted_at
    for activity in other.restricted:
        at = other.restricted_at[activity]
        times = with_latest(times, activity, max(at, state.lifted_at.get(activity, at)))
    return times


def _latest_of(
    times: Mapping[ActivityId, datetime], more: Mapping[ActivityId, datetime]
) -> Mapping[ActivityId, datetime]:
    for activity, at in more.items():
        times = with_latest(times, activity, at)
    return times


def may_object(policy: ActivityPolicy, basis: LegalBasis) -> bool:
    """Tell whether an objection ends an activity as far as it rests on a basis (Art. 21(1)-(3))."""
    return policy.direct_marketing or basis in _OBJECTIONABLE


def has_basis(state: PersonState, policy: ActivityPolicy) -> bool:
    """Tell whether the person has a live basis in an activity that does not rest on a duty."""
    return any(
        _consented(state, policy.activity)
        if entry.basis is LegalBasis.CONSENT
        else _running(state, policy, entry.basis)
        for entry in policy.bases
        if entry.duty is None
    )


def _consented(state: PersonState, activity: ActivityId) -> bool:
    ends = (state.withdrawn.get(activity), state.objected.get(activity))
    return _outlasts(state.given.get(activity), *ends)


def _running(state: PersonState, policy: ActivityPolicy, basis: LegalBasis) -> bool:
    activity = policy.activity
    if activity in state.objected and may_object(policy, basis):
        return False
    # That a withdrawal ends direct marketing on every basis holds also where it came in first.
    withdrawn = state.withdrawn.get(activity) if policy.direct_marketing else None
    return _outlasts(state.started.get((activity, basis)), state.ended.get(activity), withdrawn)


def _outlasts(begun: datetime | None, *ends: datetime | None) -> bool:
    # Doubt means no: at the same moment, the end counts.
    return begun is not None and all(end is None or begun > end for end in ends)


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
            return _with_sealed(_without_removed(state, recorded, data), recorded)
        case DetailsCarried():
            return _with_carried(state, recorded, data)
        case ActivityStarted():
            key = (data.activity, data.basis)
            return replace(state, started=with_latest(state.started, key, at))
        case ActivityEnded():
            return replace(state, ended=with_latest(state.ended, data.activity, at))
        case ConsentGiven():
            return replace(state, given=with_latest(state.given, data.activity, at))
        case ConsentWithdrawn():
            return replace(state, withdrawn=with_latest(state.withdrawn, data.activity, at))
        case Objected():
            return replace(state, objected=with_latest(state.objected, data.activity, at))
        case Restricted():
            restricted = state.restricted_at
            for activity in data.activities:
                restricted = with_latest(restricted, activity, at)
            return replace(state, restricted_at=restricted)
        case RestrictionLifted():
            lifted = state.lifted_at
            for activity in data.activities:
                lifted = with_latest(lifted, activity, at)
            return replace(state, lifted_at=lifted)
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
            **{c: new for c in box.categories if c not in before or not later(before[c], new)},
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


def _without_removed(
    state: PersonState, recorded: Recorded[PersonEvent], data: ContactChanged
) -> PersonState:
    # That it was removed stays known, so that no older value that comes in late brings it back.
    if not data.removed:
        return state
    held = dict(state.held)
    gone = Held(recorded.occurred_at, recorded.position, removed=True)
    for activity in data.activities:
        before = held.get(activity, _NONE)
        held[activity] = {
            **before,
            **{c: gone for c in data.removed if c not in before or not later(before[c], gone)},
        }
    return replace(state, held=held)


def later(one: Held, other: Held) -> bool:
    """Tell whether one is later than the other: by when it happened, then by when it came in."""
    return (one.occurred_at, one.position) > (other.occurred_at, other.position)
