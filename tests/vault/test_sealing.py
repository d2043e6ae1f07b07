import sqlite3
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from ropa.kernel.categories import Category
from ropa.kernel.opening import Values
from ropa.kernel.problem import Code, Problem
from ropa.vault import Held, Kind, Sealing, Vault
from tests.vault.house import House, Sealed

NAME = {Category.CONTACT_NAME: "Åsa Öberg"}
DETAILS = NAME | {Category.CONTACT_EMAIL: "asa@example.org", Category.CONTACT_PHONE: "070-1234567"}
ASA = "6f0c2f64-6f5c-4f0e-9a43-0d6d0a1f7c55"
EVENT = {"source": "webshop", "event": "1"}


def rows(house: House, table: str) -> int:
    db = sqlite3.connect(house.directory / "keys.db")
    found: int = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
    db.close()
    return found


def held(sealed: Sealed, *categories: Category, namespace: str = "") -> Held:
    return Held(
        box=sealed.box,
        stored=sealed.stored,
        **sealed.place,
        categories=frozenset(categories),
        namespace=namespace,
    )


def test_owner_activity_and_bucket_have_a_key_of_their_own(vault: Vault) -> None:
    def key(owner: str, activity: str, bucket: str) -> str:
        return House.seal(vault, NAME, owner=owner, activity=activity, bucket=bucket).box.key

    places = [
        ("a", "contract", ""),
        ("b", "contract", ""),
        ("a", "marketing", ""),
        ("a", "contract", "2026-12-31"),
    ]
    first = [key(*place) for place in places]
    assert len(set(first)) == 4
    assert [key(*place) for place in places] == first
    assert sorted(first) == list(vault.key_ids())


def test_a_key_is_minted_once_a_session(vault: Vault) -> None:
    with vault.sealing() as session:
        boxes = [
            session.seal(owner=ASA, activity="contract", bucket="", **EVENT, values=NAME)
            for _ in range(3)
        ]
    assert {box.key for box, _ in boxes} == set(vault.key_ids())


def test_a_key_that_another_process_minted_is_used(house: House) -> None:
    with house.open() as one, house.open() as other:
        House.seal(other, NAME)
        assert (
            House.seal(one, NAME, owner=ASA).box.key == House.seal(other, NAME, owner=ASA).box.key
        )


def test_nothing_is_stored_of_a_block_that_fails(house: House, vault: Vault) -> None:
    def fail(session: Sealing) -> None:
        session.seal(owner=ASA, activity="contract", bucket="", **EVENT, values=DETAILS)
        session.lookup(ASA, "contract", "", Kind.EMAIL, "asa@example.org")
        raise LookupError

    with pytest.raises(LookupError), vault.sealing() as session:
        fail(session)
    assert [rows(house, table) for table in ("activity_keys", "data_keys", "lookups")] == [0, 0, 0]
    assert vault.find(Kind.EMAIL, "asa@example.org") == frozenset()
    # And the vault goes on.
    assert House.seal(vault, NAME).opened_by(vault) == Values(NAME)


def test_keys_are_stored_before_the_log_is_written(house: House, vault: Vault) -> None:
    with vault.sealing() as session:
        session.seal(owner=ASA, activity="contract", bucket="", **EVENT, values=NAME)
        assert rows(house, "data_keys") == 0
        session.commit()
        assert rows(house, "data_keys") == 1


def test_a_failure_after_the_commit_leaves_the_keys(house: House, vault: Vault) -> None:
    def fail(session: Sealing) -> None:
        session.seal(owner=ASA, activity="contract", bucket="", **EVENT, values=NAME)
        session.commit()
        raise LookupError

    with pytest.raises(LookupError), vault.sealing() as session:
        fail(session)
    assert rows(house, "data_keys") == 1


def test_a_session_that_is_over_seals_no_more(vault: Vault) -> None:
    with vault.sealing() as session:
        session.seal(owner=ASA, activity="contract", bucket="", **EVENT, values=NAME)
        session.commit()
        session.commit()
        acts: list[Callable[[], object]] = [
            lambda: session.seal(owner=ASA, activity="x", bucket="", **EVENT, values=NAME),
            lambda: session.lookup(ASA, "contract", "", Kind.EMAIL, "asa@example.org"),
        ]
        for act in acts:
            with pytest.raises(RuntimeError):
                act()


def test_sessions_do_not_nest(vault: Vault) -> None:
    with vault.sealing() as outer:
        outer.seal(owner=ASA, activity="contract", bucket="", **EVENT, values=NAME)
        with pytest.raises(RuntimeError), vault.sealing():
            pass
    assert len(list(vault.key_ids())) == 1


def _bytes(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.glob("keys.db*")}


def test_a_session_without_anything_new_writes_nothing(house: House, vault: Vault) -> None:
    def session() -> None:
        with vault.sealing() as session:
            session.seal(owner=ASA, activity="contract", bucket="", **EVENT, values=DETAILS)
            session.lookup(ASA, "contract", "", Kind.EMAIL, "asa@example.org")

    session()
    before = _bytes(house.directory)
    session()
    after = _bytes(house.directory)
    assert len(before["keys.db-wal"]) > 0
    # The index of the log in shared memory is no part of what is stored.
    assert before["keys.db-wal"] == after["keys.db-wal"]
    assert before["keys.db"] == after["keys.db"]


def test_values_are_carried_into_one_box_for_another_activity(vault: Vault) -> None:
    one = House.seal(vault, DETAILS, owner=ASA)
    newer = House.seal(vault, {Category.CONTACT_EMAIL: "new@example.org"}, owner=ASA)
    target = {"owner": ASA, "activity": "marketing", "source": "ropa", "event": "2"}
    with vault.sealing() as session:
        carried = session.carry(
            [held(one, Category.CONTACT_NAME), held(newer, Category.CONTACT_EMAIL)],
            **target,
            bucket="",
        )
    assert carried
    box, stored = carried
    assert box.key not in {one.box.key, newer.box.key}
    assert box.categories == (Category.CONTACT_EMAIL, Category.CONTACT_NAME)
    assert vault.open_box(box, stored, **target) == Values(
        NAME | {Category.CONTACT_EMAIL: "new@example.org"}
    )


def test_what_was_sealed_in_the_same_session_can_be_carried(vault: Vault) -> None:
    place = {"owner": ASA, "activity": "contract", **EVENT}
    with vault.sealing() as session:
        sealed = Sealed(*session.seal(**place, bucket="", values=NAME), place)
        assert session.carry(
            [held(sealed, Category.CONTACT_NAME)],
            owner=ASA,
            activity="marketing",
            bucket="",
            **EVENT,
        )


def test_carried_values_are_found_in_the_new_activity(vault: Vault, house: House) -> None:
    account = House.seal(vault, {Category.IDENTIFIER_ACCOUNT: "10023"}, owner=ASA)
    details = House.seal(vault, DETAILS, owner=ASA)
    with vault.sealing() as session:
        session.carry(
            [
                held(account, Category.IDENTIFIER_ACCOUNT, namespace="webshop"),
                held(details, Category.CONTACT_EMAIL),
            ],
            owner=ASA,
            activity="marketing",
            bucket="",
            **EVENT,
        )
    assert vault.find(Kind.EMAIL, "ASA@example.org") == {ASA}
    assert vault.find(Kind.NUMBER, "webshop\x1f10023") == {ASA}
    # The telephone number was not carried.
    assert vault.find(Kind.PHONE, "070-1234567") == frozenset()
    assert rows(house, "lookups") == 2


def test_nothing_is_carried_from_what_was_erased(vault: Vault, house: House) -> None:
    sealed = House.seal(vault, NAME, owner=ASA)
    house.destroy(sealed.box.key)
    with vault.sealing() as session:
        assert (
            session.carry(
                [held(sealed, Category.CONTACT_NAME)],
                owner=ASA,
                activity="marketing",
                bucket="",
                **EVENT,
            )
            is None
        )
    assert list(vault.key_ids()) == []


def test_nothing_is_carried_from_a_damaged_box(vault: Vault) -> None:
    sealed = House.seal(vault, NAME, owner=ASA)
    moved = Sealed(sealed.box, sealed.stored, sealed.place | {"event": "another"})
    with pytest.raises(Problem) as refused, vault.sealing() as session:
        session.carry(
            [held(moved, Category.CONTACT_NAME)],
            owner=ASA,
            activity="marketing",
            bucket="",
            **EVENT,
        )
    assert refused.value.code is Code.VAULT_DAMAGED


def test_after_an_erasure_a_new_relation_gets_a_new_key(vault: Vault, house: House) -> None:
    old = House.seal(vault, NAME, owner=ASA)
    house.destroy(old.box.key)
    new = House.seal(vault, NAME, owner=ASA)
    assert new.box.key != old.box.key
    assert new.opened_by(vault) == Values(NAME)


def test_orphans_are_swept_with_their_lookups(vault: Vault, house: House) -> None:
    orphan, used = str(uuid4()), str(uuid4())
    with vault.sealing() as session:
        for owner in (orphan, used):
            session.seal(owner=owner, activity="contract", bucket="", **EVENT, values=NAME)
            session.lookup(owner, "contract", "", Kind.EMAIL, "both@example.org")
        # For an activity that nothing was sealed for.
        session.lookup(used, "marketing", "", Kind.EMAIL, "orphan@example.org")
    sealed = House.seal(vault, NAME, owner=used)
    unused = set(vault.key_ids()) - {sealed.box.key}
    assert vault.sweep([*unused, "k_unknown"]) == 2
    assert list(vault.key_ids()) == [sealed.box.key]
    assert vault.find(Kind.EMAIL, "both@example.org") == {used}
    assert vault.find(Kind.EMAIL, "orphan@example.org") == frozenset()
    assert rows(house, "tombstones") == 0
    # The swept key is not used from the cache either.
    assert House.seal(vault, NAME, owner=orphan).box.key not in unused
    assert vault.sweep([]) == 0
