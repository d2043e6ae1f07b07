"""Whatever is killed at whatever instant: each event counts exactly once."""

import random
import subprocess
from pathlib import Path

import pytest

from tests.tables.conftest import Opener
from tests.tables.histories import long_history
from tests.tables.programs import start
from tests.tables.reading import everything, from_memory
from tests.tables.toy import Log

pytestmark = pytest.mark.kills


@pytest.mark.parametrize(
    ("verb", "length", "longest"), [("one-by-one", 3_000, 0.5), ("rebuild", 8_000, 0.8)]
)
def test_killed_at_random_instants(
    tmp_path: Path, opened: Opener, log: Log, verb: str, length: int, longest: float
) -> None:
    log.append(long_history(length))
    draw = random.Random(7)
    opened().follow(1)
    reached, killed = 1, 0
    for _ in range(8):
        process = start(tmp_path, verb)
        try:
            process.wait(draw.uniform(0, longest))
        except subprocess.TimeoutExpired:
            process.kill()
            killed += 1
        process.communicate()
        with opened().reading() as rows:
            assert rows.position >= reached
            reached = rows.position
            assert everything(rows) == from_memory(log, reached)
    assert killed
    tables = opened()
    tables.follow()
    assert everything(tables) == from_memory(log)
    assert list(tables.check()) == []


def test_the_processes_of_a_killed_rebuild_disturb_nobody(
    tmp_path: Path, opened: Opener, log: Log
) -> None:
    log.append(long_history(8_000))
    for _ in range(3):
        process = start(tmp_path, "rebuild")
        while not list((tmp_path / "views.db-build").glob("*")):
            assert process.poll() is None
        process.kill()
        process.communicate()
        tables = opened()
        tables.rebuild(processes=2)
        assert everything(tables) == from_memory(log)
        assert list((tmp_path / "views.db-build").iterdir()) == []
