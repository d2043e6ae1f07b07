"""What the history of a person comes to, as far as decisions need it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
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
    ObjectionOutcome,
    ObjectionWeighed,
    PersonEvent,
    PersonIdentified,
    PersonMerged,
    PersonParted,
    PersonRegistered,
    ReportMade,
    Restricted,
    RestrictionLifted,
)
from ropa.domain.person.forgetting import (
    ErasureCompleted,
    ErasureDecided,
    HoldLifted,
    HoldPlaced,
    ObjectionRemembered,
    RecipientInformed,
)
from ropa.domain.person.telling import Telling, after
from ropa.kernel.categories import Category
from ropa.kernel.decider import ActivityPolicy
from ropa.kernel.erasing import Bucket, ErasureGround
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


class Fence(msgspec.Struct, frozen=True, gc=False):
    """That a unit was erased: what began before is let in no more."""

    at: datetime
    position: int
    done: bool = False


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
    upheld: Mapping[ActivityId, datetime] = {}
    overridden: Mapping[ActivityId, datetime] = {}
    restricted_at: Mapping[ActivityId, datetime] = {}
    lifted_at: Mapping[ActivityId, datetime] = {}
    hold_placed: Mapping[ActivityId, datetime] = {}
    hold_lifted: Mapping[ActivityId, datetime] = {}
    erased: Mapping[tuple[ActivityId, Bucket], Fence] = {}
    held: Mapping[ActivityId, Mapping[Category, Held]] = {}
    merged: frozenset[PersonId] = frozenset()
    telling: Telling = Telling()

    @property
    def objections(self) -> frozenset[ActivityId]:
        """The activities with an objection that was not overridden after it was made."""
        return _standing(self.objected, self.overridden)

    @property
    def on_hold(self) -> frozenset[ActivityId]:
        """The activities whose data must not be erased; at the same moment, the hold counts."""
        return _standing(self.hold_placed, self.hold_lifted)

    @property
    def restricted(self) -> frozenset[ActivityId]:
        """The activities under restriction; at the same moment, the restriction counts."""
        return _standing(self.restricted_at, self.lifted_at)


def _standing(
    begun: Mapping[ActivityId, datetime], lifted: Mapping[ActivityId, datetime]
) -> frozenset[ActivityId]:
    return frozenset(
        activity
        for activity, at in begun.items()
        if (end := lifted.get(activity)) is None or at >= end
    )


def with_denials(state: PersonState, others: Iterable[PersonState]) -> PersonState:
    """Give the state with what the same person has denied under other records: deny wins."""
    for other in others:
        state = replace(
            state,
            withdrawn=_latest_of(state.withdrawn, other.withdrawn),
            objected=_still(state.objected, state.overridden, other.objections, other.objected),
            restricted_at=_still(
                state.restricted_at, state.lifted_at, other.restricted, other.restricted_at
            ),
            hold_placed=_still(
                state.hold_placed, state.hold_lifted, other.on_hold, other.hold_placed
            ),
        )
    return state


def denied(suppressed: Mapping[ActivityId, date]) -> PersonState:
    """Give what earlier objections deny, each of a day: only a consent of a later day outlasts."""
    ends = {name: datetime.combine(day, time.max, UTC) for name, day in suppressed.items()}
    return PersonState(objected=ends)


def _still(
    times: Mapping[ActivityId, datetime],
    lifted: Mapping[ActivityId, datetime],
    others: frozenset[ActivityId],
    begun: Mapping[ActivityId, datetime],
) -> Mapping[ActivityId, datetime]:
    # A lift is no denial: it ends what stands on its own record, and never what does on another.
    for activity in others:
        at = begun[activity]
        times = with_latest(times, activity, max(at, lifted.get(activity, at)))
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


def objection(state: PersonState, activity: ActivityId) -> datetime | None:
    """Give when the person objected; None where not, or where that was overridden since."""
    at, end = state.objected.get(activity), state.overridden.get(activity)
    return None if at is None or (end is not None and end > at) else at


def _consented(state: PersonState, activity: ActivityId) -> bool:
    ends = (state.withdrawn.get(activity), objection(state, activity), _fenced(state, activity))
    return _outlasts(state.given.get(activity), *ends)


def _running(state: PersonState, policy: ActivityPolicy, basis: LegalBasis) -> bool:
    activity = policy.activity
    if objection(state, activity) is not None and may_object(policy, basis):
        return False
    # That a withdrawal ends direct marketing on every basis holds also where it came in first.
    withdrawn = state.withdrawn.get(activity) if policy.direct_marketing else None
    ends = (state.ended.get(activity), withdrawn, _fenced(state, activity))
    return _outlasts(state.started.get((activity, basis)), *ends)


def _fenced(state: PersonState, activity: ActivityId) -> datetime | None:
    fence = state.erased.get((activity, ""))
    return fence.at if fence else None


def _outlasts(begun: datetime | None, *ends: datetime | None) -> bool:
    # Doubt means no: at the same moment, the end counts.
    return begun is not None and all(end is None or begun > end for end in ends)


def with_latest(times: Mapping[K, datetime], key: K, at: datetime) -> Mapping[K, datetime]:
    """Give the times with this one for the key, unless a later one is known."""
    known = times.get(key)
    return times if known is not None and known >= at else {**times, key: at}


def _with_all(
    times: Mapping[ActivityId, datetime], activities: Iterable[ActivityId], at: datetime
) -> Mapping[ActivityId, datetime]:
    for activity in activities:
        times = with_latest(times, activity, at)
    return times


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
            state = _with_sealed(_without_removed(state, recorded, data), recorded)
            return _with_telling(state, recorded) if data.corrected else state
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
            restricted_at = _with_all(state.restricted_at, data.activities, at)
            return _with_telling(replace(state, restricted_at=restricted_at), recorded)
        case RestrictionLifted():
            return replace(state, lifted_at=_with_all(state.lifted_at, data.activities, at))
        case PersonMerged():
            return replace(state, merged=state.merged | {data.other})
        case PersonParted():
            return replace(state, merged=state.merged - {data.other})
        case ObjectionWeighed():
            if data.outcome is ObjectionOutcome.UPHELD:
                return replace(state, upheld=with_latest(state.upheld, data.activity, at))
            return replace(state, overridden=with_latest(state.overridden, data.activity, at))
        case ObjectionRemembered():
            before = denied({data.activity: data.objected_on})
            return replace(state, objected=_latest_of(state.objected, before.objected))
        case HoldPlaced():
            return replace(state, hold_placed=_with_all(state.hold_placed, data.activities, at))
        case HoldLifted():
            return replace(state, hold_lifted=_with_all(state.hold_lifted, data.activities, at))
        case ErasureDecided():
            return _with_telling(_erased(state, recorded, data), recorded)
        case ErasureCompleted():
            done = {
                unit: replace(fence, done=True) if fence.position == data.decision else fence
                for unit, fence in state.erased.items()
            }
            return replace(state, erased=done)
        case Disclosed() | RecipientInformed():
            return _with_telling(state, recorded)
        case LookedUp() | ReportMade():
            return state
        case _:
            assert_never(data)


def _with_telling(state: PersonState, recorded: Recorded[PersonEvent]) -> PersonState:
    return replace(state, telling=after(state.telling, recorded))


def _erased(
    state: PersonState, recorded: Recorded[PersonEvent], data: ErasureDecided
) -> PersonState:
    held = dict(state.held)
    if data.ground is ErasureGround.CATEGORY_DROPPED:
        for unit in data.erased:
            known = held.get(unit.activity, _NONE)
            held[unit.activity] = {c: v for c, v in known.items() if c not in data.categories}
        return replace(state, held=held)
    fence = Fence(recorded.occurred_at, recorded.position)
    for unit in data.erased:
        if not unit.bucket:
            held.pop(unit.activity, None)
    fences = {(unit.activity, unit.bucket): fence for unit in data.erased}
    return replace(state, held=held, erased={**state.erased, **fences})


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
        # Of what an activity carries over for itself, what is past stays past.
        and (data.origin != data.target or known.position == item.position)
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
