"""Workbooks: readable, the same bytes each time, and no cell that is a formula."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from ropa.kernel.ids import Language
from ropa.kernel.problem import Code, Problem
from ropa.render import Format, formats, render, render_bytes
from ropa.render.books import BOOKS, book
from ropa.render.csv import Sheet
from ropa.render.xlsx import write_xlsx
from ropa.reports.cell import BEGINNING, Cell, Head
from ropa.reports.registry import REPORTS
from tests.render.papers import PAPERS
from tests.render.test_csv import FORMULAS

NAMES = [name for name, report in REPORTS.items() if report.model in BOOKS]
EVERY_BOOK = pytest.mark.parametrize("name", NAMES)
EVERY_LANGUAGE = pytest.mark.parametrize("language", Language)


def written(name: str, language: Language) -> bytes:
    return render_bytes(PAPERS[name](language), Format.XLSX, language)


def opened(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def dump(workbook: Workbook) -> str:
    """Give what stands in the cells, as text."""
    lines = []
    for sheet in workbook:
        lines.append(f"# {sheet.title}")
        for row in sheet.iter_rows(values_only=True):
            cells = ["" if cell is None else str(cell).replace("\n", " / ") for cell in row]
            lines.append(" | ".join(cells).rstrip())
        lines.append("")
    return "\n".join(lines)


@EVERY_LANGUAGE
@EVERY_BOOK
def test_a_workbook_is_as_it_was(
    name: str, language: Language, golden: Callable[[str, str], None]
) -> None:
    golden(f"{name}.{language}.xlsx.txt", dump(opened(written(name, language))))


@EVERY_BOOK
def test_the_same_paper_gives_the_same_bytes(name: str) -> None:
    one, other = (written(name, Language.SV) for _ in range(2))
    assert one == other
    with ZipFile(BytesIO(one)) as archive:
        assert {part.date_time[0] for part in archive.infolist()} == {1980}
        core = archive.read("docProps/core.xml").decode()
    assert "2026-05-31T21:59:59Z" in core


@EVERY_LANGUAGE
@EVERY_BOOK
def test_heads_are_frozen_and_rows_can_be_filtered(name: str, language: Language) -> None:
    for sheet in opened(written(name, language)):
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert all(cell.font.b for cell in sheet[1])
        widths = [found.width for found in sheet.column_dimensions.values()]
        assert all(10 < width < 60 for width in widths)


@EVERY_BOOK
def test_both_languages_hold_the_same_rows(name: str) -> None:
    swedish, english = (book(PAPERS[name](language), language) for language in Language)
    assert list(swedish) == list(english)
    for sheet, other in zip(swedish.values(), english.values(), strict=True):
        assert (sheet.columns, len(list(sheet.rows))) == (other.columns, len(list(other.rows)))


HEAD = Head(
    report="ledger",
    controller=Cell(),
    as_of=BEGINNING,
    printed_at=datetime(2026, 1, 1, tzinfo=UTC),
    language=Language.EN,
)


LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn"))


def one_cell(value: Any) -> Any:
    sheet = Sheet(("title",), ((value,),))
    return opened(write_xlsx({"plan": sheet}, HEAD, Language.EN)).active["A2"]  # type: ignore[index]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_is_a_text(text: str) -> None:
    cell = one_cell(text)
    assert (cell.data_type, cell.hyperlink) == ("s", None)


@given(st.text(LETTERS, min_size=1, max_size=40))
def test_any_text_is_a_text(text: str) -> None:
    cell = one_cell(text)
    assert (cell.data_type, cell.value) == ("s", text)


def test_a_text_longer_than_a_cell_is_cut() -> None:
    assert len(one_cell("x" * 40_000).value) == 32_767


def test_only_papers_that_are_sheets_can_be_had_so() -> None:
    assert len(NAMES) >= 3
    for name, report in REPORTS.items():
        assert (Format.XLSX in formats(report.model)) is (name in NAMES)
    with pytest.raises(Problem) as refused:
        render_bytes(PAPERS["history"](Language.EN), Format.XLSX, Language.EN)
    assert refused.value.code is Code.USAGE
    with pytest.raises(Problem):
        render(PAPERS["article30"](Language.EN), Format.XLSX, Language.EN)
