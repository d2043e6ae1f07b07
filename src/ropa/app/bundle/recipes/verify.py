"""Verify an unpacked bundle of a ropa register, with nothing but Python 3.8 and OpenSSL 3.

    python3 verify.py FOLDER [--key VKEY] [--against CHECKPOINT]

It tells line by line what holds, and ends with SOUND and exit code 0; or it tells the first thing
that does not hold, and ends with exit code 1. VERIFY.md says what that means, and what it does not.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

HASH = 32  # bytes
WIDTH = 256  # hashes in a full tile, and events in a full bundle
DER = bytes.fromhex("302a300506032b6570032100")  # what stands before an Ed25519 key (RFC 8410)
MANIFEST = re.compile(
    "ropa-bundle v1\n(ropa/[0-9a-f-]{36})\n"
    "from ([0-9]{1,19})\nto ([0-9]{1,19})\nsize ([0-9]{1,19})\nropa [!-~]+\n"
    "((?:[0-9a-f]{64} [!-~]+\n)+)"
)
ALWAYS = {"VERIFY.md", "absent.json", "checkpoint", "manifest", "policy"}
ALWAYS |= {"recipes/verify.go", "recipes/verify.py"}
for paper in ("from", "to", "difference"):
    ALWAYS |= {f"register/{paper}.html", f"register/{paper}.json"}


class DamageError(Exception):
    """Something that does not hold, and where."""

    def __init__(self, where: str, what: str) -> None:
        """Take both; what a stranger wrote cannot steer the terminal."""
        super().__init__(f"{ascii(where)[1:-1]}: {what}")


class Folder:
    """The unpacked bundle; `last` is the file that was read last."""

    def __init__(self, root: str) -> None:
        """Take its path."""
        self.root = Path(root)
        self.last = "manifest"

    def read(self, path: str) -> bytes:
        """Give a file."""
        self.last = path
        return (self.root / path).read_bytes()

    def paths(self) -> set[str]:
        """Give all files there are; a link or the like is none."""
        found = set()
        for path in self.root.rglob("*"):
            name, mode = path.relative_to(self.root).as_posix(), path.lstat().st_mode
            if stat.S_ISREG(mode):
                found.add(name)
            elif not stat.S_ISDIR(mode):
                raise DamageError(name, "is no plain file")
        return found


class Key:
    """An Ed25519 key, in its C2SP form NAME+ID+BASE64."""

    def __init__(self, vkey: str) -> None:
        """Read it."""
        self.name, _, rest = vkey.partition("+")
        given, _, material = rest.partition("+")
        raw = unbase64(material)
        self.id = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if len(raw) != 1 + HASH or raw[0] != 1 or given != self.id.hex():
            raise DamageError("--key or policy", "is not an Ed25519 key of the form NAME+ID+BASE64")
        self.der = DER + raw[1:]

    def signed(self, text: bytes, signature: bytes) -> bool:
        """Ask openssl whether this key signed the text."""
        with tempfile.TemporaryDirectory() as scratch:
            command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-rawin"]
            given = (("-inkey", self.der), ("-in", text), ("-sigfile", signature))
            for option, content in given:
                file = Path(scratch, option)
                file.write_bytes(content)
                command += [option, str(file)]
            try:
                ran = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
            except FileNotFoundError:
                raise DamageError("openssl", "is needed, and is not installed") from None
            return ran.returncode == 0


class Tree:
    """The Merkle tree (RFC 6962, section 2.1), out of its tiles."""

    def __init__(self, folder: Folder, size: int) -> None:
        """Take the folder, and the number of leaves."""
        self.folder = folder
        self.size = size
        self.tile = lru_cache(64)(self._tile)

    def _tile(self, level: int, n: int) -> bytes:
        path, width = tile_at(level, n, self.size)
        tile = self.folder.read(path)
        if len(tile) != HASH * width:
            raise DamageError(path, "is not as long as its name says")
        return tile

    def node(self, level: int, k: int) -> bytes:
        """Give a node whose leaves are all there."""
        first = k << level % 8
        start = HASH * (first % WIDTH)
        return over(self.tile(level // 8, first // WIDTH)[start : start + (HASH << level % 8)])

    def root(self, size: int) -> bytes:
        """Give the root at a size."""
        found = b""
        for level in range(size.bit_length()):
            if size >> level & 1:
                left = self.node(level, (size >> level) - 1)
                found = pair(left, found) if found else left
        return found or hashlib.sha256().digest()

    def check(self) -> None:
        """Hold each full tile against the one above it."""
        for level, count in levels(self.size):
            for n in range(count // WIDTH):
                if over(self.tile(level, n)) != self.node(8 * level + 8, n):
                    span = WIDTH ** (level + 1)
                    where = f"positions {n * span + 1} to {(n + 1) * span}"
                    path, _ = tile_at(level, n, self.size)
                    raise DamageError(path, f"does not lead to the tile above it ({where})")


def pair(left: bytes, right: bytes) -> bytes:
    """Give the node over two."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def over(hashes: bytes) -> bytes:
    """Give the node over some, whose number is a power of two."""
    if len(hashes) == HASH:
        return hashes
    half = len(hashes) // 2
    return pair(over(hashes[:half]), over(hashes[half:]))


def climb(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """Give the root that an inclusion proof leads to (RFC 6962, section 2.1.1)."""
    if size == 1 and not proof:
        return leaf
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return pair(climb(leaf, index, half, proof[:-1]), proof[-1])
    return pair(proof[-1], climb(leaf, index - half, size - half, proof[:-1]))


def levels(size: int) -> Iterator[tuple[int, int]]:
    """Give the levels of tiles, each with its number of hashes."""
    return enumerate(size >> bits for bits in range(0, size.bit_length(), 8))


def tile_at(level: int, n: int, size: int, kind: str = "") -> tuple[str, int]:
    """Give path and width of a tile (C2SP tlog-tiles)."""
    width = min(WIDTH, (size >> 8 * level) - WIDTH * n)
    *above, name = f"{n:,}".split(",")
    parts = [f"x{part:0>3}" for part in above] + [f"{name:0>3}"]
    part = f".p/{width}" if width < WIDTH else ""
    return f"tile/{kind or level}/{'/'.join(parts)}{part}", width


def unbase64(text: str) -> bytes:
    """Decode base64, in its one canonical form."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError
    return raw


def signed_text(path: str, note: bytes, keys: list[Key], *, alone: bool = False) -> str:
    """Give the text of a note (C2SP signed-note) that one of the keys has signed."""
    text, _, signatures = note.decode().rpartition("\n\n")
    signed = 0
    *lines, end = signatures.split("\n")
    for line in lines:
        dash, name, value = line.split(" ")
        raw = unbase64(value)
        for key in keys:
            if (dash, name, raw[:4]) == ("\u2014", key.name, key.id):
                if not key.signed(f"{text}\n".encode(), raw[4:]):
                    raise DamageError(path, "the signature does not hold")
                signed += 1
    if not signed or end or (alone and len(lines) > 1):
        raise DamageError(path, "is not signed by the log's key, or not by it alone")
    return f"{text}\n"


def checkpoint(path: str, note: bytes, keys: list[Key], origin: str) -> tuple[int, str]:
    """Give size and root of a checkpoint (C2SP tlog-checkpoint)."""
    found, size, root, *_ = signed_text(path, note, keys).split("\n")
    if found != origin:
        raise DamageError(path, "is another log's")
    return int(size), root


def check_files(folder: Folder, files: dict[str, str], size: int, bundles: range) -> None:
    """Hold the files against the manifest, and see that none is missing or added."""
    there = folder.paths()
    count = sum(-(-hashes // WIDTH) for _, hashes in levels(size)) + bundles.stop - bundles.start
    if len(there) < count:  # before they are listed: a size may be absurd
        raise DamageError("tile", "lacks files")
    tiles = {
        tile_at(level, n, size)[0]
        for level, hashes in levels(size)
        for n in range(-(-hashes // WIDTH))
    }
    tiles |= {tile_at(0, n, size, "entries")[0] for n in bundles}
    for path in sorted((ALWAYS | files.keys() | tiles) - there):
        raise DamageError(path, "is missing")
    for path in sorted(there - tiles - files.keys() - {"manifest"}):
        raise DamageError(path, "is not in the manifest")
    for path, digest in files.items():
        if hashlib.sha256(folder.read(path)).hexdigest() != digest:
            raise DamageError(path, "is not the file that the manifest lists")


def check_entries(folder: Folder, tree: Tree, bundles: range, gone: dict[Any, Any]) -> int:
    """Hold the events against the leaves and each other; takes what it finds out of `gone`."""
    versions: dict[str, int] = {}
    before, count = "0001-01-01T00:00:00Z", 0
    for n in bundles:
        path, width = tile_at(0, n, tree.size, "entries")
        data, at = folder.read(path), 0
        for index in range(WIDTH * n, WIDTH * n + width):
            where = f"{path} (position {index + 1})"
            length = int.from_bytes(data[at : at + 2], "big")
            state = data[at + 2 : at + 2 + length]
            at += 2 + length
            if hashlib.sha256(b"\x00" + state).digest() != tree.node(0, index):
                raise DamageError(where, "is not the event that the tree has there")
            event = json.loads(state)
            stream, version = event["stream"], event["version"]
            if event["position"] != index + 1:
                raise DamageError(where, "says that it is of another position")
            if version != versions.get(stream, version - 1 if bundles.start else 0) + 1:
                raise DamageError(where, "is not the next version of its history")
            versions[stream] = version
            if time(event["recorded_at"]) < time(before):
                raise DamageError(where, "was recorded earlier than the event before it")
            before, count = event["recorded_at"], count + 1
            for activity, box in event.get("sealed", {}).items():
                named = (box["key"], box["sha256"])
                if gone.pop((index + 1, activity), named) != named:
                    raise DamageError(
                        "absent.json", f"tells of another box than position {index + 1}"
                    )
        if at != len(data):
            raise DamageError(path, "is longer or shorter than its events")
    for position, _ in gone:
        raise DamageError("absent.json", f"tells of a box that position {position} does not name")
    return count


def time(text: str) -> datetime:
    """Read a moment."""
    return datetime.fromisoformat(text.partition("Z")[0])


def check_proof(folder: Folder, path: str, tree: Tree) -> None:
    """Hold a proof (C2SP tlog-proof) against the leaf and the root."""
    index = int(path[7:19]) - 1
    head, _, note = folder.read(path).decode().partition("\n\n")
    kind, at, *hashes = head.split("\n")
    root = climb(tree.node(0, index), index, tree.size, [unbase64(one) for one in hashes])
    if kind != "c2sp.org/tlog-proof@v1" or at != f"index {index}" or root != tree.root(tree.size):
        raise DamageError(path, "does not prove its event")
    if note.encode() != folder.read("checkpoint"):
        raise DamageError(path, "leads to another checkpoint")


def verified(folder: Folder, vkey: str | None, against: str | None) -> Iterator[str]:
    """Check all of it, and tell what holds."""
    policy = [line.split() for line in folder.read("policy").decode().split("\n")]
    vkeys = [vkey] if vkey else [words[1] for words in policy if words[:1] == ["log"]]
    manifest = folder.read("manifest")
    keys = [key for key in map(Key, vkeys) if key.name == manifest.decode().split("\n")[1]]
    found = MANIFEST.fullmatch(signed_text("manifest", manifest, keys, alone=True))
    if not found:
        raise DamageError("manifest", "is not one of a bundle")
    origin, (first, last, size) = found[1], map(int, found.group(2, 3, 4))
    files = {line[65:]: line[:64] for line in found[5].splitlines()}
    if not 1 <= first <= last <= size:
        raise DamageError("manifest", "is of an impossible range")
    bundles = range((first - 1) // WIDTH, (last - 1) // WIDTH + 1)
    yield f"manifest: signed by {origin}, events {first} to {last} of {size}"
    if not vkey:
        yield "NOTE: with the bundle's own key; give the one that you trust with --key"
    if ["quorum", "none"] not in policy:
        yield "NOTE: the policy asks for witnesses, which are not looked at here"
    check_files(folder, files, size, bundles)
    yield f"files: {len(files)} are those of the manifest, and none is missing or added"

    tree = Tree(folder, size)
    tree.check()
    sides = sorted(path for path in files if path.endswith(".txt"))
    for path in ["checkpoint", *sides]:
        count, root = checkpoint(path, folder.read(path), keys, origin)
        if count != (int(path[12:24]) if path in sides else size):
            raise DamageError(path, "is of another size")
        if unbase64(root) != tree.root(count):
            raise DamageError(path, f"the tree of {count} events has another root")
    yield f"tree: its tiles lead to the roots of {1 + len(sides)} signed checkpoints"
    if against:
        count, root = checkpoint(against, Path(against).read_bytes(), keys, origin)
        if count > size:
            raise DamageError(against, "is of a greater size than the bundle: ask for a newer one")
        if unbase64(root) != tree.root(count):
            raise DamageError(against, "is of another tree: HISTORY WAS REWRITTEN")
        yield f"kept: the tree is that of the checkpoint of {count} events that was kept elsewhere"

    gone = {
        (one["position"], one["activity"]): (one["key"], one["sha256"])
        for one in json.loads(folder.read("absent.json"))[:]
    }
    boxes = len(gone)
    count = check_entries(folder, tree, bundles, gone)
    yield f"events: {count} are the leaves of the tree, in order; {boxes} of their boxes are gone"
    proofs = sorted(path for path in files if path.startswith("proofs/"))
    for path in proofs:
        check_proof(folder, path, tree)
    yield f"proofs: {len(proofs)} hold"
    for name, position in (("from", first - 1), ("to", last), ("difference", last)):
        paper = json.loads(folder.read(f"register/{name}.json"))
        root = base64.b64encode(tree.root(position)).decode()
        if (paper["position"], paper["root"]) != (position, root):
            raise DamageError(f"register/{name}.json", "is of another place in the log")
    yield "register: its papers name their places in the tree"


def main(arguments: list[str]) -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description="Verify an unpacked bundle of a ropa register.")
    parser.add_argument("folder")
    parser.add_argument("--key", metavar="VKEY", help="the log's public key, from elsewhere")
    parser.add_argument("--against", metavar="FILE", help="a checkpoint that you kept")
    asked = parser.parse_args(arguments)
    folder = Folder(asked.folder)
    try:
        for line in verified(folder, asked.key, asked.against):
            sys.stdout.write(f"{line}\n")
    except DamageError as damage:
        sys.stdout.write(f"DAMAGED: {damage}\n")
        return 1
    except Exception:  # noqa: BLE001 - whatever else a file from a stranger can lead to
        sys.stdout.write(f"DAMAGED: {ascii(folder.last)[1:-1]}: cannot be read or understood\n")
        return 1
    sys.stdout.write("SOUND\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
