"""A document's form: papers in text, HTML and JSON, in the words of each language."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from ropa.kernel.ids import Language
from ropa.render.document import Document
from ropa.render.html import write_html
from ropa.render.json import write_json
from ropa.render.outlines import OUTLINES
from ropa.render.text import write_text
from ropa.render.words import Words

__all__ = ["FORMATS", "Format", "Words", "outline", "render"]


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
