"""The outline of the register of breaches."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ropa.domain.breach.clock import Clock, Timeliness
from ropa.domain.breach.events import Risk
from ropa.render.document import (
    Block,
    Callout,
    Cell,
    Document,
    Facts,
    Figures,
    Happening,
    Mark,
    Paragraph,
    Section,
    Timeline,
)
from ropa.render.outlines import values
from ropa.render.outlines.scribe import Scribe, said
from ropa.render.words import Words
from ropa.reports.access.model import Plain
from ropa.reports.breaches import BreachEntry, Breaches, Passage, Reason, Step, Touched
from ropa.reports.cell import Cell as Statement
from ropa.views.breaches import Closing, Notified, NotTold, Told

_OVERVIEW = {"breach": 5, "known": 4, "due": 4, "clock": 6, "risk": 4, "case": 3}
_HOUR = 60
"""Minutes of an hour."""


def breaches(paper: Breaches, words: Words) -> Document:
    """Put the register of breaches into words."""
    scribe = _BreachScribe(words, paper.moment)
    sheets = [_sheet(scribe, found) for found in paper.breaches]
    moment = () if paper.moment is None else ((words("breaches/moment"), scribe.now),)
    return scribe.document(
        paper.head,
        [_summary(scribe, paper), *sheets],
        title=words("breaches/title"),
        subtitle=words("breaches/subtitle"),
        facts=moment,
    )


class _BreachScribe(Scribe):
    """The scribe of a register of breaches, who knows the moment at which its clocks are read."""

    def __init__(self, words: Words, moment: datetime | None) -> None:
        super().__init__(words)
        self.now = words("words/beginning") if moment is None else words.moment(moment)

    def clock(self, clock: Clock) -> tuple[str, ...]:
        """Give how a breach stands to the time limit, and by how much."""
        state = self.words.label(clock.state)
        if clock.left is None:
            return (state,)
        time = self._duration(clock.left)
        return state, self.words(f"breaches/left/{clock.state}", time=time)

    def clock_of(self, found: BreachEntry, *, whole: bool = False) -> Cell:
        """Give the same as a cell; the whole of it says at which moment the clock was read."""
        cell, clock = self.state(found.clock, self.clock, gap="other"), found.clock.value
        if clock is None:
            return cell
        counted = self.words("breaches/counted", moment=self.now)
        lines = (*cell.lines, counted) if whole and clock.state.open else cell.lines
        return Cell(lines, cell.evidence, Mark.GAP if clock.state.missed else Mark.PLAIN)

    def _duration(self, left: timedelta) -> str:
        """Give a time in hours and minutes, rounded against whoever has to keep it."""
        minutes = abs(left // timedelta(minutes=1))
        hours, rest = divmod(minutes, _HOUR)
        parts = [self.words.count("hour", hours)] if hours or not rest else []
        parts += [self.words.count("minute", rest)] if rest else []
        return self.words.listed(parts)

    def account(self, cell: Statement[tuple[Passage, ...]], gap: str) -> Cell:
        """Give what the accounts say under one head; with the day where there are several."""
        passages = cell.value or ()
        made = self.state(
            cell,
            lambda found: [line for one in found for line in self._passage(one, found)],
            gap=gap,
        )
        if passages and not any(isinstance(one.text, Plain) for one in passages):
            return Cell(made.lines, made.evidence, Mark.CLOSED)
        return made

    def _passage(self, one: Passage, among: tuple[Passage, ...]) -> tuple[str, ...]:
        words = self.words
        if isinstance(one.text, Plain):
            lines = values.personal(words, one.text.value)
        else:
            lines = (values.withheld(words, one.text),)
        if len(among) == 1:
            return lines
        day = words.date_of(one.at)
        return (words("words/pair", one=day, other=lines[0]), *lines[1:])

    def touched(self, found: tuple[Touched, ...]) -> Iterator[str]:
        """Give what the activities that a breach touched are called."""
        for one in found:
            title = self.words.local(one.title) if one.title else None
            yield (
                self.words("words/bracket", one=title, other=one.activity)
                if title
                else (one.activity)
            )

    def notified(self, found: tuple[Notified, ...]) -> Iterator[str]:
        """Give when the authority was notified, and by which reference."""
        for one in found:
            moment = self.words.moment(one.at)
            more = self.words(
                "words/pair", one=self.words.field("reference"), other=one.reference or ""
            )
            yield self.words("words/bracket", one=moment, other=more) if one.reference else moment

    def reason(self, found: Reason) -> str:
        """Give why a notification came late, or not at all."""
        return found.late or self.words("breaches/unlikely")

    def told(self, found: tuple[Told, ...]) -> Iterator[str]:
        """Give when the persons were told, how, and how many."""
        for one in found:
            yield self.words(
                "breaches/told-line",
                moment=self.words.moment(one.at),
                count=self.words.count("person", one.persons),
                channel=self.words.label(one.channel),
            )

    def not_told(self, found: NotTold) -> str:
        """Give why the persons were not told, and when that was decided."""
        ground = self.words.label(found.ground)
        return self.words("words/on-day", what=ground, day=self.words.date_of(found.at))

    def closed(self, found: Closing) -> str:
        """Give the end of a case."""
        day = self.words.date_of(found.at)
        return self.words("words/pair", one=day, other=found.reason)


def _id(found: BreachEntry) -> str:
    return f"breach-{found.breach}"


def _summary(scribe: _BreachScribe, paper: Breaches) -> Section:
    words = scribe.words
    blocks: list[Block] = [Paragraph(said(words("breaches/lead")))]
    if not paper.breaches:
        blocks = [Paragraph(said(words("breaches/nothing"), evidence=paper.count.evidence))]
    counts = (
        ("breach", paper.count),
        ("waiting", paper.waiting),
        ("missed", paper.missed),
        ("open-case", paper.running),
    )
    blocks.append(
        Figures(
            tuple(
                (
                    Cell((words.number(count.value or 0),), count.evidence),
                    words.count(key, count.value or 0),
                )
                for key, count in counts
            )
        )
    )
    overdue = tuple(
        Cell(
            (words("words/pair", one=found.breach, other=scribe.clock(clock)[1]),),
            found.clock.evidence,
            link=_id(found),
        )
        for found in paper.breaches
        if (clock := found.clock.value) and clock.state is Timeliness.OVERDUE
    )
    if overdue:
        blocks.append(Callout(words("breaches/overdue"), overdue, Mark.GAP))
    if paper.breaches:
        rows = (_line(scribe, found) for found in paper.breaches)
        blocks.append(scribe.table("breaches/caption", "breaches/columns", _OVERVIEW, rows))
    return Section(id="summary", title=words("breaches/summary"), blocks=tuple(blocks))


def _line(scribe: _BreachScribe, found: BreachEntry) -> tuple[Cell, ...]:
    words = scribe.words
    return (
        Cell((found.breach,), link=_id(found)),
        scribe.state(found.known, words.moment, gap="other"),
        scribe.state(found.due, words.moment, gap="other"),
        scribe.clock_of(found),
        scribe.state(found.risk, words.label, gap="risk"),
        said(words("breaches/open" if found.closed.value is None else "breaches/closed-case")),
    )


def _sheet(scribe: _BreachScribe, found: BreachEntry) -> Section:
    words = scribe.words
    scribe.section = section = _id(found)
    parts = (
        ("account", _account(scribe, found)),
        ("data", _data(scribe, found)),
        ("authority", _authority(scribe, found)),
        ("persons", _persons(scribe, found)),
        ("course", Timeline(tuple(_step(scribe, step) for step in found.course))),
    )
    return Section(
        id=section,
        title=found.breach,
        sections=tuple(
            Section(id=f"{section}-{part}", title=words(f"breaches/{part}"), blocks=(block,))
            for part, block in parts
        ),
        new_page=True,
    )


def _account(scribe: _BreachScribe, found: BreachEntry) -> Facts:
    closed = scribe.state(found.closed, scribe.closed, gap="other", nothing="breaches/case-open")
    rows = (
        ("known", scribe.state(found.known, scribe.words.moment, gap="other")),
        ("facts", scribe.account(found.facts, "facts")),
        ("effects", scribe.account(found.effects, "effects")),
        ("remedy", scribe.account(found.remedy, "remedy")),
        ("case", closed),
    )
    return scribe.facts("breaches/labels", rows)


def _data(scribe: _BreachScribe, found: BreachEntry) -> Facts:
    number = scribe.words.number
    rows = (
        ("natures", scribe.state(found.natures, scribe.labels, gap="other")),
        ("affected", scribe.state(found.affected, scribe.touched, gap="affected")),
        ("categories", scribe.state(found.categories, scribe.labels, gap="categories")),
        ("persons", scribe.state(found.persons, number, gap="persons")),
        ("records", scribe.state(found.records, number, gap="records")),
    )
    return scribe.facts("breaches/labels", rows)


def _authority(scribe: _BreachScribe, found: BreachEntry) -> Facts:
    words = scribe.words
    not_notified = "breaches/not-notified"
    rows = [
        ("risk", scribe.state(found.risk, words.label, gap="risk")),
        ("due", scribe.state(found.due, words.moment, gap="other")),
        ("clock", scribe.clock_of(found, whole=True)),
        (
            "notified",
            scribe.state(found.notified, scribe.notified, gap="notified", nothing=not_notified),
        ),
    ]
    if found.reason.value is not None or found.reason.gap is not None:
        omitted = found.reason.value is not None and found.reason.value.risk is Risk.UNLIKELY
        label = "omitted-reason" if omitted else "late-reason"
        rows.append((label, scribe.state(found.reason, scribe.reason, gap="late-reason")))
    return scribe.facts("breaches/labels", rows)


def _persons(scribe: _BreachScribe, found: BreachEntry) -> Facts:
    told = scribe.state(found.told, scribe.told, gap="other", nothing="breaches/not-told")
    rows = [("told", told)]
    if found.not_told.value is not None or found.not_told.gap is not None:
        rows.append(("not-told", scribe.state(found.not_told, scribe.not_told, gap="not-told")))
    return scribe.facts("breaches/labels", rows)


def _step(scribe: _BreachScribe, step: Step) -> Happening:
    words = scribe.words
    when, recorded = words.moment(step.occurred_at), words.moment(step.recorded_at)
    by = words("ledger/by", actor=step.actor, source=step.source)
    facts = [
        (words.field(name), Cell(values.anything(words, name, value)))
        for name, value in step.facts.items()
    ]
    late = [(words("history/recorded"), said(recorded))] if recorded != when else []
    return Happening(
        when,
        Cell((words.event(step.type),), (step.position,), tells=(step.position,)),
        (*facts, *late, (words("history/actor"), said(by))),
    )
