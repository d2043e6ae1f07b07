"""An empty log for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ropa.log import Log
from tests.log.making import REGISTER


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "log.db"
    Log.create(found, REGISTER)
    return found


@pytest.fixture
def log(path: Path) -> Iterator[Log]:
    with Log.open(path, REGISTER) as opened:
        yield opened
