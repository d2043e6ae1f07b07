"""The access report as a whole: the essentials on a page, the data, and what is told of it."""

from ropa.render.document import Block, Document, Section
from ropa.render.outlines import values
from ropa.render.outlines.access.events import events
from ropa.render.outlines.access.front import front, person_name
from ropa.render.outlines.access.scribe import AccessScribe
from ropa.render.outlines.access.shares import shares
from ropa.render.outlines.scribe import said
from ropa.render.words import Words
from ropa.reports.access.model import Access

_RIGHTS = {"right": 5, "applies": 6}


def access(paper: Access, words: Words) -> Document:
    """Put one person's access report into words."""
    scribe = AccessScribe(words, paper)
    sections = [front(scribe, paper)]
    if paper.held.value:
        sections += [shares(scribe, paper), *events(scribe, paper)]
        sections.append(_rights(scribe, paper))
    sections.append(_about(scribe, paper))
    name = person_name(paper)
    subtitle = words("access/subtitle", name=name) if name else words("access/subtitle-unnamed")
    return scribe.document(paper.head, sections, title=words("access/title"), subtitle=subtitle)


def _rights(scribe: AccessScribe, paper: Access) -> Section:
    words = scribe.words
    rows = (
        (
            said(
                words(
                    "words/bracket",
                    one=words.label(found.right),
                    other=words.article(found.right.value),
                )
            ),
            scribe.state(found.activities, scribe.titles, gap="other"),
        )
        for found in paper.rights
    )
    table = scribe.table("access/rights-caption", "access/columns", _RIGHTS, rows)
    return Section(id="rights", title=words("access/rights"), blocks=(table,))


def _about(scribe: AccessScribe, paper: Access) -> Section:
    words = scribe.words
    rows = [
        ("automated", scribe.answer(paper.automated_decisions, "automated_decisions")),
        ("complaint", scribe.text(paper.complaint_authority, "complaint_authority")),
        ("reach", scribe.text(paper.contact, "contact")),
    ]
    officer = scribe.state(
        paper.officer, values.contact_point, gap="data_protection_officer", nothing="access/no-dpo"
    )
    rows.append(("officer", officer))
    if paper.person is not None:
        rows.append(("pseudonym", said(paper.person)))
    if paper.records.value:
        rows.append(("records", scribe.state(paper.records, lambda ids: ids, gap="other")))
    blocks: tuple[Block, ...] = (scribe.facts("access", rows),)
    return Section(id="about", title=words("access/more"), blocks=blocks)
