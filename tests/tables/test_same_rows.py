"""One fold, three uses: in memory, live in tables, and by rebuild give the same rows."""

import sqlite3
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ropa.tables import Memory, Tables
from ropa.tables.parallel import SMALL
from tests.tables.conftest import Opener
from tests.tables.histories import facts, long_history
from tests.tables.reading import everything, from_memory
from tests.tables.toy import ACCOUNTS, TAGS, VIEWS, Log, Moved, Noted, Opened, decode

_fresh = count()


@given(facts=facts, data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_live_is_rebuilt_is_memory(tmp_path: Path, facts: list[Any], data: st.DataObject) -> None:
    directory = tmp_path / str(next(_fresh))
    directory.mkdir()
    log = Log.create(directory / "log.db")
    with Tables.open(
        directory / "views.db", VIEWS, log_id="toy", source=log, decode=decode
    ) as tables:
        # The log grows, and the tables follow, each at its own pace.
        rest = facts
        while rest:
            some = data.draw(st.integers(1, len(rest)))
            log.append(rest[:some])
            rest = rest[some:]
            upto = data.draw(st.integers(0, log.head()))
            reached = tables.follow(upto)
            assert reached >= upto
            assert everything(tables) == from_memory(log, reached)
        assert tables.follow() == log.head()
        live = everything(tables)
        assert tables.rebuild(processes=1) == log.head()
        assert live == everything(tables) == from_memory(log)
        assert list(tables.check()) == []


@given(facts=facts, processes=st.integers(2, 4))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rebuilt_by_processes_is_memory(tmp_path: Path, facts: list[Any], processes: int) -> None:
    directory = tmp_path / str(next(_fresh))
    directory.mkdir()
    log = Log.create(directory / "log.db")
    log.append(facts)
    with Tables.open(
        directory / "views.db", VIEWS, log_id="toy", source=log, decode=decode
    ) as tables:
        tables.rebuild(processes)
        assert everything(tables) == from_memory(log)


def test_far_behind_is_rebuilt(tmp_path: Path, opened: Opener, log: Log) -> None:
    tables = opened()
    log.append(long_history(100))
    tables.follow()
    db = sqlite3.connect(tmp_path / "views.db")
    db.execute("INSERT INTO accounts SELECT '!', row, branch, rich FROM accounts LIMIT 1")
    db.commit()
    db.close()
    log.append(long_history(100, seed=2))
    tables.follow()
    assert tables.get(ACCOUNTS, "!")
    log.append(long_history(SMALL + 1, seed=3))
    tables.follow()
    assert tables.get(ACCOUNTS, "!") is None


def test_nobody_finds_less_after_a_rebuild_than_before(opened: Opener, log: Log) -> None:
    log.append(long_history(100))
    tables, other = opened(), opened()
    tables.follow()

    def others_go_on(done: int, total: int) -> None:
        assert done == total == 100
        log.append(long_history(100, seed=2))
        assert other.follow() == 200

    assert tables.rebuild(1, others_go_on) == 200
    assert everything(tables) == from_memory(log)
    with tables.reading() as rows:
        assert rows.position == 200


def test_both_tell_how_far_they_are(opened: Opener, log: Log) -> None:
    told: list[tuple[int, int]] = []
    tables = opened(progress=lambda done, total: told.append((done, total)))
    log.append(long_history(2 * SMALL))
    assert tables.follow() == 2 * SMALL
    assert told[-1] == (2 * SMALL, 2 * SMALL)
    assert everything(tables) == from_memory(log)

    told.clear()
    log.append(long_history(SMALL, seed=2))
    assert tables.follow(2 * SMALL + 5) == 2 * SMALL + 5
    assert tables.follow(5) == 2 * SMALL + 5
    assert tables.follow() == 3 * SMALL
    assert told[0] == (5, 5)
    assert told[-1] == (SMALL - 5, SMALL - 5)
    assert everything(tables) == from_memory(log)
    assert tables.count(ACCOUNTS) == len(list(tables.all(ACCOUNTS)))


def test_as_of_is_the_prefix(log: Log) -> None:
    log.append(long_history(300))
    for upto in (0, 1, 100, 300, 400):
        memory = Memory.fold(VIEWS, log.recorded(), upto)
        assert memory.position == min(upto, 300)
        assert everything(memory) == everything(Memory.fold(VIEWS, log.recorded()[:upto]))


def test_an_empty_log_gives_empty_tables(opened: Opener) -> None:
    tables = opened()
    assert list(tables.all(ACCOUNTS)) == []
    assert tables.follow() == 0
    assert tables.rebuild(2) == 0
    assert tables.count(TAGS) == 0
    assert list(tables.check()) == []


def test_events_that_no_view_reads_are_not_decoded(opened: Opener, log: Log) -> None:
    decoded: list[str] = []

    def noting(type_: str, state: bytes) -> Any:
        decoded.append(type_)
        return decode(type_, state)

    tables = opened(decode=noting)
    tables.follow()
    log.append([("anna", Opened(branch="north")), *[("anna", Noted(length=1))] * 20])
    tables.follow()
    assert decoded == ["account.opened.v1", "account.noted.v1"]
    decoded.clear()
    tables.rebuild()
    assert decoded == ["account.opened.v1", "account.noted.v1"]


def test_an_upcast_event_is_read_by_the_views_of_what_it_becomes(opened: Opener, log: Log) -> None:
    log.append(long_history(200))
    v1 = [event for event in log.recorded() if event.type == "account.moved.v1"]
    assert v1
    assert all(isinstance(event.data, Moved) for event in v1)
    tables = opened()
    tables.follow()
    assert everything(tables) == from_memory(log)


def test_an_unknown_column_is_an_error_and_no_empty_answer(opened: Opener) -> None:
    for rows in (opened(), Memory.fold(VIEWS, ())):
        with pytest.raises(KeyError):
            list(rows.where(ACCOUNTS, colour="red"))
        with pytest.raises(KeyError):
            rows.count(ACCOUNTS, colour="red")


def test_a_reading_stays_as_it_was_while_others_fold(opened: Opener, log: Log) -> None:
    log.append(long_history(500))
    tables, other = opened(), opened()
    tables.follow()
    before = from_memory(log)
    with tables.reading() as rows:
        log.append(long_history(500, seed=2))
        assert tables.follow() == 1000
        other.rebuild(1)
        assert rows.position == 500
        assert everything(rows) == before
    assert everything(tables) == everything(other) == from_memory(log)
    half_read = tables.all(ACCOUNTS)
    next(half_read)
    other.rebuild(1)
    assert [key for key, _ in half_read] == [key for key, _ in other.all(ACCOUNTS)][1:]
