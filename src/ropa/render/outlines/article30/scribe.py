"""The scribe of a record, who knows what its recipients are called and who changed what."""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from ropa.domain.controller.events import ContactPoint
from ropa.kernel.ids import RecipientId, Role
from ropa.render.document import Cell, Mark, Paragraph
from ropa.render.outlines import values
from ropa.render.outlines.scribe import Scribe
from ropa.render.words import Words
from ropa.reports import cell as model
from ropa.reports.article30.model import Activity, Controller, Recipient, Reviewed
from ropa.views.register import Change

T = TypeVar("T")


class RecordScribe(Scribe):
    """The scribe of a record."""

    def __init__(self, words: Words, recipients: tuple[Recipient, ...]) -> None:
        """Begin a record with these recipients."""
        super().__init__(words)
        self._known = {found.recipient: found for found in recipients}
        self._names = {found.recipient: self._name(found) for found in recipients}

    def aside(self) -> "RecordScribe":
        """Give a scribe of the same record that counts no gaps: for what is told twice."""
        other = copy(self)
        other.gaps = []
        return other

    def _name(self, found: Recipient) -> str:
        kind = self.words.local(found.category.value) if found.category.value else None
        names = [name for name in (found.name.value, kind) if name]
        if len(names) > 1:
            return self.words("words/bracket", one=names[0], other=names[1])
        return names[0] if names else found.recipient

    def recipient(self, recipient: RecipientId) -> str:
        """Give what a recipient is called."""
        return self._names.get(recipient, recipient)

    def short(
        self,
        cell: model.Cell[T],
        say: Callable[[T], str | Iterable[str]],
        *,
        gap: str,
        nothing: str = "words/none",
    ) -> Cell:
        """Give a statement whose label or head says already what a gap in it would be."""
        found, missing = self.state(cell, say, gap=gap, nothing=nothing), cell.gap
        if missing is None:
            return found
        line = self.words("sheets/gap")
        if missing.article is not None:
            article = self.words.article(missing.article)
            line = self.words("sheets/gap-article", article=article)
        return replace(found, lines=(line, *found.lines[1:]))

    def brief(self, recipient: RecipientId) -> str:
        """Give what a recipient is called where there is little room: its name alone, if any."""
        found = self._known.get(recipient)
        return (found and found.name.value) or self.recipient(recipient)

    def known(self, recipient: RecipientId) -> Recipient | None:
        """Give what the register declares of a recipient."""
        return self._known.get(recipient)

    def point(self, point: ContactPoint) -> str:
        """Give how a function is reached."""
        return values.contact_point(point)

    def change(self, change: Change) -> str:
        """Give who changed an entry, when and why."""
        words = self.words
        parts = {
            "event": words.event(change.type),
            "moment": words.moment(change.occurred_at),
            "actor": change.actor,
            "source": change.source,
        }
        if change.reason is None:
            return words("article30/changed-without-reason", **parts)
        return words("article30/changed-by", reason=change.reason, **parts)

    def review(self, found: Reviewed) -> Iterator[str]:
        """Give when an officer went through an entry, which version of it, and what came of it."""
        words, review = self.words, found.review
        yield words(
            f"article30/review-{found.outcome}",
            version=str(found.version),
            day=words.date_of(review.occurred_at),
            role=words.label(Role.OFFICER),
        )
        if review.reason is not None:
            yield review.reason
        if found.changed is not None:
            yield words("article30/changed-since", event=f"#{found.changed}")

    def entry(
        self, found: Controller | Activity | Recipient, name: str | None = None
    ) -> Iterator[Paragraph]:
        """Give what every entry ends with: how many events it has had, and its last change."""
        words, change = self.words, found.last_change.value
        if change is None:
            return
        events = words.count("event", found.changes.value or 0)
        line = words("article30/entry", events=events, change=self.change(change))
        if name is not None:
            line = words("article30/entry-named", name=name, entry=line)
        evidence = tuple(sorted({*found.last_change.evidence, *found.changes.evidence}))
        yield Paragraph(Cell((line,), evidence, Mark.QUIET))

    def shared(self, members: Iterable[StrEnum]) -> str:
        """Give what members of enumerations are called, all of them in one line."""
        return " · ".join(self.labels(members))
