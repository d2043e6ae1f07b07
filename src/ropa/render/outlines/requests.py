"""The outline of the log of requests."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from ropa.render.document import (
    Block,
    Callout,
    Cell,
    Document,
    Figures,
    Mark,
    Paragraph,
    Section,
    Table,
)
from ropa.render.outlines.months import by_month
from ropa.render.outlines.scribe import Scribe, said
from ropa.render.words import Words
from ropa.reports.cell import Cell as Statement
from ropa.reports.requests import (
    Asked,
    Counts,
    MonthCounts,
    RequestEntry,
    Requests,
    TimeLimit,
)
from ropa.views.requests import Closing

_ENTRIES: Final = {"received": 24, "request": 59, "asked": 34, "limit": 23, "answer": 25}
_MONTHS: Final = {
    "month": 4, "count": 3, "kept": 3, "late": 3, "open": 3, "overdue": 3, "taken_back": 3,
}  # fmt: skip
_COUNTS = ("received", "kept", "late", "open", "overdue", "taken_back")
_MISSED = (TimeLimit.LATE, TimeLimit.OVERDUE)


def requests(paper: Requests, words: Words) -> Document:
    """Put the log of requests into words."""
    scribe = Scribe(words)
    sections = [
        Section(id="summary", title=words("requests/summary"), blocks=_summary(scribe, paper))
    ]
    if paper.entries:
        rows = (_entry(scribe, entry) for entry in paper.entries)
        sections += [
            Section(
                id="months", title=words("requests/months"), blocks=(_months(scribe, paper.months),)
            ),
            Section(
                id="entries",
                title=words("requests/entries"),
                blocks=(scribe.table("requests/caption", "requests/columns", _ENTRIES, rows),),
            ),
        ]
    today = ((words("requests/today"), words.date(paper.today)),) if paper.today else ()
    return scribe.document(
        paper.head,
        sections,
        title=words("requests/title"),
        subtitle=words("requests/subtitle"),
        facts=today,
    )


def _summary(scribe: Scribe, paper: Requests) -> tuple[Block, ...]:
    words = scribe.words
    if not paper.entries:
        return (Paragraph(said(words("requests/nothing"), mark=Mark.QUIET)),)
    figures = [
        (_number(words, getattr(paper.total, name)), words(f"requests/figures/{name}"))
        for name in _COUNTS
    ]
    median = scribe.state(
        paper.median_days, words.number, gap="other", nothing="requests/no-median"
    )
    figures.append((median, words("requests/figures/median")))
    overdue = tuple(
        Cell(
            (words("requests/due-since", request=entry.request, day=words.date(entry.due.value)),),
            entry.state.evidence,
        )
        for entry in paper.entries
        if entry.state.value is TimeLimit.OVERDUE and entry.due.value
    )
    late = (Callout(words("requests/overdue"), overdue, Mark.GAP),) if overdue else ()
    return (Paragraph(said(words("requests/lead"))), Figures(tuple(figures)), *late)


def _number(words: Words, count: Statement[int]) -> Cell:
    return Cell((words.number(count.value or 0),), count.evidence)


def _months(scribe: Scribe, months: tuple[MonthCounts, ...]) -> Table:
    words = scribe.words
    table = scribe.table(
        "requests/months-caption",
        "requests/columns",
        _MONTHS,
        ((said(words.month(one.month.first)), *_row(words, one.counts)) for one in months),
    )
    series = [
        (words("requests/columns/kept"), Mark.PLAIN),
        (words("requests/columns/open"), Mark.QUIET),
        (words("requests/columns/taken_back"), Mark.CLOSED),
        (words("requests/columns/missed"), Mark.GAP),
    ]
    figures = {one.month.first: _figures(one.counts) for one in months}
    return replace(table, picture=by_month(words, "requests", series, figures, stacked=True))


def _row(words: Words, counts: Counts) -> Iterator[Cell]:
    for name in _COUNTS:
        count = getattr(counts, name)
        mark = Mark.GAP if name in {"late", "overdue"} else Mark.PLAIN
        # That there is none needs no list of the others.
        yield replace(_number(words, count), mark=mark) if count.value else said(words.number(0))


def _figures(counts: Counts) -> tuple[int, ...]:
    missed = (counts.late.value or 0) + (counts.overdue.value or 0)
    return (
        counts.kept.value or 0, counts.open.value or 0, counts.taken_back.value or 0, missed,
    )  # fmt: skip


def _entry(scribe: Scribe, entry: RequestEntry) -> tuple[Cell, ...]:
    words = scribe.words
    come = entry.received.evidence
    received = scribe.state(entry.received, words.date, gap="other")
    channel = scribe.state(entry.channel, words.label, gap="other")
    asked = _joined(*(_asked(scribe, one, entry.closed.value) for one in entry.asked))
    return (
        replace(_joined(received, channel), tells=come),
        _request(scribe, entry),
        replace(asked, tells=_told(come, *(one.decision for one in entry.asked))),
        replace(_limit(scribe, entry), tells=_told(come, entry.extended)),
        replace(_answer(scribe, entry), tells=_told(come, entry.closed)),
    )


def _request(scribe: Scribe, entry: RequestEntry) -> Cell:
    """Give which request it is, whose, and how it is known who that is."""
    words = scribe.words
    lines, identity = [entry.request], entry.identity.value
    lines.append(entry.person.value or words("requests/nobody"))
    if identity and identity.asked:
        lines.append(words("requests/identity-asked", day=words.date_of(identity.asked.at)))
    if identity and identity.confirmed:
        shown = identity.confirmed
        day, method = words.date_of(shown.at), words.label(shown.method)
        lines.append(words("requests/identity-confirmed", day=day, method=method))
    evidence = sorted({*entry.person.evidence, *entry.identity.evidence})
    told = _told(entry.received.evidence, entry.person, entry.identity)
    return Cell(tuple(lines), tuple(evidence), tells=told)


def _asked(scribe: Scribe, one: Asked, closed: Closing | None) -> Cell:
    words, decided = scribe.words, one.decision.value
    line = words.label(one.kind)
    if decided is None:
        open_ = words("requests/undecided")
        line = line if closed else words("words/pair", one=line, other=open_)
    else:
        outcome = words.label(decided.outcome)
        day = words("words/on-day", what=outcome, day=words.date_of(decided.at))
        line = words("words/pair", one=line, other=day)
        if decided.ground:
            ground = words.label(decided.ground)
            line = words("requests/with-ground", what=line, ground=ground)
    return Cell((line,), one.decision.evidence)


def _limit(scribe: Scribe, entry: RequestEntry) -> Cell:
    words, extended = scribe.words, entry.extended.value
    cell = scribe.state(entry.due, words.date, gap="other")
    lines = [*cell.lines]
    if entry.safe.value and entry.safe.value != entry.due.value:
        lines.append(words("requests/safe", day=words.date(entry.safe.value)))
    if extended:
        day, reason = words.date_of(extended.at), words.label(extended.reason)
        lines.append(words("requests/extended", day=day, reason=reason))
    return replace(cell, lines=tuple(lines))


def _answer(scribe: Scribe, entry: RequestEntry) -> Cell:
    words, closed, days = scribe.words, entry.closed.value, entry.days.value
    cell = scribe.state(entry.state, words.label, gap="other")
    lines = [] if entry.state.value is TimeLimit.TAKEN_BACK else [*cell.lines]
    if closed:
        how = words.label(closed.how)
        line = words("words/on-day", what=how, day=words.date_of(closed.at))
        if days is not None:
            line = words("words/bracket", one=line, other=words.count("day", days))
        lines.append(line)
        if closed.ground:
            lines.append(words.label(closed.ground))
    missed = entry.state.value in _MISSED
    return replace(cell, lines=tuple(lines), mark=Mark.GAP if missed else Mark.PLAIN)


def _joined(*cells: Cell) -> Cell:
    lines = tuple(line for cell in cells for line in cell.lines)
    return Cell(lines, tuple(sorted({one for cell in cells for one in cell.evidence})))


def _told(come: tuple[int, ...], *cells: Statement[Any]) -> tuple[int, ...]:
    """Give what a cell tells beside the receipt, which a cell of its own tells."""
    return tuple(sorted({one for cell in cells for one in cell.evidence} - {*come}))
