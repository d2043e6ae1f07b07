"""The grid of a workbook: the rows of its known sheets, told apart by their headings."""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from warnings import catch_warnings, simplefilter
from zipfile import BadZipFile, ZipFile

from ropa.app.workbook.words import COLUMN_OF, NAME_OF, SHEET_OF, called, normal
from ropa.kernel.problem import Code, Problem, Where
from ropa.render.books.article30 import COLUMNS

MAX_FILE = 10_000_000
"""How large a workbook may be, in bytes."""
MAX_UNPACKED = 20_000_000
"""How large its parts may be together, in bytes; a workbook of 500 activities has one million."""
MAX_ROWS = 50_000
"""How many rows of a sheet may hold something."""
_LAST_ROW = 1_048_576
"""The last row that a spreadsheet has; empty ones down to it come of formatting, and are common."""
_MAX_COLUMNS = 200
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z]{1,3}[0-9]{1,7})["':]""")
OLDER = bytes.fromhex("d0cf11e0a1b11ae1")
"""How older workbooks begin, and those under a password (MS-CFB)."""
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet.

    Attributes:
        sheet: What its sheet is called; empty where the file is no more than one.
        number: Its number, from 1.
        letters: The letters of the columns, by their names.
        cells: What stands in it, by the names of the columns; what is empty is left out.
    """

    sheet: str
    number: int
    letters: Mapping[str, str]
    cells: Mapping[str, Any]

    def at(self, column: str) -> str:
        """Give the address of a cell, such as `Activities!C7`."""
        place = f"{self.sheet}!" if self.sheet else ""
        return f"{place}{self.letters.get(column, 'A')}{self.number}"


Grid = Mapping[str, Sequence[Line]]
"""The rows of the sheets that are read, by the sheets' names."""


def read_grid(content: bytes) -> tuple[Grid, list[str]]:
    """Read a workbook (XLSX).

    Returns:
        The grid, and the addresses of what was left aside: sheets and columns that are not known.

    Raises:
        Problem: `file-unreadable` where it is no workbook or too large; `missing-field` where a
            sheet or a column is missing; `malformed-value` where cells are merged, a cell holds a
            formula or an error, or a heading stands there twice.
    """
    # Loading it takes a fifth of a second, which no other command needs.
    from openpyxl import load_workbook  # noqa: PLC0415

    parts = _parts(content)
    left: list[str] = []
    with catch_warnings():
        simplefilter("ignore")  # it warns of what it leaves aside, which is nothing that is read
        try:
            workbook = load_workbook(BytesIO(content), read_only=True, keep_links=False)
            pages: list[Any] = list(workbook.worksheets)
            found: dict[str, list[Line]] = {}
            for page in pages:
                name = SHEET_OF.get(normal(page.title))
                if name is None:
                    left.append("a sheet by another name")
                if name is None or name not in COLUMNS:
                    continue
                heading = NAME_OF[normal(page.title)]
                _require_once(heading, once=name not in found)
                _require_unmerged(heading, parts.get(page._worksheet_path.lstrip("/"), b""))  # noqa: SLF001
                page.reset_dimensions()
                rows = page.iter_rows(min_row=1, max_row=_LAST_ROW + 1, max_col=_MAX_COLUMNS)
                found[name] = list(_lines(name, heading, rows, left))
        except Problem:
            raise
        except Exception:  # noqa: BLE001 - the library's own errors are any, and may hold the content
            raise no_workbook() from None
    for name in COLUMNS:
        if name not in found:
            raise Problem(
                Code.MISSING_FIELD,
                f"The workbook lacks the sheet {called(f'names/{name}')}.",
                advice="Export it anew: ropa report article30 -f xlsx.",
            )
    return found, left


def no_workbook(content: bytes = b"PK") -> Problem:
    """Give the problem of a file that cannot be read as a workbook, by how it begins."""
    detail = "This is no workbook that can be read."
    if not content:
        detail = "The file is empty."
    elif content.startswith(OLDER):
        detail = "The workbook is under a password, or an older one (.xls)."
    return Problem(
        Code.FILE_UNREADABLE,
        detail,
        advice="Save it as Excel workbook (.xlsx), without a password.",
    )


def _parts(content: bytes) -> dict[str, bytes]:
    """Give the parts of the file, of which none may unpack to more than there is room for."""
    if len(content) > MAX_FILE:
        raise _too_large()
    try:
        with ZipFile(BytesIO(content)) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > MAX_UNPACKED:
                raise _too_large()
            parts = {
                info.filename: archive.read(info) for info in infos if info.filename[-4:] == ".xml"
            }
    except (BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError):
        raise no_workbook(content) from None
    # What is no UTF-8 would hide what is looked for here and below.
    if any(b"\0" in part[:4] or _DECLARED.search(part) for part in parts.values()):
        raise no_workbook()
    return parts


def _too_large() -> Problem:
    return Problem(
        Code.FILE_UNREADABLE,
        f"The workbook is larger than {MAX_FILE} bytes, or {MAX_UNPACKED} unpacked.",
        advice="Take out what does not belong to the register, such as pictures.",
    )


def _require_once(heading: str, *, once: bool) -> None:
    if not once:
        raise Problem(
            Code.MALFORMED_VALUE,
            "The workbook holds this sheet twice.",
            where=Where(field=heading),
        )


def _require_unmerged(heading: str, part: bytes) -> None:
    if found := _MERGED.search(part):
        raise Problem(
            Code.MALFORMED_VALUE,
            "Cells are merged here, so that it is not clear what stands in which row.",
            advice="Take the cells apart, and give each row its value.",
            where=Where(field=f"{heading}!{found[1].decode()}"),
        )


def _lines(
    name: str, heading: str, rows: Iterable[Sequence[Any]], left: list[str]
) -> Iterator[Line]:
    found = iter(rows)
    heads = [cell.value for cell in next(found, ())]
    letters = letters_of(heading, heads, COLUMN_OF[name], COLUMNS[name], left)
    indexes = {column: index_of(letter) for column, letter in letters.items()}
    lines = 0
    for number, row in enumerate(found, start=2):
        cells = {}
        for column, index in indexes.items():
            if index < len(row) and (cell := row[index]).value is not None:
                value = _value(cell, f"{heading}!{letters[column]}{number}")
                if value != "":
                    cells[column] = value
        lines += bool(cells)
        if lines > MAX_ROWS or number > _LAST_ROW:
            raise too_many_rows(heading)
        if cells:
            yield Line(heading, number, letters, cells)


def too_many_rows(heading: str) -> Problem:
    """Give the problem of a sheet with more rows than a register has."""
    return Problem(
        Code.FILE_UNREADABLE,
        f"The sheet has more than {MAX_ROWS} rows, or rows that no spreadsheet has.",
        advice="Take out what does not belong to the register.",
        where=Where(field=heading or None),
    )


def letters_of(
    heading: str,
    heads: Sequence[Any],
    known: Mapping[str, str],
    wanted: Iterable[str],
    left: list[str],
) -> Mapping[str, str]:
    """Give the letters of columns by their names.

    Args:
        heading: What the sheet is called; empty where the file is no more than one.
        heads: The headings; None for an empty one.
        known: The names of the columns by their headings.
        wanted: The columns that have to be there.
        left: Where the addresses of headings that are not known are added.

    Raises:
        Problem: `malformed-value` for a heading that stands there twice, `missing-field` for one
            that is missing.
    """
    letters: dict[str, str] = {}
    place = f"{heading}!" if heading else ""
    for index, head in enumerate(heads):
        if head is None or head == "":
            continue
        letter = _letter(index)
        column = known.get(normal(str(head)))
        if column is None:
            left.append(f"{place}{letter}1")
        elif column in letters:
            raise Problem(
                Code.MALFORMED_VALUE,
                "The same heading stands here twice.",
                where=Where(field=f"{place}{letter}1"),
            )
        else:
            letters[column] = letter
    for column in wanted:
        if column not in letters:
            raise Problem(
                Code.MISSING_FIELD,
                f"The sheet lacks the column {called(f'columns/{column}')}.",
                advice="Its headings stand in the first row, in Swedish or English.",
                where=Where(field=f"{place}A1"),
            )
    return letters


def _value(cell: Any, place: str) -> Any:
    if cell.data_type in {"f", "e"}:
        what = "a formula" if cell.data_type == "f" else "an error"
        raise Problem(
            Code.MALFORMED_VALUE,
            f"The cell holds {what} instead of a value.",
            advice="Put the value itself there: copy, and paste as values.",
            where=Where(field=place),
        )
    if isinstance(cell.value, str):
        return cell.value.strip()
    return cell.value


def _letter(index: int) -> str:
    high, low = divmod(index, 26)
    return (_letter(high - 1) if high else "") + chr(ord("A") + low)


def index_of(letter: str) -> int:
    """Give the number of a column, from 0, by its letters."""
    number = 0
    for sign in letter:
        number = number * 26 + ord(sign) - ord("A") + 1
    return number - 1
