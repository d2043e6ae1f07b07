"""One register, shared by the threads of a long-running server."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from ropa.app import Moment, Register, Status
from ropa.kernel.fact import Number
from ropa.kernel.opening import Values
from ropa.views.people import PEOPLE
from tests.app.shop import append, customer, founded

WRITERS, CUSTOMERS = 4, 25


def _number(writer: int, customer_number: int) -> str:
    return f"KUND{writer:02}{customer_number:04}"


def test_threads_append_and_read_at_once(shop: Path) -> None:
    with Register.open(shop) as register, ThreadPoolExecutor(WRITERS + 3) as pool:
        begun = register.head
        done = Event()
        readers = [pool.submit(_until, done, read, register) for read in (_rows, _reports, _events)]
        writers = [pool.submit(_write, register, writer) for writer in range(WRITERS)]
        try:
            positions = [position for writer in writers for position in writer.result(60)]
        finally:
            done.set()
        assert all(reader.result(60) for reader in readers)
        assert sorted(positions) == list(range(begun + 1, begun + 1 + 3 * WRITERS * CUSTOMERS))
        assert register.head == begun + len(positions)
        assert sum(1 for _ in register.rows().all(PEOPLE)) == WRITERS * CUSTOMERS
        assert list(register.check_views()) == []


def test_the_same_facts_from_all_threads_are_recorded_once(register: Register) -> None:
    events = [
        event
        for number in range(10)
        for event in customer(_number(0, number), name="Bo Exempel", email="bo@exempel.example")
    ]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: append(register, events), range(6)))
    assert len({tuple(receipt.position for receipt in answer) for answer in answers}) == 1
    assert Counter(receipt.status for answer in answers for receipt in answer) == {
        Status.RECORDED: len(events),
        Status.REPEATED: 5 * len(events),
    }


def test_two_registers_in_one_process(tmp_path: Path) -> None:
    one, other = founded(tmp_path / "one"), founded(tmp_path / "other")
    with Register.open(one) as first, Register.open(other) as second:
        append(first, customer("KUND1", name="Bo Exempel", email="bo@exempel.example"))
        assert second.find(Number("webshop", "KUND1")) is None


def _write(register: Register, writer: int) -> list[int]:
    positions = []
    for number in range(CUSTOMERS):
        name = f"Namn {writer} {number}"
        events = customer(
            _number(writer, number), name=name, email=f"{writer}.{number}@exempel.example"
        )
        receipts = append(register, events)
        positions += [receipt.position for receipt in receipts]
        found = register.find(Number("webshop", _number(writer, number)))
        assert found == receipts[0].subject
        # What is acknowledged is read at once, by whoever wrote it.
        assert register.rows().get(PEOPLE, found or "") is not None
    return positions


def _until(done: Event, read: Callable[[Register], None], register: Register) -> int:
    times = 0
    while not done.is_set() or not times:
        read(register)
        times += 1
    return times


def _rows(register: Register) -> None:
    for person, row in register.rows().all(PEOPLE):
        assert person
        assert row.accounts


def _events(register: Register) -> None:
    places = [event.position for event in register.events()]
    assert places == list(range(1, len(places) + 1))


def _reports(register: Register) -> None:
    number = Number("webshop", _number(0, 0))
    person = register.find(number)
    if person is None:
        return
    register.make("access", person=person)
    register.rows(Moment(at=register.head))
    with register.asking(person=person) as sources:
        for event in sources.events(person):
            for activity in event.sealed:
                assert isinstance(sources.open(event, activity), Values)
