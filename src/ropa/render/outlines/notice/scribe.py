"""The scribe of a notice, and how a notice speaks of what it names."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from ropa.render.document import Block, Bullets, Cell, Mark, Paragraph, cells_of
from ropa.render.outlines.scribe import Scribe, said
from ropa.render.words import Words
from ropa.reports import cell as model
from ropa.reports.notice.model import Notice, NoticeRecipient

T = TypeVar("T")

_TOGETHER = 1800
"""How many signs a section may have that is kept on one page: about half of one."""


class NoticeScribe(Scribe):
    """The scribe of a notice: it leaves the events out, which say nothing to its readers."""

    def __init__(self, words: Words, paper: Notice) -> None:
        """Begin a notice."""
        super().__init__(words)
        self.titles = {
            one.activity: words.local(one.title.value) if one.title.value else one.activity
            for one in paper.activities
        }
        self.recipients = {one.recipient: recipient(words, one) for one in paper.recipients}

    def state(
        self,
        cell: model.Cell[T],
        say: Callable[[T], str | Iterable[str]],
        *,
        gap: str,
        nothing: str = "words/none",
    ) -> Cell:
        """Give a statement in words, without its evidence.

        Where the register gives a reason for a gap, the reason is what the reader is to know.
        """
        if cell.gap is not None and cell.gap.reason is not None:
            return said(self.words.local(cell.gap.reason))
        return replace(super().state(cell, say, gap=gap, nothing=nothing), evidence=())

    def listed(self, cell: Cell) -> Cell:
        """Give the lines of a statement as one sentence's list."""
        if cell.mark is not Mark.PLAIN or len(cell.lines) == 1:
            return cell
        first, *rest = cell.lines
        return said(self.words.listed((first, *map(lowered, rest))))


def lowered(text: str) -> str:
    """Give a text as it stands inside a sentence; what begins with capitals keeps them."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def recipient(words: Words, found: NoticeRecipient) -> str:
    """Give what a recipient is called: its name where there is one, and what kind it is."""
    kind = words.local(found.category.value) if found.category.value else None
    names = [name for name in (found.name.value, kind) if name]
    if len(names) > 1:
        return words("words/bracket", one=names[0], other=names[1])
    return names[0] if names else found.recipient


def block_of(cell: Cell) -> Block:
    """Give a statement as a paragraph, or as a list where it has several lines."""
    if len(cell.lines) == 1 or cell.mark is not Mark.PLAIN:
        return Paragraph(cell)
    return Bullets(tuple(Cell((line,)) for line in cell.lines))


def is_short(blocks: Iterable[Block]) -> bool:
    """Tell whether blocks surely fit on a page, so that they may be kept together."""
    cells = (cell for block in blocks for cell in cells_of(block))
    return sum(max(60, len(line)) for cell in cells for line in cell.lines) <= _TOGETHER
