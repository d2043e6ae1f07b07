"""The root key: the one secret that all others of a register are wrapped by."""

import base64
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from ropa.kernel.problem import Code, Problem, Where

FILE = "root.key"
VARIABLE = "ROPA_ROOT_KEY"
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
    path = directory / FILE
    return _decoded(_read(path), "The root key is not a key.", Where(file=str(path)))


def write_root_key(directory: Path, key: bytes) -> None:
    """Write a new root key to its file, readable by its owner alone, and sync it.

    Raises:
        FileExistsError: There is one already; it is never overwritten.
        OSError: It could not be written.
    """
    descriptor = os.open(directory / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())


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
