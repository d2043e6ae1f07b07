"""The check finds each row that is not as the log says."""
# ruff: noqa: S608 - the SQL is all written here

import sqlite3
from pathlib import Path

import pytest

from ropa.tables import Difference, Kind
from tests.tables.conftest import Opener
from tests.tables.histories import long_history
from tests.tables.reading import everything
from tests.tables.toy import ACCOUNTS, Log

_FIRST = " WHERE key = (SELECT min(key) FROM accounts)"
_LAST = " WHERE key = (SELECT max(key) FROM accounts)"


@pytest.mark.parametrize(
    ("harm", "kind"),
    [
        (
            "UPDATE accounts SET row = (SELECT row FROM accounts ORDER BY key DESC)" + _FIRST,
            Kind.DIFFERS,
        ),
        ("UPDATE accounts SET row = x'00'" + _LAST, Kind.DIFFERS),
        ("UPDATE accounts SET branch = 'east'" + _FIRST, Kind.DIFFERS),
        ("UPDATE accounts SET rich = NULL" + _LAST, Kind.DIFFERS),
        ("DELETE FROM accounts" + _FIRST, Kind.MISSING),
        ("DELETE FROM accounts" + _LAST, Kind.MISSING),
        ("INSERT INTO accounts SELECT '!', row, branch, rich FROM accounts LIMIT 1", Kind.SURPLUS),
        ("INSERT INTO accounts SELECT '~', row, branch, rich FROM accounts LIMIT 1", Kind.SURPLUS),
    ],
)
@pytest.mark.parametrize("processes", [1, 2])
def test_each_difference_is_found(
    tmp_path: Path, opened: Opener, log: Log, harm: str, kind: Kind, processes: int
) -> None:
    log.append(long_history(300))
    tables = opened()
    tables.follow()
    keys = {key for key, _ in tables.all(ACCOUNTS)}
    assert list(tables.check(processes)) == []
    db = sqlite3.connect(tmp_path / "views.db")
    assert db.execute(harm).rowcount == 1
    db.commit()
    after = {key for (key,) in db.execute("SELECT key FROM accounts")}
    db.close()

    [found] = tables.check(processes)

    assert (found.view, found.kind) == ("accounts", kind)
    match kind:
        case Kind.MISSING:
            assert {found.key} == keys - after
        case Kind.SURPLUS:
            assert {found.key} == after - keys
        case Kind.DIFFERS:
            assert found.key in {min(keys), max(keys)}
    assert list(tables.check(processes)) == [found]


def test_all_rows_gone_are_all_missing(tmp_path: Path, opened: Opener, log: Log) -> None:
    log.append(long_history(300))
    tables = opened()
    tables.follow()
    keys = [key for key, _ in tables.all(ACCOUNTS)]
    db = sqlite3.connect(tmp_path / "views.db")
    db.execute("DELETE FROM accounts")
    db.commit()
    db.close()
    assert list(tables.check()) == [Difference("accounts", key, Kind.MISSING) for key in keys]


def test_the_check_compares_where_the_tables_stand(opened: Opener, log: Log) -> None:
    log.append(long_history(300))
    tables = opened()
    tables.follow()
    log.append(long_history(300, seed=2))
    told: list[tuple[int, int]] = []
    with tables.reading() as before:
        assert list(tables.check(progress=lambda *so_far: told.append(so_far))) == []
        assert told[-1] == (300, 300)
        with tables.reading() as after:
            assert before.position == after.position == 300
            assert everything(before) == everything(after)


def test_a_check_that_is_broken_off_leaves_nothing_behind(
    tmp_path: Path, opened: Opener, log: Log
) -> None:
    log.append(long_history(300))
    tables = opened()
    tables.follow()
    db = sqlite3.connect(tmp_path / "views.db")
    db.execute("DELETE FROM accounts")
    db.commit()
    db.close()
    checking = tables.check()
    next(iter(checking))
    del checking
    assert list((tmp_path / "views.db-build").iterdir()) == []
    tables.rebuild()
    assert list(tables.check()) == []
