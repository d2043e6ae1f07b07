"""A file of the register as a grid, whichever of the three forms it has."""

import codecs

from ropa.app.workbook.from_csv import read_csv
from ropa.app.workbook.from_json import read_json
from ropa.app.workbook.grid import MAX_FILE, OLDER, Grid, no_workbook, read_grid
from ropa.app.workbook.paper import grid_of
from ropa.kernel.problem import Code, Problem

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_any(content: bytes) -> tuple[Grid, list[str]]:
    """Read XLSX, JSON or CSV, told apart by what stands in them.

    Returns:
        The grid, with every sheet or with the one that was saved alone; and the addresses of what
        was left aside: sheets and columns that are not known.

    Raises:
        Problem: What is wrong with it, and where.
    """
    if len(content) > MAX_FILE or content.startswith((b"PK", OLDER)):
        return read_grid(content)
    text = _text(content)
    if not text.strip():
        raise no_workbook(b"")
    if text.lstrip().startswith(("{", "[")):
        return grid_of(read_json(text)), []
    return read_csv(text)


def _text(content: bytes) -> str:
    """Give the text: UTF-8, or UTF-16 where its first bytes say so."""
    encoding = "utf-16" if content.startswith(_UTF_16) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Problem(
            Code.NOT_UTF8,
            "The file is no workbook, and no text in UTF-8.",
            advice="Save it as Excel workbook (.xlsx), or as CSV in UTF-8.",
        )
    return text
