"""The processes of a rebuild: how they are started, and what they hand back when they fail."""

import os
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ropa.kernel.problem import Code, Problem
from ropa.tables.reference import imported, reference_to
from tests.tables.conftest import Opener
from tests.tables.histories import long_history
from tests.tables.programs import finish, start
from tests.tables.reading import everything, from_memory
from tests.tables.toy import ACCOUNTS, BRANCHES, TAGS, Log, Opened, decode

_HERE = os.getpid()


def dying_decode(type_: str, state: bytes) -> Any:
    """Decode, but end any other process."""
    if os.getpid() != _PARENT:
        os._exit(1)
    return decode(type_, state)


_PARENT = int(os.environ.setdefault("TOY_PARENT", str(_HERE)))


def test_from_a_script_without_a_guard(tmp_path: Path, opened: Opener, log: Log) -> None:
    log.append(long_history(300))
    finish(start(tmp_path, "rebuild"))
    assert everything(opened()) == from_memory(log)


def test_from_a_thread(opened: Opener, log: Log) -> None:
    log.append(long_history(300))
    tables = opened()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(tables.rebuild, 2).result() == 300
    assert everything(tables) == from_memory(log)


def test_what_cannot_be_imported_is_folded_here(opened: Opener, log: Log) -> None:
    log.append(long_history(300))
    made_here = replace(ACCOUNTS, fold=lambda row, event: ACCOUNTS.fold(row, event))  # noqa: PLW0108
    assert reference_to(made_here) is None
    tables = opened(views=(made_here, TAGS))
    tables.rebuild(2)
    assert everything(tables) == from_memory(log)


def test_a_reference_leads_back() -> None:
    for found in (ACCOUNTS, decode):
        reference = reference_to(found)
        assert reference
        assert imported(reference) is found


@pytest.mark.parametrize("processes", [1, 2])
def test_a_damaged_event_is_a_problem(opened: Opener, log: Log, processes: int) -> None:
    log.append(long_history(300))
    before = from_memory(log)
    tables = opened()
    tables.follow()
    log._query(
        "UPDATE log SET state = x'00' WHERE position = "
        "(SELECT max(position) FROM log WHERE type = 'account.moved.v2' AND position < 300)"
    )
    with pytest.raises(Problem) as caught:
        tables.rebuild(processes)
    assert caught.value.code is Code.LOG_DAMAGED
    # What was there stays.
    assert everything(tables) == before


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("length", [2, 300])
def test_a_row_with_events_of_several_streams_is_refused(
    opened: Opener, log: Log, processes: int, length: int
) -> None:
    # Of two streams, each process has one, and only the merge sees both.
    log.append([(f"account-{n}", Opened(branch="north")) for n in range(length)])
    tables = opened(views=(ACCOUNTS, BRANCHES))
    with pytest.raises(RuntimeError, match="The view branches breaks the law of views"):
        tables.rebuild(processes)


def test_a_process_that_dies_is_noticed(opened: Opener, log: Log) -> None:
    log.append(long_history(300))
    tables = opened(decode=dying_decode)
    tables.follow()
    before = everything(tables)
    with pytest.raises(RuntimeError, match="ended before its time"):
        tables.rebuild(2)
    assert everything(tables) == before


def test_a_process_that_cannot_begin_is_noticed(
    opened: Opener, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append(long_history(300))
    # There it cannot import the toy, and so not understand what it is sent.
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(RuntimeError, match="ended before its time"):
        opened().rebuild(2)


def test_progress_grows_to_the_whole(opened: Opener, log: Log) -> None:
    log.append(long_history(25_000))
    told: list[tuple[int, int]] = []
    opened().rebuild(2, lambda *so_far: told.append(so_far))
    assert len(told) >= 5
    assert told == sorted(told)
    assert told[-1] == (25_000, 25_000)


def test_each_connection_has_the_settings_of_the_house(opened: Opener, log: Log) -> None:
    tables = opened()
    tables.follow()
    assert log.head() == 0
    with tables._files.opened() as db:
        assert isinstance(db, sqlite3.Connection)
        for name, value in {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}.items():
            assert db.execute(f"PRAGMA {name}").fetchone() == (value,)
