"""The scribe of a record, who knows what its recipients are called and who changed what."""

from collections.abc import Iterator

from ropa.domain.controller.events import ContactPoint
from ropa.kernel.ids import RecipientId, Role
from ropa.render.document import Cell
from ropa.render.outlines import values
from ropa.render.outlines.scribe import Scribe
from ropa.render.words import Words
from ropa.reports.article30.model import Activity, Controller, Recipient, Reviewed
from ropa.views.register import Change


class RecordScribe(Scribe):
    """The scribe of a record."""

    def __init__(self, words: Words, recipients: tuple[Recipient, ...]) -> None:
        """Begin a record with these recipients."""
        super().__init__(words)
        self._names = {found.recipient: self._name(found) for found in recipients}

    def _name(self, found: Recipient) -> str:
        kind = self.words.local(found.category.value) if found.category.value else None
        names = [name for name in (found.name.value, kind) if name]
        if len(names) > 1:
            return self.words("words/bracket", one=names[0], other=names[1])
        return names[0] if names else found.recipient

    def recipient(self, recipient: RecipientId) -> str:
        """Give what a recipient is called."""
        return self._names.get(recipient, recipient)

    def point(self, point: ContactPoint) -> str:
        """Give how a function is reached."""
        return values.contact_point(point)

    def change(self, change: Change) -> str:
        """Give who changed an entry, when and why."""
        words = self.words
        self.event(change.position, change.type, change.occurred_at, change.recorded_at)
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
        self.event(review.position, review.type, review.occurred_at, review.recorded_at)
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

    def entry(self, found: Controller | Activity | Recipient) -> Iterator[tuple[str, Cell]]:
        """Give what every entry ends with: its last change, and how many events it has had."""
        yield "last_change", self.state(found.last_change, self.change, gap="other")
        yield "changes", self.state(found.changes, self._events, gap="other")

    def _events(self, count: int) -> str:
        return self.words.count("event", count)
