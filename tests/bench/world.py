"""An invented world to measure on: the founding register, and persons with all kinds of facts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import msgspec

from ropa.app import Register
from ropa.cli.founding import founding_register
from ropa.kernel.fact import Fact

BATCH = 1_000
PER_PERSON = 14
_BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
_ENCODER = msgspec.json.Encoder()


def found(register: Register) -> None:
    """Record the founding register."""
    facts = [
        Fact(data=data, source="officer", id=f"found-{number}")
        for number, data in enumerate(founding_register())
    ]
    register.append(facts)


def lines(first: int, persons: int) -> Iterator[bytes]:
    """Give the events of persons as a web shop sends them, 14 of each."""
    for number in range(first, first + persons):
        for ordinal, (name, data) in enumerate(_facts(number)):
            yield event(number, ordinal, name, data)


def append(register: Register, sent: Iterator[bytes]) -> None:
    """Append events batch by batch."""
    while batch := list(islice(sent, BATCH)):
        register.append([register.read_event(line) for line in batch])


def person(number: int, events: int) -> Iterator[bytes]:
    """Give about so many events of one person: what all have, over and over."""
    for turn in range(events // PER_PERSON):
        for ordinal, (name, data) in enumerate(_facts(number)):
            if turn == 0 or name not in _ONCE:
                yield event(number, 100 * turn + ordinal, name, data)


_ONCE = {"person.registered.v1", "person.activity-started.v1", "person.objected.v1"}


def event(number: int, ordinal: int, name: str, data: dict[str, Any]) -> bytes:
    """Give one event of a person."""
    at = _BEGIN + timedelta(minutes=number % 500_000, seconds=ordinal)
    return _ENCODER.encode(
        {
            "specversion": "1.0",
            "id": f"ws-{number:07}x{ordinal}",
            "source": "webshop",
            "type": name,
            "subject": f"C{number:07}",
            "time": at,
            "data": data,
        }
    )


def _facts(number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "person.registered.v1", {"activities": ["accountability"]}
    yield "person.activity-started.v1", {"activity": "contract", "basis": "contract"}
    yield contact(number, 0)
    yield (
        "person.activity-started.v1",
        {"activity": "marketing", "basis": "legitimate-interest"},
    )
    for turn in range(1, 4):
        yield contact(number, turn)
    for turn in range(2):
        yield _voucher(number, turn)
        yield (
            "person.disclosed.v1",
            {
                "recipient": "payment-service",
                "activity": "contract",
                "categories": ["contact.name", "contact.email"],
            },
        )
    yield "person.objected.v1", {"activity": "marketing", "channel": "unsubscribe-link"}
    yield contact(number, 5, activities=["contract"])


def contact(
    number: int,
    turn: int,
    activities: list[str] | None = None,
    fields: tuple[str, ...] = ("name", "email", "address"),
) -> tuple[str, dict[str, Any]]:
    """Give a change of contact details."""
    details = {
        "name": f"Astrid Exempelsson {number}",
        "email": f"astrid.{number}@post{turn}.example",
        "address": {
            "street": f"Provgatan {turn + 1}",
            "postal_code": "111 22",
            "city": "Stockholm",
        },
    }
    return "person.contact-changed.v1", {
        "channel": "account-page",
        "activities": activities or ["contract", "marketing"],
        "personal": {name: details[name] for name in fields},
    }


def _voucher(number: int, turn: int) -> tuple[str, dict[str, Any]]:
    return "person.accounting-record-filed.v1", {
        "kind": "invoice",
        "financial_year_end": date(2025, 12, 31),
        "activities": ["bookkeeping"],
        "personal": {
            "voucher": f"V{number}-{turn}",
            "amount": {"total": "1249.00", "vat": "249.80"},
            "name": f"Astrid Exempelsson {number}",
        },
    }
