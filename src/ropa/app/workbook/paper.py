"""The record as the grid that its workbook would be read as."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ropa.app.workbook.grid import Grid, Line
from ropa.kernel.ids import Language
from ropa.render.books import in_cell
from ropa.render.books.article30 import COLUMNS, entry_sheets
from ropa.render.words import Words
from ropa.reports.article30.model import Article30

_FIELDS: Mapping[str, str] = {
    "no_recipients": "recipients", "ended": "retired", "disclosures": "recipients"
}  # fmt: skip
"""The fields of the record that are called otherwise than their columns and sheets."""
_LANGUAGE = re.compile("_(?:sv|en)$")


@dataclass(frozen=True, slots=True)
class Stated(Line):
    """A row of what the record would be as a workbook.

    `sheet` is the path of its entry, and `letters` gives the fields by the names of the columns.
    """

    def at(self, column: str) -> str:
        """Give the path of a field in the record's JSON, such as `paper.activities.2.purposes`."""
        return f"{self.sheet}.{self.letters[column]}" if column in self.letters else self.sheet


def grid_of(paper: Article30) -> Grid:
    """Give the record as the grid that its workbook would be read as."""
    words = Words(Language.EN)
    paths = {
        "activity": [
            (one.activity, f"paper.{part}.{number}")
            for part in ("activities", "processing")
            for number, one in enumerate(getattr(paper, part))
        ],
        "recipient": [
            (one.recipient, f"paper.recipients.{number}")
            for number, one in enumerate(paper.recipients)
        ],
    }
    first = {noun: dict(reversed(found)) for noun, found in paths.items()}
    grid = {}
    for name, sheet in entry_sheets(paper).items():
        noun = COLUMNS[name][0]
        lines = []
        for number, row in enumerate(sheet.rows):
            cells = dict(zip(sheet.columns, row, strict=True))
            own = name in {"activities", "recipients"}
            path = paths[noun][number][1] if own else first[noun][cells[noun]]
            fields = {
                column: _field(column if own else cells.get("list", name)) for column in cells
            }
            lines.append(Stated(path, number, fields, _said(words, name, cells)))
        grid[name] = tuple(lines)
    return grid


def _field(name: str) -> str:
    if name.startswith("client"):
        return "client"
    return _FIELDS.get(name, _LANGUAGE.sub("", name))


def _said(words: Words, name: str, cells: Mapping[str, Any]) -> dict[str, Any]:
    said = (
        (column, in_cell(words, column, cells[column]))
        for column in (*COLUMNS[name], "changes")
        if cells.get(column) is not None
    )
    return {column: one.strip() if isinstance(one, str) else one for column, one in said}
