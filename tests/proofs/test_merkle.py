"""Proofs against the definitions in RFC 9162, sections 2.1.3 and 2.1.4."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ropa.kernel.problem import Code, Problem
from ropa.log import Log, tree
from ropa.log.tree import EMPTY_ROOT, Frontier, NodeLookup, leaf_hash, node_hash
from ropa.proofs.merkle import (
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from tests.log.making import fill
from tests.log.test_tree import INPUTS, ROOTS, defined

STATES = [b"%d" % n for n in range(400)]
HASHES = Frontier().extend(STATES)
SOME = leaf_hash(b"some other leaf")
SMALL = [(first, second) for second in range(1, 14) for first in range(1, second + 1)]
LENGTHS = (b"", SOME[1:], SOME + b"\0")

# The proofs of the reference implementation of RFC 6962 over the same inputs
# (certificate-transparency, merkletree/merkle_tree_test.cc).
L0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
L1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
L4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
N01 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
N23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
N45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
N67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
N03 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
N47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
INCLUSIONS = {
    (0, 1): (),
    (0, 8): (L1, N23, N47),
    (5, 8): (L4, N67, N03),
    (2, 3): (N01,),
    (1, 5): (L0, N23, L4),
}
CONSISTENCIES = {(1, 1): (), (1, 8): (L1, N23, N47), (6, 8): (N45, N67, N03), (2, 5): (N23, L4)}

# A tree as great as can be, whose leaves are all the same: so are the nodes of each level.
SAME = [SOME]
while len(SAME) < 63:
    SAME.append(node_hash(SAME[-1], SAME[-1]))


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    """Give PATH(m, D[n]) as the RFC writes it."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*path(index, leaves[:k]), defined(leaves[k:])]
    return [*path(index - k, leaves[k:]), defined(leaves[:k])]


def subproof(first: int, leaves: list[bytes], *, known: bool = True) -> list[bytes]:
    """Give SUBPROOF(m, D[n], b) as the RFC writes it."""
    if first == len(leaves):
        return [] if known else [defined(leaves)]
    k = split(len(leaves))
    if first <= k:
        return [*subproof(first, leaves[:k], known=known), defined(leaves[k:])]
    return [*subproof(first - k, leaves[k:], known=False), defined(leaves[:k])]


def way(index: int, size: int) -> list[str]:
    """Give the turns from the root down to a leaf."""
    if size == 1:
        return []
    k = split(size)
    if index < k:
        return ["left", *way(index, k)]
    return ["right", *way(index - k, size - k)]


def way_out(first: int, second: int, *, known: bool = True) -> list[str]:
    """Give the turns from the root down to where the proof of a smaller tree begins."""
    if first == second:
        return ["known"] if known else ["told"]
    k = split(second)
    if first <= k:
        return ["left", *way_out(first, k, known=known)]
    return ["right", *way_out(first - k, second - k, known=False)]


def split(size: int) -> int:
    k = 1
    while 2 * k < size:
        k *= 2
    return k


def lookup(hashes: list[bytes]) -> NodeLookup:
    """Give a look-up of what is stored for each leaf."""

    def node(level: int, k: int) -> bytes:
        position, offset = tree.place(level, k)
        return hashes[position - 1][offset : offset + tree.HASH_SIZE]

    return node


def nodes(size: int, asked: list[tuple[int, int]] | None = None) -> NodeLookup:
    """Give a look-up that knows the complete nodes of a tree of this size, and no others."""
    stored = lookup(HASHES)

    def node(level: int, k: int) -> bytes:
        assert 0 <= k < size >> level
        if asked is not None:
            asked.append((level, k))
        return stored(level, k)

    return node


def root(size: int) -> bytes:
    return tree.root(size, nodes(size))


def refusal(verify: Callable[..., None], *arguments: object) -> Code | None:
    try:
        verify(*arguments)
    except Problem as problem:
        return problem.code
    return None


def flipped(found: bytes, bit: int) -> bytes:
    return (int.from_bytes(found, "big") ^ 1 << bit).to_bytes(len(found), "big")


def spoilt(proof: Sequence[bytes], bit: int) -> Iterator[tuple[Code, list[bytes]]]:
    """Give every proof that differs in one place, and how it is refused."""
    for at, found in enumerate(proof):
        before, after = proof[:at], proof[at + 1 :]
        yield Code.PROOF_WRONG, [*before, flipped(found, bit), *after]
        yield Code.PROOF_MALFORMED, [*before, *after]
        yield Code.PROOF_MALFORMED, [*before, found, found, *after]
        for other in LENGTHS:
            yield Code.PROOF_MALFORMED, [*before, other, *after]
        for to in range(at):
            swapped = list(proof)
            swapped[at], swapped[to] = swapped[to], swapped[at]
            yield Code.PROOF_WRONG, swapped
    yield Code.PROOF_MALFORMED, [SOME, *proof]
    yield Code.PROOF_MALFORMED, [*proof, SOME]


sizes = st.integers(1, len(STATES))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[int, int]:
    second = draw(sizes)
    return draw(st.integers(1, second)), second


def test_proofs_are_those_of_the_reference_implementation() -> None:
    node = lookup(Frontier().extend(INPUTS))
    roots = [bytes.fromhex(found) for found in ROOTS]
    for (index, size), expected in INCLUSIONS.items():
        proof = inclusion_proof(index, size, node)
        assert tuple(found.hex() for found in proof) == expected
        verify_inclusion(leaf_hash(INPUTS[index]), index, size, proof, roots[size])
    for (first, second), expected in CONSISTENCIES.items():
        proof = consistency_proof(first, second, node)
        assert tuple(found.hex() for found in proof) == expected
        verify_consistency(first, roots[first], second, roots[second], proof)


@given(pairs())
def test_inclusion_is_proved_as_defined(pair: tuple[int, int]) -> None:
    index, size = pair[0] - 1, pair[1]
    asked: list[tuple[int, int]] = []
    proof = inclusion_proof(index, size, nodes(size, asked))
    assert list(proof) == path(index, STATES[:size])
    assert len(asked) <= 2 * size.bit_length()
    verify_inclusion(leaf_hash(STATES[index]), index, size, proof, defined(STATES[:size]))


@given(pairs())
def test_consistency_is_proved_as_defined(pair: tuple[int, int]) -> None:
    first, second = pair
    asked: list[tuple[int, int]] = []
    proof = consistency_proof(first, second, nodes(second, asked))
    assert list(proof) == subproof(first, STATES[:second])
    assert len(asked) <= 2 * second.bit_length()
    verify_consistency(first, defined(STATES[:first]), second, defined(STATES[:second]), proof)


@given(st.integers(1, 2**63 - 1), st.data())
@example(2**63 - 1, None)
@example(2**62, None)
def test_the_greatest_trees_are_proved_too(size: int, data: st.DataObject | None) -> None:
    def node(level: int, k: int) -> bytes:
        assert 0 <= k < size >> level
        return SAME[level]

    first = data.draw(st.integers(1, size)) if data else size - 1
    whole, part = tree.root(size, node), tree.root(first, node)
    proof = inclusion_proof(first - 1, size, node)
    assert len(proof) <= 63
    verify_inclusion(SOME, first - 1, size, proof, whole)
    verify_consistency(first, part, size, whole, consistency_proof(first, size, node))


@given(pairs(), st.integers(0, 255))
@example((1, 1), 0)
def test_no_spoilt_inclusion_is_accepted(pair: tuple[int, int], bit: int) -> None:
    index, size = pair[0] - 1, pair[1]
    leaf, whole = leaf_hash(STATES[index]), root(size)
    proof = inclusion_proof(index, size, nodes(size))

    def found(leaf: bytes, proof: Sequence[bytes], root: bytes) -> Code | None:
        return refusal(verify_inclusion, leaf, index, size, proof, root)

    assert found(leaf, proof, whole) is None
    for code, other in spoilt(proof, bit):
        assert found(leaf, other, whole) == code
    for wrong in (flipped(leaf, bit), SOME):
        assert found(wrong, proof, whole) == Code.PROOF_WRONG
    for wrong in (flipped(whole, bit), SOME, EMPTY_ROOT):
        assert found(leaf, proof, wrong) == Code.PROOF_WRONG
    for short in LENGTHS:
        assert found(short, proof, whole) == Code.PROOF_MALFORMED
        assert found(leaf, proof, short) == Code.PROOF_MALFORMED


@given(pairs(), st.integers(0, 255))
@example((1, 1), 0)
def test_no_spoilt_consistency_is_accepted(pair: tuple[int, int], bit: int) -> None:
    first, second = pair
    part, whole = root(first), root(second)
    proof = consistency_proof(first, second, nodes(second))

    def found(part: bytes, whole: bytes, proof: Sequence[bytes]) -> Code | None:
        return refusal(verify_consistency, first, part, second, whole, proof)

    assert found(part, whole, proof) is None
    for code, other in spoilt(proof, bit):
        assert found(part, whole, other) == code
    for wrong in (flipped(part, bit), SOME, EMPTY_ROOT):
        assert found(wrong, whole, proof) == Code.PROOF_WRONG
    for wrong in (flipped(whole, bit), SOME, EMPTY_ROOT):
        assert found(part, wrong, proof) == Code.PROOF_WRONG
    for short in LENGTHS:
        assert found(short, whole, proof) == Code.PROOF_MALFORMED
        assert found(part, short, proof) == Code.PROOF_MALFORMED


@pytest.mark.parametrize("size", range(1, 14))
def test_a_proof_is_of_one_leaf_and_one_tree(size: int) -> None:
    for index, (other, size_) in product(range(size), SMALL):
        index_ = other - 1
        leaf, whole = leaf_hash(STATES[index]), root(size)
        proof = inclusion_proof(index, size, nodes(size))
        code = refusal(verify_inclusion, leaf, index_, size_, proof, whole)
        ways = way(index, size), way(index_, size_)
        if len(ways[0]) != len(ways[1]):
            assert code == Code.PROOF_MALFORMED
        else:
            # Where all turns are the same, only the root can tell the sizes apart.
            assert code == (None if ways[0] == ways[1] else Code.PROOF_WRONG)
        code = refusal(verify_inclusion, leaf, index_, size_, proof, root(size_))
        assert (code is None) == ((index, size) == (index_, size_))
        code = refusal(verify_inclusion, leaf_hash(STATES[index_]), index, size, proof, whole)
        assert code == (None if index == index_ else Code.PROOF_WRONG)


@pytest.mark.parametrize("second", range(1, 14))
def test_a_proof_is_of_two_trees(second: int) -> None:
    for first, (first_, second_) in product(range(1, second + 1), SMALL):
        proof = consistency_proof(first, second, nodes(second))
        code = refusal(verify_consistency, first_, root(first), second_, root(second), proof)
        same = first == second and first_ == second_
        assert (code is None) == (same or way_out(first, second) == way_out(first_, second_))
        # With their own roots, trees are proved by nothing but the proof that is theirs too.
        theirs = subproof(first_, STATES[:second_])
        code = refusal(verify_consistency, first_, root(first_), second_, root(second_), proof)
        assert (code is None) == (theirs == list(proof))


def test_some_sizes_are_told_apart_by_their_root_alone() -> None:
    proof = inclusion_proof(0, 3, nodes(3))
    verify_inclusion(leaf_hash(STATES[0]), 0, 4, proof, root(3))
    code = refusal(verify_inclusion, leaf_hash(STATES[0]), 0, 4, proof, root(4))
    assert code == Code.PROOF_WRONG


@given(sizes)
def test_every_tree_begins_with_the_one_without_leaves(size: int) -> None:
    assert consistency_proof(0, size, nodes(size)) == ()
    whole = root(size)
    verify_consistency(0, EMPTY_ROOT, size, whole, ())
    assert refusal(verify_consistency, 0, whole, size, whole, ()) == Code.PROOF_WRONG
    code = refusal(verify_consistency, 0, EMPTY_ROOT, size, whole, [whole])
    assert code == Code.PROOF_MALFORMED
    code = refusal(verify_consistency, 0, EMPTY_ROOT, size, whole[1:], ())
    assert code == Code.PROOF_MALFORMED


def test_the_tree_without_leaves_has_one_root_and_no_leaf() -> None:
    assert consistency_proof(0, 0, nodes(0)) == ()
    verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, ())
    assert refusal(verify_consistency, 0, SOME, 0, SOME, ()) == Code.PROOF_WRONG
    assert refusal(verify_consistency, 0, EMPTY_ROOT, 0, SOME, ()) == Code.PROOF_WRONG
    assert refusal(verify_inclusion, SOME, 0, 0, (), EMPTY_ROOT) == Code.PROOF_MALFORMED


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (6, 5), (0, 0), (0, -1), (-2, -1)])
def test_a_leaf_that_a_tree_cannot_have(index: int, size: int) -> None:
    for proof in ((), (SOME,)):
        code = refusal(verify_inclusion, SOME, index, size, proof, SOME)
        assert code == Code.PROOF_MALFORMED
    with pytest.raises(Problem) as caught:
        inclusion_proof(index, size, nodes(400))
    assert caught.value.code == Code.PROOF_MALFORMED


@pytest.mark.parametrize(("first", "second"), [(2, 1), (1, 0), (-1, 5), (-1, -1), (0, -1)])
def test_sizes_that_are_in_no_order(first: int, second: int) -> None:
    for proof in ((), (SOME,)):
        code = refusal(verify_consistency, first, SOME, second, SOME, proof)
        assert code == Code.PROOF_MALFORMED
    with pytest.raises(Problem) as caught:
        consistency_proof(first, second, nodes(400))
    assert caught.value.code == Code.PROOF_MALFORMED


def test_a_log_on_disk_proves_its_events(log: Log) -> None:
    made = fill(log, 1_000)
    with stored(log) as node:
        for size in (1, 2, 3, 511, 512, 513, 999, 1_000):
            for position in {1, 2, 3, size // 2, size - 1, size} & set(range(1, size + 1)):
                proof = inclusion_proof(position - 1, size, node)
                leaf = leaf_hash(made[position - 1].state)
                assert leaf == log.leaf(position)
                verify_inclusion(leaf, position - 1, size, proof, log.root(size))
                proof = consistency_proof(position, size, node)
                verify_consistency(position, log.root(position), size, log.root(size), proof)


@contextmanager
def stored(log: Log) -> Iterator[NodeLookup]:
    with log._cursor() as cursor:

        def node(level: int, k: int) -> bytes:
            position, offset = tree.place(level, k)
            cursor.execute("SELECT hashes FROM events WHERE position = ?", (position,))
            hashes: bytes = cursor.fetchone()[0]
            return hashes[offset : offset + tree.HASH_SIZE]

        yield node
