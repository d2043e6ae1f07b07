"""The file that a person takes along, in words: what it is, what is in it, and what is not."""

from collections.abc import Iterator

from ropa.render.document import (
    Block,
    Callout,
    Cell,
    Document,
    Mark,
    Paragraph,
    Section,
    Table,
)
from ropa.render.outlines import values
from ropa.render.outlines.scribe import Scribe, said
from ropa.render.words import Words
from ropa.reports.portability.model import Portability, Ported

_VALUES = {"kind": 4, "value": 7, "how": 5, "since": 4}
_LEFT_OUT = {"kinds": 5, "reason": 6}
_IS_NOT = ("not-all", "not-beyond", "not-the-end")


def portability(paper: Portability, words: Words) -> Document:
    """Put the file that a person takes along into words."""
    scribe = Scribe(words)
    sections = [_front(scribe, paper)]
    if paper.activities:
        sections.append(_data(scribe, paper))
    sections.append(_about(scribe, paper))
    return scribe.document(
        paper.head,
        sections,
        title=words("portability/title"),
        subtitle=words("portability/subtitle"),
    )


def _front(scribe: Scribe, paper: Portability) -> Section:
    words = scribe.words
    count = sum(len(found.values) for found in paper.activities)
    blocks: list[Block]
    if not paper.held.value:
        blocks = [Paragraph(Cell((words("access/not-held"),), paper.held.evidence))]
    elif not count:
        blocks = [Paragraph(Cell((words("portability/nothing"),), paper.held.evidence))]
    else:
        what = words("portability/what", count=words.count("value-taken", count))
        blocks = [
            Paragraph(Cell((what,), paper.held.evidence)),
            Paragraph(said(words("portability/forms"))),
        ]
    if paper.held.value:
        items = tuple(said(words(f"portability/{key}")) for key in _IS_NOT)
        blocks.append(Callout(words("portability/is-not"), items))
    return Section(id="summary", title=words("access/summary"), blocks=tuple(blocks))


def _data(scribe: Scribe, paper: Portability) -> Section:
    words = scribe.words
    return Section(
        id="data",
        title=words("access/data"),
        blocks=(Paragraph(said(words("portability/data-lead"))),),
        sections=tuple(_activity(scribe, found) for found in paper.activities),
    )


def _activity(scribe: Scribe, found: Ported) -> Section:
    words = scribe.words
    scribe.section = section = f"activity-{found.activity}"
    blocks: list[Block] = [scribe.facts("access", _bases(scribe, found))]
    if found.values:
        blocks.append(_values(scribe, found))
    if found.left_out:
        rows = (
            (
                scribe.state(left.categories, scribe.labels, gap="other"),
                said(words.label(left.reason)),
            )
            for left in found.left_out
        )
        caption, columns = "portability/left-out-caption", "portability/columns"
        blocks.append(scribe.table(caption, columns, _LEFT_OUT, rows))
    if not (found.values or found.left_out):
        blocks.append(Paragraph(said(words("access/no-values"), mark=Mark.QUIET)))
    title = words.local(found.title.value) if found.title.value else found.activity
    return Section(id=section, title=title, blocks=tuple(blocks))


def _bases(scribe: Scribe, found: Ported) -> Iterator[tuple[str, Cell]]:
    nothing = "portability/no-basis"
    yield "bases", scribe.state(found.bases, scribe.labels, gap="basis", nothing=nothing)
    if found.restricted.value is not None:
        yield "restricted", scribe.state(found.restricted, scribe.words.label, gap="other")


def _values(scribe: Scribe, found: Ported) -> Table:
    words = scribe.words
    rows = (
        (
            said(words.label(value.category)),
            Cell(values.personal(words, value.value), value.evidence),
            said(
                words("words/bracket", one=words.label(value.channel), other=value.source),
            ),
            said(words.date(value.since)),
        )
        for value in found.values
    )
    return scribe.table("portability/values-caption", "portability/columns", _VALUES, rows)


def _about(scribe: Scribe, paper: Portability) -> Section:
    words = scribe.words
    rows = [
        ("reach", scribe.text(paper.contact, "contact")),
        ("complaint", scribe.text(paper.complaint_authority, "complaint_authority")),
    ]
    if paper.person is not None:
        rows.append(("pseudonym", said(paper.person)))
    if paper.records.value:
        rows.append(("records", scribe.state(paper.records, lambda ids: ids, gap="other")))
    return Section(
        id="about", title=words("portability/about"), blocks=(scribe.facts("access", rows),)
    )
