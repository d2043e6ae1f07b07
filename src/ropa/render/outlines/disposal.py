"""The outlines of the plan of disposal and of its certificate."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Final

from ropa.kernel.deadline import add_months
from ropa.kernel.law import LocalText
from ropa.render.document import (
    Block,
    Callout,
    Cell,
    Columns,
    Document,
    Figures,
    Mark,
    Paragraph,
    Section,
)
from ropa.render.outlines.scribe import Scribe, said
from ropa.render.words import Words
from ropa.reports.cell import Tally
from ropa.reports.disposal.certificate import Certificate, Line
from ropa.reports.disposal.plan import Planned, RetentionPlan

_GONE: Final = {"month": 4, "activity": 6, "ground": 7, "units": 6, "boxes": 3}
_PLAN: Final = {"when": 4, "activity": 6, "rule": 7, "units": 2, "boxes": 3}
_WAIT: Final = {"waiting": 7, "activity": 6, "rule": 7, "units": 2, "boxes": 3}


def certificate(paper: Certificate, words: Words) -> Document:
    """Put the certificate of disposal into words."""
    scribe = Scribe(words)
    scribe.section = "gone"
    since = paper.since
    return scribe.document(
        paper.head,
        (
            Section(id="summary", title=words("disposal/summary"), blocks=_summary(scribe, paper)),
            Section(id="gone", title=words("disposal/gone"), blocks=(_gone(scribe, paper),)),
        ),
        title=words("disposal/title"),
        subtitle=words("disposal/subtitle"),
        facts=((words("disposal/since"), scribe.moment(since)),) if since else (),
        binding=(
            (words("about/since-position"), words.number(since.position)),
            (words("about/since-root"), since.root),
        )
        if since
        else (),
    )


def _summary(scribe: Scribe, paper: Certificate) -> tuple[Block, ...]:
    words = scribe.words
    blocks: list[Block] = [
        Paragraph(said(words("disposal/lead"))),
        Figures(
            (
                _figure(words, paper.units, "unit-gone"),
                _figure(words, paper.boxes, "box-gone"),
            )
        ),
    ]
    if paper.pending.count:
        text = words("disposal/pending-lead")
        number = words.count("unit", paper.pending.count)
        blocks.append(Callout(words("disposal/pending"), (said(number, text),), Mark.GAP))
    return tuple(blocks)


def _figure(words: Words, tally: Tally, key: str) -> tuple[Cell, str]:
    return said(words.number(tally.count)), words.count(key, tally.count)


def _gone(scribe: Scribe, paper: Certificate) -> Block:
    words = scribe.words
    if not paper.lines:
        return Paragraph(said(words("disposal/nothing"), mark=Mark.QUIET))
    rows = (_line(scribe, line) for line in paper.lines)
    return scribe.table("disposal/caption", "disposal/columns", _GONE, rows)


def _line(scribe: Scribe, line: Line) -> tuple[Cell, ...]:
    words = scribe.words
    rule = scribe.retention(line.rule) if line.rule else ()
    return (
        said(words.month(line.month.first)),
        _activity(words, line.title, line.activity),
        said(words.label(line.ground), *rule),
        scribe.tally(line.units),
        said(words.number(line.boxes.count)),
    )


def _activity(words: Words, title: LocalText | None, activity: str) -> Cell:
    return said(words.local(title), activity) if title else said(activity)


def retention_plan(paper: RetentionPlan, words: Words) -> Document:
    """Put the plan of disposal into words."""
    scribe = Scribe(words)
    scribe.section = "plan"
    dated = [one for one in paper.entries if one.waiting is None]
    waiting = [one for one in paper.entries if one.waiting is not None]
    nothing: Block = Paragraph(said(words("retention-plan/nothing"), mark=Mark.QUIET))
    due: Block = nothing
    if dated:
        rows = (_planned(scribe, one, _when(words, one)) for one in dated)
        table = scribe.table("retention-plan/caption", "retention-plan/columns", _PLAN, rows)
        due = replace(table, picture=_picture(words, dated))
    sections = [
        Section(
            id="plan",
            title=words("retention-plan/due"),
            blocks=(Paragraph(said(words("retention-plan/lead"))), due),
        )
    ]
    if waiting:
        rows = (_planned(scribe, one, _waiting(words, one)) for one in waiting)
        table = scribe.table("retention-plan/waiting", "retention-plan/columns", _WAIT, rows)
        title = words("retention-plan/undated")
        sections.append(Section(id="undated", title=title, blocks=(table,)))
    today = ((words("retention-plan/today"), words.date(paper.today)),) if paper.today else ()
    return scribe.document(
        paper.head,
        sections,
        title=words("retention-plan/title"),
        subtitle=words("retention-plan/subtitle"),
        facts=today,
    )


def _picture(words: Words, dated: list[Planned]) -> Columns:
    """Give how many units fall due when, also in the months and years in which none does."""
    overdue = sum(one.units.count for one in dated if one.overdue)
    months: Counter[date] = Counter()
    years: Counter[int] = Counter()
    for one in dated:
        if one.month:
            months[one.month.first] += one.units.count
        elif one.year:
            years[one.year] += one.units.count
    columns = [(words("retention-plan/overdue"), (0, overdue))] if overdue else []
    month = min(months, default=date.max)
    while months and month <= max(months):
        columns.append((words.short_month(month), (months[month], 0)))
        month = add_months(month, 1)
    span = range(min(years), max(years) + 1) if years else ()
    columns.extend((str(year), (years[year], 0)) for year in span)
    return Columns(
        title=words("retention-plan/picture"),
        description=words("retention-plan/picture-lead"),
        series=(
            (words("retention-plan/planned"), Mark.PLAIN),
            (words("retention-plan/overdue"), Mark.GAP),
        ),
        columns=tuple(columns),
    )


def _when(words: Words, one: Planned) -> Cell:
    if one.overdue:
        return said(words("retention-plan/overdue"), mark=Mark.GAP)
    return said(words.month(one.month.first) if one.month else str(one.year))


def _waiting(words: Words, one: Planned) -> Cell:
    return said(words.label(one.waiting)) if one.waiting else said("")


def _planned(scribe: Scribe, one: Planned, when: Cell) -> tuple[Cell, ...]:
    words = scribe.words
    rule = said(words("retention-plan/no-rule"), evidence=one.rule.evidence, mark=Mark.QUIET)
    if one.rule.value is not None:
        rule = Cell(scribe.retention(one.rule.value), one.rule.evidence)
    return (
        when,
        _activity(words, one.title, one.activity),
        rule,
        said(words.number(one.units.count)),
        said(words.number(one.boxes.count)),
    )
