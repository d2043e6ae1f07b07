"""The outline of one person's history."""

from collections.abc import Iterator

from ropa.render.document import (
    Block,
    Cell,
    Document,
    Happening,
    Mark,
    Paragraph,
    Section,
    Timeline,
)
from ropa.render.outlines import values
from ropa.render.outlines.scribe import Scribe, said
from ropa.render.words import Words
from ropa.reports.history import Entry, History

_CONSEQUENCE = "position/"


def history(paper: History, words: Words) -> Document:
    """Put one person's history into words."""
    scribe = Scribe(words)
    block: Block
    if paper.entries:
        block = Timeline(tuple(_entry(scribe, entry) for entry in paper.entries))
    else:
        nothing = "history/nobody" if paper.person is None else "history/no-events"
        block = Paragraph(said(words(nothing), mark=Mark.QUIET))
    sections = [Section(id="events", title=words("history/events"), blocks=(block,))]
    if paper.records.value:
        records = scribe.state(paper.records, lambda ids: ids, gap="other")
        facts = scribe.facts("history", (("records", records),))
        sections.insert(0, Section(id="records", title=words("history/records"), blocks=(facts,)))
    person = () if paper.person is None else ((words("about/person"), paper.person),)
    count = words.count("event", len(paper.entries))
    return scribe.document(
        paper.head,
        sections,
        title=words("history/title"),
        subtitle=words("history/subtitle", count=count),
        facts=person,
    )


def _entry(scribe: Scribe, entry: Entry) -> Happening:
    words, here = scribe.words, (entry.position,)
    return Happening(
        words.moment(entry.occurred_at),
        Cell((words.event(entry.type),), here, tells=here),
        tuple((label, cell) for label, cell in _particulars(words, entry)),
    )


def _particulars(words: Words, entry: Entry) -> Iterator[tuple[str, Cell]]:
    for field, value in entry.facts.items():
        lines = values.anything(words, field, value)
        if lines:
            yield words.field(field), Cell(lines)
    for activity, categories in entry.sealed.items():
        label = words("history/sealed", activity=activity)
        yield label, Cell(tuple(words.label(category) for category in categories))
    if entry.skipped:
        yield words("history/skipped"), Cell(entry.skipped)
    yield words("history/recorded"), said(words.moment(entry.recorded_at))
    yield words("history/source"), said(entry.source)
    yield words("history/actor"), said(entry.actor)
    if entry.cause is not None:
        yield words("history/cause"), _cause(words, entry.cause)
    version = words.number(entry.version)
    stream = words("history/stream-version", stream=entry.stream, version=version)
    yield words("history/stream"), said(stream)


def _cause(words: Words, cause: str) -> Cell:
    """Give what an event has in common with others; of a consequence, the event it follows from."""
    position = cause.removeprefix(_CONSEQUENCE)
    if position != cause and position.isdecimal():
        return said(words("history/consequence", position=position), evidence=(int(position),))
    return said(cause)
