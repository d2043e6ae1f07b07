"""CSV: a paper's rows for machines (RFC 4180, UTF-8), which a spreadsheet may open too.

A cell is the text itself. Where that could do harm, and where a value has parts, the cell is JSON
instead, and begins with `"` or `{`; no other cell does. So nothing is a formula to a spreadsheet,
and a machine that reads `"` and `{` as JSON gets every value as it is held.
"""

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

import msgspec

# A spreadsheet takes what begins with one of these for a formula, and some take the wide ones too.
_SIGNS = "=+@\\-\uff1d\uff0b\uff20\uff0d"
# Where columns are set apart by semicolons or tabs, as in Swedish spreadsheets, a cell may begin in
# the midst of ours.
_FORMULA = re.compile(rf"(?:^|[;,|\"'])\s*[{_SIGNS}]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LIKE_JSON = re.compile(r'\s*["{]')
_NUMBER = re.compile(r"\+?[0-9][0-9 ()/.]*(?:-[0-9 ()/.]+)*")
"""A telephone number, which may begin with a plus and is no formula."""
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_ESCAPED = re.compile(f"[{_SIGNS};,|'\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a paper is as rows.

    Attributes:
        columns: The names of the columns, which do not change with the language.
        rows: The cells: texts, objects with texts in them, or None for an empty one.
    """

    columns: tuple[str, ...]
    rows: Iterable[Sequence[Any]]


def write_csv(sheet: Sheet) -> str:
    """Give rows as CSV, with the names of the columns in the first line."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(sheet.columns)
    for row in sheet.rows:
        writer.writerow([written(cell) for cell in row])
    return text.getvalue()


def written(cell: Any) -> str:
    """Give what stands in a cell, as the module says."""
    match msgspec.to_builtins(cell):
        case None:
            return ""
        case bool() as answer:
            return "true" if answer else "false"
        case str() as text if _harmless(text):
            return text
        case str() | Mapping() as found:
            return _as_json(found)
        case other:
            return str(other)


def _harmless(text: str) -> bool:
    if _NUMBER.fullmatch(text):
        return True
    return not (_FORMULA.search(text) or _CONTROL.search(text) or _LIKE_JSON.match(text))


def _as_json(found: Any) -> str:
    text = json.dumps(found, ensure_ascii=False)
    if isinstance(found, Mapping) and not (_FORMULA.search(text) or _CONTROL.search(text)):
        return text
    return _STRING.sub(lambda string: _ESCAPED.sub(_escape, string[0]), text)


def _escape(sign: re.Match[str]) -> str:
    return f"\\u{ord(sign[0]):04x}"
