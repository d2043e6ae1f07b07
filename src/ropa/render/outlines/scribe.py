"""The scribe of one document: puts statements into cells, and keeps account of what it cites."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from ropa.domain.activity.events import Retention
from ropa.kernel.law import LocalText
from ropa.render.document import Cell, Document, Facts, Mark, Section, Table, cited
from ropa.render.outlines import values
from ropa.render.words import Words
from ropa.reports import cell as model
from ropa.reports.cell import Severity, Tally

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OpenGap:
    """A gap that was met: what is missing, where, and what it weighs."""

    what: str
    section: str
    severity: Severity


class Scribe:
    """Puts the statements of one model into the words of one language.

    Attributes:
        words: The words.
        section: The id of the section that is being written.
        gaps: The gaps met so far.
    """

    def __init__(self, words: Words) -> None:
        """Begin a document."""
        self.words = words
        self.section = ""
        self.gaps: list[OpenGap] = []

    def state(
        self,
        cell: model.Cell[T],
        say: Callable[[T], str | Iterable[str]],
        *,
        gap: str,
        nothing: str = "words/none",
    ) -> Cell:
        """Give a statement in words: its value, that there is none, or the gap.

        Args:
            cell: The statement.
            say: Gives the lines of its value.
            gap: What is missing where there is a gap: a key under `gaps`.
            nothing: The key of what is said where nothing is declared to be there.
        """
        if cell.gap is not None:
            return self._gap(cell.gap, gap, cell.evidence)
        if cell.value is None or cell.value == ():
            return Cell((self.words(nothing),), cell.evidence, Mark.QUIET)
        said = say(cell.value)
        return Cell((said,) if isinstance(said, str) else tuple(said), cell.evidence)

    def _gap(self, gap: model.Gap, key: str, evidence: tuple[int, ...]) -> Cell:
        words = self.words
        what = words(f"gaps/{key}")
        if gap.article is None:
            line = words("words/gap", what=what)
        else:
            line = words("words/gap-article", what=what, article=words.article(gap.article))
        self.gaps.append(OpenGap(line, self.section, gap.severity))
        if gap.reason is None:
            return Cell((line,), evidence, Mark.GAP)
        reason = words("words/gap-reason", reason=words.local(gap.reason))
        return Cell((line, reason), evidence, Mark.GAP)

    def text(self, cell: model.Cell[str], gap: str) -> Cell:
        """Give a statement that is a text already."""
        return self.state(cell, lambda text: text, gap=gap)

    def answer(self, cell: model.Cell[bool], gap: str) -> Cell:
        """Give a statement that is a yes or no."""
        return self.state(cell, lambda answer: self.words.yes_no(answer=answer), gap=gap)

    def labels(self, members: Iterable[StrEnum]) -> tuple[str, ...]:
        """Give what members of enumerations are called."""
        return tuple(self.words.label(member) for member in members)

    def retention(self, rule: Retention) -> tuple[str, ...]:
        """Give a retention rule."""
        return values.retention(self.words, rule)

    def locals(self, texts: Iterable[LocalText]) -> tuple[str, ...]:
        """Give texts of the register in this language."""
        return tuple(self.words.local(text) for text in texts)

    def tally(self, tally: Tally, count: str | None = None) -> Cell:
        """Give a count with when the first and the last of what it counts occurred."""
        words = self.words
        counted = words.count(count, tally.count) if count else words.number(tally.count)
        ends = [end for end in (tally.first, tally.last) if end is not None]
        evidence = tuple(sorted({*tally.evidence, *(end.position for end in ends)}))
        if not ends:
            return Cell((counted,), evidence)
        days = [words.date_of(end.occurred_at) for end in ends]
        if len(set(days)) == 1:
            return Cell((words("words/on-day", what=counted, day=days[0]),), evidence)
        between = words("words/period", **dict(zip(("from", "to"), days, strict=True)))
        return Cell((words("words/on-day", what=counted, day=between),), evidence)

    def _event(self, event: model.Cited) -> str:
        words = self.words
        moment, recorded = words.moment(event.occurred_at), words.moment(event.recorded_at)
        key = "event" if recorded == moment else "late"
        parts = {"event": words.event(event.type), "moment": moment, "recorded": recorded}
        return words(f"evidence/{key}", **parts)

    def table(
        self, caption: str, columns: str, widths: dict[str, int], rows: Iterable[tuple[Cell, ...]]
    ) -> Table:
        """Give a table whose heads stand in the catalogue under `columns`, by name and width."""
        head = tuple(self.words(f"{columns}/{name}") for name in widths)
        return Table(self.words(caption), head, tuple(rows), tuple(widths.values()))

    def facts(self, prefix: str, rows: Iterable[tuple[str, Cell]]) -> Facts:
        """Give pairs whose labels stand in the catalogue under `prefix`."""
        return Facts(tuple((self.words(f"{prefix}/{label}"), cell) for label, cell in rows))

    def moment(self, point: model.Point) -> str:
        """Give the moment that a place in the log stands for."""
        return self.words.moment(point.moment) if point.moment else self.words("words/beginning")

    def day(self, point: model.Point) -> str:
        """Give the day that a place in the log stands for."""
        return self.words.date_of(point.moment) if point.moment else self.words("words/beginning")

    def document(
        self,
        head: model.Head,
        sections: Iterable[Section],
        *,
        title: str,
        subtitle: str,
        facts: Iterable[tuple[str, str]] = (),
        binding: Iterable[tuple[str, str]] = (),
    ) -> Document:
        """Give the whole document, with the head and the foot that all papers have.

        Args:
            head: The head of the model.
            sections: The document's parts.
            title: What it is.
            subtitle: Whom or what it is about.
            facts: What else stands in its head.
            binding: What else it is bound to in the log.
        """
        words, point = self.words, head.as_of
        controller = head.controller.value or words("words/unknown-controller")
        position, valid_at = words.number(point.position), point.valid_at
        found = Document(
            language=words.language,
            title=title,
            subtitle=subtitle,
            author=controller,
            facts=(
                (words("about/controller"), controller),
                (words("about/as-of"), self.moment(point)),
                *([(words("about/valid-at"), words.date(valid_at))] if valid_at else ()),
                (words("about/position"), position),
                *facts,
                (words("about/printed"), words.moment(head.printed_at)),
                *([(words("about/document"), head.document)] if head.document else ()),
            ),
            footer=words("words/footer", controller=controller, day=self.day(point))
            if point.moment
            else controller,
            bound=words("words/bound", position=position, root=point.root),
            binding=(
                (words("about/position"), position),
                (words("about/root"), point.root),
                *binding,
            ),
            binding_lead=words("words/binding"),
            page=words("words/page", page="{page}", pages="{pages}"),
            sections=tuple(sections),
            evidence_title=words("evidence/title"),
            evidence_lead=words("evidence/lead"),
        )
        known = {event.position: event for event in head.events}
        events = {one: self._event(known[one]) for one in cited(found) if one in known}
        return replace(found, events=events)


def said(*lines: str, evidence: tuple[int, ...] = (), mark: Mark = Mark.PLAIN) -> Cell:
    """Give a cell of lines that are in words already."""
    return Cell(lines, evidence, mark)
