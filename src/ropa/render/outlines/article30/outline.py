"""The record as a whole: a front page, the controller, the overview, the sheets, the recipients."""

from collections.abc import Iterator
from dataclasses import replace

from ropa.render.document import (
    Block,
    Bullets,
    Callout,
    Cell,
    Document,
    Figures,
    Mark,
    Paragraph,
    Section,
)
from ropa.render.outlines.article30.scribe import RecordScribe
from ropa.render.outlines.article30.sheet import sheet, sheet_id
from ropa.render.outlines.scribe import Scribe, said
from ropa.render.words import Words
from ropa.reports.article30.model import (
    Activity,
    Article30,
    Controller,
    Recipient,
    TransferEntry,
)
from ropa.reports.cell import Severity

_OVERVIEW = {"activity": 3, "purposes": 5, "bases": 4, "retention": 4}


def article30(paper: Article30, words: Words) -> Document:
    """Put the record of processing activities into words."""
    scribe = RecordScribe(words, paper.recipients)
    controller = _controller(scribe, paper.controller)
    sheets = tuple(sheet(scribe, found) for found in paper.activities)
    processing = tuple(sheet(scribe, found) for found in paper.processing)
    recipients = tuple(_recipient(scribe, found) for found in paper.recipients)
    sections = [_front(scribe, paper), controller, _overview(paper, words), *sheets]
    if processing:
        sections.append(
            Section(
                id="processing",
                title=words("article30/processing"),
                blocks=(Paragraph(said(words("article30/processing-lead"))),),
                sections=tuple(replace(found, new_page=False) for found in processing),
                new_page=True,
            )
        )
    if recipients:
        title = words("article30/recipients")
        sections.append(Section(id="recipients", title=title, sections=recipients, new_page=True))
    return scribe.document(
        paper.head, sections, title=words("article30/title"), subtitle=words("article30/subtitle")
    )


def _front(scribe: RecordScribe, paper: Article30) -> Section:
    """Give the figures, and every gap that the law cares about, with where it is."""
    words = scribe.words
    weighty = [gap for gap in scribe.gaps if gap.severity is not Severity.NOTE]
    counts = {
        "activity": len(paper.activities),
        "client-activity": len(paper.processing),
        "declared-recipient": len(paper.recipients),
        "gap": len(weighty),
    }
    blocks: list[Block] = [
        Figures(tuple((said(words.number(n)), words.count(key, n)) for key, n in counts.items()))
    ]
    titles = {
        sheet_id(found): words.local(found.title.value)
        for found in (*paper.activities, *paper.processing)
        if found.title.value
    } | {recipient_id(found): scribe.recipient(found.recipient) for found in paper.recipients}
    for severity in (Severity.ERROR, Severity.REASON_NEEDED):
        items = tuple(
            Cell((_named(words, titles.get(gap.section), gap.what),), link=gap.section)
            for gap in weighty
            if gap.severity is severity
        )
        if items:
            blocks.append(Callout(words.label(severity), items, Mark.GAP))
    return Section(id="summary", title=words("article30/summary"), blocks=tuple(blocks))


def _named(words: Words, title: str | None, what: str) -> str:
    return what if title is None else words("words/pair", one=title, other=what)


def _controller(scribe: RecordScribe, found: Controller) -> Section:
    words = scribe.words
    scribe.section = "controller"
    required = scribe.facts("article30/labels", _identity(scribe, found))
    measures = scribe.state(found.measures, scribe.locals, gap="measures")
    beyond = scribe.facts(
        "article30/labels",
        (
            ("sources", scribe.state(found.sources, scribe.locals, gap="sources")),
            ("disclosure", scribe.state(found.disclosure, scribe.locals, gap="disclosure")),
            (
                "automated_decisions",
                scribe.answer(found.automated_decisions, "automated_decisions"),
            ),
            ("complaint_authority", scribe.text(found.complaint_authority, "complaint_authority")),
            *scribe.entry(found),
        ),
    )
    return Section(
        id="controller",
        title=words("article30/controller"),
        blocks=(required,),
        sections=(
            Section(id="measures", title=words("article30/measures"), blocks=(_list(measures),)),
            Section(id="controller-beyond", title=words("article30/beyond"), blocks=(beyond,)),
        ),
    )


def _identity(scribe: RecordScribe, found: Controller) -> Iterator[tuple[str, Cell]]:
    yield "name", scribe.text(found.name, "name")
    yield "organisation_number", scribe.text(found.organisation_number, "organisation_number")
    yield "address", scribe.text(found.address, "address")
    yield "country", scribe.state(found.country, scribe.words.country, gap="country")
    yield "website", scribe.text(found.website, "website")
    yield "email", scribe.text(found.email, "email")
    yield "phone", scribe.text(found.phone, "phone")
    yield (
        "data_protection_officer",
        scribe.state(
            found.data_protection_officer,
            scribe.point,
            gap="data_protection_officer",
            nothing="article30/no-dpo",
        ),
    )
    yield (
        "representative",
        scribe.state(found.representative, scribe.point, gap="representative"),
    )
    yield (
        "joint_controllers",
        scribe.state(
            found.joint_controllers,
            lambda points: [scribe.point(one) for one in points],
            gap="joint_controllers",
        ),
    )


def _list(cell: Cell) -> Block:
    if len(cell.lines) == 1 or cell.mark is not Mark.PLAIN:
        return Paragraph(cell)
    *first, last = cell.lines
    return Bullets((*(Cell((line,)) for line in first), Cell((last,), cell.evidence)))


def _overview(paper: Article30, words: Words) -> Section:
    # A scribe of its own: the sheets take down the gaps and events, each of them once.
    scribe = RecordScribe(words, paper.recipients)
    title = words("article30/overview")
    activities = (*paper.activities, *paper.processing)
    if not activities:
        nothing = Paragraph(said(words("article30/no-activities"), mark=Mark.GAP))
        return Section(id="activities", title=title, blocks=(nothing,))
    rows = (_brief(scribe, found) for found in activities)
    table = scribe.table("article30/overview-caption", "article30/columns", _OVERVIEW, rows)
    return Section(id="activities", title=title, blocks=(table,))


def _brief(scribe: Scribe, found: Activity) -> tuple[Cell, ...]:
    words = scribe.words
    title = scribe.state(found.title, words.local, gap="title")
    bases = [scribe.state(one.basis, words.label, gap="basis") for one in found.bases]
    return (
        replace(title, link=sheet_id(found)),
        scribe.state(found.purposes, scribe.locals, gap="purposes"),
        Cell(
            tuple(line for cell in bases for line in cell.lines),
            tuple(sorted({one for cell in bases for one in cell.evidence})),
            max((cell.mark for cell in bases), key=lambda mark: mark is Mark.GAP),
        ),
        scribe.state(found.retention, lambda rule: scribe.retention(rule)[0], gap="retention"),
    )


def recipient_id(found: Recipient) -> str:
    """Give what links to a recipient lead to."""
    return f"recipient-{found.recipient}"


def _recipient(scribe: RecordScribe, found: Recipient) -> Section:
    words = scribe.words
    scribe.section = section = recipient_id(found)
    transfers = [("transfers", _transfer(scribe, one)) for one in found.transfers]
    # Of a recipient whose country nobody has declared, that there are no transfers is not known.
    unknown = scribe.state(found.country, words.country, gap="transfers")
    nothing = said(words("article30/no-transfers"), mark=Mark.QUIET)
    none = ("transfers", unknown if found.country.gap is not None else nothing)
    rows = [
        ("recipient-name", scribe.text(found.name, "recipient-name")),
        ("category", scribe.state(found.category, words.local, gap="category")),
        ("role", scribe.state(found.role, words.label, gap="role")),
        ("recipient-country", scribe.state(found.country, words.country, gap="recipient-country")),
        ("agreement", scribe.text(found.agreement, "agreement")),
        *(transfers or [none]),
    ]
    if found.retired.value is not None:
        rows.append(("retired", scribe.state(found.retired, scribe.change, gap="other")))
    rows += [("short-name", said(found.recipient)), *scribe.entry(found)]
    facts = scribe.facts("article30/labels", rows)
    return Section(id=section, title=scribe.recipient(found.recipient), blocks=(facts,))


def _transfer(scribe: Scribe, found: TransferEntry) -> Cell:
    words = scribe.words
    country = scribe.state(found.country, words.country, gap="country")
    safeguard = scribe.state(found.safeguard, words.label, gap="safeguard")
    documented = scribe.state(found.documentation, words.local, gap="documentation")
    line = words("words/pair", one=country.lines[0], other=safeguard.lines[0])
    more = () if documented.mark is Mark.QUIET else documented.lines
    return Cell(
        (line, *safeguard.lines[1:], *more),
        tuple(sorted({*country.evidence, *safeguard.evidence, *documented.evidence})),
        Mark.GAP if Mark.GAP in {safeguard.mark, documented.mark} else Mark.PLAIN,
    )
