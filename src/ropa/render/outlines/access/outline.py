"""The access report as a whole: the essentials on a page, the data, and what is told of it."""

from ropa.kernel.ids import ActivityId
from ropa.render.document import Block, Cell, Document, Paragraph, Section, Table
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
    everything = {share.activity for share in paper.shares}

    def applies(activities: tuple[ActivityId, ...]) -> str:
        if everything == set(activities):
            return words("access/everything")
        return ", ".join(scribe.titles(activities))

    rows = (
        (
            said(
                words(
                    "words/bracket",
                    one=words.label(found.right),
                    other=words.article(found.right.value),
                )
            ),
            Cell(scribe.state(found.activities, applies, gap="other").lines),
        )
        for found in paper.rights
    )
    evidence = {one for found in paper.rights for one in found.activities.evidence}
    lead = Cell((words("access/rights-caption"),), tuple(sorted(evidence)))
    head = tuple(words(f"access/columns/{name}") for name in _RIGHTS)
    table = Table("", head, tuple(rows), tuple(_RIGHTS.values()))
    return Section(id="rights", title=words("access/rights"), blocks=(Paragraph(lead), table))


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
    return Section(id="about", title=words("access/more"), blocks=blocks, together=True)
