"""A process that runs out of room, and is given some.

Run as `python -m tests.log.filler PATH limit`, under a limit on the size of files, or with
`ballast` on a small disk, where a file beside the log takes up some of the room.
"""

import resource
import sys
from pathlib import Path

import pytest

from ropa.kernel.problem import Code, Problem
from ropa.log import Log
from tests.log.making import REGISTER, fill


def main() -> None:
    path, kind = Path(sys.argv[1]), sys.argv[2]
    ballast = path.with_name("ballast")
    if not path.exists():
        Log.create(path, REGISTER)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Log.open(path, REGISTER) as log:
        fill(log, 10)
        if kind == "limit":
            resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
        else:
            ballast.write_bytes(bytes(500_000))
        refused(log)
        if kind == "limit":
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        else:
            ballast.unlink()
        fill(log, 1)
        assert log.head().position == 11
        assert log.version("person/a") == 11


def refused(log: Log) -> None:
    with pytest.raises(Problem) as caught:
        fill(log, 20_000)
    assert caught.value.code == Code.DISK_FULL
    assert log.head().position == 10


if __name__ == "__main__":
    main()
