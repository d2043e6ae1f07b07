"""XLSX: a workbook of a paper's sheets (ECMA-376), the same bytes for the same paper."""

from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any

from ropa.kernel.ids import Language
from ropa.render.books import in_cell
from ropa.render.csv import Sheet
from ropa.render.words import Words
from ropa.reports.cell import Gap, Head

_FIRST_DAY = date(1900, 3, 1)
"""Spreadsheets count the days before it in two ways, so they are written as text."""
_WIDTH = range(12, 56)
"""How narrow and how wide a column may be, in characters."""
_ROOM = 3
"""What the arrow of a filter takes."""
_LONGEST = 32_767
"""How many characters a cell of a spreadsheet holds."""


def write_xlsx(sheets: Mapping[str, Sheet], head: Head, language: Language) -> bytes:
    """Give sheets as a workbook, with frozen heads and filters.

    A text is written as a text, so that nothing is a formula, a link or a number to a spreadsheet.

    Args:
        sheets: The sheets by name, in the order in which they stand.
        head: The head of the paper, whose moment stamps the file.
        language: The language of what people read in it.
    """
    # Loading it takes time which no other command needs.
    from xlsxwriter import Workbook  # noqa: PLC0415

    words = Words(language)
    content = BytesIO()
    stamp = head.as_of.moment or datetime(2000, 1, 1)  # noqa: DTZ001 - the file has no zone
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": "Calibri", "font_size": 11},
    }
    with Workbook(content, options) as workbook:
        workbook.set_properties(
            {
                "title": words(f"reports/{head.report}"),
                "company": head.controller.value or "",
                "created": stamp.replace(tzinfo=None, microsecond=0),
            }
        )
        forms = _forms(workbook)
        for name, sheet in sheets.items():
            _write(workbook.add_worksheet(words(f"sheets/names/{name}")), sheet, words, forms)
    return content.getvalue()


def _forms(workbook: Any) -> Mapping[str, Any]:
    cell = {"valign": "top", "text_wrap": True}
    return {
        "head": workbook.add_format(
            {"bold": True, "bg_color": "#1F3A4D", "font_color": "#FFFFFF", "valign": "vcenter"}
        ),
        "text": workbook.add_format(cell | {"num_format": "@"}),
        "number": workbook.add_format(cell | {"num_format": "0"}),
        "day": workbook.add_format(cell | {"num_format": "yyyy-mm-dd", "align": "left"}),
        "moment": workbook.add_format(cell | {"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
        "gap": workbook.add_format(cell | {"font_color": "#9C3D12", "italic": True}),
    }


def _write(page: Any, sheet: Sheet, words: Words, forms: Mapping[str, Any]) -> None:
    heads = [words(f"sheets/columns/{name}") for name in sheet.columns]
    widths = [len(head) + _ROOM for head in heads]
    for column, head in enumerate(heads):
        page.write_string(0, column, head, forms["head"])
    last = 0
    for last, row in enumerate(sheet.rows, start=1):
        for column, (name, value) in enumerate(zip(sheet.columns, row, strict=True)):
            said = in_cell(words, name, value)
            widths[column] = max(widths[column], _length(said))
            _put(page, last, column, said, forms, gap=isinstance(value, Gap))
    for column, width in enumerate(widths):
        page.set_column(column, column, min(max(width, _WIDTH.start), _WIDTH.stop))
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(last, 1), len(heads) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _length(said: Any) -> int:
    return max((len(line) for line in str(said).splitlines()), default=0) + 1


def _put(
    page: Any, row: int, column: int, said: Any, forms: Mapping[str, Any], *, gap: bool
) -> None:
    match said:
        case None:
            pass
        case int():
            page.write_number(row, column, said, forms["number"])
        case datetime():
            page.write_datetime(row, column, said, forms["moment"])
        case date() if said >= _FIRST_DAY:
            page.write_datetime(row, column, said, forms["day"])
        case _:
            text = str(said)[:_LONGEST]
            page.write_string(row, column, text, forms["gap" if gap else "text"])
