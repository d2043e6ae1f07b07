"""What an attacker does to a log of some thousand events, and that verifying it finds where."""

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ropa.app import Register
from ropa.log import Log
from ropa.log.tree import HASH_SIZE, leaf_hash, place
from ropa.proofs.verdict import Claim, Finding, Kind, State, Verdict
from ropa.proofs.verify import verify
from tests.bench import world
from tests.proofs.attacker import attack

PERSONS = 220
SIGNED = (1_000, 2_000)
BEGUN = datetime(2025, 11, 3, 8, tzinfo=UTC)
TICK = timedelta(seconds=7, microseconds=250_000)


class Made(NamedTuple):
    """A register that nobody has touched.

    Attributes:
        folder: Where it lies.
        register: Its id.
        size: The number of its events.
        claims: What is signed of it: at two sizes in between, and at its end.
    """

    folder: Path
    register: str
    size: int
    claims: tuple[Claim, ...]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return _made(tmp_path_factory.mktemp("log") / "register", 0)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return _made(tmp_path_factory.mktemp("log") / "other", 5_000)


def _made(folder: Path, first: int) -> Made:
    Register.create(folder, sources={"webshop": "webshop"})
    ticks = count()
    with Register.open(folder, clock=lambda: BEGUN + TICK * next(ticks)) as register:
        world.found(register)
        _append(register, first, PERSONS)
        size, name = register.head, register.settings.register
    with Log.open(folder / "log.db", name) as log:
        claims = tuple(Claim(at, log.root(at), f"at {at}") for at in (*SIGNED, size))
    assert size > 3_000
    return Made(folder, name, size, claims)


def _append(register: Register, first: int, persons: int) -> None:
    for number in range(first, first + persons):
        register.append([register.read_event(line) for line in world.lines(number, 1)])


@pytest.fixture
def taken(made: Made, tmp_path: Path) -> Path:
    """A copy of the folder, for one attacker."""
    return shutil.copytree(made.folder, tmp_path / "taken")


def verified(
    folder: Path, made: Made, claims: Sequence[Claim] | None = None, **options: Any
) -> Verdict:
    with Log.open(folder / "log.db", made.register) as log:
        return verify(log, made.claims if claims is None else claims, **options)


def places(findings: Sequence[Finding]) -> list[tuple[Kind, int, int]]:
    return [(found.kind, found.position, found.upto) for found in findings]


def kinds(verdict: Verdict) -> set[Kind]:
    return {found.kind for found in verdict.findings}


ODD = "position % 2 = 1"
EVEN = "position % 4 = 2"
SEALED = "json_extract(CAST(state AS TEXT), '$.sealed') <> '{}'"
CONTACT = (
    "type = 'person.contact-changed.v1'"
    " AND json_extract(CAST(state AS TEXT), '$.sealed.marketing') IS NOT NULL"
)


def test_a_log_that_nobody_touched_is_sound(made: Made) -> None:
    verdict = verified(made.folder, made)
    assert verdict.state is State.SOUND
    assert not verdict.findings
    assert not verdict.failed
    assert (verdict.size, verdict.signed_upto, verdict.unsigned_since) == (
        made.size,
        made.size,
        None,
    )
    assert verdict.boxes_checked > 2_000
    assert verdict.boxes_gone == 0


@pytest.mark.parametrize("parity", [ODD, EVEN])
@pytest.mark.parametrize(
    "edit",
    [
        {"data": {"channel": "phone", "activities": ["contract", "marketing"]}},
        {"actor": "somebody:else"},
        {"occurred_at": "2020-01-01T00:00:00Z"},
        {"recorded_at": "2020-01-01T00:00:00Z"},
    ],
)
def test_an_event_is_edited(made: Made, taken: Path, edit: dict[str, Any], parity: str) -> None:
    with attack(taken) as attacker:
        at = attacker.having(f"{CONTACT} AND {parity}")
        attacker.edit(at, **edit)
    verdict = verified(taken, made)
    # The tree as it is stored is whole: the one leaf tells it, and the checkpoint beyond.
    expected = [(Kind.LEAF, at, at), (Kind.CHECKPOINT, 1_001, 2_000)]
    if "recorded_at" in edit:
        expected.insert(1, (Kind.TIME, at, at))
    assert places(verdict.findings) == expected
    assert verdict.failed == made.claims[1:]
    assert verdict.signed_upto == 1_000
    assert verdict.state is State.DAMAGED


@pytest.mark.parametrize("parity", [ODD, EVEN])
def test_an_event_is_edited_and_its_leaf_too(made: Made, taken: Path, parity: str) -> None:
    with attack(taken) as attacker:
        at = attacker.having(parity)
        leaf = leaf_hash(attacker.edit(at, actor="somebody:else"))
        attacker.put(at, hashes=leaf + attacker.row(at)["hashes"][HASH_SIZE:])
    verdict = verified(taken, made)
    # The lowest node above it lies over the event and its neighbour.
    pair = (at, at + 1) if parity is ODD else (at - 1, at)
    assert places(verdict.findings) == [(Kind.NODE, *pair), (Kind.CHECKPOINT, 1_001, 2_000)]


@pytest.mark.parametrize("edit", [{"actor": "somebody:else"}, {"recorded_at": "2020-01-01T00:00Z"}])
def test_an_event_is_edited_and_the_whole_tree_too(
    made: Made, taken: Path, edit: dict[str, Any]
) -> None:
    with attack(taken) as attacker:
        at = attacker.having(ODD)
        attacker.edit(at, **edit)
        attacker.rebuild()
    verdict = verified(taken, made)
    signed = [found for found in verdict.findings if found.kind is Kind.CHECKPOINT]
    assert places(signed) == [(Kind.CHECKPOINT, 1_001, 2_000)]
    assert signed[0].label == "at 2000"
    assert verdict.failed == made.claims[1:]
    assert verdict.unsigned_since == 1_001


def test_without_a_checkpoint_a_tree_made_anew_is_as_good_as_the_old(
    made: Made, taken: Path
) -> None:
    with attack(taken) as attacker:
        attacker.edit(1_501, actor="somebody:else")
        attacker.rebuild()
    verdict = verified(taken, made, [])
    assert verdict.state is State.UNSIGNED
    assert verdict.unsigned_since == 1


def test_an_event_is_dated_back_and_the_whole_tree_made_anew(made: Made, taken: Path) -> None:
    with attack(taken) as attacker:
        attacker.edit(1_501, recorded_at="2020-01-01T00:00:00Z")
        attacker.rebuild()
    assert places(verified(taken, made, []).findings) == [(Kind.TIME, 1_501, 1_501)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("type", "person.objected.v1"),
        ("stream", "person/another"),
        ("version", 999),
        ("subject", "another"),
        ("subject", None),
    ],
)
def test_a_column_is_edited(made: Made, taken: Path, column: str, value: object) -> None:
    with attack(taken) as attacker:
        at = attacker.having(CONTACT)
        attacker.put(at, **{column: value})
    verdict = verified(taken, made)
    assert places(verdict.findings) == [(Kind.COLUMN, at, at)]
    assert verdict.findings[0].field == column
    # The tree is over the events, and says nothing of the columns.
    assert verdict.signed_upto == made.size


def test_a_position_is_edited(made: Made, taken: Path) -> None:
    with attack(taken) as attacker:
        attacker.put(1_501, position=made.size + 1)
    verdict = verified(taken, made)
    assert places(verdict.findings)[0] == (Kind.GAP, 1_501, 1_501)
    moved = [found for found in verdict.findings if found.field == "position"]
    assert places(moved) == [(Kind.COLUMN, made.size + 1, made.size + 1)]


def test_an_event_is_put_before_the_first(made: Made, taken: Path) -> None:
    with attack(taken) as attacker:
        attacker.insert(attacker.row(1_501) | {"position": 0, "stream": "x"})
    assert places(verified(taken, made).findings) == [(Kind.GAP, 0, 0)]


@pytest.mark.parametrize(("level", "position"), [(0, 1_501), (0, 1_502), (1, 1_502), (5, 1_504)])
def test_a_hash_is_edited(made: Made, taken: Path, level: int, position: int) -> None:
    k = (position >> level) - 1
    assert place(level, k) == (position, HASH_SIZE * level)
    with attack(taken) as attacker:
        hashes = bytearray(attacker.row(position)["hashes"])
        hashes[HASH_SIZE * level] ^= 1
        attacker.put(position, hashes=bytes(hashes))
    verdict = verified(taken, made)
    first, *above = places(verdict.findings)
    if level == 0:
        assert first == (Kind.LEAF, position, position)
    else:
        assert first == (Kind.NODE, (k << level) + 1, position)
    # What was made of it does not fit it; and the events are still those that were signed.
    assert [found[0] for found in above] == [Kind.NODE]
    assert verdict.signed_upto == made.size


@pytest.mark.parametrize("cut", [0, 31, 32, 64, 191])
def test_hashes_are_cut_off(made: Made, taken: Path, cut: int) -> None:
    with attack(taken) as attacker:
        attacker.put(1_504, hashes=attacker.row(1_504)["hashes"][:cut])
    leaf = [] if cut >= HASH_SIZE else [(Kind.LEAF, 1_504, 1_504)]
    assert places(verified(taken, made).findings) == [(Kind.NODE, 1_504, 1_504), *leaf]


def test_hashes_are_added(made: Made, taken: Path) -> None:
    with attack(taken) as attacker:
        attacker.put(1_503, hashes=attacker.row(1_503)["hashes"] + bytes(HASH_SIZE))
    assert places(verified(taken, made).findings) == [(Kind.NODE, 1_503, 1_503)]


def test_a_box_is_edited(made: Made, taken: Path) -> None:
    with attack(taken) as attacker:
        at = attacker.having(SEALED)
        attacker.db.execute(
            "UPDATE boxes SET box = CAST(substr(box, 1, 20) || x'00' || substr(box, 22) AS BLOB)"
            " WHERE id >> 10 = ?",
            (at,),
        )
        edited = attacker.db.execute("SELECT changes()").fetchone()[0]
    verdict = verified(taken, made)
    assert places(verdict.findings) == [(Kind.BOX_ALTERED, at, at)] * edited
    assert verified(taken, made, boxes=False).state is State.SOUND


def test_two_boxes_change_places(made: Made, taken: Path) -> None:
    with attack(taken) as attacker:
        at = attacker.having(CONTACT)
        boxes = attacker.db.execute(
            "SELECT box, activity FROM boxes WHERE id >> 10 = ? ORDER BY activity", (at,)
        ).fetchall()
        (one, contract), (two, marketing) = boxes
        attacker.db.executemany(
            "UPDATE boxes SET box = ? WHERE id >> 10 = ? AND activity = ?",
            [(two, at, contract), (one, at, marketing)],
        )
    assert places(verified(taken, made).findings) == [(Kind.BOX_ALTERED, at, at)] * 2


@pytest.mark.parametrize("beyond", [False, True])
def test_a_box_is_added(made: Made, taken: Path, *, beyond: bool) -> None:
    with attack(taken) as attacker:
        at = made.size + 7 if beyond else attacker.having(f"NOT ({SEALED})")
        attacker.db.execute("INSERT INTO boxes VALUES (? << 10, 'contract', x'00')", (at,))
    assert places(verified(taken, made).findings) == [(Kind.BOX_STRAY, at, at)]


def test_boxes_are_deleted_without_an_erasure(made: Made, taken: Path) -> None:
    with attack(taken) as attacker:
        at = attacker.having(CONTACT)
        sealed = json.loads(attacker.row(at)["state"])["sealed"]
        attacker.db.execute("DELETE FROM boxes WHERE id >> 10 = ?", (at,))
    keys = {box["key"] for box in sealed.values()}
    contract = sealed["contract"]["key"]
    assert len(keys) == 2
    asked: list[frozenset[str]] = []

    def missing(given: frozenset[str]) -> frozenset[str]:
        asked.append(given)
        return given - {contract}

    # The key of one of them has left a tombstone; that of the other lives.
    verdict = verified(taken, made, missing=missing)
    assert places(verdict.findings) == [(Kind.BOX_MISSING, at, at)]
    assert verdict.boxes_gone == 2
    assert asked == [keys]
    # Nobody who does not hold the vault can know.
    assert verified(taken, made).state is State.SOUND


@pytest.mark.parametrize("parity", [ODD, EVEN])
def test_an_event_is_dropped_from_the_middle(made: Made, taken: Path, parity: str) -> None:
    with attack(taken) as attacker:
        at = attacker.having(f"NOT ({SEALED}) AND {parity}")
        stream = attacker.row(at)["stream"]
        attacker.drop(at)
        later = attacker.having(f"stream = '{stream}'", at)
    verdict = verified(taken, made)
    assert places(verdict.findings) == [
        (Kind.GAP, at, at),
        (Kind.VERSION, later, later),
        (Kind.CHECKPOINT, 1_001, 2_000),
    ]
    assert verdict.size == made.size - 1


def test_many_events_are_dropped_from_the_middle(made: Made, taken: Path) -> None:
    with attack(taken) as attacker:
        attacker.db.execute("DELETE FROM events WHERE position BETWEEN 1490 AND 1520")
    verdict = verified(taken, made)
    assert places(verdict.findings)[0] == (Kind.GAP, 1_490, 1_520)
    # What is left of the tree fits together.
    assert kinds(verdict) == {Kind.GAP, Kind.BOX_STRAY, Kind.VERSION, Kind.CHECKPOINT}


def test_an_event_is_dropped_and_all_but_the_versions_written_anew(made: Made, taken: Path) -> None:
    with attack(taken) as attacker:
        at = attacker.having("version = 5")
        stream = attacker.row(at)["stream"]
        attacker.drop(at)
        attacker.shift(at + 1, -1)
        attacker.db.execute("DELETE FROM boxes WHERE id >> 10 = ?", (at,))
        for position in range(at, made.size):
            attacker.edit(position, position=position)
        attacker.db.execute("UPDATE boxes SET id = id - 1024 WHERE id >> 10 > ?", (at,))
        attacker.rebuild()
        later = attacker.having(f"stream = '{stream}' AND version = 6", at - 1)
    verdict = verified(taken, made, [])
    assert places(verdict.findings) == [(Kind.VERSION, later, later)]


def test_the_end_is_cut_off(made: Made, taken: Path) -> None:
    with attack(taken) as attacker:
        attacker.db.execute("DELETE FROM events WHERE position > 2500")
        attacker.db.execute("DELETE FROM boxes WHERE id >> 10 > 2500")
    verdict = verified(taken, made)
    assert places(verdict.findings) == [(Kind.SHORTER, 2_501, made.size)]
    assert verdict.failed == made.claims[2:]
    assert verdict.signed_upto == 2_000


def test_without_a_checkpoint_the_end_is_cut_off_unnoticed(made: Made, taken: Path) -> None:
    with attack(taken) as attacker:
        attacker.db.execute("DELETE FROM events WHERE position > 2500")
        attacker.db.execute("DELETE FROM boxes WHERE id >> 10 > 2500")
    # A checkpoint at a smaller size is none for what was beyond it.
    for claims in ((), made.claims[:2]):
        assert verified(taken, made, claims).state is State.UNSIGNED


def test_the_end_is_cut_off_and_other_events_are_appended(made: Made, taken: Path) -> None:
    with attack(taken) as attacker:
        attacker.db.execute("DELETE FROM events WHERE position > 2500")
        attacker.db.execute("DELETE FROM boxes WHERE id >> 10 > 2500")
        attacker.db.execute("DELETE FROM seen WHERE position > 2500")
    with Register.open(taken) as register:
        _append(register, 8_000, 10)
        assert register.head < made.size
        shorter = verified(taken, made)
        assert places(shorter.findings) == [(Kind.SHORTER, register.head + 1, made.size)]
        _append(register, 8_010, 90)
        assert register.head > made.size
    verdict = verified(taken, made)
    assert places(verdict.findings) == [(Kind.CHECKPOINT, 2_001, made.size)]
    assert verdict.signed_upto == 2_000
    assert verified(taken, made, made.claims[:2]).state is State.UNSIGNED


def test_two_events_change_places(made: Made, taken: Path) -> None:
    with attack(taken) as attacker:
        first = attacker.having(f"NOT ({SEALED})")
        second = attacker.having(f"NOT ({SEALED})", first + 10)
        for position, target in ((first, -1), (second, first), (-1, second)):
            attacker.put(position, position=target)
    verdict = verified(taken, made)
    assert verdict.findings[0].position == first
    columns = [found for found in verdict.findings if found.kind is Kind.COLUMN]
    assert [(found.position, found.field) for found in columns] == [
        (first, "position"),
        (second, "position"),
    ]
    assert Kind.CHECKPOINT in kinds(verdict)


def test_the_bytes_of_two_events_change_places(made: Made, taken: Path) -> None:
    with attack(taken) as attacker:
        first = attacker.having(f"NOT ({SEALED})")
        second = attacker.having(f"NOT ({SEALED})", first + 10)
        states = [attacker.row(position)["state"] for position in (second, first)]
        for position, state in zip((first, second), states, strict=True):
            attacker.put(position, state=state)
    verdict = verified(taken, made)
    leaves = [found for found in verdict.findings if found.kind is Kind.LEAF]
    assert [found.position for found in leaves] == [first, second]
    assert verdict.findings[0].position == first


@pytest.mark.parametrize("parity", [ODD, EVEN])
def test_an_event_is_inserted_and_the_others_are_renumbered(
    made: Made, taken: Path, parity: str
) -> None:
    with attack(taken) as attacker:
        at = attacker.having(f"type = 'person.objected.v1' AND {parity}")
        row = attacker.row(at)
        attacker.shift(at, 1)
        attacker.db.execute("UPDATE boxes SET id = -id - 1024 WHERE id >> 10 >= ?", (at,))
        attacker.db.execute("UPDATE boxes SET id = -id WHERE id < 0")
        attacker.insert(row | {"stream": "person/new", "subject": "new", "version": 1})
        state = attacker.edit(at, stream="person/new", subject="new", version=1)
        attacker.put(at, hashes=leaf_hash(state) + row["hashes"][HASH_SIZE:])
    verdict = verified(taken, made)
    # It fits in itself; the lowest node over it does not, or else the event that came after.
    expected = (Kind.NODE, at + 1, at + 1) if parity is ODD else (Kind.NODE, at - 1, at)
    assert places(verdict.findings)[0] == expected
    moved = next(found for found in verdict.findings if found.kind is Kind.COLUMN)
    assert (moved.position, moved.field) == (at + 1, "position")
    assert verdict.failed == made.claims[1:]


@pytest.mark.parametrize("parity", [ODD, EVEN])
def test_an_event_of_another_register_is_transplanted(
    made: Made, other: Made, taken: Path, tmp_path: Path, parity: str
) -> None:
    donor = shutil.copytree(other.folder, tmp_path / "donor")
    with attack(donor) as giver:
        at = giver.having(f"type = 'person.objected.v1' AND {parity}")
        row = giver.row(at)
    with attack(taken) as attacker:
        # Even the type fits there.
        replaced = attacker.row(at)
        assert (row["type"], row["version"]) == (replaced["type"], replaced["version"])
        attacker.drop(at)
        leaf, above = row["hashes"][:HASH_SIZE], replaced["hashes"][HASH_SIZE:]
        attacker.insert(row | {"hashes": leaf + above})
        later = attacker.having(f"stream = '{replaced['stream']}'", at)
    verdict = verified(taken, made)
    # The node over it and its neighbour, and a history that begins in its middle.
    pair = (at, at + 1) if parity is ODD else (at - 1, at)
    assert sorted(places(verdict.findings)) == [
        (Kind.CHECKPOINT, 1_001, 2_000),
        (Kind.NODE, *pair),
        (Kind.VERSION, at, at),
        (Kind.VERSION, later, later),
    ]
    assert verdict.findings[0].upto == at


def test_a_log_written_anew_and_signed_anew_is_known_by_a_checkpoint_kept_elsewhere(
    made: Made, taken: Path
) -> None:
    with attack(taken) as attacker:
        attacker.edit(1_501, actor="somebody:else")
        attacker.rebuild()
    with Log.open(taken / "log.db", made.register) as log:
        signed = [Claim(claim.size, log.root(claim.size), "anew") for claim in made.claims]
    assert verified(taken, made, signed).state is State.SOUND
    earlier, kept, _ = (claim._replace(label="kept") for claim in made.claims)
    # One that is older than what was changed says nothing of it.
    assert verified(taken, made, [*signed, earlier]).state is State.SOUND
    verdict = verified(taken, made, [*signed, kept])
    assert places(verdict.findings) == [(Kind.CHECKPOINT, 1_001, 2_000)]
    assert verdict.findings[0].label == "kept"
    assert verdict.failed == (kept,)
    assert verified(taken, made, [*signed[:2], kept]).signed_upto == 2_000


def test_a_log_that_goes_on_holds_to_an_older_checkpoint(made: Made, taken: Path) -> None:
    with Register.open(taken) as register:
        _append(register, 8_000, 3)
        head = register.head
    verdict = verified(taken, made, made.claims[:2])
    assert verdict.state is State.UNSIGNED
    assert (verdict.size, verdict.signed_upto, verdict.unsigned_since) == (head, 2_000, 2_001)
    with Log.open(taken / "log.db", made.register) as log:
        newer = Claim(head, log.root(head), "newer")
    assert verified(taken, made, [newer, *made.claims[:2]]).state is State.SOUND
