"""The outlines of the letters about a request: plain words for whoever made it."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from ropa.domain.request.events import IdentityMethod, Outcome, RequestKind
from ropa.render.document import Bullets, Letter, Paragraph, Passage
from ropa.render.outlines import values
from ropa.render.outlines.scribe import said
from ropa.render.words import Words
from ropa.reports.letters import model
from ropa.reports.letters.model import (
    Answer,
    Erasure,
    Extension,
    Identity,
    LetterKind,
    Receipt,
    Refusal,
)

_AUTHORITY = "Integritetsskyddsmyndigheten"
"""What the name of Sweden's authority begins with, whose further addresses are known."""

Blocks = Iterator[Paragraph | Bullets]


def letter(found: model.Letter, words: Words) -> Letter:
    """Put a letter into words."""
    sender, addressee = found.sender, found.addressee
    name = sender.name or words("words/unknown-controller")
    greeting = words("letters/greeting", name=addressee.name) if addressee.name else None
    return Letter(
        language=words.language,
        subject=words.label(_kind(found.body)),
        sender=tuple(_sender(words, found, name)),
        addressee=tuple(_addressee(words, found)),
        facts=(
            (words("letters/date"), words.date(found.day)),
            (words("letters/reference"), found.request),
        ),
        greeting=greeting or words("letters/greeting-unnamed"),
        passages=(*_passages(words, found), Passage(blocks=tuple(_contact(words, found)))),
        closing=words("letters/closing"),
        signature=(name, *_officer(found)),
        footer=_footer(words, found, name),
        page=words("words/page", page="{page}", pages="{pages}"),
    )


def _kind(body: model.Body) -> LetterKind:
    return LetterKind(type(body).__name__.lower())


def _sender(words: Words, found: model.Letter, name: str) -> Iterator[str]:
    sender = found.sender
    yield name
    if sender.organisation_number:
        yield words("letters/organisation-number", number=sender.organisation_number)
    yield from filter(None, (sender.address, sender.email, sender.phone, sender.website))


def _addressee(words: Words, found: model.Letter) -> Iterator[str]:
    to = found.addressee
    yield from filter(None, (to.name,))
    yield from values.personal(words, to.address)
    yield from filter(None, (to.email,))


def _officer(found: model.Letter) -> tuple[str, ...]:
    officer = found.sender.officer
    if officer is None:
        return ()
    reached = ", ".join(filter(None, (officer.email, officer.phone)))
    return tuple(filter(None, (officer.name, reached)))


def _footer(words: Words, found: model.Letter, name: str) -> str:
    number = found.head.document
    return words("words/pair", one=words("about/document"), other=number) if number else name


def _passages(words: Words, found: model.Letter) -> Iterator[Passage]:
    body = found.body
    match body:
        case Receipt():
            yield Passage(blocks=tuple(_receipt(words, found, body)))
        case Identity():
            yield Passage(blocks=tuple(_identity(words, found)))
        case Extension():
            yield Passage(blocks=tuple(_extension(words, found, body)))
        case Answer():
            yield from _answer(words, found, body)
        case Refusal():
            yield Passage(blocks=tuple(_refusal(words, found, body)))
            yield _complaint(words, found)
        case _:
            assert_never(body)


def _asked(words: Words, found: model.Letter) -> Bullets:
    return _bullets(words(f"letters/asked/{kind}") for kind in found.kinds)


def _receipt(words: Words, found: model.Letter, body: Receipt) -> Blocks:
    yield _said(words("letters/receipt/lead", day=words.date(found.received)))
    yield _asked(words, found)
    yield _said(words("letters/receipt/misunderstood"))
    if body.closed is not None and body.closed_on is not None:
        closed_on = words.date(body.closed_on)
        yield _said(words(f"letters/receipt/{body.closed}", day=closed_on))
    else:
        stands = "extended" if body.extended else "due"
        key = "overdue" if body.overdue else stands
        yield _said(words(f"letters/receipt/{key}", day=words.date(body.due)))
    yield _said(words("letters/receipt/free"))


def _identity(words: Words, found: model.Letter) -> Blocks:
    received = words.date(found.received)
    yield _said(words("letters/identity/lead", day=received))
    yield _asked(words, found)
    yield _said(words("letters/identity/doubt"))
    yield _said(words("letters/identity/methods"))
    yield _bullets(words(f"letters/identity/method/{one}") for one in IdentityMethod)
    yield _said(words("letters/identity/no-more"))
    yield _said(words("letters/identity/day", day=received))


def _extension(words: Words, found: model.Letter, body: Extension) -> Blocks:
    told = "now" if body.told == found.day else "then"
    yield _said(words("letters/extension/lead", day=words.date(found.received)))
    yield _asked(words, found)
    yield _said(
        words(f"letters/extension/reason/{body.reason}"),
        words(f"letters/extension/told-{told}", day=words.date(body.told)),
    )
    overdue = "overdue" if found.day > body.due else "due"
    yield _said(words(f"letters/extension/{overdue}", day=words.date(body.due)))


def _refusal(words: Words, found: model.Letter, body: Refusal) -> Blocks:
    days = {"received": words.date(found.received), "day": words.date(body.on)}
    yield _said(words("letters/refusal/lead", **days))
    yield _asked(words, found)
    yield _said(words(f"letters/grounds/{body.ground}"))


def _answer(words: Words, found: model.Letter, body: Answer) -> Iterator[Passage]:
    lead = words("letters/answer/lead", day=words.date(found.received))
    yield Passage(blocks=(_said(lead),))
    for one in body.decided:
        blocks: list[Paragraph | Bullets] = list(_decided(words, one, nobody=body.nobody))
        if one.kind is RequestKind.ERASURE and one.outcome is not Outcome.NOT_GRANTED:
            for erasure in body.erasures:
                blocks += _erasure(words, erasure)
        yield Passage(title=words.label(one.kind), blocks=tuple(blocks))
    if not body.all_granted:
        yield _complaint(words, found)


def _decided(words: Words, one: model.Decided, *, nobody: bool) -> Blocks:
    outcome: str = one.outcome
    if nobody and one.kind is RequestKind.ACCESS and one.outcome is Outcome.GRANTED:
        outcome = f"{outcome}-nobody"
    yield _said(words(f"letters/answer/{one.kind}/{outcome}"))
    if one.ground is not None:
        yield _said(words(f"letters/grounds/{one.ground}"))
    if one.paper is not None and one.made is not None:
        paper = words(f"letters/enclosed/{one.paper}", day=words.date(one.made))
        yield _said(paper)


def _erasure(words: Words, found: Erasure) -> Blocks:
    if found.erased:
        key, day = "pending", words.date(found.decided)
        if found.completed is not None:
            key, day = "done", words.date(found.completed)
        yield _said(words(f"letters/erasure/{key}", day=day))
        yield _bullets(_titles(words, found.erased))
    if found.kept:
        yield _said(words("letters/erasure/kept"))
        yield _bullets(_kept(words, one) for one in found.kept)
    if found.suppressed:
        marketing = words.listed(_titles(words, found.suppressed))
        yield _said(words("letters/erasure/suppressed", marketing=marketing))
    for key, recipients in (("informed", found.informed), ("not-informed", found.not_informed)):
        if recipients:
            names = words.listed(_name(words, one) for one in recipients)
            yield _said(words(f"letters/erasure/{key}", recipients=names))


def _titles(words: Words, found: Iterable[model.Titled]) -> Iterator[str]:
    return (words.local(one.title) if one.title else one.activity for one in found)


def _kept(words: Words, found: model.KeptBack) -> str:
    (title,) = _titles(words, (found.of,))
    ground = words(f"letters/withheld/{found.ground}")
    if found.through is None:
        return words("letters/erasure/kept-item", title=title, ground=ground)
    day = words.date(found.through)
    return words("letters/erasure/kept-item-through", title=title, ground=ground, day=day)


def _name(words: Words, found: model.Named) -> str:
    category = words.local(found.category) if found.category else found.recipient
    return found.name or category


def _complaint(words: Words, found: model.Letter) -> Passage:
    authority = found.authority
    lines = [words("letters/complaint/court")]
    if authority is not None:
        where = words("letters/complaint/imy") if authority.startswith(_AUTHORITY) else None
        told = words("letters/complaint/authority", authority=authority)
        lines.insert(0, f"{told} {where}" if where else told)
    return Passage(title=words("letters/complaint/title"), blocks=tuple(map(_said, lines)))


def _contact(words: Words, found: model.Letter) -> Blocks:
    reached = ", ".join(filter(None, (found.sender.email, found.sender.phone)))
    if reached:
        yield _said(words("letters/contact", contact=reached))


def _said(*lines: str) -> Paragraph:
    return Paragraph(said(" ".join(lines)))


def _bullets(items: Iterable[str]) -> Bullets:
    return Bullets(tuple(said(item) for item in items))
