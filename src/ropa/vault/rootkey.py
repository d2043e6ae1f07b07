"""The root key: the one secret that all others of a register are wrapped by."""

import base64
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from ropa.kernel.problem import Code, Problem, Where

FILE = "root.key"
NEW_FILE = "root.key.new"
VARIABLE = "ROPA_ROOT_KEY"
NEW_VARIABLE = "ROPA_NEW_ROOT_KEY"
SIZE = 32

_HEX_LENGTH = 2 * SIZE
_MOST = 4096
_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_FORM = f"It is one line: {SIZE} random bytes in hexadecimal or base64."


def root_key(directory: Path, environ: Mapping[str, str]) -> bytes:
    """Give the root key of the vault in a directory, from the environment or else its file.

    Args:
        directory: The vault's directory.
        environ: The environment; `ROPA_ROOT_KEY` in it comes before the file.

    Raises:
        Problem: ROOT_KEY_MISSING, or ROOT_KEY_UNREADABLE where others may read the file or where
            it is not a key.
    """
    text = environ.get(VARIABLE)
    if text:
        return _decoded(text, f"The root key in {VARIABLE} is not a key.", Where())
    return read_root_key(directory / FILE)


def new_root_key(environ: Mapping[str, str]) -> bytes | None:
    """Give the root key that is to take the place of the one in the environment.

    Returns:
        What stands in `ROPA_NEW_ROOT_KEY`; None where the root key lies in its file, for which a
        new one is drawn.

    Raises:
        Problem: ROOT_KEY_MISSING or ROOT_KEY_UNREADABLE.
    """
    if not environ.get(VARIABLE):
        return None
    text = environ.get(NEW_VARIABLE)
    if not text:
        raise Problem(
            Code.ROOT_KEY_MISSING,
            f"The root key stands in {VARIABLE}, and there is no new one.",
            advice=f"Set {NEW_VARIABLE} to the new one.",
        )
    return _decoded(text, f"The root key in {NEW_VARIABLE} is not a key.", Where())


def read_root_key(path: Path) -> bytes:
    """Give the root key in a file.

    Raises:
        Problem: ROOT_KEY_MISSING or ROOT_KEY_UNREADABLE.
    """
    return _decoded(_read(path), "The root key is not a key.", Where(file=str(path)))


def write_root_key(path: Path, key: bytes) -> None:
    """Write a new root key to a file, readable by its owner alone, and sync it.

    Raises:
        FileExistsError: There is one already; it is never overwritten.
        OSError: It could not be written.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())


def sync(directory: Path) -> None:
    """Sync a directory: a new file's name is on the disk only once its directory is."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> str:
    where = Where(file=str(path))
    try:
        # Not blocking: a pipe under this name must not hang whoever opens the register.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        raise Problem(
            Code.ROOT_KEY_MISSING,
            "The root key is missing.",
            advice=f"Restore the file from its own backup, or set {VARIABLE}.",
            where=where,
        ) from None
    except OSError:
        raise _refused(
            "The root key cannot be read.", "Run as the user who owns the file.", where
        ) from None
    try:
        mode = os.fstat(descriptor).st_mode
        content = os.read(descriptor, _MOST) if stat.S_ISREG(mode) else b""
    finally:
        os.close(descriptor)
    if stat.S_ISREG(mode) and mode & _FOR_OTHERS:
        raise _refused(
            "The root key may be read by other users of this machine, and is refused.",
            "Run `chmod 600` on the file.",
            where,
        )
    return content.decode("ascii", errors="replace")


def _decoded(text: str, detail: str, where: Where) -> bytes:
    line = text.strip()
    in_hex = len(line) == _HEX_LENGTH
    try:
        key = bytes.fromhex(line) if in_hex else base64.b64decode(line, validate=True)
    except ValueError:
        key = b""
    if len(key) != SIZE:
        raise _refused(detail, _FORM, where)
    return key


def _refused(detail: str, advice: str, where: Where) -> Problem:
    return Problem(Code.ROOT_KEY_UNREADABLE, detail, advice=advice, where=where)
