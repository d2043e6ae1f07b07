"""A forger, who makes an unpacked bundle again over other events, and signs it with some key."""

import json
import shutil
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from ropa.app.bundle import layout
from ropa.log.tree import NodeLookup, leaf_hash, node_hash, root
from ropa.proofs.checkpoint import Checkpoint
from ropa.proofs.merkle import inclusion_proof
from ropa.proofs.note import VerifierKey
from ropa.proofs.policy import Policy
from ropa.proofs.tiles import entry_bundles, hash_tiles, read_bundle
from ropa.proofs.tlogproof import TlogProof
from tests.app.bundle.making import manifest_of, paths

Note = Callable[[str], str]
"""Gives the signed note over a text."""


def states_of(folder: Path) -> list[bytes]:
    """Give the events of a bundle that begins with the first."""
    manifest = manifest_of(folder)
    found = []
    for n in layout.bundles_of(manifest):
        path, width = layout.entries_at(n, manifest.size)
        found += read_bundle((folder / path).read_bytes(), width)
    return found


def edited(state: bytes, **fields: object) -> bytes:
    """Give an event with other fields."""
    return json.dumps(json.loads(state) | fields, separators=(",", ":")).encode()


def flipped(content: bytes, at: int, by: int) -> bytes:
    """Give bytes of which one is another."""
    return content[:at] + bytes([content[at] ^ by]) + content[at + 1 :]


def nodes_over(states: list[bytes]) -> NodeLookup:
    levels = [[leaf_hash(state) for state in states]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(*below[at : at + 2]) for at in range(0, len(below) - 1, 2)])
    return lambda level, k: levels[level][k]


def put_entries(folder: Path, states: list[bytes]) -> None:
    """Write other events, and leave the tree as it is."""
    for path, entries in entry_bundles(states, len(states)):
        (folder / path).write_bytes(entries)


def put_tree(folder: Path, states: list[bytes], level: int | None = None) -> None:
    """Write the tree over other events: all of it, or one level of its tiles."""
    for path, tile in hash_tiles(len(states), nodes_over(states)):
        if level is None or path.startswith(f"tile/{level}/"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(tile)


def sign_manifest(folder: Path, note: Note, **changed: Any) -> None:
    """Sign a manifest of the files as they are now."""
    files = {
        path: sha256((folder / path).read_bytes()).hexdigest()
        for path in paths(folder)
        if path != "manifest" and not path.startswith("tile/")
    }
    manifest = replace(manifest_of(folder), files=files, **changed)
    (folder / "manifest").write_text(note(manifest.text()), encoding="utf-8")


def forge(folder: Path, states: list[bytes], note: Note, key: VerifierKey) -> None:
    """Make a whole bundle, from the first event on, over other events: nothing gives it away."""
    before = manifest_of(folder)
    size, nodes = len(states), nodes_over(states)
    old = b64encode(root(before.size, nodes_over(states_of(folder)))).decode()
    new = b64encode(root(size, nodes)).decode()
    shutil.rmtree(folder / "tile")
    for path, entries in entry_bundles(states, size):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(entries)
    put_tree(folder, states)
    (folder / "policy").write_text(Policy((key,)).text(), encoding="utf-8")
    for path in ("checkpoint", *(one for one in before.files if one.endswith(".txt"))):
        at = layout.side_size(path) or size
        text = Checkpoint(key.name, at, root(at, nodes)).text()
        (folder / path).write_text(note(text), encoding="utf-8")
    signed = (folder / "checkpoint").read_text(encoding="utf-8")
    shutil.rmtree(folder / "proofs")
    (folder / "proofs").mkdir()
    for position in (1, size):
        proof = TlogProof(position - 1, inclusion_proof(position - 1, size, nodes), signed)
        (folder / layout.proof_path(position)).write_text(proof.text(), encoding="utf-8")
    for path in layout.PAPERS:
        text = (folder / path).read_text(encoding="utf-8").replace(old, new)
        text = text.replace(f'"position": {before.last}', f'"position": {size}')
        (folder / path).write_text(text, encoding="utf-8")
    sign_manifest(folder, note, last=size, size=size)
