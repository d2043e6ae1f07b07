"""A company's own templates: how papers come to look, and what is told of broken ones."""

from hashlib import sha256
from pathlib import Path

import pytest

from ropa.app import Reading, Register
from ropa.app.look import read_look
from ropa.kernel.ids import Language
from ropa.render import Format, render_bytes
from tests.app.shop import NOW, append, customer, stored
from tests.cli.running import Ran, ropa

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="10">'
    b'<rect width="40" height="10" fill="#7a1f3d"/></svg>'
)
NAME = "Åsa Öberg"


@pytest.fixture
def folder(shop: Path) -> Path:
    with Register.open(shop, clock=lambda: NOW) as register:
        append(register, customer("K-1", name=NAME, email="asa@exempel.example"))
    made = shop / "templates"
    made.mkdir()
    return made


def access(folder: Path, form: str) -> Ran:
    """Make one person's report, which is recorded when it is made."""
    out = folder.parent.with_name(f"access.{form}")
    asked = ("report", "access", "--person", "webshop/K-1", "-f", form, "-o", out)
    return ropa("-r", folder.parent, *asked)


def paper(folder: Path, form: str, report: str = "article30") -> bytes:
    return ropa("-r", folder.parent, "report", report, "-f", form).done().out


def test_two_lines_give_a_pdf_the_companys_colour_and_letterhead(folder: Path) -> None:
    plain = paper(folder, "pdf")
    (folder / "logo.svg").write_bytes(SVG)
    (folder / "house.typ").write_text(
        '#let accent = rgb("#7a1f3d")\n'
        '#let letterhead = image("logo.svg", alt: "Letterhead of ours", height: 9mm)\n'
    )
    dressed = paper(folder, "pdf")
    assert b"(Letterhead of ours)" not in plain
    assert b"Letterhead of ours" in dressed


def test_two_files_give_a_page_the_companys_colour_and_letterhead(folder: Path) -> None:
    (folder / "logo.svg").write_bytes(SVG)
    (folder / "house.css").write_text(":root { --accent: #7a1f3d; }")
    (folder / "house.html").write_text('{{ "logo.svg" | image("Åsas & co") }}')
    page = paper(folder, "html").decode()
    assert page.count("--accent: #7a1f3d;") == 1
    assert '<img alt="Åsas &amp; co" src="data:image/svg+xml;base64,' in page
    assert page.index("--accent: #1d4f63;") < page.index("--accent: #7a1f3d;")


def test_a_file_takes_the_place_of_ours(folder: Path) -> None:
    (folder / "document.html").write_text("<p>{{ document.title }}, in our own way</p>")
    page = paper(folder, "html").decode()
    assert page == "<p>Registerförteckning, in our own way</p>\n"


def test_values_are_escaped_in_a_companys_own_template_too(folder: Path) -> None:
    (folder / "house.html").write_text('{{ "<b>" ~ "logo" }}')
    assert "&lt;b&gt;logo" in paper(folder, "html").decode()


def test_forms_without_a_look_do_not_ask_for_it(folder: Path) -> None:
    (folder / "documnt.html").write_text("")
    assert paper(folder, "json").startswith(b"{")
    assert "Registerförteckning" in paper(folder, "text").decode()


def test_hidden_files_are_passed_over(folder: Path) -> None:
    (folder / ".document.html.swp").write_bytes(b"\0")
    assert paper(folder, "html").startswith(b"<!DOCTYPE html>")


def test_the_hash_of_the_dressed_paper_is_recorded(folder: Path) -> None:
    (folder / "house.html").write_text("<p>our letterhead</p>")
    access(folder, "html").done()
    content = folder.parent.with_name("access.html").read_bytes()
    assert b"our letterhead" in content
    with Reading.open(folder.parent) as reading:
        (made,) = [one.data for one in reading.events() if one.type == "person.report-made.v1"]
    assert made.sha256 == sha256(content).hexdigest()


BROKEN: dict[str, tuple[str, str | bytes, str]] = {
    # HTML
    "html-syntax": ("document.html", "<p>\n{% if %}", "templates/document.html, line 2:"),
    "html-unclosed": ("document.html", "{% if document %}\n\n", "templates/document.html, line"),
    "html-unknown-name": ("house.html", "\n\n{{ logotype }}", "templates/house.html, line 3:"),
    "html-unknown-filter": ("house.html", "{{ 1 | shine }}", "templates/house.html, line 1:"),
    "html-missing-file": ("house.html", '\n{% include "x.html" %}', "templates/house.html, line 2"),
    "html-missing-picture": ("house.html", '{{ "a.png" | image("x") }}', "house.html, line 1:"),
    "html-no-description": ("house.html", '\n{{ "logo.svg" | image }}', "house.html, line 2:"),
    "html-outside": (
        "house.html",
        '{{ "../ropa.toml" | image("x") }}',
        "templates/house.html, line 1:",
    ),
    "html-not-permitted": ("house.html", "{{ ''.__class__ }}", "templates/house.html, line 1:"),
    "html-fails": (
        "document.html",
        "{{ document.facts | join | int / 0 }}",
        "templates/document.html, line 1:",
    ),
    "html-recursion": ("house.html", '{% include "house.html" %}', "templates/house.html, line 1:"),
    "html-bytes": ("house.html", b"<p>\nSm\xf6rg\xe5s", "house.html, line 2, column 3:"),
    "css-bytes": ("house.css", b"/* \xff */", "templates/house.css, line 1, column 4:"),
    "css-ends": ("house.css", "p {}\n </STYLE>", "templates/house.css, line 2, column 2:"),
    # PDF
    "typ-syntax": ("house.typ", "\n#let a = (", "templates/house.typ, line 2, column 10:"),
    "typ-unknown-name": ("house.typ", "#let a = zork", "templates/house.typ, line 1, column 10:"),
    "typ-whole": ("document.typ", "\n= Hej\n#foo", "templates/document.typ, line 3, column 2:"),
    "typ-missing-file": (
        "house.typ",
        '#let letterhead = image("nope.svg", alt: "x")',
        "templates/house.typ, line 1, column 25:",
    ),
    "typ-outside": ("house.typ", '#let a = read("../ropa.toml")', "templates/house.typ, line 1"),
    "typ-beside": ("house.typ", '#let a = read("log.db")', "templates/house.typ, line 1"),
    "typ-package": ("house.typ", '\n#import "@preview/cetz:0.3.0"', "house.typ, line 2, column 9"),
    "typ-says-what-it-reads": (
        "document.typ",
        '#let paper = json("paper.json")\n#panic(repr(paper))',
        "templates/document.typ, line 2, column 2:",
    ),
    "typ-no-description": (
        "house.typ",
        '#let letterhead = image("logo.svg")',
        "templates/house.typ, line 1, column 19:",
    ),
    "typ-heading": (
        "house.typ",
        "#let letterhead = [=== Our company]",
        "templates/house.typ, line 1",
    ),
    "typ-no-title": ("document.typ", "Hello", "templates/document.typ:"),
    "typ-typeface": (
        "house.typ",
        '#let letterhead = text(font: "Inter")[x]',
        "templates/house.typ",
    ),
    "typ-colour": (
        "house.typ",
        '#let accent = "blue"',
        "templates (seen in ropa's own document.typ), line",
    ),
    "typ-bytes": ("house.typ", b"\xff", "templates/house.typ, line 1, column 1:"),
}
TOLD = {
    "html-unknown-name": "It names something that is not there.",
    "html-missing-file": "It asks for a file that is not there.",
    "html-not-permitted": "It does something that templates may not do.",
    "typ-syntax": "It is not written as typst has it.",
    "typ-unknown-name": "It names something that is not there.",
    "typ-missing-file": "It asks for a file that is not there.",
    "typ-outside": "It asks for a file that is not there.",
    "typ-beside": "It asks for a file that is not there.",
    "html-no-description": 'Give it one: {{ "logo.svg" | image("…") }}.',
    "typ-no-description": 'Give it one: image("logo.svg", alt: "…").',
    "typ-heading": "PDF/A-3a and PDF/UA-1",
    "typ-no-title": "PDF/A-3a and PDF/UA-1",
    "typ-typeface": "Libertinus Serif",
    "typ-colour": "A value is of another kind",
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_template_is_told_and_nothing_is_recorded(case: str, folder: Path) -> None:
    name, content, place = BROKEN[case]
    (folder / "logo.svg").write_bytes(SVG)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    before = stored(folder.parent)
    form = "pdf" if name.endswith(".typ") else "html"
    ran = access(folder, form).refused("template-broken")
    assert ran.code == 1
    assert place in ran.told
    assert TOLD.get(case, "") in ran.told
    assert NAME not in ran.told
    assert "asa@" not in ran.told
    assert len(ran.told.splitlines()) == 1
    assert stored(folder.parent) == before
    assert not folder.parent.with_name(f"access.{form}").exists()


def test_no_file_beside_the_register_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.chdir(tmp_path)
    (folder / "house.typ").write_text('#let letterhead = read("secret.txt")')
    access(folder, "pdf").refused("template-broken")


@pytest.mark.parametrize("form", ["html", "pdf"])
@pytest.mark.parametrize("name", ["documnt.html", "Letter.typ", "README", "logo.gif"])
def test_a_name_that_papers_do_not_know_is_told(name: str, form: str, folder: Path) -> None:
    (folder / name).write_text("")
    told = access(folder, form).refused("template-broken").told
    assert f"templates/{name}: This file is neither a template nor a picture." in told
    assert "document.html" in told


def test_a_folder_where_a_file_has_to_be_is_told(folder: Path) -> None:
    (folder / "document.html").mkdir()
    told = access(folder, "html").refused("template-broken").told
    assert "templates/document.html: This is no file." in told


def test_a_file_where_the_folder_has_to_be_is_told(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("")
    assert "no folder" in access(folder, "html").refused("template-broken").told


def test_a_file_that_is_too_large_is_told(folder: Path) -> None:
    with (folder / "logo.png").open("wb") as file:
        file.truncate(5_000_001)
    assert "5000000 bytes" in access(folder, "pdf").refused("template-broken").told


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.svg", b"no picture"),
        ("logo.png", b"no picture"),
        ("logo.svg", SVG.replace(b"<rect", b'<image href="/etc/passwd"/><rect')),
    ],
)
def test_a_picture_that_cannot_be_read_is_told(name: str, content: bytes, folder: Path) -> None:
    (folder / name).write_bytes(content)
    (folder / "house.typ").write_text(f'#let letterhead = image("{name}", alt: "x")')
    assert "picture cannot be read" in access(folder, "pdf").refused("template-broken").told


def test_a_notice_is_not_published_by_a_broken_template(folder: Path) -> None:
    (folder / "house.html").write_text("{{ document.language == 'en' or 1 / 0 }}")
    shop = folder.parent
    before = stored(shop)
    kept = sorted((shop / "notices").iterdir())
    asked = ("--from-register", "--with-gaps", "--version", "1", "--effective", "2026-12-01")
    ran = ropa("-r", shop, "notice", "publish", *asked, "-f", "html")
    ran.refused("template-broken")
    assert stored(shop) == before
    assert sorted((shop / "notices").iterdir()) == kept


def test_templates_go_with_a_copy_of_the_log(folder: Path, tmp_path: Path) -> None:
    (folder / "house.css").write_text("p { color: red }")
    ropa("-r", folder.parent, "backup", tmp_path / "copy").done()
    assert (tmp_path / "copy" / "templates" / "house.css").read_text() == "p { color: red }"


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_a_letter_is_not_recorded_where_its_template_is_broken(form: str, folder: Path) -> None:
    shop = folder.parent
    asked = ("request", "receive", "--kind", "access", "--person", "webshop/K-1")
    request = ropa("-r", shop, *asked).done().text.strip()
    name = {"html": "letter.html", "pdf": "letter.typ"}[form]
    (folder / name).write_text({"html": "{{ letter.nobody }}", "pdf": "#nobody"}[form])
    before = stored(shop)
    told = ropa("-r", shop, "request", "letter", request, "receipt", "-f", form).refused(
        "template-broken"
    )
    assert told.out == b""
    assert f"templates/{name}, line 1" in told.told
    assert stored(shop) == before
    # What is wrong with letters is nothing to papers.
    access(folder, form).done()


def test_the_mark_of_an_encoding_is_no_part_of_a_template(folder: Path) -> None:
    for name in ("house.css", "house.html", "house.typ"):
        (folder / name).write_bytes(b"\xef\xbb\xbf")
    assert "\ufeff" not in paper(folder, "html").decode()
    assert paper(folder, "pdf").startswith(b"%PDF")


def test_what_fails_in_ours_for_lack_of_theirs_is_told_so(folder: Path) -> None:
    (folder / "common.typ").write_text("#let styled(paper, body) = body")
    told = access(folder, "pdf").refused("template-broken").told
    assert "templates (seen in ropa's own document.typ), line " in told
    assert "It names something that is not there." in told


def test_the_same_look_gives_the_same_bytes(folder: Path) -> None:
    (folder / "logo.svg").write_bytes(SVG)
    (folder / "house.typ").write_text('#let letterhead = image("logo.svg", alt: "x")')
    with Reading.open(folder.parent, clock=lambda: NOW) as reading:
        model = reading.make("article30")
    first, again = (
        render_bytes(model, Format.PDF, Language.SV, read_look(folder)) for _ in range(2)
    )
    assert first == again
    assert first != render_bytes(model, Format.PDF, Language.SV)
