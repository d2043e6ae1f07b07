"""Tiles and bundles against the tree that they are made of."""

from collections.abc import Iterator
from functools import cache
from itertools import count

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ropa.kernel.problem import Code, Problem
from ropa.log import MAX_STATE, tree
from ropa.log.tree import Frontier, NodeLookup, leaf_hash
from ropa.proofs.merkle import (
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from ropa.proofs.tiles import (
    WIDTH,
    entry_bundles,
    hash_tiles,
    read_bundle,
    tile_nodes,
    tile_path,
)
from tests.log.test_tree import defined

SIZES = (1, 2, 255, 256, 257, 511, 512, 513, 1_000, 65_535, 65_536, 65_537, 66_000, 70_000)
STATES = [b"%d" % n for n in range(SIZES[-1])]


@cache
def hashes() -> list[bytes]:
    return Frontier().extend(STATES)


def node(level: int, k: int) -> bytes:
    position, offset = tree.place(level, k)
    return hashes()[position - 1][offset : offset + tree.HASH_SIZE]


@cache
def tiles(size: int) -> dict[str, bytes]:
    made = list(hash_tiles(size, node))
    found = dict(made)
    assert len(found) == len(made)
    return found


def from_tiles(size: int) -> NodeLookup:
    return tile_nodes(size, tiles(size).__getitem__)


@pytest.mark.parametrize(
    ("n", "path"),
    [
        (0, "000"),
        (7, "007"),
        (67, "067"),
        (999, "999"),
        (1_000, "x001/000"),
        (1_234_067, "x001/x234/067"),
        (1_000_000_000, "x001/x000/x000/000"),
    ],
)
def test_the_path_of_a_tile(n: int, path: str) -> None:
    assert tile_path(0, n) == f"tile/0/{path}"
    assert tile_path(2, n, 256) == f"tile/2/{path}"
    assert tile_path(1, n, 255) == f"tile/1/{path}.p/255"
    assert tile_path("entries", n, 1) == f"tile/entries/{path}.p/1"


def test_the_tiles_of_a_tree() -> None:
    expected = {tile_path(0, n): WIDTH for n in range(273)}
    expected |= {"tile/0/273.p/112": 112, "tile/1/000": 256}
    expected |= {"tile/1/001.p/17": 17, "tile/2/000.p/1": 1}
    assert {path: len(tile) // 32 for path, tile in tiles(70_000).items()} == expected
    assert sum(map(len, tiles(70_000).values())) == 32 * (70_000 + 273 + 1)


@pytest.mark.parametrize(
    ("size", "paths"),
    [
        (0, []),
        (1, ["tile/0/000.p/1"]),
        (256, ["tile/0/000", "tile/1/000.p/1"]),
        (257, ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]),
    ],
)
def test_the_paths_of_small_trees(size: int, paths: list[str]) -> None:
    assert list(tiles(size)) == paths


def test_tiles_hold_the_hashes_of_the_definition() -> None:
    found = tiles(1_000)
    assert found["tile/0/001"][:32] == defined(STATES[256:257])
    assert found["tile/0/003.p/232"][-32:] == defined(STATES[999:1_000])
    assert found["tile/1/000.p/3"] == b"".join(
        defined(STATES[at : at + 256]) for at in (0, 256, 512)
    )


@pytest.mark.parametrize("size", SIZES)
def test_the_nodes_of_tiles_are_those_of_the_tree(size: int) -> None:
    found = from_tiles(size)
    for level in range(size.bit_length()):
        last = (size >> level) - 1
        for k in {0, 1, last // 2, last - 1, last} & set(range(last + 1)):
            assert found(level, k) == node(level, k)


@given(st.sampled_from(SIZES) | st.integers(1, 1_100), st.data())
def test_tiles_prove_what_the_tree_proves(size: int, data: st.DataObject) -> None:
    found = from_tiles(size)
    root = tree.root(size, node)
    assert tree.root(size, found) == root
    first = data.draw(st.integers(1, size))
    proof = inclusion_proof(first - 1, size, found)
    assert proof == inclusion_proof(first - 1, size, node)
    verify_inclusion(leaf_hash(STATES[first - 1]), first - 1, size, proof, root)
    proof = consistency_proof(first, size, found)
    assert proof == consistency_proof(first, size, node)
    verify_consistency(first, tree.root(first, found), size, root, proof)


@pytest.mark.parametrize(
    ("level", "k"), [(0, 600), (0, -1), (1, 300), (8, 2), (9, 1), (10, 0), (16, 0), (70, 0)]
)
def test_a_node_that_the_tree_does_not_have(level: int, k: int) -> None:
    with pytest.raises(Problem) as caught:
        from_tiles(600)(level, k)
    assert caught.value.code == Code.PROOF_MALFORMED


@pytest.mark.parametrize(
    ("path", "level", "k"),
    [("tile/0/000", 0, 0), ("tile/0/002.p/88", 3, 64), ("tile/1/000.p/2", 8, 1)],
)
@pytest.mark.parametrize("change", [-32, -1, 1, 32])
def test_a_tile_of_another_length(path: str, level: int, k: int, change: int) -> None:
    changed = dict(tiles(600))
    changed[path] = (changed[path] + bytes(32))[: len(changed[path]) + change]
    with pytest.raises(Problem) as caught:
        tile_nodes(600, changed.__getitem__)(level, k)
    assert caught.value.code == Code.BUNDLE_MALFORMED


def test_a_tile_that_was_changed_proves_nothing() -> None:
    changed = dict(tiles(600))
    changed["tile/0/000"] = bytes(32) + changed["tile/0/000"][32:]
    proof = inclusion_proof(1, 600, tile_nodes(600, changed.__getitem__))
    with pytest.raises(Problem) as caught:
        verify_inclusion(leaf_hash(STATES[1]), 1, 600, proof, tree.root(600, node))
    assert caught.value.code == Code.PROOF_WRONG


def test_tiles_are_made_one_at_a_time() -> None:
    asked: list[tuple[int, int]] = []

    def counted(level: int, k: int) -> bytes:
        asked.append((level, k))
        return node(level, k)

    making = hash_tiles(70_000, counted)
    next(making)
    assert asked == [(0, k) for k in range(WIDTH)]
    next(making)
    assert len(asked) == 2 * WIDTH


@given(st.lists(st.binary(max_size=4), max_size=300), st.integers(0, 3))
@example([b""] * 256, 0)
@example([b"x" * MAX_STATE, b""], 0)
def test_bundles_are_read_back(states: list[bytes], first: int) -> None:
    size = first * WIDTH + len(states)
    made = list(entry_bundles(states, size, first))
    back: list[bytes] = []
    for n, (path, bundle) in enumerate(made, first):
        width = min(WIDTH, size - n * WIDTH)
        assert path == tile_path("entries", n, width)
        back += read_bundle(bundle, width)
    assert back == states
    assert len(made) == -(-len(states) // WIDTH)


def test_each_entry_hashes_to_its_place_in_the_tile() -> None:
    paths = iter(tiles(600))
    for path, bundle in entry_bundles(STATES, 600):
        tile = next(paths)
        assert path == tile.replace("tile/0", "tile/entries")
        leaves = tiles(600)[tile]
        entries = read_bundle(bundle, len(leaves) // 32)
        assert b"".join(map(leaf_hash, entries)) == leaves


def test_a_bundle_is_lengths_and_bytes() -> None:
    states = [b"one", b"", b"x" * 258]
    made = list(entry_bundles(states, 3))
    assert made == [("tile/entries/000.p/3", b"\0\3one\0\0\1\2" + b"x" * 258)]


def test_a_bundle_takes_no_more_than_its_entries() -> None:
    states: Iterator[bytes] = (b"%d" % n for n in count())
    making = entry_bundles(states, 600)
    next(making)
    assert next(states) == b"256"
    assert list(entry_bundles(states, 256, first_bundle=1)) == []
    assert next(states) == b"257"


@given(st.lists(st.binary(max_size=3), min_size=1, max_size=6), st.data())
def test_a_bundle_holds_its_entries_and_nothing_else(
    states: list[bytes], data: st.DataObject
) -> None:
    ((_, bundle),) = entry_bundles(states, len(states))
    cut = data.draw(st.integers(0, len(bundle) - 1))
    for spoilt, width in (
        (bundle[:cut], len(states)),
        (bundle + b"\0", len(states)),
        (bundle, len(states) - 1),
        (bundle, len(states) + 1),
    ):
        with pytest.raises(Problem) as caught:
            read_bundle(spoilt, width)
        assert caught.value.code == Code.BUNDLE_MALFORMED


@pytest.mark.parametrize("width", [-1, 0, 257])
def test_no_bundle_is_so_wide(width: int) -> None:
    with pytest.raises(Problem) as caught:
        read_bundle(b"\0\0" * width, width)
    assert caught.value.code == Code.BUNDLE_MALFORMED


@given(st.binary(max_size=12), st.integers(0, 6))
def test_one_bundle_has_one_form(data: bytes, width: int) -> None:
    try:
        entries = read_bundle(data, width)
    except Problem as problem:
        assert problem.code == Code.BUNDLE_MALFORMED  # noqa: PT017 - both outcomes are right
    else:
        assert b"".join(made for _, made in entry_bundles(entries, width)) == data


def test_an_event_that_no_bundle_can_hold() -> None:
    with pytest.raises(Problem) as caught:
        list(entry_bundles([b"", b"x" * (MAX_STATE + 1)], 258, first_bundle=1))
    assert caught.value.code == Code.BUNDLE_MALFORMED
    assert caught.value.where.position == 258


def test_events_that_are_missing() -> None:
    making = entry_bundles(STATES[:259], 300)
    next(making)
    with pytest.raises(Problem) as caught:
        next(making)
    assert caught.value.code == Code.NOT_FOUND
    assert caught.value.where.position == 260
