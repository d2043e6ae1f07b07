"""`make bench`: figures as ratios from one run, each against the library's own way.

`python -m tests.bench [EVENTS]` measures on a log of that many events; 1,000,000 by default.
"""

import gc
import os
import resource
import sqlite3
import statistics
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
from ropa.app.source import LogSource
from ropa.catalogue import decode
from ropa.kernel.fact import Number
from ropa.tables import Tables
from ropa.views.registry import VIEWS
from tests.bench import library, world

SOURCES = {"webshop": "webshop"}


def main() -> None:
    """Measure all, and print."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="ropa-bench-") as folder:
        root = Path(folder)
        print(f"python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores")
        with made(root / "register") as register:
            one_by_one(register, root)
            bulk(register, root, events)
            rebuild(register, root)
            access(register)


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
        # Registering mints a key; a change of address does not, but for the first one.
        minted.append(timed(lambda: register.append([facts[0]])))  # noqa: B023 - called at once
        register.append(facts[1:4])
        theirs.append(timed(lambda: library.save_one(application)))
        ours.append(timed(lambda: register.append([facts[9]])))  # noqa: B023 - called at once
    application.close()
    save, plain, mint = (statistics.median(found) for found in (theirs, ours, minted))
    print("\none durable append (medians)")
    print(f"  library's save                {1 / save:10,.0f} events/s")
    print(f"  append, no key minted         {1 / plain:10,.0f} events/s  ratio {save / plain:.2f}  (aim 0.70)")
    print(f"  append, a key minted          {1 / mint:10,.0f} events/s  ratio {save / mint:.2f}  (aim 0.45)")


def bulk(register: Register, root: Path, events: int) -> None:
    """Measure bulk append against the library's bare insert, in turn, batch by batch."""
    recorder = library.bare_recorder(root / "library-bulk.db")
    persons = events // world.PER_PERSON
    lines = world.lines(0, persons)
    ours = theirs = reading = proposing = 0.0
    facts_in = 0
    before = register.head
    last = before
    while batch := list(islice(lines, world.BATCH)):
        started = time.perf_counter()
        facts = [register.read_event(line) for line in batch]
        reading += (took := time.perf_counter() - started)
        ours += took
        started = time.perf_counter()
        register.append(facts)
        ours += time.perf_counter() - started
        facts_in += len(facts)
        proposing += timed(lambda: [propose(fact) for fact in facts])  # noqa: B023 - called at once
        states = [row.state for row in register._log.events(last)]  # noqa: SLF001 - outside the clock
        last += len(states)
        stored = library.rows(states)
        theirs += timed(lambda: recorder.insert_events(stored))  # noqa: B023 - called at once
    recorder.datastore.close()
    recorded = last - before
    print(f"\nbulk append, batches of {world.BATCH:,}: {facts_in:,} facts, {recorded:,} events recorded")
    print(f"  library's bare insert         {recorded / theirs:10,.0f} events/s  {theirs / recorded * 1e6:6.1f} us an event")
    print(f"  ropa, all of it               {recorded / ours:10,.0f} events/s  {ours / recorded * 1e6:6.1f} us an event  ratio {theirs / ours:.2f}  (aim 0.25)")
    print(f"    of which reading JSON       {reading / recorded * 1e6:6.1f} us")
    print(f"    of which making proposals   {proposing / recorded * 1e6:6.1f} us (measured a second time)")
    print(f"    the rest: decide, seal, encode, tree, insert, sync {(ours - reading - proposing) / recorded * 1e6:6.1f} us")


def rebuild(register: Register, root: Path) -> None:
    """Measure rebuilding all views against the library's way of one dict projection."""
    library.register_topics()
    theirs_path = root / "library-log.db"
    library.copy_log(register.files.log, theirs_path)
    events = register.head
    theirs = timed(lambda: library.project(theirs_path))
    gc.collect()
    views = root / "views.db"
    with Tables.open(
        views, VIEWS, log_id="bench", source=LogSource(register.files.log), decode=decode
    ) as tables:
        ours = timed(lambda: tables.rebuild(processes=2))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"\nrebuilding {len(VIEWS)} views from {events:,} events")
    print(f"  library's recorder, mapper, dict projection {events / theirs:10,.0f} events/s")
    print(f"  ropa, two processes, into tables            {events / ours:10,.0f} events/s  ratio {theirs / ours:.2f}  (aim 3.00)")
    print(f"  peak of a worker, mapped pages of the log included {peak / 1024:,.0f} MiB")


def access(register: Register, times: int = 300) -> None:
    """Measure the access report's model of a person with 100 events."""
    number = 9_900_000
    first = list(world.lines(number, 1))[:4]
    register.append([register.read_event(line) for line in first])
    more = [
        world.event(number, 100 + turn, *world.contact(number, turn % 9)) for turn in range(96)
    ]
    register.append([register.read_event(line) for line in more])
    person = register.find(Number("webshop", f"C{number:07}"))
    register.make("access", register.ask(person=person))
    took = sorted(
        timed(lambda: register.make("access", register.ask(person=person))) for _ in range(times)
    )
    print(f"\naccess report's model, 100 events of the person, {register.head:,} in the register")
    print(f"  median {statistics.median(took) * 1e3:6.2f} ms, p99 {took[int(times * 0.99)] * 1e3:6.2f} ms  (aim 5.00)")


def timed(work: Callable[[], Any]) -> float:
    """Give how many seconds something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
