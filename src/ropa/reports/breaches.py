"""The register of breaches: each with its facts, its effects and the remedy (Art. 33(5))."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime, time, timedelta
from typing import Any

import msgspec

from ropa.domain.breach.clock import Clock, due
from ropa.domain.breach.events import BreachNature, NotTellingGround, Risk
from ropa.kernel.categories import Category
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId, BreachId
from ropa.kernel.law import LocalText
from ropa.kernel.opening import Damaged, Erased, NotPermitted, Opened, Restricted, Values
from ropa.reports.access.model import Plain
from ropa.reports.cell import Cell, Gap, Head
from ropa.reports.entry import activity_of, head, noted, required
from ropa.reports.sources import Sources
from ropa.views.breaches import (
    BREACHES,
    Breach,
    Closing,
    Notified,
    NotTold,
    Told,
    clock_of,
    first_notified,
)

NAME = "breaches"

Text = Plain | Erased | NotPermitted | Restricted | Damaged
"""A text of an account, or why it is not shown."""


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """What an account says under one head, and when it was given.

    Attributes:
        position: The event whose box it lies in.
        at: When it was told.
        text: The text, or why it is not shown.
    """

    position: int
    at: datetime
    text: Text


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A processing activity whose data a breach touched.

    Attributes:
        activity: The short name.
        title: What the register calls it; None where it declares no such activity.
    """

    activity: ActivityId
    title: LocalText | None


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why the authority was notified late, or not at all (Art. 33(1)).

    Attributes:
        late: The reason that was stated for the delay.
        risk: The risk because of which there was nothing to notify.
    """

    late: str | None = None
    risk: Risk | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a case; its evidence is its position.

    Attributes:
        position: The event.
        type: The published name of its type.
        occurred_at: When it happened.
        recorded_at: When the log recorded it.
        source: The application that reported it.
        actor: Who did it.
        facts: Its clear fields that say something, by name.
    """

    position: int
    type: str
    occurred_at: datetime
    recorded_at: datetime
    source: str
    actor: str
    facts: dict[str, Any]


class BreachEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One breach.

    Attributes:
        breach: The short name of the case.
        known: When the company became aware of it.
        natures: What it did to the data.
        affected: The processing activities whose data it touched.
        categories: The categories of personal data that it touched.
        persons: About how many persons it touched.
        records: About how many records it touched.
        facts: What happened, as it was told from time to time.
        effects: What it led to.
        remedy: What was done about it.
        risk: The risk to persons.
        due: The moment by which the authority had to be notified.
        clock: Whether it was, and how much time was left then, or is left at the paper's moment.
        notified: The notifications to the authority.
        reason: Why a notification came late or not at all.
        told: When and how persons were told (Art. 34(1)).
        not_told: Why they were not (Art. 34(3)); where no high risk was assessed, that is why.
        closed: The end of the case; empty while it is open.
        course: Every event of the case.
    """

    breach: BreachId
    known: Cell[datetime]
    natures: Cell[tuple[BreachNature, ...]]
    affected: Cell[tuple[Touched, ...]]
    categories: Cell[tuple[Category, ...]]
    persons: Cell[int]
    records: Cell[int]
    facts: Cell[tuple[Passage, ...]]
    effects: Cell[tuple[Passage, ...]]
    remedy: Cell[tuple[Passage, ...]]
    risk: Cell[Risk]
    due: Cell[datetime]
    clock: Cell[Clock]
    notified: Cell[tuple[Notified, ...]]
    reason: Cell[Reason]
    told: Cell[tuple[Told, ...]]
    not_told: Cell[NotTold]
    closed: Cell[Closing]
    course: tuple[Step, ...]


class Breaches(msgspec.Struct, frozen=True, kw_only=True):
    """The register of breaches.

    Attributes:
        head: The head of the paper.
        moment: The moment at which the clocks are read; None before the first event.
        count: How many breaches there are.
        waiting: Of how many the authority still has to be notified.
        missed: In how many the time ran out before the authority was notified.
        running: How many cases are open.
        breaches: The breaches, in the order in which they became known.
    """

    head: Head
    moment: datetime | None
    count: Cell[int]
    waiting: Cell[int]
    missed: Cell[int]
    running: Cell[int]
    breaches: tuple[BreachEntry, ...]


def build(sources: Sources) -> Breaches:
    """Build the register of breaches, its clocks read at the moment that the paper stands for."""
    moment = _moment(sources)
    rows = sorted(sources.rows.all(BREACHES), key=_order)
    found = tuple(_entry(sources, key, row, moment or row.discovered.at) for key, row in rows)
    discovered = _evidence(row.discovered.position for _, row in rows)
    clocks = _evidence(position for one in found for position in one.clock.evidence)
    states = [one.clock.value.state for one in found if one.clock.value is not None]
    closings = _evidence(position for one in found for position in one.closed.evidence)
    return Breaches(
        head=head(NAME, sources),
        moment=moment,
        count=Cell(value=len(found), evidence=discovered),
        waiting=Cell(value=sum(state.open for state in states), evidence=clocks),
        missed=Cell(value=sum(state.missed for state in states), evidence=clocks),
        running=Cell(
            value=sum(one.closed.value is None for one in found),
            evidence=closings,
        ),
        breaches=found,
    )


def _order(pair: tuple[str, Breach]) -> tuple[datetime, int]:
    known = pair[1].discovered
    return known.at, known.position


def _moment(sources: Sources) -> datetime | None:
    """Give the moment that the paper stands for, so that it is made again as it was."""
    point = sources.as_of
    if point.moment is None or point.valid_at is None:
        return point.moment
    end = datetime.combine(point.valid_at + timedelta(days=1), time(), tzinfo=sources.calendar.zone)
    return min(point.moment, end.astimezone(point.moment.tzinfo))


def _entry(sources: Sources, breach: BreachId, row: Breach, moment: datetime) -> BreachEntry:
    known = row.discovered.position
    reading = clock_of(row, moment)
    behind = _behind_clock(row)
    facts, effects, remedy = _account(sources, row)
    return BreachEntry(
        breach=breach,
        known=Cell(value=row.discovered.at, evidence=(known,)),
        natures=Cell(value=row.natures, evidence=(known,)),
        affected=_affected(sources, row),
        categories=_cell(row.categories, noted("33(3)(a)"), known),
        persons=_cell(row.persons and row.persons.count, noted("33(3)(a)"), known, row.persons),
        records=_cell(row.records and row.records.count, noted("33(3)(a)"), known, row.records),
        facts=facts,
        effects=effects,
        remedy=remedy,
        risk=_cell(row.assessed and row.assessed.risk, required("33(1)"), known, row.assessed),
        due=Cell(value=due(row.discovered.at), evidence=(known,)),
        clock=Cell(value=reading, evidence=behind),
        notified=_notified(row, reading),
        reason=_reason(row, reading),
        told=Cell(
            value=row.told,
            evidence=_evidence((known, *(one.position for one in row.told))),
        ),
        not_told=_not_told(row),
        closed=_cell(row.closed, None, known, row.closed),
        course=tuple(_step(sources.at(position)) for position in row.positions),
    )


def _evidence(positions: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(positions)))


def _cell(value: Any, gap: Gap | None, known: int, by: Any = None) -> Cell[Any]:
    """Give a value as a cell, by the event of discovery and by the one that said it."""
    evidence = _evidence((known, by.position) if by is not None else (known,))
    missing = value is None or value == ()
    return Cell(value=None if missing else value, evidence=evidence, gap=gap if missing else None)


def _affected(sources: Sources, row: Breach) -> Cell[tuple[Touched, ...]]:
    evidence = {row.discovered.position}
    touched = []
    for activity in row.affected:
        entry = activity_of(sources.rows, activity)
        declared = entry.activity if entry else None
        touched.append(Touched(activity=activity, title=declared.title if declared else None))
        evidence |= set(entry.behind("title")) if entry else set()
    gap = None if touched else noted("33(5)")
    return Cell(value=tuple(touched) or None, evidence=_evidence(evidence), gap=gap)


# The account.


def _account(sources: Sources, row: Breach) -> tuple[Cell[tuple[Passage, ...]], ...]:
    """Give facts, effects and remedy, as the accounts told of them one after the other.

    What a later account says again is not repeated. Of one that cannot be opened nobody knows
    under which heads it speaks: it stands under each of them.
    """
    events = sorted(map(sources.at, row.accounts), key=lambda one: (one.occurred_at, one.position))
    opened = [(event, _opened(sources, event)) for event in events]
    return tuple(_under(name, row, opened) for name in ("facts", "effects", "remedy"))


def _opened(sources: Sources, event: Recorded[Any]) -> Opened:
    """Open the account of an event: the same lies in each box, and one that opens is enough."""
    found: Opened = Damaged()
    for activity in sorted(event.sealed):
        found = sources.open(event, activity)
        if isinstance(found, Values):
            break
    return found


def _under(
    name: str, row: Breach, opened: list[tuple[Recorded[Any], Opened]]
) -> Cell[tuple[Passage, ...]]:
    passages: list[Passage] = []
    evidence = {row.discovered.position}
    for event, one in opened:
        text = _text(name, one)
        if text is None or text in [earlier.text for earlier in passages]:
            continue
        passages.append(Passage(position=event.position, at=event.occurred_at, text=text))
        evidence.add(event.position)
        if isinstance(text, Erased) and text.position is not None:
            evidence.add(text.position)
    gap = None if passages else required("33(5)")
    return Cell(value=tuple(passages) or None, evidence=_evidence(evidence), gap=gap)


def _text(name: str, opened: Opened) -> Text | None:
    if not isinstance(opened, Values):
        return opened
    account = opened.values.get(Category.INCIDENT_ACCOUNT)
    if account is None:
        return NotPermitted()
    found = msgspec.to_builtins(account).get(name)
    return None if found is None else Plain(found)


# The authority.


def _behind_clock(row: Breach) -> tuple[int, ...]:
    """Give what the clock rests on: the first notification, or else what was assessed."""
    notified = first_notified(row)
    by = notified or row.assessed
    return _evidence((row.discovered.position, *((by.position,) if by else ())))


def _notified(row: Breach, reading: Clock) -> Cell[tuple[Notified, ...]]:
    if row.notified:
        listed = (row.discovered.position, *(one.position for one in row.notified))
        return Cell(value=row.notified, evidence=_evidence(listed))
    gap = required("33(1)") if reading.state.missed else noted("33(1)")
    return Cell(evidence=_behind_clock(row), gap=gap if reading.state.open else None)


def _reason(row: Breach, reading: Clock) -> Cell[Reason]:
    behind = _behind_clock(row)
    if reading.left is None:
        return Cell(value=Reason(risk=Risk.UNLIKELY), evidence=behind)
    if not reading.state.missed:
        return Cell(evidence=behind)
    stated = [one for one in row.notified if one.late_reason is not None]
    if not stated:
        return Cell(evidence=behind, gap=required("33(1)"))
    last = stated[-1]
    return Cell(value=Reason(late=last.late_reason), evidence=_evidence((*behind, last.position)))


# The persons.


def _not_told(row: Breach) -> Cell[NotTold]:
    """Give why the persons were not told; a gap where they had to be, or nobody knows."""
    high = row.assessed is not None and row.assessed.risk is Risk.HIGH_RISK
    by = (row.not_told, row.told[0] if row.told else row.assessed)
    evidence = _evidence((row.discovered.position, *(one.position for one in by if one)))
    decided = row.not_told
    if row.told:
        return Cell(value=decided, evidence=evidence)
    if high and (decided is None or decided.ground is NotTellingGround.NO_HIGH_RISK):
        return Cell(evidence=evidence, gap=required("34(1)"))
    if decided is None and row.assessed is None:
        return Cell(evidence=evidence, gap=noted("34(1)"))
    if decided is None and row.assessed is not None:
        decided = NotTold(
            at=row.assessed.at,
            position=row.assessed.position,
            ground=NotTellingGround.NO_HIGH_RISK,
        )
    return Cell(value=decided, evidence=evidence)


def _step(event: Recorded[Any]) -> Step:
    data = event.data
    return Step(
        position=event.position,
        type=event.type,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        source=event.source,
        actor=event.actor,
        facts={
            field.name: value
            for field in fields(data)
            if field.name not in {"breach", "activities"}
            and (value := getattr(data, field.name)) is not None
            and value != ()
        },
    )
