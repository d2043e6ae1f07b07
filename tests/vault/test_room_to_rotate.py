"""What the stored form leaves room for: later keys of a pair, later generations of an activity."""

from ropa.kernel.categories import Category
from ropa.kernel.opening import NotPermitted, Values
from ropa.vault import Vault
from ropa.vault.keys import fingerprint, mint, new_key, wrap
from tests.vault.house import House

NAME = {Category.CONTACT_NAME: "Åsa Öberg"}
ASA = "6f0c2f64-6f5c-4f0e-9a43-0d6d0a1f7c55"


def test_the_latest_key_of_a_pair_seals_and_the_earlier_still_open(vault: Vault) -> None:
    old = House.seal(vault, NAME, owner=ASA)
    later = mint(vault.export_activity_key("contract"), 1)
    vault._store.execute(
        "INSERT INTO data_keys VALUES (?, ?, 'contract', '', 2, 1, ?)",
        later.key.id,
        ASA,
        later.wrapped,
    )
    vault._keys.drop()
    new = House.seal(vault, NAME, owner=ASA)
    assert (old.box.key == later.key.id, new.box.key == later.key.id) == (False, True)
    assert old.opened_by(vault) == new.opened_by(vault) == Values(NAME)


def test_the_latest_generation_wraps_and_the_earlier_still_unwraps(
    house: House, vault: Vault
) -> None:
    first = vault.export_activity_key("contract")
    old = House.seal(vault, NAME)
    second = new_key()
    vault._store.execute(
        "INSERT INTO activity_keys VALUES ('contract', 2, ?, ?)",
        wrap(house.root, second),
        fingerprint(second),
    )
    vault._keys.drop()
    new = House.seal(vault, NAME)
    assert vault.export_activity_key("contract") == second
    assert old.opened_by(vault) == new.opened_by(vault) == Values(NAME)
    for key, found in (
        (first, (Values(NAME), NotPermitted())),
        (second, (NotPermitted(), Values(NAME))),
    ):
        with house.reader(contract=key) as reader:
            assert (old.opened_by(reader), new.opened_by(reader)) == found
