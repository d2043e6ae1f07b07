"""Markdown: a document as text for a web site's own tools (CommonMark, tables as GitHub has them).

Evidence is left out: Markdown is for papers that the public reads.
"""

import re
from collections.abc import Iterator

from ropa.render.document import (
    Block,
    Bullets,
    Callout,
    Cell,
    Document,
    Facts,
    Figures,
    Mark,
    Paragraph,
    Section,
    Table,
    Timeline,
    clean,
)

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&])|^([+=-])|(?<=^\d)([.)])|(?<=^\d\d)([.)])")
_DEEPEST = 6


def write_markdown(document: Document) -> str:
    """Set a document as Markdown, in which no text of the register is markup."""
    return "\n\n".join(_document(document)) + "\n"


def escaped(text: str) -> str:
    """Give a text on one line in which every sign stands for itself."""
    plain = " ".join(clean(text).split())
    return _SPECIAL.sub(r"\\\g<0>", plain)


def _document(document: Document) -> Iterator[str]:
    yield f"# {escaped(document.title)}"
    if document.subtitle:
        yield escaped(document.subtitle)
    yield from _pairs(document.facts)
    for section in document.sections:
        yield from _section(section, 2)
    if document.binding:
        yield "---"
        yield from _pairs(document.binding)
        yield escaped(document.binding_lead)


def _pairs(rows: tuple[tuple[str, str], ...]) -> Iterator[str]:
    if rows:
        yield _items(f"**{escaped(label)}:** {escaped(what)}" for label, what in rows)


def _items(items: Iterator[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _section(section: Section, level: int) -> Iterator[str]:
    yield f"{'#' * min(level, _DEEPEST)} {escaped(section.title)}"
    for block in section.blocks:
        yield from _block(block)
    for inner in section.sections:
        yield from _section(inner, level + 1)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield from _lines(block.cell)
        case Bullets():
            yield _items(_cell(item) for item in block.items)
        case Facts():
            yield from _facts(block.rows)
        case Table():
            yield from _table(block)
        case Callout():
            yield f"**{escaped(block.title)}**"
            yield _items(_cell(item) for item in block.items)
        case Figures():
            yield from _facts(tuple((label, cell) for cell, label in block.items))
        case Timeline():
            for entry in block.entries:
                yield f"**{escaped(entry.when)}** {_cell(entry.what)}"
                yield from _facts(entry.particulars)


def _facts(rows: tuple[tuple[str, Cell], ...]) -> Iterator[str]:
    for label, cell in rows:
        if len(cell.lines) == 1:
            yield f"**{escaped(label)}:** {_cell(cell)}"
        else:
            yield f"**{escaped(label)}:**"
            yield _items(map(escaped, cell.lines))


def _lines(cell: Cell) -> Iterator[str]:
    if cell.mark is Mark.GAP:
        yield _cell(cell)
    else:
        yield from map(escaped, cell.lines)


def _cell(cell: Cell) -> str:
    text = "<br>".join(map(escaped, cell.lines))
    # What ought to be there and is not must be seen, whatever a web site's style is.
    return f"**⚠ {text}**" if cell.mark is Mark.GAP else text


def _table(table: Table) -> Iterator[str]:
    if table.caption:
        yield escaped(table.caption)
    rows = [map(escaped, table.head), ["---"] * len(table.head)]
    rows += [map(_cell, row) for row in table.rows]
    yield "\n".join(f"| {' | '.join(row)} |" for row in rows)
