"""The scribe of an access report, who knows what the activities are called."""

from collections.abc import Iterable

from ropa.kernel.ids import ActivityId
from ropa.kernel.opening import Damaged, Erased, NotPermitted, Restricted
from ropa.render.document import Cell, Mark, Table
from ropa.render.outlines import values
from ropa.render.outlines.scribe import Scribe
from ropa.render.words import Words
from ropa.reports.access.model import Access, Masked, Plain, Shown
from ropa.reports.cell import Cell as Statement

_ONCE = {"from", "for", "kept-for"}
"""The columns that are left out where all rows say the same."""


class AccessScribe(Scribe):
    """The scribe of an access report."""

    def __init__(self, words: Words, paper: Access) -> None:
        """Begin the report of a person."""
        super().__init__(words)
        self._titles = {
            share.activity: words.local(share.title.value)
            for share in paper.shares
            if share.title.value is not None
        }

    def title(self, activity: ActivityId) -> str:
        """Give what an activity is called."""
        return self._titles.get(activity, activity)

    def titles(self, activities: Iterable[ActivityId]) -> tuple[str, ...]:
        """Give what activities are called."""
        return tuple(self.title(activity) for activity in activities)

    def shown(self, cell: Statement[Shown]) -> Cell:
        """Give a value, or the reason why it cannot be read."""
        words, evidence = self.words, cell.evidence
        match cell.value:
            case Plain(value=value):
                return Cell(values.personal(words, value), cell.evidence)
            case Masked():
                line = words("shown/masked")
            case Erased(position=int(position)):
                evidence = tuple(sorted({*evidence, position}))
                line = values.withheld(words, cell.value)
            case Erased() | NotPermitted() | Restricted() | Damaged():
                line = values.withheld(words, cell.value)
            case _:
                return self.state(cell, str, gap="value")
        return Cell((line,), evidence, Mark.CLOSED)

    def rows(self, caption: str, widths: dict[str, int], rows: Iterable[dict[str, Cell]]) -> Table:
        """Give a table; what each of its rows would repeat is said once, in its caption.

        Args:
            caption: The key of what the rows are.
            widths: The columns by name, and how wide they are.
            rows: The cells by column.
        """
        words, listed = self.words, list(rows)
        said_of, left = [words(caption)], dict(widths)
        for name in (one for one in widths if one in _ONCE):
            first = listed[0][name]
            if len(listed) > 1 and all(row[name] == first for row in listed):
                said_of.append(words(f"access/once/{name}", what=", ".join(first.lines)))
                del left[name]
        if len(said_of) > 1 and not said_of[0].endswith("."):
            said_of[0] += "."
        head = tuple(words(f"access/columns/{name}") for name in left)
        cells = tuple(tuple(row[name] for name in left) for row in listed)
        return Table(" ".join(said_of), head, cells, tuple(left.values()))
