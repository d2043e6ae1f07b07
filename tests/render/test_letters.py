"""Letters: goldens, whole in each language, seemly in each form, and safe with hostile names."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest
from rich.cells import cell_len

from ropa.domain.controller.events import ContactPoint
from ropa.domain.request.decider import Closed
from ropa.domain.request.events import ExtensionReason, Outcome, RefusalGround, RequestKind
from ropa.kernel.erasing import WithholdingGround
from ropa.kernel.ids import Language
from ropa.render import Format, render_letter
from ropa.render.document import clean
from ropa.render.text import LETTER_WIDTH
from ropa.render.words import catalogue
from ropa.reports.letters.model import (
    Addressee,
    Answer,
    Body,
    Decided,
    Erasure,
    Extension,
    Identity,
    KeptBack,
    Letter,
    LetterKind,
    Named,
    Receipt,
    Refusal,
    Sender,
    Titled,
)
from tests.render.papers import BOOKKEEPING, CONTRACT, MARKETING, both, head
from tests.render.test_render import HOSTILE, SUFFIXES, Page, plain

FORMS = pytest.mark.parametrize("fmt", [Format.TEXT, Format.HTML])
EVERY_LANGUAGE = pytest.mark.parametrize("language", Language)
REQUEST = "3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e21"
NUMBER = "4c0f9f9f7a5d4d1c8d3e2b1a09f8e7d6"
SENDER = Sender(
    name="Exempelbolaget AB",
    organisation_number="556000-0000",
    address="Storgatan 1, 311 31 Falkenberg",
    email="dataskydd@exempelbolaget.example",
    phone="+46 346 00 00 00",
    website="exempelbolaget.example",
    officer=ContactPoint(
        name="Dataskyddsombudet",
        email="ombud@exempelbolaget.example",
        phone="+46 346 00 00 01",
    ),
)
ANNA = Addressee(
    name="Anna Exempel",
    address={"street": "Lillgatan 2", "postal_code": "311 32", "city": "Falkenberg"},
)
OPEN = Receipt(due=date(2026, 3, 2), extended=False, overdue=False, closed=None, closed_on=None)
ERASURE = Erasure(
    decided=date(2026, 2, 19),
    completed=date(2026, 2, 20),
    erased=(
        Titled(activity="contract", title=CONTRACT),
        Titled(activity="marketing", title=MARKETING),
    ),
    kept=(
        KeptBack(
            of=Titled(activity="bookkeeping", title=BOOKKEEPING),
            ground=WithholdingGround.LEGAL_OBLIGATION,
            through=date(2033, 12, 31),
        ),
        KeptBack(
            of=Titled(activity="disputes", title=None),
            ground=WithholdingGround.LEGAL_CLAIMS,
            through=None,
        ),
    ),
    suppressed=(Titled(activity="marketing", title=MARKETING),),
    informed=(
        Named(recipient="parcel-carrier", name="Paket Exempel AB", category=None),
        Named(recipient="mail", name=None, category=both("Utskickstjänst", "Mailing service")),
    ),
    not_informed=(Named(recipient="old-shop", name="Gamla Butiken AB", category=None),),
)
ANSWER = Answer(
    decided=(
        Decided(
            kind=RequestKind.ACCESS,
            outcome=Outcome.GRANTED,
            ground=None,
            paper="access",
            made=date(2026, 2, 20),
        ),
        Decided(
            kind=RequestKind.ERASURE,
            outcome=Outcome.PARTLY_GRANTED,
            ground=RefusalGround.LEGAL_OBLIGATION,
        ),
        Decided(
            kind=RequestKind.OBJECTION,
            outcome=Outcome.NOT_GRANTED,
            ground=RefusalGround.COMPELLING_GROUNDS,
        ),
    ),
    erasures=(ERASURE,),
)
BODIES: dict[str, Body] = {
    LetterKind.RECEIPT: OPEN,
    LetterKind.IDENTITY: Identity(),
    LetterKind.EXTENSION: Extension(
        reason=ExtensionReason.COMPLEXITY, told=date(2026, 2, 20), due=date(2026, 4, 30)
    ),
    LetterKind.ANSWER: ANSWER,
    LetterKind.REFUSAL: Refusal(ground=RefusalGround.EXCESSIVE, on=date(2026, 2, 20)),
}
EVERY_LETTER = pytest.mark.parametrize("kind", BODIES)


def letter(body: Body, language: Language = Language.SV, **fields: Any) -> Letter:
    made: dict[str, Any] = {
        "head": msgspec.structs.replace(head("letter-receipt", language), document=NUMBER),
        "request": REQUEST,
        "person": None,
        "sender": SENDER,
        "addressee": ANNA,
        "authority": "Integritetsskyddsmyndigheten (IMY), Box 8114, 104 20 Stockholm",
        "day": date(2026, 2, 20),
        "received": date(2026, 1, 31),
        "kinds": (RequestKind.ACCESS, RequestKind.ERASURE, RequestKind.OBJECTION),
        "body": body,
    }
    return Letter(**(made | fields))


def shown(model: Letter, fmt: Format, language: Language = Language.SV) -> str:
    """Give all that a reader sees, on one line."""
    text = render_letter(model, fmt, language)
    return plain(Page(text).text if fmt is Format.HTML else text)


@EVERY_LETTER
@EVERY_LANGUAGE
@FORMS
def test_letters_are_as_they_were(
    kind: str, language: Language, fmt: Format, golden: Callable[[str, str], None]
) -> None:
    name = f"letter-{kind}.{language}.{SUFFIXES[fmt]}"
    golden(name, render_letter(letter(BODIES[kind], language), fmt, language))


@EVERY_LETTER
@EVERY_LANGUAGE
@FORMS
def test_each_letter_is_a_whole_letter(kind: str, language: Language, fmt: Format) -> None:
    page = shown(letter(BODIES[kind], language), fmt, language)
    words = catalogue(language)
    begin = words["letters/greeting"].format(name="Anna Exempel")
    for part in (
        *("Exempelbolaget AB", "Storgatan 1, 311 31 Falkenberg", "ombud@exempelbolaget.example"),
        *("Anna Exempel", "Lillgatan 2", "311 32 Falkenberg", REQUEST, NUMBER),
        *(words[f"labels/LetterKind/{kind}"], begin, words["letters/closing"]),
    ):
        assert part in page
    assert page.index(REQUEST) < page.index(begin) < page.index(words["letters/closing"])
    assert "{" not in page


@EVERY_LETTER
@EVERY_LANGUAGE
def test_text_stays_within_the_columns_of_a_mail(kind: str, language: Language) -> None:
    text = render_letter(letter(BODIES[kind], language), Format.TEXT, language)
    assert max(cell_len(line) for line in text.split("\n")) <= LETTER_WIDTH == 72
    assert not re.search(r" $", text, re.MULTILINE)
    assert "\n\n\n" not in text


@EVERY_LANGUAGE
@FORMS
@pytest.mark.parametrize("kind", RequestKind)
def test_each_kind_and_each_outcome_has_its_words(
    language: Language, fmt: Format, kind: RequestKind
) -> None:
    pages = set()
    for outcome in Outcome:
        ground = None if outcome is Outcome.GRANTED else RefusalGround.NOT_APPLICABLE
        one = Decided(kind=kind, outcome=outcome, ground=ground)
        body = Answer(decided=(one,))
        page = shown(letter(body, language, kinds=(kind,)), fmt, language)
        assert plain(catalogue(language)[f"letters/answer/{kind}/{outcome}"]) in page
        assert ("imy@imy.se" in page) is (outcome is not Outcome.GRANTED)
        pages.add(page)
    assert len(pages) == len(Outcome)


@EVERY_LANGUAGE
def test_who_is_nobody_of_the_register_is_promised_no_copy(language: Language) -> None:
    one = Decided(kind=RequestKind.ACCESS, outcome=Outcome.GRANTED, ground=None)
    page = shown(letter(Answer(decided=(one,), nobody=True), language), Format.TEXT, language)
    answers = "letters/answer/access"
    assert plain(catalogue(language)[f"{answers}/granted-nobody"]) in page
    assert plain(catalogue(language)[f"{answers}/granted"]) not in page


@EVERY_LANGUAGE
@pytest.mark.parametrize("ground", RefusalGround)
def test_a_refusal_says_why_and_where_to_turn(language: Language, ground: RefusalGround) -> None:
    body = Refusal(ground=ground, on=date(2026, 2, 20))
    page = shown(letter(body, language), Format.TEXT, language)
    assert plain(catalogue(language)[f"letters/grounds/{ground}"]) in page
    assert "Box 8114, 104 20 Stockholm" in page
    assert plain(catalogue(language)["letters/complaint/court"]) in page


@EVERY_LANGUAGE
@pytest.mark.parametrize("ground", WithholdingGround)
@pytest.mark.parametrize("through", [None, date(2033, 12, 31)])
def test_what_is_kept_is_told_with_its_ground_and_its_day(
    language: Language, ground: WithholdingGround, through: date | None
) -> None:
    kept = KeptBack(of=Titled(activity="books", title=None), ground=ground, through=through)
    erasure = msgspec.structs.replace(ERASURE, kept=(kept,))
    body = msgspec.structs.replace(ANSWER, erasures=(erasure,))
    page = shown(letter(body, language), Format.TEXT, language)
    assert catalogue(language)[f"letters/withheld/{ground}"] in page
    assert ("2033" in page) is (through is not None)


@EVERY_LANGUAGE
@pytest.mark.parametrize("reason", ExtensionReason)
def test_an_extension_says_why_until_when_and_when_it_was_told(
    language: Language, reason: ExtensionReason
) -> None:
    body = Extension(reason=reason, told=date(2026, 2, 19), due=date(2026, 4, 30))
    today = shown(letter(body, language, day=date(2026, 2, 19)), Format.TEXT, language)
    later = shown(letter(body, language), Format.TEXT, language)
    passed = shown(letter(body, language, day=date(2026, 5, 1)), Format.TEXT, language)
    for page in (today, later, passed):
        assert catalogue(language)[f"letters/extension/reason/{reason}"] in page
        assert "30 april 2026" in page.lower()
        assert "19 feb" in page.lower()
    assert len({today, later, passed}) == 3


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "senast den 2 mars 2026. Skulle vi behöva längre tid"),
        ({"extended": True}, "Som vi har meddelat dig behöver vi längre tid"),
        ({"overdue": True}, "Du skulle ha fått vårt svar senast den 2 mars 2026"),
        ({"extended": True, "overdue": True}, "Du skulle ha fått vårt svar senast den 2 mars"),
        ({"closed": Closed.ANSWERED}, "Vi besvarade din begäran den 20 februari 2026."),
        ({"closed": Closed.REFUSED}, "Vi avslog din begäran den 20 februari 2026."),
        ({"closed": Closed.WITHDRAWN}, "Du återtog din begäran den 20 februari 2026"),
    ],
)
def test_a_receipt_promises_no_day_that_is_wrong(changes: dict[str, Any], told: str) -> None:
    closed_on = date(2026, 2, 20) if "closed" in changes else None
    body = msgspec.structs.replace(OPEN, **changes, closed_on=closed_on)
    page = shown(letter(body), Format.TEXT)
    assert told in page
    assert ("Vi svarar utan onödigt dröjsmål" in page) is not (
        "overdue" in changes or "closed" in changes
    )


@FORMS
def test_an_erasure_that_is_not_completed_is_not_told_as_done(fmt: Format) -> None:
    pending = msgspec.structs.replace(ERASURE, completed=None)
    page = shown(letter(msgspec.structs.replace(ANSWER, erasures=(pending,))), fmt)
    assert "Raderingen pågår" in page
    assert "Raderingen slutfördes" not in page


@EVERY_LETTER
@EVERY_LANGUAGE
@FORMS
def test_what_nobody_knows_is_left_out_without_a_trace(
    kind: str, language: Language, fmt: Format
) -> None:
    nobody = dict.fromkeys(Sender.__struct_fields__)
    bare = letter(
        BODIES[kind], language, addressee=Addressee(), sender=Sender(**nobody), authority=None
    )
    text = render_letter(bare, fmt, language)
    page = shown(bare, fmt, language)
    assert catalogue(language)["letters/greeting-unnamed"] in page
    for hole in ("None", "____", "....", "[", "null"):
        assert hole not in page
    if fmt is Format.TEXT:
        assert "\n\n\n" not in text
    else:
        assert '<address class="addressee">' not in text


def test_another_authority_is_not_given_the_addresses_of_swedens() -> None:
    page = shown(letter(BODIES["refusal"], authority="Datatilsynet, Oslo"), Format.TEXT)
    assert "Datatilsynet, Oslo" in page
    assert "imy" not in page.lower()


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_name_can_break_out_of_its_place(hostile: str) -> None:
    calm = Page(render_letter(letter(ANSWER), Format.HTML, Language.SV))
    model = letter(
        ANSWER,
        addressee=Addressee(name=hostile, email=hostile),
        sender=msgspec.structs.replace(SENDER, name=hostile),
    )
    html = render_letter(model, Format.HTML, Language.SV)
    assert Page(html).tags <= calm.tags
    assert plain(clean(hostile)) in plain(Page(html).text)
    assert html.count("</style>") == 1
    text = render_letter(model, Format.TEXT, Language.SV)
    assert max(cell_len(line) for line in text.split("\n")) <= LETTER_WIDTH
    for form in (html, text):
        assert not set("\x1b\x07\u202e\u2066") & set(form)


@EVERY_LETTER
@EVERY_LANGUAGE
def test_a_page_needs_no_other_file(kind: str, language: Language) -> None:
    html = render_letter(letter(BODIES[kind], language), Format.HTML, language)
    page = Page(html)
    assert html.startswith("<!DOCTYPE html>")
    assert f'<html lang="{language}">' in html
    assert not page.tags & {"script", "link", "img", "iframe", "form", "object", "input"}
    assert {"header", "main", "footer", "h1"} <= page.tags
    assert "http" not in html.replace("http-equiv", "")
    assert "url(" not in html


def test_json_holds_the_model() -> None:
    model = letter(ANSWER)
    found = msgspec.json.decode(render_letter(model, Format.JSON, Language.SV))
    assert found["paper"] == msgspec.json.decode(msgspec.json.encode(model))
