"""Until when a person's values are kept, by the rules of the register (Art. 15(1)(d))."""

from datetime import date
from typing import Any, assert_never

from ropa.domain.activity.events import Retention, RetentionStart
from ropa.domain.person.events import AccountingRecordFiled
from ropa.domain.request.events import RequestReceived
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId
from ropa.reports.access.found import Found
from ropa.reports.access.model import Kept
from ropa.reports.cell import Cell
from ropa.reports.entry import cell, entry_of, explained
from ropa.reports.retention import kept_through
from ropa.reports.sources import Sources
from ropa.views.register import Entry

_Start = tuple[date | None, tuple[int, ...]]
"""The day from which a rule counts, where it is known, and the events behind it."""


def rule_of(entry: Entry | None) -> Cell[Retention]:
    """Give an activity's retention rule as a cell."""
    declared = entry.activity if entry else None
    gap = explained("30(1)(f)", declared.retention_gap if declared else None)
    found: Cell[Retention] = cell(entry, "retention", gap, "retention_gap")
    return found


class Keeping:
    """Applies the rules of the register to the values of one person."""

    def __init__(self, sources: Sources, found: Found) -> None:
        """Take the register and what is found of the person."""
        self._sources = sources
        self._found = found
        self._rules: dict[ActivityId, Cell[Retention]] = {}
        self._ends: dict[ActivityId, _Start] = {}

    def rule(self, activity: ActivityId) -> Cell[Retention]:
        """Give the rule of an activity."""
        if activity not in self._rules:
            self._rules[activity] = rule_of(self._found.entries[activity])
        return self._rules[activity]

    def kept(self, event: Recorded[Any], activity: ActivityId) -> Cell[Kept]:
        """Give how long what an event sealed for an activity is kept."""
        rule = self.rule(activity)
        if rule.value is None:
            return Cell(evidence=_with(rule.evidence, event.position), gap=rule.gap)
        started, behind = self._start(rule.value, event, activity)
        through = kept_through(rule.value, started) if started else None
        return Cell(
            value=Kept(through=through, started=started, rule=rule.value),
            evidence=_with(rule.evidence, event.position, *behind),
        )

    def _start(self, rule: Retention, event: Recorded[Any], activity: ActivityId) -> _Start:
        match rule.start:
            case RetentionStart.RELATION_ENDED | RetentionStart.OBJECTION_OR_WITHDRAWAL:
                if activity not in self._ends:
                    self._ends[activity] = self._end(activity)
                return self._ends[activity]
            case RetentionStart.FINANCIAL_YEAR_ENDED:
                filed = isinstance(event.data, AccountingRecordFiled)
                return (event.data.financial_year_end if filed else None), ()
            case RetentionStart.COLLECTED:
                return self._sources.day(event.occurred_at), ()
            case RetentionStart.REQUEST_CLOSED:
                return self._request_closed(event)
            case RetentionStart.EMPLOYMENT_ENDED:
                return self._employment_ended(event)
            case _:
                assert_never(rule.start)

    def _end(self, activity: ActivityId) -> _Start:
        standing = self._found.standings[activity]
        ended = standing.ended_at()
        return (self._sources.day(ended) if ended else None), standing.evidence

    def _request_closed(self, event: Recorded[Any]) -> _Start:
        if not isinstance(event.data, RequestReceived):
            return None, ()
        request = self._found.requests.get(event.data.request)
        if request is None or request.closed is None:
            return None, ()
        return self._sources.day(request.closed.at), (request.closed.position,)

    def _employment_ended(self, event: Recorded[Any]) -> _Start:
        entry = entry_of(self._sources.rows, f"staff/{event.subject}")
        if entry is None or entry.retired is None:
            return None, ()
        return self._sources.day(entry.change(entry.retired).occurred_at), (entry.retired,)


def _with(evidence: tuple[int, ...], *more: int) -> tuple[int, ...]:
    return tuple(sorted({*evidence, *more}))
