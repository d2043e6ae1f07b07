"""Erasing on a bad day: a full disk, a wrong vault, a wrong clock, others at work, hasty people."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from ropa.app import Register
from ropa.app.forgetting import Asked
from ropa.domain.person.events import MergeGround, PersonMerged, PersonParted
from ropa.domain.person.forgetting import ErasureCompleted, ErasureDecided
from ropa.kernel.opening import Erased, Values
from ropa.kernel.problem import Code, Problem
from tests.app.shop import NOW, customer, founded, lines, numbered
from tests.app.test_erasing import anna, answers, erase, events_of, fact, held_open, objection, tell
from tests.cli.running import ROPA, environ, ropa
from tests.e2e.residue import bytes_of, left_of, secrets, split
from tests.e2e.test_disk_full import fill


def peopled(shop: Path) -> tuple[str, set[bytes]]:
    """Let Anna and Bo be customers; give Anna, and the bytes that go with her."""
    founded(shop)
    with Register.open(shop, clock=lambda: NOW) as register:
        anna(register, "K-2")
        person = anna(register)
        tell(register, objection(person))
        (plan,) = register.preview_erasure(Asked(person))
        register.rows()
        register.checkpoint()
    units = {(person, unit.activity, unit.bucket) for unit in plan.erased()}
    return person, split(secrets(shop), units)[0]


def is_erased(shop: Path, person: str, gone: set[bytes]) -> None:
    """Make sure that it is done, once and whole."""
    with Register.open(shop) as register:
        (decided,) = events_of(register, ErasureDecided)
        (completed,) = events_of(register, ErasureCompleted)
        assert completed.data.decision == decided.position
        for (_, activity), answer in answers(register, person).items():
            assert isinstance(answer, Values if activity == "bookkeeping" else Erased)
        assert left_of(gone, bytes_of(shop)) == set()
        assert list(register.check_views()) == []
        register.checkpoint()
        assert register.proving.verify().state == "sound"


def is_untouched(shop: Path, person: str, gone: set[bytes]) -> None:
    """Make sure that nothing was decided."""
    with Register.open(shop) as register:
        assert events_of(register, ErasureDecided) == []
        assert {type(one) for one in answers(register, person).values()} == {Values}
        assert left_of(gone, bytes_of(shop)) == gone


# Others at work.


def test_several_processes_erase_at_once(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    person, gone = peopled(shop)
    call = list(map(str, (ROPA, "-r", shop, "person", "erase", person, "--yes")))
    ran = [
        subprocess.Popen(call, env=environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    told = [one.communicate(timeout=120)[1].decode() for one in ran]
    decided = [text for text in told if "decided at position" in text]
    assert len(decided) == 1
    refused = [text for text in told if text.rstrip().endswith("[already-done]")]
    assert len(refused) == len(told) - 1
    is_erased(shop, person, gone)


@pytest.mark.parametrize("number", [3_000, pytest.param(50_000, marks=pytest.mark.soak)])
def test_erasing_while_many_lines_are_appended(tmp_path: Path, number: int) -> None:
    shop = tmp_path / "shop"
    person, gone = peopled(shop)
    feed = tmp_path / "feed.ndjson"
    feed.write_bytes(
        lines(
            *(
                event
                for one in range(number // 3)
                for event in customer(f"KUND{one:06}", name=f"Namn {one}", email=f"{one}@e.example")
            )
        )
    )
    with subprocess.Popen(
        [ROPA, "-r", shop, "append", feed],
        env=environ(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as appending:
        ran = ropa("-r", shop, "person", "erase", person, "--yes")
        assert ran.code in {0, 5}, ran.told
        _, told = appending.communicate(timeout=300)
    assert appending.returncode == 0, told
    is_erased(shop, person, gone)


@contextmanager
def reading(shop: Path, file: str) -> Iterator[None]:
    """Read a file of the register and not come to an end, as a long report of others does."""
    with closing(sqlite3.connect(shop / file)) as db:
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM meta").fetchone()
        yield


@pytest.mark.parametrize("file", ["log.db", "vault/keys.db"])
def test_a_reader_makes_it_pending_and_that_is_told_until_it_is_done(
    tmp_path: Path, file: str
) -> None:
    shop = tmp_path / "shop"
    person, gone = peopled(shop)
    report = ("report", "access", "--person", person, "--language", "en", "-f", "html")
    with reading(shop, file):
        ropa("-r", shop, "person", "erase", person, "--yes").refused(Code.ERASURE_PENDING)
        with Register.open(shop) as register:
            assert events_of(register, ErasureCompleted) == []
        certificate = ropa("-r", shop, "retention", "certificate", "--language", "en").done()
        assert "not completed yet" in ropa("-r", shop, *report).done().text
        ropa("-r", shop, "replay", "--check").done()
    is_erased(shop, person, gone)
    attested = ropa("-r", shop, "retention", "certificate", "--language", "en").done()
    assert attested.text != certificate.text
    assert "not completed yet" not in ropa("-r", shop, *report).done().text


# What is not as it should be.


def test_a_clock_set_back_decides_nothing_and_finishes_nothing(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    person, gone = peopled(shop)
    early = NOW - timedelta(hours=1)
    with (
        Register.open(shop, clock=lambda: early) as register,
        pytest.raises(Problem) as refused,
    ):
        erase(register, person)
    assert refused.value.code is Code.CLOCK_BEHIND
    is_untouched(shop, person, gone)
    with Register.open(shop, clock=lambda: NOW) as register, held_open(register):
        assert not erase(register, person).done
    with pytest.raises(Problem) as refused:
        Register.open(shop, clock=lambda: early)
    assert refused.value.code is Code.CLOCK_BEHIND
    is_erased(shop, person, gone)


def _without_keys(shop: Path) -> None:
    (shop / "vault/keys.db").unlink()


def _without_root(shop: Path) -> None:
    (shop / "vault/root.key").unlink()


def _of_another(shop: Path) -> None:
    Register.create(shop.parent / "other", sources={})
    shutil.rmtree(shop / "vault")
    shutil.copytree(shop.parent / "other/vault", shop / "vault")


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (_without_keys, Code.VAULT_DAMAGED),
        (_without_root, Code.ROOT_KEY_MISSING),
        (_of_another, Code.VAULT_OF_ANOTHER_REGISTER),
    ],
)
def test_without_its_keys_nothing_is_decided(
    tmp_path: Path, harm: Callable[[Path], None], code: Code
) -> None:
    shop = tmp_path / "shop"
    person, gone = peopled(shop)
    kept = shutil.copytree(shop / "vault", tmp_path / "kept")
    harm(shop)
    ropa("-r", shop, "person", "erase", person, "--yes").refused(code)
    shutil.rmtree(shop / "vault")
    shutil.copytree(kept, shop / "vault")
    shutil.rmtree(kept)
    is_untouched(shop, person, gone)


@pytest.mark.parametrize("leave", [0, 4096, 16_384, 65_536])
@pytest.mark.parametrize("pending", [False, True])
def test_a_full_disk_leaves_it_undecided_or_to_be_finished(
    disk: Path, leave: int, *, pending: bool
) -> None:
    shop = disk / "shop"
    person, gone = peopled(shop)
    if pending:
        with Register.open(shop) as register, held_open(register):
            assert not erase(register, person).done
    ballast = fill(disk, leave)
    ran = ropa("-r", shop, "person", "erase", person, "--yes")
    if ran.code:
        # The views cannot even be opened where there is no room to lock them.
        known = ("[disk-full]", "[already-done]", "[file-unreadable]")
        assert ran.told.rstrip().endswith(known), ran.told
    ballast.unlink()
    with Register.open(shop) as register:
        decided = bool(events_of(register, ErasureDecided))
    (is_erased if decided else is_untouched)(shop, person, gone)


@pytest.mark.parametrize("pending", [False, True])
def test_a_folder_that_can_only_be_read(disk: Path, *, pending: bool) -> None:
    shop = disk / "shop"
    person, gone = peopled(shop)
    if pending:
        with Register.open(shop) as register, held_open(register):
            assert not erase(register, person).done
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    ran = ropa("-r", shop, "person", "erase", person, "--yes")
    assert ran.code != 0
    assert "[internal]" not in ran.told
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    (is_erased if pending else is_untouched)(shop, person, gone)


# Records that are one person's, and are not.


def test_whoever_was_parted_is_not_erased_with_the_other(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    person, gone = peopled(shop)
    with Register.open(shop, clock=lambda: NOW) as register:
        other = register.find(numbered("K-2"))
        assert other is not None
        tell(register, fact(PersonMerged(other=other, ground=MergeGround.SAME_ACCOUNT), person))
        tell(register, fact(PersonParted(other=other), person, days=-1))
        erase(register, person)
        assert {type(one) for one in answers(register, other).values()} == {Values}
        tell(register, fact(PersonMerged(other=other, ground=MergeGround.SAME_ACCOUNT), person,
                            days=0))  # fmt: skip
        # Now they are one again: what is left of both goes.
        erase(register, person)
        assert {event.subject for event in events_of(register, ErasureDecided)} == {person, other}
        found = answers(register, other).items()
        assert {type(one) for (_, name), one in found if name != "bookkeeping"} == {Erased}
        assert list(register.check_views()) == []
    assert left_of(gone, bytes_of(shop)) == set()
