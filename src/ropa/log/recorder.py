"""The recorder: `eventsourcing`'s recorder for SQLite on the tables of a log."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from ropa.kernel.problem import Code, Problem, Where
from ropa.log.datastore import LogDatastore
from ropa.log.faults import damaged
from ropa.log.rows import MAX_STATE, Entry, Seen
from ropa.log.schema import BOX_BITS
from ropa.log.tree import HASH_SIZE, Frontier, hashes_length, place

_UUID_HEX = 32


class LogRecorder(SQLiteApplicationRecorder):
    """Records events in a log: each with a dense position, its leaf and the nodes it completes.

    Stored events go in as they are given. The register's own entries come by the keyword
    `entries`, and what is to be remembered of facts by `seen`, into the same transaction.
    """

    datastore: LogDatastore

    def __init__(self, datastore: LogDatastore) -> None:
        super().__init__(datastore)

    def construct_create_table_statements(self) -> list[str]:
        """Give no statements: `schema.create` makes the tables of a log."""
        return []

    def convert_originator_id(self, originator_id: str) -> UUID | str:
        """Give a stream as its id was given: the library stores a UUID as 32 digits."""
        if len(originator_id) == _UUID_HEX and "/" not in originator_id:
            return UUID(originator_id)
        return originator_id

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        *,
        entries: Sequence[Entry] = (),
        seen: Sequence[Seen] = (),
        **_: Any,
    ) -> list[int]:
        if stored_events:
            c.execute("SELECT coalesce(max(position), 0) FROM events")
            first = c.fetchone()[0] + 1
            entries = [_entry(event, first + n) for n, event in enumerate(stored_events)]
        self.append(c, entries, seen)
        return [entry.position for entry in entries]

    def append(
        self, c: SQLiteCursor, entries: Sequence[Entry], seen: Sequence[Seen] = ()
    ) -> list[bytes]:
        """Write entries in a transaction that holds the write lock, and give their leaf hashes."""
        frontier = self._at_head(c)
        first = frontier.size + 1
        if [entry.position for entry in entries] != list(range(first, first + len(entries))):
            raise damaged("An event was given another position than the next in the log.")
        for entry in entries:
            if len(entry.state) > MAX_STATE:
                raise Problem(
                    Code.EVENT_TOO_LARGE,
                    f"The event's stored form is longer than {MAX_STATE:,} bytes.",
                    where=Where(position=entry.position),
                )
        hashes = frontier.extend(entry.state for entry in entries)
        c.executemany(
            "INSERT INTO events (position, stream, version, type, subject, state, hashes)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (e.position, e.stream, e.version, e.type, e.subject, e.state, found)
                for e, found in zip(entries, hashes, strict=True)
            ],
        )
        c.executemany(
            "INSERT INTO boxes (id, activity, box) VALUES (?, ?, ?)",
            [
                ((e.position << BOX_BITS) + n, activity, box)
                for e in entries
                for n, (activity, box) in enumerate(e.boxes)
            ],
        )
        c.executemany(
            "INSERT INTO seen (source, fact, position, count, digest, subject)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(s.source, s.id, s.position, s.count, s.digest, s.subject) for s in seen],
        )
        c.executemany(
            "INSERT INTO erasures (position, finished) VALUES (?, 0)",
            [(e.position,) for e in entries if e.erases],
        )
        return [found[:HASH_SIZE] for found in hashes]

    def _at_head(self, c: SQLiteCursor) -> Frontier:
        """Give the tree's edge at the end of the log, which the caller has locked.

        What is remembered is right unless another process has written since.
        """
        c.execute(
            f"SELECT position, substr(hashes, 1, {HASH_SIZE}) FROM events"  # noqa: S608 - a number
            " ORDER BY position DESC LIMIT 1"
        )
        size, leaf = c.fetchone() or (0, b"")
        known = self.datastore.frontier
        if (known.size, known.leaf) != (size, leaf):
            known = Frontier(size, leaf, lambda level, k: self._node(c, level, k))
            self.datastore.frontier = known
        return known

    @staticmethod
    def _node(c: SQLiteCursor, level: int, k: int) -> bytes:
        position, offset = place(level, k)
        c.execute("SELECT hashes FROM events WHERE position = ?", (position,))
        row = c.fetchone()
        if row is None or len(row[0]) != hashes_length(position):
            raise damaged("A node of the log's tree is missing.")
        return bytes(row[0][offset : offset + HASH_SIZE])


def _entry(event: StoredEvent, position: int) -> Entry:
    """Make an entry of what the library records."""
    stream = event.originator_id
    return Entry(
        position,
        stream.hex if isinstance(stream, UUID) else stream,
        event.originator_version,
        event.topic,
        None,
        event.state,
    )
