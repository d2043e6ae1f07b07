from dataclasses import replace

from ropa.domain.breach.clock import Timeliness
from ropa.domain.breach.events import Risk
from ropa.domain.breach.examples import (
    ASSESSED,
    BREACH,
    CLOSED,
    DESCRIBED,
    DISCOVERED,
    NOT_TOLD,
    NOTIFIED,
    TOLD,
)
from ropa.kernel.categories import Category
from ropa.views.breaches import BREACHES, Breach, clock_of, first_notified
from tests.histories import Log, noon

ACCOUNT = {"accountability": {Category.INCIDENT_ACCOUNT: {"facts": "Two letters."}}}


def row_of(log: Log) -> Breach:
    row = log.rows().get(BREACHES, BREACH)
    assert row is not None
    return row


def test_a_case_from_discovery_to_its_end() -> None:
    log = Log()
    log.add(DISCOVERED, None, ACCOUNT)
    log.add(replace(DESCRIBED, persons=None, records=9), None, ACCOUNT)
    for event in (ASSESSED, NOTIFIED, TOLD, NOT_TOLD, CLOSED):
        log.add(event)
    row = row_of(log)
    assert (row.discovered.at, row.discovered.position) == (noon(1), 1)
    assert row.accounts == (1, 2)
    assert row.persons is not None
    assert row.records is not None
    assert (row.persons.count, row.persons.position) == (DISCOVERED.persons, 1)
    assert (row.records.count, row.records.position) == (9, 2)
    assert row.assessed is not None
    assert row.assessed.risk is Risk.UNLIKELY
    assert [one.reference for one in row.notified] == [NOTIFIED.reference]
    assert [one.persons for one in row.told] == [TOLD.persons]
    assert row.not_told is not None
    assert row.not_told.ground is NOT_TOLD.ground
    assert row.closed is not None
    assert row.closed.reason == CLOSED.reason
    assert row.positions == tuple(range(1, 8))


def test_the_risk_is_the_one_that_was_assessed_last() -> None:
    log = Log()
    log.add(DISCOVERED)
    log.add(ASSESSED)
    log.add(replace(ASSESSED, risk=Risk.HIGH_RISK))
    row = row_of(log)
    assert row.assessed is not None
    assert (row.assessed.risk, row.assessed.position) == (Risk.HIGH_RISK, 3)
    assert clock_of(row, noon(2)).state is Timeliness.RUNNING


def test_the_notification_that_occurred_first_counts_though_it_came_in_later() -> None:
    log = Log()
    log.add(DISCOVERED, day=1)
    log.add(NOTIFIED, day=9)
    log.add(NOTIFIED, day=2)
    row = row_of(log)
    first = first_notified(row)
    assert first is not None
    assert first.position == 3
    assert clock_of(row, noon(30)).state is Timeliness.IN_TIME


def test_an_event_of_a_case_that_was_never_begun_makes_none() -> None:
    log = Log()
    log.add(ASSESSED)
    assert log.rows().get(BREACHES, BREACH) is None
