"""What the events are that a paper rests on, of the register or of a person."""

from collections.abc import Callable, Iterator
from typing import Any

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
        for event in map(at, sorted(set(_positions(paper))))
    )
    head = msgspec.structs.replace(paper.head, events=events)
    return msgspec.structs.replace(paper, head=head)


def _positions(part: Any) -> Iterator[int]:
    match part:
        case Head():
            yield from part.controller.evidence
        case Point():
            return  # a place in the log is none of its events
        case tuple():
            for one in part:
                yield from _positions(one)
        case Cell(value=value, evidence=evidence):
            yield from evidence
            yield from _positions(value)
        case msgspec.Struct():
            names = part.__struct_fields__
            for name in names:
                found = getattr(part, name)
                if name == "evidence":
                    yield from found
                elif name != "position":
                    yield from _positions(found)
                elif "recorded_at" not in names:  # else it tells of its event itself
                    yield found
