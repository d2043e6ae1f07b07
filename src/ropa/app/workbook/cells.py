"""What single cells of a workbook say, each read as the kind of value that it has to be."""

from datetime import date, datetime
from enum import StrEnum

from ropa.app.workbook.grid import Line
from ropa.app.workbook.words import FLAG_OF, code_of, country_of, is_gap, normal
from ropa.kernel.problem import Code, Problem, Where


def name_in(line: Line, column: str) -> str:
    """Give a name, which must be there."""
    name = text_in(line, column)
    if name is None:
        raise required(line.at(column))
    return name


def text_in(line: Line, column: str) -> str | None:
    """Give what a cell says as text; None for an empty one and for a gap."""
    match line.cells.get(column):
        case None:
            return None
        case str() as text:
            return None if is_gap(text) else text
        case bool() as answer:
            return "true" if answer else "false"
        case int() as number:
            return str(number)
        case float() as number:
            return str(int(number)) if number.is_integer() else str(number)
        case datetime() | date() as day:
            return day.isoformat()[:10]
        case _:
            raise wrong(Code.MALFORMED_VALUE, "The value is not text.", line.at(column))


def local_in(line: Line, stem: str) -> dict[str, str] | None:
    """Give a text in the languages in which it is there."""
    both = {key: text_in(line, f"{stem}_{key}") for key in ("sv", "en")}
    return {key: text for key, text in both.items() if text is not None} or None


def flag_in(line: Line, column: str) -> bool | None:
    """Give a yes or no."""
    found = text_in(line, column)
    if found is None:
        return None
    answer = FLAG_OF.get(normal(found))
    if answer is None:
        raise wrong(Code.MALFORMED_VALUE, "The value is neither yes nor no.", line.at(column))
    return answer


def number_in(line: Line, column: str) -> int | None:
    """Give a whole number."""
    found = text_in(line, column)
    if found is None:
        return None
    if not found.isdecimal() or len(found) > 9:  # noqa: PLR2004 - more digits than anything has
        raise wrong(Code.MALFORMED_VALUE, "The value is not a whole number.", line.at(column))
    return int(found)


def day_in(line: Line, column: str) -> str | None:
    """Give a day by its ISO 8601 form."""
    found = text_in(line, column)
    if found is None:
        return None
    try:
        return date.fromisoformat(found).isoformat()
    except ValueError:
        raise wrong(
            Code.MALFORMED_VALUE, "The value is not a date (YYYY-MM-DD).", line.at(column)
        ) from None


def code_in(line: Line, column: str, kind: type[StrEnum]) -> str | None:
    """Give a published code, by itself or by its word in either language."""
    found = text_in(line, column)
    if found is None:
        return None
    code = code_of(kind).get(normal(found))
    if code is None:
        raise wrong(
            Code.MALFORMED_VALUE,
            "The value is not one of the published ones.",
            line.at(column),
            f"There are: {', '.join(kind)}; or what papers in Swedish or English call them.",
        )
    return code


def country_in(line: Line) -> str | None:
    """Give a country by its code of two letters."""
    found = text_in(line, "country")
    if found is None:
        return None
    code = country_of().get(normal(found))
    if code is None:
        raise wrong(
            Code.MALFORMED_VALUE,
            "The value is not a country.",
            line.at("country"),
            "Give its name in Swedish or English, or its code of two letters (ISO 3166-1).",
        )
    return code


def required(place: str) -> Problem:
    """Give the problem that a cell is empty."""
    return wrong(Code.MISSING_FIELD, "The cell is empty, and must not be.", place)


def wrong(code: Code, detail: str, place: str, advice: str = "") -> Problem:
    """Give the problem of a cell, by its address."""
    return Problem(code, detail, advice=advice, where=Where(field=place))
