"""Retention: a run finds what is due, and has it erased unit by unit."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import groupby, islice
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final, NamedTuple

import msgspec
from msgspec.structs import replace

from ropa.app.ids import new_id
from ropa.app.proposing import OWN_SOURCE
from ropa.app.reading import Reading
from ropa.app.register import Register
from ropa.app.roles import require_role
from ropa.domain.activity.events import Retention
from ropa.domain.person.events import Carried, DetailsCarried
from ropa.domain.person.forgetting import ErasureDecided, Suppressed
from ropa.domain.request.events import RequestErasureDecided
from ropa.domain.staff.events import StaffErasureDecided
from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround, Unit
from ropa.kernel.fact import Fact, fact_type
from ropa.kernel.ids import ActivityId, Role
from ropa.kernel.problem import Code, Problem
from ropa.kernel.progress import Progress, silent
from ropa.reports.disposal.due import Case, cases, cases_of
from ropa.reports.disposal.units import Due, Owner, Rules
from ropa.reports.forgetting import suppressions
from ropa.reports.sources import Sources

_AT_ONCE: Final = 500

_SOURCE: Final = "retention"
_IN_BETWEEN: Final = {Code.ON_HOLD, Code.ALREADY_DONE, Code.STALE_VERSION}
"""What a decision is refused for where something came in between."""


class Group(NamedTuple):
    """What is counted together."""

    activity: ActivityId
    ground: ErasureGround
    rule: Retention | None


class Found:
    """All that is due: counted, and on the disk until it is wanted.

    Attributes:
        on: The day on which it is due.
        units: How many units can go, by activity, ground and rule.
        boxes: How many boxes they have.
        blocked: How many units cannot go.
    """

    def __init__(self, on: date, scratch: BinaryIO) -> None:
        """Begin with nothing, and an empty file that somebody else closes."""
        self.on = on
        self.units: Counter[Group] = Counter()
        self.boxes: Counter[Group] = Counter()
        self.blocked: Counter[Group] = Counter()
        self._scratch = scratch

    @property
    def total(self) -> int:
        """How many units can go."""
        return self.units.total()

    def groups(self) -> list[Group]:
        """Give what was counted, by activity and ground."""
        found = {*self.units, *self.blocked}
        return sorted(found, key=lambda one: (one.activity, one.ground, str(one.rule)))

    def add(self, case: Case) -> None:
        """Count a unit, and keep it if it can go."""
        one = case.due
        group = Group(one.activity, one.ground, one.rule)
        if case.blocks:
            self.blocked[group] += 1
            return
        self.units[group] += 1
        self.boxes[group] += one.boxes
        self._scratch.write(msgspec.json.encode(one) + b"\n")

    def chunks(self) -> Iterator[list[Due]]:
        """Give what can go in the order in which it was found, some at a time."""
        self._scratch.seek(0)
        decoder = msgspec.json.Decoder(Due)
        while lines := list(islice(self._scratch, _AT_ONCE)):
            yield [decoder.decode(line) for line in lines]


@contextmanager
def found(reading: Reading, on: date, *, progress: Progress = silent) -> Iterator[Found]:
    """Find what is due on a day, however much it is; it lies in a scratch file until the end.

    The file holds ids, days and names of activities, and no value. Nothing of the register is
    held open for it: erasing waits for readers.
    """
    with TemporaryFile() as scratch:
        made = Found(on, scratch)
        with reading.asking() as sources:
            rules = Rules(sources.rows, sources.calendar)
            for number, case in enumerate(cases(rules, on), 1):
                made.add(case)
                if number % _AT_ONCE == 0:
                    progress(number, 0)
        yield made


class Disposed(NamedTuple):
    """What a run came to.

    Attributes:
        units: How many units were disposed of.
        changed: How many stay, since they were blocked or due no more when it came to them.
        refused: How many owners' units stay, by the code of the problem.
        done: Whether every file is rid of them; pending where a reader holds some bytes still.
    """

    units: int
    changed: int
    refused: Counter[Code]
    done: bool


def dispose(register: Register, due: Found, *, actor: str, progress: Progress = silent) -> Disposed:
    """Dispose of all that was found, some at a time.

    Each unit is looked at once more just before. What is refused all the same, because something
    came in since, stays and stops nothing.

    Args:
        register: The register; nothing of it is held open while values are erased.
        due: What was found.
        actor: Who does it: no member of staff but an officer.
        progress: Is told how many units it has come to, of how many.

    Raises:
        Problem: `not-permitted`, or what is wrong with log or vault.
    """
    require_role(register.rows(), actor, Role.OFFICER)
    seen = units = changed = 0
    refused: Counter[Code] = Counter()
    done = True
    for chunk in due.chunks():
        progress(seen, due.total)
        works = _works(register, chunk, due.on, actor)
        changed += len(chunk) - sum(work.units for work in works)
        done = _recorded(register, works, refused) and done
        units += sum(work.units for work in works)
        seen += len(chunk)
    progress(seen, due.total)
    return Disposed(units, changed, refused, done)


class _Work(NamedTuple):
    """What is recorded of one owner."""

    units: int
    facts: tuple[Fact[Any], ...]


def _recorded(register: Register, works: list[_Work], refused: Counter[Code]) -> bool:
    """Record the works and carry them out; those that are refused are taken from the list."""
    while works:
        owners = [number for number, work in enumerate(works) for _ in work.facts]
        try:
            return register.dispose([fact for work in works for fact in work.facts]).done
        except Problem as problem:
            line = problem.where.line
            if problem.code not in _IN_BETWEEN or line is None:
                raise
            refused[problem.code] += 1
            del works[owners[line - 1]]
    return True


def _works(register: Register, chunk: Sequence[Due], on: date, actor: str) -> list[_Work]:
    """Look at units once more, and give what is to be recorded of those that still go."""
    # Read before the rows: whatever comes in after that is found out when it is recorded.
    versions = register.versions(one.id for one in chunk if one.owner is Owner.PERSON)
    with register.asking() as sources:
        rules = Rules(sources.rows, sources.calendar)
        left = sorted(
            (case.due for case in cases_of(rules, chunk, on) if not case.blocks), key=_owner
        )
        found = []
        for (owner, who), together in groupby(left, _owner):
            units = list(together)
            facts = [
                _fact(data, None if owner is Owner.REQUEST else who, actor)
                for data in _decided(sources, rules, units)
            ]
            facts[0] = replace(facts[0], expected_version=versions.get(who))
            found.append(_Work(len(units), tuple(facts)))
    return found


def _fact(data: Any, subject: str | None, actor: str) -> Fact[Any]:
    # A carried box is bound to the register's own name.
    source = OWN_SOURCE if isinstance(data, DetailsCarried) else _SOURCE
    return Fact(data=data, subject=subject, source=source, id=new_id(), actor=actor)


def _owner(one: Due) -> tuple[Owner, str]:
    return one.owner, one.id


def _decided(sources: Sources, rules: Rules, units: list[Due]) -> Iterator[Any]:
    """Give the decisions on the units of one owner, one for each ground."""

    def key(one: Due) -> tuple[ErasureGround, tuple[Category, ...]]:
        return one.ground, one.categories

    shut_out: tuple[Suppressed, ...] | None = None
    for (ground, categories), together in groupby(sorted(units, key=key), key):
        due = list(together)
        who = due[0].id
        erased = tuple(Unit(activity=one.activity, bucket=one.bucket) for one in due)
        match due[0].owner:
            case Owner.PERSON:
                if shut_out is None:
                    shut_out = suppressions(rules.rows, who, rules.calendar)
                yield ErasureDecided(
                    ground=ground, erased=erased, categories=categories, suppressed=shut_out
                )
                if categories:
                    for one in due:
                        yield from _carried(sources, one)
            case Owner.REQUEST:
                yield RequestErasureDecided(request=who, ground=ground, erased=erased)
            case Owner.STAFF:
                yield StaffErasureDecided(ground=ground, erased=erased)


def _carried(sources: Sources, due: Due) -> Iterator[DetailsCarried]:
    """Give what of a unit is carried over, box by box, where categories of it were dropped.

    A box has one value of a category, so each box becomes one: what is past is carried too.
    """
    unit = Unit(activity=due.activity, bucket=due.bucket)
    boxes: list[tuple[int, tuple[Category, ...]]] = []
    for event in sources.events(due.id):
        if isinstance(event.data, ErasureDecided) and unit in event.data.erased:
            boxes.clear()
        if due.activity in event.sealed and not fact_type(event.data).bucket_of(event.data):
            boxes.append((event.position, event.sealed[due.activity].categories))
    for position, held in boxes:
        left = tuple(
            Carried(category=one, position=position) for one in held if one not in due.categories
        )
        if left:
            yield DetailsCarried(origin=due.activity, target=due.activity, values=left)
