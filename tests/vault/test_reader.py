import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.kernel.categories import Category
from ropa.kernel.opening import Damaged, NotPermitted, Values
from ropa.kernel.problem import Code, Problem
from ropa.vault import Vault
from tests.vault.house import ERASED, REGISTER, House

NAME = {Category.CONTACT_NAME: "Åsa Öberg"}
ACTIVITIES = ("contract", "marketing", "bookkeeping")


def test_a_reader_opens_what_its_keys_are_for_and_nothing_else(house: House) -> None:
    with house.open() as vault:
        sealed = {name: House.seal(vault, NAME, activity=name) for name in ACTIVITIES}
        keys = {name: vault.export_activity_key(name) for name in ACTIVITIES}
    for held in ((), ("contract",), ("contract", "marketing"), ACTIVITIES):
        with house.reader(**{name: keys[name] for name in held}) as reader:
            found = {name: box.opened_by(reader) for name, box in sealed.items()}
        assert found == {
            name: Values(NAME) if name in held else NotPermitted() for name in ACTIVITIES
        }


def test_a_reader_is_told_of_erasure_and_damage_whatever_it_holds(house: House) -> None:
    with house.open() as vault:
        gone, whole = House.seal(vault, NAME), House.seal(vault, NAME)
    house.destroy(gone.box.key)
    with house.reader() as reader:
        assert gone.opened_by(reader) == ERASED
        assert reader.open_box(whole.box, whole.stored[:-1], **whole.place) == Damaged()
        assert reader.open_box(whole.box, None, **whole.place) == Damaged()
        assert whole.opened_by(reader) == NotPermitted()


def test_a_reader_follows_what_is_minted_meanwhile(house: House) -> None:
    with house.open() as vault:
        key = vault.export_activity_key("contract")
        with house.reader(contract=key) as reader:
            for _ in range(3):
                assert House.seal(vault, NAME).opened_by(reader) == Values(NAME)


def test_a_reader_has_no_way_to_seal_or_to_write(house: House) -> None:
    with house.open() as vault:
        key = vault.export_activity_key("contract")
    with house.reader(contract=key) as reader:
        for name in (
            "sealing",
            "erasing",
            "signing",
            "sign",
            "find",
            "content_digest",
            "export_activity_key",
            "sweep",
        ):
            assert hasattr(Vault, name)
            assert not hasattr(reader, name)
        with pytest.raises(Problem) as refused:
            reader._store.execute("DELETE FROM data_keys")
        assert refused.value.code is Code.FILE_UNREADABLE


@pytest.mark.parametrize(
    "keys", [{"contract": bytes(32)}, {"contract": b""}, {"unknown": bytes(32)}]
)
def test_a_key_of_nothing_is_refused(house: House, keys: dict[str, bytes]) -> None:
    with house.open() as vault:
        vault.export_activity_key("contract")
    with pytest.raises(Problem) as refused:
        Vault.open_reader(house.directory, REGISTER, keys)
    assert refused.value.code is Code.ROOT_KEY_WRONG


def test_the_key_of_another_activity_is_refused(house: House) -> None:
    with house.open() as vault:
        vault.export_activity_key("contract")
        other = vault.export_activity_key("marketing")
    with pytest.raises(Problem) as refused:
        house.reader(contract=other)
    assert refused.value.code is Code.ROOT_KEY_WRONG


def test_an_exported_key_stays_the_same_and_is_the_one_that_seals(house: House) -> None:
    with house.open() as vault:
        before = vault.export_activity_key("contract")
        sealed = House.seal(vault, NAME)
        assert vault.export_activity_key("contract") == before
    with house.open() as vault:
        assert vault.export_activity_key("contract") == before
    with house.reader(contract=before) as reader:
        assert sealed.opened_by(reader) == Values(NAME)


def test_a_tombstone_makes_it_erased_with_and_without_the_box(house: House, vault: Vault) -> None:
    sealed = House.seal(vault, NAME)
    house.destroy(sealed.box.key)
    assert sealed.opened_by(vault) == ERASED
    assert vault.open_box(sealed.box, None, **sealed.place) == ERASED


def test_a_key_that_somebody_else_destroys_is_never_used_from_the_cache(
    house: House, vault: Vault
) -> None:
    sealed, other = House.seal(vault, NAME), House.seal(vault, NAME)
    with house.reader(contract=vault.export_activity_key("contract")) as reader:
        for each in (vault, reader):
            assert sealed.opened_by(each) == Values(NAME)
        house.destroy(sealed.box.key)
        for each in (vault, reader):
            assert sealed.opened_by(each) == ERASED
            assert other.opened_by(each) == Values(NAME)


DESTROY = """
import sys
from pathlib import Path
from tests.vault.house import House
from ropa.vault import root_key
house = House.__new__(House)
house.directory = Path(sys.argv[1])
house.root = root_key(house.directory, {})
house.destroy(sys.argv[2])
"""


def test_a_key_that_another_process_destroys_is_never_used_from_the_cache(
    house: House, vault: Vault
) -> None:
    sealed = House.seal(vault, NAME)
    assert sealed.opened_by(vault) == Values(NAME)
    subprocess.run(
        [sys.executable, "-c", DESTROY, str(house.directory), sealed.box.key],
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert sealed.opened_by(vault) == ERASED
    # Nor is it sealed with again.
    assert House.seal(vault, NAME, owner=sealed.place["owner"]).box.key != sealed.box.key


@given(st.lists(st.sampled_from(["seal", "open", "destroy", "reopen"]), max_size=12))
def test_erased_is_what_was_destroyed_whatever_came_between(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    house = House(tmp_path_factory.mktemp("steps") / "vault")
    vault, live, gone = house.open(), [], []
    try:
        for step in steps:
            match step:
                case "seal":
                    live.append(House.seal(vault, NAME))
                case "destroy" if live:
                    gone.append(live.pop())
                    house.destroy(gone[-1].box.key)
                case "reopen":
                    vault.close()
                    vault = house.open()
                case _:
                    pass
            assert all(sealed.opened_by(vault) == Values(NAME) for sealed in live)
            assert all(sealed.opened_by(vault) == ERASED for sealed in gone)
    finally:
        vault.close()


def test_more_keys_than_are_kept_still_open(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ropa.vault.keys._KEPT", 4)
    sealed = [House.seal(vault, NAME) for _ in range(12)]
    for _ in range(2):
        assert all(box.opened_by(vault) == Values(NAME) for box in sealed)
    assert len(vault._keys._opened) == 4


def test_the_key_that_was_longest_unused_makes_room(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ropa.vault.keys._KEPT", 3)
    sealed = [House.seal(vault, NAME) for _ in range(4)]
    vault._keys.drop()
    for at in (0, 1, 2, 0, 3):
        sealed[at].opened_by(vault)
    assert set(vault._keys._opened) == {sealed[at].box.key for at in (2, 0, 3)}
