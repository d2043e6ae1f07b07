"""The privacy notice in words, for those whose data it is: no codes, and no numbers of events."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from ropa.render.document import (
    Block,
    Bullets,
    Callout,
    Cell,
    Document,
    Facts,
    Mark,
    Paragraph,
    Section,
)
from ropa.render.outlines import values
from ropa.render.outlines.scribe import Scribe, said
from ropa.render.words import Words
from ropa.reports import cell as model
from ropa.reports.notice.model import (
    Notice,
    NoticeActivity,
    NoticeController,
    NoticeRecipient,
    RightGiven,
)
from ropa.reports.rights import Right

T = TypeVar("T")

_RIGHTS = {"right": 5, "applies": 6}
_COOKIES = {"cookie": 3, "provider": 3, "kind": 3, "lifetime": 3, "purpose": 5, "consent": 2}
_CONTROL = ("learn", "correct", "erase", "stop")


class NoticeScribe(Scribe):
    """The scribe of a notice: it leaves the events out, which say nothing to its readers."""

    def __init__(self, words: Words, paper: Notice) -> None:
        """Begin a notice."""
        super().__init__(words)
        self.titles = {
            one.activity: words.local(one.title.value) if one.title.value else one.activity
            for one in paper.activities
        }
        self.recipients = {one.recipient: recipient(words, one) for one in paper.recipients}

    def state(
        self,
        cell: model.Cell[T],
        say: Callable[[T], str | Iterable[str]],
        *,
        gap: str,
        nothing: str = "words/none",
    ) -> Cell:
        """Give a statement in words, without its evidence."""
        return replace(super().state(cell, say, gap=gap, nothing=nothing), evidence=())


def recipient(words: Words, found: NoticeRecipient) -> str:
    """Give what a recipient is called: its name where there is one, and what kind it is."""
    kind = words.local(found.category.value) if found.category.value else None
    names = [name for name in (found.name.value, kind) if name]
    if len(names) > 1:
        return words("words/bracket", one=names[0], other=names[1])
    return names[0] if names else found.recipient


def notice(paper: Notice, words: Words) -> Document:
    """Put the privacy notice into words."""
    scribe = NoticeScribe(words, paper)
    found = paper.controller
    sections = (
        _what(scribe, found),
        _collection(scribe, found),
        _processing(scribe, paper),
        _rights(scribe, paper),
        *_cookies(scribe, paper),
        _control(scribe, paper),
        _texts(scribe, "security", scribe.state(found.measures, scribe.locals, gap="measures")),
        _contact(scribe, found),
        _complaint(scribe, found),
        _automated(scribe, found),
    )
    document = scribe.document(
        paper.head,
        sections,
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


def _what(scribe: NoticeScribe, found: NoticeController) -> Section:
    words = scribe.words
    scribe.section = "what"
    name = found.name.value or words("words/unknown-controller")
    rows = [
        ("name", scribe.text(found.name, "name")),
        ("organisation_number", scribe.text(found.organisation_number, "organisation_number")),
        ("address", scribe.text(found.address, "address")),
        ("country", scribe.state(found.country, words.country, gap="country")),
    ]
    if found.website.value:
        rows.append(("website", scribe.text(found.website, "website")))
    if found.representative.value:
        point = scribe.state(found.representative, values.contact_point, gap="representative")
        rows.append(("representative", point))
    if found.joint_controllers.value:
        points = scribe.state(
            found.joint_controllers,
            lambda all_of: [values.contact_point(one) for one in all_of],
            gap="joint_controllers",
        )
        rows.append(("joint_controllers", points))
    return Section(
        id="what",
        title=words("notice/what"),
        blocks=(
            Paragraph(said(words("notice/what-lead", controller=name))),
            scribe.facts("article30/labels", rows),
        ),
    )


def _collection(scribe: NoticeScribe, found: NoticeController) -> Section:
    words = scribe.words
    scribe.section = "collection"
    sources = scribe.state(found.sources, scribe.locals, gap="sources")
    disclosure = scribe.state(found.disclosure, scribe.locals, gap="disclosure")
    return Section(
        id="collection",
        title=words("notice/collection"),
        blocks=(
            Paragraph(said(words("notice/sources-lead"))),
            _list(sources),
            Paragraph(said(words("notice/disclosure-lead"))),
            _list(disclosure),
        ),
    )


def _list(cell: Cell) -> Block:
    if len(cell.lines) == 1 or cell.mark is not Mark.PLAIN:
        return Paragraph(cell)
    return Bullets(tuple(Cell((line,)) for line in cell.lines))


def _texts(scribe: NoticeScribe, name: str, cell: Cell) -> Section:
    lead = Paragraph(said(scribe.words(f"notice/{name}-lead")))
    return Section(id=name, title=scribe.words(f"notice/{name}"), blocks=(lead, _list(cell)))


def _processing(scribe: NoticeScribe, paper: Notice) -> Section:
    words = scribe.words
    sections = tuple(_activity(scribe, found) for found in paper.activities)
    lead = said(words("notice/processing-lead"))
    if not sections:
        lead = said(words("article30/no-activities"), mark=Mark.GAP)
    return Section(
        id="processing",
        title=words("notice/processing"),
        blocks=(Paragraph(lead),),
        sections=sections,
    )


def _activity(scribe: NoticeScribe, found: NoticeActivity) -> Section:
    words = scribe.words
    scribe.section = section = f"activity-{found.activity}"

    def recipients(ids: Iterable[str]) -> list[str]:
        return [scribe.recipients.get(one, one) for one in ids]

    nobody = "article30/no-recipients"
    rows = [
        ("purposes", scribe.state(found.purposes, scribe.locals, gap="purposes")),
        ("subjects", scribe.state(found.subjects, scribe.labels, gap="subjects")),
        ("categories", scribe.state(found.categories, scribe.labels, gap="categories")),
        *_bases(scribe, found),
        ("sources", scribe.state(found.sources, scribe.labels, gap="sources")),
        (
            "recipients",
            scribe.state(found.recipients, recipients, gap="recipients", nothing=nobody),
        ),
        ("transfers", _transfers(scribe, found)),
        ("retention", scribe.state(found.retention, scribe.retention, gap="retention")),
        ("must", _must(words, found)),
    ]
    return Section(
        id=section,
        title=scribe.titles[found.activity],
        blocks=(scribe.facts("notice/labels", rows),),
    )


def _bases(scribe: NoticeScribe, found: NoticeActivity) -> Iterator[tuple[str, Cell]]:
    for one in found.bases:
        yield "bases", scribe.state(one.basis, scribe.words.label, gap="basis")
        if one.basis.gap is None:
            source = scribe.state(one.source, scribe.words.local, gap="basis-source")
            yield "basis-source", source


def _transfers(scribe: NoticeScribe, found: NoticeActivity) -> Cell:
    words = scribe.words
    if not found.transfers.value:
        nothing = "article30/no-transfers"
        return scribe.state(found.transfers, str, gap="transfers", nothing=nothing)
    lines: list[str] = []
    for one in found.transfers.value:
        rests = words.label(one.safeguard) if one.safeguard else words("notice/no-safeguard")
        name = scribe.recipients.get(one.recipient, one.recipient)
        country = words.country(one.country)
        lines.append(words("article30/transfer", country=country, recipient=name, safeguard=rests))
        lines += [words.local(one.documentation)] if one.documentation else []
    told = all(one.safeguard for one in found.transfers.value)
    return Cell(tuple(lines), mark=Mark.PLAIN if told else Mark.GAP)


def _must(words: Words, found: NoticeActivity) -> Cell:
    """Give whether one has to provide the data, and what follows if not (Art. 13(2)(e))."""
    bases = dict.fromkeys(one.basis.value for one in found.bases if one.basis.value)
    lines = tuple(words(f"notice/must/{basis}") for basis in bases)
    return said(*lines) if lines else said(words("notice/must-unknown"), mark=Mark.GAP)


def _rights(scribe: NoticeScribe, paper: Notice) -> Section:
    words = scribe.words

    def row(one: RightGiven) -> tuple[Cell, ...]:
        applies = [scribe.titles[activity] for activity in one.activities]
        if len(applies) == len(paper.activities):
            applies = [words("notice/everything")]
        return said(words.label(one.right)), said(*applies)

    table = scribe.table("notice/rights-caption", "notice/columns", _RIGHTS, map(row, paper.rights))
    blocks: list[Block] = [Paragraph(said(words("notice/rights-lead"))), table]
    marketing = [
        scribe.titles[one.activity] for one in paper.activities if one.direct_marketing.value
    ]
    if marketing:
        # Art. 21(4): brought to attention explicitly, and apart from all else.
        items = (said(words("notice/marketing")), *(said(title) for title in marketing))
        blocks.append(Callout(words("notice/marketing-title"), items))
    return Section(id="rights", title=words("notice/rights"), blocks=tuple(blocks))


def _cookies(scribe: NoticeScribe, paper: Notice) -> Iterator[Section]:
    words = scribe.words
    scribe.section = "cookies"
    rows = []
    for entry in (one for found in paper.activities for one in found.cookies):
        if (cookie := entry.cookie.value) is None:
            continue
        lives = values.lifetime(words, cookie)
        gap = scribe.state(entry.lifetime_days, words.number, gap="lifetime_days")
        rows.append(
            (
                said(cookie.name),
                said(cookie.provider or words("notice/own-cookie")),
                said(words.label(cookie.kind)),
                said(lives) if lives else gap,
                said(words.local(cookie.purpose)),
                said(words.yes_no(answer=cookie.consent_needed)),
            )
        )
    if rows:
        table = scribe.table("notice/cookies-caption", "notice/columns", _COOKIES, rows)
        lead = Paragraph(said(words("notice/cookies-lead")))
        browser = Paragraph(said(words("notice/cookies-browser")))
        title = words("notice/cookies")
        yield Section(id="cookies", title=title, blocks=(lead, table, browser))


def _control(scribe: NoticeScribe, paper: Notice) -> Section:
    words = scribe.words
    items = [words(f"notice/control-{key}") for key in _CONTROL]
    if any(one.right is Right.WITHDRAW_CONSENT for one in paper.rights):
        items.append(words("notice/control-withdraw"))
    lead = Paragraph(said(words("notice/control-lead")))
    blocks = (lead, Bullets(tuple(map(said, items))), Paragraph(said(words("notice/control-time"))))
    return Section(id="control", title=words("notice/control"), blocks=blocks)


def _contact(scribe: NoticeScribe, found: NoticeController) -> Section:
    words = scribe.words
    scribe.section = "contact"
    rows = [("email", scribe.text(found.email, "email"))]
    if found.phone.value:
        rows.append(("phone", scribe.text(found.phone, "phone")))
    rows.append(
        (
            "data_protection_officer",
            scribe.state(
                found.data_protection_officer,
                values.contact_point,
                gap="data_protection_officer",
                nothing="access/no-dpo",
            ),
        )
    )
    facts: Facts = scribe.facts("article30/labels", rows)
    lead = Paragraph(said(words("notice/contact-lead")))
    return Section(id="contact", title=words("notice/contact"), blocks=(lead, facts))


def _complaint(scribe: NoticeScribe, found: NoticeController) -> Section:
    scribe.section = "complaint"
    authority = scribe.text(found.complaint_authority, "complaint_authority")
    return _texts(scribe, "complaint", authority)


def _automated(scribe: NoticeScribe, found: NoticeController) -> Section:
    words = scribe.words
    made = words(f"notice/automated-{'made' if found.automated_decisions.value else 'none'}")
    title = words("notice/automated")
    return Section(id="automated", title=title, blocks=(Paragraph(said(made)),))
