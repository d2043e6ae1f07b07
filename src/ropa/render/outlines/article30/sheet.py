"""The sheet of one activity: what Art. 30 asks for, and what goes beyond it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ropa.domain.activity.events import Client
from ropa.render.document import Block, Callout, Cell, Facts, Mark, Section, Table
from ropa.render.outlines import values
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
    beyond: list[Block] = [_beyond(scribe, found)]
    if found.cookies:
        beyond.append(_cookies(scribe, found.cookies))
    seen = tuple(_undeclared(scribe, one) for one in found.undeclared)
    return Section(
        id=section,
        title=words.local(found.title.value) if found.title.value else found.activity,
        blocks=(Callout(words("article30/undeclared"), seen, Mark.GAP),) if seen else (),
        sections=(
            Section(
                id=f"{section}-required",
                title=words(f"article30/{required}"),
                blocks=(_required(scribe, found, processor=processor),),
            ),
            Section(id=f"{section}-beyond", title=words("article30/beyond"), blocks=tuple(beyond)),
        ),
        new_page=True,
    )


def _required(scribe: RecordScribe, found: Activity, *, processor: bool) -> Facts:
    def client(one: Client) -> tuple[str, ...]:
        return values.client(scribe.words, one)

    def recipients(ids: Iterable[str]) -> list[str]:
        return [scribe.recipient(one) for one in ids]

    on_behalf = (
        ("client", scribe.state(found.client, client, gap="client")),
        ("client_contact", scribe.text(found.client_contact, "client_contact")),
    )
    purposes = scribe.state(found.purposes, scribe.locals, gap="purposes")
    categories = scribe.state(found.categories, scribe.labels, gap="categories")
    to = scribe.state(
        found.recipients, recipients, gap="recipients", nothing="article30/no-recipients"
    )
    label = "processor-transfers" if processor else "transfers"
    rows = (
        ("processing" if processor else "purposes", purposes),
        ("subjects", scribe.state(found.subjects, scribe.labels, gap="subjects")),
        ("categories", categories),
        ("recipients", to),
        *((label, cell) for cell in _transfers(scribe, found)),
        ("retention", scribe.state(found.retention, scribe.retention, gap="retention")),
    )
    return scribe.facts("article30/labels", (*(on_behalf if processor else ()), *rows))


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


def _beyond(scribe: RecordScribe, found: Activity) -> Facts:
    words = scribe.words
    bases = [row for one in found.bases for row in _basis(scribe, one)]
    rows = [
        ("activity-sources", scribe.state(found.sources, scribe.labels, gap="sources")),
        ("system", scribe.text(found.system, "system")),
        ("roles", scribe.state(found.roles, scribe.labels, gap="roles")),
        ("direct_marketing", scribe.answer(found.direct_marketing, "direct_marketing")),
        ("impact_assessment", scribe.answer(found.impact_assessment, "impact_assessment")),
        ("approved", scribe.state(found.approved, scribe.review, gap="approved")),
        *_reviewed(scribe, found),
        ("review_due", scribe.state(found.review_due, words.date, gap="review_due")),
    ]
    if found.retired.value is not None:
        rows.append(("retired", scribe.state(found.retired, scribe.change, gap="other")))
    rows += [("short-name", said(found.activity)), *scribe.entry(found)]
    return scribe.facts("article30/labels", (*bases, *rows))


def _reviewed(scribe: RecordScribe, found: Activity) -> Iterator[tuple[str, Cell]]:
    if found.reviewed.value is not None:
        yield "reviewed", scribe.state(found.reviewed, scribe.review, gap="other")


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
