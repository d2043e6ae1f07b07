"""The file of the tables: its connections, its lock, and what its errors mean."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ropa.kernel.problem import Code, Problem, Where

_BUSY_SECONDS = 60
_CACHE_KIB = 32 * 1024


class DamagedTables(Problem):
    """The file of the tables is there and cannot be read; the engine makes a new one."""


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn an error of SQLite about a file into a problem."""
    where = Where(file=path.name)
    try:
        yield
    except sqlite3.Error as error:
        match getattr(error, "sqlite_errorcode", 0) & 0xFF:
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
                raise DamagedTables(
                    Code.FILE_UNREADABLE,
                    "The file of the views is damaged.",
                    advice="Rebuild the views; nothing is lost, since the log holds everything.",
                    where=where,
                ) from None
            case sqlite3.SQLITE_FULL:
                raise Problem(
                    Code.DISK_FULL, "There is no room on the disk for the views.", where=where
                ) from None
            case sqlite3.SQLITE_BUSY:
                raise Problem(
                    Code.LOG_BUSY,
                    "Another process has been writing the views for too long.",
                    advice="Try again.",
                    where=where,
                ) from None
            case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_IOERR:
                raise Problem(
                    Code.FILE_UNREADABLE,
                    "The file of the views cannot be read and written here.",
                    advice="Check the rights to the file and to its directory.",
                    where=where,
                ) from None
            case _:
                raise


def connect(path: Path | None, *, mode: str = "rw") -> sqlite3.Connection:
    """Open a database, or an empty one in memory, with the settings that all of ropa's have."""
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}" if path else ":memory:",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        db.execute("PRAGMA synchronous=FULL")
        db.execute("PRAGMA secure_delete=ON")
        db.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    except sqlite3.Error:
        db.close()
        raise
    return db


class Files:
    """The file of the tables and the directory beside it where rebuilds work."""

    def __init__(self, path: Path) -> None:
        """Take the path; nothing needs to exist yet."""
        self.path = path
        self.workshop = path.with_name(path.name + "-build")
        self._idle: list[tuple[int, sqlite3.Connection]] = []

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection | None]:
        """Lend a connection that nobody else uses meanwhile; None where there is no file."""
        with translated(self.path):
            try:
                inode = self.path.stat().st_ino
            except FileNotFoundError:
                yield None
                return
            db = self._take(inode) or connect(self.path)
            healthy = True
            try:
                yield db
            except sqlite3.Error:
                healthy = False
                raise
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                if healthy:
                    self._idle.append((inode, db))
                else:
                    db.close()

    def _take(self, inode: int) -> sqlite3.Connection | None:
        while self._idle:
            try:
                known, db = self._idle.pop()
            except IndexError:  # another thread took the last one
                break
            if known == inode:
                return db
            db.close()
        return None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other rebuild and check of this file waiting; a killed process lets go."""
        self.workshop.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(self.workshop, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._sweep()  # of what a killed process left there
            try:
                yield
            finally:
                self._sweep()
        finally:
            os.close(handle)

    def _sweep(self) -> None:
        for left in self.workshop.iterdir():
            left.unlink(missing_ok=True)

    def make(self) -> None:
        """Put an empty database in the place of whatever is there.

        It appears whole and in WAL mode already: switching later does not wait for readers, it
        fails. A write-ahead log that another file left must not be taken for the new one's.
        """
        new = self.workshop / "new.db"
        db = connect(new, mode="rwc")
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA user_version=1")
        finally:
            db.close()
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        new.replace(self.path)

    def usable(self) -> bool:
        """Say whether the file is a database of ours at all."""
        try:
            with self.opened() as db:
                return db is not None and db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        except DamagedTables:
            return False

    def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop()[1].close()
