"""A toy domain: facts, views, a codec and a log, for the tests of the tables."""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from ropa.kernel.fact import Recorded, fact, fact_type
from ropa.kernel.problem import Code, Problem
from ropa.kernel.view import View


@fact("account.opened.v1", stream="account/{subject}")
class Opened:
    """An account was opened."""

    branch: str


@fact("account.moved.v1", stream="account/{subject}")
class MovedV1:
    """Money came in or went out, in whole crowns; written by an old version."""

    crowns: int


@fact("account.moved.v2", stream="account/{subject}")
class Moved:
    """Money came in or went out."""

    ore: int
    tags: tuple[str, ...] = ()


@fact("account.closed.v1", stream="account/{subject}")
class Closed:
    """An account was closed."""


@fact("account.noted.v1", stream="account/{subject}")
class Noted:
    """Something that no view reads."""

    length: int


CLASSES = {fact_type(cls).name: cls for cls in (Opened, MovedV1, Moved, Closed, Noted)}


@cache
def _decoder(type_: str) -> msgspec.json.Decoder[Any]:
    event_of: Any = Recorded
    return msgspec.json.Decoder(event_of[CLASSES[type_]])


def decode(type_: str, state: bytes) -> Recorded[Any]:
    """Give the event that stored bytes hold, upcast."""
    try:
        event: Recorded[Any] = _decoder(type_).decode(state)
    except msgspec.MsgspecError:
        raise Problem(Code.LOG_DAMAGED, "An event cannot be decoded.") from None
    if isinstance(event.data, MovedV1):
        return msgspec.structs.replace(event, data=Moved(ore=event.data.crowns * 100))
    return event


class Account(msgspec.Struct, frozen=True):
    """An account as it stands."""

    branch: str
    ore: int
    seen: tuple[int, ...]
    tags: frozenset[str] = frozenset()


class Tagged(msgspec.Struct, frozen=True):
    """What was moved for one tag of an account."""

    ore: int
    first: int
    last: int
    count: int


def fold_account(row: Account | None, event: Recorded[Any]) -> Account | None:
    """Keep branch and balance; a closed account goes."""
    match event.data:
        case Opened(branch=branch):
            return Account(branch, 0, (event.position,))
        case Moved(ore=ore, tags=tags) if row:
            return Account(
                row.branch, row.ore + ore, (*row.seen, event.position)[-5:], row.tags | {*tags}
            )
        case Closed():
            return None
    return row


def fold_tag(row: Tagged | None, event: Recorded[Moved]) -> Tagged | None:
    """Keep the sum of a tag."""
    row = row or Tagged(0, event.position, event.position, 0)
    return Tagged(row.ore + event.data.ore, row.first, event.position, row.count + 1)


ACCOUNTS = View(
    name="accounts",
    version=1,
    reads=(Opened, Moved, Closed),
    row=Account,
    keys=lambda event: (event.subject or "",),
    fold=fold_account,
    columns={"branch": lambda row: row.branch, "rich": lambda row: int(row.ore > 0)},
)
TAGS = View(
    name="tags of an account",
    version=1,
    reads=(Moved,),
    row=Tagged,
    keys=lambda event: tuple(f"{tag}/{event.subject}" for tag in event.data.tags),
    fold=fold_tag,
    columns={"count": lambda row: row.count},
)
VIEWS = (ACCOUNTS, TAGS)

EDITED = (replace(ACCOUNTS, fold=lambda row, event: row or fold_account(row, event)), TAGS)
"""The same views, with a fold that was edited although no version was raised."""
RAISED = (replace(EDITED[0], version=2), TAGS)
BRANCHES = View(
    name="branches",
    version=1,
    reads=(Opened,),
    row=Account,
    keys=lambda event: (event.data.branch,),
    fold=fold_account,
)
"""A view that breaks the law: rows with events of several streams."""


@dataclass(frozen=True)
class Log:
    """A log in a SQLite file, as plain as it can be."""

    path: Path

    @classmethod
    def create(cls, path: Path) -> "Log":
        log = cls(path)
        log._query("PRAGMA journal_mode=WAL")
        log._query(
            "CREATE TABLE log "
            "(position INTEGER PRIMARY KEY, type TEXT, stream TEXT, version INTEGER, state BLOB)"
        )
        log._query("CREATE INDEX streams ON log (stream, version)")
        return log

    def _db(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=60)

    def _query(self, sql: str, *values: Any) -> list[Any]:
        db = self._db()
        try:
            with db:
                return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def append(self, facts: Sequence[tuple[str, Any]]) -> None:
        """Record facts, each of one account."""
        db = self._db()
        position = db.execute("SELECT coalesce(max(position), 0) FROM log").fetchone()[0]
        versions = dict(db.execute("SELECT stream, max(version) FROM log GROUP BY stream"))
        rows = []
        for subject, data in facts:
            position += 1
            stream = f"account/{subject}"
            versions[stream] = versions.get(stream, 0) + 1
            event = Recorded(
                position=position,
                id=f"i-{position}",
                type=fact_type(data).name,
                source="bank",
                subject=subject,
                stream=stream,
                version=versions[stream],
                recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
                occurred_at=datetime(2026, 1, 1, tzinfo=UTC),
                actor="bank",
                cause=None,
                data=data,
            )
            rows.append((position, event.type, stream, event.version, msgspec.json.encode(event)))
        with db:
            db.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?)", rows)
        db.close()

    def head(self) -> int:
        found: int = self._query("SELECT coalesce(max(position), 0) FROM log")[0][0]
        return found

    def leaf(self, position: int, /) -> bytes:
        [(state,)] = self._query("SELECT state FROM log WHERE position = ?", position)
        return hashlib.sha256(b"\0" + state).digest()

    def _each(self, sql: str, *values: Any) -> Iterator[tuple[str, bytes]]:
        db = self._db()
        try:
            db.execute("PRAGMA mmap_size=1073741824")
            yield from db.execute(sql, values)
        finally:
            db.close()

    def events(self, after: int, upto: int, /) -> Iterator[tuple[str, bytes]]:
        return self._each(
            "SELECT type, state FROM log WHERE position > ? AND position <= ? ORDER BY position",
            after,
            upto,
        )

    def split(self, n: int, upto: int, /) -> list[tuple[str, str]]:
        cuts = [
            self._query(
                "SELECT stream FROM log WHERE position <= ? ORDER BY stream LIMIT 1 OFFSET ?",
                upto,
                upto * k // n,
            )[0][0]
            for k in range(1, n)
        ]
        bounds = [*sorted({"", *cuts}), "~"]
        return list(pairwise(bounds))

    def by_stream(self, part: tuple[str, str], upto: int, /) -> Iterator[tuple[str, bytes]]:
        return self._each(
            "SELECT type, state FROM log INDEXED BY streams WHERE stream >= ? AND stream < ? "
            "AND position <= ? ORDER BY stream, version",
            *part,
            upto,
        )

    def recorded(self) -> list[Recorded[Any]]:
        return [decode(*stored) for stored in self.events(0, self.head())]
