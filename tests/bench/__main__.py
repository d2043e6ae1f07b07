"""`make bench`: figures as ratios from one run, each against the library's own way.

`python -m tests.bench [EVENTS]` measures on a log of that many events; 1,000,000 by default.
"""

import gc
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from ropa.app import Register
from ropa.app.proposing import propose
from ropa.catalogue import decode
from ropa.kernel.fact import Number
from ropa.log import LogSource
from ropa.tables import Tables
from ropa.views.registry import VIEWS
from tests.bench import forgetting, library, papers, proofs, world
from tests.bench.verify import verify

SOURCES = {"webshop": "webshop"}
FLAT = 100_000


def main() -> None:
    """Measure all, and print."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    versions = f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    load = os.getloadavg()[0]
    print(f"{versions}, {os.cpu_count()} cores, load {load:.1f} before")
    with tempfile.TemporaryDirectory(prefix="ropa-bench-") as folder:
        root = Path(folder)
        with made(root / "register") as register:
            one_by_one(register, root)
            spent = bulk(register, root, events)
            tree(register, root, spent)
            rebuild(register, root)
            access(register)
            papers.papers(register)
            proofs.proofs(register.files.log)
            verify(register.files.log)
            with made(root / "small") as small:
                forgetting.erasing(register, small, events // world.PER_PERSON)
        forgetting.disposal(root, events // 10)


@contextmanager
def made(path: Path) -> Iterator[Register]:
    """Make a register with the founding entries."""
    Register.create(path, sources=SOURCES)
    with Register.open(path) as register:
        world.found(register)
        yield register


def one_by_one(register: Register, root: Path, times: int = 400) -> None:
    """Measure one durable append, with and without a new key, against the library's save."""
    application = library.application(root / "library-one.db")
    lines = list(world.lines(9_000_000, times))
    size = len(lines) // times
    ours: list[float] = []
    minted: list[float] = []
    theirs: list[float] = []
    for person in range(times):
        facts = [register.read_event(line) for line in lines[person * size : (person + 1) * size]]
        # Registering mints a key; a disclosure seals nothing.
        minted.append(timed(register.append, facts[:1]))
        register.append(facts[1:4])
        theirs.append(timed(library.save_one, application))
        ours.append(timed(register.append, facts[8:9]))
    application.close()
    save, plain, mint = (statistics.median(found) for found in (theirs, ours, minted))
    print("\none durable append (medians)")
    print(f"  library's save        {rate(1, save)}")
    print(f"  append, no new key    {rate(1, plain)}  ratio {save / plain:.2f}  (aim 0.70)")
    print(f"  append, a new key     {rate(1, mint)}  ratio {save / mint:.2f}  (aim 0.45)")


def bulk(register: Register, root: Path, events: int) -> float:
    """Measure bulk append against the library's bare insert, in turn, batch by batch.

    Gives how many seconds an event takes.
    """
    recorder = library.bare_recorder(root / "library-bulk.db")
    lines = world.lines(0, events // world.PER_PERSON)
    ours = theirs = reading = proposing = 0.0
    facts_in = 0
    before = last = register.head
    while batch := list(islice(lines, world.BATCH)):
        started = time.perf_counter()
        facts = [register.read_event(line) for line in batch]
        reading += time.perf_counter() - started
        ours += timed(register.append, facts)
        facts_in += len(facts)
        proposing += timed(lambda given: [propose(fact) for fact in given], facts)
        # What the library inserts has the very bytes that were recorded, read outside the clock.
        states = [row.state for row in register._log.events(last)]
        last += len(states)
        theirs += timed(recorder.insert_events, library.rows(states))
    recorder.datastore.close()
    ours += reading
    count = last - before
    rest = ours - reading - proposing
    print(
        f"\nbulk append, batches of {world.BATCH:,}: {facts_in:,} facts, {count:,} events recorded"
    )
    print(f"  library's bare insert {rate(count, theirs)}  {each(theirs, count)}")
    print(f"  ropa, all of it       {rate(count, ours)}  {each(ours, count)}", end="")
    print(f"  ratio {theirs / ours:.2f}  (aim 0.25)")
    print(f"    reading JSON, validating                             {each(reading, count)}")
    print(f"    proposing: clear fields, content (measured again)    {each(proposing, count)}")
    print(f"    deciding, sealing, encoding, tree, inserting, syncing {each(rest, count)}")
    return ours / count


def tree(register: Register, root: Path, spent: float) -> None:
    """Measure what leaves and nodes cost of a bulk append."""
    took, count = proofs.tree(register.files.log, root)
    cost = took / count
    print(f"  leaves and nodes, in the same transaction {each(took, count)}", end="")
    print(f"  {cost / (spent - cost):.0%} of the append without them  (aim: at most 20%)")


def rebuild(register: Register, root: Path) -> None:
    """Measure rebuilding all views against the library's way of one dict projection."""
    library.register_topics()
    theirs_path = root / "library-log.db"
    library.copy_log(register.files.log, theirs_path)
    events = register.head
    theirs = timed(library.project, theirs_path)
    gc.collect()
    with Tables.open(
        root / "views.db",
        VIEWS,
        log_id="bench",
        source=LogSource(register.files.log),
        decode=decode,
    ) as tables:
        ours = timed(tables.rebuild, 2)
    print(f"\nrebuilding {len(VIEWS)} views from {events:,} events")
    print(f"  library: select_notifications, Mapper, dict  {rate(events, theirs)}")
    print(f"  ropa, two processes, into tables             {rate(events, ours)}", end="")
    print(f"  ratio {theirs / ours:.2f}  (aim 3.00)")
    for upto in sorted({FLAT, events}):
        if upto <= events:
            print(
                f"  private memory, one process, {upto:>9,} events  {private(register, upto)} MiB"
            )


def private(register: Register, upto: int) -> str:
    """Give the peak of private memory of a process that folds so many events, in MiB.

    Mapped pages of the log are left out: the kernel may take them back at any time.
    """
    command = [sys.executable, "-m", "tests.bench.memory", str(register.files.log), str(upto)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return f"{found['peak']:6.0f}"


def access(register: Register, times: int = 500) -> None:
    """Measure the access report's model of a person with some 100 events."""
    number = 9_900_000
    lines = world.person(number, 140)
    recorded = register.append([register.read_event(line) for line in lines])
    count = sum(1 + len(receipt.consequences) for receipt in recorded)
    person = register.find(Number("webshop", f"C{number:07}"))

    def report() -> None:
        register.make("access", person=person)

    report()
    took = sorted(timed(report) for _ in range(times))
    median, late = statistics.median(took) * 1e3, took[int(times * 0.99)] * 1e3
    print(
        f"\naccess report's model, {count} events of the person, {register.head:,} in the register"
    )
    print(f"  median {median:.2f} ms, p99 {late:.2f} ms  (aim: p99 under 5)")


def timed(work: Callable[..., Any], *arguments: Any) -> float:
    """Give how many seconds something takes."""
    started = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - started


def rate(count: int, seconds: float) -> str:
    """Give how many a second, aligned."""
    return f"{count / seconds:10,.0f} events/s"


def each(seconds: float, count: int) -> str:
    """Give how long one takes, aligned."""
    return f"{seconds / count * 1e6:6.1f} us an event"


if __name__ == "__main__":
    main()
