"""Until when a person's values are kept, by the rules of the register (Art. 15(1)(d))."""

from datetime import datetime
from typing import Any

from ropa.domain.activity.events import Retention, RetentionStart
from ropa.domain.person.events import ContactChanged, DetailsCarried
from ropa.domain.request.events import RequestReceived
from ropa.domain.staff.events import StaffRegistered
from ropa.kernel.erasing import Bucket
from ropa.kernel.fact import Recorded, fact_type
from ropa.kernel.ids import ActivityId
from ropa.reports.access.found import Found
from ropa.reports.access.model import Kept
from ropa.reports.cell import Cell
from ropa.reports.entry import cell, entry_of, explained
from ropa.reports.retention import Stored, Term, term_of
from ropa.reports.sources import Sources
from ropa.views.register import Entry

_FROM_COLLECTION = frozenset({RetentionStart.COLLECTED, RetentionStart.COOKIE_LIFETIME})


def rule_of(entry: Entry | None) -> Cell[Retention]:
    """Give an activity's retention rule as a cell."""
    declared = entry.activity if entry else None
    gap = explained("15(1)(d)", declared.retention_gap if declared else None)
    found: Cell[Retention] = cell(entry, "retention", gap, "retention_gap")
    return found


class Keeping:
    """Applies the rules of the register to the values of one person."""

    def __init__(self, sources: Sources, found: Found) -> None:
        """Take the register and what is found of the person."""
        self._sources = sources
        self._found = found
        self._rules: dict[ActivityId, Cell[Retention]] = {}
        self._terms: dict[tuple[str | None, ActivityId, Bucket], Term] = {}

    def rule(self, activity: ActivityId) -> Cell[Retention]:
        """Give the rule of an activity."""
        if activity not in self._rules:
            self._rules[activity] = rule_of(self._found.entries[activity])
        return self._rules[activity]

    def kept(self, event: Recorded[Any], activity: ActivityId) -> Cell[Kept]:
        """Give how long what an event sealed for an activity is kept: as long as its whole unit."""
        rule = self.rule(activity)
        if rule.value is None:
            return Cell(evidence=_with(rule.evidence, event.position), gap=rule.gap)
        unit = (event.subject, activity, fact_type(event.data).bucket_of(event.data))
        if unit not in self._terms:
            self._terms[unit] = self._term(event, activity, unit[2])
        term = self._terms[unit]
        return Cell(
            value=Kept(through=term.through, started=term.started, rule=rule.value),
            evidence=_with(rule.evidence, event.position, *term.evidence),
        )

    def _term(self, event: Recorded[Any], activity: ActivityId, bucket: Bucket) -> Term:
        found, rows = self._found, self._sources.rows
        collected, behind = self._collected(event, activity, bucket)
        if isinstance(event.data, RequestReceived):
            request = found.requests.get(event.data.request)
            stored = Stored(collected=collected, bucket=bucket, request=request)
        elif isinstance(event.data, StaffRegistered):
            staff = entry_of(rows, event.stream)
            stored = Stored(collected=collected, bucket=bucket, staff=staff)
        else:
            standing = found.standings[activity]
            stored = Stored(collected=collected, bucket=bucket, standing=standing)
        term = term_of(found.entries[activity], stored, self._sources.calendar)
        rule = self.rule(activity).value
        counted = rule is not None and rule.start in _FROM_COLLECTION
        return term._replace(evidence=_with(term.evidence, *(behind if counted else ())))

    def _collected(
        self, event: Recorded[Any], activity: ActivityId, bucket: Bucket
    ) -> tuple[datetime, tuple[int, ...]]:
        """Give when the latest of a unit came in, and the events behind that."""
        person = self._found.people.get(event.subject or "")
        part = person.parts.get(activity) if person else None
        kept = part.kept.get(bucket) if part else None
        gone = part.gone.get(bucket) if part else None
        own = [one for one in self._found.events if one.subject == event.subject]
        sealed = [
            one
            for one in own
            if activity in one.sealed and fact_type(one.data).bucket_of(one.data) == bucket
        ]
        if any(isinstance(one.data, DetailsCarried) for one in sealed):
            # A carried value is as old as what it was copied from, wherever that was.
            sealed = [one for one in own if one.sealed or isinstance(one.data, ContactChanged)]
        behind = tuple(one.position for one in (*sealed, *([gone] if gone else ())))
        return (kept.at if kept else event.occurred_at), behind


def _with(evidence: tuple[int, ...], *more: int) -> tuple[int, ...]:
    return tuple(sorted({*evidence, *more}))
