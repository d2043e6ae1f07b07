"""A register of the small shop, open and in a folder of its own."""

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
