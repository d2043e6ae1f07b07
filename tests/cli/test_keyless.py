"""What an auditor does with a copy of the register that has no vault."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ropa.app import Moment, Reading, Register
from ropa.views.people import PEOPLE
from ropa.views.registry import VIEWS
from tests.app.shop import append, customer
from tests.cli.running import ropa

PERSON = "webshop/K-1"
VERIFIED = "which `ropa log verify` verifies"
PAPERS = (
    ("report", "article30"),
    ("report", "ledger"),
    ("report", "difference", "--since-at", "5"),
    ("report", "article30", "--at", "7", "-f", "json"),
    ("check",),
    ("replay", "register"),
    ("replay", "--as-of", "2030-01-01", "people"),
    ("replay", "--at", "7", "register", "activity/contract"),
    ("replay", "--check"),
    ("replay",),
)


@pytest.fixture
def shop(shop: Path) -> Path:
    with Register.open(shop) as register:
        append(register, customer("K-1", name="Anna", email="anna@exempel.example"))
    return shop


@pytest.fixture
def copied(shop: Path) -> Path:
    copy = shop.with_name("copy")
    shutil.copytree(shop, copy, ignore=shutil.ignore_patterns("vault", "views.db*"))
    return copy


@pytest.fixture
def reading(copied: Path) -> Iterator[Reading]:
    with Reading.open(copied) as opened:
        yield opened


def unprinted(text: str) -> str:
    return re.sub(r"(?m)^(Framtaget +|      \"printed_at\": ).*$", "", text)


@pytest.mark.parametrize("call", PAPERS, ids=" ".join)
def test_what_needs_no_keys_is_the_same_without_them(
    shop: Path, copied: Path, call: tuple[str, ...]
) -> None:
    there, here = ropa("-r", shop, *call), ropa("-r", copied, *call)
    assert there.code == here.code
    assert there.code == (1 if call == ("check",) else 0)
    assert unprinted(here.text) == unprinted(there.text)
    assert here.err == there.err


def test_one_persons_history_is_asked_for_by_the_registers_own_id(
    shop: Path, copied: Path, reading: Reading
) -> None:
    ((person, _),) = reading.rows().all(PEOPLE)
    there = ropa("-r", shop, "report", "history", "--person", PERSON).done()
    here = ropa("-r", copied, "report", "history", "--person", person).done()
    assert unprinted(here.text) == unprinted(there.text)
    nobody = "0b9f6c1e-3a5d-4e0f-9c57-8d2b41a7e630"
    for unknown in (nobody, "nobody"):
        ropa("-r", copied, "report", "history", "--person", unknown).refused("unknown-subject")


@pytest.mark.parametrize(
    "call",
    [
        ("report", "history", "--person", PERSON),
        ("report", "access", "--person", PERSON),
        ("report", "access", "--nobody"),
        ("person", "show", PERSON),
        ("append", "-"),
    ],
    ids=" ".join,
)
def test_what_needs_keys_says_that_they_are_missing(copied: Path, call: tuple[str, ...]) -> None:
    ropa("-r", copied, *call).refused("root-key-missing")


def test_keys_are_swept_only_where_there_are_any(shop: Path, copied: Path) -> None:
    here = ropa("-r", copied, "check", "--keys")
    there = ropa("-r", shop, "check", "--keys")
    assert here.text == there.text
    assert "no keys swept" in here.told
    assert "0 unused key(s) swept" in there.told
    (shop / "vault" / "root.key").write_text("7f" * 32)
    ropa("-r", shop, "check", "--keys").refused("root-key-wrong")
    assert ropa("-r", shop, "check").text == there.text


def test_a_replay_tells_what_it_is_bound_to(copied: Path, reading: Reading) -> None:
    with reading.asking(Moment(at=7)) as sources:
        point = sources.as_of
    assert point.moment is not None
    moment, root = point.moment.isoformat(), point.root
    ran = ropa("-r", copied, "replay", "--at", "7").done()
    assert ran.told == f"position 7, {moment}; root {root}; under no checkpoint yet\n"
    (copied / "checkpoints" / "000000000012.txt").touch()
    for form in ((), ("--json",), ("register",), ("register", "activity/contract")):
        ran = ropa("-r", copied, "replay", "--at", "7", *form).done()
        assert ran.told == f"position 7, {moment}; root {root}; under checkpoint 12, {VERIFIED}\n"
    ran = ropa("-r", copied, "replay", "--at", "7", "--valid-at", "2024-02-01").done()
    assert f"{moment}, what had occurred by 2024-02-01; root {root}" in ran.told
    ran = ropa("-r", copied, "replay", "--at", "0").done()
    assert ran.told.startswith("position 0; root 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;")


def test_a_replay_for_machines_is_one_object(copied: Path, reading: Reading) -> None:
    with reading.asking(Moment(at=7)) as sources:
        point = sources.as_of
        counts = {view.name: sum(1 for _ in sources.rows.all(view)) for view in VIEWS}
    assert counts["register"] == 7
    found = json.loads(ropa("-r", copied, "replay", "--at", "7", "--json").done().text)
    assert list(found) == ["position", "moment", "root", "valid_at", "checkpoint", "views"]
    assert point.moment is not None
    assert found == {
        "position": 7,
        "moment": point.moment.isoformat().replace("+00:00", "Z"),
        "root": point.root,
        "valid_at": None,
        "checkpoint": None,
        "views": counts,
    }
    for size in (6, 8, 9):
        (copied / "checkpoints" / f"{size:012}.txt").touch()
    found = json.loads(ropa("-r", copied, "replay", "--at", "7", "--json").done().text)
    assert found["checkpoint"] == 8
