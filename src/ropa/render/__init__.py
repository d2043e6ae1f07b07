"""A document's form: papers in text, HTML and JSON, in the words of each language."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from ropa.kernel.ids import Language
from ropa.render.document import Document
from ropa.render.html import write_html
from ropa.render.json import write_findings, write_json
from ropa.render.outlines import OUTLINES
from ropa.render.outlines.findings import FindingInWords, findings, in_words
from ropa.render.text import write_text
from ropa.render.words import Words
from ropa.reports.findings import Finding

__all__ = [
    "FORMATS",
    "FindingInWords",
    "Format",
    "Words",
    "finding_in_words",
    "outline",
    "render",
    "render_findings",
]


class Format(StrEnum):
    """A form in which a paper can be had."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"


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
"""The forms that a paper can be had in."""


def render(model: Any, fmt: Format, language: Language) -> str:
    """Give a paper in a form and a language; the same model gives the same text each time."""
    return FORMATS[fmt](model, language)


def finding_in_words(finding: Finding, language: Language) -> FindingInWords:
    """Give what a rule found in the words of a language."""
    return in_words(finding, Words(language))


def render_findings(found: Sequence[Finding], fmt: Format, language: Language) -> str:
    """Give all that the rules found in a form and a language."""
    match fmt:
        case Format.TEXT:
            return write_text(findings(found, Words(language)))
        case Format.HTML:
            return write_html(findings(found, Words(language)))
        case Format.JSON:
            items = [{"finding": one, "words": finding_in_words(one, language)} for one in found]
            return write_findings(items, language)
