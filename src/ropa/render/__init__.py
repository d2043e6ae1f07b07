"""A document's form: papers as text, HTML, PDF, JSON, JSON-LD, CSV and XLSX, in each language."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from ropa.kernel.ids import Language
from ropa.kernel.problem import Code, Problem
from ropa.render.books import BOOKS, book
from ropa.render.csv import write_csv
from ropa.render.document import Document
from ropa.render.html import write_html, write_letter_html
from ropa.render.json import write_findings, write_json
from ropa.render.jsonld import write_jsonld
from ropa.render.look import OURS, Look
from ropa.render.markdown import write_markdown
from ropa.render.outlines import OUTLINES
from ropa.render.outlines.findings import FindingInWords, findings, in_words
from ropa.render.outlines.letters import letter as letter_outline
from ropa.render.outlines.values import anything
from ropa.render.pdf import Attached, write_letter_pdf, write_pdf
from ropa.render.sarif import write_sarif
from ropa.render.sheets import SHEETS, sheet
from ropa.render.text import write_letter_text, write_text
from ropa.render.tilt import write_tilt
from ropa.render.words import Words
from ropa.render.xlsx import write_xlsx
from ropa.reports.article30.model import Article30
from ropa.reports.findings import Finding
from ropa.reports.letters.model import Letter
from ropa.reports.notice.model import Notice

__all__ = [
    "BINARY",
    "FORMATS",
    "FURTHER",
    "FindingInWords",
    "Format",
    "Words",
    "finding_in_words",
    "formats",
    "in_line",
    "outline",
    "render",
    "render_bytes",
    "render_findings",
    "render_findings_sarif",
    "render_letter",
    "render_letter_bytes",
]


class Format(StrEnum):
    """A form in which a paper can be had."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"
    CSV = "csv"
    """Only of papers that are rows: see `formats`."""
    JSONLD = "jsonld"
    """Only of the record of processing activities; both languages stand in one file."""
    PDF = "pdf"
    XLSX = "xlsx"
    """Only of papers that are sheets: see `formats`."""
    MARKDOWN = "markdown"
    """Only of papers for the web: see `formats`."""
    TILT = "tilt"
    """Transparency information as JSON; only of the privacy notice."""


def outline(model: Any, language: Language) -> Document:
    """Put a paper's model into the words of a language, whatever form it is to have."""
    return OUTLINES[type(model)](model, Words(language))


FORMATS: Mapping[Format, Callable[[Any, Language, Look], str]] = MappingProxyType(
    {
        Format.TEXT: lambda model, language, _: write_text(outline(model, language)),
        Format.HTML: lambda model, language, look: write_html(outline(model, language), look),
        Format.JSON: lambda model, language, _: write_json(model, language),
    }
)
"""The texts that every paper can be had as."""

FURTHER: Mapping[type, Mapping[Format, Callable[[Any, Language, Look], str]]] = MappingProxyType(
    {
        Notice: {
            Format.MARKDOWN: lambda model, language, _: write_markdown(outline(model, language)),
            Format.TILT: lambda model, language, _: write_tilt(model, language),
        }
    }
)
"""The texts that only some papers can be had as, by the class of the model."""


def _pdf(model: Any, language: Language, look: Look) -> bytes:
    attached = _attached(model, language)
    return write_pdf(outline(model, language), attached, model.head.printed_at, look)


def _attached(model: Any, language: Language) -> Attached:
    return Attached(f"{model.head.report}.json", write_json(model, language))


BINARY: Mapping[Format, Callable[[Any, Language, Look], bytes]] = MappingProxyType(
    {
        Format.PDF: _pdf,
        Format.XLSX: lambda model, language, _: write_xlsx(
            book(model, language), model.head, language
        ),
    }
)
"""The forms that are no text."""


def formats(model: type) -> tuple[Format, ...]:
    """Give the forms in which a paper can be had, by the class of its model."""
    csv = (Format.CSV,) if model in SHEETS else ()
    jsonld = (Format.JSONLD,) if model is Article30 else ()
    xlsx = (Format.XLSX,) if model in BOOKS else ()
    return (*FORMATS, Format.PDF, *csv, *jsonld, *xlsx, *FURTHER.get(model, ()))


def render_bytes(model: Any, fmt: Format, language: Language, look: Look = OURS) -> bytes:
    """Give a paper in any form as the bytes of a file; the same model gives the same bytes.

    Raises:
        Problem: `usage` where the paper cannot be had in the form; `template-broken` where a
            company's own templates cannot be used.
    """
    if fmt in BINARY and fmt in formats(type(model)):
        return BINARY[fmt](model, language, look)
    return render(model, fmt, language, look).encode()


def render(model: Any, fmt: Format, language: Language, look: Look = OURS) -> str:
    """Give a paper as text and in a language; the same model gives the same text each time.

    Raises:
        Problem: `usage` where the paper cannot be had in the form, or not as text;
            `template-broken` where a company's own templates cannot be used.
    """
    offered = formats(type(model))
    if fmt not in offered or fmt in BINARY:
        raise _unavailable(fmt, offered)
    if fmt is Format.CSV:
        return write_csv(sheet(model, language))
    if fmt is Format.JSONLD:
        return write_jsonld(model)
    return {**FORMATS, **FURTHER.get(type(model), {})}[fmt](model, language, look)


def _unavailable(fmt: Format, offered: Iterable[Format]) -> Problem:
    return Problem(
        Code.USAGE,
        f"This cannot be had as {fmt}.",
        advice=f"It can be had as: {', '.join(offered)}.",
    ).at(field="--format")


def render_letter_bytes(model: Letter, fmt: Format, language: Language, look: Look = OURS) -> bytes:
    """Give a letter in any form as the bytes of a file; the same model gives the same bytes.

    Raises:
        Problem: `template-broken` where a company's own templates cannot be used.
    """
    if fmt is not Format.PDF:
        return render_letter(model, fmt, language, look).encode()
    written, attached = letter_outline(model, Words(language)), _attached(model, language)
    return write_letter_pdf(written, attached, model.head.printed_at, look)


def render_letter(model: Letter, fmt: Format, language: Language, look: Look = OURS) -> str:
    """Give a letter in a form and a language; the same model gives the same text each time."""
    match fmt:
        case Format.TEXT:
            return write_letter_text(letter_outline(model, Words(language)))
        case Format.HTML:
            return write_letter_html(letter_outline(model, Words(language)), look)
        case Format.JSON:
            return write_json(model, language)
        case _:
            raise _unavailable(fmt, FORMATS)


def in_line(field: str, value: Any, language: Language) -> str | None:
    """Give a field's value in the words of a language, in one line; None where there is none."""
    return "; ".join(anything(Words(language), field, value)) or None


def finding_in_words(finding: Finding, language: Language) -> FindingInWords:
    """Give what a rule found in the words of a language."""
    return in_words(finding, Words(language))


def render_findings(
    found: Sequence[Finding], fmt: Format, language: Language, look: Look = OURS
) -> str:
    """Give all that the rules found in a form and a language.

    Raises:
        Problem: `usage` where it cannot be had in the form; `template-broken` where a company's
            own templates cannot be used.
    """
    match fmt:
        case Format.TEXT:
            return write_text(findings(found, Words(language)))
        case Format.HTML:
            return write_html(findings(found, Words(language)), look)
        case Format.JSON:
            items = [{"finding": one, "words": finding_in_words(one, language)} for one in found]
            return write_findings(items, language)
        case _:
            raise _unavailable(fmt, FORMATS)


def render_findings_sarif(found: Sequence[Finding], language: Language) -> str:
    """Give all that the rules found as SARIF 2.1.0."""
    return write_sarif(found, Words(language))
