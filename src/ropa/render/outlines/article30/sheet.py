"""The sheet of one activity: what Art. 30 asks for, and what goes beyond it."""

from collections.abc import Iterable

from ropa.domain.activity.events import Client
from ropa.render.document import Block, Callout, Cell, Facts, Mark, Section, Table
from ropa.render.outlines import values
from ropa.render.outlines.article30.scribe import RecordScribe
from ropa.render.outlines.scribe import said
from ropa.reports.article30.model import (
    Activity,
    BasisEntry,
    CookieEntry,
    RecipientTransfer,
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

    def transfers(many: Iterable[RecipientTransfer]) -> list[str]:
        return [line for one in many for line in _transfer(scribe, one)]

    on_behalf = (
        ("client", scribe.state(found.client, client, gap="client")),
        ("client_contact", scribe.text(found.client_contact, "client_contact")),
    )
    purposes = scribe.state(found.purposes, scribe.locals, gap="purposes")
    categories = scribe.state(found.categories, scribe.labels, gap="categories")
    to = scribe.state(
        found.recipients, recipients, gap="recipients", nothing="article30/no-recipients"
    )
    abroad = scribe.state(
        found.transfers, transfers, gap="transfers", nothing="article30/no-transfers"
    )
    rows = (
        ("processing" if processor else "purposes", purposes),
        ("subjects", scribe.state(found.subjects, scribe.labels, gap="subjects")),
        ("categories", categories),
        ("recipients", to),
        ("processor-transfers" if processor else "transfers", abroad),
        ("retention", scribe.state(found.retention, scribe.retention, gap="retention")),
    )
    return scribe.facts("article30/labels", (*(on_behalf if processor else ()), *rows))


def _transfer(scribe: RecordScribe, found: RecipientTransfer) -> tuple[str, ...]:
    words = scribe.words
    rests = words.label(found.safeguard) if found.safeguard else words("article30/no-safeguard")
    line = words(
        "article30/transfer",
        country=words.country(found.country),
        recipient=scribe.recipient(found.recipient),
        safeguard=rests,
    )
    return (line, words.local(found.documentation)) if found.documentation else (line,)


def _beyond(scribe: RecordScribe, found: Activity) -> Facts:
    words = scribe.words
    bases = [("bases", _basis(scribe, one)) for one in found.bases]
    rows = [
        ("activity-sources", scribe.state(found.sources, scribe.labels, gap="sources")),
        ("system", scribe.text(found.system, "system")),
        ("roles", scribe.state(found.roles, scribe.labels, gap="roles")),
        ("direct_marketing", scribe.answer(found.direct_marketing, "direct_marketing")),
        ("impact_assessment", scribe.answer(found.impact_assessment, "impact_assessment")),
        ("review_due", scribe.state(found.review_due, words.date, gap="review_due")),
    ]
    if found.retired.value is not None:
        rows.append(("retired", scribe.state(found.retired, scribe.change, gap="other")))
    rows += [("short-name", said(found.activity)), *scribe.entry(found)]
    return scribe.facts("article30/labels", (*bases, *rows))


def _basis(scribe: RecordScribe, found: BasisEntry) -> Cell:
    """Give a legal basis and its source in one cell; a gap of either marks it."""
    words = scribe.words
    basis = scribe.state(found.basis, words.label, gap="basis")
    if basis.mark is Mark.GAP:
        return basis
    source = scribe.state(
        found.source,
        lambda text: words("words/source", source=words.local(text)),
        gap="basis-source",
    )
    duty = (words.label(found.duty),) if found.duty else ()
    evidence = tuple(sorted({*basis.evidence, *source.evidence}))
    return Cell((*basis.lines, *duty, *source.lines), evidence, source.mark)


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
