"""Dividing a rebuild among processes."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, cast

from ropa.kernel.progress import Progress
from ropa.kernel.view import View
from ropa.tables.build import Share, build
from ropa.tables.reference import Reference, reference_to
from ropa.tables.source import Decode, Source

SMALL = 20_000
"""So many events are folded sooner than a process has started."""

_MOST = 8
"""SQLite attaches no more than ten files."""


def processes_for(upto: int) -> int:
    """Give how many processes a rebuild of so many events is worth."""
    return 1 if upto <= SMALL else os.cpu_count() or 1


def build_all(
    source: Source,
    upto: int,
    directory: Path,
    *,
    views: Sequence[View[Any]],
    decode: Decode,
    processes: int,
    progress: Progress,
) -> list[Path]:
    """Fold the whole log into files in a directory, one a process, and give them.

    What cannot be imported by another process (a view made in a function, or in the script that
    runs) is folded in this one.
    """
    references = [reference_to(view) for view in (*views, decode)]
    if None in references:
        processes = 1
    parts = source.split(max(1, min(processes, _MOST)), upto) if upto else [None]
    shares = [
        Share(source=source, part=part, upto=upto, file=directory / f"{number}.db")
        for number, part in enumerate(parts)
    ]
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        progress(done, upto)

    if len(shares) > 1:
        *of_views, of_decode = cast("list[Reference]", references)
        _run([(share, of_views, of_decode) for share in shares], count)
    else:
        for share in shares:
            build(share, views, decode, count)
    return [share.file for share in shares]


def _run(tasks: Sequence[Any], count: Callable[[int], None]) -> None:
    with ExitStack() as stack:
        workers = [stack.enter_context(_worker()) for _ in tasks]
        try:
            _talk(dict(zip(workers, tasks, strict=True)), count)
        except (EOFError, ConnectionError):
            raise RuntimeError("A process of the rebuild ended before its time.") from None


def _talk(working: dict[Connection, Any], count: Callable[[int], None]) -> None:
    for worker, task in working.items():
        worker.send(task)
    while working:
        for ready in wait(list(working)):
            worker = cast("Connection", ready)
            match worker.recv():
                case int(more):
                    count(more)
                case None:
                    del working[worker]
                case error:
                    raise error


@contextmanager
def _worker() -> Iterator[Connection]:
    """Start a process, and see to it that it ends.

    It is a program of its own and no fork, which is unsafe beside threads, nor one of
    multiprocessing's, which would run the caller's main module a second time.
    """
    here, there = Pipe()
    path = os.pathsep.join(part or str(Path.cwd()) for part in sys.path)
    with here:
        with there:
            process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-P", "-m", "ropa.tables.worker", str(there.fileno())],
                env={**os.environ, "PYTHONPATH": path},
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        try:
            yield here
        finally:
            process.kill()
            process.wait()
