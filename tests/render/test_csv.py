"""CSV: every value comes back as it is, and nothing is a formula to a spreadsheet."""

import csv
import json
import re
from io import StringIO
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa.kernel.ids import Language
from ropa.kernel.problem import Code, Problem
from ropa.render import FORMATS, Format, formats, render, render_findings
from ropa.render.books import book
from ropa.render.books.article30 import COLUMNS
from ropa.render.csv import Sheet, write_csv, written
from ropa.render.sheets import SHEETS
from ropa.reports.registry import REPORTS
from tests.render.papers import PAPERS, portability

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1) | st.text(
    "=+-@;,\t\r\n'\"{|\uff1d a1\x00", min_size=1
)
CELLS = TEXTS | st.dictionaries(st.sampled_from(["street", "city"]), st.none() | TEXTS, min_size=1)
SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
HARMLESS = (
    "Anna Lindqvist",
    "anna.lindqvist@brevduvan.example",
    "+46 70 174 06 05",
    "+46701740605",
    "08-465 004 12",
    "Åsa, Exempel",
    "Jean-Luc O'Brien",
    "Storgatan 3-5",
    "2026-01-12",
)
FORMULAS = (
    "=HYPERLINK(1)",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "  =1",
    "\t=1",
    "\r=1",
    "Anna;=1",
    "Anna\t=1",
    "Anna\n=1",
    'Anna";=1',
    "\uff1d1",
)


def read(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline=""), strict=True))


def value(cell: str) -> Any:
    """Read a cell as the how-to says."""
    return json.loads(cell) if cell[:1] in {'"', "{"} else cell or None


@given(st.lists(st.lists(st.none() | CELLS, min_size=3, max_size=3)))
def test_every_value_comes_back_as_it_is(rows: list[list[Any]]) -> None:
    text = write_csv(Sheet(("a", "b", "c"), rows))
    head, *found = read(text)
    assert head == ["a", "b", "c"]
    assert [[value(cell) for cell in row] for row in found] == rows
    assert text.encode().decode() == text


@given(CELLS)
def test_no_cell_is_a_formula_whatever_sets_the_columns_apart(found: Any) -> None:
    cell = written(found)
    if re.fullmatch(r"\+?[0-9 ()/.-]+", cell):
        return  # a number to telephone to
    for begun in re.split(r"[;,|\t\r\n\"']", cell):
        assert not begun.lstrip().startswith(tuple(SIGNS))
    assert not any(ord(sign) < 32 for sign in cell)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_does_no_harm_stands_there_as_it_is(text: str) -> None:
    assert written(text) == text


@pytest.mark.parametrize("text", FORMULAS)
def test_what_could_be_a_formula_is_json_that_says_the_same(text: str) -> None:
    cell = written(text)
    assert cell.startswith('"')
    assert not set(SIGNS) & set(cell)
    assert json.loads(cell) == text


def test_lines_end_and_commas_are_quoted_as_the_format_says() -> None:
    assert write_csv(Sheet(("a", "b"), [["x,y", None]])) == 'a,b\r\n"x,y",\r\n'


# The file for portability: the same facts as in the other forms.


@pytest.mark.parametrize("language", Language)
def test_the_rows_hold_what_the_json_holds(language: Language) -> None:
    paper = portability(language)
    rows = list(csv.DictReader(StringIO(render(paper, Format.CSV, language), newline="")))
    whole = msgspec.json.decode(render(paper, Format.JSON, language))
    wanted = []
    for one in whole["paper"]["activities"]:
        about = {
            "activity": one["activity"],
            "title": one["title"]["value"][language],
            "bases": " ".join(one["bases"]["value"]),
            "restricted": one["restricted"]["value"] or "",
        }
        for found in one["values"]:
            told = {key: found[key] for key in ("category", "value", "since", "channel", "source")}
            wanted.append({"kind": "value"} | about | told)
        for left in one["left_out"]:
            for category in left["categories"]["value"]:
                told = {"category": category, "reason": left["reason"]}
                wanted.append({"kind": "left-out"} | about | told)
        if not (one["values"] or one["left_out"]):
            wanted.append({"kind": "nothing-recorded"} | about)
    assert len(rows) == len(wanted) > 10
    head = {
        "controller": whole["paper"]["head"]["controller"]["value"],
        "person": whole["paper"]["person"],
        "made_at": whole["paper"]["head"]["printed_at"],
        "as_of": whole["as_of"],
        "position": str(whole["position"]),
        "root": whole["root"],
        "document": whole["paper"]["head"]["document"],
    }
    for row, expected in zip(rows, wanted, strict=True):
        assert {name: value(row[name]) for name in expected} == {
            name: found or None for name, found in expected.items()
        }
        assert {name: row[name] for name in head} == head
        assert set(row) == {*head, "kind", *wanted[0], "reason", "evidence"}


@pytest.mark.parametrize("language", Language)
def test_a_file_without_values_is_no_empty_file(language: Language) -> None:
    nobody = msgspec.structs.replace(portability(language), person=None, activities=())
    (row,) = csv.DictReader(StringIO(render(nobody, Format.CSV, language), newline=""))
    assert (row["kind"], row["person"], row["value"]) == ("nothing-held", "", "")
    assert row["document"] == nobody.head.document


def test_only_papers_that_are_rows_can_be_had_so() -> None:
    for name, report in REPORTS.items():
        offered = formats(report.model)
        assert (Format.CSV in offered) is (report.model in SHEETS)
        if Format.CSV in offered:
            continue
        with pytest.raises(Problem) as refused:
            render(PAPERS[name](Language.EN), Format.CSV, Language.EN)
        assert refused.value.code is Code.USAGE
        assert all(str(form) in (refused.value.advice or "") for form in FORMATS)
    with pytest.raises(Problem):
        render_findings((), Format.CSV, Language.EN)


# The register: its sheets in one, as codes.


def test_the_register_is_the_same_rows_in_each_language() -> None:
    one, other = (
        render(PAPERS["article30"](language), Format.CSV, language) for language in Language
    )
    assert one == other


def test_the_register_has_a_row_for_each_row_of_its_sheets() -> None:
    paper = PAPERS["article30"](Language.EN)
    head, *rows = read(render(paper, Format.CSV, Language.EN))
    sheets = book(paper, Language.EN)
    for name in COLUMNS:
        columns = [head.index(column) for column in sheets[name].columns]
        found = [[row[column] for column in columns] for row in rows if row[0] == name]
        assert found == [[written(cell) for cell in row] for row in sheets[name].rows]
        empty = set(range(1, len(head))) - set(columns)
        assert not any(row[column] for row in rows if row[0] == name for column in empty)
    assert {row[0] for row in rows} <= {*COLUMNS}


def test_the_entries_of_the_register_stand_below_what_belongs_to_them() -> None:
    _, *rows = read(render(PAPERS["article30"](Language.EN), Format.CSV, Language.EN))
    told = [row[0] for row in rows]
    below = [name for name in told if name in {"recipients", "activities"}]
    assert told[-len(below) :] == below
    assert below == sorted(below, reverse=True)
