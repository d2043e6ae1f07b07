"""The demo's year, appended to a real register: nothing is refused but the one bad line."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ropa.app import Receipt, Register, Status
from ropa.cli.demo import cases, officer, stories
from ropa.cli.demo.feeds import CORRECTION, FEEDS, corrected, path
from ropa.cli.demo.generate import made
from ropa.domain.person.decider import DECIDER
from ropa.domain.person.events import Disclosed, PersonMerged
from ropa.domain.person.state import PersonState
from ropa.kernel.categories import Category
from ropa.kernel.fact import Number, Recorded
from ropa.kernel.problem import Code, Problem
from ropa.vault import Kind

BATCH = 1_000
BAD_LINE = 1_218
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Year:
    """A register that has taken in the demo's year, and what it answered."""

    def __init__(self, directory: Path) -> None:
        Register.create(directory, sources={name: name for name in FEEDS})
        self.register = Register.open(directory, clock=lambda: NOW)
        self.receipts: dict[str, list[Receipt]] = {}
        self.problem: Problem | None = None
        self.receipts["before"] = self.register.append(officer.before())
        for name in FEEDS[:-1]:
            self.receipts[name] = list(self._send(path(name).read_text(encoding="utf-8")))
        taken = []
        try:
            for receipt in self._send(path("invoicing").read_text(encoding="utf-8")):
                taken.append(receipt)  # noqa: PERF402 - what came before the refusal counts
        except Problem as problem:
            self.problem = problem
        self.receipts["refused"] = taken
        self.receipts["invoicing"] = list(self._send(corrected()))
        self.receipts["after"] = self.register.append(cases.after(self.person))
        self.events = list(self.register.events())

    def _send(self, text: str) -> Iterator[Receipt]:
        facts = [self.register.read_event(line.encode()) for line in text.splitlines()]
        for start in range(0, len(facts), BATCH):
            try:
                yield from self.register.append(facts[start : start + BATCH])
            except Problem as problem:
                raise Problem(problem.code, problem.detail).at(
                    line=start + (problem.where.line or 0), field=problem.where.field
                ) from None

    def person(self, number: Number) -> str:
        found = self.register.find(number)
        assert found is not None
        return found

    def of(self, namespace: str, number: str) -> list[Recorded[Any]]:
        person = self.person(Number(namespace, number))
        return [event for event in self.events if event.subject == person]

    def shop(self, number: str) -> list[Recorded[Any]]:
        return self.of("webshop", number)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    made_year = Year(tmp_path_factory.mktemp("demo") / "register")
    with made_year.register:
        yield made_year


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path(name).read_text(encoding="utf-8").splitlines()]


def _state(events: list[Recorded[Any]]) -> PersonState:
    state = DECIDER.initial
    for event in events:
        if event.stream.startswith("person/"):
            state = DECIDER.evolve(state, event)
    return state


def _sealed(events: list[Recorded[Any]], activity: str) -> list[Recorded[Any]]:
    return [event for event in events if activity in event.sealed]


def test_the_files_are_what_the_generator_makes() -> None:
    for name, lines in made().items():
        assert path(name).read_text(encoding="utf-8").splitlines() == lines, name


def test_the_files_are_small_enough_to_be_opened() -> None:
    assert sum(path(name).stat().st_size for name in (*FEEDS, CORRECTION)) < 1_500_000


def test_one_line_is_refused_and_says_why(year: Year) -> None:
    assert year.problem is not None
    assert year.problem.code is Code.NO_ACTIVITY_FOR_VALUE
    assert year.problem.where.line == BAD_LINE
    assert year.problem.where.field == "data.personal.voucher"
    assert "contract is named, but does not declare financial.voucher" in year.problem.detail
    assert "bookkeeping declares financial.voucher, but is not named" in year.problem.detail
    assert len(year.receipts["refused"]) == BATCH


def test_the_mended_file_is_sent_whole_and_recorded_once(year: Year) -> None:
    before, after = path("invoicing").read_text(encoding="utf-8"), corrected()
    apart = [
        number
        for number, (old, new) in enumerate(
            zip(before.splitlines(), after.splitlines(), strict=True), 1
        )
        if old != new
    ]
    assert apart == [BAD_LINE]
    statuses = Counter(receipt.status for receipt in year.receipts["invoicing"][:BATCH])
    assert statuses == {Status.REPEATED: BATCH}
    mended = year.receipts["invoicing"][BAD_LINE - 1]
    assert mended.status is Status.RECORDED


def test_some_250_people_have_a_year(year: Year) -> None:
    people = {event.stream for event in year.events if event.stream.startswith("person/")}
    assert 240 <= len(people) <= 260
    occurred = [datetime.fromisoformat(line["time"]) for name in FEEDS for line in _lines(name)]
    assert min(occurred).year == 2025
    assert max(occurred) < datetime(2026, 11, 1, tzinfo=UTC)


def test_each_program_repeats_itself_and_the_repeats_are_known(year: Year) -> None:
    for name in FEEDS[:-1]:
        repeated = [found for found in year.receipts[name] if found.status is Status.REPEATED]
        lines = Counter(json.dumps(line) for line in _lines(name))
        assert len(repeated) == sum(lines.values()) - len(lines) >= 3, name


def test_some_events_come_late() -> None:
    late = 0
    for name in FEEDS:
        times = [datetime.fromisoformat(line["time"]) for line in _lines(name)]
        late += sum(second < first for first, second in pairwise(times))
    assert late >= 20


def test_no_id_says_anything_of_a_person() -> None:
    for name in FEEDS:
        for line in _lines(name):
            clear = f"{line['id']} {line.get('cause', '')} {line.get('actor', '')}"
            assert line["subject"] not in clear


def test_addresses_and_telephone_numbers_belong_to_nobody() -> None:
    for name in FEEDS:
        for line in _lines(name):
            given = line["data"].get("personal", {})
            assert given.get("email", ".example").endswith(".example")
            phone = given.get("phone", "070-174 06 05")
            assert phone.startswith(("070-174 06 ", "08-465 004 "))
            assert not phone.startswith("070-174 06 0") or phone[-2:] >= "05"


def test_one_person_is_known_to_all_four_programs(year: Year) -> None:
    numbers = (("invoicing", "F-8830"), ("newsletter", "N-5102"), ("banner", "dev-19b3e6d4"))
    anna = year.person(Number("webshop", stories.ANNA))
    assert {year.person(Number(*number)) for number in numbers} == {anna}
    assert {event.source for event in year.shop(stories.ANNA)} == {*FEEDS, "officer", "ropa"}


def test_a_late_telephone_number_does_not_replace_a_newer_one(year: Year) -> None:
    events = year.shop(stories.ANNA)
    phones = [
        event
        for event in _sealed(events, "contract")
        if Category.CONTACT_PHONE in event.sealed["contract"].categories
    ]
    assert [event.occurred_at.date().isoformat() for event in phones] == [
        "2025-11-03",
        "2026-03-04",
        "2026-02-11",
    ]
    held = _state(events).held["contract"][Category.CONTACT_PHONE]
    assert held.occurred_at == phones[1].occurred_at


def test_a_couple_with_one_address_stays_two_persons(year: Year) -> None:
    karin = year.person(Number("webshop", stories.KARIN))
    lars = year.person(Number("webshop", stories.LARS))
    assert karin != lars
    shared = year.register.find_by(Kind.EMAIL, "familjen.bergstrom@hemmaposten.example")
    assert set(shared) == {karin, lars}


def test_a_consent_that_comes_after_its_withdrawal_gets_no_copy(year: Year) -> None:
    events = year.shop(stories.JOHAN)
    order = [event.type for event in events if event.type.startswith("person.consent")]
    assert order == ["person.consent-withdrawn.v1", "person.consent-given.v1"]
    assert _sealed(events, "marketing") == []


def test_after_an_objection_marketing_gets_nothing(year: Year) -> None:
    events = year.shop(stories.FATIMA)
    objected = next(event for event in events if event.type == "person.objected.v1")
    assert [event.position < objected.position for event in _sealed(events, "marketing")] == [True]
    corrected_later = [event for event in events if event.type == "person.contact-changed.v1"][-1]
    assert corrected_later.position > objected.position
    assert set(corrected_later.sealed) == {"contract"}


def test_a_restriction_is_lifted_and_another_stands(year: Year) -> None:
    assert [
        event.type.split(".")[1]
        for number in (stories.MAJA, stories.OSKAR)
        for event in year.shop(number)
        if "restrict" in event.type
    ] == ["restricted", "restriction-lifted", "restricted"]


def test_bookkeeping_has_vouchers_of_two_years(year: Year) -> None:
    ends = {
        event.data.financial_year_end.isoformat()
        for event in _sealed(year.shop(stories.ERIK), "bookkeeping")
    }
    assert ends == {"2025-12-31", "2026-12-31"}


def test_one_disclosure_is_to_a_recipient_that_the_activity_does_not_declare(year: Year) -> None:
    declared = {
        event.data.activity: set(event.data.recipients)
        for event in year.events
        if event.type == "activity.declared.v1"
    }
    astray = [
        event
        for event in year.events
        if isinstance(event.data, Disclosed)
        and event.data.recipient not in declared[event.data.activity]
    ]
    assert [event.subject for event in astray] == [year.person(Number("webshop", stories.SOFIA))]


def test_two_records_are_found_to_be_one(year: Year) -> None:
    merged = [event for event in year.events if isinstance(event.data, PersonMerged)]
    assert [event.subject for event in merged] == [
        year.person(Number("webshop", stories.ELIN)),
        year.person(Number("newsletter", stories.ELIN_NEWSLETTER)),
    ]


def test_whom_the_shop_does_not_know_has_vouchers_only(year: Year) -> None:
    events = year.of("invoicing", stories.WALK_IN)
    assert {activity for event in events for activity in event.sealed} == {
        "accountability",
        "bookkeeping",
    }


def test_every_kind_of_request_and_end_is_there(year: Year) -> None:
    types = Counter(event.type for event in year.events)
    for name in ("received", "identity-asked", "identity-confirmed", "extended", "decided"):
        assert types[f"request.{name}.v1"], name
    ends = [types[f"request.{name}.v1"] for name in ("answered", "refused", "withdrawn")]
    assert types["request.received.v1"] - sum(ends) == 3
    assert types["breach.closed.v1"] == 1


def test_what_the_officer_records_is_all_recorded(year: Year) -> None:
    for name in ("before", "after"):
        assert {receipt.status for receipt in year.receipts[name]} == {Status.RECORDED}, name


def test_vouchers_are_numbered_without_gaps() -> None:
    series = defaultdict(set)
    for line in _lines("invoicing"):
        voucher = line["data"].get("personal", {}).get("voucher")
        if voucher:
            letter, number = voucher.split("-")
            series[letter].add(int(number))
    for numbers in series.values():
        assert numbers == set(range(1001, 1001 + len(numbers)))
