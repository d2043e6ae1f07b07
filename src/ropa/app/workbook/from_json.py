"""The record's JSON read again, strictly: what is wrong is told by its path."""

import json
import math
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any, Literal

import msgspec

from ropa.kernel.ids import Language
from ropa.kernel.problem import Code, Problem, Where
from ropa.render.json import VERSION
from ropa.reports.article30.model import Article30
from ropa.reports.cell import Cell

Path = tuple[str | int, ...]

_CELL = frozenset(Cell.__struct_fields__)
_DEPTH = 20
"""How deep values may lie in each other; those of a record lie nine deep."""
_PLACE = re.compile(r" - at `\$(.*)`\Z")
_MISSING = re.compile(r"\AObject missing required field `(\w+)`")


class _File(msgspec.Struct, frozen=True, kw_only=True):
    report: Literal["article30"]
    version: int
    language: Language
    as_of: datetime | None
    position: int
    root: str
    paper: Article30


def read_json(text: str) -> Article30:
    """Read the record again from its JSON.

    Where a cell states something, the gap that stood there before is over: so that to fill in what
    was missing takes one edit and not two.

    Raises:
        Problem: `malformed-json` where it is none; `file-unreadable` where it is no record of
            processing activities; `unknown-field`, `missing-field` or `malformed-value`, with the
            path, where the record is not whole or holds something else.
    """
    try:
        tree = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        where = Where(line=error.lineno, column=error.colno)
        raise Problem(Code.MALFORMED_JSON, "From here on, this is no JSON.", where=where) from None
    except (RecursionError, ValueError):  # too deep, or a number of thousands of digits
        raise Problem(Code.MALFORMED_JSON, "This is no JSON that can be read.") from None
    if not isinstance(tree, dict) or tree.get("report") != "article30":
        raise Problem(
            Code.FILE_UNREADABLE,
            "This is not the record of processing activities.",
            advice="Export it anew: ropa report article30 -f json.",
        )
    if tree.get("version") != VERSION:
        raise _wrong(Code.MALFORMED_VALUE, f"The form is not the version {VERSION}.", ("version",))
    _require_sound(tree, ())
    try:
        found = msgspec.convert(tree, _File)
    except msgspec.ValidationError as error:
        raise _misfit(str(error)) from None
    _require_same(tree, msgspec.to_builtins(found), ())
    return found.paper


class _Doubled(dict[str, Any]):
    """An object in which a name stands twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        return _Doubled(found)
    if found.keys() == _CELL and found["value"] not in (None, [], ""):
        found["gap"] = None
    return found


def _require_sound(value: Any, path: Path) -> None:
    """Refuse what not every reader of JSON reads alike (RFC 8259, sections 4, 6 and 8.2)."""
    what = None
    match value:
        case _Doubled():
            what = "A field stands here twice."
        case float() if not math.isfinite(value):
            what = "The value is no number of JSON."
        case str() if any("\ud800" <= sign <= "\udfff" for sign in value):
            what = "Half a character stands in the text."
        case dict() | list() if len(path) > _DEPTH:
            what = "Values lie deeper in each other here than those of a record do."
    if what:
        raise _wrong(Code.MALFORMED_VALUE, what, path)
    for part, inner in _parts(value):
        _require_sound(inner, (*path, part))


def _require_same(given: Any, read: Any, path: Path) -> None:
    """Refuse fields that were not read, and those that only got what stands for nothing."""
    if isinstance(given, dict) and isinstance(read, dict):
        if given.keys() - read.keys():
            advice = f"There are: {', '.join(read)}."
            raise _wrong(Code.UNKNOWN_FIELD, "The record has no such field here.", path, advice)
        for name in read:
            if name not in given:
                raise _missing((*path, name))
            _require_same(given[name], read[name], (*path, name))
    elif isinstance(given, list):
        for number, (inner, known) in enumerate(zip(given, read, strict=True)):
            _require_same(inner, known, (*path, number))


def _parts(value: Any) -> Iterator[tuple[str | int, Any]]:
    match value:
        case dict():
            yield from value.items()
        case list():
            yield from enumerate(value)


def _misfit(message: str) -> Problem:
    """Give the problem of a value that has no place in the record.

    Of the library's message nothing is told but the path: names of fields, and numbers.
    """
    place = _PLACE.search(message)
    path = tuple(re.findall(r"\w+", place[1])) if place else ()
    if missing := _MISSING.search(message):
        return _missing((*path, missing[1]))
    return _wrong(Code.MALFORMED_VALUE, "The value is not of the kind that belongs here.", path)


def _missing(path: Path) -> Problem:
    advice = "Give each field of the export, with null where there is nothing."
    return _wrong(Code.MISSING_FIELD, "The field is required.", path, advice)


def _wrong(code: Code, detail: str, path: Path, advice: str = "") -> Problem:
    """Give the problem of a place, which is told as far as its names are ours."""
    told: list[str] = []
    for part in map(str, path):
        if not (part.isdecimal() or part in _names()):
            break
        told.append(part)
    return Problem(code, detail, advice=advice, where=Where(field=".".join(told) or None))


@cache
def _names() -> frozenset[str]:
    """Give the names of all fields that a record has."""
    _, parts = msgspec.json.schema_components([_File])
    return frozenset(name for part in parts.values() for name in part.get("properties", ()))
