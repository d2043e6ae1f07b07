"""One process that builds all views of a log, and how much private memory it took at its peak."""

import json
import sys
import tempfile
import threading
from pathlib import Path

from ropa.catalogue import decode
from ropa.log import LogSource
from ropa.tables.build import Share, build
from ropa.views.registry import VIEWS


def private() -> int:
    """Give the private memory of this process, in KiB."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty"))


def main() -> None:
    """Build in one process, sampling the memory; print the peak in MiB as JSON."""
    source, upto = LogSource(Path(sys.argv[1])), int(sys.argv[2])
    done = threading.Event()
    peak = 0

    def sample() -> None:
        nonlocal peak
        while not done.wait(0.05):
            peak = max(peak, private())

    watcher = threading.Thread(target=sample)
    watcher.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            (part,) = source.split(1, upto)
            share = Share(source=source, part=part, upto=upto, file=Path(folder) / "part.db")
            build(share, VIEWS, decode, lambda _done: None)
    finally:
        done.set()
        watcher.join()
    print(json.dumps({"peak": max(peak, private()) / 1024}))


if __name__ == "__main__":
    main()
