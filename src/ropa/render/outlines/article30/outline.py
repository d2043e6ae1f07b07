"""The record as a whole: a front page, the controller, the overview, the sheets, the recipients."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ropa.domain.controller.events import ContactPoint
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
from ropa.render.outlines.scribe import OpenGap, Scribe, said
from ropa.render.words import Words
from ropa.reports.article30.model import (
    Activity,
    Article30,
    Controller,
    Recipient,
    TransferEntry,
)
from ropa.reports.cell import Severity

_OVERVIEW = {"activity": 6, "bases": 6, "retention": 7}


def article30(paper: Article30, words: Words) -> Document:
    """Put the record of processing activities into words."""
    scribe = RecordScribe(words, paper.recipients)
    controller = _controller(scribe, paper.controller)
    general = _general(scribe, paper.controller)
    sheets = tuple(sheet(scribe, found) for found in paper.activities)
    processing = tuple(sheet(scribe, found) for found in paper.processing)
    recipients = tuple(_recipient(scribe, found) for found in paper.recipients)
    overview = _overview(scribe, paper)
    sections = [controller, overview, _missing(scribe, paper), *general, *sheets]
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


def _weighty(scribe: Scribe) -> list[OpenGap]:
    """Give the gaps that the law cares about."""
    return [gap for gap in scribe.gaps if gap.severity is not Severity.NOTE]


def _missing(scribe: RecordScribe, paper: Article30) -> Section:
    """Give every gap that the law cares about, with where it is."""
    words = scribe.words
    blocks: list[Block] = []
    titles = {
        sheet_id(found): words.local(found.title.value)
        for found in (*paper.activities, *paper.processing)
        if found.title.value
    } | {recipient_id(found): scribe.recipient(found.recipient) for found in paper.recipients}
    for severity in (Severity.ERROR, Severity.REASON_NEEDED):
        items = tuple(
            Cell((_named(words, titles.get(gap.section), gap.what),), link=gap.section)
            for gap in _weighty(scribe)
            if gap.severity is severity
        )
        if items:
            blocks.append(Callout(words.label(severity), items, Mark.GAP))
    return Section(
        id="missing",
        title=words("article30/missing"),
        blocks=tuple(blocks) or (Paragraph(said(words("article30/nothing-missing"))),),
        new_page=True,
    )


def _named(words: Words, title: str | None, what: str) -> str:
    return what if title is None else words("words/pair", one=title, other=what)


def _controller(scribe: RecordScribe, found: Controller) -> Section:
    scribe.section = "controller"
    facts = scribe.facts("article30/labels", _identity(scribe, found))
    return Section(
        id="controller",
        title=scribe.words("article30/controller"),
        blocks=(replace(facts, close=True),),
    )


def _general(scribe: RecordScribe, found: Controller) -> tuple[Section, Section]:
    """Give the measures, and what holds for all activities beyond what the law asks for."""
    words = scribe.words
    scribe.section = "measures"
    measures = scribe.state(found.measures, scribe.locals, gap="measures")
    scribe.section = "controller-beyond"
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
        ),
    )
    return (
        Section(id="measures", title=words("article30/measures"), blocks=(_list(measures),)),
        Section(
            id="controller-beyond",
            title=words("article30/general"),
            blocks=(beyond, *scribe.entry(found)),
        ),
    )


def _identity(scribe: RecordScribe, found: Controller) -> Iterator[tuple[str, Cell]]:
    def points(several: Iterable[ContactPoint]) -> list[str]:
        return [scribe.point(one) for one in several]

    for name in ("name", "organisation_number", "address"):
        yield name, scribe.short(getattr(found, name), str, gap=name)
    yield "country", scribe.short(found.country, scribe.words.country, gap="country")
    for name in ("website", "email", "phone"):
        yield name, scribe.short(getattr(found, name), str, gap=name)
    officer, name = found.data_protection_officer, "data_protection_officer"
    yield name, scribe.short(officer, scribe.point, gap=name, nothing="article30/no-dpo")
    yield "representative", scribe.short(found.representative, scribe.point, gap="representative")
    yield (
        "joint_controllers",
        scribe.short(found.joint_controllers, points, gap="joint_controllers"),
    )


def _list(cell: Cell) -> Block:
    if len(cell.lines) == 1 or cell.mark is not Mark.PLAIN:
        return Paragraph(cell)
    *first, last = cell.lines
    return Bullets((*(Cell((line,)) for line in first), Cell((last,), cell.evidence)))


def _overview(scribe: RecordScribe, paper: Article30) -> Section:
    words = scribe.words
    counts = {
        "activity": len(paper.activities),
        "client-activity": len(paper.processing),
        "declared-recipient": len(paper.recipients),
        "gap": len(_weighty(scribe)),
    }
    figures = Figures(
        tuple(
            (said(words.number(number)), words.count(key, number))
            for key, number in counts.items()
            if number or key != "client-activity"
        )
    )
    rows = tuple(_brief(scribe.aside(), found) for found in (*paper.activities, *paper.processing))
    activities: Block = Paragraph(said(words("article30/no-activities"), mark=Mark.GAP))
    if rows:
        activities = replace(
            scribe.table("article30/overview", "article30/columns", _OVERVIEW, rows), caption=""
        )
    title = words("article30/overview")
    return Section(id="activities", title=title, blocks=(figures, activities))


def _brief(scribe: RecordScribe, found: Activity) -> tuple[Cell, ...]:
    words = scribe.words
    title = scribe.state(found.title, words.local, gap="title")
    bases = [scribe.short(one.basis, words.label, gap="basis") for one in found.bases]
    retention = scribe.short(found.retention, scribe.retention, gap="retention")
    return (
        replace(title, link=sheet_id(found)),
        Cell(
            tuple(line for cell in bases for line in cell.lines),
            tuple(sorted({one for cell in bases for one in cell.evidence})),
            max((cell.mark for cell in bases), key=lambda mark: mark is Mark.GAP),
        ),
        replace(retention, lines=retention.lines[:1]),
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
        ("recipient-name", scribe.short(found.name, str, gap="recipient-name")),
        ("category", scribe.short(found.category, words.local, gap="category")),
        ("role", scribe.short(found.role, words.label, gap="role")),
        ("recipient-country", scribe.short(found.country, words.country, gap="recipient-country")),
    ]
    further = [("agreement", scribe.text(found.agreement, "agreement")), *(transfers or [none])]
    if found.retired.value is not None:
        further.append(("retired", scribe.state(found.retired, scribe.change, gap="other")))
    return Section(
        id=section,
        title=scribe.recipient(found.recipient),
        blocks=(
            replace(scribe.facts("article30/labels", rows), close=True),
            scribe.facts("article30/labels", further),
            *scribe.entry(found, found.recipient),
        ),
    )


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
