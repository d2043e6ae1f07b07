"""What proves the log."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from ropa.kernel.problem import Code
from ropa.proofs.note import encoded
from ropa.proofs.tlogproof import TlogProof
from tests.cli.running import ropa
from tests.contract.world import ASCII_CANARY, CANARY, Call, Case, bundle, call, grow, sign
from tests.proofs.attacker import attack
from tests.proofs.signer import Signer, Witness

_POSITION = 5
_STRANGER = Signer(CANARY)
_WITNESS = Witness(CANARY)
_ROOT = encoded(bytes(32))
_DIGEST = sha256(CANARY.encode()).digest()


def _proof(shop: Path) -> TlogProof:
    """Sign the log, and give the proof of an event that is put into a file."""
    sign(shop)
    event = ropa("-r", shop, "log", "proof", _POSITION, "--event").done().out
    (shop / "event.json").write_bytes(event)
    return TlogProof.read(ropa("-r", shop, "log", "proof", _POSITION).done().text)


def _check(proof: TlogProof | bytes, *more: str) -> Call:
    """Check a proof of that event."""
    text = proof if isinstance(proof, bytes) else proof.text().encode()
    return call("log", "check-proof", "-", "{shop}/event.json", *more, stdin=text)


def _against(shop: Path, note: str) -> Call:
    """Hold the bundle against a note that was kept."""
    return call(
        "log", "bundle", "--verify", "{shop}/audit.zip", "--against", _put(shop, "kept", note)
    )


def _put(shop: Path, name: str, text: str) -> str:
    """Put a file into the folder of the register, and give how a call names it."""
    (shop / name).write_text(text, encoding="utf-8")
    return f"{{shop}}/{name}"


def _trusting(shop: Path) -> str:
    """Put a policy beside the register that trusts the stranger."""
    return _put(shop, "trusted", f"log {_STRANGER.key.vkey()}\nquorum none\n")


def _note_malformed(shop: Path) -> list[Call]:
    proof = _proof(shop)
    trusted = _trusting(shop)
    bundle(shop)
    name = f"\N{EM DASH} {CANARY}"
    notes = [
        CANARY,
        f"{CANARY}\n\n{CANARY}\n",
        f"{CANARY}\x07\n\n{name} AAAAAAAA\n",
        f"{CANARY}\n\n{name} {CANARY}\n",
        f"{CANARY}\n\n{name} {CANARY} AAAAAAAA\n",
        f"{CANARY}\n\n{name} AAAA\n",
        f"{CANARY}\n\n" + f"{name} AAAAAAAA\n" * 101,
    ]
    heads = [
        f"{CANARY}\n",
        f"{CANARY}\n\n1\n{_ROOT}\n",
        f"{CANARY}\n{CANARY}\n{_ROOT}\n",
        f"{CANARY}\n1\n{CANARY}\n",
    ]
    _put(shop, f"checkpoints/{_POSITION:012}.txt", f"{CANARY}\n{CANARY}\n{CANARY}\n\n{name}\n")
    (shop / "checkpoints" / f"{'9' * 12}.txt").write_bytes(CANARY.encode("latin-1"))
    return [
        *(_check(replace(proof, checkpoint=note)) for note in notes),
        *(
            _check(replace(proof, checkpoint=_STRANGER.note(head)), "--policy", trusted)
            for head in heads
        ),
        _against(shop, CANARY),
        call("log", "proof", str(_POSITION)),
        call("log", "export", "{shop}/tiles"),
        call("log", "stamp", f"https://{ASCII_CANARY}.example"),
    ]


def _key_malformed(shop: Path) -> list[Call]:
    proof = _proof(shop)
    bundle(shop)
    key, witness = _STRANGER.key.vkey(), _WITNESS.key.vkey()
    policies = [
        CANARY,
        f"{CANARY}\n",
        f"{CANARY}\x07\n",
        f"# {CANARY}\n",
        f"log {CANARY}\nquorum none\n",
        f"log {CANARY}+{CANARY}+{CANARY}\nquorum none\n",
        f"log {CANARY}+00000000+{encoded(b'{' + bytes(32))}\nquorum none\n",
        f"log {key.replace(CANARY, ASCII_CANARY)}\nquorum none\n",
        f"log {key}\nlog {key}\nquorum none\n",
        f"log {witness}\nquorum none\n",
        f"witness {CANARY} {key}\nquorum none\n",
        f"witness {CANARY} {witness}\nwitness {CANARY} {witness}\n",
        f"group {CANARY} any {ASCII_CANARY}\n",
        f"witness {CANARY} {witness}\ngroup {ASCII_CANARY} {CANARY} {CANARY}\n",
        f"quorum {CANARY}\n",
        f"quorum none {CANARY}\n",
    ]
    names = [_put(shop, f"policy-{at}", text) for at, text in enumerate(policies, 1)]
    _put(shop, "checkpoints/policy", f"log {CANARY}\n")
    (shop / "not-utf8").write_bytes(CANARY.encode("latin-1"))
    return [
        call("log", "verify", "--policy", "{shop}/not-utf8"),
        *(call("log", "verify", "--policy", name) for name in names),
        _check(proof, "--policy", names[-1]),
        call("log", "bundle", "--verify", "{shop}/audit.zip", "--policy", names[-1]),
        _check(proof),
        call("log", "verify"),
        call("log", "bundle", "-o", "{shop}/audit.zip"),
    ]


def _signature_missing(shop: Path) -> list[Call]:
    proof = _proof(shop)
    bundle(shop)
    policy = (shop / "checkpoints" / "policy").read_text(encoding="utf-8")
    head = _STRANGER.note(f"{CANARY}\n{_POSITION}\n{_ROOT}\n")
    cosigned = policy.replace("quorum", f"witness {CANARY} {_WITNESS.key.vkey()}\nquorum")
    witnessed = _put(shop, "witnessed", cosigned.replace("none", CANARY))
    keyless = f"{shop}-2"
    shutil.copytree(shop, keyless)
    shutil.rmtree(f"{keyless}/vault")
    Path(keyless, "checkpoints", "policy").unlink()
    _put(shop, "checkpoints/policy", f"log {_STRANGER.key.vkey()}\n{policy}")
    return [
        _check(proof, "--policy", _trusting(shop)),
        _check(replace(proof, checkpoint=head)),
        _check(replace(proof, checkpoint=_WITNESS.note(f"{CANARY}\n"))),
        _check(proof, "--policy", witnessed),
        _against(shop, head),
        call("-r", "{shop}-2", "log", "verify"),
    ]


def _signature_wrong(shop: Path) -> list[Call]:
    proof = _proof(shop)
    bundle(shop)
    body, _, line = proof.checkpoint.rpartition("\n\n")
    forged = f"{CANARY}\n1\n{_ROOT}\n"
    value = encoded(_STRANGER.key.id + CANARY.encode())
    notes = [f"{body}\n{CANARY}\n\n{line}", f"{forged}\n{line}"]
    return [
        *(_check(replace(proof, checkpoint=note)) for note in notes),
        _check(
            replace(proof, checkpoint=f"{forged}\n\N{EM DASH} {CANARY} {value}\n"),
            "--policy",
            _trusting(shop),
        ),
        _against(shop, notes[-1]),
    ]


def _proof_malformed(shop: Path) -> list[Call]:
    proof = _proof(shop)
    text = proof.text()
    first, index, *_ = text.split("\n")
    spoilt = [
        CANARY,
        text.replace(first, CANARY),
        text.replace(index, f"index {CANARY}"),
        text.replace(index, CANARY),
        text.replace(index, f"{index}\n{CANARY}"),
        text.replace(index, f"{index}\n{encoded(CANARY.encode())}"),
        text.replace(index, f"extra {CANARY}\n{index}"),
        text.replace(index, index + f"\n{CANARY}" * 64),
        text.replace("\n\n", "\n"),
        CANARY * 20_000,
    ]
    head = "extra " + encoded(CANARY.encode())
    return [
        *(_check(one.encode()) for one in spoilt),
        _check(CANARY.encode("utf-16")),
        _check(text.replace(index, f"{head}\nindex 99").encode()),
        _check(replace(proof, hashes=proof.hashes[1:], extra=CANARY.encode())),
        _check(replace(proof, hashes=(*proof.hashes, _DIGEST), extra=CANARY.encode())),
    ]


def _proof_wrong(shop: Path) -> list[Call]:
    proof = _proof(shop)
    text = _put(shop, "proof", proof.text())
    event = (shop / "event.json").read_bytes()
    return [
        call("log", "check-proof", text, "-", stdin=CANARY.encode()),
        call("log", "check-proof", text, "-", stdin=event + CANARY.encode()),
        _check(replace(proof, index=_POSITION, extra=CANARY.encode())),
        _check(replace(proof, hashes=(_DIGEST, *proof.hashes[1:]))),
    ]


def _log_forked(shop: Path) -> list[Call]:
    """Bring an older copy back after more was signed, go on from it, and take an event out."""
    with closing(sqlite3.connect(shop / "log.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    older, forked, gap = (
        shop.with_name(f"{shop.name}-{what}") for what in ("older", "fork", "gap")
    )
    shutil.copytree(shop, older)
    grow(shop)
    sign(shop)
    shutil.copytree(shop, gap)
    for part in ("vault", "checkpoints"):
        shutil.rmtree(older / part)
        shutil.copytree(shop / part, older / part)
    shutil.copytree(older, forked)
    grow(forked)
    with attack(gap) as attacker:
        attacker.drop(_POSITION + 1)
    calls = []
    for other in (older, forked, gap):
        calls.append(call("-r", str(other), "log", "proof", str(_POSITION)))
        calls.append(call("-r", str(other), "log", "export", f"{other}/tiles"))
    for other in (older, forked):
        calls.append(call("-r", str(other), "log", "checkpoint"))
        calls.append(call("-r", str(other), "log", "bundle", "-o", f"{other}/audit.zip"))
    return calls


CASES: Mapping[Code, Case] = MappingProxyType(
    {
        Code.NOTE_MALFORMED: _note_malformed,
        Code.KEY_MALFORMED: _key_malformed,
        Code.SIGNATURE_MISSING: _signature_missing,
        Code.SIGNATURE_WRONG: _signature_wrong,
        Code.PROOF_MALFORMED: _proof_malformed,
        Code.PROOF_WRONG: _proof_wrong,
        Code.LOG_FORKED: _log_forked,
    }
)
