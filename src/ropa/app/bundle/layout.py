"""The layout of a bundle: what lies where in it, and its manifest."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ropa.kernel.problem import Code, Problem, Where
from ropa.log.tree import HASH_SIZE
from ropa.proofs.note import MAX_NOTE
from ropa.proofs.tiles import WIDTH, tile_path

MANIFEST = "manifest"
POLICY = "policy"
CHECKPOINT = "checkpoint"
ABSENT = "absent.json"
GUIDE = "VERIFY.md"
RECIPES = ("recipes/verify.go", "recipes/verify.py")
BEFORE, AFTER, DIFFERENCE = "from", "to", "difference"
NAMES = (BEFORE, AFTER, DIFFERENCE)
PAPERS = tuple(f"register/{name}.{form}" for name in NAMES for form in ("html", "json"))

MAX_SIDE = 1_000
"""How many checkpoints a bundle holds beside its own, and how many proofs for boxes."""

_FIRST = "ropa-bundle v1"
_HEAD = 6
_STAMP = ".tsr"
_ALWAYS = frozenset((POLICY, CHECKPOINT, ABSENT, GUIDE, *RECIPES, *PAPERS))
_SIDE = re.compile(r"checkpoints/([0-9]{12})\.txt")
_PROOF = re.compile(r"proofs/([0-9]{12})\.tlog-proof")
_TILE = re.compile(r"tile/(?:[0-7]|entries)/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[1-9][0-9]{0,2})?")
_ORIGIN = re.compile("ropa/[0-9a-f-]{36}")
_NUMBER = re.compile("(from|to|size) ([1-9][0-9]{0,18})")
_VERSION = re.compile("ropa ([0-9A-Za-z.+!-]{1,64})")
_FILE = re.compile("([0-9a-f]{64}) (.+)")

_MIB = 1 << 20
_MAX_ENTRIES = WIDTH * (2 + 65_535)
_MAX_OTHER = 64 * _MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a bundle says of itself.

    Attributes:
        origin: The name of the log.
        first: The position of the first event of the range.
        last: That of the last one.
        size: The number of leaves of the tree that all is proved against.
        version: The version of ropa that made the bundle.
        files: The SHA-256 of each file, in hexadecimal, by its path; but for the manifest itself
            and the tiles, which the root vouches for.
    """

    origin: str
    first: int
    last: int
    size: int
    version: str
    files: Mapping[str, str]

    def text(self) -> str:
        """Give the text that is signed."""
        lines = [_FIRST, self.origin, f"from {self.first}", f"to {self.last}", f"size {self.size}"]
        lines.append(f"ropa {self.version}")
        lines += (f"{self.files[path]} {path}" for path in sorted(self.files))
        return "\n".join((*lines, ""))

    @staticmethod
    def read(text: str) -> "Manifest":
        """Read a manifest: exactly what `text` gives of a bundle, and nothing else, is read.

        Raises:
            Problem: `bundle-malformed`.
        """
        *lines, rest = text.split("\n")
        if rest or len(lines) < _HEAD or lines[0] != _FIRST or not _ORIGIN.fullmatch(lines[1]):
            raise malformed("The manifest does not begin as one of a bundle does.", MANIFEST)
        numbers = [_NUMBER.fullmatch(line) for line in lines[2:5]]
        version = _VERSION.fullmatch(lines[5])
        names = [found[1] for found in numbers if found]
        if names != ["from", "to", "size"] or version is None:
            raise malformed("The manifest does not say what range it is of.", MANIFEST)
        first, last, size = (int(found[2]) for found in numbers if found)
        if not first <= last <= size < 1 << 63:
            raise malformed("The range in the manifest is none of a tree of its size.", MANIFEST)
        found = [_FILE.fullmatch(line) for line in lines[_HEAD:]]
        files = {one[2]: one[1] for one in found if one}
        manifest = Manifest(
            origin=lines[1], first=first, last=last, size=size, version=version[1], files=files
        )
        if manifest.text() != text or not _is_list(manifest):
            raise malformed("The manifest does not list just what belongs into a bundle.", MANIFEST)
        return manifest


def side_path(size: int) -> str:
    """Give the path of a checkpoint of a smaller size."""
    return f"checkpoints/{size:012}.txt"


def side_size(path: str) -> int | None:
    """Give the size that the path of such a checkpoint says; None for another path."""
    found = _SIDE.fullmatch(path)
    return int(found[1]) if found else None


def stamp_path(path: str) -> str:
    """Give the path of the time stamp over a checkpoint."""
    return path.removesuffix(".txt") + _STAMP


def proof_path(position: int) -> str:
    """Give the path of the proof for an event."""
    return f"proofs/{position:012}.tlog-proof"


def proof_position(path: str) -> int | None:
    """Give the position that the path of a proof says; None for another path."""
    found = _PROOF.fullmatch(path)
    return int(found[1]) if found else None


def paper_positions(manifest: Manifest) -> dict[str, int]:
    """Give the position as of which each paper is, by name."""
    return {BEFORE: manifest.first - 1, AFTER: manifest.last, DIFFERENCE: manifest.last}


def levels(size: int) -> Iterator[tuple[int, int]]:
    """Give each level of the tiles of a tree, with the number of hashes in it."""
    level = 0
    while count := size >> 8 * level:
        yield level, count
        level += 1


def tile_at(level: int, n: int, size: int) -> tuple[str, int]:
    """Give path and width of tile n of a level in a tree of a size."""
    width = min(WIDTH, (size >> 8 * level) - n * WIDTH)
    return tile_path(level, n, width), width


def entries_at(n: int, size: int) -> tuple[str, int]:
    """Give path and width of entry bundle n in a tree of a size."""
    width = min(WIDTH, size - n * WIDTH)
    return tile_path("entries", n, width), width


def bundles_of(manifest: Manifest) -> range:
    """Give the numbers of the entry bundles in which the range lies."""
    return range((manifest.first - 1) // WIDTH, (manifest.last - 1) // WIDTH + 1)


def tile_count(manifest: Manifest) -> int:
    """Count the tiles and entry bundles; for a size that is absurd too."""
    hashes = sum(-(-count // WIDTH) for _, count in levels(manifest.size))
    # Not its length, which Python cannot tell of an absurd range.
    numbers = bundles_of(manifest)
    return hashes + numbers.stop - numbers.start


def tile_paths(manifest: Manifest) -> Iterator[str]:
    """Give the paths of all tiles and entry bundles; `tile_count` tells how many come."""
    for level, count in levels(manifest.size):
        for n in range(-(-count // WIDTH)):
            yield tile_at(level, n, manifest.size)[0]
    for n in bundles_of(manifest):
        yield entries_at(n, manifest.size)[0]


def may_hold(path: str) -> bool:
    """Tell whether any bundle has a file by this name."""
    return path == MANIFEST or _may_list(path) or bool(_TILE.fullmatch(path))


def most(path: str) -> int | None:
    """Give how many bytes a file can have; None for one that is only ever read in pieces."""
    if path == ABSENT:
        return None
    if path.startswith("tile/entries/"):
        return _MAX_ENTRIES
    if path.startswith("tile/"):
        return WIDTH * HASH_SIZE
    if path in {GUIDE, *RECIPES, *PAPERS}:
        return _MAX_OTHER
    return MAX_NOTE


def malformed(detail: str, path: str | None = None) -> Problem:
    """Make the problem of a file that is no bundle; the path is one that a bundle can have."""
    return Problem(
        Code.BUNDLE_MALFORMED,
        detail,
        advice="Take the bundle from its source again, unchanged.",
        where=Where(file=path),
    )


def _is_list(manifest: Manifest) -> bool:
    files = manifest.files.keys()
    always = {*_ALWAYS, proof_path(manifest.first), proof_path(manifest.last)}
    stamped = {_stamped(path) for path in files if path.endswith(_STAMP)}
    return always | stamped <= files and all(map(_may_list, files))


def _may_list(path: str) -> bool:
    noted = _stamped(path) if path.endswith(_STAMP) else path
    return noted in _ALWAYS or bool(_SIDE.fullmatch(noted) or _PROOF.fullmatch(noted))


def _stamped(path: str) -> str:
    """Give the path of the checkpoint that a time stamp is over."""
    found = path.removesuffix(_STAMP)
    return CHECKPOINT if found == CHECKPOINT else f"{found}.txt"
