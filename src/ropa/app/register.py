"""The register: the composition root, and its verbs."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from ropa.app.appending import Appending
from ropa.app.creating import create
from ropa.app.files import Files
from ropa.app.ids import new_id
from ropa.app.intake import read_event
from ropa.app.moment import PRESENT, Moment, end_of_day, position_of
from ropa.app.opening import Opening
from ropa.app.receipt import Receipt
from ropa.app.settings import Settings, read_settings
from ropa.app.sweeping import sweep
from ropa.catalogue import decode
from ropa.domain.person.events import ReportMade
from ropa.kernel.clock import Clock
from ropa.kernel.fact import Fact, Number, Recorded
from ropa.kernel.ids import Language
from ropa.kernel.problem import Code, Problem
from ropa.kernel.view import Rows
from ropa.log import Head, Log, LogSource, Row
from ropa.reports.cell import Head as PaperHead
from ropa.reports.cell import Point
from ropa.reports.registry import REPORTS
from ropa.reports.sources import Sources
from ropa.tables import Difference, Memory, Progress, Tables
from ropa.vault import Kind, Vault, account, root_key
from ropa.views.registry import VIEWS

ENTRY_NOUNS = ("activity", "controller", "notice", "recipient", "staff")
"""The nouns that are entries of the register; few, and read whole."""


def present() -> datetime:
    """Give the present moment: the one place where the machine's clock comes in."""
    return datetime.now(UTC)  # noqa: TID251 - the clock port's own adapter


def _silent(_done: int, _total: int, /) -> None:
    pass


class Register:
    """An open register: applications append to it, officers and auditors ask it.

    The threads of one process may share it. A process that was forked opens its own.

    Attributes:
        settings: What `ropa.toml` says.
        files: Where its parts lie.
    """

    def __init__(
        self, files: Files, settings: Settings, log: Log, vault: Vault, tables: Tables, clock: Clock
    ) -> None:
        """Use `open` or `create`."""
        self.files = files
        self.settings = settings
        self._log = log
        self._vault = vault
        self._tables = tables
        self._clock = clock
        self._appending = Appending(log, vault, clock)
        self._followed: Head | None = None

    create = staticmethod(create)

    @classmethod
    def open(
        cls,
        directory: str | Path,
        *,
        clock: Clock = present,
        environ: Mapping[str, str] = os.environ,
        progress: Progress = _silent,
    ) -> Self:
        """Open a register.

        Args:
            directory: Its folder.
            clock: Where the time comes from.
            environ: The environment, which may hold the root key in `ROPA_ROOT_KEY`.
            progress: Is told how far a long folding of views is.

        Raises:
            Problem: `not-a-register`, `settings-unreadable`, or what is wrong with log or vault.
        """
        files = Files(Path(directory))
        settings = read_settings(files.root)
        with ExitStack() as opened:
            log = opened.enter_context(Log.open(files.log, settings.register))
            root = root_key(files.vault, environ)
            vault = opened.enter_context(Vault.open(files.vault, settings.register, root))
            tables = opened.enter_context(
                Tables.open(
                    files.views,
                    VIEWS,
                    log_id=settings.register,
                    source=LogSource(files.log),
                    decode=decode,
                    progress=progress,
                )
            )
            register = cls(files, settings, log, vault, tables, clock)
            opened.pop_all()
            return register

    def close(self) -> None:
        """Close its files."""
        self._tables.close()
        self._vault.close()
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # Applications.

    def read_event(self, text: bytes) -> Fact[Any]:
        """Read one event as an application sends it: a CloudEvent in JSON.

        Raises:
            Problem: What is wrong with it, with the field.
        """
        return read_event(text, self.settings.sources)

    def append(self, facts: Sequence[Fact[Any]]) -> list[Receipt]:
        """Record facts: all of them, or none; see `Appending.append`."""
        return self._appending.append(facts)

    # Officers and auditors.

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days are counted."""
        return self.settings.time_zone

    def now(self) -> datetime:
        """Give the present moment, in UTC."""
        return self._clock()

    @property
    def head(self) -> int:
        """The position of the last event."""
        return self._log.head().position

    def find(self, number: Number) -> str | None:
        """Give the register's own id of the person whom an application knows by a number."""
        return next(iter(self._known(self._vault.find(Kind.NUMBER, account(number)))), None)

    def find_by(self, kind: Kind, value: str) -> tuple[str, ...]:
        """Give the ids of the persons who have, or had, an e-mail address or telephone number."""
        return tuple(self._known(self._vault.find(kind, value)))

    def _known(self, owners: frozenset[str]) -> Iterator[str]:
        # A crash between vault and log leaves a lookup that leads to nobody.
        return filter(self.is_person, sorted(owners))

    def is_person(self, person: str) -> bool:
        """Tell whether the register has a person by this id."""
        return self._log.version(f"person/{person}") > 0

    def events(self, *, after: int = 0, upto: int | None = None) -> Iterator[Recorded[Any]]:
        """Give the events after a position, in the order of the log."""
        return _decoded(self._log.events(after, upto))

    def rows(self, moment: Moment = PRESENT, *, progress: Progress = _silent) -> Rows:
        """Give the rows of all views, at present or as they stood at a moment."""
        if moment.is_present:
            self._follow()
            return self._tables
        position = position_of(moment, self._log, self.zone)
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
        progress: Progress = _silent,
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
        with ExitStack() as opened:
            if moment.is_present:
                self._follow()
                live = opened.enter_context(self._tables.reading())
                rows: Rows = live
                position = live.position
            else:
                position = position_of(moment, self._log, self.zone)
                rows = self._past(moment, position, person, progress)
            yield self._sources(moment, rows, position, language, person, activity, since)

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
        opening = Opening(self._log, self._vault)

        def events(subject: str) -> Sequence[Recorded[Any]]:
            found = tuple(self._valid(_decoded(self._log.subject(subject, position)), moment))
            opening.expect(recorded.position for recorded in found if recorded.sealed)
            return found

        return Sources(
            rows=rows,
            as_of=self._point(moment, position),
            printed_at=self._clock(),
            language=language or self.settings.language,
            zone=self.settings.time_zone,
            register_events=tuple(self._valid(self._entries(position), moment)),
            events=events,
            at=lambda asked: _decoded_row(self._log.event(asked)),
            open=opening,
            person=person,
            activity=activity,
            document=new_id().replace("-", ""),
            since=None
            if since is None
            else self._point(since, position_of(since, self._log, self.zone)),
        )

    def make(
        self,
        report: str,
        *,
        moment: Moment = PRESENT,
        language: Language | None = None,
        person: str | None = None,
        activity: str | None = None,
        since: Moment | None = None,
        progress: Progress = _silent,
    ) -> Any:
        """Make a report: its model, which `ropa.render` puts into a form.

        `asking` says what the arguments mean.

        Raises:
            Problem: `not-found` where there is no such report.
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
            return found.build(sources)

    def hand_out(self, model: Any, text: str, *, person: str, actor: str) -> Receipt:
        """Record that a paper about a person was made (Art. 15(3)), by the hash of its text.

        The paper carries a random number that the log does not hold, so that nobody can find out
        from the hash what stands in it.

        Args:
            model: What it was made from.
            text: The paper as it is handed out.
            person: Whom it is about.
            actor: Who made it.
        """
        head: PaperHead = model.head
        made = ReportMade(
            report=head.report,
            language=head.language,
            sha256=sha256(text.encode()).hexdigest(),
            as_of=head.as_of.position,
        )
        return self.append([Fact(data=made, subject=person, source="papers", actor=actor)])[0]

    def sweep_keys(self, *, progress: Progress = _silent) -> int:
        """Remove the keys that no event uses, which a crash can leave; gives how many."""
        return sweep(self._log, self._vault, progress)

    def check_views(self, *, progress: Progress = _silent) -> Iterator[Difference]:
        """Rebuild all views from nothing, and give each row that differs from the live ones."""
        self._tables.follow()
        return self._tables.check(progress=progress)

    def _entries(self, position: int) -> Iterator[Recorded[Any]]:
        """Give the events of the register's own entries, in the order of the log."""
        found = [
            recorded
            for noun in ENTRY_NOUNS
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

    def _point(self, moment: Moment, position: int) -> Point:
        if moment.as_of is not None:
            return Point(position=position, moment=end_of_day(moment.as_of, self.zone))
        if position:
            recorded = _decoded_row(self._log.event(position))
            return Point(position=position, moment=recorded.recorded_at)
        return Point(position=0, moment=self._clock())


def _decoded_row(row: Row) -> Recorded[Any]:
    return decode(row.type, row.state)


def _decoded(rows: Iterator[Row]) -> Iterator[Recorded[Any]]:
    return map(_decoded_row, rows)
