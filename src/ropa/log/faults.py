"""What SQLite's errors mean for a log."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from eventsourcing.persistence import ConnectionUnavailableError, PersistenceError

from ropa.kernel.problem import Code, Problem

_STALE = "events.stream"
_BROKEN = "The log's file is not as SQLite wrote it."
_DISK = frozenset(
    {
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
    }
)


def busy() -> Problem:
    """Make the problem of a log that others kept locked for too long."""
    return Problem(
        Code.LOG_BUSY,
        "Another process or thread kept the log locked for more than 30 seconds.",
        advice="Try again when it has finished.",
    )


def damaged(detail: str) -> Problem:
    """Make the problem of a log that is not as it was written."""
    return Problem(Code.LOG_DAMAGED, detail, advice="Restore the log from a backup that verifies.")


def unreadable() -> Problem:
    """Make the problem of a log whose files are out of reach."""
    return Problem(
        Code.FILE_UNREADABLE,
        "The log's files cannot be opened or written.",
        advice="Look at the register's directory and its permissions.",
    )


def _problem(error: sqlite3.Error) -> Problem | None:
    """Make the problem of an error, or nothing of a wrong use of SQLite: that is a defect."""
    extended: int | None = getattr(error, "sqlite_errorcode", None)
    if extended is None:
        # The module's own word, without a code, for a text in the file that is none.
        broken = isinstance(error, sqlite3.OperationalError) and "UTF-8" in str(error)
        return damaged(_BROKEN) if broken else None
    match extended & 0xFF:
        case sqlite3.SQLITE_CONSTRAINT if _STALE in str(error):
            return Problem(
                Code.STALE_VERSION,
                "Another event has taken this place in the history.",
                advice="Read the history again, and decide anew.",
            )
        case sqlite3.SQLITE_CONSTRAINT:
            return Problem(Code.ID_REUSED, "The log already holds a fact or box of this id.")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return busy()
        case sqlite3.SQLITE_FULL:
            return _disk_full()
        case sqlite3.SQLITE_IOERR if extended in _DISK:
            return _disk_full()
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return unreadable()
        case _:
            return damaged(_BROKEN)


def _disk_full() -> Problem:
    return Problem(
        Code.DISK_FULL,
        "The disk took no more; nothing of this batch was recorded.",
        advice="Make room, and run it again.",
    )


@contextmanager
def faults() -> Iterator[None]:
    """Make a problem of any error of SQLite, or of the library around it, raised inside."""
    try:
        yield
    except ConnectionUnavailableError:
        raise busy() from None
    except (sqlite3.Error, PersistenceError) as error:
        cause = error if isinstance(error, sqlite3.Error) else error.__cause__
        problem = _problem(cause) if isinstance(cause, sqlite3.Error) else None
        if problem is None:
            raise
        # Without its cause, whose text could hold what came in.
        raise problem from None
    except UnicodeDecodeError:
        # SQLite's own message, which holds what is broken.
        raise damaged(_BROKEN) from None
    except msgspec.DecodeError:
        raise damaged("An event of the log cannot be read.") from None
