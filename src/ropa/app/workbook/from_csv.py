"""CSV as a grid: the file of ropa, which holds every sheet, or one sheet that was saved alone."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import StringIO

import msgspec

from ropa.app.workbook.cells import wrong
from ropa.app.workbook.grid import (
    MAX_ROWS,
    Grid,
    Line,
    index_of,
    letters_of,
    too_many_rows,
)
from ropa.app.workbook.words import COLUMN_OF, normal, title_of
from ropa.kernel.problem import Code, Problem, Where
from ropa.render.books.article30 import COLUMNS, SHEET
from ropa.reports.cell import Gap

_Rows = Iterator[tuple[int, Sequence[str]]]

_SIGNS = (",", ";", "\t")
_ERROR = re.compile(
    r"#(?:N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!"
    r"|SAKNAS!|SKÄRNING!|DIVISION/0!|VÄRDEFEL!|REFERENS!|NAMN\?|OGILTIGT!)"
)
"""What spreadsheets in English and Swedish show where a formula came to nothing."""
_OWNERS = {columns[0] for columns in COLUMNS.values()}
_READ = tuple(dict.fromkeys(column for columns in COLUMNS.values() for column in columns))
_NAMES = {SHEET: SHEET} | {
    column: column for known in COLUMN_OF.values() for column in known.values()
}
"""The columns of the file of ropa, which has their names for headings."""
_HEADINGS = frozenset(_NAMES).union(*COLUMN_OF.values())


def read_csv(text: str) -> tuple[Grid, list[str]]:
    """Read rows as CSV, set apart by commas, semicolons or tabs.

    Returns:
        The grid, with every sheet or with one, and the addresses of the columns left aside.

    Raises:
        Problem: `file-unreadable` where it is no CSV or has other headings; `truncated-file` where
            its end is missing; `missing-field` where a column is; `malformed-value` where a row or
            a cell is not what it has to be.
    """
    heads, rows = max(
        ((_heads(text, sign), _rows(text, sign)) for sign in _SIGNS),
        key=lambda found: len(_HEADINGS.intersection(found[0])),
    )
    ours = SHEET in heads and not _OWNERS.isdisjoint(heads)
    name = max(COLUMNS, key=lambda one: len(_known(one, heads)))
    if not ours and 2 * len(_known(name, heads)) <= len(COLUMNS[name]):
        raise Problem(
            Code.FILE_UNREADABLE,
            "This is neither a workbook of the register, nor JSON or CSV of it.",
            advice="Export it anew: ropa report article30 -f xlsx, json or csv.",
        )
    if not text.endswith(("\n", "\r")):
        raise Problem(
            Code.TRUNCATED_FILE,
            "The end of the file is missing: its last line does not end.",
            advice="Save or copy it again.",
        )
    return _whole(heads, rows) if ours else _alone(name, heads, rows)


def _alone(name: str, heads: Sequence[str], rows: _Rows) -> tuple[Grid, list[str]]:
    """Give the one sheet that a spreadsheet saved as CSV; its cells are texts as they are."""
    left: list[str] = []
    title = title_of(name, heads)
    letters = letters_of(title, heads, COLUMN_OF[name], COLUMNS[name], left)
    lines = []
    for number, row in rows:
        line = Line(title, number, letters, {})
        cells = _cells(row, line, len(heads))
        for column, text in cells.items():
            if _ERROR.fullmatch(text):
                raise wrong(
                    Code.MALFORMED_VALUE,
                    "The cell holds an error instead of a value.",
                    line.at(column),
                )
        if cells:
            lines.append(replace(line, cells=cells))
    return {name: lines}, left


def _whole(heads: Sequence[str], rows: _Rows) -> tuple[Grid, list[str]]:
    """Give every sheet, out of the file that ropa writes."""
    left: list[str] = []
    letters = letters_of("", heads, _NAMES, (), left)
    for column in _READ:
        if column not in letters:
            raise Problem(
                Code.MISSING_FIELD,
                f"The file lacks the column {column}.",
                advice="The names of its columns stand in the first line.",
                where=Where(field="A1"),
            )
    grid: dict[str, list[Line]] = {name: [] for name in COLUMNS}
    for number, row in rows:
        line = Line("", number, letters, {})
        texts = _cells(row, line, len(heads))
        if not texts:
            continue
        name = texts.pop(SHEET, "")
        if name not in grid:
            advice = f"There are: {', '.join(COLUMNS)}."
            detail = "The row does not say of which sheet it is."
            raise wrong(Code.MALFORMED_VALUE, detail, line.at(SHEET), advice)
        belonging = COLUMN_OF[name].values()
        for column in texts:
            if column not in belonging:
                detail = "The column does not belong to rows of this sheet, and must be empty here."
                raise wrong(Code.MALFORMED_VALUE, detail, line.at(column))
        said = {column: _value(text, line.at(column)) for column, text in texts.items()}
        cells = {column: text for column, text in said.items() if text}
        grid[name].append(replace(line, cells=cells))
    return grid, left


def _cells(row: Sequence[str], line: Line, width: int) -> dict[str, str]:
    if any(map(str.strip, row[width:])):
        raise wrong(
            Code.MALFORMED_VALUE,
            "The row has more cells than there are headings.",
            line.at(""),
            "A text that holds what sets the columns apart has to stand between quotation marks.",
        )
    found = {
        column: row[index].strip()
        for column, letter in line.letters.items()
        if (index := index_of(letter)) < len(row)
    }
    return {column: text for column, text in found.items() if text}


def _value(text: str, place: str) -> str | None:
    """Undo what `ropa.render.csv` does to a text that could do harm; a gap says nothing."""
    if text[0] not in '"{':
        return text
    try:
        found = msgspec.json.decode(text, type=str | Gap)
    except (msgspec.MsgspecError, RecursionError):
        raise wrong(
            Code.MALFORMED_VALUE,
            "The cell begins as JSON, and is none.",
            place,
            "Write a text that begins with a quotation mark or brace as JSON.",
        ) from None
    return found.strip() if isinstance(found, str) else None


def _known(name: str, heads: Sequence[str]) -> set[str]:
    return {COLUMN_OF[name].get(head, "") for head in heads} & set(COLUMNS[name])


def _heads(text: str, sign: str) -> list[str]:
    try:
        return [normal(head) for head in next(csv.reader(StringIO(text, ""), delimiter=sign), [])]
    except csv.Error:
        return []


def _rows(text: str, sign: str) -> _Rows:
    """Give the rows below the headings with their numbers, as a spreadsheet counts them."""
    found = enumerate(csv.reader(StringIO(text, ""), delimiter=sign, strict=True), start=1)
    number = 0
    try:
        for number, row in found:
            if number > MAX_ROWS:
                raise too_many_rows("")
            if number > 1:
                yield number, row
    except csv.Error:
        raise Problem(
            Code.MALFORMED_VALUE,
            "The row is not what CSV is: its quotation marks do not match.",
            advice="Save it again, as CSV in UTF-8.",
            where=Where(line=number + 1),
        ) from None
