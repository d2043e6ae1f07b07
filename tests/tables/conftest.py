from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ropa.tables import Tables
from tests.tables.toy import VIEWS, Log, decode

Opener = Callable[..., Tables]


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log.create(tmp_path / "log.db")


@pytest.fixture
def opened(tmp_path: Path, log: Log) -> Iterator[Opener]:
    """Open the tables of the toy log, each time as another process would; close them at last."""
    made: list[Tables] = []

    def opener(**other: Any) -> Tables:
        given = {"views": VIEWS, "log_id": "toy", "source": log, "decode": decode, **other}
        made.append(Tables.open(tmp_path / "views.db", **given))
        return made[-1]

    yield opener
    for tables in made:
        tables.close()
