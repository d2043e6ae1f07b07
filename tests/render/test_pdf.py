"""PDF: what the file claims to be, the same bytes and facts, and values that no page expects."""

import re
import subprocess
import xml.etree.ElementTree as ET
from datetime import timedelta
from pathlib import Path
from typing import Any
from unicodedata import is_normalized

import msgspec
import pytest
import typst

from ropa.kernel.categories import Category
from ropa.kernel.ids import Language
from ropa.render import Format, Words, outline, render, render_bytes, render_letter_bytes, signs
from ropa.render.document import Table, all_sections, cells_of, cited, clean
from ropa.render.signs import MISSING, printable
from tests.render.papers import PAPERS, ROOT, SHARES, article30, both, c, item, recipient
from tests.render.test_letters import BODIES, EVERY_LETTER, letter
from tests.render.test_render import EVERY_LANGUAGE, EVERY_PAPER, HOSTILE, expected, plain

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
HOSTILE_TO_PAGES = (
    *HOSTILE,
    '#import "@preview/cetz:0.3.4"',
    '#read("/etc/passwd") $x^2$ *bold* _it_ <label> @ref `raw` // c /* d */ = e',
    r'"\u{41}" \ \\ ~ -- --- ... #{1 + 1} #sys.inputs ] } )',
    "محمد عبد الله",
    "张伟 田中さくら 김철수",
    "e\u0301\u0323\u034f\u20dd a\u0300\u0301\u0302\u0303\u0304\u0305",
    "\u200b\u2028\u2029\ufeff\u00ad\u2060",
    "a@" + "b" * 250 + ".example",
    "1-2-3." * 60,
)


def read(tool: str, *arguments: str, pdf: bytes, tmp_path: Path) -> str:
    """Give what one of poppler's tools says of a file."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        [tool, *arguments],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        errors="replace",
    )
    return done.stdout


def text_of(pdf: bytes, tmp_path: Path, *arguments: str) -> str:
    """Give the text in the order of reading, without what an ended line put into it."""
    found = read("pdftotext", "-raw", *arguments, "paper.pdf", "-", pdf=pdf, tmp_path=tmp_path)
    return found.replace("\u00ad\n", "").replace("\u00ad", "").replace("\u200b", "")


def pressed(text: str) -> str:
    """Give a text without spaces: where lines end is another matter."""
    return "".join(text.split())


def facts(pdf: bytes, tmp_path: Path, model: Any, language: Language) -> str:
    """Give the whole text, without spaces and without what stands at the foot of each page."""
    paper = outline(model, language)
    pages = text_of(pdf, tmp_path).split("\f")[:-1]
    feet = [pressed(part) for part in (paper.bound, paper.footer)]
    kept = []
    for number, page in enumerate(pages, 1):
        foot = paper.page.format(page=number, pages=len(pages))
        body = pressed(page)
        for part in (*feet, pressed(foot)):
            assert part in body
            before, _, after = body.rpartition(part)
            body = before + after
        kept.append(body)
    return "".join(kept)


def made(name: str, language: Language) -> tuple[Any, bytes]:
    model: Any = PAPERS[name](language)
    return model, render_bytes(model, Format.PDF, language)


@EVERY_PAPER
@EVERY_LANGUAGE
def test_a_pdf_says_what_it_is(name: str, language: Language, tmp_path: Path) -> None:
    model, pdf = made(name, language)
    paper = outline(model, language)
    told = read("pdfinfo", "paper.pdf", pdf=pdf, tmp_path=tmp_path)
    assert re.search(r"^Tagged: +yes$", told, re.MULTILINE)
    assert re.search(rf"^Title: +{re.escape(paper.title)}", told, re.MULTILINE)
    assert re.search(rf"^Author: +{re.escape(model.head.controller.value)}$", told, re.MULTILINE)
    printed = model.head.printed_at
    day = f"{printed:%b} {printed.day:2} {printed:%H:%M:%S %Y}"
    assert re.search(rf"^CreationDate: +\w+ {day} UTC$", told, re.MULTILINE)
    meta = ET.fromstring(read("pdfinfo", "-meta", "paper.pdf", pdf=pdf, tmp_path=tmp_path))  # noqa: S314 - our own file
    claims = {one.tag.rpartition("}")[2]: one.text for one in meta.iter() if one.text}
    named = {one.tag: one.text for one in meta.iter()}
    assert named["{http://www.aiim.org/pdfa/ns/id/}part"] == "3"
    assert claims["conformance"] == "A"
    assert named["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    languages = meta.find(".//{http://purl.org/dc/elements/1.1/}language")
    assert languages is not None
    assert [one.text for one in languages.iter(f"{RDF}li")] == [language]
    assert b"/Lang" in pdf


@EVERY_PAPER
def test_headings_tables_and_links_are_tagged(name: str, tmp_path: Path) -> None:
    model, pdf = made(name, Language.SV)
    paper = outline(model, Language.SV)
    tags = read("pdfinfo", "-struct", "paper.pdf", pdf=pdf, tmp_path=tmp_path)
    levels = {tag: len(re.findall(rf"^ *{tag}\b", tags, re.MULTILINE)) for tag in ("H1", "H2")}
    inner = sum(len(section.sections) for section in paper.sections)
    assert levels == {"H1": len(paper.sections) + bool(cited(paper)), "H2": inner}
    blocks = [block for one in all_sections(paper.sections) for block in one.blocks]
    tables = sum(block.kind == "table" for block in blocks)
    assert len(re.findall(r"^ *Table\b", tags, re.MULTILINE)) == tables
    assert len(re.findall(r"^ *THead\b", tags, re.MULTILINE)) == tables
    links = [cell for block in blocks for cell in cells_of(block) if cell.link]
    assert bool(re.search(r"^ *Link\b", tags, re.MULTILINE)) is bool(links)


@EVERY_PAPER
@EVERY_LANGUAGE
def test_it_carries_the_form_for_machines(name: str, language: Language, tmp_path: Path) -> None:
    model, pdf = made(name, language)
    told = read("pdfdetach", "-list", "paper.pdf", pdf=pdf, tmp_path=tmp_path)
    assert told.splitlines() == ["1 embedded files", f"1: {name}.json"]
    read("pdfdetach", "-saveall", "paper.pdf", pdf=pdf, tmp_path=tmp_path)
    attached = (tmp_path / f"{name}.json").read_bytes()
    assert attached == render_bytes(model, Format.JSON, language)


@EVERY_PAPER
def test_the_same_model_gives_the_same_bytes(name: str) -> None:
    model, first = made(name, Language.EN)
    assert render_bytes(model, Format.PDF, Language.EN) == first
    later = msgspec.structs.replace(
        model,
        head=msgspec.structs.replace(
            model.head, printed_at=model.head.printed_at + timedelta(seconds=1)
        ),
    )
    assert render_bytes(later, Format.PDF, Language.EN) != first


@EVERY_PAPER
@EVERY_LANGUAGE
def test_every_fact_of_the_text_is_in_the_pdf(
    name: str, language: Language, tmp_path: Path
) -> None:
    model, pdf = made(name, language)
    page = facts(pdf, tmp_path, model, language)
    wanted = set(expected(model, Words(language)))
    paper = outline(model, language)
    for section in all_sections(paper.sections):
        wanted.add(section.title)
        for block in section.blocks:
            wanted |= {line for cell in cells_of(block) for line in cell.lines}
    wanted |= {*paper.events.values(), ROOT, paper.binding_lead}
    assert len(wanted) > 20
    # Inside a sentence a label begins with a small letter.
    page = page.casefold()
    assert [text for text in wanted if pressed(printable(text)).casefold() not in page] == []


@pytest.mark.parametrize("hostile", HOSTILE_TO_PAGES)
@pytest.mark.parametrize("name", ["access", "article30"])
def test_no_value_breaks_the_page(name: str, hostile: str, tmp_path: Path) -> None:
    model: Any = PAPERS[name](Language.SV)
    model = msgspec.structs.replace(
        model, head=msgspec.structs.replace(model.head, controller=c(hostile, 1))
    )
    if name == "access":
        title = clean(hostile)
        share = msgspec.structs.replace(
            SHARES[0],
            items=(item(60, Category.CONTACT_NAME, hostile),),
            title=c(both(title, title), 4),
        )
        model = msgspec.structs.replace(model, shares=(share, *SHARES[1:]))
    else:
        controller = msgspec.structs.replace(model.controller, name=c(hostile, 1))
        model = msgspec.structs.replace(model, controller=controller)
    pdf = render_bytes(model, Format.PDF, Language.SV)
    page = pressed(text_of(pdf, tmp_path))
    shown = pressed(printable(hostile)).replace("\u00ad", "")
    if not re.search("[\u0590-\u06ff]", shown):  # these are read from right to left
        assert shown in page
    assert (
        Words(Language.SV)("words/missing-signs", sign=MISSING)[:20].replace(" ", "") in page
    ) is (MISSING in shown)
    boxes = read("pdftotext", "-bbox", "paper.pdf", "-", pdf=pdf, tmp_path=tmp_path)
    assert max(float(found) for found in re.findall(r'xMax="([\d.]+)"', boxes)) < 595


def test_every_sign_that_is_listed_can_be_set() -> None:
    path = Path(signs.__file__).parent / "templates" / "signs.txt"
    ends = [[int(end, 16) for end in one.split("-")] for one in path.read_text().split()]
    known = [chr(code) for found in ends for code in range(found[0], found[-1] + 1)]
    assert len(known) > 3_000
    assert {one for one in known if printable(one) == MISSING and is_normalized("NFC", one)} == {
        MISSING
    }
    source = (
        '#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))\n#set document(title: "x")\n'
    )
    source += '#for sign in json("signs.json") [#sign #text(weight: 600, sign) ]'
    sources: Any = {"main.typ": source.encode(), "signs.json": msgspec.json.encode(known)}
    pdf = typst.compile(sources, pdf_standards=["a-3a"], ignore_system_fonts=True)
    assert pdf.startswith(b"%PDF-1.7")


def test_five_hundred_activities_have_a_page_each(tmp_path: Path) -> None:
    model: Any = article30(Language.EN)
    one = model.activities[0]
    many = tuple(
        msgspec.structs.replace(
            one, activity=f"activity-{number}", title=c(both(f"Nr {number}", f"No {number}"), 4)
        )
        for number in range(500)
    )
    model = msgspec.structs.replace(model, activities=many)
    pages = text_of(render_bytes(model, Format.PDF, Language.EN), tmp_path).split("\f")
    sheets = [page for page in pages if re.match(r"No \d+\n", page)]
    assert len(sheets) == 500
    assert all(page.startswith(f"No {number}\n") for number, page in enumerate(sheets))


def test_a_picture_is_never_taller_than_its_page(tmp_path: Path) -> None:
    model: Any = article30(Language.EN)
    names = [f"Receiver{number}" for number in range(40)]
    recipients = tuple(recipient(name.lower(), name=c(name, 3)) for name in names)
    one = msgspec.structs.replace(
        model.activities[0], recipients=c(tuple(found.recipient for found in recipients), 4)
    )
    model = msgspec.structs.replace(model, activities=(one,), recipients=recipients)
    pdf = render_bytes(model, Format.PDF, Language.EN)
    boxes = read("pdftotext", "-bbox", "paper.pdf", "-", pdf=pdf, tmp_path=tmp_path)
    words = [
        {word: float(end) for end, word in re.findall(r'yMax="([\d.]+)">([^<]+)<', page)}
        for page in boxes.split("<page ")
    ]
    drawn = next(page for page in words if {"flow:", *names} <= page.keys())
    assert max(drawn[name] for name in names) < 842 - 71


def test_the_head_of_a_long_table_stands_on_each_of_its_pages(tmp_path: Path) -> None:
    model: Any = PAPERS["ledger"](Language.EN)
    model = msgspec.structs.replace(model, entries=model.entries * 40)
    text = text_of(render_bytes(model, Format.PDF, Language.EN), tmp_path, "-layout")
    table = outline(model, Language.EN).sections[-1].blocks[-1]
    assert isinstance(table, Table)
    head = pressed("".join(table.head))
    assert sum(head in pressed(page) for page in text.split("\f")) > 3


@EVERY_LETTER
@EVERY_LANGUAGE
def test_a_letter_is_a_pdf_too(kind: str, language: Language, tmp_path: Path) -> None:
    model = letter(BODIES[kind], language)
    pdf = render_letter_bytes(model, Format.PDF, language)
    assert pdf == render_letter_bytes(model, Format.PDF, language)
    assert b"pdfuaid:part>1<" in pdf
    page = pressed(text_of(pdf, tmp_path))
    text = render_letter_bytes(model, Format.TEXT, language).decode()
    paragraphs = [one for one in re.split(r"\n\n|\n- ", text) if not set(one) & set("=-\n")]
    assert len(paragraphs) >= 3
    assert [one for one in paragraphs if pressed(one) not in page] == []


def test_a_letter_with_a_hostile_name_is_whole(tmp_path: Path) -> None:
    for hostile in HOSTILE_TO_PAGES:
        model = letter(BODIES["receipt"])
        named = msgspec.structs.replace(model.sender, name=hostile)
        pdf = render_letter_bytes(
            msgspec.structs.replace(model, sender=named), Format.PDF, Language.SV
        )
        assert "556000-0000" in text_of(pdf, tmp_path)


def test_a_sign_that_no_typeface_holds_is_told_of_and_kept_for_machines() -> None:
    assert printable("Anna 👩‍👩‍👧!") == f"Anna {MISSING}!"
    assert printable("张伟") == MISSING * 2
    assert printable("Åsa\u202e\u200b Nan\u0303du\ufe0f") == "Åsa\ufffd Nañdu"
    model: Any = article30(Language.EN)
    controller = msgspec.structs.replace(model.controller, name=c("张伟", 1))
    model = msgspec.structs.replace(model, controller=controller)
    assert "张伟" in render(model, Format.JSON, Language.EN)


def test_a_long_address_ends_its_line_at_a_joint_and_a_word_is_left_alone() -> None:
    broken = signs.set_out("fornamn.efternamn@exempel.example")
    assert broken.split("\u200b") == ["fornamn.", "efternamn@", "exempel.", "example"]
    assert signs.set_out("personuppgiftsincidenthantering") == "personuppgiftsincidenthantering"
    assert max(map(len, signs.set_out("X" * 300).split("\u200b"))) < 13
    assert signs.set_out("art. 30.1 f") == "art.\N{NO-BREAK SPACE}30.1\N{NO-BREAK SPACE}f"
    assert plain(signs.set_out("a b")) == "a b"
