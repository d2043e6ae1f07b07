"""What the programs of the demo send: events in the order of sending, as CloudEvents 1.0."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeVar

T = TypeVar("T")

FIRST_DAY: Final = datetime(2025, 11, 1, tzinfo=UTC)
LAST_DAY: Final = datetime(2026, 10, 31, 20, tzinfo=UTC)


class Chance:
    """Chance that falls the same way each time, in every version of Python.

    Only `random()` of a seeded generator is promised to stay the same.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - invented people, no secrets

    def below(self, end: int) -> int:
        """Give a whole number from 0, below the end."""
        return int(self._random.random() * end)

    def one(self, of: Sequence[T]) -> T:
        """Give one of them."""
        return of[self.below(len(of))]

    def often(self, share: float) -> bool:
        """Tell whether it happens this time."""
        return self._random.random() < share

    def moment(self, day: float) -> datetime:
        """Give a moment in the daytime of a day, counted from the first of the year."""
        start = FIRST_DAY + timedelta(days=int(day))
        return start + timedelta(hours=6, seconds=self.below(13 * 3600))


@dataclass(slots=True)
class Person:
    """An invented person, and the numbers by which the programs know them."""

    name: str
    email: str
    phone: str | None = None
    address: dict[str, str] | None = None
    language: str = "sv"
    shop: str = ""
    invoicing: str = ""
    newsletter: str = ""
    device: str = ""
    personal_number: str | None = None
    changed: list[tuple[datetime, str, Any]] = field(default_factory=list)

    def then(self, detail: str, at: datetime) -> Any:
        """Give a contact detail as it was at a time, by the changes noted so far."""
        before = [new for since, which, new in self.changed if which == detail and since <= at]
        return before[-1] if before else getattr(self, detail)


@dataclass(slots=True)
class Sent:
    """An event on its way: what happened and when, and when it is sent."""

    type: str
    subject: str
    at: datetime
    data: dict[str, Any]
    sent: datetime
    cause: str | None
    actor: str | None
    repeated: datetime | None
    id: str = ""


class Feed:
    """The events of one program, numbered in the order in which they happened."""

    def __init__(self, source: str, prefix: str, *, zone: Any = UTC) -> None:
        """Make an empty feed.

        Args:
            source: The program.
            prefix: What its ids begin with.
            zone: The time zone in which it writes its times.
        """
        self.source = source
        self._prefix = prefix
        self._zone = zone
        self._sent: list[Sent] = []

    def add(
        self,
        type_: str,
        subject: str,
        at: datetime,
        *,
        cause: str | None = None,
        actor: str | None = None,
        sent: datetime | None = None,
        **data: Any,
    ) -> Sent:
        """Add an event, sent at once unless told otherwise; `personal` is part of its data."""
        event = Sent(f"person.{type_}.v1", subject, at, data, sent or at, cause, actor, None)
        self._sent.append(event)
        return event

    def in_order(self) -> list[Sent]:
        """Give the events in the order in which they happened, each with its id."""
        found = sorted(self._sent, key=lambda event: event.at)
        for number, event in enumerate(found, start=1):
            event.id = f"{self._prefix}-{number:06}"
        return found

    def lines(self) -> list[str]:
        """Give the lines of the file, in the order of sending."""
        events = self.in_order()
        again = [(event.repeated, event) for event in events if event.repeated is not None]
        order = sorted([(event.sent, event) for event in events] + again, key=lambda pair: pair[0])
        return [self._line(event) for _, event in order]

    def _line(self, event: Sent) -> str:
        envelope = {
            "specversion": "1.0",
            "id": event.id,
            "source": self.source,
            "type": event.type,
            "subject": event.subject,
            "time": event.at.astimezone(self._zone).isoformat().replace("+00:00", "Z"),
            "actor": event.actor,
            "cause": event.cause,
            "data": event.data,
        }
        present = {name: value for name, value in envelope.items() if value is not None}
        return json.dumps(present, ensure_ascii=False, separators=(",", ":"))


def financial_year_end(at: datetime, zone: Any) -> date:
    """Give the last day of the financial year, which is the calendar year."""
    return date(at.astimezone(zone).year, 12, 31)
