"""Proofs over the tree: that a leaf is in it, and that one tree is the beginning of another.

Both are lists of hashes, lowest first, as RFC 9162 (sections 2.1.3 and 2.1.4) defines them. They
bind leaves to roots, and not to sizes: told another size, of the same shape above the leaf, a proof
still leads to the same root. So a size and its root must always come from one signed checkpoint.
"""

from collections.abc import Sequence

from ropa.kernel.problem import Code, Problem
from ropa.log import tree
from ropa.log.tree import NodeLookup, node_hash


def inclusion_proof(index: int, size: int, node: NodeLookup) -> tuple[bytes, ...]:
    """Give the proof that a leaf is in the tree of the first `size` leaves.

    It asks for complete nodes only, and for a number of them that is logarithmic in the size.

    Args:
        index: The leaf's, from 0: one less than the event's position.
        size: The number of leaves.
        node: Gives the complete nodes of that tree.

    Raises:
        Problem: `proof-malformed` where the tree has no such leaf; what `node` raises.
    """
    if not 0 <= index < size:
        raise _no_leaf()
    siblings = []
    start, end = 0, size
    while end - start > 1:
        middle = _middle(start, end)
        if index < middle:
            siblings.append(_over(middle, end, node))
            end = middle
        else:
            siblings.append(_over(start, middle, node))
            start = middle
    return tuple(reversed(siblings))


def consistency_proof(first: int, second: int, node: NodeLookup) -> tuple[bytes, ...]:
    """Give the proof that the first `second` leaves begin with the first `first` ones.

    It is empty where `first` is 0 or equals `second`. It asks for complete nodes only, and for a
    number of them that is logarithmic in the size.

    Args:
        first: The number of leaves of the smaller tree.
        second: The number of leaves of the greater.
        node: Gives the complete nodes of the greater tree.

    Raises:
        Problem: `proof-malformed` where the sizes are not in order; what `node` raises.
    """
    if not 0 <= first <= second:
        raise _no_order()
    if first == 0:
        return ()
    siblings = []
    start, end = 0, second
    while end > first:
        middle = _middle(start, end)
        if first <= middle:
            siblings.append(_over(middle, end, node))
            end = middle
        else:
            siblings.append(_over(start, middle, node))
            start = middle
    if start > 0:  # else the climb begins at the smaller tree's root, which the verifier has
        siblings.append(_over(start, end, node))
    return tuple(reversed(siblings))


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Verify that a leaf is in the tree of this size and root (RFC 9162, section 2.1.3.2).

    A tree without leaves has no valid proof; that of the only leaf is empty.

    Args:
        leaf: The leaf's hash, 32 bytes.
        index: The leaf's, from 0: one less than the event's position.
        size: The number of leaves.
        proof: Hashes of 32 bytes, lowest first.
        root: The root, 32 bytes, from the checkpoint that the size is from.

    Raises:
        Problem: `proof-malformed` where the tree has no such leaf, a hash has another length, or
            there are more or fewer hashes than lead to a root; `proof-wrong` where they lead to
            another one.
    """
    if not 0 <= index < size:
        raise _no_leaf()
    _check_lengths(leaf, root, *proof)
    _, reached = _climb(leaf, index, size - 1, proof)
    if reached != root:
        raise _wrong("The proof does not lead from this leaf to this root.")


def verify_consistency(
    first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """Verify that one tree is the beginning of another (RFC 9162, section 2.1.4.2).

    Trees of one size must have one root, and the proof is empty. The RFC leaves out the tree
    without leaves: it begins every other, so here the proof is empty too, and the smaller tree's
    root must be that of no leaves.

    Args:
        first: The number of leaves of the smaller tree.
        first_root: Its root, 32 bytes, from the checkpoint that its size is from.
        second: The number of leaves of the greater.
        second_root: Its root, likewise.
        proof: Hashes of 32 bytes, lowest first.

    Raises:
        Problem: `proof-malformed` where the sizes are not in order, a hash has another length, or
            there are more or fewer hashes than lead to both roots; `proof-wrong` where they lead to
            others.
    """
    if not 0 <= first <= second:
        raise _no_order()
    _check_lengths(first_root, second_root, *proof)
    if first in (0, second):
        if proof:
            raise _surplus()
        empty = first > 0 or first_root == tree.EMPTY_ROOT
        holds = empty and (first < second or first_root == second_root)
    else:
        if not proof:
            raise _short()
        at, last = first - 1, second - 1
        while at & 1:
            at >>= 1
            last >>= 1
        # The climb begins where the proof says; or at the smaller tree, if that is one whole node.
        start, *siblings = proof if at else (first_root, *proof)
        holds = _climb(start, at, last, siblings) == (first_root, second_root)
    if not holds:
        raise _wrong("The proof does not lead to both roots: one tree does not begin the other.")


def _climb(start: bytes, at: int, last: int, siblings: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Give the roots of the tree that ends with a node, and of the whole tree above it.

    Args:
        start: The node.
        at: Where it stands among the nodes of its level.
        last: Where the last of them stands.
        siblings: The proof from there on.
    """
    ended = whole = start
    for sibling in siblings:
        if last == 0:
            raise _surplus()
        if at & 1 or at == last:
            ended, whole = node_hash(sibling, ended), node_hash(sibling, whole)
            # A last node without a sibling stands for its parent too.
            while at and not at & 1:
                at >>= 1
                last >>= 1
        else:
            whole = node_hash(whole, sibling)
        at >>= 1
        last >>= 1
    if last > 0:
        raise _short()
    return ended, whole


def _middle(start: int, end: int) -> int:
    """Give where a subtree is split: the first part is complete, and as great as can be."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _over(start: int, end: int, node: NodeLookup) -> bytes:
    """Give the hash of a subtree, complete or not, out of its peaks."""
    return tree.root(end - start, lambda level, k: node(level, (start >> level) + k))


def _check_lengths(*hashes: bytes) -> None:
    if any(len(found) != tree.HASH_SIZE for found in hashes):
        raise _malformed("A hash is not 32 bytes long.")


def _no_leaf() -> Problem:
    return _malformed("A tree of this size has no such leaf.")


def _no_order() -> Problem:
    return _malformed("The sizes of the two trees are negative, or not in order.")


def _surplus() -> Problem:
    return _malformed("The proof has more hashes than lead to a root.")


def _short() -> Problem:
    return _malformed("The proof has fewer hashes than lead to a root.")


def _malformed(detail: str) -> Problem:
    return Problem(
        Code.PROOF_MALFORMED, detail, advice="Have the proof made anew for these very sizes."
    )


def _wrong(detail: str) -> Problem:
    return Problem(
        Code.PROOF_WRONG, detail, advice="Hold it against the checkpoints that it was made for."
    )
