"""The spool: what goes into a bundle, on the disk until it is known as a whole."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import BinaryIO, NamedTuple

_PIECE = 1 << 20


class _Spooled(NamedTuple):
    start: int
    length: int
    sha256: str


class Spool:
    """Files by their paths, one after the other in a scratch file: memory holds only the names."""

    def __init__(self, scratch: BinaryIO) -> None:
        """Take an empty file, which somebody else closes."""
        self._scratch = scratch
        self._files: dict[str, _Spooled] = {}

    def add(self, path: str, pieces: Iterable[bytes]) -> None:
        """Add a file."""
        start = length = self._scratch.seek(0, 2)
        digest = sha256()
        for piece in pieces:
            length += self._scratch.write(piece)
            digest.update(piece)
        self._files[path] = _Spooled(start, length - start, digest.hexdigest())

    def digests(self) -> dict[str, str]:
        """Give the SHA-256 of each file, in hexadecimal, by its path."""
        return {path: found.sha256 for path, found in self._files.items()}

    def paths(self) -> list[str]:
        """Give the paths, sorted."""
        return sorted(self._files)

    def read(self, path: str) -> bytes:
        """Give a file."""
        return b"".join(self.pieces(path))

    def pieces(self, path: str) -> Iterator[bytes]:
        """Give a file in pieces of at most 1 MiB; nothing may be added meanwhile."""
        start, length, _ = self._files[path]
        self._scratch.seek(start)
        while length:
            piece = self._scratch.read(min(length, _PIECE))
            length -= len(piece)
            yield piece
