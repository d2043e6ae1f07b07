"""The tree against the definition in RFC 6962, section 2.1."""

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.kernel.problem import Code, Problem
from ropa.log import Log, tree
from tests.log.making import REGISTER, entry

# The inputs and roots of the reference implementation of RFC 6962 (certificate-transparency,
# merkletree/merkle_tree_test.cc).
INPUTS = tuple(
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def defined(leaves: list[bytes]) -> bytes:
    """Give MTH(D[n]) as the RFC writes it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference_implementation(size: int) -> None:
    edge = tree.Frontier()
    edge.extend(INPUTS[:size])
    assert edge.root().hex() == ROOTS[size]
    assert defined(list(INPUTS[:size])).hex() == ROOTS[size]


@given(st.lists(st.integers(1, 150), min_size=1, max_size=4), st.data())
def test_any_root_is_found_in_what_is_stored(batches: list[int], data: st.DataObject) -> None:
    leaves: list[bytes] = []
    with TemporaryDirectory() as directory:
        path = Path(directory) / "log.db"
        Log.create(path, REGISTER)
        for batch in batches:
            first = len(leaves) + 1
            entries = [entry(position) for position in range(first, first + batch)]
            leaves += [made.state for made in entries]
            # Opened anew now and then: the edge is read back, or remembered.
            with Log.open(path, REGISTER) as log:
                half = data.draw(st.integers(0, batch))
                for part in (entries[:half], entries[half:]):
                    with log.writing() as tx:
                        found = tx.append(part)
                        assert found == [tree.leaf_hash(made.state) for made in part]
        with Log.open(path, REGISTER) as log:
            for size in {0, 1, len(leaves), data.draw(st.integers(0, len(leaves)))}:
                assert log.root(size) == defined(leaves[:size])
            position = data.draw(st.integers(1, len(leaves)))
            assert log.leaf(position) == tree.leaf_hash(leaves[position - 1])
            with pytest.raises(Problem) as caught:
                log.root(len(leaves) + 1)
            assert caught.value.code == Code.NOT_FOUND


def test_each_row_stores_its_leaf_and_the_nodes_it_completes() -> None:
    states = [b"%d" % n for n in range(1, 65)]
    found = tree.Frontier().extend(states)
    for position, hashes in enumerate(found, 1):
        assert len(hashes) == tree.hashes_length(position)
        for level in range(len(hashes) // tree.HASH_SIZE):
            k = (position >> level) - 1
            assert tree.place(level, k) == (position, tree.HASH_SIZE * level)
            node = hashes[tree.HASH_SIZE * level :][: tree.HASH_SIZE]
            assert node == defined(states[k << level : (k + 1) << level])
