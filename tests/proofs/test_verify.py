"""Verifying logs whose events are made to measure, and files that are broken."""

import json
import sqlite3
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ropa.kernel.problem import Code, Problem
from ropa.log import Entry, Log, LogReader
from ropa.log.tree import EMPTY_ROOT, Frontier
from ropa.proofs.verdict import MOST, Claim, Finding, Kind, State
from ropa.proofs.verify import verify
from tests.log.making import REGISTER, START, append


def event(
    position: int,
    stream: str = "person/a",
    version: int | None = None,
    *,
    boxes: tuple[tuple[str, bytes], ...] = (),
    gone: Sequence[str] = (),
    saying: Mapping[str, object] | None = None,
) -> Entry:
    """Make an entry whose bytes say what its columns say, but for what is given.

    Its boxes are named by it, and those of the activities in `gone` too; the key of a box is called
    by its position and activity.
    """
    version = position if version is None else version
    digests = {activity: sha256(box).hexdigest() for activity, box in boxes}
    digests |= dict.fromkeys(gone, "0" * 64)
    state = {
        "position": position,
        "type": "person.contact-changed.v1",
        "subject": None,
        "stream": stream,
        "version": version,
        "recorded_at": (START + timedelta(minutes=position)).isoformat(),
        "sealed": {
            activity: {"key": f"{position}/{activity}", "sha256": digest}
            for activity, digest in digests.items()
        },
        **(saying or {}),
    }
    return made(position, json.dumps(state).encode(), stream, version, boxes)


def made(
    position: int,
    state: bytes,
    stream: str = "person/a",
    version: int | None = None,
    boxes: tuple[tuple[str, bytes], ...] = (),
) -> Entry:
    version = position if version is None else version
    kind = "person.contact-changed.v1"
    return Entry(position, stream, version, kind, None, state, boxes)


def places(findings: Sequence[Finding]) -> list[tuple[Kind, int, int]]:
    return [(found.kind, found.position, found.upto) for found in findings]


def roots(entries: Sequence[Entry]) -> list[bytes]:
    """Give the root of the tree over so many of them."""
    edge = Frontier()
    found = [edge.root()]
    for entry in entries:
        edge.extend([entry.state])
        found.append(edge.root())
    return found


def test_an_empty_log_is_sound(log: Log) -> None:
    verdict = verify(log)
    assert verdict.state is State.SOUND
    assert (verdict.size, verdict.signed_upto, verdict.unsigned_since) == (0, 0, None)
    assert verdict.root == b64encode(EMPTY_ROOT).decode()
    assert verify(log, [Claim(0, EMPTY_ROOT, "first")]).state is State.SOUND
    wrong = verify(log, [Claim(0, bytes(32), "first")])
    assert places(wrong.findings) == [(Kind.CHECKPOINT, 0, 0)]
    assert places(verify(log, [Claim(3, bytes(32), "later")]).findings) == [(Kind.SHORTER, 1, 3)]


@given(size=st.integers(1, 300), data=st.data())
def test_claims_hold_at_every_size(
    tmp_path_factory: pytest.TempPathFactory, size: int, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("log") / "log.db"
    Log.create(path, REGISTER)
    entries = [event(position) for position in range(1, size + 1)]
    known = roots(entries)
    sizes = data.draw(st.lists(st.integers(0, size), max_size=20))
    claims = [Claim(at, known[at], "signed") for at in sizes]
    with Log.open(path, REGISTER) as log:
        append(log, entries)
        verdict = verify(log, claims)
        assert not verdict.findings
        assert verdict.root == b64encode(known[-1]).decode()
        assert verdict.signed_upto == max(sizes, default=0)
        assert verdict.unsigned_since == (
            None if verdict.signed_upto == size else verdict.signed_upto + 1
        )
        # With one that does not hold, the damage lies after the last before it.
        at = data.draw(st.integers(1, size))
        wrong = Claim(at, known[at - 1], "wrong")
        verdict = verify(log, [wrong, *claims])
        holds = max((found for found in sizes if found < at), default=0)
        assert places(verdict.findings) == [(Kind.CHECKPOINT, holds + 1, at)]
        assert verdict.failed == (wrong,)


def test_what_is_appended_meanwhile_is_not_looked_at(log: Log, path: Path) -> None:
    append(log, [event(position, boxes=(("contract", b"box"),)) for position in range(1, 1_201)])

    def more(done: int, total: int) -> None:
        told.append((done, total))
        with Log.open(path, REGISTER) as other:
            position = other.head().position + 1
            append(other, [event(position, boxes=(("contract", b"box"),))])

    for number, reads in enumerate((log, LogReader(path))):
        told: list[tuple[int, int]] = []
        size = 1_200 + 3 * number
        verdict = verify(reads, progress=more)
        assert (verdict.size, verdict.boxes_checked, verdict.findings) == (size, size, ())
        assert told == [(500, size), (1_000, size), (size, size)]
        assert reads.head().position == size + 3


def test_what_is_stored_is_one_state_of_a_log(log: Log, path: Path) -> None:
    for number, reads in enumerate((log, LogReader(path)), 1):
        with reads.stored() as stored:
            assert stored.last() == number - 1
            with Log.open(path, REGISTER) as other:
                append(other, [event(number, boxes=(("contract", b"box"),))])
            assert sum(len(rows) for rows in stored.events()) == number - 1
            assert len(list(stored.boxes())) == number - 1


def test_a_log_is_verified_while_it_is_written(log: Log) -> None:
    with log.writing() as tx:
        tx.append([event(1), event(2)])
        assert verify(tx).size == 2
        tx.append([event(3)])
    assert verify(log).size == 3


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"{",
        b"[]",
        b'"event"',
        b"\xff" * 300,
        b"[" * 60_000,
        event(3, saying={"recorded_at": "2026-03-02T09:03:00"}).state,
        event(3, saying={"recorded_at": "yesterday"}).state,
        event(3, saying={"position": "3"}).state,
        event(3, saying={"version": None}).state,
        event(3, saying={"sealed": []}).state,
        event(3, saying={"sealed": {"contract": {"key": "3"}}}).state,
        event(3).state.replace(b'"stream"', b'"strum"'),
        event(3).state[:-1],
    ],
)
def test_bytes_that_are_no_event(log: Log, state: bytes) -> None:
    append(log, [event(1), event(2), made(3, state, boxes=(("contract", b"box"),)), event(4)])
    verdict = verify(log)
    # The version after it is not the next of those that were read.
    assert places(verdict.findings) == [(Kind.UNREADABLE, 3, 3), (Kind.VERSION, 4, 4)]


@pytest.mark.parametrize(
    ("field", "value"),
    [("position", 4), ("type", "x"), ("subject", "a"), ("stream", "x"), ("version", 30)],
)
def test_bytes_that_say_something_else_than_the_column(log: Log, field: str, value: object) -> None:
    append(log, [event(1), event(2), event(3, saying={field: value})])
    columns = [found for found in verify(log).findings if found.kind is Kind.COLUMN]
    assert [(found.position, found.field) for found in columns] == [(3, field)]


def test_versions_are_those_of_each_history(log: Log) -> None:
    append(log, [event(1, "a", 1), event(2, "b", 1), event(3, "a", 2), event(4, "b", 5)])
    append(log, [event(5, "b", 6), event(6, "b", 2), event(7, "b", 3), event(8, "c", 2)])
    append(log, [event(9, "a", 3)])
    assert places(verify(log).findings) == [
        (Kind.VERSION, 4, 4),
        (Kind.VERSION, 6, 6),
        (Kind.VERSION, 8, 8),
    ]


def test_the_time_of_recording_never_runs_backwards(log: Log) -> None:
    times = (
        "2026-03-02T09:14:03Z",
        "2026-03-02T09:14:03Z",
        "2026-03-02T09:14:03.120451Z",
        "2026-03-02T09:14:03.1Z",
        "2026-03-02T10:14:03.2+01:00",
        "2026-03-02T09:14:03.199999Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
    )
    append(log, [event(at, saying={"recorded_at": time}) for at, time in enumerate(times, 1)])
    assert places(verify(log).findings) == [
        (Kind.TIME, 4, 4),
        (Kind.TIME, 6, 6),
        (Kind.TIME, 8, 8),
    ]


def test_boxes_are_counted(log: Log) -> None:
    one, two = ("contract", b"one"), ("marketing", b"two")
    append(
        log,
        [event(1), event(2, boxes=(one, two)), event(3, boxes=(two,), gone=["contract"]), event(4)],
    )
    verdict = verify(log)
    assert (verdict.boxes_checked, verdict.boxes_gone, verdict.findings) == (3, 1, ())
    verdict = verify(log, boxes=False)
    assert (verdict.boxes_checked, verdict.boxes_gone, verdict.findings) == (0, 0, ())


def test_boxes_that_are_not_as_the_events_say(log: Log) -> None:
    box = ("contract", b"box")
    append(
        log,
        [
            event(1, boxes=(box,), saying={"sealed": {}}),
            event(
                2, boxes=(box,), saying={"sealed": {"contract": {"key": "k", "sha256": "0" * 64}}}
            ),
            event(
                3, boxes=(box,), saying={"sealed": {"marketing": {"key": "k", "sha256": "0" * 64}}}
            ),
            event(4, boxes=(box,)),
        ],
    )
    verdict = verify(log)
    assert places(verdict.findings) == [
        (Kind.BOX_STRAY, 1, 1),
        (Kind.BOX_ALTERED, 2, 2),
        (Kind.BOX_STRAY, 3, 3),
    ]
    assert (verdict.boxes_checked, verdict.boxes_gone) == (2, 1)


def test_which_boxes_should_be_there_is_asked_for_many_at_once(log: Log) -> None:
    append(log, [event(position, gone=["contract"]) for position in range(1, 2_501)])
    asked: list[frozenset[str]] = []

    def missing(keys: frozenset[str]) -> frozenset[str]:
        asked.append(keys)
        return keys & {"7/contract", "2400/contract"}

    verdict = verify(log, missing=missing)
    assert places(verdict.findings) == [(Kind.BOX_MISSING, 7, 7), (Kind.BOX_MISSING, 2_400, 2_400)]
    assert [len(keys) for keys in asked] == [1_000, 1_000, 500]
    assert frozenset[str]().union(*asked) == {
        f"{position}/contract" for position in range(1, 2_501)
    }
    assert verdict.boxes_gone == 2_500
    asked.clear()
    verify(log, boxes=False, missing=missing)
    assert asked == []


def test_nothing_is_asked_where_no_box_is_gone(log: Log) -> None:
    append(log, [event(1, boxes=(("contract", b"box"),))])
    asked: list[frozenset[str]] = []

    def missing(keys: frozenset[str]) -> frozenset[str]:
        asked.append(keys)
        return keys

    assert verify(log, missing=missing).state is State.UNSIGNED
    assert asked == []


def test_what_comes_to_light_late_stands_at_its_place(log: Log) -> None:
    # The missing boxes are asked for after many other findings, and lie before them.
    append(log, [event(position, gone=["contract"]) for position in range(1, 151)])
    append(log, [event(position, saying={"type": "x"}) for position in range(151, 951)])
    verdict = verify(log, [Claim(950, bytes(32), "signed")], missing=lambda keys: keys)
    assert verdict.found == 150 + 800 + 1
    assert places(verdict.findings) == [(Kind.BOX_MISSING, at, at) for at in range(1, MOST + 1)]
    late = verify(log, missing=lambda keys: keys & {"149/contract"})
    assert places(late.findings)[0] == (Kind.BOX_MISSING, 149, 149)
    assert len(late.findings) == MOST
    assert late.found == 801


def test_only_the_first_checkpoint_that_fails_is_a_finding(log: Log) -> None:
    entries = [event(position) for position in range(1, 11)]
    append(log, entries)
    known = roots(entries)
    claims = [Claim(at, known[at] if at < 4 else bytes(32), f"at {at}") for at in range(1, 13)]
    verdict = verify(log, reversed(claims))
    assert [(found.label, *place) for found, place in _labelled(verdict.findings)] == [
        ("at 4", Kind.CHECKPOINT, 4, 4),
        ("at 12", Kind.SHORTER, 11, 12),
    ]
    assert verdict.failed == tuple(claims[3:])
    assert verdict.signed_upto == 3


def _labelled(findings: Sequence[Finding]) -> list[tuple[Finding, tuple[Kind, int, int]]]:
    return list(zip(findings, places(findings), strict=True))


@pytest.mark.parametrize("code", [Code.VAULT_DAMAGED, Code.LOG_BUSY])
def test_another_problem_is_no_damage(log: Log, code: Code) -> None:
    append(log, [event(1, gone=["contract"])])

    def fail(*_: object) -> NoReturn:
        raise Problem(code, "Something is wrong.")

    for verifying in (partial(verify, missing=fail), partial(verify, progress=fail)):
        with pytest.raises(Problem) as caught:
            verifying(log)
        assert caught.value.code == code


# Files that are broken.


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for trigger in ("events_are_not_changed", "events_are_not_deleted"):
            db.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in statements:
            db.execute(statement)


PAGE = 8_192


def pages(path: Path, entries: Sequence[Entry]) -> list[int]:
    """Find the pages of the file that hold the bytes of the events, by a search for them."""
    content = path.read_bytes()
    return [content.index(entry.state) // PAGE for entry in entries]


def destroy(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(b"\xff" * PAGE)


def test_a_page_of_the_events_is_broken(log: Log, path: Path) -> None:
    entries = [event(at, gone=["contract"] if at == 7 else ()) for at in range(1, 2_001)]
    append(log, entries)
    log.close()
    found = pages(path, entries)
    first = found.index(found[1_199]) + 1
    destroy(path, found[1_199])
    known = roots(entries)
    claims = [Claim(at, known[at], "signed") for at in (500, first - 1, first, 2_000)]
    with Log.open(path, REGISTER) as opened:
        verdict = verify(opened, claims)
        assert verify(opened, claims) == verdict
    assert places(verdict.findings) == [(Kind.FILE, first, first)]
    assert verdict.size == first - 1
    assert verdict.signed_upto == first - 1
    assert verdict.failed == tuple(claims[2:])
    with LogReader(path) as reader:
        verdict = verify(reader, missing=lambda keys: keys)
    assert places(verdict.findings) == [(Kind.BOX_MISSING, 7, 7), (Kind.FILE, first, first)]


def test_a_file_that_leads_back_is_not_followed_for_ever(log: Log, path: Path) -> None:
    entries = [event(position) for position in range(1, 901)]
    append(log, entries)
    log.close()
    found = pages(path, entries)
    first = found.index(found[699]) + 1
    destroy(path, found[found.index(found[699]) + found.count(found[699])])
    content = bytearray(path.read_bytes())
    # The first row of the page before that one says that it is the fifth of the log: a varint of
    # two bytes, before the values of the row.
    at = content.index(entries[first - 1].state)
    key = content.rindex(bytes([0x80 | first >> 7, first & 0x7F]), 0, at)
    content[key : key + 2] = b"\x80\x05"
    path.write_bytes(content)
    with LogReader(path) as reader:
        assert places(verify(reader).findings) == [(Kind.FILE, first, first)]


def test_a_page_of_the_boxes_is_broken(log: Log, path: Path) -> None:
    append(log, [event(at, boxes=(("contract", b"%100d" % at),)) for at in range(1, 2_001)])
    log.close()
    destroy(path, path.read_bytes().index(b"%100d" % 1_200) // PAGE)
    with Log.open(path, REGISTER) as opened:
        verdict = verify(opened, missing=lambda keys: keys)
        assert verify(opened, boxes=False).state is State.UNSIGNED
    (found,) = verdict.findings
    assert found.kind is Kind.FILE
    assert 1_100 < found.position <= 1_200
    assert verdict.boxes_checked == found.position
    assert verdict.size == 2_000
    # Those after it are not known to be missing.
    assert verdict.boxes_gone == 0


def test_a_text_that_is_none(log: Log, path: Path) -> None:
    append(log, [event(position) for position in range(1, 901)])
    change(path, "UPDATE events SET stream = CAST(x'ff' AS TEXT) WHERE position = 700")
    assert places(verify(log).findings) == [(Kind.FILE, 700, 700)]


@pytest.mark.parametrize(
    ("column", "value", "kinds"),
    [
        ("state", "CAST(state AS TEXT)", {Kind.LEAF, Kind.UNREADABLE}),
        ("state", "NULL", {Kind.LEAF, Kind.UNREADABLE}),
        ("state", "7", {Kind.LEAF, Kind.UNREADABLE}),
        ("hashes", "NULL", {Kind.LEAF, Kind.NODE}),
        ("hashes", "7.5", {Kind.LEAF, Kind.NODE}),
        ("version", "'three'", {Kind.COLUMN}),
        ("stream", "NULL", {Kind.COLUMN}),
        ("type", "x'00'", {Kind.COLUMN}),
    ],
)
def test_a_value_of_another_kind(
    log: Log, path: Path, column: str, value: str, kinds: set[Kind]
) -> None:
    append(log, [event(1), event(2), event(3), event(4, "person/b", 1)])
    _loosen(path)
    change(path, f"UPDATE events SET {column} = {value} WHERE position = 3")  # noqa: S608
    with LogReader(path) as reader:
        verdict = verify(reader)
    assert {found.kind for found in verdict.findings} == kinds
    assert {found.position for found in verdict.findings} == {3}


@pytest.mark.parametrize(
    ("column", "value", "found"),
    [
        ("box", "NULL", (Kind.BOX_ALTERED, 3, 3)),
        ("box", "'text'", (Kind.BOX_ALTERED, 3, 3)),
        ("activity", "7", (Kind.BOX_STRAY, 3, 3)),
        # It stands with the box before it.
        ("id", "NULL", (Kind.BOX_STRAY, 0, 0)),
    ],
)
def test_a_box_of_another_kind(
    log: Log, path: Path, column: str, value: str, found: tuple[Kind, int, int]
) -> None:
    append(log, [event(at, boxes=(("contract", b"text"),)) for at in range(1, 4)])
    _loosen(path)
    change(path, f"UPDATE boxes SET {column} = {value} WHERE id >> 10 = 3")  # noqa: S608
    with LogReader(path) as reader:
        assert places(verify(reader).findings) == [found]


def _loosen(path: Path) -> None:
    """Let the tables take values of any kind, as a broken file may hold them."""
    change(
        path,
        "CREATE TABLE loose (position INTEGER PRIMARY KEY, stream, version, type, subject, state,"
        " hashes)",
        "INSERT INTO loose SELECT position, stream, version, type, subject, state, hashes"
        " FROM events",
        "DROP TABLE events",
        "ALTER TABLE loose RENAME TO events",
        "CREATE TABLE loose (id, activity, box)",
        "INSERT INTO loose SELECT * FROM boxes",
        "DROP TABLE boxes",
        "ALTER TABLE loose RENAME TO boxes",
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of some pages, with boxes."""
    path = tmp_path_factory.mktemp("log") / "log.db"
    Log.create(path, REGISTER)
    with Log.open(path, REGISTER) as log:
        append(log, [event(at, boxes=(("contract", b"%60d" % at),)) for at in range(1, 121)])
    return path


def rows(path: Path) -> list[list[tuple[Any, ...]]] | None:
    """Give all that events and boxes hold; None where it cannot be read."""
    try:
        with closing(sqlite3.connect(path)) as db:
            return [
                db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()  # noqa: S608
                for table in ("events", "boxes")
            ]
    except (sqlite3.Error, UnicodeDecodeError):
        return None


@example(place=7_344 / 122_880, byte=0x8A, length=1)  # a name in the schema is no UTF-8
@given(place=st.floats(0, 1, exclude_max=True), byte=st.integers(1, 255), length=st.integers(1, 9))
def test_any_bytes_of_the_file_are_overwritten(
    small: Path, tmp_path_factory: pytest.TempPathFactory, place: float, byte: int, length: int
) -> None:
    path = tmp_path_factory.mktemp("log") / "log.db"
    content = bytearray(small.read_bytes())
    start = int(place * len(content))
    for at in range(start, min(start + length, len(content))):
        content[at] ^= byte
    path.write_bytes(content)
    with LogReader(path) as reader:
        verdict = verify(reader)
    # What cannot be seen of the file's rows is nobody's damage.
    assert (verdict.state is State.DAMAGED) == (rows(path) != rows(small))
