"""Which files open as a log, and what is said of the others."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ropa.kernel.problem import Code, Problem
from ropa.log import Log
from tests.log.making import REGISTER, fill


def refused(path: Path, register: str = REGISTER) -> Code:
    with pytest.raises(Problem) as caught, Log.open(path, register) as log:
        list(log.events())
    return caught.value.code


def test_a_log_is_made_once(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(Problem) as caught:
        Log.create(path, REGISTER)
    assert caught.value.code == Code.REGISTER_EXISTS
    assert path.read_bytes() == before


def test_a_log_needs_its_directory(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        Log.create(tmp_path / "missing" / "log.db", REGISTER)
    assert caught.value.code == Code.FILE_UNREADABLE


def test_a_log_opens_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "mode=memory & 100% för ?x=1#.db"
    Log.create(path, REGISTER)
    with Log.open(path, REGISTER) as log:
        fill(log, 1)
    with Log.open(path, REGISTER) as log:
        assert log.head().position == 1


def test_nothing_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "log.db") == Code.NOT_A_REGISTER
    assert refused(tmp_path) == Code.NOT_A_REGISTER
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00", b"no database" * 1_000])
def test_not_a_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "log.db"
    path.write_bytes(content)
    assert refused(path) == Code.NOT_A_REGISTER
    assert path.read_bytes() == content


def test_another_program_s_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE events (position INTEGER PRIMARY KEY)")
    content = path.read_bytes()
    assert refused(path) == Code.NOT_A_REGISTER
    assert path.read_bytes() == content


def test_another_version_of_the_form(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE meta SET value = '2' WHERE name = 'format'")
    assert refused(path) == Code.LOG_VERSION


def test_another_register_s_log(path: Path) -> None:
    assert refused(path, "0c8d3a44-0000-4000-8000-000000000000") == Code.LOG_DAMAGED


@pytest.mark.parametrize("at", [100, 8_192, 40_000])
def test_a_file_that_was_overwritten_in_part(path: Path, at: int) -> None:
    with Log.open(path, REGISTER) as log:
        fill(log, 2_000)
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xff" * 300_000)
    assert refused(path) == Code.LOG_DAMAGED


def test_a_file_that_was_cut_off(path: Path) -> None:
    with Log.open(path, REGISTER) as log:
        fill(log, 2_000)
    with path.open("r+b") as file:
        file.truncate(5 * 8_192)
    assert refused(path) == Code.LOG_DAMAGED


def test_a_hash_that_is_missing_is_noticed_before_more_is_written(path: Path) -> None:
    with Log.open(path, REGISTER) as log:
        fill(log, 7)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DROP TRIGGER events_are_not_changed")
        other.execute("UPDATE events SET hashes = substr(hashes, 1, 32) WHERE position = 4")
    with Log.open(path, REGISTER) as log:
        with pytest.raises(Problem) as caught:
            fill(log, 1)
        assert caught.value.code == Code.LOG_DAMAGED
        assert log.head().position == 7


def test_a_text_that_is_none_is_damage(path: Path) -> None:
    with Log.open(path, REGISTER) as log:
        fill(log, 1)
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TRIGGER events_are_not_changed")
        db.execute("UPDATE events SET type = CAST(x'ff' AS TEXT)")
        db.commit()
    assert refused(path) == Code.LOG_DAMAGED


def test_a_schema_whose_text_is_none_is_damage(path: Path) -> None:
    content = path.read_bytes()
    assert content.count(b"CREATE TABLE events") == 1
    path.write_bytes(content.replace(b"CREATE TABLE events", b"CREATE TABLE \xff\xfevent"))
    assert refused(path) == Code.LOG_DAMAGED
