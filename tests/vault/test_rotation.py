import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ropa.kernel.categories import Category
from ropa.kernel.opening import Damaged, NotPermitted, Values
from ropa.kernel.problem import Code, Problem
from ropa.vault import Kind, Vault, root_key
from ropa.vault.keys import unwrap, wrap
from tests.vault.house import ERASED, REGISTER, House, Sealed
from tests.vault.test_erasing import doomed, suppress
from tests.vault.test_secrecy import found_in

NAME = {Category.CONTACT_NAME: "Åsa Öberg"}
ASA = "6f0c2f64-6f5c-4f0e-9a43-0d6d0a1f7c55"
MAIL = "asa@example.org"
NEW = b"n" * 32


def reopened(house: House) -> Vault:
    return Vault.open(house.directory, REGISTER, root_key(house.directory, {}))


def filled(vault: Vault, count: int = 5) -> list[Sealed]:
    sealed = [
        House.seal(vault, NAME, activity=activity)
        for activity in ("contract", "marketing")
        for _ in range(count)
    ]
    with vault.sealing() as session:
        session.lookup(ASA, "contract", "", Kind.EMAIL, MAIL)
    return sealed


def wrapped(vault: Vault) -> set[bytes]:
    execute = vault._store.execute
    found = execute("SELECT wrapped FROM data_keys WHERE activity = 'contract'")
    found += execute("SELECT wrapped FROM activity_keys")
    found += execute("SELECT value FROM meta WHERE name GLOB '*_key' AND name <> 'public_key'")
    return {one for (one,) in found}


def refused(code: Code, act: object, *given: object) -> None:
    assert callable(act)
    with pytest.raises(Problem) as raised:
        act(*given)
    assert raised.value.code is code


# Renewed keys.


def test_a_renewed_pair_is_sealed_by_a_new_key_and_the_old_one_still_opens(vault: Vault) -> None:
    place = {"owner": ASA, "activity": "contract", "source": "webshop", "event": "1"}
    old = House.seal(vault, NAME, owner=ASA)
    with vault.sealing() as session:
        before = Sealed(*session.seal(**place, bucket="", values=NAME), place)
        session.renew(ASA, "contract", "")
        after = Sealed(*session.seal(**place, bucket="", values=NAME), place)
        session.lookup(ASA, "contract", "", Kind.EMAIL, MAIL)
    assert before.box.key == old.box.key != after.box.key
    for _ in range(2):
        assert House.seal(vault, NAME, owner=ASA).box.key == after.box.key
        assert all(one.opened_by(vault) == Values(NAME) for one in (old, before, after))
        vault._keys.drop()
    with vault.erasing() as erasing:
        erasing.destroy([doomed(old)], ERASED)
    assert (old.opened_by(vault), after.opened_by(vault)) == (ERASED, Values(NAME))
    assert House.seal(vault, NAME, owner=ASA).box.key == after.box.key
    assert vault.find(Kind.EMAIL, MAIL) == {ASA}


def test_a_pair_can_be_renewed_in_the_session_that_made_its_key(vault: Vault) -> None:
    place = {"owner": ASA, "activity": "contract", "source": "webshop", "event": "1"}
    with vault.sealing() as session:
        first = Sealed(*session.seal(**place, bucket="", values=NAME), place)
        session.renew(ASA, "contract", "")
        second = Sealed(*session.seal(**place, bucket="", values=NAME), place)
    vault._keys.drop()
    assert first.opened_by(vault) == second.opened_by(vault) == Values(NAME)
    assert House.seal(vault, NAME, owner=ASA).box.key == second.box.key
    assert vault._store.execute("SELECT version FROM data_keys ORDER BY id") == [(1,), (2,)]


# An activity's key.


def test_whoever_had_the_old_key_of_an_activity_opens_nothing_more(
    house: House, vault: Vault
) -> None:
    sealed = filled(vault)
    old = vault.export_activity_key("contract")
    bytes_of_old = wrapped(vault)
    with house.reader(contract=old) as reader:
        assert sealed[0].opened_by(reader) == Values(NAME)
        vault.rotate_activity("contract")
        assert sealed[0].opened_by(reader) == NotPermitted()
    refused(Code.ROOT_KEY_WRONG, lambda: house.reader(contract=old))
    new = vault.export_activity_key("contract")
    with house.reader(contract=new) as reader:
        assert all(one.opened_by(reader) == Values(NAME) for one in sealed[:5])
    assert all(one.opened_by(vault) == Values(NAME) for one in sealed)
    assert vault.find(Kind.EMAIL, MAIL) == {ASA}
    vault.close()
    gone = {one for one in bytes_of_old if unwrap(old, one)}
    assert len(gone) == 6
    assert found_in(house.directory, gone) == []


def test_an_activitys_key_is_changed_in_pages_and_often(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ropa.vault.rotation._PAGE", 2)
    sealed = filled(vault)
    for _ in range(3):
        vault.rotate_activity("contract")
        sealed.append(House.seal(vault, NAME))
        assert all(one.opened_by(vault) == Values(NAME) for one in sealed)
    ((count,),) = vault._store.execute("SELECT count(*) FROM activity_keys")
    assert count == 2


def test_no_row_grows_by_a_change_of_an_activitys_key(vault: Vault) -> None:
    # A row that grows may be moved, and a copy of its key be left behind.
    filled(vault, count=200)
    vault.truncate()

    def cells() -> list[tuple[int, int]]:
        return vault._store.execute("SELECT id, generation FROM data_keys")

    assert all(2 <= generation < 128 for _, generation in cells())
    vault.rotate_activity("contract")
    assert all(2 <= generation < 128 for _, generation in cells())


def test_what_is_damaged_stays_so_and_what_is_destroyed_too(vault: Vault, house: House) -> None:
    sealed = filled(vault)
    house.destroy(sealed[0].box.key)
    vault._store.execute(
        "UPDATE data_keys SET wrapped = zeroblob(40) WHERE key_id = ?", sealed[1].box.key
    )
    vault.rotate_activity("contract")
    found = [one.opened_by(vault) for one in sealed[:3]]
    assert found == [ERASED, Damaged(), Values(NAME)]


def test_an_activity_without_a_key_has_none_to_change(vault: Vault) -> None:
    refused(Code.NOT_FOUND, vault.rotate_activity, "contract")


def test_a_damaged_key_of_an_activity_is_not_left_behind(vault: Vault) -> None:
    filled(vault)
    vault._store.execute("UPDATE activity_keys SET wrapped = zeroblob(40)")
    refused(Code.VAULT_DAMAGED, vault.rotate_activity, "contract")
    assert vault._store.execute("SELECT DISTINCT generation FROM activity_keys") == [(2,)]


# The root key.


def test_all_opens_with_a_new_root_key_and_nothing_with_the_old_one(house: House) -> None:
    with house.open() as vault:
        sealed = filled(vault)
        suppress(vault, Kind.EMAIL, MAIL, "marketing", ERASED.on)
        signature, digest = vault.sign(b"text"), vault.content_digest(b"text")
        bytes_of_old = {one for one in wrapped(vault) if unwrap(house.root, one)}
        assert len(bytes_of_old) == 2 + 4
        vault.rotate_root()
        assert all(one.opened_by(vault) == Values(NAME) for one in sealed)
        sealed.append(House.seal(vault, NAME, activity="another"))
    assert found_in(house.directory, bytes_of_old) == []
    assert root_key(house.directory, {}) != house.root
    assert stat.S_IMODE((house.directory / "root.key").stat().st_mode) == 0o600
    assert not (house.directory / "root.key.new").exists()
    refused(Code.ROOT_KEY_WRONG, house.open)
    with reopened(house) as vault:
        assert all(one.opened_by(vault) == Values(NAME) for one in sealed)
        assert vault.find(Kind.EMAIL, MAIL) == {ASA}
        assert vault.suppressed(Kind.EMAIL, MAIL) == {"marketing": ERASED.on}
        assert (vault.sign(b"text"), vault.content_digest(b"text")) == (signature, digest)


def test_a_root_key_that_is_kept_elsewhere_is_never_written_down(tmp_path: Path) -> None:
    directory, old = tmp_path / "vault", b"r" * 32
    Vault.create(directory, REGISTER, old)
    with Vault.open(directory, REGISTER, old) as vault:
        sealed = filled(vault)
        vault.rotate_root(NEW)
    refused(Code.ROOT_KEY_WRONG, Vault.open, directory, REGISTER, old)
    with Vault.open(directory, REGISTER, NEW) as vault:
        assert all(one.opened_by(vault) == Values(NAME) for one in sealed)
        refused(Code.USAGE, vault.rotate_root, NEW)
    assert {path.name for path in directory.iterdir()} == {"keys.db", ".nobackup"}


def test_whoever_still_holds_the_old_root_key_neither_seals_nor_opens(house: House) -> None:
    with house.open() as vault, house.open() as late:
        (sealed, *_) = filled(vault)
        assert sealed.opened_by(late) == Values(NAME)
        vault.rotate_root()
        for _ in range(2):
            refused(Code.ROOT_KEY_WRONG, House.seal, late, NAME)
            refused(Code.ROOT_KEY_WRONG, sealed.opened_by, late)
            refused(Code.ROOT_KEY_WRONG, late.rotate_root)
            refused(Code.ROOT_KEY_WRONG, late.rotate_activity, "contract")
        assert not (house.directory / "root.key.new").exists()
        assert House.seal(vault, NAME).opened_by(vault) == Values(NAME)


def test_a_reader_with_an_activitys_key_goes_on(house: House, vault: Vault) -> None:
    (sealed, *_) = filled(vault)
    with house.reader(contract=vault.export_activity_key("contract")) as reader:
        vault.rotate_root()
        assert sealed.opened_by(reader) == Values(NAME)


@pytest.mark.parametrize("content", [b"", b"7f" * 32, b"nonsense"])
def test_a_new_key_that_opens_nothing_is_left_out(house: House, content: bytes) -> None:
    path = house.directory / "root.key.new"
    path.write_bytes(content)
    path.chmod(0o600)
    with reopened(house) as vault:
        (sealed, *_) = filled(vault)
    assert root_key(house.directory, {}) == house.root
    with reopened(house) as vault:
        vault.rotate_root()
    assert not path.exists()
    with reopened(house) as vault:
        assert sealed.opened_by(vault) == Values(NAME)


def test_another_root_key_is_no_reason_to_take_the_new_one(house: House) -> None:
    path = house.directory / "root.key.new"
    path.write_text(house.root.hex())
    path.chmod(0o600)
    refused(Code.ROOT_KEY_WRONG, Vault.open, house.directory, REGISTER, NEW)
    assert path.exists()


def test_a_vault_that_is_read_elsewhere_is_told_as_busy_and_is_changed(
    house: House, vault: Vault
) -> None:
    sealed = filled(vault)
    other = sqlite3.connect(house.directory / "keys.db", isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM data_keys").fetchall()
    refused(Code.LOG_BUSY, vault.rotate_root)
    refused(Code.LOG_BUSY, vault.rotate_activity, "contract")
    other.close()
    vault.rotate_activity("contract")
    with reopened(house) as again:
        assert all(one.opened_by(again) == Values(NAME) for one in sealed)


# Killed at every boundary.

KILLED = """
import os, signal, sys
from pathlib import Path
from ropa.vault import Vault, rotation, root_key
from ropa.vault.store import Store
directory, register, act, left = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
rotation._PAGE = 2

def killed_before(owner, name):
    real = getattr(owner, name)
    def step(*given, **named):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return real(*given, **named)
    setattr(owner, name, step)

vault = Vault.open(directory, register, root_key(directory, {}))
for owner, name in ((Store, "commit"), (Store, "truncate"), (Store, "execute_many"),
                    (os, "fsync"), (os, "replace")):
    killed_before(owner, name)
vault.rotate_root() if act == "root" else vault.rotate_activity(act)
"""


def killed(house: House, act: str, step: int) -> bool:
    code = subprocess.run(
        [sys.executable, "-c", KILLED, str(house.directory), REGISTER, act, str(step)], check=False
    ).returncode
    assert code in {0, -signal.SIGKILL}
    return code != 0


@pytest.mark.parametrize("act", ["root", "contract"])
def test_a_change_that_is_killed_at_any_step_leaves_all_that_it_found(
    house: House, act: str
) -> None:
    with house.open() as vault:
        sealed = filled(vault, count=3)
        first = vault.export_activity_key("contract")
    step = 0
    while killed(house, act, step):
        step += 1
        with reopened(house) as vault:
            assert all(one.opened_by(vault) == Values(NAME) for one in sealed)
            assert vault.find(Kind.EMAIL, MAIL) == {ASA}
            sealed.append(House.seal(vault, NAME, activity="marketing"))
    assert step >= 8
    assert not (house.directory / "root.key.new").exists()
    with reopened(house) as vault:
        assert all(one.opened_by(vault) == Values(NAME) for one in sealed)
        assert (vault.export_activity_key("contract") == first) == (act == "root")
        rows = vault._store.execute("SELECT wrapped FROM data_keys WHERE activity = 'contract'")
        assert all((unwrap(first, row) is None) == (act != "root") for (row,) in rows)
        ((count,),) = vault._store.execute("SELECT count(*) FROM activity_keys")
        assert count == 2


def test_a_key_in_place_before_it_counts_does_not_count(house: House) -> None:
    # As the disk stands between the commit and the renaming.
    with house.open() as vault:
        (sealed, *_) = filled(vault)
        for name, value in vault._store.execute("SELECT name, value FROM meta"):
            if name.endswith("_key") and name != "public_key":
                key = unwrap(house.root, value)
                assert key
                vault._store.execute(
                    "UPDATE meta SET value = ? WHERE name = ?", wrap(NEW, key), name
                )
        held = vault._keys.of_activity("contract")
        assert held
        vault._store.execute(
            "UPDATE activity_keys SET wrapped = ? WHERE activity = 'contract'", wrap(NEW, held[1])
        )
    path = house.directory / "root.key.new"
    path.write_text(NEW.hex())
    path.chmod(0o644)
    refused(Code.ROOT_KEY_WRONG, reopened, house)
    path.chmod(0o600)
    with reopened(house) as vault:
        assert sealed.opened_by(vault) == Values(NAME)
    assert root_key(house.directory, {}) == NEW
    assert not path.exists()
    assert os.access(house.directory / "root.key", os.R_OK)
