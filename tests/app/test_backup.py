"""Copies of a register, and the gate on the way back: what was erased since is erased again."""

import resource
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given

from ropa.app import Register
from ropa.app.backup import back_up, back_up_keys
from ropa.app.forgetting import Asked as Erasure
from ropa.app.journal import Journal, read
from ropa.app.restoring import Asked, Restored, restore
from ropa.domain.controller.events import LogRestored
from ropa.domain.person.forgetting import HoldEnd, HoldGround, HoldLifted, HoldPlaced
from ropa.kernel.fact import Fact
from ropa.kernel.opening import Erased
from ropa.kernel.problem import Code
from ropa.proofs.verdict import State
from ropa.vault import Kind
from tests.app.shop import NOW, append, customer, numbered, sent, stored
from tests.app.tampering import code_of, put_back
from tests.app.test_checkpoints import set_anchor
from tests.cli.running import ropa
from tests.given import Told
from tests.properties.test_views import QUIETLY, everything, histories
from tests.properties.trial import Trial, facts_of, shop_policies

EMAIL = "anna@exempel.example"


class Shop(NamedTuple):
    """A register, copies of it, and who was erased since they were made."""

    live: Path
    log: Path
    keys: Path
    person: str
    secrets: tuple[bytes, ...]
    """The person's boxes, wrapped keys and lookups before the erasure."""

    @property
    def vault(self) -> Path:
        return self.live / "vault"

    @property
    def journal(self) -> Path:
        return self.live / "erasures.ndjson"

    def restored(self, **changes: Any) -> Restored:
        """Restore; both copies, unless it is said otherwise."""
        asked = Asked(self.log, self.to, self.keys)._replace(**changes)
        return restore(asked, actor="officer", clock=lambda: NOW)

    @property
    def to(self) -> Path:
        return self.live.with_name("restored")


def opened(folder: Path) -> Register:
    return Register.open(folder, clock=lambda: NOW)


def secrets_of(live: Path, person: str) -> tuple[bytes, ...]:
    with closing(sqlite3.connect(live / "log.db")) as db:
        boxes = db.execute(
            "SELECT box FROM boxes WHERE id >> 10 IN"
            " (SELECT position FROM events WHERE subject = ? AND stream LIKE 'person/%')",
            (person,),
        ).fetchall()
    with closing(sqlite3.connect(live / "vault" / "keys.db")) as db:
        keys = db.execute(
            "SELECT wrapped FROM data_keys WHERE owner = ? UNION SELECT digest FROM lookups"
            " JOIN data_keys ON data_keys.id = lookups.key WHERE owner = ?",
            (person, person),
        ).fetchall()
    return tuple(found for (found,) in (*boxes, *keys))


def found_in(folder: Path, secrets: tuple[bytes, ...]) -> list[str]:
    """Give the files of a folder that hold one of the secrets."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file()
        for content in [path.read_bytes()]
        if any(secret in content for secret in secrets)
    )


@pytest.fixture
def old(shop: Path, tmp_path: Path) -> Shop:
    """A register whose copies are older than the erasure of Anna, who had objected."""
    with opened(shop) as register:
        append(register, customer("K-1", name="Anna", email=EMAIL))
        append(register, customer("K-2", name="Bo", email="bo@exempel.example"))
        objected = {"activity": "marketing", "channel": "e-mail"}
        append(register, [sent("person.objected", objected, id="o", subject="K-1")])
        register.checkpoint()
        person = register.find(numbered("K-1"))
    assert person is not None
    back_up(shop, tmp_path / "log")
    back_up_keys(shop, tmp_path / "keys")
    secrets = secrets_of(shop, person)
    assert len(secrets) > 5
    with opened(shop) as register:
        assert register.erase(Erasure(person), actor="officer").done
        register.checkpoint()
    return Shop(shop, tmp_path / "log", tmp_path / "keys", person, secrets)


def is_erased(shop: Shop) -> bool:
    """Tell whether the restored register is whole, and says what was erased, and holds nothing."""
    with opened(shop.to) as register:
        assert register.find_by(Kind.EMAIL, EMAIL) == ()
        assert register.find_by(Kind.EMAIL, "bo@exempel.example") != ()
        assert list(register.check_views()) == []
        assert register.checkpoint().checkpoint.size == register.head
        with register.asking(person=shop.person) as sources:
            kept = [
                sources.open(event, activity)
                for event in sources.events(shop.person)
                if event.stream.startswith("person/")
                for activity in event.sealed
            ]
    paper = ropa("-r", shop.to, "report", "access", "--person", shop.person, "-l", "en").done()
    assert "Erased on" in paper.text
    assert found_in(shop.to, shop.secrets) == []
    return bool(kept) and all(isinstance(one, Erased) for one in kept)


# The gate.


def test_the_scanner_finds_what_was_not_erased(old: Shop) -> None:
    assert found_in(old.log, old.secrets) == ["log.db"]
    assert found_in(old.keys, old.secrets) == ["keys.db"]
    assert found_in(old.live, old.secrets) == []


def test_an_old_log_with_new_keys(old: Shop) -> None:
    assert code_of(lambda: old.restored(keys=old.vault)) is Code.LOG_ROLLED_BACK
    assert not old.to.exists()
    restored = old.restored(keys=old.vault, accept_loss=True)
    assert restored.decided == 1
    assert restored.lost == 2
    with opened(old.to) as register:
        *_, last = register.events()
    assert isinstance(last.data, LogRestored)
    assert (last.data.size, last.data.lost) == (restored.size, 2)
    assert last.actor == "officer"
    assert is_erased(old)


def test_a_new_log_with_old_keys(old: Shop) -> None:
    with opened(old.live) as register:
        append(register, customer("K-3", name="Cia", email="cia@exempel.example"))
    restored = old.restored(log=old.live)
    assert (restored.decided, restored.repeated, restored.lost) == (0, 1, None)
    # Cia's keys were made after the copy: two of them, and her boxes say so.
    assert restored.unopened == 2
    assert is_erased(old)


def test_both_old_with_the_journal(old: Shop) -> None:
    journal = old.journal
    assert code_of(lambda: old.restored(journal=journal)) is Code.LOG_ROLLED_BACK
    restored = old.restored(journal=journal, accept_loss=True)
    assert (restored.decided, restored.journal) == (1, True)
    assert is_erased(old)


def test_both_old_without_the_journal_is_told(old: Shop) -> None:
    restored = old.restored()
    assert (restored.decided, restored.journal, restored.lost) == (0, False, None)
    with opened(old.to) as register:
        assert register.find_by(Kind.EMAIL, EMAIL) == (old.person,)


def test_both_new(old: Shop) -> None:
    restored = old.restored(log=old.live, keys=None)
    assert (restored.decided, restored.repeated, restored.unopened) == (0, 0, 0)
    assert is_erased(old)


@pytest.mark.parametrize("both_old", [False, True])
def test_who_objected_stays_shut_out(old: Shop, *, both_old: bool) -> None:
    """By the journal's keyed digest: the address itself is gone."""
    keys, journal = (old.keys, old.journal) if both_old else (old.vault, None)
    old.restored(keys=keys, journal=journal, accept_loss=True)
    with opened(old.to) as register:
        assert "marketing" in register._vault.suppressed(Kind.EMAIL, EMAIL)


def test_old_keys_learn_who_is_shut_out_from_the_journal(old: Shop) -> None:
    for file in old.vault.glob("keys.db*"):
        file.unlink()
    shutil.copy(old.keys / "keys.db", old.vault)
    with opened(old.live) as register:
        assert "marketing" in register._vault.suppressed(Kind.EMAIL, EMAIL)


def test_a_hold_that_was_lifted_since_does_not_keep_what_was_erased(shop: Path) -> None:
    with opened(shop) as register:
        append(register, customer("K-1", name="Anna", email=EMAIL))
        append(register, customer("K-2", name="Bo", email="bo@exempel.example"))
        person = register.find(numbered("K-1"))
        assert person is not None
        held = HoldPlaced(activities=("contract",), ground=HoldGround.DISPUTE)
        before = NOW - timedelta(days=1)
        register.append([Fact(data=held, subject=person, source="cli", id="h", occurred_at=before)])
    log, keys = shop.with_name("log"), shop.with_name("keys")
    back_up(shop, log)
    back_up_keys(shop, keys)
    secrets = secrets_of(shop, person)
    with opened(shop) as register:
        lifted = HoldLifted(activities=("contract",), reason=HoldEnd.SETTLED)
        register.append([Fact(data=lifted, subject=person, source="cli", id="l")])
        assert register.erase(Erasure(person), actor="officer").done
    old = Shop(shop, log, keys, person, secrets)
    assert old.restored(journal=old.journal, accept_loss=True).decided == 2
    assert is_erased(old)


def test_what_is_lost_is_laid_aside_and_the_signer_goes_on(old: Shop) -> None:
    newest = max((old.live / "checkpoints").glob("*.txt"))
    shutil.copy(newest, old.log / "checkpoints")
    old.restored(keys=old.vault, accept_loss=True)
    assert [path.name for path in (old.to / "checkpoints" / "lost").iterdir()] == [newest.name]
    with opened(old.to) as register:
        register.checkpoint()
        assert register.proving.verify().state is State.SOUND
        outside = register.proving.verify(against=[newest])
    assert outside.state is State.DAMAGED


def test_a_restored_register_is_restored_again(old: Shop) -> None:
    """What was settled by one restoring is not held against the log by the next."""
    old.restored(journal=old.journal, accept_loss=True)
    with opened(old.to) as register:
        append(register, customer("K-1", name="Anna", email=EMAIL))
    again = old.to.with_name("again")
    asked = Asked(old.to, again, journal=old.journal)
    assert restore(asked, actor="officer", clock=lambda: NOW).decided == 0
    with opened(again) as register:
        assert len(register.find_by(Kind.EMAIL, EMAIL)) == 1


# The anchor.


@pytest.fixture
def anchored(shop: Path) -> Path:
    anchor = shop.with_name("anchor")
    anchor.mkdir()
    set_anchor(shop, str(anchor))
    return anchor


def test_the_anchors_journal_is_read_and_kept(anchored: Path, old: Shop) -> None:
    assert (anchored / "erasures.ndjson").read_bytes() == old.journal.read_bytes()
    assert code_of(old.restored) is Code.LOG_ROLLED_BACK
    assert old.restored(accept_loss=True).journal
    assert is_erased(old)
    assert len(read([anchored / "erasures.ndjson"])) == 3
    assert read([anchored / "erasures.ndjson"]) == read([old.to / "erasures.ndjson"])


def test_copies_that_were_put_back_by_hand_are_not_opened(anchored: Path, old: Shop) -> None:
    assert (anchored / "erasures.ndjson").exists()
    old.journal.unlink()
    put_back(old.live, old.log / "log.db")
    for file in old.vault.glob("keys.db*"):
        file.unlink()
    shutil.copy(old.keys / "keys.db", old.vault)
    assert code_of(lambda: opened(old.live)) is Code.LOG_ROLLED_BACK


def test_an_anchor_out_of_reach_is_caught_up_with(anchored: Path, old: Shop) -> None:
    copy = anchored / "erasures.ndjson"
    copy.unlink()
    with opened(old.live) as register:
        register.checkpoint()
    assert copy.read_bytes() == old.journal.read_bytes()


# Copies.


def test_a_copy_of_the_log_has_no_key_and_one_of_the_keys_no_log(old: Shop) -> None:
    assert {path.name for path in old.log.iterdir()} == {
        "checkpoints",
        "log.db",
        "notices",
        "ropa.toml",
    }
    assert {path.name for path in old.keys.iterdir()} == {
        ".nobackup",
        "README.txt",
        "keys.db",
        "root.key",
    }
    assert old.keys.stat().st_mode & 0o777 == 0o700
    assert all(
        (old.keys / name).stat().st_mode & 0o777 == 0o600 for name in ("keys.db", "root.key")
    )


def test_a_copy_is_of_one_state_while_others_append(shop: Path, tmp_path: Path) -> None:
    with opened(shop) as register:

        def meanwhile(_done: int, _all: int) -> None:
            append(register, customer("K-9", name="Cia", email="cia@exempel.example"))

        before = register.head
        saved = back_up(shop, tmp_path / "log", progress=meanwhile)
        assert saved.size == before < register.head


def test_nothing_is_left_of_what_failed(old: Shop, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    assert code_of(lambda: back_up(old.live, old.log)) is Code.REGISTER_EXISTS
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        assert code_of(lambda: back_up(old.live, tmp_path / "full")) is Code.DISK_FULL
        assert code_of(lambda: back_up_keys(old.live, tmp_path / "full")) is Code.DISK_FULL
        assert code_of(old.restored) is Code.DISK_FULL
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(tmp_path.iterdir()) == before


def test_what_does_not_fit_is_refused(old: Shop, tmp_path: Path) -> None:
    other = tmp_path / "other"
    Register.create(other)
    nonsense = tmp_path / "nonsense"
    nonsense.write_text('{"position":1}\n')
    before = stored(old.live)
    for code, changes in (
        (Code.NOT_A_REGISTER, {"log": old.keys}),
        (Code.VAULT_DAMAGED, {"keys": None}),
        (Code.VAULT_DAMAGED, {"keys": tmp_path / "nowhere"}),
        (Code.VAULT_OF_ANOTHER_REGISTER, {"keys": other / "vault"}),
        (Code.REGISTER_EXISTS, {"to": other}),
        (Code.MALFORMED_VALUE, {"journal": nonsense}),
        (Code.FILE_UNREADABLE, {"journal": tmp_path / "nowhere"}),
    ):
        assert code_of(partial(old.restored, **changes)) is code
    (old.keys / "root.key").unlink()
    assert code_of(old.restored) is Code.ROOT_KEY_MISSING
    with closing(sqlite3.connect(old.log / "log.db")) as db:
        db.execute("DROP TRIGGER events_are_not_changed")
        db.execute("UPDATE events SET state = CAST(replace(state, 'officer', 'offixer') AS BLOB)")
        db.commit()
    shutil.copy(old.vault / "root.key", old.keys)
    assert code_of(old.restored) is Code.LOG_DAMAGED
    assert not old.to.exists()
    assert stored(old.live) == before


# The journal.


def test_a_line_that_a_crash_cut_short_is_written_anew(old: Shop) -> None:
    (line,) = Journal(old.live).lines()
    whole = old.journal.read_bytes()
    old.journal.write_bytes(whole + whole[:40])
    journal = Journal(old.live)
    assert journal.lines() == [line]
    journal.write([line])
    assert old.journal.read_bytes() == whole * 2
    assert journal.lines() == [line]


def test_the_journal_names_nobody(old: Shop) -> None:
    text = old.journal.read_text()
    assert "Anna" not in text
    assert EMAIL not in text
    assert set(msgspec.json.decode(text)) == {
        "position",
        "leaf",
        "stream",
        "subject",
        "ground",
        "on",
        "units",
        "suppressed",
    }


# Views.


@given(told=histories)
@QUIETLY
def test_a_register_without_erasures_is_restored_the_same(
    tmp_path: Path, told: list[list[Told]]
) -> None:
    with Trial(tmp_path) as trial:
        trial.declare(shop_policies())
        for person, history in enumerate(told):
            for fact in facts_of(person, history):
                trial.tell(fact)
        live = everything(trial.register.rows())
        log, keys, to = (trial.directory.with_name(f"{trial.directory.name}-{n}") for n in range(3))
        back_up(trial.directory, log)
        back_up_keys(trial.directory, keys)
        restored = restore(Asked(log, to, keys), actor="officer")
        assert restored.size == trial.register.head
        with Register.open(to) as register:
            assert everything(register.rows()) == live
