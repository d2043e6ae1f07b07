"""The checkpoint that each command leaves which records something, and where it is kept."""

import json
import shlex
import shutil
from pathlib import Path

import pytest

from ropa.app import Register
from tests.app.shop import NOW, customer, lines, sent
from tests.app.tampering import (
    CANARY,
    checkpoints,
    copied_log,
    files_of,
    grow,
    head,
    put_back,
    sign,
    sizes,
)
from tests.cli.auditing import clean, having, verify
from tests.cli.running import process, ropa

STAFF = ("staff", "register", "--role", "support", "--reason", "New", "--name", CANARY)


@pytest.fixture
def shop(shop: Path) -> Path:
    """A shop with a customer, and nothing signed."""
    with Register.open(shop, clock=lambda: NOW) as register:
        events = customer("K-1", name=CANARY, email="kanarie@exempel.example")
        register.append([register.read_event(json.dumps(event).encode()) for event in events])
    return shop


# What each command leaves.


RECORDING = (
    "person register webshop/K-2",
    "consent withdraw webshop/K-1 marketing --channel phone",
    "request receive --kind access --person webshop/K-1",
    "staff register --name Eva --role support --reason New",
    "recipient retire google-analytics --reason Over",
    "report access --person webshop/K-1",
    "person show webshop/K-1",
)
READING = (
    "activity list",
    "person find --number webshop/K-1",
    "consent list webshop/K-1",
    "report article30",
    "report history --person webshop/K-1",
    "replay",
    "check --keys",
    "log verify",
    "append - --dry-run",
    "-h",
)


@pytest.mark.parametrize("command", RECORDING)
def test_what_records_leaves_a_checkpoint(shop: Path, command: str) -> None:
    before = head(shop)
    ran = ropa("-r", shop, *shlex.split(command)).done()
    assert "warning" not in ran.told
    assert head(shop) > before
    assert sizes(shop) == [head(shop)]
    assert verify(shop, code=0)[0].startswith(f"sound: {head(shop)} event(s)")


@pytest.mark.parametrize("command", READING)
def test_what_only_reads_leaves_none(shop: Path, command: str) -> None:
    ran = ropa("-r", shop, *shlex.split(command))
    assert ran.code in {0, 1}
    assert checkpoints(shop) == {}


def test_a_new_register_is_signed_at_once(tmp_path: Path) -> None:
    ropa("init", tmp_path / "new", "--yes", "--name", "Exempelbolaget AB").done()
    assert sizes(tmp_path / "new") == [head(tmp_path / "new")]
    verify(tmp_path / "new", code=0)
    ropa("init", tmp_path / "empty", "--template", "empty").done()
    assert checkpoints(tmp_path / "empty") == {}
    assert verify(tmp_path / "empty", code=0)[0].startswith("sound: 0 event(s)")


def test_what_was_recorded_before_a_refusal_is_signed(shop: Path) -> None:
    right = [customer(f"K-1{number}", name=CANARY, email="a@b.example") for number in range(400)]
    events = [event for one in right for event in one]
    wrong = sent("person.activity-started", {"activity": "contract", "basis": "public-task"})
    before = head(shop)
    ran = ropa("-r", shop, "append", "-", stdin=lines(*events[:1_100], {**wrong, "subject": "K-1"}))
    ran.refused("basis-not-declared")
    assert head(shop) == before + 1_000
    assert sizes(shop) == [before + 1_000]
    ropa("-r", shop, "append", "-", stdin=b"{}\n").refused("missing-field")
    ropa("-r", shop, "append", "-", stdin=lines(*events[:3])).done()
    assert sizes(shop) == [before + 1_000]


def test_what_programs_appended_is_signed_on_demand(shop: Path) -> None:
    before = head(shop)
    answer = verify(shop, code=1)
    told = f"unsigned since position 1: the last {before} of {before} event(s)"
    assert answer[0].startswith(told)
    ran = ropa("-r", shop, "log", "checkpoint").done()
    assert ran.out == (shop / "checkpoints" / f"{before:012}.txt").read_bytes()
    assert ran.told == f"signed up to position {before}: {files_of(shop).signed()[0]}\n"
    verify(shop, code=0)
    for _ in range(3):
        grow(shop)
    answer = verify(shop, code=1)
    told = f"unsigned since position {before + 1}: the last 9 of {before + 9} event(s)"
    assert answer[0].startswith(told)
    assert ropa("-r", shop, "log", "checkpoint").done().out != ran.out
    assert sizes(shop) == [before, before + 9]
    assert ropa("-r", shop, "log", "checkpoint", env={"ROPA_ROOT_KEY": "7f" * 32}).code == 4


@pytest.mark.parametrize("command", [("checkpoint",), ("proof", "3")])
def test_a_note_comes_out_byte_for_byte_whatever_the_encoding(
    shop: Path, command: tuple[str, ...]
) -> None:
    """It holds a dash that not every encoding has, and that no other may stand for."""
    sign(shop)
    ran = process("-r", shop, "log", *command, env={"PYTHONIOENCODING": "latin-1"}).done()
    assert "\N{EM DASH} ropa/".encode() in ran.out
    assert ran.out == ropa("-r", shop, "log", *command).done().out


@pytest.mark.parametrize("others", [0, 2])
def test_what_is_recorded_in_a_log_that_was_rolled_back_is_not_signed(
    shop: Path, others: int
) -> None:
    older = copied_log(shop)
    grow(shop, 2)
    sign(shop)
    before = checkpoints(shop)
    put_back(shop, older)
    if others:
        grow(shop, others)
    size = head(shop)
    # The command itself goes well: what it was to record is recorded.
    ran = ropa("-r", shop, *STAFF).done()
    assert head(shop) == size + 1
    warning = having(ran.told.splitlines(), "warning: recorded; only its checkpoint failed")
    assert warning.endswith("[log-forked]")
    assert "ropa log verify" in warning
    clean(ran)
    assert checkpoints(shop) == before
    ropa("-r", shop, "log", "checkpoint").refused("log-forked")
    answer = verify(shop, code=6)
    assert answer[0].startswith("damaged: ")
    assert any(f"({files_of(shop).signed()[0]})" in line for line in answer)


def test_a_warning_does_not_hide_what_was_refused(shop: Path) -> None:
    shutil.rmtree(shop / "checkpoints")
    events = [
        event
        for number in range(400)
        for event in customer(f"K-1{number}", name=CANARY, email="a@b.example")
    ]
    wrong = sent("person.activity-started", {"activity": "contract", "basis": "public-task"})
    ran = ropa("-r", shop, "append", "-", stdin=lines(*events[:1_100], {**wrong, "subject": "K-1"}))
    assert ran.code == 1
    warning, error = ran.refused("basis-not-declared").told.splitlines()
    assert warning.startswith("warning: recorded; only its checkpoint failed")
    assert str(shop / "checkpoints") in warning
    assert error.startswith("error: ")


# The anchor.


def test_an_anchor_that_is_away_is_named_and_catches_up(shop: Path) -> None:
    settings = shop / "ropa.toml"
    settings.write_text('anchor = "../anchor"\n' + settings.read_text())
    anchor = shop / "../anchor"
    for _ in range(2):
        ran = ropa("-r", shop, *STAFF).done()
        warning = having(ran.told.splitlines(), "warning: ")
        assert f"{anchor}: " in warning
        assert warning.endswith("[file-unreadable]")
    assert len(sizes(shop)) == 2
    ropa("-r", shop, "log", "checkpoint").refused("file-unreadable")
    answer = verify(shop, code=1)
    assert answer[0].startswith("sound: ")
    assert having(answer, f"could not be looked at: {anchor}  file-unreadable: ")
    assert having(answer, "nothing kept elsewhere vouches for it: ")
    anchor.mkdir()
    assert having(verify(shop, code=1), f"could not be looked at: {anchor}  not-found: ")
    ropa("-r", shop, "log", "checkpoint").done()
    answer = verify(shop, code=0)
    assert having(answer, f"what is kept elsewhere holds up to position {head(shop)}")
    assert having(answer, "4 checkpoint(s) held against the log")
