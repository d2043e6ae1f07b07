"""A process of a rebuild: `python -m ropa.tables.worker N`, where N is the socket to its parent."""

import gc
import signal
import sqlite3
import sys
from contextlib import suppress
from multiprocessing.connection import Connection

from ropa.kernel.problem import Problem
from ropa.tables.build import Share, build
from ropa.tables.reference import imported


def main() -> None:
    """Do the share that the parent sends, and answer with counts, then None or an error."""
    # Folding makes many objects and no cycles: there is nothing to collect.
    gc.disable()
    # Control-C reaches the parent too, which ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A parent that was killed hears nothing any more: the work is then nobody's.
    with suppress(BrokenPipeError), Connection(int(sys.argv[1])) as parent:
        share: Share
        share, views, decode = parent.recv()
        try:
            build(share, [imported(view) for view in views], imported(decode), parent.send)
        except (Problem, RuntimeError, sqlite3.Error) as error:
            parent.send(error)
        else:
            parent.send(None)


if __name__ == "__main__":
    main()
