"""Checking a bundle's tree: its tiles against each other, and what it is at smaller sizes."""

from functools import lru_cache

from ropa.app.bundle.archive import Archive
from ropa.app.bundle.layout import levels, malformed, tile_at
from ropa.app.bundle.verdict import Findings, Kind
from ropa.log import tree
from ropa.log.tree import HASH_SIZE, node_hash
from ropa.proofs.tiles import WIDTH, tile_nodes

_HEIGHT = 8
_KEPT = 64


class Tiles:
    """The tree of a bundle, out of its tiles; nothing vouches for it but a root that is signed."""

    def __init__(self, archive: Archive, size: int) -> None:
        """Take the bundle, which holds the tiles of a tree of this size."""
        self.size = size
        self._read = lru_cache(_KEPT)(archive.read)
        self._node = tile_nodes(size, self._read)

    def check(self, findings: Findings) -> None:
        """Hold each full tile against the one above it.

        Raises:
            Problem: `bundle-malformed` where a tile is too short or too long.
        """
        for level, count in levels(self.size):
            for n in range(-(-count // WIDTH)):
                path, width = tile_at(level, n, self.size)
                if len(self._read(path)) != width * HASH_SIZE:
                    raise malformed("A hash tile is not as long as its path says.", path)
                if width == WIDTH and self._over(level, n) != self._node(_HEIGHT * (level + 1), n):
                    findings.add(
                        Kind.TILE,
                        path,
                        "Its hashes do not lead to the one in the tile above it.",
                        (n << _HEIGHT * (level + 1)) + 1,
                    )

    def leaf(self, index: int) -> bytes:
        """Give the hash of a leaf, by its index from 0."""
        return self._node(0, index)

    def leaves(self, n: int) -> bytes:
        """Give the hashes of the leaves under entry bundle n."""
        return self._read(tile_at(0, n, self.size)[0])

    def root(self, size: int) -> bytes:
        """Give the root of the tree at its own size, or a smaller one."""
        return tree.root(size, self._node)

    def _over(self, level: int, n: int) -> bytes:
        """Give the hash over all of a full tile."""
        below = _HEIGHT * (level + 1) - 1
        return node_hash(self._node(below, 2 * n), self._node(below, 2 * n + 1))
