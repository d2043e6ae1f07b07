"""The sheet of one activity: what Art. 30 asks for, and what goes beyond it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ropa.domain.activity.events import Client
from ropa.render.document import Block, Callout, Cell, Facts, Mark, Section, Table
from ropa.render.outlines import values
from ropa.render.outlines.article30.flow import flow
from ropa.render.outlines.article30.scribe import RecordScribe
from ropa.render.outlines.scribe import said
from ropa.reports.article30.model import (
    Activity,
    BasisEntry,
    CookieEntry,
    UndeclaredRecipient,
)

_COOKIES = {"cookie": 3, "provider": 3, "lifetime": 3, "purpose": 5, "consent": 2}


def sheet_id(found: Activity) -> str:
    """Give what links to the sheet of an activity lead to."""
    return f"activity-{found.activity}"


def sheet(scribe: RecordScribe, found: Activity) -> Section:
    """Give the sheet of one activity."""
    words = scribe.words
    scribe.section = section = sheet_id(found)
    processor = found.client.value is not None or found.client.gap is not None
    required = "required-processor" if processor else "required"
    first = _required(scribe, found, processor=processor)
    beyond = tuple(_beyond(scribe, found, processor=processor))
    seen = tuple(_undeclared(scribe, one) for one in found.undeclared)
    return Section(
        id=section,
        title=words.local(found.title.value) if found.title.value else found.activity,
        blocks=(Callout(words("article30/undeclared"), seen, Mark.GAP),) if seen else (),
        sections=(
            Section(
                id=f"{section}-required",
                title=words(f"article30/{required}"),
                blocks=(first,),
            ),
            Section(id=f"{section}-beyond", title=words("article30/beyond"), blocks=beyond),
        ),
        new_page=True,
    )


def _required(scribe: RecordScribe, found: Activity, *, processor: bool) -> Facts:
    purposes = scribe.state(found.purposes, scribe.locals, gap="purposes")
    label = "processor-transfers" if processor else "transfers"
    transfers = tuple((label, cell) for cell in _transfers(scribe, found))
    if not processor:
        subjects, categories, recipients, retention = _elements(scribe, found)
        rows = (("purposes", purposes), subjects, categories, recipients, *transfers, retention)
        return scribe.facts("article30/labels", rows)

    def client(one: Client) -> tuple[str, ...]:
        return values.client(scribe.words, one)

    rows = (
        ("client", scribe.state(found.client, client, gap="client")),
        ("client_contact", scribe.text(found.client_contact, "client_contact")),
        ("processing", purposes),
        *transfers,
    )
    return scribe.facts("article30/labels", rows)


def _elements(scribe: RecordScribe, found: Activity) -> tuple[tuple[str, Cell], ...]:
    """Give the elements that the record of a controller needs, and that of a processor does not."""

    def recipients(ids: Iterable[str]) -> list[str]:
        return [scribe.recipient(one) for one in ids]

    to = scribe.state(
        found.recipients, recipients, gap="recipients", nothing="article30/no-recipients"
    )
    return (
        ("subjects", scribe.state(found.subjects, scribe.shared, gap="subjects")),
        ("categories", scribe.state(found.categories, scribe.shared, gap="categories")),
        ("recipients", to),
        ("retention", scribe.state(found.retention, scribe.retention, gap="retention")),
    )


def _transfers(scribe: RecordScribe, found: Activity) -> Iterator[Cell]:
    words = scribe.words
    if not found.transfers.value:
        nothing = "article30/no-transfers"
        yield scribe.state(found.transfers, str, gap="transfers", nothing=nothing)
    for one in found.transfers.value or ():
        line = words(
            "article30/transfer",
            country=words.country(one.country),
            recipient=scribe.recipient(one.recipient),
            safeguard=values.safeguard(words, one.safeguard),
        )
        lines = (line, words.local(one.documentation)) if one.documentation else (line,)
        yield Cell(lines, found.transfers.evidence, Mark.PLAIN if one.safeguard else Mark.GAP)


def _beyond(scribe: RecordScribe, found: Activity, *, processor: bool) -> Iterator[Block]:
    words = scribe.words

    def answer(given: bool) -> str:  # noqa: FBT001 - it is what the cell holds
        return words.yes_no(answer=given)

    if processor:
        yield Facts(tuple((words.field(name), cell) for name, cell in _elements(scribe, found)))
    bases = [row for one in found.bases for row in _basis(scribe, one)]
    sources = scribe.state(found.sources, scribe.shared, gap="sources")
    yield scribe.facts("article30/labels", (*bases, ("activity-sources", sources)))
    rows = [
        ("roles", scribe.short(found.roles, scribe.shared, gap="roles")),
        ("system", scribe.short(found.system, str, gap="system")),
        ("direct_marketing", scribe.answer(found.direct_marketing, "direct_marketing")),
        (
            "impact_assessment",
            scribe.short(found.impact_assessment, answer, gap="impact_assessment"),
        ),
        ("approved", scribe.short(found.approved, scribe.review, gap="approved")),
        ("review_due", scribe.short(found.review_due, words.date, gap="review_due")),
    ]
    yield replace(scribe.facts("article30/labels", rows), close=True)
    if late := tuple(_late(scribe, found)):
        yield scribe.facts("article30/labels", late)
    if found.cookies:
        yield _cookies(scribe, found.cookies)
    yield from scribe.entry(found, found.activity)
    yield flow(scribe, found)


def _late(scribe: RecordScribe, found: Activity) -> Iterator[tuple[str, Cell]]:
    """Give what came after the approval: a review that came to another end, and the entry's own."""
    if found.reviewed.value is not None:
        yield "reviewed", scribe.state(found.reviewed, scribe.review, gap="other")
    if found.retired.value is not None:
        yield "retired", scribe.state(found.retired, scribe.change, gap="other")


def _basis(scribe: RecordScribe, found: BasisEntry) -> Iterator[tuple[str, Cell]]:
    """Give a legal basis, and where it comes from as a statement of its own."""
    words = scribe.words
    basis = scribe.state(found.basis, words.label, gap="basis")
    duty = (words.label(found.duty),) if found.duty else ()
    yield "bases", replace(basis, lines=(*basis.lines, *duty))
    if basis.mark is not Mark.GAP:
        yield "basis-source", scribe.state(found.source, words.local, gap="basis-source")


def _cookies(scribe: RecordScribe, cookies: tuple[CookieEntry, ...]) -> Table:
    words = scribe.words
    rows = []
    for entry in cookies:
        cookie = entry.cookie.value
        if cookie is None:
            continue
        lives = values.lifetime(words, cookie)
        gap = scribe.state(entry.lifetime_days, words.number, gap="lifetime_days")
        rows.append(
            (
                said(cookie.name, evidence=entry.cookie.evidence),
                said(values.provider(words, cookie)),
                said(lives, words.label(cookie.kind)) if lives else gap,
                said(words.local(cookie.purpose)),
                said(words.yes_no(answer=cookie.consent_needed)),
            )
        )
    return scribe.table("article30/cookies-caption", "article30/columns", _COOKIES, rows)


def _undeclared(scribe: RecordScribe, found: UndeclaredRecipient) -> Cell:
    tally = scribe.tally(found.disclosures, "disclosure")
    line = scribe.words("words/pair", one=scribe.recipient(found.recipient), other=tally.lines[0])
    return Cell((line,), tally.evidence)
