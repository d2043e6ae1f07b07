"""Starting the follower as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def start(directory: Path, *verb: str) -> subprocess.Popen[str]:
    """Start it, and give it when it is about to begin."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "tests/tables/follower.py"), str(directory), *verb],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def finish(process: subprocess.Popen[str]) -> None:
    """Wait for it to say that it is done."""
    assert process.stdout
    with process.stdout as said:  # not communicate: the line may be in the buffer already
        assert said.read() == "done\n"
    assert process.wait() == 0
