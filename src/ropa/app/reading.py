"""Reading: a register opened without its keys, as an auditor does."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from ropa.app.calendar import swedish_calendar
from ropa.app.files import Files
from ropa.app.ids import new_id
from ropa.app.moment import PRESENT, Moment, end_of_day, point_of, position_of
from ropa.app.opening import Closed, Opening
from ropa.app.proving import Proving
from ropa.app.settings import Settings, read_settings
from ropa.catalogue import decode
from ropa.kernel.clock import Clock
from ropa.kernel.deadline import Calendar
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import Language, RequestId
from ropa.kernel.problem import Code, Problem
from ropa.kernel.progress import Progress, silent
from ropa.kernel.view import Rows
from ropa.log import Head, Log, LogSource, Row
from ropa.reports.entry import expect_activity
from ropa.reports.letters.build import build as build_letter
from ropa.reports.letters.model import Letter, LetterKind
from ropa.reports.registry import REPORTS
from ropa.reports.sources import Sources
from ropa.tables import Difference, Memory, Tables
from ropa.views.registry import VIEWS

_REMEMBERED = 512
_ENTRY_NOUNS = ("activity", "controller", "notice", "recipient", "staff")
"""The nouns that are entries of the register; few, and read whole."""


def present() -> datetime:
    """Give the present moment: the one place where the machine's clock comes in."""
    return datetime.now(UTC)  # noqa: TID251 - the clock port's own adapter


@dataclass(frozen=True, slots=True)
class Parts:
    """What of a register is open without its keys."""

    files: Files
    settings: Settings
    log: Log
    tables: Tables
    clock: Clock


@contextmanager
def opened(directory: str | Path, clock: Clock, progress: Progress) -> Iterator[Parts]:
    """Open settings, log and tables of a register, and close them in the end.

    Raises:
        Problem: `not-a-register`, `settings-unreadable`, or what is wrong with the log.
    """
    files = Files(Path(directory))
    settings = read_settings(files.root)
    with (
        Log.open(files.log, settings.register) as log,
        Tables.open(
            files.views,
            VIEWS,
            log_id=settings.register,
            source=LogSource(files.log),
            decode=decode,
            progress=progress,
        ) as tables,
    ):
        yield Parts(files, settings, log, tables, clock)


class Reading:
    """A register opened without its vault, which need not be there: its past can be asked for.

    Every box answers `NotPermitted`: a person's report tells that something is held, and not what.
    The threads of one process may share it. A process that was forked opens its own.

    Attributes:
        settings: What `ropa.toml` says.
        files: Where its parts lie.
        proving: What proves the log, to ourselves and to outsiders.
    """

    def __init__(self, parts: Parts, closing: ExitStack) -> None:
        """Use `open`."""
        self.files = parts.files
        self.settings = parts.settings
        self._log = parts.log
        self._tables = parts.tables
        self._clock = parts.clock
        self._closing = closing
        self._followed: Head | None = None
        # What papers refer to again and again; nothing that was recorded changes.
        self._event = lru_cache(_REMEMBERED)(self.event)
        self.proving = Proving(parts.log, parts.files, parts.settings)

    @classmethod
    def open(
        cls, directory: str | Path, *, clock: Clock = present, progress: Progress = silent
    ) -> "Reading":
        """Open a register without its keys.

        Args:
            directory: Its folder.
            clock: Where the time comes from.
            progress: Is told how far a long folding of views is.

        Raises:
            Problem: `not-a-register`, `settings-unreadable`, or what is wrong with the log.
        """
        with ExitStack() as closing:
            parts = closing.enter_context(opened(directory, clock, progress))
            return Reading(parts, closing.pop_all())

    def close(self) -> None:
        """Close its files."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days are counted."""
        return self.settings.time_zone

    @property
    def calendar(self) -> Calendar:
        """How days are counted: the time zone, and Sweden's public holidays."""
        return swedish_calendar(self.zone)

    def now(self) -> datetime:
        """Give the present moment, in UTC."""
        return self._clock()

    @property
    def head(self) -> int:
        """The position of the last event."""
        return self._log.head().position

    def position(self, moment: Moment) -> int:
        """Give the last position that the register knew at a moment; 0 for none.

        Raises:
            Problem: `not-in-history` where the log has not come that far.
        """
        return position_of(moment, self._log, self.zone)

    def covering(self, position: int) -> int | None:
        """Give the size of the smallest checkpoint on file that covers a position, or None.

        Only the names of the files are looked at: `ropa log verify` verifies what is in them.
        """
        sizes = (int(file.stem) for file in self.files.signed())
        return next((size for size in sizes if size >= position), None)

    def is_person(self, person: str) -> bool:
        """Tell whether the register has a person by this id."""
        return self._log.version(f"person/{person}") > 0

    def versions(self, persons: Iterable[str]) -> dict[str, int]:
        """Give how many events the own history of each of some persons has."""
        with self._log.reading() as log:
            return {person: log.version(f"person/{person}") for person in persons}

    def events(self, *, after: int = 0, upto: int | None = None) -> Iterator[Recorded[Any]]:
        """Give the events after a position, in the order of the log."""
        return _decoded(self._log.events(after, upto))

    def event(self, position: int) -> Recorded[Any]:
        """Give one event.

        Raises:
            Problem: `not-found` where the log has no such position.
        """
        return _decoded_row(self._log.event(position))

    def rows(self, moment: Moment = PRESENT, *, progress: Progress = silent) -> Rows:
        """Give the rows of all views, at present or as they stood at a moment."""
        if moment.is_present:
            self._follow()
            return self._tables
        position = self.position(moment)
        return self._past(moment, position, None, progress)

    @contextmanager
    def asking(
        self,
        moment: Moment = PRESENT,
        *,
        language: Language | None = None,
        person: str | None = None,
        activity: str | None = None,
        since: Moment | None = None,
        progress: Progress = silent,
    ) -> Iterator[Sources]:
        """Give what a report, or anybody with a question, reads: all as of one position.

        Args:
            moment: The past moment that is asked of, or the present.
            language: The language of the answer; that of the settings where none is given.
            person: The one person who is asked for; of a past moment no other rows are made then.
            activity: The one activity that is asked for.
            since: The earlier moment, where two are compared.
            progress: Is told how far a long folding is.
        """
        with ExitStack() as reading:
            if moment.is_present:
                self._follow()
                live = reading.enter_context(self._tables.reading())
                rows: Rows = live
                position = live.position
            else:
                position = self.position(moment)
                rows = self._past(moment, position, person, progress)
            yield self._sources(moment, rows, position, language, person, activity, since)

    def make(
        self,
        report: str,
        *,
        moment: Moment = PRESENT,
        language: Language | None = None,
        person: str | None = None,
        activity: str | None = None,
        since: Moment | None = None,
        progress: Progress = silent,
    ) -> Any:
        """Make a report: its model, which `ropa.render` puts into a form.

        `asking` says what the arguments mean.

        Raises:
            Problem: `not-found` where there is no such report, `unknown-activity` where the
                register did not have that activity then.
        """
        found = REPORTS.get(report)
        if found is None:
            raise Problem(
                Code.NOT_FOUND,
                "There is no report by this name.",
                advice=f"There are: {', '.join(sorted(REPORTS))}.",
            )
        with self.asking(
            moment,
            language=language,
            person=person,
            activity=activity,
            since=since,
            progress=progress,
        ) as sources:
            if activity is not None:
                expect_activity(sources.rows, activity)
            return found.build(sources)

    def letter(
        self, request: RequestId, kind: LetterKind, *, language: Language | None = None
    ) -> Letter:
        """Make a letter about a request: its model, which `ropa.render` puts into a form.

        Without keys it names and addresses nobody.

        Args:
            request: The request.
            kind: What the letter tells.
            language: Its language; that of the settings where none is given.

        Raises:
            Problem: `unknown-request`, or that what the letter tells is not recorded.
        """
        with self.asking(language=language) as sources:
            return build_letter(sources, request, kind)

    def check_views(self, *, progress: Progress = silent) -> Iterator[Difference]:
        """Rebuild all views from nothing, and give each row that differs from the live ones."""
        self._tables.follow()
        return self._tables.check(progress=progress)

    def _opening(self) -> Opening | Closed:
        """Give what opens the boxes of one answer."""
        return Closed()

    def _follow(self) -> None:
        """Fold what is new into the tables; they open the log anew, so only if there is any."""
        head = self._log.head()
        if head != self._followed:
            self._tables.follow()
            self._followed = head

    def _past(
        self, moment: Moment, position: int, person: str | None, progress: Progress
    ) -> Memory:
        events = self._about(person, position) if person else self._counted(position, progress)
        return Memory.fold(VIEWS, self._valid(events, moment))

    def _counted(self, position: int, progress: Progress) -> Iterator[Recorded[Any]]:
        for recorded in self.events(upto=position):
            progress(recorded.position, position)
            yield recorded

    def _sources(
        self,
        moment: Moment,
        rows: Rows,
        position: int,
        language: Language | None,
        person: str | None,
        activity: str | None,
        since: Moment | None,
    ) -> Sources:
        opening = self._opening()
        now = self._clock()
        read: dict[int, Recorded[Any]] = {}

        def events(subject: str) -> Sequence[Recorded[Any]]:
            found = tuple(self._valid(_decoded(self._log.subject(subject, position)), moment))
            opening.expect(recorded.position for recorded in found if recorded.sealed)
            read.update((recorded.position, recorded) for recorded in found)
            return found

        def at(asked: int) -> Recorded[Any]:
            return read.get(asked) or self._event(asked)

        return Sources(
            rows=rows,
            as_of=point_of(moment, position, self._log, self.zone, now),
            printed_at=now,
            language=language or self.settings.language,
            calendar=self.calendar,
            register_events=lambda: tuple(self._valid(self._entries(position), moment)),
            events=events,
            at=at,
            open=opening,
            person=person,
            activity=activity,
            document=new_id().replace("-", ""),
            since=None
            if since is None
            else point_of(since, self.position(since), self._log, self.zone, now),
        )

    def _entries(self, position: int) -> Iterator[Recorded[Any]]:
        """Give the events of the register's own entries, in the order of the log."""
        found = [
            recorded
            for noun in _ENTRY_NOUNS
            for recorded in _decoded(self._log.streams(noun, position))
        ]
        return iter(sorted(found, key=lambda recorded: recorded.position))

    def _about(self, person: str, position: int) -> Iterator[Recorded[Any]]:
        """Give the entries' events and those of a person, and of whom the records were merged."""
        found = {recorded.position: recorded for recorded in self._entries(position)}
        persons, todo = {person}, [person]
        while todo:
            for recorded in _decoded(self._log.subject(todo.pop(), position)):
                found[recorded.position] = recorded
                other = getattr(recorded.data, "other", None)
                if other is not None and other not in persons:
                    persons.add(other)
                    todo.append(other)
        return iter([found[place] for place in sorted(found)])

    def _valid(self, events: Iterator[Recorded[Any]], moment: Moment) -> Iterator[Recorded[Any]]:
        if moment.valid_at is None:
            return events
        end = end_of_day(moment.valid_at, self.zone)
        return (recorded for recorded in events if recorded.occurred_at <= end)


def _decoded_row(row: Row) -> Recorded[Any]:
    return decode(row.type, row.state)


def _decoded(rows: Iterator[Row]) -> Iterator[Recorded[Any]]:
    return map(_decoded_row, rows)
