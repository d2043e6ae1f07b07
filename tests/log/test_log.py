"""Appending to a log and reading it."""

import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.kernel.problem import Code, Problem
from ropa.log import MAX_STATE, Entry, Head, Log, LogReader, Seen
from ropa.log.tree import Frontier, leaf_hash
from tests.log.making import REGISTER, START, append, entry, fill, row


def code(caught: pytest.ExceptionInfo[Problem]) -> Code:
    return caught.value.code


def test_an_empty_log(log: Log) -> None:
    assert log.head() == Head(0, b"", None)
    assert list(log.events()) == []
    assert log.position_at(START) == 0
    assert log.version("person/a") == 0


def test_what_was_appended_is_read_back(log: Log) -> None:
    entries = [
        entry(1, "controller", 1),
        entry(2, "person/a", 1, subject="a", boxes=(("contract", b"one"), ("marketing", b"two"))),
        entry(3, "person/b", 1, subject="b", boxes=(("contract", b"three"),)),
        entry(4, "request/1", 1, subject="a"),
        entry(5, "person/a", 2, subject="a"),
        entry(6, "person/b", 2, subject="a"),
        entry(7, "persona", 1),
        entry(8, "person0/a", 1),
    ]
    leaves = append(log, entries)
    assert leaves == [leaf_hash(made.state) for made in entries]
    rows = [row(made) for made in entries]

    def at(*positions: int) -> list[object]:
        return [rows[position - 1] for position in positions]

    assert log.head() == Head(8, leaves[-1], START + timedelta(minutes=8))
    assert list(log.events()) == rows
    assert list(log.events(after=2, upto=5)) == at(3, 4, 5)
    assert list(log.stream("person/a")) == at(2, 5)
    assert list(log.stream("person/a", upto=4)) == at(2)
    assert list(log.streams("person/")) == at(2, 3, 5, 6)
    assert list(log.streams("person/", upto=3)) == at(2, 3)
    assert list(log.subject("a")) == at(2, 4, 5, 6)
    assert list(log.subject("a", upto=5)) == at(2, 4, 5)
    assert list(log.subject("b")) == at(3)
    assert log.event(4) == rows[3]
    assert log.leaf(4) == leaves[3]
    assert log.version("person/a") == 2
    assert log.boxes([2, 3, 4, 99]) == {
        (2, "contract"): b"one",
        (2, "marketing"): b"two",
        (3, "contract"): b"three",
    }
    for missing in (0, 9):
        with pytest.raises(Problem) as caught:
            log.event(missing)
        assert code(caught) == Code.NOT_FOUND


def test_position_at_is_the_last_at_or_before(log: Log) -> None:
    fill(log, 21)
    half = timedelta(seconds=30)
    for position in range(1, 22):
        moment = START + timedelta(minutes=position)
        assert log.position_at(moment) == position
        assert log.position_at(moment - half) == position - 1
    assert log.position_at(START + timedelta(days=1)) == 21


def test_what_is_read_stays_as_it_was(log: Log) -> None:
    fill(log, 5_000)
    reading = log.events()
    first = next(reading)
    fill(log, 10)
    assert first.position == 1
    assert sum(1 for _ in reading) == 4_999


def test_a_block_that_fails_records_nothing(log: Log) -> None:
    fill(log, 3)
    head = log.head()

    def fail() -> None:
        with log.writing() as tx:
            tx.append([entry(4, boxes=(("contract", b"box"),))], [Seen("webshop", "1", 4, 1, None)])
            assert tx.head().position == 4
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert log.head() == head
    assert log.boxes([4]) == {}
    with log.writing() as tx:
        assert tx.seen([("webshop", "1")]) == {}
    append(log, [entry(4, pad=1)])
    assert log.root(4) == _root(log)


def test_what_was_not_recorded_leaves_no_trace_in_the_tree(log: Log, path: Path) -> None:
    fill(log, 2)

    def fail() -> None:
        with log.writing() as tx:
            tx.append([entry(3, pad=1), entry(4)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    # Another process records other events, of which the last is the same.
    with Log.open(path, REGISTER) as other:
        append(other, [entry(3, pad=2), entry(4)])
    append(log, [entry(n) for n in range(5, 9)])
    assert log.root(8) == _root(log)


def test_several_appends_are_one_transaction(log: Log) -> None:
    with log.writing() as tx:
        tx.append([entry(1)])
        tx.append([entry(2), entry(3)])
        assert [found.position for found in tx.stream("person/a")] == [1, 2, 3]
    assert log.head().position == 3
    assert log.root(3) == _root(log)


def test_seen_facts_are_remembered(log: Log) -> None:
    nothing = Seen("webshop", "b", None, 0, b"digest")
    remembered = [Seen("webshop", "a", 1, 2, b"digest"), nothing, Seen("crm", "a", 2, 1, None)]
    append(log, [entry(1), entry(2)], remembered)
    append(log, [], [Seen("crm", "c", None, 0, None)])
    with log.writing() as tx:
        asked = [("webshop", "a"), ("webshop", "b"), ("crm", "a"), ("crm", "b")]
        assert tx.seen(asked) == {(fact.source, fact.id): fact for fact in remembered}
        assert set(tx.seen([("crm", "c")])) == {("crm", "c")}
    with pytest.raises(Problem) as caught:
        append(log, [entry(3)], [nothing])
    assert code(caught) == Code.ID_REUSED
    assert log.head().position == 2


@pytest.mark.parametrize("position", [1, 3, 5])
def test_a_position_must_be_the_next(log: Log, position: int) -> None:
    fill(log, 3)
    with pytest.raises(Problem) as caught:
        append(log, [entry(position, version=9)])
    assert code(caught) == Code.LOG_DAMAGED
    with pytest.raises(Problem) as caught:
        append(log, [entry(4), entry(6)])
    assert code(caught) == Code.LOG_DAMAGED
    assert log.head().position == 3


def test_a_version_is_taken_once(log: Log) -> None:
    fill(log, 3)
    with pytest.raises(Problem) as caught:
        append(log, [entry(4, version=4), entry(5, version=3)])
    assert code(caught) == Code.STALE_VERSION
    assert log.head().position == 3


def test_a_failed_append_is_not_recorded_in_part(log: Log) -> None:
    fill(log, 3)

    def go_on() -> None:
        with log.writing() as tx:
            with pytest.raises(Problem):
                tx.append([entry(4, version=4), entry(5, version=3)])
            tx.head()

    with pytest.raises(Problem) as caught:
        go_on()
    assert code(caught) == Code.STALE_VERSION
    assert log.head().position == 3


def test_an_event_has_a_greatest_length(log: Log) -> None:
    room = MAX_STATE - len(entry(1).state)
    append(log, [entry(1, pad=room)])
    assert len(log.event(1).state) == MAX_STATE
    with pytest.raises(Problem) as caught:
        append(log, [entry(2), entry(3, pad=room + 1)])
    assert code(caught) == Code.EVENT_TOO_LARGE
    assert caught.value.where.position == 3
    assert log.head().position == 1


@pytest.mark.parametrize("statement", ["UPDATE events SET type = 'x'", "DELETE FROM events"])
def test_the_database_refuses_to_change_an_event(log: Log, path: Path, statement: str) -> None:
    entries = fill(log, 2)
    with closing(sqlite3.connect(path)) as other, pytest.raises(sqlite3.IntegrityError):
        other.execute(statement)
    assert list(log.events()) == [row(made) for made in entries]


def test_threads_append_in_turn(log: Log) -> None:
    together = Barrier(4)

    def write(stream: str) -> None:
        together.wait()
        for version in range(1, 26):
            with log.writing() as tx:
                position = tx.head().position + 1
                assert tx.version(stream) == version - 1
                tx.append([entry(position, stream, version)])
            # A thread may read while others wait to write.
            assert len(list(log.stream(stream))) == version

    threads = [Thread(target=write, args=(f"person/{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found.position for found in log.events()] == list(range(1, 101))
    assert log.root(100) == _root(log)


def test_a_thread_reads_while_it_writes_and_another_waits(log: Log) -> None:
    entered = Barrier(2)

    def write() -> None:
        entered.wait()
        fill(log, 1)

    other = Thread(target=write)
    other.start()
    with log.writing() as tx:
        entered.wait()
        for _ in range(200):
            assert log.head().position == 0
        tx.append([entry(1)])
    other.join()
    assert log.head().position == 2


def test_closing_waits_for_no_one_and_breaks_nothing(path: Path) -> None:
    log = Log.open(path, REGISTER)
    fill(log, 1_000)
    reading = log.events()
    next(reading)
    log.close()
    assert sum(1 for _ in reading) == 999
    assert not path.with_name("log.db-wal").exists()


def test_a_log_that_another_keeps_locked_is_busy(log: Log, path: Path) -> None:
    with log.recorder.datastore.transaction(commit=False) as cursor:
        cursor.execute("PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Problem) as caught:
            fill(log, 1)
        assert code(caught) == Code.LOG_BUSY
        other.execute("ROLLBACK")
    fill(log, 1)
    assert log.head().position == 1


def test_every_connection_is_durable_and_deletes_for_good(log: Log) -> None:
    fill(log, 3)
    held: list[Iterator[object]] = [log.events() for _ in range(6)]
    for reading in held:
        next(reading)
    in_use = list(log.recorder.datastore.pool._in_use.values())
    assert len(in_use) == 6
    for connection in in_use:
        cursor = connection.cursor()
        for pragma, expected in (
            ("synchronous", 2),
            ("secure_delete", 1),
            ("journal_mode", "wal"),
            ("page_size", 8192),
            ("busy_timeout", 30_000),
        ):
            cursor.execute(f"PRAGMA {pragma}")
            assert tuple(cursor.fetchone()) == (expected,)
    del held


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 9)), max_size=40),
    st.integers(1, 6),
    st.integers(0, 100),
)
def test_ranges_of_histories_cover_each_event_once(
    tmp_path_factory: pytest.TempPathFactory,
    histories: list[tuple[str, int]],
    parts: int,
    upto: int,
) -> None:
    path = tmp_path_factory.mktemp("log") / "log.db"
    Log.create(path, REGISTER)
    entries: list[Entry] = []
    versions: dict[str, int] = {}
    for name, count in histories:
        for _ in range(count):
            versions[name] = versions.get(name, 0) + 1
            entries.append(entry(len(entries) + 1, name, versions[name]))
    with Log.open(path, REGISTER) as log:
        append(log, entries)
        with LogReader(path) as reader:
            ranges = reader.split(parts, upto)
            assert 1 <= len(ranges) <= parts
            assert len({part.first for part in ranges}) == len(ranges)
            found = [state for part in ranges for _, state in reader.by_stream(part, upto)]
            ordered = sorted(entries, key=lambda made: (made.stream, made.version))
            assert found == [made.state for made in ordered if made.position <= upto]
            assert list(reader.events()) == list(log.events())


def test_ranges_hold_about_as_many_events_each(log: Log, path: Path) -> None:
    append(log, [entry(n, f"person/{n % 50:02}", n) for n in range(1, 1_001)])
    with LogReader(path) as reader:
        ranges = reader.split(4, 1_000)
        sizes = [len(list(reader.by_stream(part, 1_000))) for part in ranges]
    assert sizes == [240, 260, 240, 260]


def test_questions_about_few_events_read_few(log: Log, path: Path) -> None:
    append(
        log,
        [
            entry(n, "activity/a", n)
            if n % 1_000 == 0
            else entry(n, f"person/{n % 500}", n, subject=f"{n % 500}")
            for n in range(1, 20_001)
        ],
    )
    with LogReader(path) as reader:
        steps = 0

        def count() -> int:
            nonlocal steps
            steps += 1
            return 0

        assert reader.head().position == 20_000
        reader._open().set_progress_handler(count, 100)
        for few in (reader.stream("person/7"), reader.subject("7"), reader.streams("activity/")):
            assert 20 <= len(list(few)) <= 40
        assert reader.version("activity/a") == 20_000
        assert reader.position_at(START + timedelta(minutes=7_000)) == 7_000
        assert reader.boxes([3, 4]) == {}
        assert steps < 100
        list(reader.events())
        assert steps > 1_000


def test_a_reader_travels_and_cannot_write(log: Log, path: Path) -> None:
    fill(log, 3)
    with LogReader(path) as reader:
        assert reader.head() == log.head()
        with pickle.loads(pickle.dumps(reader)) as other:  # noqa: S301 - made one line above
            assert list(other.events(1)) == list(log.events(1))
            assert other.leaf(2) == log.leaf(2)
        fill(log, 1)
        assert reader.head().position == 4
        with reader._cursor() as cursor, pytest.raises(sqlite3.OperationalError):
            cursor.execute("INSERT INTO meta VALUES ('a', 'b')")


def _root(log: Log) -> bytes:
    """Give the root of the tree computed from the events themselves."""
    edge = Frontier()
    edge.extend(found.state for found in log.events())
    return edge.root()
