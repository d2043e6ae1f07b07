"""The demo's papers side by side: in both languages and every form they hold the same facts."""

import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ropa.app import Moment, Register
from ropa.kernel.fact import Number
from ropa.kernel.ids import Language
from ropa.render import Format, Words, formats, render, render_bytes
from ropa.render.signs import printable
from ropa.reports.registry import REPORTS
from tests import standards
from tests.cli.running import ropa
from tests.render.jsonld.graphs import parsed
from tests.render.jsonld.ontology import listed, needs_vocabulary, ontology, terms_of
from tests.render.jsonld.test_shapes import conforms
from tests.render.test_pdf import pressed, text_of
from tests.render.test_render import expected, plain, shown

ANNA = Number("webshop", "K-20417")
WHOLE = {"address": "Exempelgatan 1, 111 22 Stockholm", "phone": "08-000 00 00", "reason": "Open"}
_LONG = 120
EVERY_PAPER = pytest.mark.parametrize("name", REPORTS)
EVERY_LANGUAGE = pytest.mark.parametrize("language", Language)


class Demo:
    """The demo, and its papers, each made once in a language."""

    def __init__(self, folder: Path, register: Register) -> None:
        self.folder = folder
        self.register = register
        self.paper = cache(self._paper)

    def _paper(self, name: str, language: Language) -> Any:
        report = REPORTS[name]
        return self.register.make(
            name,
            language=language,
            person=self.register.find(ANNA) if report.person else None,
            since=Moment(at=20) if report.since else None,
        )

    def files(self, name: str, language: Language) -> list[Path]:
        return sorted((self.folder / "papers" / language).glob(f"{name}*"))

    def read(self, file: str) -> Any:
        return json.loads((self.folder / "papers" / file).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    ropa("demo", folder).done()
    with Register.open(folder / "register") as register:
        yield Demo(folder, register)


@EVERY_PAPER
@EVERY_LANGUAGE
def test_every_form_holds_every_fact(
    demo: Demo, name: str, language: Language, tmp_path: Path
) -> None:
    model = demo.paper(name, language)
    wanted = {plain(text).casefold() for text in expected(model, Words(language))}
    assert len(wanted) > 10
    page = shown(model, Format.HTML, language).casefold()
    assert sorted(text for text in wanted if text not in page) == []
    # In its columns a long text ends its line.
    page = shown(model, Format.TEXT, language).casefold()
    assert {word for text in wanted for word in text.split() if word not in page} == set()
    page = pressed(text_of(render_bytes(model, Format.PDF, language), tmp_path)).casefold()
    # A text of many lines may go on over the end of a page.
    pieces = {piece for text in wanted for piece in (text.split() if len(text) > _LONG else [text])}
    assert sorted(text for text in pieces if pressed(printable(text)) not in page) == []


@EVERY_PAPER
def test_both_languages_hold_the_same_facts(demo: Demo, name: str) -> None:
    swedish, english = (
        json.loads(render(demo.paper(name, language), Format.JSON, language))["paper"]
        for language in Language
    )
    for paper in (swedish, english):
        for of_the_printing in ("language", "printed_at", "document"):
            del paper["head"][of_the_printing]
    assert swedish == english


@EVERY_PAPER
@EVERY_LANGUAGE
def test_each_form_lies_in_the_folder_of_its_language(
    demo: Demo, name: str, language: Language
) -> None:
    found = demo.files(name, language)
    assert len(found) == len(formats(REPORTS[name].model))
    assert all(path.stat().st_size > 100 for path in found)


@needs_vocabulary
def test_the_record_in_rdf_is_what_a_strict_reader_asks_for(demo: Demo) -> None:
    found = parsed((demo.folder / "papers" / "en" / "article30.jsonld").read_text())
    ok, said = conforms(found + ontology())
    assert ok, said
    assert terms_of(found) <= set(listed())


@standards.needs(standards.TILT)
@EVERY_LANGUAGE
def test_the_notice_is_valid_tilt(demo: Demo, language: Language) -> None:
    found = demo.read(f"{language}/notice.tilt.json")
    errors = standards.validator(standards.TILT).iter_errors(found)
    assert [one.json_path for one in errors] == []


@standards.needs(standards.CLOUDEVENTS)
def test_each_event_is_a_cloudevent(demo: Demo) -> None:
    lines = ropa("-r", demo.folder / "register", "log", "events").done().text.splitlines()
    assert len(lines) == demo.register.head
    validator = standards.validator(standards.CLOUDEVENTS)
    assert [line for line in lines if not validator.is_valid(json.loads(line))] == []


@standards.needs(standards.KANTARA)
def test_a_receipt_is_valid_once_the_register_says_who_gives_it(demo: Demo, tmp_path: Path) -> None:
    copy = tmp_path / "register"
    shutil.copytree(demo.folder / "register", copy)
    ropa("-r", copy, "controller", "amend", "-", stdin=json.dumps(WHOLE).encode()).done()
    asked = ("consent", "receipt", "webshop/K-20417", "--activity", "marketing")
    found = json.loads(ropa("-r", copy, *asked).done().text)
    assert standards.validator(standards.KANTARA).is_valid(found)
    assert found["piiPrincipalId"]
