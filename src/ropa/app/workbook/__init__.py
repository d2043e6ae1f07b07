"""A file of the register read again: what it would change, as facts, before anything is."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from ropa.app.intake import read_data
from ropa.app.workbook.cells import text_in
from ropa.app.workbook.entries import Entries, Entry, entries
from ropa.app.workbook.grid import Grid
from ropa.app.workbook.paper import grid_of
from ropa.app.workbook.reading import read_any
from ropa.catalogue import TYPES
from ropa.kernel.amending import CLEARED, REASON
from ropa.kernel.amending import changes as changes_of
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.view import Rows
from ropa.render.books.article30 import COLUMNS
from ropa.reports.article30.model import Article30
from ropa.views import register

_NOUNS = ("recipient", "activity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A field that an event would set.

    Attributes:
        event: The published name of the event's type.
        entry: The entry, such as `activity/contract`.
        field: The field; None where the event sets none.
        old: What it holds; None where there is nothing.
        new: What it would hold.
    """

    event: str
    entry: str
    field: str | None = None
    old: Any = None
    new: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What reading a file of the register again comes to.

    Attributes:
        facts: The facts that it would append, in the order in which they have to be.
        steps: The same field by field.
        left: The addresses of the sheets and columns that are not known, and were left aside.
        absent: The entries of the register that the file does not hold; they stay as they are.
        behind: The entries to be changed that were changed since the file was made.
        approved: The entries to be changed that are approved as they are; a file approves
            nothing, whatever stands in its columns on reviews.
    """

    facts: tuple[Any, ...]
    steps: tuple[Step, ...]
    left: tuple[str, ...]
    absent: tuple[str, ...]
    behind: tuple[str, ...]
    approved: tuple[str, ...]


def read_workbook(content: bytes, paper: Article30, rows: Rows, reason: str) -> Import:
    """Give what a file of the register would change in it.

    File and register are compared as workbooks, so that what a workbook cannot say, such as a
    recipient of an activity that is disclosed to nobody, is never taken for a change.

    Args:
        content: The file: the workbook (XLSX), its JSON or CSV, or one sheet of it as CSV.
        paper: The register's present record of processing activities.
        rows: The rows of the views.
        reason: Why; it stands in the register's history.

    Raises:
        Problem: What is wrong with it, and where: sheet, column and row, or the path.
    """
    grid, left = read_any(content)
    held = grid_of(paper)
    recipients = {declared.recipient for _, declared in register.recipients(rows)}
    wanted = entries(_whole(grid, held), recipients.__contains__)
    present = entries(held)
    made = _Making(rows, reason)
    for noun in _NOUNS:
        made.compare(noun, _part(wanted, noun), _part(present, noun))
    for noun in _NOUNS:
        made.end(noun, _part(wanted, noun), _part(present, noun))
    absent = tuple(
        f"{noun}/{name}"
        for noun in _NOUNS
        for name in _part(present, noun)
        if name not in _part(wanted, noun)
    )
    return Import(
        facts=tuple(made.facts),
        steps=tuple(made.steps),
        left=tuple(left),
        absent=absent,
        behind=tuple(made.behind),
        approved=tuple(made.approved),
    )


def _whole(grid: Grid, held: Grid) -> Grid:
    """Give a grid with every sheet: what one that was saved alone does not name stays as it is."""
    if len(grid) == len(COLUMNS):
        return grid
    whole = dict(held)
    for name, lines in grid.items():
        owner = COLUMNS[name][0]
        named = {text_in(line, owner) for line in lines}
        whole[name] = (*(one for one in held[name] if one.cells[owner] not in named), *lines)
    return whole


def _part(found: Entries, noun: str) -> Mapping[str, Entry]:
    return found.activities if noun == "activity" else found.recipients


class _Making:
    """The facts and the preview of an import in the making."""

    def __init__(self, rows: Rows, reason: str) -> None:
        self.facts: list[Any] = []
        self.steps: list[Step] = []
        self.behind: list[str] = []
        self.approved: list[str] = []
        self._reason = reason
        self._entries = {
            f"{noun}/{name}": entry
            for noun, found in (
                ("activity", [(one.activity, row) for row, one in register.activities(rows)]),
                ("recipient", [(one.recipient, row) for row, one in register.recipients(rows)]),
            )
            for name, entry in found
        }

    def compare(self, noun: str, wanted: Mapping[str, Entry], present: Mapping[str, Entry]) -> None:
        """Declare what is new, and amend what is different."""
        for name, one in wanted.items():
            before = present.get(name)
            if before is None:
                self._declare(noun, name, one)
            else:
                self._amend(noun, name, one, before)

    def end(self, noun: str, wanted: Mapping[str, Entry], present: Mapping[str, Entry]) -> None:
        """Retire what came to its end."""
        for name, one in wanted.items():
            if one.ended and not (name in present and present[name].ended):
                self._add(noun, "retired", name, one, {noun: name})
                self.steps.append(Step(event=f"{noun}.retired.v1", entry=f"{noun}/{name}"))

    def _declare(self, noun: str, name: str, one: Entry) -> None:
        given = {field: value for field, value in one.fields.items() if value is not None}
        fact = self._add(noun, "declared", name, one, given)
        for field in fields(fact):
            value = getattr(fact, field.name)
            if field.name not in {noun, REASON} and value != field.default:
                self._tell(noun, "declared", name, field.name, None, value)

    def _amend(self, noun: str, name: str, one: Entry, before: Entry) -> None:
        changed = {
            field: value
            for field, value in one.fields.items()
            if _comparable(value) != _comparable(before.fields[field])
        }
        if before.ended and (changed or not one.ended):
            raise Problem(
                Code.RETIRED,
                f"This {noun} is retired, and changes no more.",
                advice="Leave its row as it was, or declare a new one by another name.",
                where=Where(
                    field=one.place(f"{next(iter(changed))}.0") if changed else one.line.at("ended")
                ),
            )
        if not changed:
            return
        given = {field: value for field, value in changed.items() if value is not None}
        cleared = [field for field, value in changed.items() if value is None]
        data = {noun: name, **given, CLEARED: cleared}
        entry = self._entries[f"{noun}/{name}"]
        declared = getattr(entry, noun)
        fact = self._made(noun, "amended", one, data)
        empty = {field.name: field.default for field in fields(declared)}
        told = [field for field in changed if field in changes_of(fact, declared)]
        if not told:
            return
        self.facts.append(fact)
        if one.version is not None and one.version != len(entry.changes):
            self.behind.append(f"{noun}/{name}")
        if entry.approved is not None and entry.approved.version == entry.version:
            self.approved.append(f"{noun}/{name}")
        for field in told:
            new = empty[field] if field in cleared else getattr(fact, field)
            self._tell(noun, "amended", name, field, getattr(declared, field), new)

    def _tell(self, noun: str, done: str, name: str, field: str, old: Any, new: Any) -> None:
        new = None if new is MISSING else new
        event, entry = f"{noun}.{done}.v1", f"{noun}/{name}"
        self.steps.append(Step(event=event, entry=entry, field=field, old=old, new=new))

    def _add(self, noun: str, done: str, name: str, one: Entry, data: dict[str, Any]) -> Any:
        fact = self._made(noun, done, one, {**data, noun: name})
        self.facts.append(fact)
        return fact

    def _made(self, noun: str, done: str, one: Entry, data: dict[str, Any]) -> Any:
        text = json.dumps({**data, REASON: self._reason}).encode()
        try:
            fact, _ = read_data(text, TYPES[f"{noun}.{done}.v1"])
        except Problem as problem:
            path = (problem.where.field or "").removeprefix("data").removeprefix(".")
            place = "--reason" if path == REASON else one.place(path)
            raise Problem(
                problem.code, problem.detail, advice=problem.advice, where=Where(field=place)
            ) from None
        return fact


def _comparable(value: Any) -> Any:
    """Give a value as it is compared: the order of rows says nothing."""
    if isinstance(value, list):
        return sorted(json.dumps(one, sort_keys=True) for one in value)
    return value


def asked(found: Import) -> Iterator[str]:
    """Give what people should know before they say yes."""
    for place in found.left:
        yield f"left aside, since it is not known: {place}"
    if found.absent:
        yield ("not in the file, and left as it is: " + ", ".join(found.absent))
    for entry in found.behind:
        yield f"changed since the file was made: {entry}; what it says now replaces that"
    for entry in found.approved:
        yield f"approved as it is: {entry}; as changed, it has to be reviewed again"
