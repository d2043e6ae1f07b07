"""Copying: databases that others write to, and folders that are there whole or not at all."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from ropa.app.ids import new_id
from ropa.app.journal import problem_of
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.progress import Progress

_PAGES: Final = 2_000
_FULL: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
    }
)


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """Give a folder to fill, which gets its name, synced, when the block ends without error.

    Where it does not, nothing is left of it.

    Raises:
        Problem: `register-exists` where something is there by its name; `disk-full` or
            `file-unreadable`.
    """
    beside = folder.absolute().with_name(f".{folder.absolute().name[:200]}.{new_id()}")
    try:
        if folder.is_symlink() or (
            folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
        ):
            raise Problem(
                Code.REGISTER_EXISTS,
                "There is something by this name already.",
                advice="Name a folder that is empty or does not exist.",
                where=Where(file=str(folder)),
            )
        beside.mkdir(mode=0o700, parents=True)
        try:
            yield beside
            for path in (*beside.rglob("*"), beside):
                _sync(path)
            beside.replace(folder)
            _sync(beside.parent)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise problem_of(error, folder) from None


def copy_database(source: Path, target: Path, progress: Progress) -> None:
    """Copy a database in one state of it, while others may go on writing.

    The copy is one plain file, without a write-ahead log, and its owner's alone.

    Raises:
        Problem: `disk-full`; `file-unreadable` where it cannot be read or is damaged.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as there,
            closing(sqlite3.connect(target)) as here,
        ):
            there.isolation_level = None
            # Without a reading of our own the copying would begin anew at each commit of others.
            there.execute("BEGIN")
            there.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            there.backup(
                here,
                pages=_PAGES,
                progress=lambda _, left, pages: progress(pages - left, pages),
            )
            there.execute("ROLLBACK")
        make_plain(target)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) in _FULL:
            raise Problem(
                Code.DISK_FULL,
                "The disk took no more; nothing was kept of the copy.",
                advice="Make room, and try again.",
            ) from None
        raise Problem(
            Code.FILE_UNREADABLE,
            "The file is none that can be copied: it is out of reach, locked, or damaged.",
            advice="Look at its permissions, and at the folder around it.",
            where=Where(file=str(source)),
        ) from None


def make_plain(database: Path) -> None:
    """Make one file of a database that nobody uses, so that it can be read from any disk."""
    with closing(sqlite3.connect(database)) as here:
        here.execute("PRAGMA journal_mode = DELETE")


def copy_file(source: Path, target: Path) -> None:
    """Copy a file, which its owner alone may read then; one that is not there is left out."""
    try:
        content = source.read_bytes()
    except FileNotFoundError:
        return
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def copy_folder(source: Path, target: Path) -> None:
    """Copy the files of a folder, and of the folders in it; the target is made in any case."""
    target.mkdir(mode=0o700)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, copy_function=shutil.copyfile)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
