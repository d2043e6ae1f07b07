"""`ropa log …`: what it says to an auditor, and its exit codes."""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ropa.app.checkpoints import stamp_of
from ropa.proofs.note import encoded
from tests.app.tampering import (
    CANARY,
    answering,
    box_of,
    destroy_key,
    edited,
    files_of,
    grow,
    head,
    keep_head,
    register_of,
    remove_box,
    rewrite,
    root_of,
    run_sql,
    serving,
    sign,
    sizes,
)
from tests.cli.auditing import clean, having, verify
from tests.cli.running import Ran, ropa
from tests.proofs.attacker import attack
from tests.proofs.authority import Authority
from tests.proofs.signer import Signer


@pytest.fixture
def signed(shop: Path) -> Path:
    """A register that was signed at 20 events and at 26."""
    grow(shop)
    sign(shop)
    grow(shop, 2)
    sign(shop)
    return shop


@pytest.fixture
def kept(signed: Path) -> Path:
    """The last checkpoint, kept elsewhere."""
    return Path(shutil.copy(files_of(signed).signed()[-1], signed.with_name("kept")))


# Verifying.


def test_a_sound_log_says_what_it_was_held_against(signed: Path, kept: Path) -> None:
    size = head(signed)
    answer = verify(signed, code=0)
    assert answer[0] == f"sound: {size} event(s), all of them under a checkpoint that holds"
    assert having(answer, "2 checkpoint(s) held against the log")
    assert having(answer, "nothing kept elsewhere vouches for it: whoever has the signing key")
    assert having(answer, "6 box(es) whole, none gone")
    answer = verify(signed, "--against", kept, code=0)
    assert having(answer, "3 checkpoint(s) held against the log")
    assert having(answer, f"what is kept elsewhere holds up to position {size}")
    folder = signed / "checkpoints"
    assert having(verify(signed, "--against", folder, code=0), "4 checkpoint(s) held")
    older = files_of(signed).signed()[0]
    answer = verify(signed, "--against", older, code=0)
    assert having(answer, f"what is kept elsewhere holds up to position {sizes(signed)[0]}: ")
    answer = verify(signed, "--no-boxes", code=0)
    assert having(answer, "boxes not looked at")


def test_without_the_vault_the_answer_says_what_is_not_known(signed: Path, kept: Path) -> None:
    position, activity, key = box_of(signed)
    remove_box(signed, position, activity)
    destroy_key(signed, key)
    assert having(verify(signed, code=0), "5 box(es) whole, 1 erased")
    shutil.rmtree(signed / "vault")
    answer = verify(signed, "--against", kept, code=0)
    assert having(answer, "there is no vault here")
    assert having(answer, "5 box(es) whole, 1 gone, erased or not")


def test_damage_is_told_with_its_place_and_kind(signed: Path) -> None:
    with attack(signed) as attacker:
        attacker.edit(7, actor=f"\x1b[31m{CANARY}")
        attacker.put(20, subject=f"\x1b[31m{CANARY}")
    position, activity, _ = box_of(signed)
    remove_box(signed, position, activity)
    last = box_of(signed, 4)
    run_sql(signed / "log.db", "UPDATE boxes SET box = x'00' WHERE id >> 10 = ?", last[0])
    answer = verify(signed, code=6)
    assert answer[0].startswith("damaged: ")
    assert answer[0].endswith("the first at position 7")
    assert answer[1] == "unsigned since position 1: no checkpoint that holds goes so far"
    assert having(answer, "position 7  leaf: ")
    assert having(answer, "position 20  column subject: ")
    assert having(answer, f"position {position}  box-missing: ")
    assert having(answer, f"position {last[0]}  box-altered: ")
    (first, *_) = files_of(signed).signed()
    assert having(answer, f"position 1 to {sizes(signed)[0]}  checkpoint: ").endswith(f"({first})")
    assert not any("box" in line for line in verify(signed, "--no-boxes", code=6)[:-1])


def test_much_damage_is_told_in_part(signed: Path) -> None:
    with attack(signed) as attacker:
        for position in range(1, 23):
            attacker.put(position, type="x")
    answer = verify(signed, code=6)
    assert (
        answer[0] == f"damaged: 22 finding(s) in {head(signed)} event(s), the first at position 1"
    )
    assert len([line for line in answer if line.startswith("position ")]) == 20
    assert having(answer, "and 2 more")
    for number in range(30):
        file = signed / "checkpoints" / f"{number:012}.txt"
        file.write_text("nothing")
    answer = verify(signed, code=6)
    assert len([line for line in answer if "note-malformed" in line]) == 20
    assert having(answer, "and 10 more")


def test_a_log_that_its_operator_made_anew_is_told_by_what_is_kept_elsewhere(
    signed: Path, kept: Path
) -> None:
    """The operator has all keys, and rewrites log, vault and checkpoints to agree."""
    size = head(signed)
    for file in files_of(signed).signed():
        file.unlink()
    rewrite(signed, edited(5))
    keep_head(signed, size, root_of(signed, size))
    ropa("-r", signed, "log", "checkpoint").done()
    answer = verify(signed, code=0)
    assert having(answer, "nothing kept elsewhere vouches for it: whoever has the signing key")
    answer = verify(signed, "--against", kept, code=6)
    assert (
        answer[0] == f"damaged: 1 finding(s) in {size} event(s), the first at position 1 to {size}"
    )
    assert having(answer, f"position 1 to {size}  checkpoint: ").endswith(f"({kept})")


def test_the_last_event_was_dropped_and_all_checkpoints_lost(signed: Path, kept: Path) -> None:
    size = head(signed)
    policy = shutil.copy(signed / "checkpoints" / "policy", signed.with_name("policy"))
    with attack(signed) as attacker:
        attacker.drop(size)
    shutil.rmtree(signed / "checkpoints")
    shutil.rmtree(signed / "vault")
    answer = verify(signed, "--policy", policy, "--against", kept, code=6)
    assert having(answer, f"position {size}  shorter: ").endswith(f"({kept})")
    assert having(answer, f"could not be looked at: {signed / 'checkpoints'}  file-unreadable: ")


def _stranger(_shop: Path) -> bytes:
    signer = Signer("ropa/0b9f6c1e-3a5d-4e0f-9c57-8d2b41a7e630")
    return signer.note(f"{signer.key.name}\n1\n{encoded(bytes(32))}\n").encode()


def _forged(shop: Path) -> bytes:
    body, line = files_of(shop).signed()[0].read_text().split("\n\n")
    return f"{body}\n{CANARY}\n\n{line}".encode()


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_stranger, "signature-missing"),
        (_forged, "signature-wrong"),
        (lambda _: b"", "note-malformed"),
        (lambda _: bytes(range(256)), "note-malformed"),
        (lambda _: f"\x1b[31m{CANARY}\n\n\N{EM DASH} {CANARY} !!\n".encode(), "note-malformed"),
    ],
    ids=["another register's", "forged", "empty", "garbage", "hostile"],
)
def test_what_does_not_vouch_for_the_log_is_named(
    signed: Path, kept: Path, make: Callable[[Path], bytes], code: str
) -> None:
    kept.write_bytes(make(signed))
    answer = verify(signed, "--against", kept, code=6)
    told = f"damaged: nothing is wrong with the {head(signed)} event(s) themselves, but"
    assert answer[0].startswith(told)
    assert having(answer, f"{kept}  {code}: ")


def test_places_that_are_not_there(signed: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    answer = verify(signed, "--against", tmp_path / "empty", code=1)
    assert having(answer, f"could not be looked at: {tmp_path / 'empty'}  not-found: ")
    for option in ("--against", "--policy", "--authority"):
        ran = ropa("-r", signed, "log", "verify", option, tmp_path / CANARY)
        ran.refused("usage")
        assert ran.code == 2
        clean(ran)


def test_a_name_that_is_no_text_is_told_as_well_as_can_be(signed: Path, kept: Path) -> None:
    odd = kept.rename(kept.with_name(os.fsdecode(b"kept\xff")))
    verify(signed, "--against", odd, code=0)
    odd.write_bytes(b"")
    answer = verify(signed, "--against", odd, code=6)
    assert having(answer, f"{kept}?  note-malformed: ")


def test_the_policy_of_who_verifies_counts(signed: Path, tmp_path: Path) -> None:
    own = signed / "checkpoints" / "policy"
    verify(signed, "--policy", own, code=0)
    other = Signer(f"ropa/{register_of(signed)}").key
    (tmp_path / "other").write_text(f"log {other.vkey()}\nquorum none\n")
    answer = verify(signed, "--policy", tmp_path / "other", code=6)
    assert len([line for line in answer if "signature-missing" in line]) == 2
    assert having(answer, "unsigned since position 1: ")
    (tmp_path / "spoilt").write_text(f"log {CANARY}\n")
    ran = ropa("-r", signed, "log", "verify", "--policy", tmp_path / "spoilt")
    assert ran.refused("key-malformed").told.startswith(f"error: {tmp_path / 'spoilt'}, line 1: ")
    clean(ran)


# Proofs, tiles, time stamps.


def test_a_proof_is_checked_where_there_is_no_register(signed: Path, tmp_path: Path) -> None:
    names = [tmp_path / name for name in ("proof", "event", "policy")]
    proof, event, policy = names
    proof.write_bytes(ropa("-r", signed, "log", "proof", 15).done().out)
    event.write_bytes(ropa("-r", signed, "log", "proof", 15, "--event").done().out)
    policy.write_bytes((signed / "checkpoints" / "policy").read_bytes())
    assert json.loads(event.read_bytes())["position"] == 15
    here = ropa("-r", signed, "log", "check-proof", proof, event).done()
    assert here.told == "holds: the event stands at position 15\n"
    shutil.rmtree(signed)
    check = ("-r", tmp_path / "nowhere", "log", "check-proof")
    there = ropa(*check, proof, event, "--policy", policy).done()
    assert (there.out, there.err) == (here.out, here.err)
    ropa(*check, proof, event).refused("not-a-register")

    def changed(old: bytes, new: bytes) -> Ran:
        spoilt = proof.with_name("spoilt")
        spoilt.write_bytes(proof.read_bytes().replace(old, new))
        return ropa(*check, spoilt, event, "--policy", policy)

    for old, new, code, exit_code in (
        (b"index 14", b"index 15", "proof-wrong", 6),
        (b"index 14", b"index -1", "proof-malformed", 1),
        (b"\n\n", b"\n", "proof-malformed", 1),
        (b"c2sp.org", b"\xff\xfe", "proof-malformed", 1),
        ("\N{EM DASH}".encode(), b"-", "note-malformed", 1),
        (b"\n21\n", b"\n22\n", "signature-wrong", 6),
        (b"\nropa/", b"\nropa/x", "signature-wrong", 6),
    ):
        ran = changed(old, new).refused(code)
        assert ran.code == exit_code
    event.write_bytes(event.read_bytes() + b"\n")
    ran = ropa(*check, proof, event, "--policy", policy).refused("proof-wrong")
    assert "byte for byte" in ran.told


def test_what_has_no_proof(signed: Path) -> None:
    grow(signed)
    for position, code, exit_code in (
        (0, "usage", 2),
        (-1, "usage", 2),
        ("x", "usage", 2),
        (head(signed), "not-found", 3),
        (head(signed) + 1, "not-found", 3),
        (2**63 - 1, "not-found", 3),
        (2**63, "usage", 2),
    ):
        ran = ropa("-r", signed, "log", "proof", "--", position).refused(code)
        assert (ran.code, ran.out) == (exit_code, b"")
    ran = ropa("-r", signed, "log", "proof", head(signed))
    assert "Sign one with `ropa log checkpoint`." in ran.told


def test_an_export(signed: Path, tmp_path: Path) -> None:
    ran = ropa("-r", signed, "log", "export", tmp_path / "tiles").done()
    assert ran.told.startswith(f"{head(signed)} event(s) in {tmp_path / 'tiles'}")
    note = (tmp_path / "tiles" / "checkpoint").read_bytes()
    assert note == files_of(signed).signed()[-1].read_bytes()
    ran = ropa("-r", signed, "log", "export", tmp_path / "tiles").refused("register-exists")
    assert ran.code == 5
    verify(signed, "--against", tmp_path / "tiles" / "checkpoint", code=0)


def test_a_time_stamp(signed: Path, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    other = Authority(tmp_path / "other")
    pem = tmp_path / "authority" / "root.pem"
    answer = verify(signed, "--authority", pem, code=0)
    assert having(answer, "no time stamp that holds")
    outside: dict[str, Any] = {"env": {"no_proxy": "*"}}
    with serving(answering(authority.answer)) as (address, _):
        ran = ropa("-r", signed, "log", "stamp", address, **outside).done()
        file = stamp_of(files_of(signed).signed()[-1])
        assert ran.told.startswith(f"stamped: {file}\n")
        ran = ropa("-r", signed, "log", "stamp", address, **outside).refused("already-done")
        assert ran.code == 1
    assert having(verify(signed, code=0), "1 time stamp(s) not looked at: give --authority")
    answer = verify(signed, "--authority", pem, code=0)
    told = having(answer, f"time stamp: checkpoint {head(signed)} existed by ")
    assert re.search(r"by \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$", told)
    assert having(answer, f"what is kept elsewhere holds up to position {head(signed)}")
    wrong = tmp_path / "other" / "root.pem"
    answer = verify(signed, "--authority", wrong, code=6)
    assert having(answer, f"{file}  timestamp-wrong: ")
    assert having(answer, "no time stamp that holds")
    (tmp_path / "garbage").write_text(CANARY)
    ran = ropa("-r", signed, "log", "verify", "--authority", tmp_path / "garbage")
    assert ran.refused("key-malformed").code == 1
    clean(ran)
    assert other.root != authority.root


def test_a_time_stamp_that_nobody_gives(signed: Path) -> None:
    for address, code, exit_code in (
        ("http://127.0.0.1:1/", "timestamp-refused", 1),
        ("file:///etc/passwd", "usage", 2),
        ("http://[", "usage", 2),
    ):
        ran = ropa("-r", signed, "log", "stamp", address, env={"no_proxy": "*"}).refused(code)
        assert ran.code == exit_code
