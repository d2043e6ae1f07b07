"""Plain text: a document for a terminal, a mail or a file, without colour."""

from io import StringIO

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

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
    shortened,
)

WIDTH = 96
_LABEL = 30
_INDENT = 2
_RULES = ("=", "-", "")
_SIGNS = {Mark.GAP: "! "}


def write_text(document: Document, *, width: int = WIDTH) -> str:
    """Set a document as plain text in lines of at most so many columns."""
    paper = StringIO()
    console = Console(
        file=paper,
        width=width,
        color_system=None,
        force_terminal=False,
        force_jupyter=False,
        emoji=False,
        markup=False,
        highlight=False,
        legacy_windows=False,
        safe_box=False,
        _environ={},  # what a terminal is set to must not change a document
    )
    for part in _head(document):
        console.print(part)
    for section in document.sections:
        _section(console, section, 1)
    lines = [line.rstrip() for line in paper.getvalue().split("\n")]
    return "\n".join(lines).rstrip("\n") + "\n"


def _plain(text: str) -> Text:
    return Text(clean(text), overflow="fold")


def _heading(title: str, level: int) -> RenderableType:
    rule = _RULES[min(level, len(_RULES) - 1)]
    text = _plain(title)
    return Group(text, Text(rule * min(text.cell_len, WIDTH))) if rule else text


def _head(document: Document) -> list[RenderableType]:
    parts = [_heading(document.title, 0)]
    if document.subtitle:
        parts += ["", _plain(document.subtitle)]
    if document.facts:
        rows = tuple((label, Cell((what,))) for label, what in document.facts)
        parts += ["", _facts(Facts(rows))]
    return parts


def _section(console: Console, section: Section, level: int) -> None:
    console.print("\n" if level == 1 else "")
    console.print(_heading(section.title, level))
    for block in section.blocks:
        console.print()
        console.print(_block(block))
    for inner in section.sections:
        _section(console, inner, level + 1)


def _block(block: Block) -> RenderableType:
    match block:
        case Paragraph():
            return _cell(block.cell)
        case Bullets():
            return _bullets(block.items)
        case Facts():
            return _facts(block)
        case Table():
            return _table(block)
        case Callout():
            return _callout(block)
        case Figures():
            return _facts(Facts(tuple((label, Cell((what,))) for what, label in block.items)))
        case Timeline():
            return _timeline(block)


def _cell(cell: Cell) -> Text:
    references = f" [{shortened(cell.evidence)}]" if cell.evidence else ""
    return _plain(_SIGNS.get(cell.mark, "") + "\n".join(cell.lines) + references)


def _grid() -> Grid:
    return Grid.grid(padding=(0, 2, 0, 0))


def _bullets(items: tuple[Cell, ...]) -> RenderableType:
    grid = Grid.grid(padding=(0, 1, 0, 0))
    for item in items:
        grid.add_row("-", _cell(item))
    return grid


def _facts(facts: Facts) -> RenderableType:
    grid = _grid()
    longest = max((_plain(label).cell_len for label, _ in facts.rows), default=0)
    grid.add_column(width=min(longest, _LABEL))
    grid.add_column()
    for label, cell in facts.rows:
        grid.add_row(_plain(label), _cell(cell))
    return grid


def _table(table: Table) -> RenderableType:
    grid = Grid(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False, expand=True)
    for head, width in zip(table.head, table.widths, strict=True):
        grid.add_column(_plain(head), ratio=width, overflow="fold")
    for row in table.rows:
        grid.add_row(*(_cell(cell) for cell in row))
    return Group(_plain(table.caption), "", grid) if table.caption else grid


def _callout(callout: Callout) -> RenderableType:
    body = Group(*(_cell(item) for item in callout.items))
    return Group(
        _plain(_SIGNS.get(callout.mark, "") + callout.title), Padding(body, (0, 0, 0, _INDENT))
    )


def _timeline(timeline: Timeline) -> RenderableType:
    parts: list[RenderableType] = []
    for entry in timeline.entries:
        what = _plain(f"{entry.when}  ").append_text(_cell(entry.what))
        parts.append(what)
        if entry.particulars:
            parts.append(Padding(_facts(Facts(entry.particulars)), (0, 0, 0, _INDENT * 2)))
    return Group(*parts)
