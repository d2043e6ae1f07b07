"""A small shop's register on disk, and what its programs send: the ground that tests stand on."""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import msgspec

from ropa.app import Register
from ropa.cli.founding import founding_register
from ropa.domain.notice.events import NoticePublished
from ropa.kernel.fact import Fact, Number

BEGUN = datetime(2024, 1, 1, 12, tzinfo=UTC)
NOW = datetime(2024, 11, 22, 12, tzinfo=UTC)
"""Long past, so that the machine's own clock is never behind it."""
SOURCES = {name: name for name in ("webshop", "newsletter", "banner", "invoicing")}
VERSION = "2025-10"


def founded(directory: Path) -> Path:
    """Put a register with the founding entries into a folder, and give the folder."""
    shutil.copytree(_founded(), directory)
    return directory


def _shown_before(data: Any) -> Any:
    """Give an entry, a notice as one that was shown before anything happens in the tests."""
    return replace(data, effective=BEGUN.date()) if isinstance(data, NoticePublished) else data


@cache
def _founded() -> Path:
    directory = Path(mkdtemp()) / "founded"
    Register.create(directory, sources=SOURCES)
    with Register.open(directory, clock=lambda: BEGUN) as register:
        register.append(
            [
                Fact(data=_shown_before(data), source="officer", id=f"founding-{number}")
                for number, data in enumerate(founding_register(), 1)
            ]
        )
    return directory


def sent(kind: str, data: Any = None, **envelope: Any) -> dict[str, Any]:
    """Give an event as a program sends it."""
    event = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "webshop",
        "type": f"{kind}.v1",
        "time": "2024-03-02T09:14:02Z",
        "data": data or {},
    }
    return {name: value for name, value in {**event, **envelope}.items() if value is not None}


def lines(*events: Any) -> bytes:
    """Give events as the lines of a file; what is bytes already stays as it is."""
    texts = (event if isinstance(event, bytes) else msgspec.json.encode(event) for event in events)
    return b"".join(text + b"\n" for text in texts)


def customer(number: str, *, name: str, email: str) -> list[dict[str, Any]]:
    """Give what the shop sends of a new customer; the ids of the events are the next ones."""
    personal = {"name": name, "email": email}
    named = {"channel": "registration-form", "activities": ["contract"], "personal": personal}
    start = {"activity": "contract", "basis": "contract"}
    of = {"subject": number}
    return [
        sent("person.registered", {"activities": ["accountability"]}, id=f"r.{new()}", **of),
        sent("person.activity-started", start, id=f"s.{new()}", **of),
        sent("person.contact-changed", named, id=f"c.{new()}", **of),
    ]


_count = iter(range(1, 10**9))


def new() -> int:
    """Give a number that has not been given before."""
    return next(_count)


def append(register: Register, events: Iterable[dict[str, Any]]) -> list[Any]:
    """Append events as they are sent."""
    return register.append([register.read_event(msgspec.json.encode(event)) for event in events])


def numbered(number: str, namespace: str = "webshop") -> Number:
    return Number(namespace, number)


def day(number: int) -> datetime:
    """Give noon of a day, counted from the first of January 2024."""
    return datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=number - 1)


def stored(directory: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Give all that log and vault hold, row by row: what a refusal must leave as it was."""
    import sqlite3  # noqa: PLC0415 - nothing else here looks at the files

    found = {}
    for file in ("log.db", "vault/keys.db"):
        with sqlite3.connect(directory / file) as db:
            names = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
            for (name,) in names:
                rows = db.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608 - its own tables
                found[f"{file}:{name}"] = sorted(rows, key=repr)
        db.close()
    return found
