import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from ropa.kernel.categories import Category
from ropa.kernel.opening import Damaged, Values
from ropa.kernel.problem import Code, Problem
from ropa.vault import Vault, root_key
from ropa.vault import store as stores
from tests.vault.house import REGISTER, House

NAME = {Category.CONTACT_NAME: "Åsa Öberg"}


def refused(code: Code, act: Callable[[], object]) -> Problem:
    with pytest.raises(Problem) as raised:
        act()
    assert raised.value.code is code
    return raised.value


def altered(house: House, statement: str) -> None:
    db = sqlite3.connect(house.directory / "keys.db", isolation_level=None)
    db.execute(statement)
    db.close()


def test_a_vault_outlives_its_process(house: House) -> None:
    with house.open() as vault:
        sealed = House.seal(vault, NAME)
    with house.open() as vault:
        assert sealed.opened_by(vault) == Values(NAME)


def test_only_the_owner_may_look_into_the_directory(house: House) -> None:
    with house.open() as vault:
        House.seal(vault, NAME)
        modes = {
            path.name: stat.S_IMODE(path.stat().st_mode)
            for path in (house.directory, *house.directory.iterdir())
        }
    assert modes.pop("vault") == 0o700
    modes.pop(".nobackup")
    assert set(modes) == {"root.key", "keys.db", "keys.db-wal", "keys.db-shm"}
    assert set(modes.values()) == {0o600}


def test_the_directory_is_marked_as_not_to_be_backed_up_with_the_rest(house: House) -> None:
    assert "apart from the rest" in (house.directory / ".nobackup").read_text()


def test_a_vault_is_never_made_over_another(house: House) -> None:
    before = {path: path.read_bytes() for path in house.directory.iterdir()}
    refused(Code.REGISTER_EXISTS, lambda: Vault.create(house.directory, REGISTER))
    refused(Code.REGISTER_EXISTS, lambda: Vault.create(house.directory, REGISTER, bytes(32)))
    assert {path: path.read_bytes() for path in house.directory.iterdir()} == before


def test_a_root_key_kept_elsewhere_is_not_written_down(tmp_path: Path) -> None:
    Vault.create(tmp_path / "vault", REGISTER, b"r" * 32)
    refused(Code.ROOT_KEY_MISSING, lambda: root_key(tmp_path / "vault", {}))
    Vault.open(tmp_path / "vault", REGISTER, b"r" * 32).close()


def test_a_vault_that_cannot_be_made_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused(Code.FILE_UNREADABLE, lambda: Vault.create(tmp_path / "file" / "vault", REGISTER))


def test_another_root_key_is_refused(house: House) -> None:
    refused(Code.ROOT_KEY_WRONG, lambda: Vault.open(house.directory, REGISTER, bytes(32)))
    refused(Code.ROOT_KEY_WRONG, lambda: Vault.open(house.directory, REGISTER, b"short"))


def test_the_vault_of_another_register_is_refused(house: House) -> None:
    other = "f3a0f0f5-1f0c-4d55-8a32-53b8a60a9f0e"
    code = Code.VAULT_OF_ANOTHER_REGISTER
    refused(code, lambda: Vault.open(house.directory, other, house.root))
    refused(code, lambda: Vault.open_reader(house.directory, other, {}))


@pytest.mark.parametrize("version", [0, 2])
def test_a_vault_of_another_version_is_refused(house: House, version: int) -> None:
    altered(house, f"PRAGMA user_version = {version}")
    refused(Code.VAULT_VERSION, house.open)


@pytest.mark.parametrize("content", [b"", b"no database at all" * 300])
def test_a_file_that_is_no_vault_is_damage(house: House, content: bytes) -> None:
    (house.directory / "keys.db").write_bytes(content)
    refused(Code.VAULT_DAMAGED, house.open)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM meta WHERE name = 'register'",
        "DELETE FROM meta WHERE name = 'lookup_key'",
        "UPDATE meta SET value = zeroblob(40) WHERE name = 'lookup_key'",
        "UPDATE meta SET value = zeroblob(40) WHERE name = 'content_key'",
        "UPDATE meta SET value = 'x' WHERE name = 'content_key'",
        "DROP TABLE meta",
        "DROP TABLE activity_keys",
    ],
)
def test_a_vault_that_lost_a_part_is_damaged(house: House, statement: str) -> None:
    altered(house, statement)
    refused(Code.VAULT_DAMAGED, house.open)


def test_a_missing_file_is_damage_and_is_not_made_anew(house: House) -> None:
    (house.directory / "keys.db").unlink()
    refused(Code.VAULT_DAMAGED, house.open)
    assert not (house.directory / "keys.db").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM data_keys",
        "DELETE FROM activity_keys",
        "UPDATE data_keys SET wrapped = zeroblob(40)",
        "UPDATE data_keys SET wrapped = zeroblob(3)",
        "UPDATE data_keys SET wrapped = 'text'",
        "UPDATE data_keys SET generation = 7",
        "UPDATE activity_keys SET wrapped = zeroblob(40)",
    ],
)
def test_a_key_lost_or_altered_without_a_tombstone_is_damage(house: House, statement: str) -> None:
    with house.open() as vault:
        sealed = House.seal(vault, NAME)
    altered(house, statement)
    with house.open() as vault:
        assert sealed.opened_by(vault) == Damaged()


def test_keys_that_changed_places_open_nothing(vault: Vault, house: House) -> None:
    one, other = House.seal(vault, NAME), House.seal(vault, NAME)
    assert one.opened_by(vault) == other.opened_by(vault) == Values(NAME)
    altered(
        house,
        "WITH before AS MATERIALIZED (SELECT key_id, wrapped FROM data_keys)"
        " UPDATE data_keys SET wrapped ="
        " (SELECT wrapped FROM before WHERE before.key_id <> data_keys.key_id)",
    )
    assert one.opened_by(vault) == Damaged()
    assert other.opened_by(vault) == Damaged()


def test_nothing_is_sealed_with_a_damaged_key(house: House) -> None:
    with house.open() as vault:
        sealed = House.seal(vault, NAME)
    altered(house, "UPDATE data_keys SET wrapped = zeroblob(40)")
    with house.open() as vault:
        refused(Code.VAULT_DAMAGED, lambda: House.seal(vault, NAME, owner=sealed.place["owner"]))


def test_a_damaged_activity_key_is_not_replaced_in_silence(house: House) -> None:
    with house.open() as vault:
        House.seal(vault, NAME)
    altered(house, "UPDATE activity_keys SET wrapped = zeroblob(40)")
    with house.open() as vault:
        refused(Code.VAULT_DAMAGED, lambda: House.seal(vault, NAME))


def test_a_locked_vault_is_busy(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_BUSY_SECONDS", 0.02)
    with house.open() as vault:
        sealed = House.seal(vault, NAME)
        other = sqlite3.connect(house.directory / "keys.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        refused(Code.LOG_BUSY, lambda: House.seal(vault, NAME))
        assert sealed.opened_by(vault) == Values(NAME)
        other.close()
        House.seal(vault, NAME)


def test_a_full_disk_leaves_the_vault_as_it_was(vault: Vault) -> None:
    House.seal(vault, NAME)
    keys = set(vault.key_ids())
    pages = vault._store.execute("PRAGMA page_count")[0][0]
    vault._store.execute(f"PRAGMA max_page_count = {pages}")

    def seal_many() -> None:
        with vault.sealing() as session:
            for number in range(2_000):
                session.seal(
                    owner=str(number),
                    activity="contract",
                    bucket="",
                    source="webshop",
                    event="e",
                    values=NAME,
                )

    refused(Code.DISK_FULL, seal_many)
    assert set(vault.key_ids()) == keys


def test_the_pragmas_that_forgetting_and_power_loss_rest_on(vault: Vault) -> None:
    found = {
        name: vault._store.execute(f"PRAGMA {name}")[0][0]
        for name in ("secure_delete", "synchronous", "journal_mode")
    }
    assert found == {"secure_delete": 1, "synchronous": 2, "journal_mode": "wal"}


def test_contents_are_compared_by_a_digest_that_only_this_vault_makes(
    house: House, tmp_path: Path
) -> None:
    with house.open() as vault, House(tmp_path / "other").open() as other:
        first = vault.content_digest(b"same")
        assert len(first) == 32
        assert vault.content_digest(b"same") == first
        assert vault.content_digest(b"other") != first
        assert other.content_digest(b"same") != first
    with house.open() as vault:
        assert vault.content_digest(b"same") == first
