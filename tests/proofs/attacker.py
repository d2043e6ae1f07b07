"""An attacker, who can write a log's file and knows all about it but the signing key."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ropa.log.tree import Frontier


class Attacker:
    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def row(self, position: int) -> dict[str, Any]:
        self.db.row_factory = sqlite3.Row
        found = self.db.execute("SELECT * FROM events WHERE position = ?", (position,)).fetchone()
        self.db.row_factory = None
        return dict(found)

    def put(self, position: int, /, **columns: object) -> None:
        names = ", ".join(f"{name} = ?" for name in columns)
        self.db.execute(
            f"UPDATE events SET {names} WHERE position = ?",  # noqa: S608 - names of columns
            (*columns.values(), position),
        )

    def insert(self, row: dict[str, Any]) -> None:
        self.db.execute(
            f"INSERT INTO events ({', '.join(row)})"  # noqa: S608 - names of columns
            f" VALUES ({', '.join('?' * len(row))})",
            tuple(row.values()),
        )

    def drop(self, position: int) -> None:
        self.db.execute("DELETE FROM events WHERE position = ?", (position,))

    def shift(self, first: int, by: int) -> None:
        """Move the events from a position on."""
        for sign in (f"-position - {by}", "-position"):
            self.db.execute(
                f"UPDATE events SET position = {sign}"  # noqa: S608 - a number
                " WHERE position >= ? OR position < 0",
                (first,),
            )

    def edit(self, position: int, /, **fields: object) -> bytes:
        """Write other fields into an event's stored form, and give what it is now."""
        event = json.loads(self.row(position)["state"]) | fields
        state = json.dumps(event, separators=(",", ":")).encode()
        self.put(position, state=state)
        return state

    def rebuild(self) -> None:
        """Make the whole tree anew over the events as they are."""
        rows = self.db.execute("SELECT state, position FROM events ORDER BY position").fetchall()
        hashes = Frontier().extend(state for state, _ in rows)
        self.db.executemany(
            "UPDATE events SET hashes = ? WHERE position = ?",
            [(found, position) for found, (_, position) in zip(hashes, rows, strict=True)],
        )

    def having(self, condition: str, after: int = 1_500) -> int:
        """Give the position of the first such event after another, in the middle of the log."""
        found: int = self.db.execute(
            f"SELECT min(position) FROM events WHERE position > ? AND ({condition})",  # noqa: S608
            (after,),
        ).fetchone()[0]
        return found


@contextmanager
def attack(folder: Path) -> Iterator[Attacker]:
    with closing(sqlite3.connect(folder / "log.db", isolation_level=None)) as db:
        db.execute("BEGIN")
        db.execute("DROP TRIGGER events_are_not_changed")
        db.execute("DROP TRIGGER events_are_not_deleted")
        yield Attacker(db)
        db.execute("COMMIT")
