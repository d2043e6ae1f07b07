"""Backups: a copy of the log that may be kept for long, and one of the keys that must not."""

from pathlib import Path
from typing import Final, NamedTuple

from ropa.app.copying import copy_database, copy_file, copy_folder, make_plain, whole
from ropa.app.files import Files
from ropa.app.journal import Journal, unknown
from ropa.app.settings import FILE as SETTINGS
from ropa.app.settings import Settings, read_settings
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.progress import Progress, silent
from ropa.log import Log
from ropa.vault import Vault

KEYS: Final = "keys.db"
"""The name of the vault's file, in the vault and in a copy of it."""
_KEY_FILES: Final = ("root.key", "root.key.new")
_NOTE: Final = "README.txt"
_KEYS_NOTE: Final = """\
These are the keys of a register. Keep them apart from every copy of its log, and not for long:
whoever has both an old log and old keys reads what has been erased since. Each new copy of the
keys replaces the one before it, which is to be destroyed.
"""


class Saved(NamedTuple):
    """A copy that was made.

    Attributes:
        size: How many events the copy of the log has; None for one of the keys.
        root_key: Whether the root key is in the copy; it is not where something else keeps it.
    """

    size: int | None
    root_key: bool


def back_up(directory: Path, out: Path, *, progress: Progress = silent) -> Saved:
    """Copy the log of a register, with its settings, notices, templates, checkpoints and journal.

    No key and no view is in it. Others may append meanwhile.

    Args:
        directory: The register's folder.
        out: The copy's, which is empty or does not exist.
        progress: Is told how far it is.

    Raises:
        Problem: `not-a-register`, `register-exists`, `disk-full`, `file-unreadable`, or what is
            wrong with the log.
    """
    files, settings = _opened(directory)
    with whole(out) as folder:
        made = Files(folder)
        copy_file(files.root / SETTINGS, folder / SETTINGS)
        copy_folder(files.notices, made.notices)
        if files.templates.is_dir():
            copy_folder(files.templates, made.templates)
        # Before the log: so none of them is of events that the copy lacks.
        copy_folder(files.checkpoints, made.checkpoints)
        copy_database(files.log, made.log, progress)
        with Log.open(made.log, settings.register) as log:
            size = log.head().position
            lines = Journal(files.root).lines()
            later = {(line.position, line.leaf) for line in unknown(lines, log)}
            Journal(folder).write([one for one in lines if (one.position, one.leaf) not in later])
        make_plain(made.log)
    return Saved(size, root_key=False)


def back_up_keys(directory: Path, out: Path, *, progress: Progress = silent) -> Saved:
    """Copy the keys of a register, and the root key where that is a file.

    Args:
        directory: The register's folder.
        out: The copy's, which is empty or does not exist.
        progress: Is told how far it is.

    Raises:
        Problem: As `back_up` does; `vault-damaged` or `vault-of-another-register`.
    """
    files, settings = _opened(directory)
    with whole(out) as folder:
        copy_keys(files.vault, folder, progress)
        (folder / _NOTE).write_text(_KEYS_NOTE, encoding="ascii")
        with Vault.open_reader(folder, settings.register, {}):
            root_key = (folder / _KEY_FILES[0]).exists()
        make_plain(folder / KEYS)
    return Saved(None, root_key)


def copy_keys(vault: Path, folder: Path, progress: Progress) -> None:
    """Copy the files of a vault, or of a copy of one, into a folder that has none of them.

    Raises:
        Problem: `vault-damaged` where there are no keys; as `copy_database` does.
    """
    if not (vault / KEYS).is_file():
        raise Problem(
            Code.VAULT_DAMAGED,
            "The keys are missing.",
            advice="Name a folder that `ropa backup --keys` made, or the vault itself.",
            where=Where(file=str(vault)),
        )
    copy_database(vault / KEYS, folder / KEYS, progress)
    for name in (*_KEY_FILES, ".nobackup"):
        copy_file(vault / name, folder / name)


def _opened(directory: Path) -> tuple[Files, Settings]:
    files = Files(directory)
    settings = read_settings(directory)
    with Log.open(files.log, settings.register):
        return files, settings
