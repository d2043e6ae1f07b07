"""The register's papers in a bundle: as the register makes them, and made again out of entries."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from ropa.app.bundle.layout import AFTER, BEFORE, DIFFERENCE
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import Language
from ropa.kernel.opening import NotPermitted
from ropa.render import Format, render
from ropa.reports import difference
from ropa.reports.article30 import build as article30
from ropa.reports.cell import BEGINNING, Point
from ropa.reports.sources import Sources
from ropa.tables import Memory
from ropa.views.disclosures import DISCLOSURES
from ropa.views.register import REGISTER

_VIEWS = (REGISTER, DISCLOSURES)
"""The views that these papers are made from."""

_FORMS = (Format.HTML, Format.JSON)


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


def stated(text: bytes) -> Stated | None:
    """Read what a paper in JSON says of itself; nothing where it is no such paper."""
    try:
        return msgspec.json.decode(text, type=Stated)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def path(name: str, form: Format = Format.JSON) -> str:
    """Give the path of a paper."""
    return f"register/{name}.{form}"


def before(sources: Sources) -> dict[str, bytes]:
    """Give the register before the range, in each form by path, out of sources as of then."""
    return _written(BEFORE, article30.build, sources)


def after(sources: Sources) -> dict[str, bytes]:
    """Give the register at the end of the range and what differs, out of sources as of then."""
    return {
        **_written(AFTER, article30.build, sources),
        **_written(DIFFERENCE, difference.build, sources),
    }


def made_again(
    events: Iterable[Recorded[Any]], root: str, told: Mapping[str, Stated]
) -> dict[str, bytes]:
    """Give all the papers of a range that begins with the first event of the log, by path.

    Args:
        events: The events, in order, to the end of the range.
        root: The root over them, in base64.
        told: By name, what the papers say of themselves; no more than how they were made is taken.
    """
    entries: list[Recorded[Any]] = []
    end = BEGINNING

    def read() -> Iterator[Recorded[Any]]:
        nonlocal end
        for recorded in events:
            if type(recorded.data) in REGISTER.reads:
                entries.append(recorded)
            end = Point(position=recorded.position, moment=recorded.recorded_at, root=root)
            yield recorded

    nothing, rows = Memory.fold(_VIEWS, ()), Memory.fold(_VIEWS, read())
    start = _sources(nothing, BEGINNING, (), told[BEFORE])
    there, between = (_sources(rows, end, entries, told[name]) for name in (AFTER, DIFFERENCE))
    return {
        **_written(BEFORE, article30.build, start),
        **_written(AFTER, article30.build, there),
        **_written(DIFFERENCE, difference.build, between),
    }


def _sources(rows: Memory, point: Point, entries: Sequence[Recorded[Any]], told: Stated) -> Sources:
    return Sources(
        rows=rows,
        as_of=point,
        printed_at=told.paper.head.printed_at,
        language=told.language,
        zone=UTC,
        register_events=lambda: tuple(entries),
        events=lambda _subject: (),
        at=lambda position: next(one for one in entries if one.position == position),
        open=lambda _recorded, _activity: NotPermitted(),
        since=BEGINNING,
    )


def _written(name: str, build: Callable[[Sources], Any], sources: Sources) -> dict[str, bytes]:
    model = build(sources)
    return {path(name, form): render(model, form, sources.language).encode() for form in _FORMS}
