"""What the tree costs when events are appended, and how long a proof out of it takes."""

import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path

from ropa.log import Entry, Log, LogReader, Row, schema
from ropa.log.datastore import PRAGMAS
from ropa.proofs.merkle import inclusion_proof, verify_inclusion

BATCH = 1_000
_REGISTER = "00000000-0000-4000-8000-000000000000"
_BARE = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, x'')"


def tree(log: Path, folder: Path) -> tuple[float, int]:
    """Measure the same rows with and without leaves and nodes; gives seconds, and how many rows.

    Without, a table and settings are the same, and nothing is hashed or stored of the tree.
    """
    ours, bare = folder / "with-tree.db", folder / "without-tree.db"
    for path in (ours, bare):
        schema.create(path, _REGISTER)
    with_tree = without = 0.0
    count = 0
    with (
        LogReader(log) as reader,
        Log.open(ours, _REGISTER) as made,
        closing(sqlite3.connect(bare, isolation_level=None)) as plain,
    ):
        for pragma in PRAGMAS:
            plain.execute(pragma)
        for rows in _chunks(reader.events()):
            count += len(rows)
            entries = [
                Entry(row.position, row.stream, row.version, row.type, row.subject, row.state)
                for row in rows
            ]
            with_tree += _took(partial(_append, made, entries))
            without += _took(partial(_insert, plain, entries))
    return with_tree - without, count


def proofs(log: Path, times: int = 500) -> None:
    """Measure inclusion proofs of events at random places."""
    chance = random.Random(7)
    took = []
    with LogReader(log) as reader:
        size = reader.head().position
        root = reader.root(size)
        for _ in range(times):
            position = chance.randint(1, size)
            started = time.perf_counter()
            with reader.nodes() as node:
                hashes = inclusion_proof(position - 1, size, node)
            took.append(time.perf_counter() - started)
            verify_inclusion(reader.leaf(position), position - 1, size, hashes, root)
    took.sort()
    print(f"\ninclusion proof out of {size:,} events")
    print(
        f"  median {statistics.median(took) * 1e3:.2f} ms,"
        f" p99 {took[int(times * 0.99)] * 1e3:.2f} ms  (aim: under 5)"
    )


def _append(log: Log, entries: list[Entry]) -> None:
    with log.writing() as writing:
        writing.append(entries)


def _insert(connection: sqlite3.Connection, entries: list[Entry]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        _BARE, [(e.position, e.stream, e.version, e.type, e.subject, e.state) for e in entries]
    )
    connection.execute("COMMIT")


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, BATCH)):
        yield chunk


def _took(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
