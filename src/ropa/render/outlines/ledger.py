"""The outline of the consent ledger."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ropa.render.document import Block, Cell, Document, Facts, Mark, Paragraph, Section
from ropa.render.outlines.months import by_month
from ropa.render.outlines.scribe import Scribe, said
from ropa.render.words import Words
from ropa.reports.access.happenings import WordingShown
from ropa.reports.cell import Cell as Statement
from ropa.reports.ledger import ActivityCount, Ledger, LedgerEntry, MonthCount

_BASES = {"activity": 4, "marketing": 2, "basis": 5, "records": 5}
_ACTS = {"activity": 4, "given": 4, "withdrawn": 4, "objected": 4}
_ENTRIES: Final = {"date": 24, "person": 31, "what": 32, "wording": 34, "how": 43}
_MONTHS: Final = {"month": 4, "given": 4, "withdrawn": 4, "objected": 4}


def ledger(paper: Ledger, words: Words) -> Document:
    """Put the consent ledger into words."""
    scribe = Scribe(words)
    titles = {
        count.activity: words.local(count.title.value)
        for count in paper.counts
        if count.title.value is not None
    }
    sections = [
        Section(id="counts", title=words("ledger/counts"), blocks=_counts(scribe, paper.counts)),
        *_months(scribe, paper.months),
        _wordings(scribe, paper.wordings),
        _entries(scribe, paper.entries, titles),
    ]
    activity = () if paper.activity is None else ((words("about/activity"), paper.activity),)
    return scribe.document(
        paper.head,
        sections,
        title=words("ledger/title"),
        subtitle=words("ledger/subtitle"),
        facts=activity,
    )


def _counts(scribe: Scribe, counts: tuple[ActivityCount, ...]) -> tuple[Block, ...]:
    words = scribe.words
    if not counts:
        return (Paragraph(said(words("ledger/no-entries"), mark=Mark.QUIET)),)
    bases = scribe.table(
        "ledger/counts-caption",
        "ledger/columns",
        _BASES,
        (row for count in counts for row in _bases(scribe, count)),
    )
    acts = scribe.table(
        "ledger/acts-caption",
        "ledger/columns",
        _ACTS,
        (
            (
                _title(scribe, count),
                scribe.tally(count.given),
                scribe.tally(count.withdrawn),
                scribe.tally(count.objected),
            )
            for count in counts
        ),
    )
    return (acts, bases) if bases.rows else (acts,)


def _title(scribe: Scribe, count: ActivityCount) -> Cell:
    title = scribe.state(count.title, scribe.words.local, gap="title")
    return Cell((*title.lines, count.activity), title.evidence, title.mark)


def _bases(scribe: Scribe, count: ActivityCount) -> Iterator[tuple[Cell, ...]]:
    words = scribe.words
    for one in count.bases:
        source = scribe.state(
            one.source,
            lambda text: words("words/source", source=words.local(text)),
            gap="basis-source",
        )
        yield (
            scribe.state(count.title, words.local, gap="title"),
            scribe.answer(count.direct_marketing, "direct_marketing"),
            Cell((words.label(one.basis), *source.lines), source.evidence, source.mark),
            scribe.tally(one.records, "record"),
        )


def _months(scribe: Scribe, months: tuple[MonthCount, ...]) -> Iterator[Section]:
    words = scribe.words
    if months:
        rows = (
            (
                said(words.month(one.month.first)),
                *(
                    said(words.number(tally.count))
                    for tally in (one.given, one.withdrawn, one.objected)
                ),
            )
            for one in months
        )
        table = scribe.table("ledger/months-caption", "ledger/columns", _MONTHS, rows)
        series = [
            (words("ledger/columns/given"), Mark.PLAIN),
            (words("ledger/columns/withdrawn"), Mark.GAP),
            (words("ledger/columns/objected"), Mark.CLOSED),
        ]
        figures = {
            one.month.first: (one.given.count, one.withdrawn.count, one.objected.count)
            for one in months
        }
        table = replace(table, picture=by_month(words, "ledger", series, figures, stacked=False))
        yield Section(id="months", title=words("ledger/months"), blocks=(table,))


def _wordings(scribe: Scribe, wordings: tuple[Statement[WordingShown], ...]) -> Section:
    words = scribe.words
    block: Block = Paragraph(said(words("ledger/no-wordings"), mark=Mark.QUIET))
    if wordings:
        block = Facts(tuple(_wording(scribe, one) for one in wordings))
    return Section(id="wordings", title=words("ledger/wordings"), blocks=(block,))


def _wording(scribe: Scribe, found: Statement[WordingShown]) -> tuple[str, Cell]:
    words = scribe.words
    shown = found.value
    if shown is None:
        return words("ledger/columns/wording"), scribe.state(found, str, gap="wording")
    lines = (
        shown.text or words("access/wording-long"),
        words.label(shown.language),
        words("words/pair", one=words.field("sha256"), other=shown.sha256),
    )
    label = words("words/of-version", notice=shown.notice, version=shown.version)
    return label, Cell(lines, found.evidence)


def _entries(scribe: Scribe, entries: tuple[LedgerEntry, ...], titles: dict[str, str]) -> Section:
    words = scribe.words
    block: Block = Paragraph(said(words("ledger/no-entries"), mark=Mark.QUIET))
    if entries:
        rows = (_entry(scribe, entry, titles) for entry in entries)
        block = scribe.table("ledger/entries-caption", "ledger/columns", _ENTRIES, rows)
    return Section(id="entries", title=words("ledger/entries"), blocks=(block,), new_page=True)


def _entry(scribe: Scribe, entry: LedgerEntry, titles: dict[str, str]) -> tuple[Cell, ...]:
    words = scribe.words
    activity = titles.get(entry.activity, entry.activity)
    wording = said(words("ledger/no-wording"), mark=Mark.QUIET)
    if entry.notice is not None and entry.version is not None:
        version = words("words/of-version", notice=entry.notice, version=entry.version)
        wording = said(version)
        if entry.language:
            language = words(f"languages/{entry.language}")
            wording = said(words("words/bracket", one=version, other=language))
    by = entry.actor
    if by != f"app:{entry.source}":
        by = words("ledger/by", actor=entry.actor, source=entry.source)
    how = [words("ledger/how", channel=words.label(entry.channel), by=by)]
    recorded, here = words.date_of(entry.recorded_at), (entry.position,)
    if recorded != words.date_of(entry.occurred_at):
        how.append(words("ledger/recorded", day=recorded))
    return (
        Cell((words.moment(entry.occurred_at),), here, tells=here),
        said(entry.person),
        said(words.label(entry.kind), activity),
        wording,
        said(*how),
    )
