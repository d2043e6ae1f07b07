"""Logs that several processes write, and that processes die over."""

import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ropa.log import Log
from ropa.log.tree import Frontier
from tests.log.making import REGISTER

ROOT = Path(__file__).parents[2]
BATCH = 40


def start(path: Path, stream: str, batch: int, count: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.log.writer", path, stream, str(batch), str(count)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def whole(log: Log) -> None:
    """Make sure that the log is what it says."""
    edge = Frontier()
    head = log.head()
    rows = list(log.events())
    edge.extend(found.state for found in rows)
    assert [found.position for found in rows] == list(range(1, head.position + 1))
    assert log.root(head.position) == edge.root()
    with log.recorder.datastore.transaction(commit=False) as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert tuple(cursor.fetchone()) == ("ok",)


def test_two_processes_write_at_once(path: Path) -> None:
    writers = [start(path, f"person/{n}", 5, 60) for n in range(2)]
    promised = [int(line) for writer in writers for line in writer.communicate()[0].split()]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert sorted(promised) == list(range(5, 601, 5))
    with Log.open(path, REGISTER) as log:
        whole(log)
        assert log.version("person/0") == log.version("person/1") == 300


@pytest.mark.kills
def test_what_was_promised_outlives_a_kill(path: Path) -> None:
    chance = random.Random(7)
    for _ in range(6):
        with start(path, "person/a", BATCH, 100_000) as writer:
            assert writer.stdout
            promised = 0
            for _ in range(chance.randrange(1, 60)):
                promised = int(writer.stdout.readline())
            # Not at a promise but at any moment after it.
            for _ in range(chance.randrange(100_000)):
                pass
            writer.send_signal(signal.SIGKILL)
            promised = max([promised, *map(int, writer.stdout.read().split())])
        assert writer.returncode == -signal.SIGKILL
        with Log.open(path, REGISTER) as log:
            whole(log)
            position = log.head().position
            assert len(log.boxes(range(position + 1))) == position
            assert position >= promised
            assert position % BATCH == 0


def test_a_file_that_may_not_grow_is_a_full_disk(path: Path) -> None:
    subprocess.run([sys.executable, "-m", "tests.log.filler", path, "limit"], check=True, cwd=ROOT)
    with Log.open(path, REGISTER) as log:
        whole(log)
        assert log.head().position == 11


def test_a_disk_without_room(tmp_path: Path) -> None:
    mount = 'mount -t tmpfs -o size=2m tmpfs "$0"'
    unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if not shutil.which("unshare") or subprocess.run([*unshare, mount, tmp_path]).returncode:  # noqa: PLW1510
        pytest.skip("this system lets nobody mount a small disk of his own")
    command = f'{mount} && exec "$1" -m tests.log.filler "$0/log.db" ballast'
    subprocess.run([*unshare, command, tmp_path, sys.executable], check=True, cwd=ROOT)
