"""What the events are that a paper rests on, of the register or of a person."""

from collections.abc import Callable
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from ropa.kernel.fact import Recorded
from ropa.reports.cell import Cell, Cited, Head, Point


def with_events(paper: Any, at: Callable[[int], Recorded[Any]]) -> Any:
    """Give a paper that says of each event which it refers to what it was, in log order.

    Args:
        paper: The model of the paper.
        at: Gives the event at a position.
    """
    events = tuple(
        Cited(
            position=event.position,
            type=event.type,
            occurred_at=event.occurred_at,
            recorded_at=event.recorded_at,
        )
        for event in map(at, sorted(_positions(paper)))
    )
    head = msgspec.structs.replace(paper.head, events=events)
    return msgspec.structs.replace(paper, head=head)


def _positions(paper: msgspec.Struct) -> set[int]:
    found: set[int] = set()
    todo: list[Any] = [paper]
    while todo:
        part = todo.pop()
        if isinstance(part, Cell):
            found.update(part.evidence)
            part = part.value
        if isinstance(part, tuple):
            if part and isinstance(part[0], msgspec.Struct):
                todo += part
        elif isinstance(part, Head):
            found.update(part.controller.evidence)
        elif isinstance(part, msgspec.Struct):
            parts, own = _fields(type(part))
            todo += [getattr(part, name) for name in parts]
            if own:
                found.add(getattr(part, own))
            found.update(getattr(part, "evidence", ()))
    return found


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, ...], str | None]:
    """Give the fields in which a part may have parts, and the one that holds its own position."""
    hints = get_type_hints(kind)
    parts = tuple(name for name, hint in hints.items() if name != "evidence" and _is_whole(hint))
    # A place in the log is none of its events, and what has that moment tells of its event itself.
    own = "position" in hints and kind is not Point and "recorded_at" not in hints
    return parts, "position" if own else None


def _is_whole(hint: Any) -> bool:
    origin = get_origin(hint) or hint
    if origin in {Union, UnionType}:
        return any(map(_is_whole, get_args(hint)))
    return isinstance(origin, type) and issubclass(origin, msgspec.Struct | tuple)
