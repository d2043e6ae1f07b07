"""The tree and its entries as files: hash tiles and entry bundles (C2SP tlog-tiles).

Tile n of level L holds nodes 256n to 256n + 255 of the tree's level 8L, 32 bytes each; those of
level 0 are the leaves. Bundle n holds the entries under tile n of level 0, each after its length:
two bytes, the greater first. Only the last of a level may be partial; its path says how many it
holds.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Literal

from ropa.kernel.problem import Code, Problem, Where
from ropa.log.tree import HASH_SIZE, NodeLookup, node_hash

WIDTH = 256
"""The number of hashes in a full tile, and of entries in a full bundle."""

_HEIGHT = 8  # 2^8 = WIDTH: the levels of the tree from one level of tiles to the next
_PREFIX = 2  # the bytes before each entry that say how long it is
_MAX_ENTRY = 65_535


def tile_path(level: int | Literal["entries"], n: int, width: int = WIDTH) -> str:
    """Give the path of tile n of a level, or of entry bundle n, that holds so many."""
    path = f"{n % 1000:03}"
    while n := n // 1000:
        path = f"x{n % 1000:03}/{path}"
    return f"tile/{level}/{path}" + (f".p/{width}" if width < WIDTH else "")


def hash_tiles(size: int, node: NodeLookup) -> Iterator[tuple[str, bytes]]:
    """Give the tiles of the tree of the first `size` leaves, each with its path, level by level.

    One tile is made at a time, and asks for its nodes in their order.
    """
    level = 0
    while (count := size >> level) > 0:
        for first in range(0, count, WIDTH):
            ks = range(first, min(first + WIDTH, count))
            tile = b"".join(node(level, k) for k in ks)
            yield tile_path(level // _HEIGHT, first // WIDTH, len(ks)), tile
        level += _HEIGHT


def entry_bundles(
    states: Iterable[bytes], size: int, first_bundle: int = 0
) -> Iterator[tuple[str, bytes]]:
    """Give the entry bundles of the tree of the first `size` leaves, each with its path.

    One bundle is made at a time, and reads just its own entries.

    Args:
        states: The events' stored bytes, in order, from the first of `first_bundle` on; what comes
            after `size` is not read.
        size: The number of leaves.
        first_bundle: The bundle to begin with.

    Raises:
        Problem: `bundle-malformed` where an event is longer than a bundle can tell, with its
            position; `not-found` where there are fewer events than the size says.
    """
    following = iter(states)
    for first in range(first_bundle * WIDTH, size, WIDTH):
        width = min(WIDTH, size - first)
        entries = list(islice(following, width))
        if len(entries) < width:
            raise Problem(
                Code.NOT_FOUND,
                "There are fewer events than the tree has leaves.",
                where=Where(position=first + len(entries) + 1),
            )
        for position, entry in enumerate(entries, first + 1):
            if len(entry) > _MAX_ENTRY:
                raise _malformed("An event is longer than 65,535 bytes.").at(position=position)
        bundle = b"".join(len(entry).to_bytes(_PREFIX, "big") + entry for entry in entries)
        yield tile_path("entries", first // WIDTH, width), bundle


def read_bundle(data: bytes, width: int) -> list[bytes]:
    """Read the entries out of a bundle.

    Args:
        data: The bundle.
        width: The number of entries that its path says it holds.

    Raises:
        Problem: `bundle-malformed` where it does not hold exactly so many, and nothing else, or
            where no bundle is so wide.
    """
    if not 1 <= width <= WIDTH:
        raise _malformed("An entry bundle holds from 1 to 256 entries.")
    entries = []
    at = 0
    for _ in range(width):
        start = at + _PREFIX
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    if at != len(data):
        raise _malformed("An entry bundle does not hold as many entries as its path says.")
    return entries


def tile_nodes(size: int, read: Callable[[str], bytes]) -> NodeLookup:
    """Give a look-up of the complete nodes of a tree, out of its tiles.

    Nothing vouches for what it gives: a proof made of it must be verified against a signed root.

    Args:
        size: The number of leaves of the tree that the tiles are of.
        read: Gives the tile of a path.

    Returns:
        A look-up that reads one tile each time. It raises the problem `proof-malformed` where the
        tree has no such complete node, `bundle-malformed` where a tile has another length than its
        path says, and what `read` raises.
    """

    def node(level: int, k: int) -> bytes:
        if not 0 <= k < size >> level:
            raise Problem(
                Code.PROOF_MALFORMED,
                "The proof needs a node that a tree of this size does not have.",
                advice="Ask for sizes that the tiles cover.",
            )
        within = level % _HEIGHT
        bottom = level - within
        first = k << within
        n = first // WIDTH
        width = min(WIDTH, (size >> bottom) - n * WIDTH)
        tile = read(tile_path(bottom // _HEIGHT, n, width))
        if len(tile) != width * HASH_SIZE:
            raise _malformed("A hash tile is not as long as its path says.")
        start = first % WIDTH * HASH_SIZE
        return _top(tile[start : start + (HASH_SIZE << within)])

    return node


def _top(nodes: bytes) -> bytes:
    """Give the node over the nodes of one level, whose number is a power of two."""
    if len(nodes) == HASH_SIZE:
        return nodes
    middle = len(nodes) // 2
    return node_hash(_top(nodes[:middle]), _top(nodes[middle:]))


def _malformed(detail: str) -> Problem:
    return Problem(
        Code.BUNDLE_MALFORMED, detail, advice="Take the bundle from its source again, unchanged."
    )
