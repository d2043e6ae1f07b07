"""PDF: a document as one file to hand out, to print and to keep (PDF/A-3a and PDF/UA-1).

What is said goes to typst as data, never as markup; the templates only say how it looks. Fonts are
those that typst carries, and the date is the paper's own: so the same paper gives the same bytes on
any machine.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from ropa.render.document import (
    Cell,
    Columns,
    Document,
    Facts,
    Figures,
    Flow,
    Happening,
    Letter,
    Table,
    cited,
    shortened,
)
from ropa.render.look import OURS, Look
from ropa.render.signs import MISSING, printable, set_out
from ropa.render.svg import draw
from ropa.render.typesetting import typeset
from ropa.render.words import Words

_SVG = "http://www.w3.org/2000/svg"
"""What a picture has to say of itself in a file of its own, unlike in a page."""
_NAMES = {"id", "link"}
"""What is not shown."""
_FEW = 3
_LINE = 90
"""About how many characters a line across the page holds."""
_LABELLED = 60
"""The same where a label stands before it."""
_WHOLE = 24
"""What takes at most so many lines is not parted by the end of a page."""


@dataclass(frozen=True, slots=True)
class Attached:
    """The machine-readable form that a paper carries in itself.

    Attributes:
        name: The name of the file.
        text: What is in it.
    """

    name: str
    text: str


def write_pdf(document: Document, attached: Attached, moment: datetime, look: Look = OURS) -> bytes:
    """Set a document as a PDF; the same document, attachment and moment give the same bytes.

    Args:
        document: What to set.
        attached: The same paper for machines.
        moment: When the paper was made: the date of the file.
        look: The templates.

    Raises:
        Problem: `template-broken` where a company's own templates cannot be used.
    """
    found = cited(document)
    paper = _data(document) | {
        "name": ": ".join(filter(None, (document.title, document.subtitle))),
        "events": None,  # they stand with what is cited
        "cited": [
            {
                "position": position,
                "what": set_out(document.events.get(position, "")),
                "sections": set_out(" · ".join(one.title for one in sections)),
            }
            for position, sections in found.items()
        ],
    }
    return _compiled("document.typ", paper, attached, moment, Words(document.language), look)


def write_letter_pdf(
    letter: Letter, attached: Attached, moment: datetime, look: Look = OURS
) -> bytes:
    """Set a letter as a PDF, as `write_pdf` does a document."""
    paper = _data(letter) | {"name": letter.subject, "author": letter.sender[0], "bound": ""}
    return _compiled("letter.typ", paper, attached, moment, Words(letter.language), look)


def _compiled(
    template: str,
    paper: dict[str, Any],
    attached: Attached,
    moment: datetime,
    words: Words,
    look: Look,
) -> bytes:
    paper |= {
        "name": printable(paper["name"]),
        "author": printable(paper["author"]),
        "attachment": attached.name,
        "about": words("words/attachment"),
        "at": words("words/at-page", page="{page}"),
        "notes": [words("words/attached", name=attached.name)],
    }
    text = json.dumps(paper, ensure_ascii=False)
    if MISSING in text:
        paper["notes"].append(words("words/missing-signs", sign=MISSING))
        text = json.dumps(paper, ensure_ascii=False)
    data = {"paper.json": text.encode(), "attached": attached.text.encode()}
    return typeset(template, data, look, moment)


def _data(found: Any) -> Any:
    """Give a part of a document as the templates read it, each text safe to set."""
    match found:
        case Enum():
            return found.value
        case str():
            return set_out(found)
        case tuple():
            return [_data(one) for one in found]
        case Cell():
            return {
                "lines": [set_out(line) for line in found.lines],
                "references": _references(found.evidence),
                "mark": found.mark.value,
                "link": found.link,
            }
        case Facts():
            return {"kind": found.kind, "rows": _labelled(found.rows), "close": found.close}
        case Figures():
            items = [{"cell": _data(cell), "label": _data(label)} for cell, label in found.items]
            return {"kind": found.kind, "items": items}
        case Table():
            return _fields(found) | {"rows": _rows(found)}
        case Columns() | Flow():
            return {
                "title": set_out(found.title),
                "description": printable(found.description),
                "svg": str(draw(found, printable)).replace("<svg", f'<svg xmlns="{_SVG}"', 1),
            }
        case Happening():
            return _fields(found) | {
                "particulars": _labelled(found.particulars),
                "whole": sum(_lines(cell, _LABELLED) for _, cell in found.particulars) <= _WHOLE,
            }
        case _ if is_dataclass(found):
            return _fields(found)
        case _:
            return found


def _fields(found: Any) -> dict[str, Any]:
    kind = {"kind": found.kind} if hasattr(found, "kind") else {}
    values = {one.name: getattr(found, one.name) for one in fields(found)}
    return kind | {
        name: value if name in _NAMES else _data(value) for name, value in values.items()
    }


def _labelled(rows: Iterable[tuple[str, Cell]]) -> list[dict[str, Any]]:
    return [
        {"label": _data(label), "cell": _data(cell), "whole": _lines(cell, _LABELLED) <= _WHOLE}
        for label, cell in rows
    ]


def _rows(table: Table) -> list[dict[str, Any]]:
    widths = [max(1, _LINE * width // sum(table.widths)) for width in table.widths]
    return [
        {
            "cells": _data(row),
            "whole": max(map(_lines, row, widths)) <= _WHOLE,
        }
        for row in table.rows
    ]


def _lines(cell: Cell, width: int) -> int:
    """Give about how many lines a cell takes."""
    return sum(1 + len(part) // width for line in cell.lines for part in line.split("\n"))


def _references(evidence: tuple[int, ...]) -> str:
    """Give the events behind a cell; each number stays whole at the end of a line."""
    if len(evidence) > _FEW:
        return shortened(evidence).replace(" ", "\N{NO-BREAK SPACE}")
    return " ".join(f"#{position}" for position in evidence)
