"""The register's papers in a bundle: made from events, by who writes it and by who checks it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

import msgspec

from ropa.app.bundle.layout import AFTER, BEFORE, DIFFERENCE
from ropa.domain.person.events import Disclosed
from ropa.kernel.deadline import Calendar
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import Language
from ropa.kernel.opening import NotPermitted
from ropa.render import Format, render
from ropa.reports import difference
from ropa.reports.article30 import build as article30
from ropa.reports.cell import BEGINNING, Point
from ropa.reports.registry import REPORTS
from ropa.reports.sources import Sources
from ropa.tables import Memory
from ropa.views.disclosures import DISCLOSURES, pair
from ropa.views.register import REGISTER

_VIEWS = (REGISTER, DISCLOSURES)
"""The views that these papers are made from."""

_FORMS = (Format.HTML, Format.JSON)


class Printed(NamedTuple):
    """When a paper was made, and in which language: all that is not told by the log."""

    at: datetime
    language: Language


class _Head(msgspec.Struct):
    printed_at: datetime


class _Paper(msgspec.Struct):
    head: _Head


class Stated(msgspec.Struct):
    """What a paper in JSON says of itself: where in the log it was read, and how it was made."""

    position: int
    root: str
    language: Language
    paper: _Paper

    @property
    def printed(self) -> Printed:
        """When it was made, and in which language."""
        return Printed(self.paper.head.printed_at, self.language)


def stated(text: bytes) -> Stated | None:
    """Read what a paper in JSON says of itself; nothing where it is no such paper."""
    try:
        return msgspec.json.decode(text, type=Stated)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def path(name: str, form: Format = Format.JSON) -> str:
    """Give the path of a paper."""
    return f"register/{name}.{form}"


def made(
    before: Iterable[Recorded[Any]],
    after: Iterable[Recorded[Any]],
    roots: tuple[str, str],
    printed: Mapping[str, Printed],
) -> dict[str, bytes]:
    """Make the register before a range and at its end, and what differs: each form by its path.

    They are those that `Reading.make` gives as of these positions; but only what they are made from
    is kept in memory.

    Args:
        before: The events before the range, in order; they are read once.
        after: All to its end, likewise.
        roots: The roots over both, in base64.
        printed: How each paper is to be printed, by name.
    """
    start, end = (_read(events, root) for events, root in zip((before, after), roots, strict=True))
    return {
        **_written(BEFORE, article30.NAME, start.sources(printed[BEFORE])),
        **_written(AFTER, article30.NAME, end.sources(printed[AFTER])),
        **_written(DIFFERENCE, difference.NAME, end.sources(printed[DIFFERENCE], start.point)),
    }


class _Read(NamedTuple):
    """What was read of the log up to a place in it.

    Attributes:
        rows: The rows of the views.
        point: The place.
        entries: The events of the register's entries.
        ends: Of each pair of recipient and activity, the first disclosure and the last.
    """

    rows: Memory
    point: Point
    entries: Sequence[Recorded[Any]]
    ends: Mapping[str, tuple[Recorded[Any], Recorded[Any]]]

    def sources(self, printed: Printed, since: Point | None = None) -> Sources:
        known = {one.position: one for one in (*self.entries, *chain(*self.ends.values()))}
        return Sources(
            rows=self.rows,
            as_of=self.point,
            printed_at=printed.at,
            language=printed.language,
            calendar=Calendar(),
            register_events=lambda: self.entries,
            events=lambda _subject: (),
            at=lambda position: known[position],
            open=lambda _recorded, _activity: NotPermitted(),
            since=since,
        )


def _read(events: Iterable[Recorded[Any]], root: str) -> _Read:
    entries: list[Recorded[Any]] = []
    ends: dict[str, tuple[Recorded[Any], Recorded[Any]]] = {}
    last: Recorded[Any] | None = None

    def seen() -> Iterator[Recorded[Any]]:
        nonlocal last
        for last in events:
            if type(last.data) in REGISTER.reads:
                entries.append(last)
            elif isinstance(last.data, Disclosed):
                both = pair(last.data.recipient, last.data.activity)
                ends[both] = (ends.get(both, (last,))[0], last)
            yield last

    rows = Memory.fold(_VIEWS, seen())
    if last is None:
        return _Read(rows, BEGINNING, entries, ends)
    point = Point(position=last.position, moment=last.recorded_at, root=root)
    return _Read(rows, point, entries, ends)


def _written(name: str, report: str, sources: Sources) -> dict[str, bytes]:
    model = REPORTS[report].build(sources)
    return {path(name, form): render(model, form, sources.language).encode() for form in _FORMS}
