"""The archive that a bundle is: a ZIP from a stranger, read in pieces and never unpacked."""

import os
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ropa.app.bundle.layout import malformed, may_hold, most
from ropa.kernel.problem import Code, Problem, Where

MAX_ARCHIVE = (1 << 31) - 1
"""The greatest length of a bundle in bytes: what a ZIP can have without its later extension."""

MAX_FILES = 65_534
"""The greatest number of files, likewise; enough for some 8,000,000 events."""

MAX_TOTAL = 16 << 30
"""The greatest length of all files together, in bytes."""

MAX_RATIO = 100
"""How many times as long as the bundle its files can be; a log's come to some 7 times."""

_PIECE = 1 << 20
_MAX_LINE = 4_096
_MAX_DIRECTORY = MAX_FILES * 128
_FLAGS = 0x080E  # how well it was deflated, that lengths come after the data, that names are UTF-8
_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_LONG = 20  # bytes of the record before the end by which the later extension is found
_LONG_MARK = b"PK\x06\x07"
_BROKEN = (
    BadZipFile,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What the library raises of archives that are broken, or made to break it."""


class Archive:
    """An opened bundle: its names and lengths are within bounds, and nothing else is known of it.

    Attributes:
        names: The paths of its files.
    """

    def __init__(self, archive: ZipFile, infos: dict[str, ZipInfo]) -> None:
        """Use `opened`."""
        self._archive = archive
        self._infos = infos
        self.names = infos.keys()

    def read(self, path: str) -> bytes:
        """Give a file that is there, and is not one to be read in pieces.

        Raises:
            Problem: `bundle-malformed`.
        """
        return b"".join(self.pieces(path))

    def pieces(self, path: str) -> Iterator[bytes]:
        """Give a file in pieces of at most 1 MiB."""
        length = 0
        with self._open(path) as file:
            while piece := file.read(_PIECE):
                length += len(piece)
                yield piece
        if length != self._infos[path].file_size:
            raise malformed("A file of the bundle is cut off.", path)

    def lines(self, path: str) -> Iterator[bytes]:
        """Give the lines of a file; of one that is longer than any should be, no more than that."""
        with self._open(path) as file:
            while line := file.readline(_MAX_LINE):
                yield line

    @contextmanager
    def _open(self, path: str) -> Iterator[IO[bytes]]:
        with _as_problem(path), self._archive.open(self._infos[path]) as file:
            yield file


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a bundle.

    Raises:
        Problem: `file-unreadable`, or `bundle-malformed` where it is no ZIP, is cut off or
            encrypted, holds a file that no bundle has, or more than a bundle can hold.
    """
    file = _file(path)
    with file:
        with _as_problem():
            length = os.fstat(file.fileno()).st_size
            _check_end(file, length)
            archive = ZipFile(file)
        with archive:
            yield Archive(archive, _checked(archive.infolist(), length))


def _file(path: Path) -> BinaryIO:
    try:
        # A pipe would be waited for.
        if path.is_file():
            return path.open("rb")
    except OSError:
        pass
    raise Problem(Code.FILE_UNREADABLE, "The bundle cannot be read.", where=Where(file=str(path)))


def _check_end(file: IO[bytes], length: int) -> None:
    """Look at the end of the archive before the library does: it reads all names at once."""
    if not _LONG + _END.size <= length <= MAX_ARCHIVE:
        raise malformed("The file is too short or too long for a bundle.")
    file.seek(-_LONG - _END.size, os.SEEK_END)
    extended = file.read(_LONG).startswith(_LONG_MARK)
    mark, disk, first, here, files, directory, _, comment = _END.unpack(file.read(_END.size))
    if mark != _END_MARK or disk or first or here != files or comment or extended:
        raise malformed("The file does not end as a plain ZIP does: it may be cut off.")
    if files > MAX_FILES or directory > _MAX_DIRECTORY:
        raise malformed("The bundle holds more files than a bundle can.")


def _checked(found: list[ZipInfo], length: int) -> dict[str, ZipInfo]:
    infos = {info.filename: info for info in found}
    if len(infos) < len(found):
        raise malformed("The bundle holds two files of one name.")
    for name, info in infos.items():
        if info.orig_filename != name or not may_hold(name):
            raise malformed("The bundle holds a file that does not belong in one.")
        if info.flag_bits & ~_FLAGS or info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise malformed("A file of the bundle is encrypted, or packed in another way.", name)
        if stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG}:
            raise malformed("A file of the bundle is a link or something else.", name)
        limit = most(name)
        if limit is not None and info.file_size > limit:
            raise malformed("A file of the bundle is longer than it can be.", name)
    if sum(info.file_size for info in found) > min(MAX_TOTAL, length * MAX_RATIO):
        raise malformed("The files of the bundle are longer than those of a log can be.")
    return infos


@contextmanager
def _as_problem(path: str | None = None) -> Iterator[None]:
    try:
        yield
    except _BROKEN:
        raise malformed("The ZIP is broken.", path) from None
