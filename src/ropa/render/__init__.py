"""A document's form: papers in text, HTML, JSON and CSV, in the words of each language."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from ropa.kernel.ids import Language
from ropa.kernel.problem import Code, Problem
from ropa.render.csv import write_csv
from ropa.render.document import Document
from ropa.render.html import write_html, write_letter_html
from ropa.render.json import write_findings, write_json
from ropa.render.outlines import OUTLINES
from ropa.render.outlines.findings import FindingInWords, findings, in_words
from ropa.render.outlines.letters import letter as letter_outline
from ropa.render.sheets import SHEETS, sheet
from ropa.render.text import write_letter_text, write_text
from ropa.render.words import Words
from ropa.reports.findings import Finding
from ropa.reports.letters.model import Letter

__all__ = [
    "FORMATS",
    "FindingInWords",
    "Format",
    "Words",
    "finding_in_words",
    "formats",
    "outline",
    "render",
    "render_findings",
    "render_letter",
]


class Format(StrEnum):
    """A form in which a paper can be had."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"
    CSV = "csv"
    """Only of papers that are rows: see `formats`."""


def outline(model: Any, language: Language) -> Document:
    """Put a paper's model into the words of a language, whatever form it is to have."""
    return OUTLINES[type(model)](model, Words(language))


FORMATS: Mapping[Format, Callable[[Any, Language], str]] = MappingProxyType(
    {
        Format.TEXT: lambda model, language: write_text(outline(model, language)),
        Format.HTML: lambda model, language: write_html(outline(model, language)),
        Format.JSON: write_json,
    }
)
"""The forms that every paper can be had in."""


def formats(model: type) -> tuple[Format, ...]:
    """Give the forms in which a paper can be had, by the class of its model."""
    return (*FORMATS, Format.CSV) if model in SHEETS else tuple(FORMATS)


def render(model: Any, fmt: Format, language: Language) -> str:
    """Give a paper in a form and a language; the same model gives the same text each time.

    Raises:
        Problem: `usage` where the paper cannot be had in the form.
    """
    offered = formats(type(model))
    if fmt not in offered:
        raise _unavailable(fmt, offered)
    if fmt is Format.CSV:
        return write_csv(sheet(model, language))
    return FORMATS[fmt](model, language)


def _unavailable(fmt: Format, offered: Iterable[Format]) -> Problem:
    return Problem(
        Code.USAGE,
        f"This cannot be had as {fmt}.",
        advice=f"It can be had as: {', '.join(offered)}.",
    ).at(field="--format")


def render_letter(model: Letter, fmt: Format, language: Language) -> str:
    """Give a letter in a form and a language; the same model gives the same text each time."""
    match fmt:
        case Format.TEXT:
            return write_letter_text(letter_outline(model, Words(language)))
        case Format.HTML:
            return write_letter_html(letter_outline(model, Words(language)))
        case Format.JSON:
            return write_json(model, language)
        case Format.CSV:
            raise _unavailable(fmt, FORMATS)


def finding_in_words(finding: Finding, language: Language) -> FindingInWords:
    """Give what a rule found in the words of a language."""
    return in_words(finding, Words(language))


def render_findings(found: Sequence[Finding], fmt: Format, language: Language) -> str:
    """Give all that the rules found in a form and a language.

    Raises:
        Problem: `usage` where it cannot be had in the form.
    """
    match fmt:
        case Format.TEXT:
            return write_text(findings(found, Words(language)))
        case Format.HTML:
            return write_html(findings(found, Words(language)))
        case Format.JSON:
            items = [{"finding": one, "words": finding_in_words(one, language)} for one in found]
            return write_findings(items, language)
        case Format.CSV:
            raise _unavailable(fmt, FORMATS)
