import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround
from ropa.kernel.opening import Damaged, Erased, Values
from ropa.kernel.problem import Code, Problem
from ropa.vault import Doomed, Kind, Tombstone, Vault
from tests.vault.house import ERASED, House, Sealed
from tests.vault.test_secrecy import found_in

NAME = {Category.CONTACT_NAME: "Åsa Öberg"}
ASA = "6f0c2f64-6f5c-4f0e-9a43-0d6d0a1f7c55"
MAIL = "asa@example.org"
LATER = Erased(12, ErasureGround.RETENTION_ENDED, date(2033, 12, 31))
PIECE = 8


def doomed(sealed: Sealed, bucket: str = "") -> Doomed:
    return Doomed(sealed.box.key, sealed.place["owner"], sealed.place["activity"], bucket)


def destroy(vault: Vault, *sealed: Sealed, erased: Erased = ERASED) -> None:
    with vault.erasing() as erasing:
        erasing.destroy(map(doomed, sealed), erased)


class History:
    """Years of a register's life in a vault, by chance."""

    def __init__(self, vault: Vault, seed: int) -> None:
        self.vault = vault
        self.chance = random.Random(seed)
        self.living: dict[str, tuple[Sealed, set[str]]] = {}
        self.gone: list[Sealed] = []
        self.secrets: dict[str, set[bytes]] = {}
        self._seen = 0

    def live(self, keys: int) -> None:
        while self._seen < keys:
            self._seal(self.chance.choice((1, 1, 3, 20, 90)))
            self._remember()
            if self.living and self.chance.random() < 0.7:
                self._erase(self.chance.choice((1, 1, 2, 30)))
            if self.chance.random() < 0.1:
                self.vault.truncate()

    def fade(self, left: int) -> None:
        while len(self.living) > left:
            self._erase(min(self.chance.choice((1, 5, 60)), len(self.living) - left))

    def _seal(self, count: int) -> None:
        with self.vault.sealing() as session:
            for number in range(count):
                old = self.chance.choice([*self.living.values()][-50:] or [None])
                if old is not None and self.chance.random() < 0.2:
                    place = dict(old[0].place)
                    session.renew(place["owner"], place["activity"], "")
                else:
                    place = {
                        "owner": self.chance.randbytes(self.chance.randint(2, 40)).hex(),
                        "activity": self.chance.choice(("contract", "marketing", "web-analytics")),
                        "source": "webshop",
                        "event": str(number),
                    }
                sealed = Sealed(*session.seal(**place, bucket="", values=NAME), place)
                mails = {self.chance.randbytes(6).hex() for _ in range(self.chance.randint(0, 4))}
                for mail in mails:
                    session.lookup(place["owner"], place["activity"], "", Kind.EMAIL, mail)
                self.living[sealed.box.key] = (sealed, mails)

    def _remember(self) -> None:
        execute = self.vault._store.execute
        for number, key, wrapped in execute(
            "SELECT id, key_id, wrapped FROM data_keys WHERE id > ?", self._seen
        ):
            digests = execute("SELECT digest FROM lookups WHERE key = ?", number)
            self.secrets[key] = {wrapped, *(digest for (digest,) in digests)}
            assert len(wrapped) == 40
            self._seen = number

    def _erase(self, count: int) -> None:
        # By chance, or those side by side in the file.
        begin = self.chance.randrange(len(self.living))
        among = [*self.living] if self.chance.random() < 0.5 else [*self.living][begin:][:count]
        chosen = self.chance.sample(among, min(count, len(among)))
        found = [self.living.pop(key)[0] for key in chosen]
        if self.chance.random() < 0.1:
            self.vault.sweep(sealed.box.key for sealed in found)
        destroy(self.vault, *found)
        self.gone += found


def pieces(secrets: Iterable[bytes]) -> set[bytes]:
    # Of a freed cell SQLite itself overwrites the first bytes: pieces show what was behind them.
    return {one[at : at + PIECE] for one in secrets for at in range(0, len(one), PIECE)}


def windows(directory: Path) -> set[bytes]:
    found: set[bytes] = set()
    for path in directory.glob("keys.db*"):
        data = path.read_bytes()
        found.update(data[at : at + PIECE] for at in range(len(data) - PIECE + 1))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_no_piece_of_what_was_destroyed_is_left_in_any_byte(
    house: House, vault: Vault, seed: int
) -> None:
    history = History(vault, seed)
    history.live(2_500)
    history.fade(300)
    assert vault.truncate()
    gone = pieces(set().union(*(history.secrets[one.box.key] for one in history.gone)))
    kept = pieces(set().union(*(history.secrets[key] for key in history.living)))
    assert len(history.gone) > 1_500
    assert history.living
    found = windows(house.directory)
    assert kept <= found
    assert not gone & found
    assert all(sealed.opened_by(vault) == ERASED for sealed in history.gone)
    for sealed, mails in history.living.values():
        assert sealed.opened_by(vault) == Values(NAME)
        assert all(vault.find(Kind.EMAIL, mail) == {sealed.place["owner"]} for mail in mails)


def test_the_pages_of_a_vault_are_found_by_index(vault: Vault) -> None:
    digest = "WHERE substr(digest, 1, 2) = substr(?1, 1, 2) AND digest = ?1"
    for query in (
        f"SELECT owner FROM lookups JOIN data_keys ON data_keys.id = key {digest}",  # noqa: S608
        f"SELECT since FROM suppressed {digest}",  # noqa: S608
        "UPDATE lookups SET digest = x'' WHERE key = ?1 AND digest <> x''",
        "SELECT * FROM tombstones WHERE (position, key_id) > (?1, '') ORDER BY position, key_id",
    ):
        plan = vault._store.execute("EXPLAIN QUERY PLAN " + query, b"")
        steps = [step[3] for step in plan]
        assert all(step.startswith("SEARCH") for step in steps), steps


def test_destroyed_is_told_with_decision_ground_and_day(vault: Vault) -> None:
    one, other = House.seal(vault, NAME), House.seal(vault, NAME)
    destroy(vault, one, erased=LATER)
    assert one.opened_by(vault) == vault.tombstone(one.box.key) == LATER
    assert other.opened_by(vault) == Values(NAME)
    assert list(vault.key_ids()) == [other.box.key]
    assert vault.key_count() == 1


def test_a_lookup_goes_with_its_key_and_with_no_other(vault: Vault) -> None:
    places = [("contract", ""), ("marketing", ""), ("contract", "2026-12-31")]
    sealed = []
    for activity, bucket in places:
        sealed.append(House.seal(vault, NAME, owner=ASA, activity=activity, bucket=bucket))
        with vault.sealing() as session:
            session.lookup(ASA, activity, bucket, Kind.EMAIL, MAIL)
            session.lookup(ASA, activity, bucket, Kind.EMAIL, "ASA@example.org")
    assert vault._store.execute("SELECT count(*) FROM lookups") == [(3,)]
    for at, one in enumerate(sealed):
        assert vault.find(Kind.EMAIL, MAIL) == {ASA}
        destroy(vault, one)
        left = vault._store.execute("SELECT count(*) FROM lookups WHERE digest <> x''")
        assert left == [(2 - at,)]
    assert vault.find(Kind.EMAIL, MAIL) == frozenset()


def test_destroying_again_changes_nothing(house: House, vault: Vault) -> None:
    sealed = House.seal(vault, NAME)
    destroy(vault, sealed)
    vault.truncate()
    before = (house.directory / "keys.db").read_bytes()
    destroy(vault, sealed, erased=LATER)
    assert sealed.opened_by(vault) == ERASED
    vault.truncate()
    assert (house.directory / "keys.db").read_bytes() == before


def test_a_key_that_the_vault_does_not_know_gets_a_tombstone(vault: Vault, house: House) -> None:
    copy = (house.directory / "keys.db").read_bytes()
    sealed = House.seal(vault, NAME)
    vault.truncate()
    vault.close()
    (house.directory / "keys.db").write_bytes(copy)
    with house.open() as old:
        assert sealed.opened_by(old) == Damaged()
        destroy(old, sealed)
        assert sealed.opened_by(old) == ERASED


def test_nothing_is_destroyed_in_a_block_that_fails(vault: Vault) -> None:
    sealed = House.seal(vault, NAME)

    def fail() -> None:
        with vault.erasing() as erasing:
            erasing.destroy([doomed(sealed)], ERASED)
            erasing.reach(7)
            erasing.suppress(Kind.EMAIL, MAIL, "marketing", date(2026, 3, 2))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert sealed.opened_by(vault) == Values(NAME)
    assert (vault.erased_through, list(vault.tombstones(0))) == (0, [])
    assert vault.suppressed(Kind.EMAIL, MAIL) == {}


def test_whoever_has_the_key_open_uses_it_no_more(house: House, vault: Vault) -> None:
    sealed, other = House.seal(vault, NAME), House.seal(vault, NAME)
    with (
        house.open() as second,
        house.reader(contract=vault.export_activity_key("contract")) as reader,
    ):
        for each in (vault, second, reader):
            assert sealed.opened_by(each) == Values(NAME)
        destroy(vault, sealed)
        for each in (vault, second, reader):
            assert sealed.opened_by(each) == ERASED
            assert other.opened_by(each) == Values(NAME)
        again = House.seal(second, NAME, owner=sealed.place["owner"])
        assert again.box.key != sealed.box.key
        assert again.opened_by(vault) == Values(NAME)


def test_the_version_goes_on_after_a_destroyed_key(vault: Vault) -> None:
    for _ in range(3):
        destroy(vault, House.seal(vault, NAME, owner=ASA))
    assert vault._store.execute("SELECT version FROM data_keys ORDER BY id") == [(1,), (2,), (3,)]


def test_how_far_erasure_came_never_sinks(house: House, vault: Vault) -> None:
    for position, expected in ((7, 7), (3, 7), (7, 7), (12, 12)):
        with vault.erasing() as erasing:
            erasing.reach(position)
        assert vault.erased_through == expected
    with house.open() as second:
        assert second.erased_through == 12


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 5)), max_size=8), st.integers(0, 7))
def test_tombstones_are_told_after_a_position_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, decisions: list[tuple[int, int]], after: int
) -> None:
    expected = []
    with (
        House(tmp_path_factory.mktemp("tombs") / "vault").open() as vault,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("ropa.vault.erasing._PAGE", 2)
        for number, (position, count) in enumerate(decisions):
            erased = Erased(position, ErasureGround.OBJECTED, date(2026, 3, position))
            keys = [Doomed(f"k_{number}_{at}", ASA, "contract", "") for at in range(count)]
            with vault.erasing() as erasing:
                erasing.destroy(keys, erased)
            expected += [Tombstone(*key, erased) for key in keys if position > after]
        found = list(vault.tombstones(after))
    assert found == sorted(expected, key=lambda one: (one.erased.position, one.key))


def test_a_tombstone_that_says_nothing_known_is_damage(house: House, vault: Vault) -> None:
    sealed = House.seal(vault, NAME)
    house.destroy(sealed.box.key)
    for change in ("ground = 'whim'", "destroyed_on = 'soon'", "destroyed_on = 3"):
        vault._store.execute(f"UPDATE tombstones SET {change}")  # noqa: S608 - own words
        with pytest.raises(Problem) as refused:
            vault.tombstone(sealed.box.key)
        assert refused.value.code is Code.VAULT_DAMAGED


def suppress(vault: Vault, kind: Kind, value: str, activity: str, since: date) -> None:
    with vault.erasing() as erasing:
        erasing.suppress(kind, value, activity, since)


def test_a_suppression_outlives_the_person_and_is_found_in_any_spelling(vault: Vault) -> None:
    sealed = House.seal(vault, NAME, owner=ASA)
    with vault.sealing() as session:
        session.lookup(ASA, "contract", "", Kind.EMAIL, MAIL)
    suppress(vault, Kind.EMAIL, MAIL, "marketing", date(2026, 3, 2))
    suppress(vault, Kind.PHONE, "070-123 45 67", "survey", date(2026, 3, 3))
    destroy(vault, sealed)
    expected = {"marketing": date(2026, 3, 2)}
    assert vault.suppressed(Kind.EMAIL, " Asa@EXAMPLE.org") == expected
    assert vault.suppressed(Kind.PHONE, "+46701234567") == {"survey": date(2026, 3, 3)}
    assert vault.suppressed(Kind.EMAIL, "bo@example.org") == {}
    assert vault.suppressed(Kind.NUMBER, MAIL) == {}
    with vault.sealing() as session:
        assert session.suppressed(Kind.EMAIL, MAIL) == expected
    assert vault.find(Kind.EMAIL, MAIL) == frozenset()


def test_of_two_days_of_a_suppression_the_later_is_kept(vault: Vault) -> None:
    for day, activity in ((3, "marketing"), (9, "marketing"), (5, "marketing"), (1, "survey")):
        suppress(vault, Kind.EMAIL, MAIL, activity, date(2026, 3, day))
    assert vault.suppressed(Kind.EMAIL, MAIL) == {
        "marketing": date(2026, 3, 9),
        "survey": date(2026, 3, 1),
    }
    assert vault._store.execute("SELECT count(*) FROM suppressed") == [(2,)]


@pytest.mark.parametrize(("kind", "value"), [(Kind.EMAIL, " "), (Kind.PHONE, "ring mig")])
def test_what_has_no_spelling_suppresses_nobody(vault: Vault, kind: Kind, value: str) -> None:
    suppress(vault, kind, value, "marketing", date(2026, 3, 2))
    assert vault.suppressed(kind, value) == {}
    assert vault._store.execute("SELECT count(*) FROM suppressed") == [(0,)]


def test_a_suppression_cannot_be_joined_to_a_lookup(vault: Vault) -> None:
    with vault.sealing() as session:
        session.lookup(ASA, "contract", "", Kind.EMAIL, MAIL)
    suppress(vault, Kind.EMAIL, MAIL, "marketing", date(2026, 3, 2))
    ((one,),) = vault._store.execute("SELECT digest FROM lookups")
    ((other,),) = vault._store.execute("SELECT digest FROM suppressed")
    assert len(one) == len(other) == 32
    assert one != other


READING = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN")
db.execute("SELECT count(*) FROM data_keys").fetchall()
print(flush=True)
sys.stdin.readline()
"""


def test_a_reader_elsewhere_holds_up_the_truncation_until_it_ends(
    house: House, vault: Vault
) -> None:
    sealed = House.seal(vault, NAME)
    ((wrapped,),) = vault._store.execute("SELECT wrapped FROM data_keys")
    with subprocess.Popen(
        [sys.executable, "-c", READING, str(house.directory / "keys.db")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as reading:
        assert reading.stdout
        reading.stdout.readline()
        destroy(vault, sealed)
        # Nothing of the file is read here: closing it would end the locks of this process on it.
        assert not vault.truncate()
        assert vault._store.execute("PRAGMA busy_timeout") == [(5_000,)]
        reading.communicate(b"\n")
    assert vault.truncate()
    assert found_in(house.directory, {wrapped}) == []
    assert (house.directory / "keys.db-wal").stat().st_size == 0


def test_a_writer_elsewhere_holds_up_the_truncation(house: House, vault: Vault) -> None:
    destroy(vault, House.seal(vault, NAME))
    other = sqlite3.connect(house.directory / "keys.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert not vault.truncate()
    other.close()
    assert vault.truncate()
