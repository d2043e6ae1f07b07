"""A document in words: the blocks that every format knows how to set, and nothing of any law."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, assert_never

from ropa.kernel.ids import Language

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, which can steer a terminal
    "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"  # marks that reorder the text around them
    "\ud800-\udfff\ufffe\uffff]"  # what no encoding can hold
)


def clean(text: str) -> str:
    """Give a text with each character that could steer a terminal or page shown as `�`."""
    return _UNSEEN.sub("\ufffd", text.replace("\r\n", "\n"))


class Mark(StrEnum):
    """What kind of thing a cell says, which formats may show by its look as well."""

    PLAIN = "plain"
    GAP = "gap"
    """Something that ought to be there and is not."""
    CLOSED = "closed"
    """Something that is there and is not shown, or was there and is erased."""
    QUIET = "quiet"
    """Something that one need not read."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of text: one or more lines, with the positions in the log that it rests on.

    Attributes:
        lines: The text; each line is a paragraph or an item of its own.
        evidence: The positions of the events behind it, in ascending order.
        mark: What kind of thing it says.
        link: The id of the section that it leads to, where it leads to one.
        tells: Those positions whose events the cell, with its row, tells of itself, so that the
            list of evidence does not have to; no event is told of twice.
    """

    lines: tuple[str, ...]
    evidence: tuple[int, ...] = ()
    mark: Mark = Mark.PLAIN
    link: str | None = None
    tells: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    kind: ClassVar[str] = "paragraph"
    cell: Cell


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short items."""

    kind: ClassVar[str] = "bullets"
    items: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a label and what there is to say under it.

    Attributes:
        rows: The pairs.
        close: Whether two pairs stand side by side on a page: for what is short, and looked up
            rather than read.
    """

    kind: ClassVar[str] = "facts"
    rows: tuple[tuple[str, Cell], ...]
    close: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """A picture of figures over time: a column for each month, or what else stands side by side.

    Attributes:
        title: What it shows.
        description: The same in a sentence or two, for those who do not see it.
        series: What the figures of each column are, and how they are marked.
        columns: Under each label one figure for each of the series.
        stacked: Whether the series are parts of a whole and stand one on the other; else they
            stand side by side.
    """

    kind: ClassVar[str] = "columns"
    title: str
    description: str
    series: tuple[tuple[str, Mark], ...]
    columns: tuple[tuple[str, tuple[int, ...]], ...]
    stacked: bool = True

    def __post_init__(self) -> None:
        if any(len(figures) != len(self.series) for _, figures in self.columns):
            message = f"picture {self.title!r}: each column needs a figure for each of the series"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A place of a flow: what it is called, and the lines that stand in it."""

    label: str
    lines: tuple[str, ...] = ()
    mark: Mark = Mark.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A picture of what goes where: stages from left to right, each with its places.

    Attributes:
        title: What it shows.
        description: The same in a sentence or two, for those who do not see it.
        stages: The head of each stage, and its places from top to bottom.
        links: From where to where, each as the number of a stage and that of a place in it.
    """

    kind: ClassVar[str] = "flow"
    title: str
    description: str
    stages: tuple[tuple[str, tuple[Box, ...]], ...]
    links: tuple[tuple[tuple[int, int], tuple[int, int]], ...]


Picture = Columns | Flow
"""Figures that people would rather see than read.

It is part of the table that holds the same figures. A form that draws nothing shows the table
alone, and nothing is lost.
"""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under one head, which is repeated on every page.

    Attributes:
        caption: What the rows are.
        head: The heads of the columns.
        rows: The cells, as many in each row as there are heads.
        widths: How wide each column is in proportion to the others.
        picture: What stands before the rows in forms that draw pictures.
    """

    kind: ClassVar[str] = "table"
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    picture: Picture | None = None

    def __post_init__(self) -> None:
        wide = len(self.head)
        if len(self.widths) != wide or any(len(row) != wide for row in self.rows):
            message = f"table {self.caption!r}: rows and widths must fit its {wide} heads"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Callout:
    """Something that the reader must not miss, under a short heading."""

    kind: ClassVar[str] = "callout"
    title: str
    items: tuple[Cell, ...]
    mark: Mark = Mark.PLAIN


@dataclass(frozen=True, slots=True)
class Figures:
    """A few large figures, each with what it counts."""

    kind: ClassVar[str] = "figures"
    items: tuple[tuple[Cell, str], ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a timeline: when, what, and the particulars."""

    when: str
    what: Cell
    particulars: tuple[tuple[str, Cell], ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened, one after the other."""

    kind: ClassVar[str] = "timeline"
    entries: tuple[Happening, ...]


Block = Paragraph | Bullets | Facts | Table | Callout | Figures | Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with what stands under it.

    Attributes:
        id: What links lead to; unique in its document.
        title: The heading.
        blocks: What stands under it.
        sections: The sections inside it.
        new_page: Whether it begins a page when printed.
        together: Whether it stays on one page when printed; only for what is surely shorter.
    """

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple["Section", ...] = ()
    new_page: bool = False
    together: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole paper in the words of one language.

    Attributes:
        language: The language of all its words.
        title: What it is.
        subtitle: Whom or what it is about; may be empty.
        author: Whose it is: what the file says of itself.
        facts: Whose it is and as of when: a short line under the title.
        footer: What stands at the foot of each page.
        bound: Where in the log it was read, in a line: stands at the foot of each page too.
        binding: The same as labels and texts, which close the paper; empty for what is of no
            moment.
        binding_lead: What one does with them, in a sentence or two.
        page: The word for a page number, with `{page}` and `{pages}` in it.
        sections: Its parts.
        evidence_title: The heading of the list of evidence.
        evidence_lead: What the list of evidence is, in a sentence or two.
        events: What is known of each event that is referred to, by position.
    """

    language: Language
    title: str
    subtitle: str = ""
    author: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    footer: str = ""
    bound: str = ""
    binding: tuple[tuple[str, str], ...] = ()
    binding_lead: str = ""
    page: str = "{page}/{pages}"
    sections: tuple[Section, ...] = ()
    evidence_title: str = ""
    evidence_lead: str = ""
    events: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A part of a letter: paragraphs and lists, under a heading or none."""

    title: str = ""
    blocks: tuple[Paragraph | Bullets, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A whole letter in the words of one language; what is empty is left out without a trace.

    Attributes:
        language: The language of all its words.
        subject: What it is about, in a line.
        sender: Whose it is, line by line; the first is the name.
        addressee: To whom it goes, line by line.
        facts: Its date and references, each under a label.
        greeting: How it begins.
        passages: What it says.
        closing: How it ends.
        signature: In whose name, line by line; the first is the name.
        footer: What stands at the foot of each page, and at the end of the text.
        page: The word for a page number, with `{page}` and `{pages}` in it.
    """

    language: Language
    subject: str
    sender: tuple[str, ...]
    addressee: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    greeting: str
    passages: tuple[Passage, ...]
    closing: str
    signature: tuple[str, ...]
    footer: str
    page: str


_FEW = 3


def shortened(positions: tuple[int, ...]) -> str:
    """Give positions as references, many of them shortened: `#12, #13 … #98 (7)`."""
    if len(positions) <= _FEW:
        return ", ".join(f"#{position}" for position in positions)
    first, second, last = positions[0], positions[1], positions[-1]
    return f"#{first}, #{second} … #{last} ({len(positions)})"


def all_sections(sections: tuple[Section, ...]) -> Iterator[Section]:
    """Give the sections with those inside them, in reading order."""
    for section in sections:
        yield section
        yield from all_sections(section.sections)


def cells_of(block: Block) -> Iterator[Cell]:
    """Give the cells of a block, in reading order."""
    match block:
        case Paragraph():
            yield block.cell
        case Bullets() | Callout():
            yield from block.items
        case Facts():
            yield from (cell for _, cell in block.rows)
        case Table():
            for row in block.rows:
                yield from row
        case Timeline():
            for entry in block.entries:
                yield entry.what
                yield from (cell for _, cell in entry.particulars)
        case Figures():
            yield from (cell for cell, _ in block.items)
        case _:
            assert_never(block)


def cited(document: Document) -> dict[int, tuple[Section, ...]]:
    """Give the outermost sections that refer to each position of the log, by position.

    What the document tells of itself is left out: the reader finds it there.
    """
    found: dict[int, dict[str, Section]] = {}
    told: set[int] = set()
    for outermost in document.sections:
        for section in all_sections((outermost,)):
            for cell in (cell for block in section.blocks for cell in cells_of(block)):
                told.update(cell.tells)
                for position in cell.evidence:
                    found.setdefault(position, {})[outermost.id] = outermost
    return {place: tuple(found[place].values()) for place in sorted(found.keys() - told)}
