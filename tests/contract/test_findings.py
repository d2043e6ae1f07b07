"""What is told of a log or a bundle that does not hold: nothing of what came in is in it."""

import json
from pathlib import Path
from typing import Any

import pytest

from ropa.log.tree import leaf_hash
from ropa.proofs.note import encoded
from ropa.proofs.tiles import entry_bundles, read_bundle
from tests.cli.running import ropa
from tests.contract.cases.bundling import files_of, listed, pack
from tests.contract.world import CANARY, bundle, leaks, registered, sign
from tests.proofs.attacker import attack
from tests.proofs.authority import Authority
from tests.proofs.signer import Signer

_TEXT = CANARY.encode()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return registered(tmp_path / "shop")


def _told(*arguments: object, stdin: bytes = b"") -> Any:
    """Have something looked at that does not hold, in each form."""
    text, found = (ropa(*arguments, *form, stdin=stdin) for form in ((), ("--json",)))
    for ran in (text, found):
        assert ran.code == 6, ran.told
        assert not leaks(ran)
    return json.loads(found.out)


def test_what_is_told_of_a_log_echoes_nothing(shop: Path) -> None:
    note = sign(shop)
    signed = shop / "checkpoints"
    next(signed.glob("*.txt")).with_suffix(".tsr").write_bytes(_TEXT)
    kept = [
        CANARY,
        Signer(CANARY).note(f"{CANARY}\n5\n{encoded(bytes(32))}\n"),
        f"{CANARY}\n{note}",
    ]
    for size, text in enumerate(kept, 1):
        (signed / f"{size:012}.txt").write_text(text, encoding="utf-8")
    with attack(shop) as attacker:
        attacker.edit(5, **{CANARY: CANARY})
        attacker.edit(6, type=CANARY, stream=CANARY, subject=CANARY, recorded_at=CANARY)
        attacker.put(7, type=CANARY, stream=CANARY, subject=CANARY)
        attacker.put(8, state=_TEXT)
        attacker.db.execute("UPDATE boxes SET box = ?", (_TEXT,))

    authority = Authority(shop / "authority").root
    told = _told("-r", shop, "log", "verify", "--authority", "-", stdin=authority)

    kinds = {one["kind"] for one in told["log"]["findings"]}
    assert kinds == {"leaf", "unreadable", "column", "box-altered", "checkpoint"}
    assert [one["code"] for one in told["refused"]] == [
        "note-malformed",
        "signature-missing",
        "signature-wrong",
        "timestamp-malformed",
    ]


def test_what_is_told_of_a_bundle_echoes_nothing(shop: Path) -> None:
    made = bundle(shop)
    whole = files_of(made)
    kinds = set()
    for files in (_entries(whole), _tree(whole), _others(whole)):
        pack(made, whole | files)
        kinds |= _kinds(made)
    record = {"position": 9, "activity": CANARY, "key": CANARY, "sha256": CANARY, "erased": None}
    records = b"[\n%s\n]\n" % json.dumps(record, ensure_ascii=False).encode()
    for name, content in (_others(whole) | {"absent.json": records}).items():
        pack(made, whole)
        listed(name, content)(made)
        kinds |= _kinds(made)
    assert kinds == {
        "absent",
        "checkpoint",
        "entry",
        "file",
        "paper",
        "proof",
        "signature",
        "version",
    }


def _kinds(made: Path) -> set[str]:
    told = _told("log", "bundle", "--verify", made)
    return {one["kind"] for one in told["findings"]}


def _entries(whole: dict[str, bytes]) -> dict[str, bytes]:
    """Give other entries."""
    (name,) = (name for name in whole if name.startswith("tile/entries/"))
    size = int(name.rpartition("/")[2])
    states = read_bundle(whole[name], size)
    changes = ({"type": CANARY}, {"stream": CANARY}, {"version": 99}, {"recorded_at": CANARY})
    for at, change in enumerate(changes):
        event = json.loads(states[at]) | change | {CANARY: CANARY}
        states[at] = json.dumps(event, ensure_ascii=False).encode()
    return dict(entry_bundles(states, size))


def _tree(whole: dict[str, bytes]) -> dict[str, bytes]:
    """Give other entries, and the tree over them."""
    entries = _entries(whole)
    ((name, bundled),) = entries.items()
    states = read_bundle(bundled, int(name.rpartition("/")[2]))
    return entries | {name.replace("entries", "0"): b"".join(map(leaf_hash, states))}


def _others(whole: dict[str, bytes]) -> dict[str, bytes]:
    """Give the canary for each file without which a bundle is still one."""
    needed = ("tile/", "manifest", "policy", "absent.json")
    return {name: _TEXT for name in whole if not name.startswith(needed)}
