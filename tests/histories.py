"""Logs made by hand: events with positions, boxes whose values a test knows, and rows of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ropa.app.calendar import swedish_calendar
from ropa.domain.person.events import PersonMerged, PersonParted
from ropa.kernel.fact import Box, Recorded, fact_type
from ropa.kernel.ids import Language
from ropa.kernel.opening import Damaged, Opened, Values
from ropa.reports.cell import Point
from ropa.reports.sources import Sources
from ropa.tables.memory import Memory
from ropa.views.register import REGISTER
from ropa.views.registry import VIEWS

ANNA = "6f0c1c1e-52a4-4b3f-8d0e-6a4b8f0c2d11"
BERT = "b7c8b6a2-7a7d-4c5e-9c1d-2f1f3a5e7d90"
EVA = "0d9b1a55-6a5f-4b6a-9d5c-3f0a6f2b7c11"
PRINTED = datetime(2026, 12, 31, 12, tzinfo=UTC)

Sealed = Mapping[str, Mapping[Any, Any]]
"""What lies in the boxes of an event: values by category, by activity."""


def noon(day: int) -> datetime:
    """Give noon of a day, counted from the first of January 2026."""
    return datetime.combine(date(2026, 1, 1), datetime.min.time(), UTC) + timedelta(
        days=day - 1, hours=12
    )


def point(position: int, day: int) -> Point:
    """Give a place in the log and the day that it stands for; the root hash is none of any log."""
    return Point(position=position, moment=noon(day), root="=" * 44)


@dataclass
class Log:
    """A log; each event happens a day after the one before it, unless the test says when."""

    events: list[Recorded[Any]] = field(default_factory=list)
    boxes: dict[tuple[int, str], Opened] = field(default_factory=dict)

    def add(
        self,
        data: Any,
        subject: str | None = None,
        sealed: Sealed | None = None,
        *,
        day: int | None = None,
        cause: str | None = None,
    ) -> int:
        """Record an event as it stands, and give its position."""
        position = len(self.events) + 1
        kind = fact_type(data)
        stream = kind.stream_of(data, subject)
        for activity, values in (sealed or {}).items():
            self.boxes[position, activity] = Values(dict(values))
        self.events.append(
            Recorded(
                position=position,
                id=f"test-{position}",
                type=kind.name,
                source="ropa" if cause else "webshop",
                subject=subject,
                stream=stream,
                version=1 + sum(event.stream == stream for event in self.events),
                recorded_at=noon(position),
                occurred_at=noon(position if day is None else day),
                actor="officer-1",
                cause=cause,
                data=data,
                sealed={
                    activity: Box(f"key-{activity}", "0" * 64, tuple(sorted(values)))
                    for activity, values in (sealed or {}).items()
                },
            )
        )
        return position

    def without(self, *positions: int) -> "Log":
        """Give the same log as if some events had never been; the others stay where they are."""
        left = [event for event in self.events if event.position not in positions]
        return replace(self, events=left)

    def rows(self, upto: int | None = None) -> Memory:
        """Fold all the views."""
        return Memory.fold(VIEWS, self.events, upto)

    def sources(self, person: str | None = None, **asked: Any) -> Sources:
        """Give what a paper is made from; always of the same moment, however long the log is."""
        return Sources(
            rows=self.rows(),
            as_of=point(1000, 364),
            printed_at=PRINTED,
            language=Language.SV,
            calendar=swedish_calendar(ZoneInfo("Europe/Stockholm")),
            register_events=lambda: [
                one for one in self.events if type(one.data) in REGISTER.reads
            ],
            events=lambda subject: [event for event in self.events if event.subject == subject],
            at=lambda position: next(one for one in self.events if one.position == position),
            open=lambda event, activity: self.boxes.get((event.position, activity), Damaged()),
            person=person,
            **asked,
        )


def log(events: Iterable[tuple[Any, ...]]) -> Log:
    """Make a log of events, each as the arguments of `Log.add`."""
    made = Log()
    for event in events:
        made.add(*event)
    return made


def merged(one: str, other: str, ground: Any) -> list[tuple[Any, ...]]:
    """Give the two events by which two records are found to be one person's."""
    return [
        (PersonMerged(other=other, ground=ground), one),
        (PersonMerged(other=one, ground=ground), other),
    ]


def parted(one: str, other: str) -> list[tuple[Any, ...]]:
    """Give the two events by which they are found not to be."""
    return [(PersonParted(other=other), one), (PersonParted(other=one), other)]
