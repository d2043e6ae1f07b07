"""Papers: how long one takes from the model to the bytes, in a process of its own.

The typesetter keeps what it has set: a second paper in the same process would tell another time.
"""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from ropa.app import Register
from ropa.kernel.fact import Number
from ropa.kernel.law import LocalText
from ropa.render import Format, render_bytes
from tests.bench import world

ACTIVITIES = 50
ROWS = 500
EVENTS = 500
_NUMBER = 9_800_000
_TIMES = 3


def papers(register: Register) -> None:
    """Measure the record as PDF and as XLSX, and the access report of a person with 500 events."""
    last = register.head
    sent = world.person(_NUMBER, EVENTS + EVENTS // 2)
    register.append([register.read_event(line) for line in list(sent)[: EVENTS - 4]])
    count = register.head - last
    print("\npapers, each in a process of its own (median of 3)")
    for name, form, of, aim in (
        ("article30", Format.PDF, f"{ACTIVITIES} activities", 2),
        ("article30", Format.XLSX, f"{ROWS} activities", 1),
        ("access", Format.PDF, f"{count} events of the person", 1),
    ):
        runs = sorted(_one(register.files.root, name, form) for _ in range(_TIMES))
        took, size = runs[_TIMES // 2]
        told = f"{took:.2f} s, {size / 1e3:.0f} kB"
        print(f"  {name:<10} {form:<5} {of:<28} {told}  (aim: under {aim} s)")


def _one(register: Path, name: str, form: Format) -> tuple[float, int]:
    command = [sys.executable, "-m", "tests.bench.papers", str(register), name, form]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    took, size = done.stdout.split()
    return float(took), int(size)


def _model(register: Register, name: str, count: int) -> Any:
    if name == "access":
        number = Number("webshop", f"C{_NUMBER:07}")
        return register.make(name, person=register.find(number))
    model = register.make(name)
    declared = model.activities
    many = [
        msgspec.structs.replace(
            declared[number % len(declared)],
            activity=f"activity-{number}",
            title=msgspec.structs.replace(
                declared[0].title, value=LocalText(sv=f"Nummer {number}", en=f"Number {number}")
            ),
        )
        for number in range(count)
    ]
    return msgspec.structs.replace(model, activities=tuple(many))


def main() -> None:
    """Make one paper, and print how long it took and how large it is."""
    with Register.open(Path(sys.argv[1])) as register:
        form = Format(sys.argv[3])
        model = _model(register, sys.argv[2], ROWS if form is Format.XLSX else ACTIVITIES)
        started = time.perf_counter()
        content = render_bytes(model, form, model.head.language)
        print(time.perf_counter() - started, len(content))


if __name__ == "__main__":
    main()
