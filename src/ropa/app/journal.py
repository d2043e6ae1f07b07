"""The journal of erasures: what was decided to be erased, kept beside log and vault.

Log and vault know of each other's erasures. Where both are old copies, this alone tells what was
erased since. A line is one decision; it names nobody but by the register's own ids.
"""

import errno
import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ropa.app.files import JOURNAL
from ropa.kernel.erasing import ErasureGround
from ropa.kernel.problem import Code, Problem, Where
from ropa.log import Reads

_TAIL: Final = 1 << 16
_Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Activity = Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,64}\Z")]


class ErasedUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is erased as one; see `ropa.kernel.erasing.Unit`."""

    activity: _Activity
    bucket: Annotated[str, Meta(pattern=r"^[0-9a-f-]{0,36}\Z")] = ""


class Suppression(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An address that stays shut out from marketing, as the vault's keyed digest of it."""

    activity: _Activity
    since: date
    digest: _Hash


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision to erase; or, without a ground, that the log was restored with a loss.

    Attributes:
        position: The event.
        leaf: The hash of its leaf, in hexadecimal: another log may have another event there.
        stream: The history that it belongs to.
        subject: The person or member of staff; None for a request.
        ground: Why it was erased.
        on: The day on which it was erased.
        units: What was erased.
        suppressed: The addresses that stay shut out from marketing.
    """

    position: Annotated[int, Meta(ge=1, le=2**62)]
    leaf: _Hash
    stream: Annotated[str, Meta(pattern=r"^(controller|(person|request|staff)/[0-9a-f-]{36})\Z")]
    on: date
    subject: Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}\Z")] | None = None
    ground: ErasureGround | None = None
    units: tuple[ErasedUnit, ...] = ()
    suppressed: tuple[Suppression, ...] = ()

    def stands_in(self, log: Reads) -> bool:
        """Tell whether a log holds the event."""
        try:
            return log.leaf(self.position).hex() == self.leaf
        except Problem as problem:
            if problem.code is not Code.NOT_FOUND:
                raise
            return False


_decoder = msgspec.json.Decoder(Line)


class Journal:
    """The journal of a register, and its copy in the anchor's folder where there is one."""

    def __init__(self, folder: Path, anchor: Path | None = None) -> None:
        """Begin with the register's own folder, and the anchor's."""
        self._own = folder / JOURNAL
        self._copy = None if anchor is None else anchor / JOURNAL

    def write(self, lines: Sequence[Line]) -> None:
        """Add lines, synced; a copy that cannot be written is brought up to date by `copy`.

        Raises:
            Problem: `disk-full` or `file-unreadable`, for the register's own.
        """
        if not lines:
            return
        text = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
        alike = self._copy is not None and _size(self._copy) == _size(self._own)
        try:
            _append(self._own, text)
        except OSError as error:
            raise problem_of(error, self._own) from None
        if self._copy is not None and alike:
            with suppress(OSError):
                _append(self._copy, text)

    def copy(self) -> None:
        """Bring the copy in the anchor's folder up to date; what is there stays.

        Raises:
            Problem: `file-unreadable` or `disk-full`, with the file.
        """
        if self._copy is None or _size(self._copy) == _size(self._own):
            return
        try:
            there = set(_raw(self._copy))
            lacking = [line for line in _raw(self._own) if line not in there]
            _append(self._copy, b"".join(line + b"\n" for line in lacking))
        except OSError as error:
            raise problem_of(error, self._copy) from None

    def lines(self) -> list[Line]:
        """Give all lines, each decision once: the register's own first.

        Raises:
            Problem: `malformed-value` with file and line; `file-unreadable`.
        """
        return read([path for path in (self._own, self._copy) if path is not None])

    def knows_more_than(self, log: Reads) -> bool:
        """Tell whether an erasure was decided on that a log does not hold.

        Only the ends are looked at where the log holds these.
        """
        ends = [_last(path) for path in (self._own, self._copy) if path is not None]
        if all(line is None or line.stands_in(log) for line in ends):
            return False
        return bool(unknown(self.lines(), log))


def read(files: Iterable[Path]) -> list[Line]:
    """Give the lines of journals, each decision once; of a file that is not there, none.

    A line without an end was never acknowledged: a crash cut it short.

    Raises:
        Problem: `malformed-value` with file and line; `file-unreadable`.
    """
    found: dict[tuple[int, str], Line] = {}
    for file in files:
        try:
            raw = _raw(file)
        except OSError as error:
            raise problem_of(error, file) from None
        for number, text in enumerate(raw, 1):
            line = _decoded(text, Where(file=str(file), line=number))
            found.setdefault((line.position, line.leaf), line)
    return list(found.values())


def unknown(lines: Iterable[Line], log: Reads) -> list[Line]:
    """Give the decisions that a log does not hold.

    Where it holds that it was restored with a loss, all that came before is settled.
    """
    found: list[Line] = []
    for line in lines:
        if line.stands_in(log):
            if line.ground is None:
                found.clear()
        elif line.ground is not None:
            found.append(line)
    return found


def problem_of(error: OSError, path: Path) -> Problem:
    """Give the problem that an error of the disk stands for."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return Problem(Code.DISK_FULL, "The disk took no more.", advice="Make room, and try again.")
    return Problem(
        Code.FILE_UNREADABLE,
        "The file or folder cannot be read or written.",
        advice="Look at its name, its permissions, and the folder around it.",
        where=Where(file=str(path)),
    )


def _decoded(text: bytes, where: Where) -> Line:
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Problem(
            Code.MALFORMED_VALUE,
            "The line is none that ropa writes into its journal of erasures.",
            advice="Take another copy of the journal: one lies in the register's folder, and one in"
            " the anchor's.",
            where=where,
        ) from None


def _raw(file: Path) -> Iterator[bytes]:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        content = b""
    whole, _, _ = content.rpartition(b"\n")
    return iter(whole.split(b"\n") if whole else ())


def _last(file: Path) -> Line | None:
    """Give the last line that has an end; None where there is none, or it cannot be read."""
    try:
        with file.open("rb") as opened:
            size = opened.seek(0, os.SEEK_END)
            opened.seek(max(0, size - _TAIL))
            before, _, _ = opened.read().rpartition(b"\n")
        line = before.rpartition(b"\n")[2]
        return _decoder.decode(line) if line else None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _append(file: Path, text: bytes) -> None:
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "rb+") as opened:
        # One process at a time; what a crash cut short goes.
        fcntl.flock(opened, fcntl.LOCK_EX)
        size = opened.seek(0, os.SEEK_END)
        if size:
            opened.seek(size - 1)
            if opened.read() != b"\n":
                opened.seek(0)
                size = opened.read().rfind(b"\n") + 1
                opened.truncate(size)
        opened.seek(size)
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
