"""The privacy notice in words, section by section."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ropa.domain.controller.events import ContactPoint
from ropa.render.document import Block, Cell, Document, Mark, Paragraph, Section
from ropa.render.outlines import values
from ropa.render.outlines.notice.activity import processing
from ropa.render.outlines.notice.opening import opening
from ropa.render.outlines.notice.scribe import NoticeScribe, block_of, is_short
from ropa.render.outlines.scribe import said
from ropa.render.words import Words
from ropa.reports.notice.model import Notice, NoticeController, RightGiven
from ropa.reports.rights import Right

_RIGHTS = {"right": 5, "applies": 6}
_COOKIES = {"cookie": 3, "provider": 3, "kind": 3, "lifetime": 3, "purpose": 5, "consent": 2}


def notice(paper: Notice, words: Words) -> Document:
    """Put the privacy notice into words."""
    scribe = NoticeScribe(words, paper)
    found = paper.controller
    detail = (
        _collection(scribe, found),
        processing(scribe, paper),
        *_cookies(scribe, paper),
        _control(scribe, paper),
        _security(scribe, found),
        _contact(scribe, found),
    )
    document = scribe.document(
        paper.head,
        (opening(scribe, paper, detail), *detail),
        title=words("notice/title"),
        subtitle=paper.head.controller.value or words("words/unknown-controller"),
    )
    edition = [
        *([(words("notice/version"), paper.version)] if paper.version else ()),
        *([(words("notice/effective"), words.date(paper.effective))] if paper.effective else ()),
    ]
    known = dict(document.facts)
    as_of, printed = words("about/as-of"), words("about/printed")
    return replace(
        document,
        facts=tuple(edition) or ((words("notice/version"), words("notice/draft")),),
        # Of use to whoever checks it against the log, and to nobody else: so it stands last.
        binding=((as_of, known[as_of]), (printed, known[printed]), *document.binding),
        binding_lead=words("notice/binding"),
    )


def _collection(scribe: NoticeScribe, found: NoticeController) -> Section:
    words = scribe.words
    scribe.section = "collection"
    blocks = (
        Paragraph(said(words("notice/sources-lead"))),
        block_of(scribe.state(found.sources, scribe.locals, gap="sources")),
        Paragraph(said(words("notice/disclosure-lead"))),
        block_of(scribe.state(found.disclosure, scribe.locals, gap="disclosure")),
    )
    title = words("notice/collection")
    return Section(id="collection", title=title, blocks=blocks, together=is_short(blocks))


def _cookies(scribe: NoticeScribe, paper: Notice) -> Iterator[Section]:
    words = scribe.words
    scribe.section = "cookies"
    rows = []
    for entry in (one for found in paper.activities for one in found.cookies):
        if (cookie := entry.cookie.value) is None:
            continue
        lives = values.lifetime(words, cookie)
        rows.append(
            (
                said(cookie.name),
                said(cookie.provider or words("notice/own-cookie")),
                said(words.label(cookie.kind)),
                said(lives)
                if lives
                else scribe.state(entry.lifetime_days, words.number, gap="lifetime_days"),
                said(words.local(cookie.purpose)),
                said(words.yes_no(answer=cookie.consent_needed)),
            )
        )
    if rows:
        table = scribe.table("notice/cookies-caption", "notice/columns", _COOKIES, rows)
        lead = Paragraph(said(words("notice/cookies-lead")))
        blocks = (lead, table, Paragraph(said(words("notice/cookies-browser"))))
        title = words("notice/cookies")
        yield Section(id="cookies", title=title, blocks=blocks, together=is_short(blocks))


def _control(scribe: NoticeScribe, paper: Notice) -> Section:
    words, found = scribe.words, paper.controller
    scribe.section = "control"
    given = {one.right for one in paper.rights}

    def row(one: RightGiven) -> tuple[Cell, ...]:
        applies = [scribe.titles[activity] for activity in one.activities]
        if len(applies) == len(paper.activities):
            applies = [words("notice/everything")]
        return said(words.label(one.right)), said(*applies)

    notes = [
        *([words("notice/control-erase")] if Right.ERASURE in given else ()),
        *([words("notice/control-withdraw")] if Right.WITHDRAW_CONSENT in given else ()),
        words(f"notice/automated-{'made' if found.automated_decisions.value else 'none'}"),
    ]
    authority = scribe.text(found.complaint_authority, "complaint_authority")
    if authority.mark is Mark.PLAIN:
        authority = said(words("notice/complaint", authority=authority.lines[0]))
    blocks: tuple[Block, ...] = (
        Paragraph(said(words("notice/control-lead"))),
        scribe.table("notice/rights-caption", "notice/columns", _RIGHTS, map(row, paper.rights)),
        *(Paragraph(said(note)) for note in notes),
        Paragraph(authority),
    )
    return Section(id="control", title=words("notice/control"), blocks=blocks)


def _security(scribe: NoticeScribe, found: NoticeController) -> Section:
    scribe.section = "security"
    lead = Paragraph(said(scribe.words("notice/security-lead")))
    measures = block_of(scribe.state(found.measures, scribe.locals, gap="measures"))
    blocks = (lead, measures)
    title = scribe.words("notice/security")
    return Section(id="security", title=title, blocks=blocks, together=is_short(blocks))


def _contact(scribe: NoticeScribe, found: NoticeController) -> Section:
    words = scribe.words
    scribe.section = "contact"

    def points(all_of: Iterable[ContactPoint]) -> list[str]:
        return [values.contact_point(one) for one in all_of]

    def where(key: str) -> list[tuple[str, Cell]]:
        cell = getattr(found, key)
        return [(key, scribe.text(cell, key))] if cell.value else []

    officer = scribe.state(
        found.data_protection_officer,
        values.contact_point,
        gap="data_protection_officer",
        nothing="access/no-dpo",
    )
    rows = [
        ("name", scribe.text(found.name, "name")),
        *where("organisation_number"),
        ("address", scribe.text(found.address, "address")),
        ("country", scribe.state(found.country, words.country, gap="country")),
        ("email", scribe.text(found.email, "email")),
        *where("phone"),
        *where("website"),
        ("data_protection_officer", officer),
    ]
    if found.representative.value:
        point = scribe.state(found.representative, values.contact_point, gap="representative")
        rows.append(("representative", point))
    if found.joint_controllers.value:
        joint = scribe.state(found.joint_controllers, points, gap="joint_controllers")
        rows.append(("joint_controllers", joint))
    lead = Paragraph(said(words("notice/contact-lead")))
    blocks = (lead, scribe.facts("article30/labels", rows))
    together = is_short(blocks)
    return Section(id="contact", title=words("notice/contact"), blocks=blocks, together=together)
