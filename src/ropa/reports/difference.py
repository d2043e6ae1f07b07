"""The difference of the register between two moments."""

from collections.abc import Iterator
from dataclasses import fields
from enum import StrEnum
from typing import Any

import msgspec

from ropa.kernel.amending import REASON
from ropa.kernel.law import LocalText
from ropa.kernel.problem import Code, Problem
from ropa.reports.cell import BEGINNING, Cell, Head, Point
from ropa.reports.entry import head
from ropa.reports.sources import Sources
from ropa.views.register import REGISTER, Change, Entry

NAME = "difference"


class Movement(StrEnum):
    """What became of an entry of the register."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """A field whose value is another than before.

    Attributes:
        field: The field's name in the event that declares the entry.
        before: What it was; empty where there was no entry.
        after: What it is.
        change: The event that gave it its value: who, when, why.
    """

    field: str
    before: Cell[Any]
    after: Cell[Any]
    change: Change


class EntryChange(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that was added, changed or removed.

    Attributes:
        stream: The entry, such as `activity/contract`.
        noun: Which kind of entry it is: controller, activity, recipient, notice or staff.
        title: Its name in papers, where it has one.
        movement: What became of it.
        fields: The fields that are others than before, in the order of the entry.
        changes: The events in between: who, when, why.
    """

    stream: str
    noun: str
    title: LocalText | None
    movement: Movement
    fields: tuple[FieldChange, ...]
    changes: tuple[Change, ...]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The difference of the register between two moments.

    Attributes:
        head: The head of the paper; its `as_of` is the later moment.
        since: The earlier moment.
        entries: The entries that differ, in the order in which they came into the register.
    """

    head: Head
    since: Point
    entries: tuple[EntryChange, ...]


def build(sources: Sources) -> Difference:
    """Build the difference from the earlier moment, or from the beginning, to the later one.

    Raises:
        Problem: `usage` where the earlier moment lies after the later one.
    """
    since = sources.since or BEGINNING
    if since.position > sources.as_of.position:
        raise Problem(
            Code.USAGE,
            "The earlier moment lies after the later one.",
            advice="Give the earlier one with --since or --since-at.",
        )
    before = _entries(sources, since.position)
    after = _entries(sources, sources.as_of.position)
    ordered = sorted(after.items(), key=lambda one: one[1].changes[0].position)
    found = (_difference(stream, before.get(stream), entry, since) for stream, entry in ordered)
    return Difference(
        head=head(NAME, sources),
        since=since,
        entries=tuple(one for one in found if one is not None),
    )


def _entries(sources: Sources, upto: int) -> dict[str, Entry]:
    rows: dict[str, Entry] = {}
    for event in sources.register_events():
        if event.position > upto:
            break
        for key in REGISTER.keys(event):
            row = REGISTER.fold(rows.get(key), event)
            if row is not None:
                rows[key] = row
    return rows


def _difference(
    stream: str, before: Entry | None, after: Entry, since: Point
) -> EntryChange | None:
    if before is None:
        movement = Movement.ADDED
    elif before.retired is None and after.retired is not None:
        movement = Movement.REMOVED
    else:
        movement = Movement.CHANGED
    changed = tuple(_fields(before, after))
    if movement is Movement.CHANGED and not changed:
        return None
    return EntryChange(
        stream=stream,
        noun=after.noun,
        title=_title(after),
        movement=movement,
        fields=changed,
        changes=tuple(change for change in after.changes if change.position > since.position),
    )


def _fields(before: Entry | None, after: Entry) -> Iterator[FieldChange]:
    old = _values(before) if before else {}
    for name, value in _values(after).items():
        was = old.get(name)
        if value == was or (was is None and value == ()):
            continue
        yield FieldChange(
            field=name,
            before=Cell(value=was, evidence=before.behind(name) if before else ()),
            after=Cell(value=value, evidence=after.behind(name)),
            change=after.change(after.behind(name)[-1]),
        )


def _values(entry: Entry) -> dict[str, Any]:
    """Give the fields of an entry in the order of its class."""
    declared = entry.controller or entry.activity or entry.recipient
    if declared is not None:
        names = (field.name for field in fields(declared) if field.name != REASON)
        return {name: getattr(declared, name) for name in names}
    if entry.staff is not None:
        return {"roles": entry.staff.roles}
    return {"published": tuple(one.notice for one in entry.published)}


def _title(entry: Entry) -> LocalText | None:
    if entry.activity is not None:
        return entry.activity.title
    return entry.recipient.category if entry.recipient is not None else None
