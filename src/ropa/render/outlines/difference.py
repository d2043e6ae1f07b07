"""The outline of the difference of the register between two moments."""

from ropa.render.document import (
    Block,
    Callout,
    Cell,
    Document,
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
from ropa.reports.cell import Cell as Statement
from ropa.reports.difference import Difference, EntryChange, FieldChange, Movement
from ropa.views.register import Change

_ENTRIES = {"entry": 6, "movement": 2, "fields": 6}
_FIELDS = {"field": 3, "before": 5, "after": 5, "change": 4}


def difference(paper: Difference, words: Words) -> Document:
    """Put the difference of the register between two moments into words."""
    scribe = Scribe(words)
    days = (scribe.day(paper.since), scribe.day(paper.head.as_of))
    earlier = words.number(paper.since.position)
    sections = [_summary(scribe, paper.entries)]
    sections += [_entry(scribe, entry, f"entry-{n}") for n, entry in enumerate(paper.entries, 1)]
    return scribe.document(
        paper.head,
        sections,
        title=words("difference/title"),
        subtitle=words("difference/subtitle", **dict(zip(("from", "to"), days, strict=True))),
        facts=(
            (words("about/since"), scribe.moment(paper.since)),
            (words("about/since-position"), earlier),
        ),
        binding=(
            (words("about/since-position"), earlier),
            (words("about/since-root"), paper.since.root),
        ),
    )


def _summary(scribe: Scribe, entries: tuple[EntryChange, ...]) -> Section:
    words = scribe.words
    title = words("difference/summary")
    if not entries:
        nothing = Callout(words("difference/nothing"), ())
        return Section(id="summary", title=title, blocks=(nothing,))
    counts = {"entry": len(entries), "change": sum(len(entry.changes) for entry in entries)}
    figures = Figures(
        tuple((said(words.number(n)), words.count(key, n)) for key, n in counts.items())
    )
    rows = (
        (
            Cell((_title(words, entry), entry.stream), link=f"entry-{number}"),
            said(words.label(entry.movement)),
            Cell(
                tuple(words.field(change.field) for change in entry.fields)
                or (words("difference/no-fields"),)
            ),
        )
        for number, entry in enumerate(entries, 1)
    )
    table = scribe.table("difference/caption", "difference/columns", _ENTRIES, rows)
    return Section(id="summary", title=title, blocks=(figures, table))


def _title(words: Words, entry: EntryChange) -> str:
    title = words.local(entry.title) if entry.title else entry.stream.partition("/")[2]
    noun = words(f"nouns/{entry.noun}")
    return words("difference/entry", noun=noun, title=title) if title else noun


def _entry(scribe: Scribe, entry: EntryChange, section: str) -> Section:
    words = scribe.words
    blocks: list[Block] = []
    if entry.fields:
        rows = (_field(scribe, entry, change) for change in entry.fields)
        blocks.append(
            scribe.table("difference/fields-caption", "difference/columns", _FIELDS, rows)
        )
    else:
        blocks.append(Paragraph(said(words("difference/no-fields"), mark=Mark.QUIET)))
    log = Timeline(tuple(_change(scribe, change) for change in entry.changes))
    inner = Section(id=f"{section}-log", title=words("difference/log"), blocks=(log,))
    title = words("words/bracket", one=_title(words, entry), other=words.label(entry.movement))
    return Section(id=section, title=title, blocks=tuple(blocks), sections=(inner,))


def _field(scribe: Scribe, entry: EntryChange, found: FieldChange) -> tuple[Cell, ...]:
    words, change = scribe.words, found.change
    before = "before-none" if entry.movement is Movement.ADDED else "empty"
    after = "after-none" if entry.movement is Movement.REMOVED else "empty"
    return (
        said(words.field(found.field)),
        _value(scribe, found.field, found.before, before),
        _value(scribe, found.field, found.after, after),
        said(
            *(
                text
                for text in (words.moment(change.occurred_at), change.actor, change.reason)
                if text
            ),
            evidence=(change.position,),
        ),
    )


def _value(scribe: Scribe, field: str, cell: Statement[object], nothing: str) -> Cell:
    lines = values.anything(scribe.words, field, cell.value)
    if lines:
        return Cell(lines, cell.evidence)
    return Cell((scribe.words(f"difference/{nothing}"),), cell.evidence, Mark.QUIET)


def _change(scribe: Scribe, change: Change) -> Happening:
    words = scribe.words
    particulars = [
        (words("history/actor"), said(change.actor)),
        (words("history/source"), said(change.source)),
    ]
    if change.reason is not None:
        particulars.append((words.field("reason"), said(change.reason)))
    if change.fields:
        names = tuple(words.field(field) for field in change.fields)
        particulars.append((words("difference/columns/fields"), Cell(names)))
    return Happening(
        words.moment(change.occurred_at),
        Cell((words.event(change.type),), (change.position,), tells=(change.position,)),
        tuple(particulars),
    )
