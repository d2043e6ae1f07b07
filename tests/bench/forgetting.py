"""What it costs to erase a person, and to dispose of what is due for very many."""

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ropa.app import Register
from ropa.app.forgetting import Asked
from ropa.app.retention import dispose, found
from ropa.kernel.fact import Number
from tests.bench import world
from tests.bench.memory import private

_SMALL = 1_000
_TIMES = 50
_FEW = 10_000


def erasing(big: Register, small: Register, persons: int) -> None:
    """Measure erasing persons in a big register and in one of some 1,000 events, in turn."""
    few = _SMALL // world.PER_PERSON
    world.append(small, world.lines(0, few))
    took: dict[str, list[float]] = {"small": [], "big": []}
    for turn in range(_TIMES):
        took["small"].append(_erased(small, turn))
        took["big"].append(_erased(big, turn * (persons // _TIMES)))
    little, much = (statistics.median(took[name]) for name in ("small", "big"))
    print(f"\nerasing a person, from the preview to the completion; {_TIMES} persons each, in turn")
    print(f"  {small.head:>9,} events  median {little * 1e3:6.1f} ms", end="")
    print(f"  worst {max(took['small']) * 1e3:6.1f} ms")
    print(f"  {big.head:>9,} events  median {much * 1e3:6.1f} ms", end="")
    print(f"  worst {max(took['big']) * 1e3:6.1f} ms  (aim: under 1,000)")
    print(f"  ratio {much / little:.1f}  (aim: at most 10)")


def _erased(register: Register, number: int) -> float:
    person = register.find(Number("webshop", f"C{number:07}"))
    assert person is not None
    started = time.perf_counter()
    done = register.erase(Asked(person), actor="officer")
    took = time.perf_counter() - started
    assert done.done
    return took


def disposal(root: Path, persons: int) -> None:
    """Measure retention runs over few and many persons, each in a process of its own."""
    print("\na retention run, one unit of each person due")
    for count in sorted({_FEW, persons}):
        path = root / f"due-{count}"
        Register.create(path, sources={"webshop": "webshop"})
        with Register.open(path) as register:
            world.found(register)
            world.append(register, _objecting(count))
        command = [sys.executable, "-m", "tests.bench.forgetting", str(path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        told = json.loads(done.stdout)
        print(f"  {count:>9,} persons  {told['units']:>9,} units", end="")
        print(f"  {told['units'] / told['seconds']:8,.0f} a second", end="")
        print(f"  private memory {told['peak']:5.0f} MiB")


def _objecting(persons: int) -> Iterator[bytes]:
    """Give persons who got marketing and objected to it: what it holds of them is due."""
    for number in range(persons):
        told: tuple[tuple[str, dict[str, Any]], ...] = (
            ("person.registered.v1", {"activities": ["accountability"]}),
            (
                "person.activity-started.v1",
                {"activity": "marketing", "basis": "legitimate-interest"},
            ),
            world.contact(number, 0, activities=["marketing"], fields=("name", "email")),
            (
                "person.objected.v1",
                {"activity": "marketing", "channel": "unsubscribe-link"},
            ),
        )
        for ordinal, (name, data) in enumerate(told):
            yield world.event(number, ordinal, name, data)


def main() -> None:
    """Run retention on a register, sampling the memory; print what it came to as JSON."""
    ended = threading.Event()
    peak = 0

    def sample() -> None:
        nonlocal peak
        while not ended.wait(0.05):
            peak = max(peak, private())

    with Register.open(Path(sys.argv[1])) as register:
        register.rows()
        watcher = threading.Thread(target=sample)
        watcher.start()
        started = time.perf_counter()
        try:
            with found(register, register.calendar.day(register.now())) as due:
                units = dispose(register, due, actor="officer").units
        finally:
            ended.set()
            watcher.join()
        took = time.perf_counter() - started
    print(json.dumps({"units": units, "seconds": took, "peak": max(peak, private()) / 1024}))


if __name__ == "__main__":
    main()
