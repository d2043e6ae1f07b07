"""Holding the log of a register against all that vouches for it."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ropa.app import Reading, Verification, read_policy
from ropa.app.checkpoints import stamp_of
from ropa.app.verifying import Refused
from ropa.kernel.problem import Code, Problem
from ropa.proofs.note import encoded
from ropa.proofs.policy import Policy
from ropa.proofs.verdict import Kind, State
from ropa.vault import Vault
from tests.app.tampering import (
    CANARY,
    box_of,
    copied_log,
    destroy_key,
    edited,
    files_of,
    grow,
    keep_head,
    kept_head,
    left_out,
    put_back,
    register_of,
    remove_box,
    rewrite,
    root_of,
    run_sql,
    sign,
    sizes,
)
from tests.proofs.attacker import attack
from tests.proofs.signer import Signer, Witness


@pytest.fixture
def signed(shop: Path) -> Path:
    """A register of some customers, signed at two sizes."""
    grow(shop, 2)
    sign(shop)
    grow(shop, 2)
    sign(shop)
    return shop


@pytest.fixture
def kept(signed: Path) -> Path:
    """Its last checkpoint, kept elsewhere."""
    return Path(shutil.copy(files_of(signed).signed()[-1], signed.with_name("kept")))


def verified(shop: Path, **options: Any) -> Verification:
    with Reading.open(shop) as reading:
        return reading.proving.verify(**options)


def findings(found: Verification) -> list[tuple[Kind, int, int]]:
    return [(one.kind, one.position, one.upto) for one in found.log.findings]


def codes(refused: tuple[Refused, ...]) -> dict[str, Code]:
    return {Path(one.name).name: one.code for one in refused}


# What is sound.


def test_a_signed_log_is_sound(signed: Path) -> None:
    found = verified(signed)
    assert found.state is State.SOUND
    assert found.log.size == sizes(signed)[-1]
    assert (found.unsigned_since, found.checkpoints, found.elsewhere_upto) == (None, 2, 0)
    assert (found.refused, found.unread, found.stamps, found.unchecked) == ((), (), (), 0)
    assert found.vault
    assert found.log.boxes_checked == 8
    assert found.log.boxes_gone == 0


def test_what_no_checkpoint_covers_is_unsigned(signed: Path) -> None:
    size = sizes(signed)[-1]
    grow(signed)
    found = verified(signed)
    assert found.state is State.UNSIGNED
    assert found.unsigned_since == found.log.signed_upto + 1 == size + 1


def test_a_log_that_was_never_signed_is_unsigned(shop: Path) -> None:
    assert (verified(shop).state, verified(shop).unsigned_since) == (State.UNSIGNED, 1)
    shutil.rmtree(shop / "vault")
    assert (verified(shop).state, verified(shop).unsigned_since) == (State.UNSIGNED, 1)


def test_without_the_vault_less_is_known_and_the_rest_is_the_same(signed: Path) -> None:
    there = verified(signed)
    shutil.rmtree(signed / "vault")
    here = verified(signed)
    assert not here.vault
    assert here.log == there.log
    assert (here.state, here.checkpoints) == (State.SOUND, 2)


def test_without_a_policy_the_vault_tells_the_key(signed: Path) -> None:
    (signed / "checkpoints" / "policy").unlink()
    assert verified(signed).state is State.SOUND
    shutil.rmtree(signed / "vault")
    with pytest.raises(Problem) as caught:
        verified(signed)
    assert caught.value.code is Code.SIGNATURE_MISSING
    assert "--policy" in caught.value.advice


# What the vault says.


def test_a_log_and_checkpoints_that_were_rolled_back_are_found_by_the_vault(shop: Path) -> None:
    sign(shop)
    older = copied_log(shop)
    size = grow(shop)
    sign(shop)
    put_back(shop, older)
    files_of(shop).signed()[-1].unlink()
    found = verified(shop)
    assert found.state is State.DAMAGED
    assert findings(found) == [(Kind.SHORTER, found.log.size + 1, size)]
    assert found.log.findings[0].label == str(shop / "vault")
    # As long again, and another.
    grow(shop)
    assert verified(shop).log.size == size
    assert findings(verified(shop)) == [(Kind.CHECKPOINT, sizes(shop)[-1] + 1, size)]
    shutil.rmtree(shop / "vault")
    assert verified(shop).state is State.UNSIGNED


def test_checkpoints_that_were_lost_leave_events_unsigned_whatever_the_vault_keeps(
    signed: Path,
) -> None:
    """The vault's head has no signature: without the key anybody could write it."""
    first, last = files_of(signed).signed()
    last.unlink()
    assert kept_head(signed) == (int(last.stem), root_of(signed, int(last.stem)))
    found = verified(signed)
    assert (found.state, found.unsigned_since) == (State.UNSIGNED, int(first.stem) + 1)
    rewrite(signed, edited(int(first.stem) + 2))
    keep_head(signed, int(last.stem), root_of(signed, int(last.stem)))
    found = verified(signed)
    assert (found.state, found.unsigned_since) == (State.UNSIGNED, int(first.stem) + 1)


def test_a_head_that_was_written_into_the_vault_misleads_nobody_of_the_place(signed: Path) -> None:
    first, last = sizes(signed)
    rewrite(signed, edited(first + 2))
    keep_head(signed, first + 4, root_of(signed, first + 4))
    found = verified(signed)
    assert findings(found) == [(Kind.CHECKPOINT, first + 1, last)]
    assert found.unsigned_since == first + 1


def test_a_vault_that_cannot_be_read_is_no_vault_that_agrees(signed: Path) -> None:
    (signed / "vault" / "keys.db").write_bytes(b"")
    with pytest.raises(Problem) as caught:
        verified(signed)
    assert caught.value.code is Code.VAULT_DAMAGED


# What was kept elsewhere.


def test_a_checkpoint_kept_elsewhere_that_holds_tells_how_far(signed: Path, kept: Path) -> None:
    older, newest = files_of(signed).signed()
    assert verified(signed, against=[kept]).elsewhere_upto == int(newest.stem)
    shutil.copy(older, kept)
    found = verified(signed, against=[kept])
    assert found.state is State.SOUND
    assert (found.checkpoints, found.elsewhere_upto) == (3, int(older.stem))
    folder = shutil.copytree(signed / "checkpoints", signed.with_name("folder"))
    (folder / "notes.txt").write_text("passed over")
    found = verified(signed, against=[Path(folder), kept])
    assert found.state is State.SOUND
    assert (found.checkpoints, found.elsewhere_upto) == (5, int(newest.stem))


def test_only_what_is_kept_elsewhere_tells_of_a_log_that_its_operator_made_anew(
    signed: Path, kept: Path
) -> None:
    """The operator has all keys, and rewrites log, vault and checkpoints to agree."""
    size = sizes(signed)[-1]
    for file in files_of(signed).signed():
        file.unlink()
    rewrite(signed, edited(5))
    keep_head(signed, size, root_of(signed, size))
    sign(signed)
    found = verified(signed)
    assert (found.state, found.checkpoints, found.elsewhere_upto) == (State.SOUND, 1, 0)
    found = verified(signed, against=[kept])
    assert (found.state, found.checkpoints, found.elsewhere_upto) == (State.DAMAGED, 2, 0)
    assert findings(found) == [(Kind.CHECKPOINT, 1, size)]
    assert found.log.findings[0].label == str(kept)
    assert not found.refused


def test_a_checkpoint_of_the_future_tells_what_is_missing(signed: Path, kept: Path) -> None:
    first, last = sizes(signed)
    older = copied_log(signed)
    grow(signed)
    kept.write_text(sign(signed))
    size = sizes(signed)[-1]
    put_back(signed, older)
    shutil.rmtree(signed / "vault")
    files_of(signed).signed()[-1].unlink()
    assert sizes(signed) == [first, last]
    found = verified(signed, against=[kept])
    assert found.state is State.DAMAGED
    assert findings(found) == [(Kind.SHORTER, last + 1, size)]
    assert found.log.findings[0].label == str(kept)
    assert found.elsewhere_upto == 0


def _forged(note: str) -> bytes:
    """Another root, under the signature that stands there."""
    lines = note.split("\n")
    lines[2] = encoded(bytes(32))
    return "\n".join(lines).encode()


def _of_another_size(note: str) -> bytes:
    lines = note.split("\n")
    lines[1] = str(int(lines[1]) + 1)
    return "\n".join(lines).encode()


def _by_another_key(note: str) -> bytes:
    body = note.partition("\n\n")[0] + "\n"
    return Signer(body.split("\n")[0]).note(body).encode()


SPOILT: list[tuple[Callable[[str], bytes], Code]] = [
    (_forged, Code.SIGNATURE_WRONG),
    (_of_another_size, Code.SIGNATURE_WRONG),
    (_by_another_key, Code.SIGNATURE_MISSING),
    (lambda note: note.replace("ropa/", "ropa/x").encode(), Code.SIGNATURE_MISSING),
    (lambda note: note[:-3].encode(), Code.NOTE_MALFORMED),
    (lambda note: note[:-3].encode() + b"!=\n", Code.NOTE_MALFORMED),
    (lambda note: note.encode("utf-16"), Code.NOTE_MALFORMED),
    (lambda _: b"", Code.NOTE_MALFORMED),
    (lambda _: bytes(range(256)) * 9_999, Code.NOTE_MALFORMED),
    (lambda _: f"\x1b[31m{CANARY}\n\n— {CANARY} AAAA\n".encode(), Code.NOTE_MALFORMED),
]


@pytest.mark.parametrize(("spoil", "code"), SPOILT)
def test_what_is_no_checkpoint_of_this_log_is_refused_by_name(
    signed: Path, kept: Path, spoil: Callable[[str], bytes], code: Code
) -> None:
    kept.write_bytes(spoil(kept.read_text()))
    found = verified(signed, against=[kept])
    assert found.state is State.DAMAGED
    assert [(one.name, one.code) for one in found.refused] == [(str(kept), code)]
    assert not any(CANARY in one.detail or "\x1b" in one.detail for one in found.refused)
    # The log itself is as sound as it was.
    assert (found.log.state, found.checkpoints, found.elsewhere_upto) == (State.SOUND, 2, 0)
    # In the folder of the register it is refused as well.
    own = files_of(signed).signed()[0]
    own.write_bytes(kept.read_bytes())
    found = verified(signed)
    assert [(one.name, one.code) for one in found.refused] == [(str(own), code)]
    assert (found.state, found.unsigned_since) == (State.DAMAGED, None)


def test_a_checkpoint_of_another_register_is_refused(signed: Path, tmp_path: Path) -> None:
    stranger = Signer("ropa/0b9f6c1e-3a5d-4e0f-9c57-8d2b41a7e630")
    (tmp_path / "others").write_text(
        stranger.note(f"{stranger.key.name}\n1\n{encoded(bytes(32))}\n")
    )
    policy = Policy((*read_policy(signed / "checkpoints" / "policy").logs, stranger.key))
    for trusted in (None, policy):
        found = verified(signed, against=[tmp_path / "others"], policy=trusted)
        assert codes(found.refused) == {"others": Code.SIGNATURE_MISSING}
        assert found.state is State.DAMAGED


def test_a_checkpoint_that_bears_another_size_as_its_name_is_refused(signed: Path) -> None:
    """Other commands tell by the name how far it covers."""
    own = files_of(signed).signed()[-1]
    own.rename(own.with_name(f"{int(own.stem) + 1:012}.txt"))
    found = verified(signed)
    assert list(codes(found.refused).values()) == [Code.NOTE_MALFORMED]
    assert found.state is State.DAMAGED
    assert found.unsigned_since == sizes(signed)[0] + 1


@pytest.mark.parametrize("make", [Path.mkdir, Path.exists, lambda path: path.symlink_to("x")])
def test_a_place_where_nothing_can_be_read_is_told_and_does_not_count(
    signed: Path, tmp_path: Path, make: Callable[[Path], object]
) -> None:
    make(tmp_path / "place")
    found = verified(signed, against=[tmp_path / "place"])
    (one,) = found.unread
    assert one.name == str(tmp_path / "place")
    assert one.code in {Code.FILE_UNREADABLE, Code.NOT_FOUND}
    assert (found.state, found.elsewhere_upto) == (State.SOUND, 0)


@pytest.mark.parametrize(
    "make",
    [
        Path.mkdir,
        Path.touch,
        Path.exists,
        lambda path: path.symlink_to("nowhere"),
    ],
    ids=["empty", "a file", "missing", "a link to nothing"],
)
def test_an_anchor_that_cannot_be_read_is_told_and_does_not_count(
    signed: Path, make: Callable[[Path], object]
) -> None:
    file = signed / "ropa.toml"
    file.write_text('anchor = "../anchor"\n' + file.read_text())
    anchor = signed / "../anchor"
    make(anchor)
    found = verified(signed)
    assert [one.name for one in found.unread] == [str(anchor)]
    assert (found.state, found.elsewhere_upto) == (State.SOUND, 0)


def test_an_anchor_is_held_against_the_log(signed: Path) -> None:
    file = signed / "ropa.toml"
    file.write_text('anchor = "../anchor"\n' + file.read_text())
    shutil.copytree(signed / "checkpoints", signed / "../anchor")
    size = sizes(signed)[-1]
    found = verified(signed)
    assert (found.state, found.checkpoints, found.elsewhere_upto) == (State.SOUND, 4, size)
    for own in files_of(signed).signed():
        own.unlink()
    shutil.rmtree(signed / "vault")
    rewrite(signed, left_out(10))
    found = verified(signed)
    assert found.state is State.DAMAGED
    assert Kind.CHECKPOINT in {one.kind for one in found.log.findings}


def test_the_own_folder_is_told_where_it_cannot_be_read(signed: Path) -> None:
    folder = (signed / "checkpoints").rename(signed.with_name("away"))
    found = verified(signed, policy=read_policy(folder / "policy"))
    assert [one.name for one in found.unread] == [str(signed / "checkpoints")]
    assert (found.state, found.unsigned_since) == (State.UNSIGNED, 1)


# By whose keys.


def test_the_policy_may_come_from_outside(signed: Path) -> None:
    own = read_policy(signed / "checkpoints" / "policy")
    other = Signer(own.logs[0].name).key
    assert verified(signed, policy=Policy((*own.logs, other))).state is State.SOUND
    found = verified(signed, policy=Policy((other,)))
    assert set(codes(found.refused).values()) == {Code.SIGNATURE_MISSING}
    assert len(found.refused) == 2
    assert (found.state, found.unsigned_since, found.checkpoints) == (State.DAMAGED, 1, 0)


def test_a_policy_that_asks_for_witnesses_is_heeded(signed: Path) -> None:
    own = read_policy(signed / "checkpoints" / "policy")
    witness = Witness("witness.example")
    policy = Policy(own.logs, {"w": witness.key}, quorum="w")
    found = verified(signed, policy=policy)
    assert set(codes(found.refused).values()) == {Code.SIGNATURE_MISSING}
    for file in files_of(signed).signed():
        note = file.read_text()
        file.write_text(note + witness.line(note.partition("\n\n")[0] + "\n"))
    assert verified(signed, policy=policy).state is State.SOUND
    assert verified(signed).state is State.SOUND


# Boxes.


def test_a_box_that_was_altered_is_found(signed: Path) -> None:
    position, activity, _ = box_of(signed, 1)
    run_sql(
        signed / "log.db",
        "UPDATE boxes SET box = CAST(box || 'x' AS BLOB) WHERE id >> 10 = ? AND activity = ?",
        position,
        activity,
    )
    found = verified(signed)
    assert findings(found) == [(Kind.BOX_ALTERED, position, position)]
    found = verified(signed, boxes=False)
    assert (found.state, found.log.boxes_checked) == (State.SOUND, 0)


def test_a_box_that_is_gone_was_erased_or_is_missing(signed: Path) -> None:
    position, activity, key = box_of(signed, 2)
    remove_box(signed, position, activity)
    found = verified(signed)
    assert findings(found) == [(Kind.BOX_MISSING, position, position)]
    assert found.state is State.DAMAGED
    # A key that is gone too, and left no tombstone, is as bad.
    saved = shutil.copytree(signed / "vault", signed.with_name("saved"))
    run_sql(signed / "vault" / "keys.db", "DELETE FROM data_keys WHERE key_id = ?", key)
    assert findings(verified(signed)) == [(Kind.BOX_MISSING, position, position)]
    shutil.rmtree(signed / "vault")
    shutil.copytree(saved, signed / "vault")
    destroy_key(signed, key)
    found = verified(signed)
    assert (found.state, found.log.boxes_gone, found.log.boxes_checked) == (State.SOUND, 1, 7)
    shutil.rmtree(signed / "vault")
    found = verified(signed)
    assert (found.state, found.log.boxes_gone, found.vault) == (State.SOUND, 1, False)


def test_a_reader_tells_the_keys_that_were_not_destroyed(signed: Path) -> None:
    keys = [box_of(signed, number)[2] for number in range(4)]
    destroy_key(signed, keys[0])
    destroy_key(signed, keys[2])
    with Vault.open_reader(signed / "vault", register_of(signed), {}) as reader:
        assert reader.unerased(frozenset()) == frozenset()
        assert reader.unerased(frozenset(keys)) == {keys[1], keys[3]}
        odd = frozenset({keys[0], "k_unknown", '"', "%", "\N{GRINNING FACE}"})
        assert reader.unerased(odd) == odd - {keys[0]}
        many = frozenset(f"k_{number}" for number in range(5_000))
        assert reader.unerased(many | {keys[2]}) == many


# Time stamps that are there, and no authority that is trusted.


def test_a_time_stamp_is_told_that_was_not_looked_at(signed: Path) -> None:
    stamp_of(files_of(signed).signed()[0]).write_bytes(b"anything")
    found = verified(signed)
    assert (found.state, found.unchecked, found.stamps) == (State.SOUND, 1, ())


def test_damage_and_what_is_refused_are_told_together(signed: Path, kept: Path) -> None:
    with attack(signed) as attacker:
        attacker.edit(12, actor="somebody:else")
    kept.write_bytes(b"")
    found = verified(signed, against=[kept])
    first, last = sizes(signed)
    assert findings(found) == [(Kind.LEAF, 12, 12), (Kind.CHECKPOINT, 1, first)]
    assert codes(found.refused) == {"kept": Code.NOTE_MALFORMED}
    assert (found.state, found.unsigned_since) == (State.DAMAGED, 1)
    assert found.log.size == last
