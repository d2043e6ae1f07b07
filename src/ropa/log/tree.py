"""The Merkle tree over the log (RFC 6962, section 2.1), and how its nodes are stored.

Leaf `position - 1` is the hash of that event's stored bytes. Node (level, k) covers the leaves from
k * 2^level on; it is complete when the last of them is written, and is stored with that one: in
the row of position (k + 1) * 2^level, 32 * level bytes into `hashes`. So the tree needs no rows of
its own, and nothing that was written ever changes.
"""

from collections.abc import Callable, Iterable
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

NodeLookup = Callable[[int, int], bytes]
"""Gives the complete node (level, k)."""


def leaf_hash(state: bytes) -> bytes:
    """Give the hash of a leaf: of one event's stored bytes."""
    return sha256(b"\x00" + state).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Give the hash of the node over two others."""
    return sha256(b"\x01" + left + right).digest()


def place(level: int, k: int) -> tuple[int, int]:
    """Give where node (level, k) is stored: the position, and the offset into its `hashes`."""
    return (k + 1) << level, HASH_SIZE * level


def hashes_length(position: int) -> int:
    """Give the length of the `hashes` of a position: its leaf and the nodes it completes."""
    return HASH_SIZE * (position & -position).bit_length()


def peaks(size: int) -> tuple[tuple[int, int], ...]:
    """Give the complete nodes (level, k) that make up a tree of so many leaves, lowest first."""
    return tuple(
        (level, (size >> level) - 1) for level in range(size.bit_length()) if size >> level & 1
    )


def root(size: int, node: NodeLookup) -> bytes:
    """Give the root of the tree of the first `size` leaves."""
    if size == 0:
        return EMPTY_ROOT
    lowest, *higher = (node(level, k) for level, k in peaks(size))
    for left in higher:
        lowest = node_hash(left, lowest)
    return lowest


class Frontier:
    """The right edge of the tree: all that is needed to write further leaves.

    Attributes:
        size: The number of leaves.
        leaf: The last leaf, or nothing where there is none.
    """

    def __init__(self, size: int = 0, leaf: bytes = b"", node: NodeLookup | None = None) -> None:
        self.size = size
        self.leaf = leaf
        self._peaks = {level: node(level, k) for level, k in peaks(size)} if node else {}

    def extend(self, states: Iterable[bytes]) -> list[bytes]:
        """Add leaves, and give for each the `hashes` that are stored with it."""
        found = []
        for state in states:
            hashes = node = leaf = sha256(b"\x00" + state).digest()
            level, rest = 0, self.size
            while rest & 1:
                node = sha256(b"\x01" + self._peaks[level] + node).digest()
                hashes += node
                level += 1
                rest >>= 1
            self._peaks[level] = node
            self.size += 1
            self.leaf = leaf
            found.append(hashes)
        return found

    def root(self) -> bytes:
        """Give the root of the tree as it stands."""
        return root(self.size, lambda level, _: self._peaks[level])
