"""Proofs of events, and the whole log as tiles: what others verify without a register."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.app import Reading, Register, check_proof, read_policy
from ropa.app.checkpoints import read_note_file
from ropa.kernel.problem import Code, Problem
from ropa.log.tree import leaf_hash
from ropa.proofs.checkpoint import Checkpoint
from ropa.proofs.merkle import (
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from ropa.proofs.note import encoded
from ropa.proofs.policy import Policy
from ropa.proofs.tiles import read_bundle, tile_nodes, tile_path
from ropa.proofs.tlogproof import TlogProof
from tests.app.shop import founded
from tests.app.tampering import (
    CANARY,
    copied_log,
    edited,
    files_of,
    grow,
    left_out,
    put_back,
    rewrite,
    sign,
    sizes,
)
from tests.proofs.attacker import Attacker, attack
from tests.proofs.signer import Signer

MALFORMED = {Code.PROOF_MALFORMED, Code.NOTE_MALFORMED}
WRONG = {Code.PROOF_WRONG, Code.SIGNATURE_WRONG, Code.SIGNATURE_MISSING}


@pytest.fixture
def signed(shop: Path) -> Path:
    """A register that was signed at two sizes, and has some events beyond."""
    sign(shop)
    grow(shop, 3)
    sign(shop)
    grow(shop)
    return shop


def policy_of(shop: Path) -> Policy:
    return read_policy(shop / "checkpoints" / "policy")


def proof_of(shop: Path, position: int) -> TlogProof:
    with Reading.open(shop) as reading:
        return reading.proving.proof(position)


def state_of(shop: Path, position: int) -> bytes:
    with Reading.open(shop) as reading:
        return reading.proving.state(position)


def refusal(act: Callable[..., object], *arguments: object) -> Problem:
    with pytest.raises(Problem) as caught:
        act(*arguments)
    return caught.value


# Proofs of events.


def test_each_event_under_a_checkpoint_is_proved_by_the_smallest_that_covers_it(
    signed: Path,
) -> None:
    first, last = sizes(signed)
    with Reading.open(signed) as reading:
        policy = policy_of(signed)
        for position in range(1, last + 1):
            proof = reading.proving.proof(position)
            state = reading.proving.state(position)
            assert json.loads(state)["position"] == position
            said = policy.read_checkpoint(proof.checkpoint)
            assert said.size == (first if position <= first else last)
            assert reading.proving.check_proof(proof.text(), state) == position
            assert check_proof(proof.text(), state, policy) == position
            other = reading.proving.state(position % last + 1)
            problem = refusal(check_proof, proof.text(), other, policy)
            assert problem.code is Code.PROOF_WRONG


def test_an_event_that_no_checkpoint_covers_yet_has_no_proof(signed: Path) -> None:
    beyond = sizes(signed)[-1] + 1
    problem = refusal(proof_of, signed, beyond)
    assert (problem.code, problem.where.position) == (Code.NOT_FOUND, beyond)
    assert "ropa log checkpoint" in problem.advice
    sign(signed)
    assert (
        check_proof(proof_of(signed, beyond).text(), state_of(signed, beyond), policy_of(signed))
        == beyond
    )


@pytest.mark.parametrize("position", [-1, 0, 10_000, 2**62])
def test_a_position_that_the_log_has_not_has_no_proof(signed: Path, position: int) -> None:
    for act in (proof_of, state_of):
        problem = refusal(act, signed, position)
        assert (problem.code, problem.where.position) == (Code.NOT_FOUND, position)
        assert "checkpoint" not in str(problem)


def test_a_proof_holds_for_who_has_nothing_else(signed: Path, tmp_path: Path) -> None:
    policy = (signed / "checkpoints" / "policy").read_bytes()
    text, state = proof_of(signed, 5).text(), state_of(signed, 5)
    shutil.rmtree(signed)
    (tmp_path / "trusted").write_bytes(policy)
    assert check_proof(text, state, read_policy(tmp_path / "trusted")) == 5


def test_a_proof_of_another_log_is_no_proof_of_this_one(signed: Path) -> None:
    text, state = proof_of(signed, 5).text(), state_of(signed, 5)
    stranger = Signer("ropa/0b9f6c1e-3a5d-4e0f-9c57-8d2b41a7e630")
    policy = policy_of(signed)
    only_others = Policy((stranger.key,))
    assert refusal(check_proof, text, state, only_others).code is Code.SIGNATURE_MISSING
    register = stranger.key.name.removeprefix("ropa/")
    problem = refusal(check_proof, text, state, policy, register)
    assert problem.code is Code.SIGNATURE_MISSING
    # Nor is it of this register where its policy trusts both.
    head = Checkpoint(stranger.key.name, 1, leaf_hash(b"theirs")).text()
    theirs = TlogProof(0, (), stranger.note(head)).text()
    both = Policy((*policy.logs, stranger.key))
    assert check_proof(theirs, b"theirs", both) == 1
    (signed / "checkpoints" / "policy").write_text(both.text())
    with Reading.open(signed) as reading:
        problem = refusal(reading.proving.check_proof, theirs, b"theirs")
    assert problem.code is Code.SIGNATURE_MISSING


def test_a_proof_that_is_none_is_told_from_one_of_another_event(signed: Path) -> None:
    proof, state, policy = proof_of(signed, 5), state_of(signed, 5), policy_of(signed)
    for spoilt, code in (
        (replace(proof, hashes=proof.hashes[1:]), Code.PROOF_MALFORMED),
        (replace(proof, hashes=(*proof.hashes, bytes(32))), Code.PROOF_MALFORMED),
        (replace(proof, index=10_000), Code.PROOF_MALFORMED),
        (replace(proof, index=proof.index + 1), Code.PROOF_WRONG),
        (replace(proof, hashes=(bytes(32), *proof.hashes[1:])), Code.PROOF_WRONG),
    ):
        assert refusal(check_proof, spoilt.text(), state, policy).code is code


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda file: file.write_text("nothing"), Code.NOTE_MALFORMED),
        (lambda file: file.write_bytes(b"\xff" * 100), Code.NOTE_MALFORMED),
        (lambda file: file.write_text(_resigned(file.read_text())), Code.SIGNATURE_WRONG),
        (lambda file: file.rename(file.with_name("000000000028.txt")), Code.NOTE_MALFORMED),
        (lambda file: file.with_name("policy").unlink(), Code.FILE_UNREADABLE),
        (lambda file: file.with_name("policy").write_text("quorum none\n"), Code.SIGNATURE_MISSING),
        (lambda file: file.with_name("policy").write_text("quorum\n"), Code.KEY_MALFORMED),
        (lambda file: (file.unlink(), file.mkdir()), Code.FILE_UNREADABLE),
    ],
)
def test_a_checkpoint_that_is_not_believed_proves_nothing(
    signed: Path, spoil: Callable[[Path], object], code: Code, tmp_path: Path
) -> None:
    """It is looked at before it is handed on."""
    file = files_of(signed).signed()[-1]
    spoil(file)
    for problem in (refusal(proof_of, signed, 20), refusal(exported, signed, tmp_path / "out")):
        assert problem.code is code
        assert (problem.where.file or "").startswith(str(signed / "checkpoints"))
    assert not (tmp_path / "out").exists()


def _resigned(note: str) -> str:
    """Move the signature of a note to another root."""
    lines = note.split("\n")
    lines[2] = encoded(bytes(32))
    return "\n".join(lines)


# A log that is not the one that was signed.


def _without(position: int) -> Callable[[Attacker], object]:
    return lambda attacker: attacker.drop(position)


def _with_another_node(attacker: Attacker) -> None:
    """Change the stored node over the events 17 and 18, which no root is made of."""
    hashes = bytearray(attacker.row(18)["hashes"])
    hashes[40] ^= 1
    attacker.put(18, hashes=bytes(hashes))


@pytest.mark.parametrize(
    ("change", "position"),
    [
        (edited(19), 19),
        (_without(20), 21),
        (_without(26), 21),
        (_with_another_node, 19),
    ],
    ids=["its event was changed", "a node is missing", "the end is missing", "a node was changed"],
)
def test_a_damaged_log_proves_nothing(
    signed: Path, change: Callable[[Attacker], object], position: int
) -> None:
    with attack(signed) as attacker:
        change(attacker)
    problem = refusal(proof_of, signed, position)
    assert problem.code is Code.LOG_FORKED
    assert "ropa log verify" in problem.advice


def test_a_log_that_was_made_anew_or_rolled_back_proves_nothing(shop: Path, tmp_path: Path) -> None:
    older = copied_log(shop)
    grow(shop, 2)
    sign(shop)
    newer = copied_log(shop, "newer.db")
    put_back(shop, older)
    for _ in range(2):
        assert refusal(proof_of, shop, 5).code is Code.LOG_FORKED
        assert refusal(exported, shop, tmp_path / "out").code is Code.LOG_FORKED
        assert not (tmp_path / "out").exists()
        grow(shop, 2)
    put_back(shop, newer)
    rewrite(shop, left_out(3))
    assert refusal(proof_of, shop, 5).code is Code.LOG_FORKED


# Proofs that come in.


edits = st.tuples(st.integers(0, 3_000), st.text(max_size=3), st.integers(0, 3))


@given(made=st.lists(edits, min_size=1, max_size=3))
def test_no_edit_of_a_proof_makes_it_prove_something_else(
    one: tuple[str, bytes, Policy], made: list[tuple[int, str, int]]
) -> None:
    text, state, policy = one
    for place, put, length in made:
        at = place % len(text)
        text = text[:at] + put + text[at + length :]
    try:
        assert check_proof(text, state, policy) == 20
    except Problem as problem:
        found = problem
        assert found.code in MALFORMED | WRONG


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_proof_holds_for_the_very_bytes_of_its_event(
    one: tuple[str, bytes, Policy], at: int, bit: int
) -> None:
    text, state, policy = one
    changed = bytearray(state)
    changed[at % len(state)] ^= 1 << bit
    for other in (bytes(changed), state + b"\n", state[:-1], b""):
        assert refusal(check_proof, text, other, policy).code is Code.PROOF_WRONG


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes, Policy]:
    """A proof of event 20, the event, and the keys."""
    shop = founded(tmp_path_factory.mktemp("one") / "shop")
    grow(shop, 3)
    sign(shop)
    return proof_of(shop, 20).text(), state_of(shop, 20), policy_of(shop)


# The whole log as tiles.


def exported(shop: Path, folder: Path) -> Checkpoint:
    with Reading.open(shop) as reading:
        return reading.proving.export(folder)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of more events than a tile holds, signed before its end."""
    shop = founded(tmp_path_factory.mktemp("many") / "shop")
    for customers in (40, 60):
        grow(shop, customers)
        sign(shop)
    grow(shop)
    return shop


def test_an_export_verifies_against_its_checkpoint_with_nothing_else(
    many: Path, tmp_path: Path
) -> None:
    first, last = sizes(many)
    said = exported(many, tmp_path / "new" / "tiles")
    folder = tmp_path / "new" / "tiles"
    note = read_note_file(folder / "checkpoint")
    assert policy_of(many).read_checkpoint(note) == said
    assert said.size == last > 256
    node = tile_nodes(last, lambda path: (folder / path).read_bytes())
    earlier = policy_of(many).read_checkpoint(files_of(many).signed()[0].read_text())
    verify_consistency(first, earlier.root, last, said.root, consistency_proof(first, last, node))
    entries = [
        entry
        for n in range(-(-last // 256))
        for width in [min(256, last - 256 * n)]
        for entry in read_bundle((folder / tile_path("entries", n, width)).read_bytes(), width)
    ]
    assert entries == [state_of(many, position) for position in range(1, last + 1)]
    for index, entry in enumerate(entries):
        proof = inclusion_proof(index, last, node)
        verify_inclusion(leaf_hash(entry), index, last, proof, said.root)


def test_an_export_holds_nothing_personal_and_nothing_more(many: Path, tmp_path: Path) -> None:
    last = exported(many, tmp_path).size
    files = {
        str(path.relative_to(tmp_path)): path for path in tmp_path.rglob("*") if path.is_file()
    }
    part = last - 256
    assert set(files) == {
        "checkpoint",
        "tile/0/000",
        f"tile/0/001.p/{part}",
        "tile/1/000.p/1",
        "tile/entries/000",
        f"tile/entries/001.p/{part}",
    }
    for path in files.values():
        content = path.read_bytes()
        assert not re.search(b"kanarie", content, re.IGNORECASE)
        assert CANARY.encode() not in content


def test_progress_is_told_to_the_end(many: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with Reading.open(many) as reading:
        reading.proving.export(tmp_path, progress=lambda *done: told.append(done))
    last = sizes(many)[-1]
    assert told == [(256, last), (last, last)]


def test_an_empty_log_exports_as_its_checkpoint(tmp_path: Path) -> None:
    Register.create(tmp_path / "empty")
    note = sign(tmp_path / "empty")
    assert exported(tmp_path / "empty", tmp_path / "out").size == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["checkpoint"]
    assert (tmp_path / "out" / "checkpoint").read_text() == note


def test_an_export_needs_a_checkpoint_and_a_folder_of_its_own(
    shop: Path, signed: Path, tmp_path: Path
) -> None:
    unsigned = founded(tmp_path / "unsigned")
    problem = refusal(exported, unsigned, tmp_path / "out")
    assert problem.code is Code.NOT_FOUND
    assert "ropa log checkpoint" in problem.advice
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_bytes(b"mine")
    for taken in (tmp_path / "full", tmp_path / "full" / "file", shop):
        problem = refusal(exported, signed, taken)
        assert (problem.code, problem.where.file) == (Code.REGISTER_EXISTS, str(taken))
    below = tmp_path / "full" / "file" / "below"
    assert refusal(exported, signed, below).code is Code.FILE_UNREADABLE
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["file"]


@pytest.mark.parametrize(
    "change",
    [edited(19), _without(20), _without(26)],
    ids=["an event was changed", "an event is missing", "the end is missing"],
)
def test_an_export_of_a_damaged_log_is_refused_and_has_no_checkpoint(
    signed: Path, change: Callable[[Attacker], object], tmp_path: Path
) -> None:
    with attack(signed) as attacker:
        change(attacker)
    assert refusal(exported, signed, tmp_path / "out").code is Code.LOG_FORKED
    assert not (tmp_path / "out" / "checkpoint").exists()
