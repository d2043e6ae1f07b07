"""Plain text: a document for a terminal, a mail or a file, without colour."""

from io import StringIO

from rich import box
from rich.cells import cell_len
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
    Letter,
    Mark,
    Paragraph,
    Section,
    Table,
    Timeline,
    clean,
    shortened,
)

WIDTH = 96
LETTER_WIDTH = 72
_LABEL = 30
_INDENT = 2
_GAP = 2
_NARROW = 8
_RULES = ("=", "-", "")
_SIGNS = {Mark.GAP: "! "}


def write_text(document: Document, *, width: int = WIDTH) -> str:
    """Set a document as plain text in lines of at most so many columns."""
    paper = StringIO()
    console = _console(paper, width)
    for part in _head(document):
        console.print(part)
    for section in document.sections:
        _section(console, section, 1)
    if document.events:
        _evidence(console, document)
    if document.binding:
        _binding(console, document)
    return _lines(paper)


def write_letter_text(letter: Letter, *, width: int = LETTER_WIDTH) -> str:
    """Set a letter as plain text in lines of at most so many columns, as for a mail."""
    paper = StringIO()
    console = _console(paper, width)
    facts = (Text.assemble(label, ": ", _plain(what)) for label, what in letter.facts)
    for lines in (map(_plain, letter.sender), map(_plain, letter.addressee), facts):
        if found := list(lines):
            console.print(*found, "", sep="\n")
    console.print(_heading(letter.subject, 1))
    console.print()
    console.print(_plain(letter.greeting))
    for passage in letter.passages:
        if passage.title:
            console.print()
            console.print(_heading(passage.title, 2))
        for block in passage.blocks:
            console.print()
            console.print(_block(block, width))
    for part in (letter.closing, "\n".join(letter.signature), letter.footer):
        console.print()
        console.print(_plain(part))
    return _lines(paper)


def _console(paper: StringIO, width: int) -> Console:
    return Console(
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


def _lines(paper: StringIO) -> str:
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
        console.print(_block(block, console.width))
    for inner in section.sections:
        _section(console, inner, level + 1)


def _evidence(console: Console, document: Document) -> None:
    rows = tuple((f"#{position}", Cell((what,))) for position, what in document.events.items())
    lead = Paragraph(Cell((document.evidence_lead,)))
    section = Section(id="evidence", title=document.evidence_title, blocks=(lead, Facts(rows)))
    _section(console, section, 1)


def _binding(console: Console, document: Document) -> None:
    rows = tuple((label, Cell((what,))) for label, what in document.binding)
    console.print("\n")
    console.print(Text(_RULES[1] * console.width))
    console.print(_facts(Facts(rows)))
    console.print()
    console.print(_plain(document.binding_lead))


def _block(block: Block, width: int) -> RenderableType:
    match block:
        case Paragraph():
            return _cell(block.cell)
        case Bullets():
            return _bullets(block.items)
        case Facts():
            return _facts(block)
        case Table():
            return _table(block, width)
        case Callout():
            return _callout(block)
        case Figures():
            return _facts(Facts(tuple((label, figure) for figure, label in block.items)))
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


def _table(table: Table, width: int) -> RenderableType:
    heads = [_plain(head) for head in table.head]
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    room = width - _GAP * (len(heads) - 1)
    widths = _widths([heads, *rows], room)
    tall = any(
        _longest(text.plain.split("\n")) > wide or "\n" in text.plain
        for row in rows
        for text, wide in zip(row, widths, strict=True)
    )
    grid = Grid(
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
        leading=int(tall),  # where rows take several lines, an empty one keeps them apart
    )
    for head, wide in zip(heads, widths, strict=True):
        grid.add_column(head, width=wide, overflow="fold")
    for row in rows:
        grid.add_row(*row)
    caption = table.caption or (table.picture.title if table.picture else "")
    return Group(_plain(caption), "", grid) if caption else grid


def _widths(rows: list[list[Text]], room: int) -> list[int]:
    """Divide the room among columns: first to each its longest word, then the rest.

    The width hints of a table are for pages; in a terminal it is whole words that matter.
    """
    columns = list(zip(*rows, strict=True))
    natural = [max(_longest(text.plain.split("\n")) for text in column) for column in columns]
    if sum(natural) <= room:
        return natural
    words = [max(_longest(text.plain.split()) for text in column) for column in columns]
    widest = max(_NARROW, room // len(columns))
    least = words if sum(words) <= room else [min(word, widest) for word in words]
    widths, spare = list(least), max(0, room - sum(least))
    wants = sorted((natural[n] - least[n], n) for n in range(len(columns)))
    for done, (want, column) in enumerate(wants):  # who wants little gets it whole
        given = min(want, spare // (len(wants) - done))
        widths[column] += given
        spare -= given
    return widths


def _longest(texts: list[str]) -> int:
    return max((cell_len(text) for text in texts), default=0)


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
