"""What is held of each person now, by activity: references to boxes, never a value.

Read: what a person's history says of data, bases and restrictions. Key: the person's id. It
answers: which values are current and in which event's boxes they lie, on which basis an activity
runs for the person, and whether it was objected to or restricted.
"""

from datetime import UTC, datetime, time
from typing import Any, assert_never, get_args

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
    EndReason,
    Objected,
    ObjectionOutcome,
    ObjectionWeighed,
    PersonIdentified,
    PersonRegistered,
    Restricted,
    RestrictionGround,
    RestrictionLifted,
)
from ropa.domain.person.forgetting import (
    ErasureCompleted,
    ErasureDecided,
    HoldGround,
    HoldLifted,
    HoldPlaced,
    ObjectionRemembered,
)
from ropa.domain.person.state import Fence, PersonState
from ropa.kernel.categories import Category
from ropa.kernel.erasing import Bucket, ErasureGround
from ropa.kernel.fact import Recorded, fact_type
from ropa.kernel.ids import ActivityId, Namespace
from ropa.kernel.law import LegalBasis
from ropa.kernel.view import View
from ropa.views.gone import Gone


class At(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The latest occurrence of something, and the event that tells of it."""

    at: datetime
    position: int


class Ended(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """That an activity ended, and why."""

    at: datetime
    position: int
    reason: EndReason


class Restriction(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """That processing was restricted, and on which ground."""

    at: datetime
    position: int
    ground: RestrictionGround


class Hold(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """That data must not be erased for the time being, and why."""

    at: datetime
    position: int
    ground: HoldGround


class Kept(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a retention unit holds: its latest value came in at `at`, in one of `count` boxes."""

    at: datetime
    count: int


class Held(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Where the current value of a category lies.

    Attributes:
        at: Since when it is the value, or, where it was removed, since when there is none.
        position: The event whose box holds the latest value; None where there never was one.
        removed: The event by which the value ceased to hold; None while it holds.
    """

    at: datetime
    position: int | None = None
    removed: int | None = None

    def order(self) -> tuple[datetime, int]:
        """Give what decides which of two is the later one."""
        return (self.at, self.removed or self.position or 0)


class Part(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What one activity has of the person; each time is the latest that occurred.

    Attributes:
        kept: What is stored, by retention unit; what was removed is stored still, as history.
        gone: The last erasure of each retention unit that was erased.
    """

    started: dict[LegalBasis, At] = {}
    ended: Ended | None = None
    given: At | None = None
    withdrawn: At | None = None
    objected: At | None = None
    restriction: Restriction | None = None
    lifted: At | None = None
    held: dict[Category, Held] = {}
    hold: Hold | None = None
    released: At | None = None
    overridden: At | None = None
    kept: dict[Bucket, Kept] = {}
    gone: dict[Bucket, Gone] = {}

    def state(self, activity: ActivityId) -> PersonState:
        """Give the part as decisions see it, whose rules of bases hold for papers as well."""
        return PersonState(
            started={(activity, basis): one.at for basis, one in self.started.items()},
            ended=_time(activity, self.ended),
            given=_time(activity, self.given),
            withdrawn=_time(activity, self.withdrawn),
            objected=_time(activity, self.objected),
            overridden=_time(activity, self.overridden),
            restricted_at=_time(activity, self.restriction),
            lifted_at=_time(activity, self.lifted),
            hold_placed=_time(activity, self.hold),
            hold_lifted=_time(activity, self.released),
            erased={
                (activity, bucket): Fence(gone.at, gone.position, gone.completed is not None)
                for bucket, gone in self.gone.items()
            },
        )

    def positions(self) -> tuple[int, ...]:
        """Give the events that beginning, end, consent and objection rest on."""
        fence = self.gone.get("")
        ends = (self.ended, self.withdrawn, self.objected, self.overridden, fence)
        stamps = (*self.started.values(), self.given, *ends)
        return tuple(stamp.position for stamp in stamps if stamp is not None)

    def objection(self) -> At | None:
        """Give the objection; None where there is none, or where it was overridden since."""
        end = self.overridden
        return None if self.objected and end and end.at > self.objected.at else self.objected

    def restricted(self) -> RestrictionGround | None:
        """Give the ground on which the activity is restricted, or None where it is not."""
        if self.restriction is None:
            return None
        lifted = self.lifted is not None and self.lifted.at > self.restriction.at
        return None if lifted else self.restriction.ground

    def current(self) -> dict[Category, int]:
        """Give the events whose boxes hold the current values, by category."""
        return {
            category: held.position
            for category, held in self.held.items()
            if held.position is not None and held.removed is None
        }


def _time(
    activity: ActivityId, stamp: At | Ended | Restriction | Hold | None
) -> dict[str, datetime]:
    return {activity: stamp.at} if stamp is not None else {}


class Account(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """That an application knows the person by a number; the number lies in the event's boxes."""

    namespace: Namespace
    at: datetime
    position: int


class Person(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A person as the history tells."""

    registered: At | None = None
    accounts: tuple[Account, ...] = ()
    parts: dict[ActivityId, Part] = {}


PeopleEvent = (
    PersonRegistered
    | PersonIdentified
    | ContactChanged
    | AccountingRecordFiled
    | DetailsCarried
    | ActivityStarted
    | ActivityEnded
    | ConsentGiven
    | ConsentWithdrawn
    | Objected
    | ObjectionWeighed
    | ObjectionRemembered
    | Restricted
    | RestrictionLifted
    | HoldPlaced
    | HoldLifted
    | ErasureDecided
    | ErasureCompleted
)

_NOTHING = Part()


def fold(row: Person | None, recorded: Recorded[PeopleEvent]) -> Person:
    """Give the person after an event."""
    row = row or Person()
    data = recorded.data
    at, position = recorded.occurred_at, recorded.position
    match data:
        case PersonRegistered() | PersonIdentified():
            account = Account(data.namespace, at, position)
            registered = row.registered
            if registered is None and isinstance(data, PersonRegistered):
                registered = At(at, position)
            row = replace(row, registered=registered, accounts=(*row.accounts, account))
            return _with_sealed(row, recorded)
        case ContactChanged():
            return _with_sealed(_with_removed(row, recorded, data), recorded)
        case AccountingRecordFiled():
            return _with_sealed(row, recorded)
        case DetailsCarried():
            return _with_carried(row, recorded, data)
        case ActivityStarted():
            return _started(row, data, At(at, position))
        case ActivityEnded():
            return _later(row, data.activity, "ended", Ended(at, position, data.reason))
        case ConsentGiven():
            return _later(row, data.activity, "given", At(at, position))
        case ConsentWithdrawn():
            return _later(row, data.activity, "withdrawn", At(at, position))
        case Objected():
            return _later(row, data.activity, "objected", At(at, position))
        case Restricted():
            restriction = Restriction(at, position, data.ground)
            for activity in data.activities:
                row = _later(row, activity, "restriction", restriction)
            return row
        case RestrictionLifted():
            for activity in data.activities:
                row = _later(row, activity, "lifted", At(at, position))
            return row
        case ObjectionWeighed():
            overridden = data.outcome is ObjectionOutcome.OVERRIDDEN
            return _later(row, data.activity, "overridden", At(at, position)) if overridden else row
        case ObjectionRemembered():
            day_end = datetime.combine(data.objected_on, time.max, UTC)
            return _later(row, data.activity, "objected", At(day_end, position))
        case HoldPlaced():
            for activity in data.activities:
                row = _later(row, activity, "hold", Hold(at, position, data.ground))
            return row
        case HoldLifted():
            for activity in data.activities:
                row = _later(row, activity, "released", At(at, position))
            return row
        case ErasureDecided():
            return _erased(row, data, Gone(at, position, data.ground))
        case ErasureCompleted():
            return _completed(row, data.decision, position)
        case _:
            assert_never(data)


def _erased(row: Person, data: ErasureDecided, gone: Gone) -> Person:
    dropped = data.ground is ErasureGround.CATEGORY_DROPPED
    for unit in data.erased:
        part = row.parts.get(unit.activity, _NOTHING)
        kept = {bucket: one for bucket, one in part.kept.items() if bucket != unit.bucket}
        held = part.held
        if dropped:
            held = {name: one for name, one in held.items() if name not in data.categories}
        elif not unit.bucket or not kept:
            held = {}
        fences = part.gone if dropped else {**part.gone, unit.bucket: gone}
        row = _with_part(row, unit.activity, replace(part, kept=kept, held=held, gone=fences))
    return row


def _completed(row: Person, decision: int, position: int) -> Person:
    for activity, part in row.parts.items():
        gone = {bucket: one.after(decision, position) for bucket, one in part.gone.items()}
        if gone != part.gone:
            row = _with_part(row, activity, replace(part, gone=gone))
    return row


def _later(
    row: Person, activity: ActivityId, name: str, new: At | Ended | Restriction | Hold
) -> Person:
    part = row.parts.get(activity, _NOTHING)
    known = getattr(part, name)
    if known is not None and known.at >= new.at:
        return row
    made: Any = {name: new}
    return _with_part(row, activity, replace(part, **made))


def _started(row: Person, data: ActivityStarted, new: At) -> Person:
    part = row.parts.get(data.activity, _NOTHING)
    known = part.started.get(data.basis)
    if known is not None and known.at >= new.at:
        return row
    started = {**part.started, data.basis: new}
    return _with_part(row, data.activity, replace(part, started=started))


def _with_part(row: Person, activity: ActivityId, part: Part) -> Person:
    return replace(row, parts={**row.parts, activity: part})


def _with_sealed(row: Person, recorded: Recorded[Any]) -> Person:
    if not recorded.sealed:
        return row
    parts = dict(row.parts)
    at = recorded.occurred_at
    new = Held(at, recorded.position)
    bucket = fact_type(recorded.data).bucket_of(recorded.data)
    for activity, box in recorded.sealed.items():
        part = parts.get(activity, _NOTHING)
        held = dict(part.held)
        for category in box.categories:
            known = held.get(category)
            # Mostly the later event tells the later value, and then nothing has to be weighed.
            held[category] = new if known is None or known.at < at else _latest(known, new)
        parts[activity] = replace(part, held=held, kept=_one_more(part, bucket, at))
    return replace(row, parts=parts)


def _one_more(part: Part, bucket: Bucket, at: datetime) -> dict[Bucket, Kept]:
    before = part.kept.get(bucket)
    new = Kept(at, 1) if before is None else Kept(max(before.at, at), before.count + 1)
    return {**part.kept, bucket: new}


def _with_carried(row: Person, recorded: Recorded[Any], data: DetailsCarried) -> Person:
    origin = row.parts.get(data.origin, _NOTHING).held
    part = row.parts.get(data.target, _NOTHING)
    held = dict(part.held)
    own, latest = data.origin == data.target, None
    for value in data.values:
        known = origin.get(value.category)
        # A carried value is as old as the value that it was copied from.
        same = known is not None and known.position == value.position
        at = known.at if known is not None and (same or own) else recorded.occurred_at
        latest = max(at, latest or at)
        if same or not own:
            held[value.category] = _latest(held.get(value.category), Held(at, recorded.position))
    if latest is None:
        return row
    kept = _one_more(part, "", latest)
    return _with_part(row, data.target, replace(part, held=held, kept=kept))


def _with_removed(row: Person, recorded: Recorded[Any], data: ContactChanged) -> Person:
    if not data.removed:
        return row
    for activity in data.activities:
        part = row.parts.get(activity, _NOTHING)
        held = dict(part.held)
        for category in data.removed:
            known = held.get(category)
            position = known.position if known else None
            new = Held(recorded.occurred_at, position, recorded.position)
            held[category] = _latest(known, new)
        row = _with_part(row, activity, replace(part, held=held))
    return row


def _latest(known: Held | None, new: Held) -> Held:
    if known is None or known.order() <= new.order():
        return new
    # A removal told of before a value that is older still: the value has been there all the same.
    return known if known.position is not None else replace(known, position=new.position)


PEOPLE: View[Person] = View(
    name="people",
    version=2,
    reads=get_args(PeopleEvent),
    row=Person,
    keys=lambda recorded: (recorded.subject or "",),
    fold=fold,
)
