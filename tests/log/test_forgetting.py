"""Forgetting: what was emptied is in no byte of the log's files, and all else is whole."""

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from random import Random
from threading import Thread

import msgspec
import pytest

from ropa.log import Entry, Log, LogReader, Seen, Writing
from tests.log.making import REGISTER, append, entry, fill

BLOCK = 8
ACTIVITIES = ("contract", "marketing", "bookkeeping", "accountability", "b" * 64)
MARK = b"\xc5\xa9"
_FOUND = re.compile(MARK + rb"(?!\0\0)(..)\1", re.DOTALL)


class Secrets:
    """Contents in which every eight bytes say which it is: so any piece of one is found.

    The number stands there twice, so that none is read out of two pieces that happen to touch.
    """

    def __init__(self) -> None:
        self.made = 0

    def make(self, length: int) -> bytes:
        self.made += 1
        head = MARK + self.made.to_bytes(2) * 2
        return b"".join(head + n.to_bytes(2) for n in range(length // BLOCK)).ljust(length, b"\0")


def told(contents: Iterable[bytes | None]) -> set[int]:
    """Give which contents these are."""
    return {int.from_bytes(content[2:4]) for content in contents if content}


def scanned(folder: Path) -> set[int]:
    """Give the contents of which a piece is in any of the files."""
    return {
        int.from_bytes(found)
        for file in folder.iterdir()
        for found in _FOUND.findall(file.read_bytes())
    }


def wal(path: Path) -> int:
    """Give the length of the write-ahead log."""
    return path.with_name(f"{path.name}-wal").stat().st_size


class History:
    """A log that grows and forgets at random, and what should be in it."""

    def __init__(self, path: Path, seed: int) -> None:
        self.path = path
        self.chance = Random(seed)
        self.secrets = Secrets()
        self.boxes: dict[tuple[int, str], bytes] = {}
        self.facts: dict[tuple[str, str], Seen] = {}
        self.log = Log.open(path, REGISTER)

    def reopen(self) -> None:
        self.log.close()
        self.log = Log.open(self.path, REGISTER)

    def append(self) -> None:
        """Append a batch."""
        with self.log.writing() as tx:
            entries, facts = self._batch(tx)
        self.boxes |= {
            (made.position, activity): box for made in entries for activity, box in made.boxes
        }
        self.facts |= {(fact.source, fact.id): fact for fact in facts}

    def fail(self) -> None:
        """Append a batch that is not recorded after all."""

        def fail() -> None:
            with self.log.writing() as tx:
                self._batch(tx)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()

    def _batch(self, tx: Writing) -> tuple[list[Entry], list[Seen]]:
        first = tx.head().position + 1
        entries = [self._entry(first + n) for n in range(self.chance.choice((1, 2, 9, 70)))]
        facts = [self._fact(made.position) for made in entries for _ in range(4)]
        tx.append(entries, facts)
        return entries, facts

    def _entry(self, position: int) -> Entry:
        names = self.chance.sample(ACTIVITIES, self.chance.randrange(len(ACTIVITIES)))
        boxes = tuple((name, self.secrets.make(self._length())) for name in names)
        return entry(position, boxes=boxes, pad=self.chance.randrange(900))

    def _length(self) -> int:
        return int(30 * 2 ** self.chance.uniform(0, 11))

    def _fact(self, position: int) -> Seen:
        source, name = self.chance.choice(("webshop", "crm")), f"{self.chance.random()}"
        digest = self.secrets.make(32)
        if self.chance.random() < 0.6:
            return Seen(source, name, position, 1, digest)
        return Seen(source, name, None, 0, digest, self._person())

    def _person(self) -> str:
        return f"{self.chance.randrange(30)}"

    def forget(self) -> None:
        """Forget boxes and facts in any order, and the facts by which nothing changed for one."""
        share = self.chance.choice((0.01, 0.1, 0.5))
        boxes = [at for at in self.boxes if self.chance.random() < share]
        facts = [at for at in self.facts if self.chance.random() < share]
        subject = self.chance.choice((None, self._person()))
        self.chance.shuffle(boxes)
        self.chance.shuffle(facts)
        with self.log.writing() as tx:
            tx.forget(boxes, facts, subject)
        for box in boxes:
            del self.boxes[box]
        facts += [at for at, fact in self.facts.items() if subject and fact.subject == subject]
        for at in facts:
            self.facts[at] = msgspec.structs.replace(self.facts[at], digest=None)

    def forget_all(self) -> None:
        with self.log.writing() as tx:
            tx.forget(self.boxes, (), None)
        self.boxes.clear()

    def check(self) -> None:
        assert self.log.truncate()
        assert wal(self.path) == 0
        held = [*self.boxes.values(), *(fact.digest for fact in self.facts.values())]
        assert scanned(self.path.parent) == told(held)
        assert self.log.boxes(range(1, self.log.head().position + 1)) == self.boxes
        with self.log.writing() as tx:
            assert tx.seen(self.facts) == self.facts


@pytest.mark.parametrize("seed", range(8))
def test_what_is_forgotten_is_in_no_file(path: Path, seed: int) -> None:
    history = History(path, seed)
    steps = [history.append] * 5 + [history.forget] * 3 + [history.fail, history.reopen]
    for _ in range(4):
        for _ in range(20):
            history.chance.choice(steps)()
        history.check()
    assert len(history.boxes) > 20
    assert history.secrets.made > 1_000
    history.forget_all()
    history.check()
    history.log.close()


def test_forgetting_twice_changes_nothing(log: Log, path: Path) -> None:
    boxes = (("contract", b"one"), ("marketing", b"two"))
    append(log, [entry(1, boxes=boxes), entry(2, boxes=boxes)], [Seen("crm", "a", 1, 1, b"digest")])
    for _ in range(2):
        with log.writing() as tx:
            tx.forget([(1, "contract"), (1, "bookkeeping"), (9, "contract")], [("crm", "a")], None)
            assert tx.seen([("crm", "a")]) == {("crm", "a"): Seen("crm", "a", 1, 1, None)}
        assert log.boxes([1, 2]) == {
            (1, "marketing"): b"two",
            (2, "contract"): b"one",
            (2, "marketing"): b"two",
        }
        with log.stored() as stored:
            assert [row[:2] for row in stored.boxes()] == [
                (1, "marketing"),
                (2, "contract"),
                (2, "marketing"),
            ]
        assert log.truncate()
    assert wal(path) == 0


def test_a_fact_that_changed_nothing_is_found_by_whom_it_was_about(log: Log) -> None:
    facts = [
        Seen("crm", "a", None, 0, b"digest", "anna"),
        Seen("crm", "b", None, 0, b"digest", "bo"),
        Seen("crm", "c", 1, 1, b"digest"),
        Seen("crm", "d", None, 0, b"digest"),
    ]
    append(log, [entry(1, subject="anna")], facts)
    with log.writing() as tx:
        tx.forget([], [], "anna")
    asked = [(fact.source, fact.id) for fact in facts]
    with log.writing() as tx:
        assert list(tx.seen(asked).values()) == [
            Seen("crm", "a", None, 0, None, "anna"),
            *facts[1:],
        ]


def test_a_block_that_fails_forgets_and_finishes_nothing(log: Log) -> None:
    append(log, [entry(1, boxes=(("contract", b"one"),), erases=True)])

    def fail() -> None:
        with log.writing() as tx:
            tx.forget([(1, "contract")], [], None)
            tx.finish([1])
            assert tx.boxes([1]) == {}
            assert tx.unfinished() == ()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert log.boxes([1]) == {(1, "contract"): b"one"}
    assert log.unfinished() == (1,)


def test_erasures_are_known_until_they_are_finished(log: Log, path: Path) -> None:
    assert (log.unfinished(), list(log.erasures()), log.last_erasure()) == ((), [], 0)
    append(log, [entry(n, erases=n in {2, 5, 9}) for n in range(1, 11)])
    with LogReader(path) as reader:
        assert (reader.unfinished(), reader.last_erasure()) == ((2, 5, 9), 9)
    with log.writing() as tx:
        tx.append([entry(11, erases=True), entry(12)])
        tx.finish([5, 2, 7])
        assert tx.unfinished() == (9, 11)
    with log.writing() as tx:
        tx.finish([5, 9])
    assert log.unfinished() == (11,)
    assert list(log.erasures()) == [2, 5, 9, 11]
    assert list(log.erasures(5)) == [9, 11]
    assert log.last_erasure() == 11
    append(log, [entry(13)])
    assert log.last_erasure() == 11


def test_an_unfinished_erasure_is_found_without_reading_the_others(log: Log, path: Path) -> None:
    append(log, [entry(n, erases=True) for n in range(1, 20_001)])
    with log.writing() as tx:
        tx.finish(range(1, 20_000))
    with LogReader(path) as reader:
        steps = 0

        def count() -> int:
            nonlocal steps
            steps += 1
            return 0

        assert reader.unfinished() == (20_000,)
        reader._open().set_progress_handler(count, 100)
        assert reader.unfinished() == (20_000,)
        assert reader.last_erasure() == 20_000
        assert list(reader.erasures(19_990)) == list(range(19_991, 20_001))
        assert steps < 10


def test_an_open_reader_keeps_the_write_ahead_log(log: Log, path: Path) -> None:
    fill(log, 100)
    with LogReader(path) as reader:
        reading = reader.events()
        next(reading)
        fill(log, 1)
        assert not log.truncate()
        assert wal(path) > 0
        assert sum(1 for _ in reading) == 99
    assert log.truncate()
    assert wal(path) == 0


def test_a_reader_in_another_process_keeps_it_too(log: Log, path: Path) -> None:
    fill(log, 100)
    reads = (
        "import pathlib, sys; from ropa.log import LogReader\n"
        "reading = LogReader(pathlib.Path(sys.argv[1])).events()\n"
        "print(next(reading).position, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", reads, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline() == b"1\n"
        fill(log, 1)
        assert not log.truncate()
        other.stdin.close()
    assert log.truncate()
    assert wal(path) == 0


def test_a_writer_is_not_waited_for_in_vain(log: Log, path: Path) -> None:
    with log.writing() as tx:
        tx.append([entry(1)])
        assert not log.truncate()
    with Log.open(path, REGISTER) as other, other.writing():
        assert not log.truncate()
    assert log.truncate()


def test_all_connections_may_be_lent(log: Log, path: Path) -> None:
    fill(log, 100)
    pool = log.recorder.datastore.pool
    held = [log.events() for _ in range(pool.pool_size + pool.max_overflow)]
    for reading in held:
        next(reading)
    assert not log.truncate()
    for reading in held:
        assert sum(1 for _ in reading) == 99
    assert log.truncate()
    assert wal(path) == 0


def test_threads_write_and_read_while_it_is_truncated(log: Log, path: Path) -> None:
    def write() -> None:
        for _ in range(40):
            fill(log, 5)
            assert log.head().position >= 5

    threads = [Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    answers = []
    while any(thread.is_alive() for thread in threads):
        answers.append(log.truncate())
    for thread in threads:
        thread.join()
    assert answers
    assert log.truncate()
    assert wal(path) == 0
    assert [found.position for found in log.events()] == list(range(1, 601))
