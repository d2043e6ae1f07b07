from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from ropa.kernel.categories import Category
from ropa.kernel.opening import Erased, Values
from ropa.vault import Kind, Vault
from tests.vault.house import House

NAME = {Category.CONTACT_NAME: "Åsa Öberg"}
THREADS = 6
ROUNDS = 60


def at_once(act: Callable[[int], None]) -> None:
    """Let several threads do something from the same moment on."""
    start = Barrier(THREADS)

    def run(number: int) -> None:
        start.wait()
        act(number)

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(run, number) for number in range(THREADS)]:
            done.result()


def test_threads_seal_open_and_find_through_one_vault(vault: Vault) -> None:
    def act(number: int) -> None:
        for turn in range(ROUNDS):
            # All of them want the same new keys.
            owner, mail = f"person-{turn}", f"p{turn}@example.org"
            values = {Category.CONTACT_NAME: f"{number}/{turn}"}
            sealed = House.seal(vault, values, owner=owner)
            with vault.sealing() as session:
                session.lookup(owner, "contract", "", Kind.EMAIL, mail)
            assert sealed.opened_by(vault) == Values(values)
            assert vault.find(Kind.EMAIL, mail) == {owner}

    at_once(act)
    assert len(list(vault.key_ids())) == ROUNDS


def test_threads_open_while_one_is_sealing(vault: Vault) -> None:
    sealed = House.seal(vault, NAME)
    with vault.sealing() as session:
        session.seal(owner="o", activity="new", bucket="", source="s", event="e", values=NAME)

        def act(_: int) -> None:
            for _turn in range(ROUNDS):
                assert sealed.opened_by(vault) == Values(NAME)

        at_once(act)


def test_two_vaults_of_one_directory_agree(house: House) -> None:
    vaults = [house.open() for _ in range(THREADS)]

    def act(number: int) -> None:
        for turn in range(ROUNDS // 4):
            sealed = House.seal(vaults[number], NAME, owner=f"person-{turn}")
            assert sealed.opened_by(vaults[number - 1]) == Values(NAME)

    at_once(act)
    assert len(set(vaults[0].key_ids())) == ROUNDS // 4
    for vault in vaults:
        vault.close()


def test_a_destroyed_key_is_destroyed_for_every_thread(house: House, vault: Vault) -> None:
    boxes = [House.seal(vault, NAME) for _ in range(THREADS * 4)]

    def act(number: int) -> None:
        for sealed in boxes[number::THREADS]:
            assert sealed.opened_by(vault) == Values(NAME)
            house.destroy(sealed.box.key)
            assert isinstance(sealed.opened_by(vault), Erased)

    at_once(act)
