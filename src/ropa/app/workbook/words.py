"""The words of a workbook read backwards: what a heading or a label of either language means."""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from functools import cache

from ropa.kernel.ids import Language
from ropa.render.books.article30 import COLUMNS, LISTS
from ropa.render.words import Words, catalogue

_BOTH = tuple(Words(language) for language in Language)
_FOR_PEOPLE = (
    "undeclared", "approved_version", "approved_on", "approved_by", "reviewed_outcome",
    "reviewed_version", "changes", "changed_on", "changed_by", "reason",
)  # fmt: skip
"""The columns that the export adds for people."""


def normal(text: str) -> str:
    """Give a heading or label as it is compared: letter case and spacing say nothing."""
    return " ".join(text.split()).casefold()


def _named(prefix: str) -> dict[str, str]:
    return {
        normal(text): key.removeprefix(prefix)
        for language in Language
        for key, text in catalogue(language).items()
        if key.startswith(prefix)
    }


SHEET_OF: Mapping[str, str] = _named("sheets/names/")
"""The sheets by what they are called in either language."""

NAME_OF: Mapping[str, str] = {
    normal(words(f"sheets/names/{name}")): words(f"sheets/names/{name}")
    for words in _BOTH
    for name in set(SHEET_OF.values())
}
"""What a sheet is called, in the language in which it was called so."""

COLUMN_OF: Mapping[str, Mapping[str, str]] = {
    sheet: {
        normal(said): column
        for column in (*columns, *_FOR_PEOPLE)
        for said in (words(f"sheets/columns/{column}") for words in _BOTH)
    }
    for sheet, columns in COLUMNS.items()
}
"""The columns of each sheet, by their headings in either language."""

LIST_OF: Mapping[str, str] = {
    normal(said): name for name in LISTS for said in (name, *(words.field(name) for words in _BOTH))
}
"""The lists of codes of an activity, by what they are called."""

FLAG_OF: Mapping[str, bool] = {
    normal(words.yes_no(answer=answer)): answer for words in _BOTH for answer in (True, False)
} | {"true": True, "false": False, "sant": True, "falskt": False}
"""Yes and no; and what spreadsheets make of `true` and `false`."""

_GAPS = re.compile(
    "|".join(f"{re.escape(words('sheets/gap'))}(?: \\(art\\. .{{1,40}}\\))?" for words in _BOTH),
    re.IGNORECASE,
)


def is_gap(text: str) -> bool:
    """Tell whether a text says that nothing is stated."""
    return _GAPS.fullmatch(text) is not None


def called(key: str) -> str:
    """Give what a sheet or column is called in both languages, by its key under `sheets`."""
    return " or ".join(words(f"sheets/{key}") for words in _BOTH)


def title_of(sheet: str, heads: Collection[str]) -> str:
    """Give what a sheet is called in the language of its headings."""
    for words in _BOTH:
        if normal(words(f"sheets/columns/{COLUMNS[sheet][0]}")) in heads:
            return words(f"sheets/names/{sheet}")
    return sheet


@cache
def code_of(kind: type[StrEnum]) -> Mapping[str, str]:
    """Give the codes of an enumeration by code and label."""
    return {
        normal(said): member.value
        for member in kind
        for said in (*(words.label(member) for words in _BOTH), member.value)
    }


@cache
def country_of() -> Mapping[str, str]:
    """Give the codes of the countries by code and name."""
    codes = [f"{one}{two}" for one in map(chr, range(65, 91)) for two in map(chr, range(65, 91))]
    return {
        normal(said): code
        for code in codes
        for said in (*(words.country(code) for words in _BOTH), code)
    }
