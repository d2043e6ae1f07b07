"""Exporting events: without values as anybody may read them, or with what a role may see.

Without values no key is needed, and each event of the range is there. With values, who is shown is
recorded first, person by person, and only then is anything opened.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as with_fields
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from msgspec.structs import replace

from ropa.app.cloudevents import is_whole, recorded_event, sent_event
from ropa.app.opening import Opening
from ropa.app.proposing import OWN_SOURCE
from ropa.app.reading import Reading
from ropa.app.register import Register
from ropa.app.roles import activities_of, require_role, restriction_of
from ropa.catalogue import TYPES
from ropa.domain.person.events import ContactChanged, LookedUp, LookUpPurpose
from ropa.kernel.fact import Fact, Recorded, categories_of
from ropa.kernel.ids import ActivityId, PersonId, Role
from ropa.kernel.opening import Damaged, Values
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.progress import Progress, silent
from ropa.kernel.view import Rows
from ropa.views.people import PEOPLE

_AT_ONCE: Final = 500
_REMEMBERED: Final = 4_096
_ABOUT_PERSONS: Final = frozenset({"person", "request"})
_OF_THIS_REGISTER: Final = ("other", "person", "about")
"""The fields that name a person by this register's own id, or an event by its position."""


@dataclass(slots=True)
class Exported:
    """What became of an export.

    Attributes:
        lines: How many events were written.
        persons: Of how many persons values were shown, each by an event of its own.
        left_out: How many events another register cannot take from an application.
    """

    lines: int = 0
    persons: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Which events: from position to position; None for the last of the log."""

    first: int = 1
    last: int | None = None

    def end(self, reading: Reading) -> int:
        """Give the last position.

        Raises:
            Problem: `not-in-history` where the log has not come that far, or the range is empty.
        """
        head = reading.head
        last = head if self.last is None else self.last
        if last > head or self.first > last + 1:
            raise Problem(
                Code.NOT_IN_HISTORY,
                f"The log has {head} events, and the range does not lie within them.",
                advice="Give --from and --to within the log, the earlier one first.",
            )
        return last


def clear(
    reading: Reading, which: Range, done: Exported, *, progress: Progress = silent
) -> Iterator[bytes]:
    """Give the events of a range without any value, a line each; it needs no keys."""
    last = which.end(reading)
    for event in reading.events(after=which.first - 1, upto=last):
        done.lines += 1
        progress(event.position, last)
        yield recorded_event(event)


@dataclass(slots=True, kw_only=True)
class Opened:
    """An export with values, in the making.

    Attributes:
        register: The register.
        which: Which events.
        role: Whose work it is for; None for everything, as another register can take it in.
        purpose: Why.
        actor: Who has it made.
        done: What became of it.
    """

    register: Register
    which: Range
    role: Role | None
    purpose: LookUpPurpose
    actor: str
    done: Exported = field(default_factory=Exported)

    def lines(self, *, progress: Progress = silent) -> Iterator[bytes]:
        """Record who is shown, and give the events of the range with the values that may be.

        What is restricted is never opened (Art. 18(2)), and what is erased is gone.

        Raises:
            Problem: `not-permitted` where the member of staff does not have the role;
                `log-damaged` where a box cannot be opened although nothing was erased.
        """
        register, last = self.register, self.which.end(self.register)
        rows = register.rows()
        require_role(rows, self.actor, self.role or Role.OFFICER)
        shown = self._shown(rows, last)
        self._record(shown)
        activities = frozenset[ActivityId]().union(*shown.values())
        with register.opening(activities) as fresh:
            yield from self._lines(rows, shown, fresh, last, progress)

    def _shown(self, rows: Rows, last: int) -> dict[PersonId, frozenset[ActivityId]]:
        """Give which activities' values are shown of whom; "" stands for what is of no person."""
        permitted = None if self.role is None else activities_of(rows, self.role)
        found: dict[PersonId, frozenset[ActivityId]] = {}
        barred: dict[PersonId, set[ActivityId]] = {}
        for event in self.register.events(after=self.which.first - 1, upto=last):
            person = _person(event)
            if not event.sealed or (permitted is not None and not person):
                continue
            known = found.get(person, frozenset()) | barred.get(person, set())
            for activity in event.sealed.keys() - known:
                if permitted is not None and activity not in permitted:
                    continue
                if person and not _may_be_shown(rows, person, activity):
                    barred.setdefault(person, set()).add(activity)
                else:
                    found[person] = found.get(person, frozenset()) | {activity}
        return found

    def _record(self, shown: Mapping[PersonId, frozenset[ActivityId]]) -> None:
        facts = (
            Fact(
                data=LookedUp(
                    role=self.role or Role.OFFICER,
                    purpose=self.purpose,
                    activities=tuple(sorted(activities)),
                ),
                subject=person,
                source="look-ups",
                actor=self.actor,
            )
            for person, activities in shown.items()
            if person
        )
        while batch := list(islice(facts, _AT_ONCE)):
            self.register.append(batch)
            self.done.persons += len(batch)

    def _lines(
        self,
        rows: Rows,
        shown: Mapping[PersonId, frozenset[ActivityId]],
        fresh: Callable[[], Opening],
        last: int,
        progress: Progress,
    ) -> Iterator[bytes]:
        opening = fresh()

        @lru_cache(_REMEMBERED)
        def number(person: PersonId) -> str | None:
            return _number(self.register, rows, person, shown.get(person, frozenset()), opening)

        events = self.register.events(after=self.which.first - 1, upto=last)
        while batch := list(islice(events, _AT_ONCE)):
            opening = fresh()  # so that the boxes that it has read can go
            opening.expect(event.position for event in batch if event.sealed)
            for event in batch:
                progress(event.position, last)
                values = _values(event, shown.get(_person(event), frozenset()), opening)
                line = (
                    _resent(event, values, number)
                    if self.role is None
                    else recorded_event(event, values)
                )
                if line is None:
                    self.done.left_out += 1
                else:
                    self.done.lines += 1
                    yield line


def _person(event: Recorded[Any]) -> PersonId:
    """Give the person whose values an event holds; "" where it is nobody's whom one looks up."""
    about = event.stream.partition("/")[0] in _ABOUT_PERSONS
    return event.subject or "" if about else ""


def _may_be_shown(rows: Rows, person: PersonId, activity: ActivityId) -> bool:
    """Tell whether there is something to be shown: it is not restricted, nor erased."""
    row = rows.get(PEOPLE, person)
    part = row.parts.get(activity) if row else None
    erased = part is not None and bool(part.gone) and not part.kept
    return not erased and restriction_of(rows, person, activity) is None


def _values(
    event: Recorded[Any], activities: frozenset[ActivityId], opening: Opening
) -> dict[str, Any]:
    """Give the values that may be shown, by their field."""
    kind = TYPES[event.type]
    if kind.personal is None:
        return {}
    names = {category: name for name, category in categories_of(kind.personal).items()}
    found: dict[str, Any] = {}
    for activity in sorted(event.sealed.keys() & activities):
        answer = opening(event, activity)
        if isinstance(answer, Damaged):
            raise Problem(
                Code.LOG_DAMAGED,
                "A box cannot be opened, although nothing was erased.",
                advice="See what `ropa log verify` says.",
                where=Where(position=event.position),
            )
        if isinstance(answer, Values):
            found |= {names[one]: value for one, value in answer.values.items() if one in names}
    return found


def _resent(
    event: Recorded[Any],
    values: Mapping[str, Any],
    number: Callable[[PersonId], str | None],
) -> bytes | None:
    """Give an event as an application would send it to another register, or None."""
    if getattr(event.data, "person", None) == event.subject is not None:
        event = replace(event, data=with_fields(event.data, person=None))  # said once
    named = any(getattr(event.data, name, None) is not None for name in _OF_THIS_REGISTER)
    # Consequences are decided anew there; positions and ids are other ones.
    if event.source == OWN_SOURCE or TYPES[event.type].internal or named:
        return None
    subject = event.subject
    if subject is not None and event.stream.partition("/")[0] != "staff":
        subject = number(subject)
        if subject is None:
            return None
    if event.sealed and not _says_something(event, values):
        return None
    return sent_event(event, subject, values)


def _says_something(event: Recorded[Any], values: Mapping[str, Any]) -> bool:
    """Tell whether the values that are left make an event that a register takes in."""
    given = bool(values) or not isinstance(event.data, ContactChanged) or bool(event.data.removed)
    return given and is_whole(event.type, values)


def _number(
    register: Register,
    rows: Rows,
    person: PersonId,
    activities: frozenset[ActivityId],
    opening: Opening,
) -> str | None:
    """Give the first number of a person as namespace/number; None where it cannot be opened."""
    row = rows.get(PEOPLE, person)
    if row is None or not row.accounts:
        return None
    event = register.event(row.accounts[0].position)
    found = _values(event, activities, opening).get("number")
    return f"{row.accounts[0].namespace}/{found}" if found is not None else None
