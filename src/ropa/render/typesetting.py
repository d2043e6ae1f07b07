"""Typst: a template and its data set as PDF, with what a company's own template does wrong."""

import re
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

import typst

from ropa.kernel.problem import Problem, Where
from ropa.render.look import FOLDER, OURS, TEMPLATES, Look, broken

_FONT = "unknown font family"
_PLACE = re.compile(r"┌─ (?:[^\n]*[/\\])?([^/\\\n]+):(\d+):(\d+)\n")
_WHY = (
    (
        "PDF/.* missing alt text",
        "A picture has no description, which PDF/UA-1 demands.",
        'Give it one: image("logo.svg", alt: "…").',
    ),
    (
        "PDF/",
        "What it makes cannot stand in a file that is PDF/A-3a and PDF/UA-1.",
        "Let headings skip no level, and set a title, as ropa's own template does.",
    ),
    (
        "file not found|path .* escape",
        "It asks for a file that is not there.",
        "Put the file into the folder; others are not read.",
    ),
    (
        "unknown variable|unresolved import|dictionary does not contain|module .* does not contain",
        "It names something that is not there.",
        "Compare it with ropa's own template by this name.",
    ),
    (
        _FONT,
        "It asks for a typeface that there is not.",
        "PDFs have Libertinus Serif, New Computer Modern and DejaVu Sans Mono.",
    ),
    (
        "failed to (parse|decode|load)|unknown image format",
        "A picture cannot be read.",
        "Save it anew as SVG, PNG or JPEG, with nothing in it that lies elsewhere.",
    ),
    (
        "expected .*, found",
        "A value is of another kind than it has to be.",
        'Colours are written as rgb("#1d4f63"), lengths as 9mm.',
    ),
    (
        "expected|unclosed|unexpected|the character",
        "It is not written as typst has it.",
        "Mend it there.",
    ),
)
"""What is told of typst's messages, by how they begin; never their own words, which may hold what
stands in the paper."""


def typeset(template: str, data: Mapping[str, bytes], look: Look, moment: datetime) -> bytes:
    """Set a template with its data as a PDF; it reads no file but those that it is given.

    Args:
        template: The name of the template.
        data: What it reads beside the templates and pictures, by name.
        look: The templates and pictures.
        moment: The date of the file.

    Raises:
        Problem: `template-broken` where a company's own templates cannot be used.
    """
    templates = {name: look.file(name) for name in TEMPLATES if name.endswith(".typ")}
    sources: Any = {**dict(look.own), **templates, **data, "main.typ": look.file(template)}
    try:
        pdf, warnings = typst.compile_with_warnings(
            sources,
            # What is given in memory goes before; the rest of the folder is ours as well.
            root=str(files("ropa.render") / FOLDER),
            format="pdf",
            pdf_standards=["a-3a", "ua-1"],
            ignore_system_fonts=True,
            font_paths=[],
            timestamp=int(moment.timestamp()),
        )
    except typst.TypstError as error:
        if look == OURS:
            raise
        raise _broken(error, template, look) from None
    for warning in warnings:
        if look != OURS and warning.message.startswith(_FONT):
            raise _broken(warning, template, look)
    assert isinstance(pdf, bytes)  # noqa: S101 - one file is asked for
    return pdf


def _broken(told: typst.TypstError | typst.TypstWarning, template: str, look: Look) -> Problem:
    detail, advice = next(
        (why for shape, *why in _WHY if re.match(shape, told.message)),
        ("What it does fails.", "Compare it with ropa's own template by this name."),
    )
    return broken(f"The template cannot be used. {detail}", advice, _where(told, template, look))


def _where(told: typst.TypstError | typst.TypstWarning, template: str, look: Look) -> Where:
    found = _PLACE.search(told.diagnostic)
    if found is None:
        return look.place(template, None)
    name = template if found[1] == "main.typ" else found[1]
    # Typst counts columns from 0.
    return look.place(name, int(found[2]), int(found[3]) + 1)
