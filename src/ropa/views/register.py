"""The register's own entries: controller, activities, recipients, notices and staff.

Read: every event of these nouns. Key: the stream, such as `activity/contract`. It answers: what
does the register declare now, which event gave each field its value, and who changed it and why.
"""

import dataclasses
from dataclasses import fields
from datetime import datetime
from typing import Any, assert_never, get_args

import msgspec
from msgspec.structs import replace

from ropa.domain.activity.events import (
    ActivityAmended,
    ActivityDeclared,
    ActivityEvent,
    ActivityRetired,
    ActivityReviewed,
    ReviewOutcome,
)
from ropa.domain.controller.events import (
    ControllerAmended,
    ControllerDeclared,
    ControllerEvent,
    LogRestored,
)
from ropa.domain.notice.events import NoticeEvent, NoticePublished
from ropa.domain.recipient.events import (
    RecipientAmended,
    RecipientDeclared,
    RecipientEvent,
    RecipientRetired,
)
from ropa.domain.staff.events import (
    StaffErasureCompleted,
    StaffErasureDecided,
    StaffEvent,
    StaffLeft,
    StaffNameGivenOut,
    StaffRegistered,
    StaffRolesChanged,
)
from ropa.kernel.amending import CLEARED, REASON, amended
from ropa.kernel.categories import Category
from ropa.kernel.fact import Recorded, fact_type
from ropa.kernel.ids import ActivityId, Language, Role
from ropa.kernel.view import Rows, View
from ropa.views.gone import Gone

RegisterEvent = ControllerEvent | ActivityEvent | RecipientEvent | NoticeEvent | StaffEvent
Declared = ControllerDeclared | ActivityDeclared | RecipientDeclared


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Who changed an entry, when, and why.

    Attributes:
        position: The event.
        type: The published name of its type.
        occurred_at: When it happened, as the source says.
        recorded_at: When the log recorded it.
        actor: Who did it: a member of staff's id, or an application.
        source: The application that reported it.
        reason: Why; None for an event whose type carries no reason.
        fields: The fields that it named, apart from the reason.
    """

    position: int
    type: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    source: str
    reason: str | None
    fields: tuple[str, ...]


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a notice in one language, and the event that published it."""

    position: int
    notice: NoticePublished


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff.

    Attributes:
        roles: The roles held now; none for one who has left.
        named: The event whose boxes hold the name.
        sealed: The categories in those boxes, by activity.
        erased: That the name was erased; None while it is there.
    """

    roles: tuple[Role, ...]
    named: int
    sealed: dict[ActivityId, tuple[Category, ...]]
    erased: Gone | None = None


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """That an officer went through an activity's entry.

    Attributes:
        position: The event.
        at: When it happened, as the source says.
        actor: The member of staff's id.
        version: The version of the entry that it was of.
        outcome: What it came to.
    """

    position: int
    at: datetime
    actor: str
    version: int
    outcome: ReviewOutcome


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the register; the one slot of its noun is filled.

    Attributes:
        noun: Which slot it is.
        declared: The event that made the entry.
        controller: The controller as amended.
        activity: The activity as amended.
        recipient: The recipient as amended.
        published: The versions of a notice, in the order of the log.
        staff: The member of staff.
        evidence: By field, the last event that named it.
        retired: The event that ended the entry: retired, or left.
        version: The version in its history of the event that declared or amended it last.
        revised: The position of that event.
        reviewed: The last review of an activity.
        approved: The last review that approved it.
        changes: Every event of the entry.
    """

    noun: str
    declared: int
    controller: ControllerDeclared | None = None
    activity: ActivityDeclared | None = None
    recipient: RecipientDeclared | None = None
    published: tuple[Published, ...] = ()
    staff: Staff | None = None
    evidence: dict[str, int] = {}
    retired: int | None = None
    version: int = 0
    revised: int = 0
    reviewed: Review | None = None
    approved: Review | None = None
    changes: tuple[Change, ...] = ()

    def last_change(self) -> Change:
        """Give the event that came last; a review changes nothing of the entry."""
        reviewed = fact_type(ActivityReviewed).name
        return next(one for one in reversed(self.changes) if one.type != reviewed)

    def behind(self, field: str) -> tuple[int, ...]:
        """Give the events behind a field: what made the entry, and what last named the field.

        What is published stays beside what was published before: all of it is behind `published`.
        """
        if field == "published":
            return tuple(one.position for one in self.published)
        return tuple(sorted({self.declared, self.evidence.get(field, self.declared)}))

    def change(self, position: int) -> Change:
        """Give the change that an event of the entry made."""
        return next(change for change in self.changes if change.position == position)


def wording(entry: Entry | None, version: str, language: Language) -> Published | None:
    """Give a version of a notice in one language, or None where it was never published."""
    found = [
        one
        for one in (entry.published if entry else ())
        if one.notice.version == version and one.notice.language is language
    ]
    return found[-1] if found else None


def fold(row: Entry | None, recorded: Recorded[RegisterEvent]) -> Entry | None:
    """Give the entry after an event."""
    data = recorded.data
    match data:
        case ControllerDeclared():
            return _declared(row, recorded, "controller", data)
        case ActivityDeclared():
            return _declared(row, recorded, "activity", data)
        case RecipientDeclared():
            return _declared(row, recorded, "recipient", data)
        case ControllerAmended():
            return _amended(row, recorded, "controller")
        case ActivityAmended():
            return _amended(row, recorded, "activity")
        case RecipientAmended():
            return _amended(row, recorded, "recipient")
        case ActivityRetired() | RecipientRetired():
            return _ended(row, recorded)
        case ActivityReviewed():
            return _reviewed(row, recorded)
        case NoticePublished():
            before = row or Entry(noun="notice", declared=recorded.position)
            one = Published(position=recorded.position, notice=data)
            return _changed(replace(before, published=(*before.published, one)), recorded)
        case StaffRegistered():
            sealed = {activity: box.categories for activity, box in recorded.sealed.items()}
            staff = Staff(roles=data.roles, named=recorded.position, sealed=sealed)
            before = row or Entry(noun="staff", declared=recorded.position)
            before = replace(before, declared=recorded.position, staff=staff)
            return _changed(before, recorded)
        case StaffRolesChanged():
            if row is None or row.staff is None:
                return row
            return _changed(replace(row, staff=replace(row.staff, roles=data.roles)), recorded)
        case StaffLeft():
            if row is None or row.staff is None:
                return row
            evidence = {**row.evidence, "roles": recorded.position}
            staff = replace(row.staff, roles=())
            return _ended(replace(row, staff=staff, evidence=evidence), recorded)
        case StaffErasureDecided():
            if row is None or row.staff is None:
                return row
            gone = Gone(recorded.occurred_at, recorded.position, data.ground)
            return _changed(replace(row, staff=replace(row.staff, erased=gone)), recorded)
        case StaffErasureCompleted():
            if row is None or row.staff is None or row.staff.erased is None:
                return row
            gone = row.staff.erased.after(data.decision, recorded.position)
            return _changed(replace(row, staff=replace(row.staff, erased=gone)), recorded)
        case StaffNameGivenOut() | LogRestored():
            return row if row is None else _changed(row, recorded)
        case _:
            assert_never(data)


def _declared(row: Entry | None, recorded: Recorded[Any], noun: str, declared: Declared) -> Entry:
    before = row or Entry(noun=noun, declared=recorded.position)
    made: Any = {noun: declared, "declared": recorded.position, "evidence": {}}
    made |= {"reviewed": None, "approved": None, **_version(recorded)}
    return _changed(replace(before, **made), recorded)


def _amended(row: Entry | None, recorded: Recorded[Any], noun: str) -> Entry | None:
    if row is None or (declared := getattr(row, noun)) is None:
        return row
    made: Any = {noun: amended(declared, recorded.data), **_version(recorded)}
    return _changed(replace(row, **made), recorded)


def _version(recorded: Recorded[Any]) -> dict[str, int]:
    return {"version": recorded.version, "revised": recorded.position}


def _reviewed(row: Entry | None, recorded: Recorded[Any]) -> Entry | None:
    if row is None or row.activity is None:
        return row
    data: ActivityReviewed = recorded.data
    review = Review(
        position=recorded.position,
        at=recorded.occurred_at,
        actor=recorded.actor,
        version=data.version or row.version,
        outcome=data.outcome,
    )
    approved = review if review.outcome is ReviewOutcome.APPROVED else row.approved
    moved = dataclasses.replace(row.activity, review_due=data.review_due)
    return _changed(replace(row, activity=moved, reviewed=review, approved=approved), recorded)


def _ended(row: Entry | None, recorded: Recorded[Any]) -> Entry | None:
    if row is None:
        return row
    return _changed(replace(row, retired=recorded.position), recorded)


def _changed(row: Entry, recorded: Recorded[Any]) -> Entry:
    data = recorded.data
    # The last event that names a field counts, also where it names the value that was there: so
    # no other event than this one can touch the field.
    named = tuple(
        field.name
        for field in fields(data)
        if field.name not in {REASON, CLEARED} and getattr(data, field.name) is not None
    ) + tuple(getattr(data, CLEARED, ()))
    change = Change(
        position=recorded.position,
        type=recorded.type,
        occurred_at=recorded.occurred_at,
        recorded_at=recorded.recorded_at,
        actor=recorded.actor,
        source=recorded.source,
        reason=getattr(data, REASON, None),
        fields=named,
    )
    evidence = {**row.evidence, **dict.fromkeys(named, recorded.position)}
    return replace(row, evidence=evidence, changes=(*row.changes, change))


REGISTER: View[Entry] = View(
    name="register",
    version=3,
    reads=get_args(RegisterEvent),
    row=Entry,
    keys=lambda recorded: (recorded.stream,),
    fold=fold,
    columns={"noun": lambda row: row.noun},
)


def activities(rows: Rows) -> list[tuple[Entry, ActivityDeclared]]:
    """Give the activities, each with what it declares, in the order in which they were made."""
    return [(row, row.activity) for row in entries(rows, "activity") if row.activity is not None]


def recipients(rows: Rows) -> list[tuple[Entry, RecipientDeclared]]:
    """Give the recipients, each with what it declares, in the order in which they were made."""
    return [(row, row.recipient) for row in entries(rows, "recipient") if row.recipient is not None]


def entries(rows: Rows, noun: str) -> list[Entry]:
    """Give the entries of a noun, retired ones too, in the order in which they were made."""
    found = [row for _, row in rows.where(REGISTER, noun=noun)]
    return sorted(found, key=lambda row: row.declared)
