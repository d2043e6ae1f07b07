"""A process that erases until it is killed, at a boundary that it counts for itself."""

import functools
import os
import sqlite3
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from signal import SIGKILL
from types import CodeType, FrameType
from typing import Any

from ropa.app import Register
from ropa.app.forgetting import Asked
from ropa.domain.person.events import AccountingRecordFiled, ContactChanged, RecordKind
from ropa.domain.person.forgetting import ErasureDecided
from ropa.domain.person.values import AccountingRecord, ContactDetails, Money
from ropa.kernel.erasing import ErasureGround, Unit
from ropa.kernel.fact import Fact
from ropa.kernel.ids import Channel
from ropa.kernel.problem import Problem
from tests.app.shop import NOW, new

LATER = NOW + timedelta(days=2)
_WATCHED = tuple(
    f"ropa/{name}.py"
    for name in (
        "app/erasing",
        "app/forgetting",
        "app/journal",
        "vault/erasing",
        "vault/store",
        "log/log",
        "log/datastore",
    )
)
_DURABLE = ("COMMIT", "wal_checkpoint", "fsync", "replace")
"""What the label of a boundary has in it where a file may be another afterwards."""


def erase(shop: Path, person: str) -> None:
    """Erase a person and sign the log, as the command does."""
    with Register.open(shop, clock=lambda: LATER) as register:
        register.erase(Asked(person), actor="officer")
        register.checkpoint()


def dispose(shop: Path, persons: str) -> None:
    """Dispose of what is held of many for one activity, as a retention run does."""
    with Register.open(shop, clock=lambda: LATER) as register:
        decided = ErasureDecided(
            ground=ErasureGround.RETENTION_ENDED, erased=(Unit(activity="contract"),)
        )
        ids = Path(persons).read_text().split()
        register.dispose([Fact(data=decided, subject=one, source="retention") for one in ids])


def reopen(shop: Path, _: str) -> None:
    """Open a register, which finishes what was begun, and sign its log."""
    with Register.open(shop, clock=lambda: LATER) as register:
        register.checkpoint()


def tell_once(shop: Path, person: str) -> None:
    """Tell of a new address of a person."""
    details = ContactDetails(name="Anna Exempel", email="ny@exempel.example")
    named = ContactChanged(channel=Channel.PHONE, activities=("contract", "marketing"))
    with Register.open(shop, clock=lambda: LATER) as register:
        fact = Fact(
            data=named,
            subject=person,
            personal=details,
            source="webshop",
            id=f"once.{new()}",
            occurred_at=NOW,
        )
        register.append([fact])


def run(work: Callable[[Path, str], None], shop: Path, about: str, told: Connection | int) -> None:
    """Do a piece of work: tell the labels of its boundaries, or die at one of these."""
    labels: list[str] = []

    def boundary(label: str) -> None:
        labels.append(label)
        if len(labels) == told:
            os.kill(os.getpid(), SIGKILL)

    _watch_sqlite(boundary)
    _watch_files(boundary)
    sys.setprofile(_profiler(boundary))
    work(shop, about)
    sys.setprofile(None)
    if not isinstance(told, int):
        told.send(labels)


def is_durable(label: str) -> bool:
    return any(word in label for word in _DURABLE)


def _profiler(boundary: Callable[[str], None]) -> Callable[[FrameType, str, Any], None]:
    known: dict[CodeType, str | None] = {}

    def told(frame: FrameType, event: str, _: Any) -> None:
        if event not in {"call", "return"}:
            return
        code = frame.f_code
        if code not in known:
            watched = code.co_filename.endswith(_WATCHED)
            known[code] = code.co_qualname if watched else None
        if known[code]:
            boundary(f"{event} {known[code]}")

    return told


def _watch_sqlite(boundary: Callable[[str], None]) -> None:
    """Put a boundary before and after whatever is asked of SQLite."""

    def around(inherited: Callable[..., Any], name: str = "") -> Any:
        def method(self: Any, *arguments: Any) -> Any:
            told = name or " ".join(str(arguments[0]).split())[:60]
            boundary(f"before {told}")
            found = inherited(self, *arguments)
            boundary(f"after {told}")
            return found

        return method

    class Cursor(sqlite3.Cursor):
        execute = around(sqlite3.Cursor.execute)
        executemany = around(sqlite3.Cursor.executemany)

    class Connection(sqlite3.Connection):
        execute = around(sqlite3.Connection.execute)
        executemany = around(sqlite3.Connection.executemany)
        commit = around(sqlite3.Connection.commit, "COMMIT")
        close = around(sqlite3.Connection.close, "close")

        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

    connect: Any = sqlite3.connect
    setattr(sqlite3, "connect", functools.partial(connect, factory=Connection))  # noqa: B010


def _watch_files(boundary: Callable[[str], None]) -> None:
    for name in ("fsync", "rename", "replace", "link"):
        setattr(os, name, _watched(getattr(os, name), name, boundary))


def _watched(inherited: Any, name: str, boundary: Callable[[str], None]) -> Any:
    def function(*arguments: Any) -> Any:
        boundary(f"before {name}")
        found = inherited(*arguments)
        boundary(f"after {name}")
        return found

    return function


# Without counting.


def erase_later(shop: Path, person: str, begun: Connection) -> None:
    """Erase a person once somebody else is at work too."""
    with Register.open(shop, clock=lambda: LATER) as register:
        begun.send_bytes(b"begun")
        register.erase(Asked(person), actor="officer")


def append_about(shop: Path, person: str, begun: Connection) -> None:
    """Tell of the same person now and then, and for ever, whatever is refused."""
    with Register.open(shop, clock=lambda: LATER) as register:
        begun.send_bytes(b"begun")
        for number in count(1):
            details = ContactDetails(name="Anna Exempel", email=f"a{number}@exempel.example")
            named = ContactChanged(channel=Channel.PHONE, activities=("contract", "marketing"))
            voucher = AccountingRecordFiled(
                kind=RecordKind.INVOICE,
                financial_year_end=NOW.date().replace(month=12, day=31),
                activities=("bookkeeping",),
            )
            filed = AccountingRecord(
                voucher=f"F-{number}", amount=Money(total="1.00"), name="Anna Exempel"
            )
            for data, personal in ((named, details), (voucher, filed)):
                fact = Fact(
                    data=data,
                    subject=person,
                    personal=personal,
                    source="webshop",
                    id=f"again.{os.getpid()}.{new()}",
                    occurred_at=NOW,
                )
                try:
                    register.append([fact])
                except Problem:
                    continue
            # Whoever never pauses lets nobody decide on what they find.
            assert list(register.check_views()) == []
