"""Papers: goldens, the same facts in every form, one language at a time, and hostile values."""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from html.parser import HTMLParser
from typing import Any, get_origin, get_type_hints

import msgspec
import pytest
from babel import Locale
from rich.cells import cell_len

from ropa.catalogue import TYPES
from ropa.domain.activity.events import DataSource, Retention
from ropa.kernel.categories import Category
from ropa.kernel.ids import Language
from ropa.kernel.law import LocalText
from ropa.render import (
    BINARY,
    FORMATS,
    FURTHER,
    Format,
    Words,
    finding_in_words,
    formats,
    outline,
    render,
    render_findings,
)
from ropa.render.document import all_sections, cells_of, cited, clean
from ropa.render.html import css_string
from ropa.render.outlines import OUTLINES, values
from ropa.render.text import WIDTH, write_text
from ropa.render.words import catalogue
from ropa.reports.access.model import Plain
from ropa.reports.article30 import model as art
from ropa.reports.cell import BEGINNING, Cell, Head, Query, Severity
from ropa.reports.disposal.units import Month
from ropa.reports.findings import RULES
from ropa.reports.notice.model import Notice
from ropa.reports.portability.model import Portability, Provided
from ropa.reports.registry import REPORTS
from tests.render.findings import FINDINGS
from tests.render.papers import (
    PAPERS,
    ROOT,
    SHARES,
    article30,
    both,
    c,
    difference,
    item,
    portability,
)

EVERY_PAPER = pytest.mark.parametrize("name", PAPERS)
EVERY_FORM = pytest.mark.parametrize(
    ("name", "fmt"),
    [(name, fmt) for name in PAPERS for fmt in formats(REPORTS[name].model) if fmt not in BINARY],
)
EVERY_LANGUAGE = pytest.mark.parametrize("language", Language)
SUFFIXES = {fmt: str(fmt) for fmt in Format} | {Format.TEXT: "txt"}
OTHER = {Language.SV: Language.EN, Language.EN: Language.SV}
LOCALES = {Language.SV: Locale("sv"), Language.EN: Locale("en", "GB")}
PLACE = Format.HTML, Format.TEXT


class Page(HTMLParser):
    """What a browser would show of a page, and the elements that it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._hidden += tag == "style"
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(found["id"] or "")
        if tag == "a":
            self.links.append(found["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text += data.replace("\N{WORD JOINER}", "")


def plain(text: str) -> str:
    return " ".join(text.split())


def shown(model: Any, fmt: Format, language: Language) -> str:
    """Give all that a reader sees, on one line."""
    if fmt is Format.HTML:
        return plain(Page(render(model, fmt, language)).text)
    return plain(write_text(outline(model, language), width=20_000))


def leaves(found: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Give each value of a model with the name of its field, whole where papers say it whole."""
    match found:
        case None | Query():
            return
        case Head():
            yield from leaves((found.controller, found.as_of, found.printed_at, found.document))
        case LocalText() | Retention() | Plain() | Month():
            yield name, found
        case Provided():
            yield "value", Plain(found.value)
            yield from leaves((found.category, found.since, found.channel, found.source))
        case _ if isinstance(found, msgspec.Struct) or is_dataclass(found):
            declared: Any = found
            names = getattr(found, "__struct_fields__", None)
            # What is called a value is called by the field that it is the value of.
            called = dict.fromkeys(("before", "after"), getattr(found, "field", ""))
            for inner in [one.name for one in fields(declared)] if names is None else names:
                one = getattr(found, inner)
                yield from leaves(one, called.get(inner) or (name if inner == "value" else inner))
        case dict():
            for inner, one in found.items():
                yield "field" if name == "facts" else "key", inner
                yield from leaves(one, inner)
        case tuple():
            for one in found:
                yield from leaves(one, name)
        case _:
            yield name, found


def titles(model: Any, words: Words) -> dict[str, str]:
    by_activity = isinstance(model, Portability | Notice)
    found = getattr(model, "activities" if by_activity else "shares", ())
    return {share.activity: words.local(share.title.value) for share in found}


def expected(paper: Any, words: Words) -> Iterator[str]:
    """Give the words that a paper must hold for each value of its model."""
    if not isinstance(paper, Notice):
        return _expected(paper, words)
    # It speaks to the reader, and tells a reason instead of the gap.
    otherwise = {
        words("retention/until/objection-or-withdrawal"),
        words.article("30(1)(f)"),
        words.label(DataSource.DIRECT_CONTACT),
        words.label(DataSource.OWN_RECORDS),
    }
    for one in paper.activities:
        if one.housekeeping:  # it is told shorter
            otherwise |= {words.label(subjects) for subjects in one.subjects.value or ()}
        if (
            one.cookies and one.retention.gap and one.retention.gap.reason
        ):  # they are told one by one
            otherwise.add(words.local(one.retention.gap.reason))
    return (text for text in _expected(paper, words) if text not in otherwise)


def _expected(paper: Any, words: Words) -> Iterator[str]:
    known = titles(paper, words)
    for name, found in leaves(paper):
        match found:
            case bool():
                continue
            case Plain():
                yield from values.personal(words, found.value)
            case LocalText():
                yield words.local(found)
            case Month():
                yield words.month(found.first)
            case Retention():
                yield values.retention(words, found)[0]
            case Severity():
                continue  # shown by where a gap stands, and not at all for a mere note
            case StrEnum():
                yield words.label(found)
            case datetime():
                yield words.date_of(found)
            case date():
                yield words.date(found)
            case int() if name == "year":
                yield str(found)
            case int() if name in {"evidence", "position", "changed", "as_of"}:
                continue  # references are shortened; a test of their own is below
            case int():
                yield words.number(found)
            case str() if name in {"country", "third_countries"}:
                yield words.country(found)
            case str() if name == "type":
                yield words.event(found)
            case str() if name == "noun":
                yield words(f"nouns/{found}")
            case str() if name == "report":
                yield words(f"reports/{found}")
            case str() if name == "article":
                yield words.article(found)
            case str() if name == "bucket" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", found):
                yield words.date(date.fromisoformat(found))
            case str() if name in {"field", "fields"}:
                if not isinstance(
                    paper, art.Article30
                ):  # a sheet says who and why; not which fields
                    yield words.field(found)
            case str() if name in {"recipient", "recipients"} and name != "key":
                continue  # shown by name, which is a value of its own
            case str() if name == "cause" and found.startswith("position/"):
                yield found.replace("position/", "#")
            case str():
                yield known.get(found, found)


@EVERY_FORM
@EVERY_LANGUAGE
def test_papers_are_as_they_were(
    name: str, language: Language, fmt: Format, golden: Callable[[str, str], None]
) -> None:
    golden(f"{name}.{language}.{SUFFIXES[fmt]}", render(PAPERS[name](language), fmt, language))


@EVERY_PAPER
@EVERY_LANGUAGE
@pytest.mark.parametrize("fmt", PLACE)
def test_every_value_of_the_model_is_in_every_form(
    name: str, language: Language, fmt: Format
) -> None:
    model, words = PAPERS[name](language), Words(language)
    page = shown(model, fmt, language)
    wanted = {plain(text) for text in expected(model, words)}
    assert len(wanted) > 20
    # Inside a sentence a label begins with a small letter.
    page = page.casefold()
    assert sorted(text for text in wanted if text.casefold() not in page) == []


@EVERY_PAPER
def test_both_forms_hold_every_cell_of_the_outline(name: str) -> None:
    model = PAPERS[name](Language.SV)
    pages = [shown(model, fmt, Language.SV) for fmt in PLACE]
    for section in all_sections(outline(model, Language.SV).sections):
        for block in section.blocks:
            for cell in cells_of(block):
                assert cell.lines
                for line in cell.lines:
                    assert line
                    assert all(plain(line) in page for page in pages), line


@EVERY_PAPER
def test_every_table_and_each_box_that_moves_has_a_name(name: str) -> None:
    page = render(PAPERS[name](Language.EN), Format.HTML, Language.EN)
    tables = re.findall(r"<table[^>]*>\s*<\w+", page)
    assert all("aria-labelledby" in one or one.endswith("<caption") for one in tables)
    assert all("aria-labelledby" in one for one in re.findall('<div class="wide"[^>]*>', page))
    assert set(re.findall('aria-labelledby="([^"]+)"', page)) <= set(
        re.findall(' id="(.+?)"', page)
    )


@EVERY_PAPER
def test_no_event_is_told_of_twice(name: str) -> None:
    model: Any = PAPERS[name](Language.SV)
    document = outline(model, Language.SV)
    told: list[int] = []
    for section in all_sections(document.sections):
        for cell in (cell for block in section.blocks for cell in cells_of(block)):
            assert {*cell.tells} <= {*cell.evidence}
            told += cell.tells
    assert len(set(told)) == len(told)
    assert not {*told} & {*cited(document), *document.events}
    if name in {"history", "ledger"}:
        assert told == [entry.position for entry in model.entries]


@EVERY_PAPER
@EVERY_LANGUAGE
@pytest.mark.parametrize("fmt", PLACE)
def test_nothing_is_left_in_the_other_language(name: str, language: Language, fmt: Format) -> None:
    model = PAPERS[name](language)
    page = shown(model, fmt, language)
    foreign, own = OTHER[language], LOCALES[language]
    theirs = LOCALES[foreign]
    phrases = {text for text in catalogue(foreign).values() if "{" not in text}
    phrases |= set(theirs.months["format"]["wide"].values())
    phrases |= set(theirs.territories.values())
    phrases |= {Words(foreign).local(one) for _, one in leaves(model) if isinstance(one, LocalText)}
    allowed = [*catalogue(language).values(), *own.territories.values()]
    allowed += own.months["format"]["wide"].values()
    for _, found in leaves(model):
        match found:
            case LocalText():
                allowed.append(Words(language).local(found))
            case Plain():
                allowed += values.personal(Words(language), found.value)
            case StrEnum():
                pass  # a code must not be seen at all
            case str():
                allowed.append(found)
    known = " | ".join(allowed)

    def within(phrase: str, text: str) -> bool:
        return (
            plain(phrase) in text
            and re.search(rf"(?<!\w){re.escape(plain(phrase))}(?!\w)", text) is not None
        )

    strangers = {phrase for phrase in phrases if not within(phrase, known)}
    assert len(strangers) > 400
    assert sorted(phrase for phrase in strangers if within(phrase, page)) == []


@EVERY_PAPER
@pytest.mark.parametrize("fmt", PLACE)
def test_no_code_is_shown_where_a_word_belongs(name: str, fmt: Format) -> None:
    model = PAPERS[name](Language.SV)
    page = shown(model, fmt, Language.SV)
    codes = {one.value for _, one in leaves(model) if isinstance(one, StrEnum)}
    codes |= set(TYPES)
    names = {one for _, one in leaves(model) if isinstance(one, str) and one.__class__ is str}
    unlike_words = {code for code in codes if re.search(r"[a-z][-.][a-z]", code)} - names
    unlike_words |= set(TYPES)
    assert sorted(code for code in unlike_words if code in page) == []


@EVERY_FORM
def test_the_same_model_gives_the_same_text(name: str, fmt: Format) -> None:
    first, second = (render(PAPERS[name](Language.EN), fmt, Language.EN) for _ in range(2))
    assert first == second
    assert first.endswith("\n")


def test_every_report_has_its_outline_and_its_name() -> None:
    assert {report.model for report in REPORTS.values()} == set(OUTLINES)
    assert {*FORMATS, *BINARY, Format.CSV, Format.JSONLD, *FURTHER[Notice]} == set(Format)
    for language in Language:
        assert all(Words(language)(f"reports/{name}") for name in REPORTS)


@EVERY_PAPER
@EVERY_LANGUAGE
def test_a_page_stands_alone_and_all_its_links_lead_somewhere(
    name: str, language: Language
) -> None:
    html = render(PAPERS[name](language), Format.HTML, language)
    page = Page(html)
    assert f'<html lang="{language}">' in html
    assert not page.tags & {"script", "link", "img", "iframe", "form", "object"}
    assert {"header", "main", "footer", "h1", "h2"} <= page.tags
    assert len(set(page.ids)) == len(page.ids)
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert "http" not in html.replace("http-equiv", "")
    assert "url(" not in html


@EVERY_PAPER
@EVERY_LANGUAGE
def test_text_stays_within_its_columns(name: str, language: Language) -> None:
    text = render(PAPERS[name](language), Format.TEXT, language)
    assert max(cell_len(line) for line in text.split("\n")) <= WIDTH
    assert not any(line != line.rstrip() for line in text.split("\n"))
    assert "\x1b" not in text


@EVERY_PAPER
def test_json_says_what_it_is_and_holds_the_model(name: str) -> None:
    model = PAPERS[name](Language.SV)
    found = msgspec.json.decode(render(model, Format.JSON, Language.SV))
    assert list(found) == ["report", "version", "language", "as_of", "position", "root", "paper"]
    assert (found["report"], found["language"], found["position"]) == (name, "sv", 4711)
    assert found["paper"] == msgspec.json.decode(msgspec.json.encode(model))


@EVERY_PAPER
@EVERY_LANGUAGE
def test_a_paper_says_at_its_end_and_on_each_page_what_it_is_bound_to(
    name: str, language: Language
) -> None:
    model = PAPERS[name](language)
    end = Words(language)("about/root")
    text = render(model, Format.TEXT, language)
    assert re.search(rf"\n{end} +{re.escape(ROOT)}\n", text.rpartition("\n---")[2])
    html = render(model, Format.HTML, language)
    footer = html.partition("<footer>")[2]
    assert f"<dt>{end}</dt><dd><bdi>{ROOT}</bdi></dd>" in footer
    (line,) = re.findall(r"@bottom-center { content: (.*); }", html)
    bound = Words(language)("words/bound", position=Words(language).number(4711), root=ROOT)
    assert line == css_string(bound)
    assert msgspec.json.decode(render(model, Format.JSON, language))["root"] == ROOT


@EVERY_LANGUAGE
def test_a_paper_says_what_it_left_out_and_when_it_is_of_no_moment(language: Language) -> None:
    words, model = Words(language), difference(language)
    day, beginning = date(2026, 1, 31), words("words/beginning")
    then = msgspec.structs.replace(model.head.as_of, valid_at=day)
    head = msgspec.structs.replace(model.head, as_of=then)
    model = msgspec.structs.replace(model, head=head, since=BEGINNING)
    paper = outline(model, language)
    assert (words("about/valid-at"), words.date(day)) in paper.facts
    assert (words("about/since"), beginning) in paper.facts
    assert (words("about/since-root"), BEGINNING.root) in paper.binding
    head = msgspec.structs.replace(head, as_of=BEGINNING)
    paper = outline(msgspec.structs.replace(model, head=head, entries=()), language)
    assert (words("about/as-of"), beginning) in paper.facts
    assert paper.footer == "Exempelbolaget AB"


@pytest.mark.parametrize("fmt", PLACE)
def test_that_nothing_can_be_taken_along_is_said_with_the_reasons(fmt: Format) -> None:
    model = portability(Language.EN)
    (books,) = (one for one in model.activities if one.activity == "bookkeeping")
    nothing = shown(msgspec.structs.replace(model, activities=(books,)), fmt, Language.EN)
    assert "nothing that falls under the right to data portability" in nothing
    assert "rests on neither consent nor a contract" in nothing
    assert "This file holds" not in nothing
    model = msgspec.structs.replace(model, held=Cell(value=False), person=None, activities=())
    assert "We hold no personal data about you" in shown(model, fmt, Language.EN)


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title><b>",
    "{{ 7 * 7 }} {% raw %}",
    "'; } @import 'x'; \\",
    "[bold red]not markup[/] :smile:",
    "אבגדה והזחט",
    "\u202egnp.exe\u2066",
    "Åsa 👩‍👩‍👧 Ñandú 🇸🇪",
    "\x1b[31mred\x1b[0m\x07",
    "X" * 300,
    "lång " * 60,
)


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("name", ["access", "article30"])
def test_no_value_can_break_out_of_its_place(name: str, hostile: str) -> None:
    model: Any = PAPERS[name](Language.SV)
    calm = Page(render(model, Format.HTML, Language.SV))
    model = msgspec.structs.replace(
        model, head=msgspec.structs.replace(model.head, controller=c(hostile, 1))
    )
    if name == "access":
        named = msgspec.structs.replace(
            SHARES[0], items=(item(60, Category.CONTACT_NAME, hostile),)
        )
        title = clean(hostile)  # an entry of the register holds no control characters at all
        named = msgspec.structs.replace(named, title=c(both(title, title), 4))
        model = msgspec.structs.replace(model, shares=(named, *SHARES[1:]))
    else:
        controller = msgspec.structs.replace(model.controller, name=c(hostile, 1))
        model = msgspec.structs.replace(model, controller=controller)
    html = render(model, Format.HTML, Language.SV)
    page = Page(html)
    assert page.tags <= calm.tags
    assert plain(clean(hostile)) in plain(page.text)
    assert html.count("</style>") == 1
    text = render(model, Format.TEXT, Language.SV)
    assert max(cell_len(line) for line in text.split("\n")) <= WIDTH
    for form in (html, text):
        assert not set("\x1b\x07\u202e\u2066") & set(form)
    assert clean(hostile).replace(" ", "")[:60] in "".join(text.split())


def test_a_css_string_holds_only_what_cannot_end_it() -> None:
    assert css_string('a"b;}</style>\n') == '"a\\22 b\\3b \\7d \\3c \\2f style\\3e \\a "'


def test_many_references_are_shortened_and_few_are_not() -> None:
    model = article30(Language.EN)
    changed = msgspec.structs.replace(
        model, controller=msgspec.structs.replace(model.controller, name=c("Acme", *range(1, 42)))
    )
    text = shown(changed, Format.TEXT, Language.EN)
    assert "Acme [#1, #2 … #41 (41)]" in text
    page = Page(render(changed, Format.HTML, Language.EN))
    assert {f"event-{position}" for position in range(1, 42)} <= set(page.ids)
    assert "Stockholm [#1]" in text


def test_a_person_of_whom_nothing_is_held_gets_a_proper_answer() -> None:
    full = PAPERS["access"](Language.EN)
    empty = dict.fromkeys(("accounts", "shares", "disclosures", "consents", "requests"), ())
    model = msgspec.structs.replace(
        full, person=None, held=c(value=False), records=Cell(), look_ups=(), reports=(), **empty
    )
    for fmt in PLACE:
        page = shown(model, fmt, Language.EN)
        assert "We hold no personal data about you" in page
        assert "Integritetsskyddsmyndigheten (IMY)" in page
        assert "Yes, we process" not in page


def test_a_register_without_activities_says_so() -> None:
    model = msgspec.structs.replace(
        PAPERS["article30"](Language.EN), activities=(), processing=(), recipients=()
    )
    assert "No processing activities are declared." in shown(model, Format.TEXT, Language.EN)


@EVERY_LANGUAGE
@pytest.mark.parametrize("fmt", FORMATS)
def test_findings_are_as_they_were(
    language: Language, fmt: Format, golden: Callable[[str, str], None]
) -> None:
    assert {one.rule for one in FINDINGS} == set(RULES)
    golden(f"findings.{language}.{SUFFIXES[fmt]}", render_findings(FINDINGS, fmt, language))


def test_no_findings_are_said_too() -> None:
    assert "nothing to remark on" in render_findings((), Format.TEXT, Language.EN)


@EVERY_LANGUAGE
def test_every_element_that_can_be_missing_has_a_name(language: Language) -> None:
    for part in (art.Controller, art.Activity, art.Recipient, art.TransferEntry):
        for field in part.__struct_fields__:
            if get_origin(get_type_hints(part)[field]) is not Cell or field in NEVER_MISSING:
                continue
            of_recipient = part is art.Recipient and field in {"name", "country"}
            what = f"recipient-{field}" if of_recipient else field
            missing = msgspec.structs.replace(FINDINGS[0], field=field, args={"what": what})
            assert finding_in_words(missing, language).text


NEVER_MISSING = frozenset({"last_change", "changes", "retired", "reviewed"})
