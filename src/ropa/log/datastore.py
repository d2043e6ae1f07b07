"""The connections to one log: durable, deleting for good, and one writer at a time."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock

from eventsourcing.persistence import ConnectionUnavailableError, OperationalError
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

from ropa.log.tree import Frontier

WAIT = 30
"""How many seconds a writer waits for another."""
_BRIEFLY = 0.5
"""How many seconds a truncation waits: for writers of this process, then for anybody else."""

# The first two are the promise that nothing acknowledged is lost and nothing deleted remains. The
# others are speed: the random pages of the indexes stay in memory, and the write-ahead log is
# copied into the file once for 16 MiB, not at every batch.
PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_mode = WAL",
    "PRAGMA cache_size = -65536",
    "PRAGMA wal_autocheckpoint = 2000",
    "PRAGMA temp_store = MEMORY",
)
"""What each connection to a log is set to."""
# The library's own queries run on this; it is no part of the stored form.
_VIEW = """
    CREATE TEMP VIEW stored_events AS SELECT position AS rowid, stream AS originator_id,
    version AS originator_version, type AS topic, state FROM main.events
"""


class _Transaction(SQLiteTransaction):
    """A transaction that takes the write lock first.

    A transaction that reads first and then writes fails at once when another has written in
    between; the wait for the lock does not help it.
    """

    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        try:
            cursor.execute("BEGIN IMMEDIATE" if self.commit else "BEGIN")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error
        return cursor


class _Connection(SQLiteConnection):
    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        with _Transaction(self, commit=commit) as cursor, cursor:
            yield cursor


def _connect(uri: str, wait: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri, uri=True, check_same_thread=False, isolation_level=None, timeout=wait
    )
    for pragma in PRAGMAS:
        connection.execute(pragma)
    return connection


class _Pool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        connection = _connect(self.db_name, WAIT)
        connection.execute(_VIEW)
        connection.row_factory = sqlite3.Row
        return _Connection(sqlite_conn=connection, max_age=self.max_age)

    def put_connection(self, conn: SQLiteConnection) -> None:
        with self._put_condition:
            if self._closed:
                conn.close()
            else:
                super().put_connection(conn)

    def close(self) -> None:
        """Close the connections that nobody uses, and each of the others when it comes back.

        A connection that is closed in the middle of another thread's call takes the process down.
        """
        with self._put_condition:
            self._closed = True
            while self._pool:
                self._pool.popleft().close()


class LogDatastore(SQLiteDatastore):
    """The connections to one log.

    Attributes:
        frontier: The edge of the tree as the last transaction of this process left it.
    """

    def __init__(self, path: Path) -> None:
        uri = f"{path.absolute().as_uri()}?mode=rw"
        super().__init__(uri, originator_id_type="text")
        self._uri = uri
        self.pool = _Pool(db_name=uri, pool_timeout=WAIT)
        self._writer = Lock()
        self.frontier = Frontier()

    @contextmanager
    def get_connection(self, *, commit: bool) -> Iterator[SQLiteConnection]:
        """Lend a connection; one writer at a time.

        The library lets a writer wait inside the pool, and readers wait behind it: a thread that
        reads while it writes would wait for another that waits for it.
        """
        if commit and not self._writer.acquire(timeout=WAIT):
            raise ConnectionUnavailableError
        try:
            connection = self.pool.get_connection()
            try:
                yield connection
            finally:
                self.pool.put_connection(connection)
        except BaseException:
            if commit:
                # It may know of leaves that were never recorded.
                self.frontier = Frontier()
            raise
        finally:
            if commit:
                self._writer.release()

    def truncate(self) -> bool:
        """Empty the write-ahead log; give False where others need it for longer than a second.

        On a connection of its own: one of the pool waits longer, and all of them may be lent.
        """
        if not self._writer.acquire(timeout=_BRIEFLY):
            return False
        try:
            with closing(_connect(self._uri, _BRIEFLY)) as connection:
                (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                return not busy
        finally:
            self._writer.release()
