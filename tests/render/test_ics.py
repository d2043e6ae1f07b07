"""The calendar of the open requests, read back by the library and line by line."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar as Read

from ropa.domain.request.examples import EXTENDED, IDENTITY_ASKED, RECEIVED
from ropa.kernel.deadline import Calendar
from ropa.kernel.ids import Language
from ropa.render.ics import write_calendar
from ropa.views.requests import open_requests
from tests.histories import ANNA, Log

REGISTER = "6ad6f1ab-63f4-4a27-9a6c-97a2ad6b1a11"
NOW = datetime(2026, 2, 1, 9, 30, 15, 123456, tzinfo=UTC)
PLAIN, LONGER = RECEIVED.request, "3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e99"


def written(language: Language = Language.EN, now: datetime = NOW, *, extended: bool = True) -> str:
    log = Log()
    log.add(RECEIVED, ANNA, {"rights": {"contact.name": "Anna"}}, day=1)
    log.add(IDENTITY_ASKED, day=2)
    log.add(replace(RECEIVED, request=LONGER), day=3)
    if extended:
        log.add(replace(EXTENDED, request=LONGER), day=4)
    found = open_requests(log.rows(), Calendar(), now.date())
    return write_calendar(found, register=REGISTER, now=now, language=language).decode()


def test_each_open_request_is_a_whole_day_on_its_safe_date() -> None:
    read = Read.from_ical(written())
    assert [event.uid for event in read.events] == [
        f"{PLAIN}@{REGISTER}",
        f"{LONGER}@{REGISTER}",
    ]
    assert [event.start for event in read.events] == [date(2026, 2, 1), date(2026, 4, 3)]
    assert [event.end - event.start for event in read.events] == [timedelta(days=1)] * 2
    assert [event.stamp for event in read.events] == [NOW.replace(microsecond=0)] * 2


def test_it_is_valid_for_the_library_and_has_what_the_standard_demands() -> None:
    text = written()
    assert [event.errors for event in Read.from_ical(text).events] == [[], []]
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    for name in (
        "VERSION:2.0",
        "PRODID:",
        "DTSTART;VALUE=DATE:20260201",
        "DTSTAMP:20260201T093015Z",
    ):
        assert f"\r\n{name}" in text


def test_an_extension_moves_the_same_event() -> None:
    before, after = (
        next(event for event in Read.from_ical(text).events if event.uid.startswith(LONGER))
        for text in (written(extended=False), written())
    )
    assert (before.uid, before.sequence, before.start) == (after.uid, 0, date(2026, 2, 3))
    assert (after.sequence, after.start) == (1, date(2026, 4, 3))


@pytest.mark.parametrize(
    ("language", "summary", "description"),
    [
        (
            Language.SV,
            "Besvara begäran: Tillgång, registerutdrag (art. 15); Radering (art. 17)",
            [
                f"Begäran {PLAIN}",
                "Mottagen 1 januari 2026",
                "Säkert datum: 1 februari 2026",
                "Sista dag enligt lag: 2 februari 2026",
                "Den registrerade har ombetts styrka sin identitet och har inte gjort det ännu.",
            ],
        ),
        (
            Language.EN,
            "Answer the request: Access (Art. 15); Erasure (Art. 17)",
            [
                f"Request {PLAIN}",
                "Received 1 January 2026",
                "Safe date: 1 February 2026",
                "Legal date: 2 February 2026",
                "Proof of identity has been asked for and has not come in yet.",
            ],
        ),
    ],
)
def test_it_tells_the_legal_date_and_nothing_of_the_person(
    language: Language, summary: str, description: list[str]
) -> None:
    text = written(language)
    first, second = Read.from_ical(text).events
    assert str(first.summary) == summary
    assert str(first.description).splitlines() == description
    assert len(str(second.description).splitlines()) == 5
    assert ANNA not in text
    assert "Anna" not in text


def test_the_same_queue_at_the_same_moment_gives_the_same_bytes() -> None:
    assert written() == written()
    assert written() != written(now=NOW + timedelta(hours=1))


def test_an_empty_queue_is_a_calendar_too() -> None:
    empty = write_calendar([], register=REGISTER, now=NOW, language=Language.SV)
    assert not Read.from_ical(empty).events
