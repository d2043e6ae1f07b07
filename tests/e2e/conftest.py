"""A register of the small shop, open and in a folder of its own; and a small disk."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ropa.app import Register
from tests.app.shop import NOW, founded


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return founded(tmp_path / "shop")


@pytest.fixture
def register(shop: Path) -> Iterator[Register]:
    with Register.open(shop, clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Give a small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "ropa-test", folder],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("this user may mount no disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)
