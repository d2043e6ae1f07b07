"""The law of evidence, for any paper.

Removing an event behind a cell changes it, and an event outside its evidence never does.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from ropa.kernel.fact import Recorded
from ropa.reports.cell import Cell, Query, Tally
from ropa.reports.difference import FieldChange
from tests.histories import Log

_KEYS = (
    "position", "stream", "activity", "recipient", "request", "breach", "field", "right", "kind",
)  # fmt: skip
_ALIKE = {"processing": "activities"}  # which of the two parts an activity stands in is no cell

Statement = Cell[Any] | Tally | FieldChange
Path = tuple[str, ...]


def statements(model: Any, path: Path = ()) -> Iterator[tuple[Path, Statement]]:
    """Give each cell and count of a paper, by where it stands."""
    if isinstance(model, Cell | Tally | FieldChange):
        yield path, model
    elif isinstance(model, msgspec.Struct):
        for name in model.__struct_fields__:
            yield from statements(getattr(model, name), (*path, _ALIKE.get(name, name)))
    elif isinstance(model, tuple):
        seen: Counter[str] = Counter()
        for part in model:
            name = _name(part)
            seen[name] += 1
            yield from statements(part, (*path, f"{name} {seen[name]}"))


def _name(part: Any) -> str:
    found = [str(getattr(part, key)) for key in _KEYS if isinstance(getattr(part, key, None), str)]
    found += [str(part.position)] if hasattr(part, "position") else []
    if isinstance(part, Cell) and part.value is not None and hasattr(part.value, "notice"):
        found = [part.value.notice, part.value.version, part.value.language]
    if hasattr(part, "category") and isinstance(part.category, str):
        found.append(part.category)
    if hasattr(part, "month"):
        found.append(str(part.month))
    if hasattr(part, "basis"):
        found.append(str(getattr(part.basis, "value", part.basis)))
    return " ".join(found)


def behind(statement: Statement, log: Log) -> set[int]:
    """Give the events that a statement says it rests on."""
    if isinstance(statement, FieldChange):
        return {*statement.before.evidence, *statement.after.evidence}
    if isinstance(statement, Tally):
        listed = {event.position for event in log.events if matches(statement.query, event)}
        return listed | {*statement.evidence}
    return {*statement.evidence}


def matches(query: Query, event: Recorded[Any]) -> bool:
    """Tell whether a search lists an event."""
    return (
        event.type in query.types
        and query.activity in {None, getattr(event.data, "activity", None)}
        and query.recipient in {None, getattr(event.data, "recipient", None)}
    )


def assert_evidence(log: Log, build: Callable[[Log], Any]) -> None:
    """Hold every statement of a paper against the paper without each of the events."""
    whole = build(log)
    joined = set(whole.records.evidence) if hasattr(whole, "records") else set()
    listed = list(statements(whole))
    for event in log.events:
        left = dict(statements(build(log.without(event.position))))
        for path, statement in listed:
            evidence = behind(statement, log)
            if event.position in evidence:
                # A count's own search always lists what is not counted in the end as well.
                if not isinstance(statement, Tally):
                    assert left.get(path) != statement, (event.type, path)
            elif event.position not in joined:
                assert left.get(path) == statement, (event.type, event.position, path)
