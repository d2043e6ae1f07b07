"""The register of breaches of Art. 33(5)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ropa.domain.activity.examples import DECLARED
from ropa.domain.breach.clock import Timeliness
from ropa.domain.breach.events import NotTellingGround, Risk
from ropa.domain.breach.examples import (
    ASSESSED,
    CLOSED,
    DESCRIBED,
    DISCOVERED,
    NOT_TOLD,
    NOTIFIED,
    TOLD,
)
from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround
from ropa.kernel.opening import Erased, NotPermitted
from ropa.reports import breaches
from ropa.reports.access.model import Plain
from ropa.reports.breaches import BreachEntry
from ropa.reports.cell import Cell, Point, Severity
from tests.histories import Log, noon

HIGH = replace(ASSESSED, risk=Risk.HIGH_RISK)


def sealed(**account: str) -> dict[str, Any]:
    return {"accountability": {Category.INCIDENT_ACCOUNT: account}}


def case(*events: Any, account: dict[str, Any] | None = None) -> Log:
    """Give the log of a breach that became known on the first day; an event a day follows."""
    log = Log()
    log.add(DISCOVERED, None, account)
    for event in events:
        log.add(event)
    return log


def entry(log: Log, moment: datetime | None = None) -> BreachEntry:
    point = Point(position=1000, moment=moment or noon(30), root="=")
    sources = replace(log.sources(), as_of=point)
    (found,) = breaches.build(sources).breaches
    return found


def missing(cell: Cell[Any]) -> tuple[str | None, Severity] | None:
    return (cell.gap.article, cell.gap.severity) if cell.gap else None


def texts(cell: Cell[Any]) -> list[Any]:
    told = cell.value or ()
    return [one.text.value if isinstance(one.text, Plain) else one.text for one in told]


def state(found: BreachEntry) -> tuple[Timeliness, timedelta | None]:
    assert found.clock.value is not None
    return found.clock.value.state, found.clock.value.left


# The clock.


def test_the_clock_is_read_at_the_papers_moment_and_not_at_the_present() -> None:
    log = case()
    assert entry(log).due.value == noon(4)
    assert state(entry(log, noon(3))) == (Timeliness.RUNNING, timedelta(hours=24))
    assert state(entry(log, noon(6))) == (Timeliness.OVERDUE, -timedelta(hours=48))
    printed = replace(log.sources(), as_of=Point(position=1, moment=noon(3), root="="))
    later = replace(printed, printed_at=datetime(2030, 1, 1, tzinfo=UTC))
    assert breaches.build(printed).breaches == breaches.build(later).breaches


def test_of_a_past_day_the_clock_is_read_when_that_day_ended() -> None:
    point = Point(position=1, moment=noon(30), root="=", valid_at=date(2026, 1, 3))
    paper = breaches.build(replace(case().sources(), as_of=point))
    assert paper.moment == datetime(2026, 1, 3, 23, tzinfo=UTC)  # midnight in Stockholm
    assert state(paper.breaches[0]) == (Timeliness.RUNNING, timedelta(hours=13))


def test_the_figures_count_what_waits_and_what_was_missed() -> None:
    log = case()
    log.add(replace(DISCOVERED, breach="late"), day=1)
    log.add(replace(NOTIFIED, breach="late"), day=9)
    log.add(replace(DISCOVERED, breach="harmless"), day=1)
    log.add(replace(ASSESSED, breach="harmless"), day=1)
    log.add(replace(CLOSED, breach="harmless"), day=1)
    paper = breaches.build(log.sources())
    figures = (paper.count, paper.waiting, paper.missed, paper.running)
    assert [one.value for one in figures] == [3, 1, 2, 2]
    assert [one.breach for one in paper.breaches] == [DISCOVERED.breach, "late", "harmless"]


# Why late, or not at all.


def test_a_late_notification_needs_a_reason_which_may_be_added() -> None:
    log = case(*[DESCRIBED] * 3, NOTIFIED)
    assert state(entry(log)) == (Timeliness.LATE, -timedelta(hours=24))
    assert missing(entry(log).reason) == ("33(1)", Severity.ERROR)
    log.add(replace(NOTIFIED, late_reason="The finder was travelling"))
    reason = entry(log).reason
    assert reason.value is not None
    assert reason.value.late == "The finder was travelling"
    assert reason.evidence == (1, 5, 6)


def test_a_notification_in_time_needs_none() -> None:
    found = entry(case(NOTIFIED))
    assert state(found)[0] is Timeliness.IN_TIME
    assert found.reason == Cell(evidence=(1, 2))


def test_that_a_risk_is_unlikely_is_the_reason_for_not_notifying() -> None:
    found = entry(case(ASSESSED))
    assert state(found) == (Timeliness.NOT_REQUIRED, None)
    assert found.notified == Cell(evidence=(1, 2))
    assert found.reason.value is not None
    assert found.reason.value.risk is Risk.UNLIKELY


def test_what_is_not_notified_is_a_gap_which_weighs_more_when_the_time_has_run_out() -> None:
    log = case()
    assert missing(entry(log, noon(2)).notified) == ("33(1)", Severity.NOTE)
    assert missing(entry(log, noon(2)).reason) is None
    assert missing(entry(log, noon(5)).notified) == ("33(1)", Severity.ERROR)
    assert missing(entry(log, noon(5)).reason) == ("33(1)", Severity.ERROR)


# The persons.


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((), ("34(1)", Severity.NOTE)),
        ((HIGH,), ("34(1)", Severity.ERROR)),
        ((HIGH, NOT_TOLD), ("34(1)", Severity.ERROR)),
        ((HIGH, replace(NOT_TOLD, ground=NotTellingGround.RISK_REMOVED)), None),
        ((HIGH, TOLD), None),
        ((ASSESSED,), None),
        ((NOT_TOLD,), None),
    ],
)
def test_of_a_high_risk_the_persons_are_told_or_there_is_a_ground_that_fits(
    events: tuple[Any, ...], expected: tuple[str, Severity] | None
) -> None:
    assert missing(entry(case(*events)).not_told) == expected


def test_where_no_high_risk_was_assessed_that_is_the_ground() -> None:
    found = entry(case(ASSESSED)).not_told
    assert found.value is not None
    assert found.value.ground is NotTellingGround.NO_HIGH_RISK
    assert found.evidence == (1, 2)


# The account.


def test_an_account_tells_facts_effects_and_remedy_and_what_is_said_again_only_once() -> None:
    log = case(account=sealed(facts="A", effects="B"))
    log.add(DESCRIBED, None, sealed(facts="A", remedy="C"))
    log.add(DESCRIBED, None, sealed(facts="D"))
    found = entry(log)
    assert texts(found.facts) == ["A", "D"]
    assert found.facts.evidence == (1, 3)
    assert texts(found.effects) == ["B"]
    assert texts(found.remedy) == ["C"]
    assert found.remedy.evidence == (1, 2)


def test_what_no_account_tells_is_a_gap() -> None:
    found = entry(case(account=sealed(facts="A")))
    assert missing(found.facts) is None
    assert missing(found.effects) == missing(found.remedy) == ("33(5)", Severity.ERROR)
    assert missing(entry(case()).facts) == ("33(5)", Severity.ERROR)


def test_an_account_that_is_erased_or_closed_to_the_reader_is_told_and_is_no_gap() -> None:
    log = case(account=sealed(facts="A"))
    erased = Erased(position=7, ground=ErasureGround.RETENTION_ENDED, on=date(2033, 1, 1))
    for opened, evidence in ((erased, (1, 7)), (NotPermitted(), (1,))):
        log.boxes[1, "accountability"] = opened
        found = entry(log)
        for cell in (found.facts, found.effects, found.remedy):
            assert texts(cell) == [opened]
            assert cell.evidence == evidence
            assert cell.gap is None


def test_an_account_that_one_of_its_boxes_gives_is_shown() -> None:
    log = case(account={"a": {Category.INCIDENT_ACCOUNT: {}}, **sealed(facts="A")})
    log.boxes[1, "a"] = NotPermitted()
    assert texts(entry(log).facts) == ["A"]


# The rest.


def test_the_activities_that_it_touched_are_called_as_the_register_calls_them() -> None:
    log = case()
    log.add(DECLARED)
    found = entry(log).affected
    assert found.value is not None
    assert [(one.activity, one.title) for one in found.value] == [("contract", DECLARED.title)]
    assert found.evidence == (1, 2)


def test_the_course_of_a_case_tells_each_event_with_its_clear_fields() -> None:
    found = entry(case(HIGH, CLOSED))
    assert [one.position for one in found.course] == [1, 2, 3]
    assert found.course[1].facts == {"risk": Risk.HIGH_RISK}
    assert found.course[2].facts == {"reason": CLOSED.reason}
    assert found.closed.value is not None
