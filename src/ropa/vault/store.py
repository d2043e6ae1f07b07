"""The vault's file: the SQLite database `keys.db`, and what can go wrong with it."""

import errno
import os
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from ropa.kernel.problem import Code, Problem, Where

FILE: Final = "keys.db"
VERSION: Final = 1

_APPLICATION: Final = 0x726F7061  # "ropa", for file(1)
_BUSY_SECONDS = 5.0
_TRUNCATING_MS: Final = 1_000

# Wrapped keys are 40 bytes (RFC 3394 of 32). `generation` is that of the activity's key which wraps
# a data key. `version` is the data key's own: the highest seals, the lower ones still open.
#
# Where SQLite splits or merges pages it copies cells, and the bytes that it copied from may stay
# behind, whatever secure_delete says. So what is to be forgotten lies in the leaves of tables that
# grow at their end alone (`id`), where nothing is copied; it is emptied by an UPDATE that makes
# its row shorter in its place, and no row is ever deleted or made longer. An emptied value is
# destroyed. An index moves what it holds: it holds no secret, and two bytes of a digest at most.
_SCHEMA: Final = """
CREATE TABLE meta(
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE activity_keys(
    activity TEXT NOT NULL,
    generation INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    PRIMARY KEY (activity, generation)
) WITHOUT ROWID;
CREATE TABLE data_keys(
    id INTEGER PRIMARY KEY,
    key_id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    activity TEXT NOT NULL,
    bucket TEXT NOT NULL,
    version INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    UNIQUE (owner, activity, bucket, version)
);
CREATE TABLE tombstones(
    key_id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    activity TEXT NOT NULL,
    bucket TEXT NOT NULL,
    position INTEGER NOT NULL,
    ground TEXT NOT NULL,
    destroyed_on TEXT NOT NULL
);
CREATE INDEX tombstones_by_position ON tombstones(position, key_id);
CREATE TABLE lookups(
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL,
    key INTEGER NOT NULL REFERENCES data_keys(id)
);
CREATE INDEX lookups_by_key ON lookups(key);
CREATE INDEX lookups_by_digest ON lookups(substr(digest, 1, 2));
CREATE TABLE suppressed(
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL,
    activity TEXT NOT NULL,
    since TEXT NOT NULL
);
CREATE INDEX suppressed_by_digest ON suppressed(substr(digest, 1, 2));
CREATE TABLE erased(
    only INTEGER PRIMARY KEY CHECK (only = 1),
    position INTEGER NOT NULL
);
CREATE TABLE signed(
    only INTEGER PRIMARY KEY CHECK (only = 1),
    size INTEGER NOT NULL,
    root BLOB NOT NULL
);
"""


class Store:
    """The connection of one process to its vault's file, shared by its threads.

    `lock` is held around every statement; whoever must see several statements as one holds it
    around them. A connection does not survive a fork: open the vault in each process.

    Attributes:
        lock: The lock.
        directory: Where the file lies.
    """

    def __init__(self, directory: Path, *, query_only: bool = False) -> None:
        """Open the file, which must be a vault of this version.

        Raises:
            Problem: VAULT_DAMAGED, VAULT_VERSION, LOG_BUSY, DISK_FULL or FILE_UNREADABLE.
        """
        self.lock = threading.RLock()
        self.directory = directory
        self._path = directory / FILE
        if not self._path.is_file():
            raise Problem(
                Code.VAULT_DAMAGED,
                "The vault's keys are missing.",
                advice="Restore the file from its own backup.",
                where=Where(file=str(self._path)),
            )
        try:
            self._db = _connected(self._path)
        except sqlite3.Error as error:
            raise problem_of(error, self._path) from error
        try:
            self._check_version()
            if query_only:
                self.execute("PRAGMA query_only = ON")
            self._data_version = self._read_data_version()
        except BaseException:
            self._db.close()
            raise

    @staticmethod
    def create(directory: Path, meta: Iterable[tuple[str, Any]]) -> None:
        """Make the file; its directory exists, and holds none yet.

        Raises:
            FileExistsError: There is one already.
            OSError: It could not be made.
            sqlite3.Error: It could not be written.
        """
        path = directory / FILE
        # SQLite would make the file with the permissions that the umask leaves; the files of its
        # write-ahead log take after it.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        db = _connected(path)
        try:
            db.execute("BEGIN IMMEDIATE")
            for statement in filter(str.strip, _SCHEMA.split(";")):
                db.execute(statement)
            db.executemany("INSERT INTO meta VALUES (?, ?)", meta)
            db.execute(f"PRAGMA application_id = {_APPLICATION}")
            db.execute(f"PRAGMA user_version = {VERSION}")
            db.execute("COMMIT")
        finally:
            db.close()

    def close(self) -> None:
        """Close the connection; once closed it stays closed."""
        with self.lock:
            self._db.close()

    def execute(self, statement: str, *values: object) -> list[Any]:
        """Run one statement and give its rows.

        Raises:
            Problem: VAULT_DAMAGED, LOG_BUSY, DISK_FULL or FILE_UNREADABLE.
        """
        with self.lock:
            try:
                return self._db.execute(statement, values).fetchall()
            except sqlite3.ProgrammingError:
                raise  # a fault of ours, such as a use after close
            except sqlite3.Error as error:
                raise problem_of(error, self._path) from error

    def execute_many(self, statement: str, rows: Iterable[tuple[object, ...]]) -> int:
        """Run one statement for each row, and give the number of rows that it changed."""
        with self.lock:
            try:
                return self._db.executemany(statement, rows).rowcount
            except sqlite3.ProgrammingError:
                raise  # a fault of ours, such as a use after close
            except sqlite3.Error as error:
                raise problem_of(error, self._path) from error

    def begin(self) -> None:
        """Begin a transaction as the only writer of the vault; nothing is written yet."""
        if self._db.in_transaction:
            raise RuntimeError("writing to the vault does not nest")
        self.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Commit and sync; writes nothing where nothing has changed."""
        self.execute("COMMIT")

    def rollback(self) -> None:
        """Undo an open transaction, if there is one."""
        with self.lock:
            if self._db.in_transaction:
                self.execute("ROLLBACK")

    def truncate(self) -> bool:
        """Bring the write-ahead log into the file and empty it.

        Returns:
            Whether it is empty; not so where another connection went on reading or writing for a
            second.
        """
        with self.lock:
            before = self.execute("PRAGMA busy_timeout")[0][0]
            self.execute(f"PRAGMA busy_timeout = {_TRUNCATING_MS}")
            try:
                return not self.execute("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
            finally:
                self.execute(f"PRAGMA busy_timeout = {before}")

    def rewrite(self) -> None:
        """Write the whole file anew, so that nothing of what was overwritten is left.

        Raises:
            Problem: LOG_BUSY where another process reads or writes; what was overwritten may be
                left then, and it is to be tried again.
        """
        self.execute("VACUUM")
        if not self.truncate():
            raise Problem(
                Code.LOG_BUSY,
                "The vault is in use by another process, and old bytes may be left in its files.",
                advice="Try again when the other has ended.",
                where=Where(file=str(self._path)),
            )

    def changed_elsewhere(self) -> bool:
        """Tell whether another connection has committed since this was last asked."""
        with self.lock:
            found = self._read_data_version()
            changed = found != self._data_version
            self._data_version = found
            return changed

    def _read_data_version(self) -> int:
        found: int = self.execute("PRAGMA data_version")[0][0]
        return found

    def _check_version(self) -> None:
        application = self.execute("PRAGMA application_id")[0][0]
        version = self.execute("PRAGMA user_version")[0][0]
        if application != _APPLICATION:
            raise Problem(
                Code.VAULT_DAMAGED,
                "The vault's file is not a vault.",
                advice="Restore the file from its own backup.",
                where=Where(file=str(self._path)),
            )
        if version != VERSION:
            raise Problem(
                Code.VAULT_VERSION,
                f"The vault is of version {version}, and this ropa knows version {VERSION}.",
                advice="Use the release of ropa that made it, or a later one.",
                where=Where(file=str(self._path)),
            )


def problem_of(error: sqlite3.Error | OSError, path: Path) -> Problem:
    """Give the problem that an error of the database or the disk stands for."""
    if isinstance(error, OSError):
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        code = sqlite3.SQLITE_FULL if full else sqlite3.SQLITE_CANTOPEN
    else:
        # The primary result code is the low byte (sqlite.org/rescode.html).
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            found = Code.LOG_BUSY, "The vault is in use by another process.", "Try again."
        case sqlite3.SQLITE_FULL:
            found = Code.DISK_FULL, "The disk is full; nothing was stored.", "Make room."
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            found = (
                Code.FILE_UNREADABLE,
                "The vault cannot be opened for writing.",
                "Run as the user who owns it, on a disk that can be written to.",
            )
        case _:
            found = (
                Code.VAULT_DAMAGED,
                "The vault's file is damaged.",
                "Restore the file from its own backup.",
            )
    return Problem(found[0], found[1], advice=found[2], where=Where(file=str(path)))


def _connected(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        # A destroyed key must be gone from the pages too; how builds are set by default differs.
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
    except BaseException:
        db.close()
        raise
    return db
