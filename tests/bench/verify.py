"""Verifying a log, held against merely reading its rows and hashing each event."""

import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from ropa.log import LogReader
from ropa.proofs.verify import verify as verdict_of

_ROWS = "SELECT position, type, subject, stream, version, state FROM events ORDER BY position"
_TIMES = 3


def verify(log: Path) -> None:
    """Measure, each in turn and in the processor's time, since others may load the machine."""
    with closing(sqlite3.connect(log)) as connection, LogReader(log) as reader:

        def read() -> None:
            for row in connection.execute(_ROWS):
                sha256(row[5]).digest()

        def columns() -> None:
            assert not verdict_of(reader, boxes=False).findings

        def boxes() -> None:
            assert not verdict_of(reader).findings

        turns = [[_took(work) for work in (read, columns, boxes)] for _ in range(_TIMES)]
        reading, checking, whole = map(statistics.median, zip(*turns, strict=True))
        events = reader.head().position
        named = verdict_of(reader).boxes_checked
    print(f"\nverifying {events:,} events, one process (medians of {_TIMES})")
    print(f"  reading rows, hashing each  {_rate(events, reading)}")
    print(f"  leaves, nodes, columns      {_rate(events, checking)}", end="")
    print(f"  ratio {reading / checking:.2f}  (aim 0.30)")
    print(f"  and {named:,} boxes".ljust(30) + _rate(events, whole), end="")
    print(f"  ratio {reading / whole:.2f}")


def _took(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _rate(count: int, seconds: float) -> str:
    return f"{count / seconds:10,.0f} events/s"
