"""Tables that are not of this log and these views are made anew, and no others."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from ropa.kernel.fact import Recorded
from ropa.kernel.problem import Code, Problem
from ropa.kernel.view import View
from ropa.tables import Kind
from ropa.tables.files import Files
from tests.tables.conftest import Opener
from tests.tables.histories import long_history
from tests.tables.reading import everything, from_memory
from tests.tables.toy import ACCOUNTS, EDITED, RAISED, TAGS, Log, Moved


def _sql(path: Path, *statements: str) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        db.execute(statement)
    db.close()


def _mark(path: Path) -> None:
    """Change the tables so that one can see whether they have been rebuilt."""
    _sql(path, 'DELETE FROM "tags of an account"')


@pytest.fixture
def views_db(tmp_path: Path, opened: Opener, log: Log) -> Path:
    log.append(long_history(400))
    tables = opened()
    tables.follow()
    tables.close()
    path = tmp_path / "views.db"
    _mark(path)
    return path


def test_what_fits_is_not_rebuilt(views_db: Path, opened: Opener, log: Log) -> None:
    tables = opened()
    tables.follow()
    assert views_db.exists()
    assert tables.count(TAGS) == 0
    log.append([("anna", Moved(ore=1, tags=("food",)))])
    tables.follow()
    assert tables.count(TAGS) == 1


def _delete(path: Path) -> None:
    path.unlink()


def _delete_all_but_the_wal(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("DELETE FROM accounts")
    db.commit()
    wal = path.with_name("views.db-wal")
    kept = wal.read_bytes()
    db.close()
    path.unlink()
    wal.write_bytes(kept)


def _garble(path: Path) -> None:
    path.write_bytes(b"no database at all" * 1000)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _forget_position(path: Path) -> None:
    _sql(path, "DROP TABLE folded")


def _beyond_the_head(path: Path) -> None:
    _sql(path, "UPDATE folded SET position = 1000000")


def _other_leaf(path: Path) -> None:
    _sql(path, "UPDATE folded SET leaf = x'00'")


def _other_journal(path: Path) -> None:
    _sql(path, "DROP TABLE folded", "PRAGMA journal_mode=DELETE")


@pytest.mark.parametrize(
    "harm",
    [
        _delete,
        _delete_all_but_the_wal,
        _garble,
        _empty,
        _truncate,
        _forget_position,
        _beyond_the_head,
        _other_leaf,
        _other_journal,
    ],
)
@pytest.mark.parametrize("before_opening", [True, False])
def test_a_harmed_file_is_rebuilt(
    views_db: Path,
    opened: Opener,
    log: Log,
    harm: Callable[[Path], None],
    *,
    before_opening: bool,
) -> None:
    tables = opened()
    if not before_opening:
        tables.follow()
        # SQLite's own files would go with the file when nobody has it open.
        tables.close()
    harm(views_db)
    assert tables.follow() == log.head()
    assert everything(tables) == from_memory(log)
    assert list(tables.check()) == []
    db = sqlite3.connect(views_db)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    db.close()


def test_a_write_ahead_log_of_another_file_is_not_taken_for_ours(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "other.db", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("CREATE TABLE stale (a)")
    (tmp_path / "views.db-wal").write_bytes((tmp_path / "other.db-wal").read_bytes())
    db.close()
    files = Files(tmp_path / "views.db")
    with files.locked():
        files.make()
    with files.opened() as made:
        assert made
        assert made.execute("SELECT name FROM sqlite_schema").fetchall() == []
    files.close()


def test_what_a_killed_rebuild_left_is_swept_away(tmp_path: Path, opened: Opener, log: Log) -> None:
    log.append(long_history(100))
    workshop = tmp_path / "views.db-build"
    workshop.mkdir()
    for name in ("0.db", "new.db"):
        _sql(workshop / name, "CREATE TABLE accounts (key)")
    (workshop / "7.db-journal").write_bytes(b"left")
    tables = opened()
    tables.follow()
    assert everything(tables) == from_memory(log)
    assert list(workshop.iterdir()) == []


def test_a_file_deleted_while_open_comes_back(views_db: Path, opened: Opener, log: Log) -> None:
    tables = opened()
    tables.follow()
    views_db.unlink()
    log.append(long_history(50, seed=3))
    tables.follow()
    assert views_db.exists()
    assert everything(tables) == everything(opened()) == from_memory(log)


def test_a_damaged_page_is_said_and_rebuild_heals_it(
    views_db: Path, opened: Opener, log: Log
) -> None:
    _sql(views_db, "PRAGMA wal_checkpoint(TRUNCATE)")
    db = sqlite3.connect(views_db)
    root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'accounts'").fetchone()[0]
    size = db.execute("PRAGMA page_size").fetchone()[0]
    db.close()
    with views_db.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    tables = opened()
    tables.follow()
    with pytest.raises(Problem) as caught:
        list(tables.all(ACCOUNTS))
    assert caught.value.code is Code.FILE_UNREADABLE
    assert str(caught.value).startswith("views.db: ")
    tables.rebuild()
    assert everything(tables) == from_memory(log)


def _wider(row: "Wider | None", event: Recorded[Moved]) -> "Wider | None":
    return row or Wider(event.data.ore, event.position, event.position, 1)


class Wider(msgspec.Struct, frozen=True):
    """A row of another structure."""

    ore: int
    first: int
    last: int
    count: int
    more: int = 0


WIDER_TAGS = View(
    name=TAGS.name,
    version=TAGS.version,
    reads=TAGS.reads,
    row=Wider,
    keys=TAGS.keys,
    fold=_wider,
    columns={"count": lambda row: row.count},
)


@pytest.mark.parametrize(
    "other",
    [
        {"views": RAISED},
        {"log_id": "another"},
        {"views": (ACCOUNTS, TAGS, replace(TAGS, name="more tags"))},
        {"views": (TAGS,)},
        {"views": (ACCOUNTS, replace(TAGS, columns={"last": lambda row: row.last}))},
        {"views": (ACCOUNTS, WIDER_TAGS)},
    ],
    ids=["version", "log", "more", "fewer", "columns", "row"],
)
def test_other_views_or_another_log_are_rebuilt(
    views_db: Path, opened: Opener, log: Log, other: dict[str, object]
) -> None:
    tables = opened(**other)
    assert tables.count(TAGS) > 0
    assert tables.follow() == log.head()
    assert list(tables.check()) == []
    assert views_db.exists()


def test_a_log_that_was_put_back_and_went_another_way_is_noticed(opened: Opener, log: Log) -> None:
    log.append(long_history(100))
    tables = opened()
    tables.follow()
    log._query("DELETE FROM log WHERE position > 90")
    log.append(long_history(30, seed=5))
    assert tables.follow() == 120
    assert everything(tables) == from_memory(log)
    log._query("DELETE FROM log WHERE position > 50")
    assert tables.follow() == 50
    assert everything(tables) == from_memory(log)


def test_an_edited_fold_is_not_noticed_but_by_the_check(
    views_db: Path, opened: Opener, log: Log
) -> None:
    opened().rebuild()
    edited = opened(views=EDITED)
    edited.follow()
    assert everything(edited) == from_memory(log)
    found = list(edited.check())
    assert {difference.view for difference in found} == {"accounts"}
    assert {difference.kind for difference in found} >= {Kind.DIFFERS}
    assert views_db.exists()
