"""The library's own published cases, on a recorder taken from an opened log."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder, StoredEvent
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
    RecorderTestCase,
)

from ropa.log import Entry, Log, Seen
from ropa.log.recorder import LogRecorder
from ropa.log.tree import Frontier
from tests.log.making import REGISTER, entry


class OnALog(RecorderTestCase):
    def opened(self) -> Log:
        resources = ExitStack()
        self.addCleanup(resources.close)
        path = Path(resources.enter_context(TemporaryDirectory())) / "log.db"
        Log.create(path, REGISTER)
        return resources.enter_context(Log.open(path, REGISTER))


class TestApplicationRecorder(OnALog, ApplicationRecorderTestCase[ApplicationRecorder]):
    def create_recorder(self) -> ApplicationRecorder:
        return self.opened().recorder


class TestApplicationRecorderWithTextIds(TestApplicationRecorder):
    def new_originator_id(self) -> str:
        return f"person/{uuid4()}"


class TestNonInterleaving(OnALog, NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> ApplicationRecorder:
        return self.opened().recorder


class _WithoutIds(AggregateRecorder):
    """What an aggregate recorder is of an application recorder: it answers with no ids."""

    def __init__(self, recorder: LogRecorder) -> None:
        self._recorder = recorder

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        self._recorder.insert_events(stored_events, **kwargs)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        return self._recorder.select_events(originator_id, gt=gt, lte=lte, desc=desc, limit=limit)


class TestAggregateRecorder(OnALog, AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return _WithoutIds(self.opened().recorder)


def test_bytes_are_stored_as_given_and_hashed(log: Log) -> None:
    stream = uuid4()
    events = [StoredEvent(stream, n, "topic", b"state%d" % n) for n in range(1, 6)]
    assert log.recorder.insert_events(events) == [1, 2, 3, 4, 5]
    edge = Frontier()
    edge.extend(event.state for event in events)
    assert log.root(5) == edge.root()
    found = log.event(3)
    assert (found.stream, found.version, found.type) == (stream.hex, 3, "topic")
    assert (found.subject, found.state) == (None, b"state3")


def test_keywords_go_into_the_transaction_of_the_events(log: Log) -> None:
    entries: list[Entry] = [entry(1, boxes=(("contract", b"box"),))]
    seen = [Seen("webshop", "1", 1, 1, b"digest")]
    assert log.recorder.insert_events([], entries=entries, seen=seen) == [1]
    assert log.boxes([1]) == {(1, "contract"): b"box"}
    with log.writing() as tx:
        assert tx.seen([("webshop", "1")]) == {("webshop", "1"): seen[0]}
