"""Erasing: what has been decided is carried out, in steps that a crash at any point cannot break.

The decision is an event, and a fence: nothing more is let in. Then it is written into the journal,
which outlives old copies of log and vault. Then the keys go and leave tombstones, then boxes,
lookups and digests; then the write-ahead logs are emptied; only then an event says that it is
done. Each step repeats without harm, so whoever comes next goes on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, assert_never

from ropa.app.appending import Appending
from ropa.app.batch import Decision
from ropa.app.journal import ErasedUnit, Journal, Line, Suppression
from ropa.app.proposing import OWN_SOURCE
from ropa.app.sweeping import sweep_of
from ropa.catalogue import decode
from ropa.domain.person.forgetting import ErasureCompleted, ErasureDecided
from ropa.domain.request.events import RequestErasureCompleted, RequestErasureDecided
from ropa.domain.staff.events import StaffErasureCompleted, StaffErasureDecided
from ropa.kernel.categories import Category
from ropa.kernel.deadline import Calendar
from ropa.kernel.fact import Fact, Recorded, fact_type
from ropa.kernel.ids import ActivityId
from ropa.kernel.opening import Erased, Values
from ropa.kernel.problem import Code, Problem
from ropa.kernel.progress import Progress, silent
from ropa.log import Log, Reads
from ropa.vault import Doomed, Kind, Vault, lookups_of

_AT_ONCE: Final = 500


class _Sealed(NamedTuple):
    """A box that is to go: the event that it belongs to, and its activity."""

    event: Recorded[Any]
    activity: ActivityId

    @property
    def owner(self) -> str:
        """Whom the box is about."""
        return _owner(self.event)


class _Going(NamedTuple):
    """What a decision takes away.

    Attributes:
        decision: The decision.
        sealed: The boxes that go.
        keys: The keys that the history has used up to the decision.
        facts: The facts whose digests go, by source and id: those of the boxes, and where the
            person's number goes, all that came in under it.
    """

    decision: Recorded[Decision]
    sealed: tuple[_Sealed, ...]
    keys: set[str]
    facts: set[tuple[str, str]]


class Erasing:
    """Carries out the erasures that the log decided on; shared by the threads of a process."""

    def __init__(
        self,
        log: Log,
        vault: Vault,
        appending: Appending,
        calendar: Calendar,
        journal: Journal,
    ) -> None:
        self._log = log
        self._vault = vault
        self._appending = appending
        self._calendar = calendar
        self._journal = journal

    def due(self) -> list[int]:
        """Give the decisions that are not carried out, or not by this vault, in their order.

        An old copy of the vault, put back, has keys that were destroyed since it was made.
        """
        missed = self._log.erasures(after=self._vault.erased_through)
        return sorted({*self._log.unfinished(), *missed})

    def finish(self, progress: Progress = silent) -> bool:
        """Carry out all that is due.

        Returns:
            False where a reader still holds bytes of what was erased: it is pending then, and is to
            be tried again.

        Raises:
            Problem: What is wrong with log or vault; what was carried out stays so.
        """
        due = self.due()
        if not due:
            return True
        for start in range(0, len(due), _AT_ONCE):
            progress(start, len(due))
            self._destroy(due[start : start + _AT_ONCE])
        if not (self._vault.truncate() and self._log.truncate()):
            return False
        unfinished = sorted(set(self._log.unfinished()).intersection(due))
        for start in range(0, len(unfinished), _AT_ONCE):
            with self._log.reading() as log:
                some = unfinished[start : start + _AT_ONCE]
                completions = [_completion(_decision(log, position)) for position in some]
            self._appending.append(completions, own=True)
        return True

    def _destroy(self, positions: Sequence[int]) -> None:
        """Take the keys, and what is sealed with them; old bytes may be in write-ahead logs."""
        with self._log.reading() as log, self._vault.erasing() as erasing:
            gone = [_going(log, position) for position in positions]
            unfinished = set(log.unfinished())
            reached = self._vault.erased_through
            for line in self._known_of(log, set(positions) - unfinished):
                for one in line.suppressed:
                    erasing.suppress_digest(bytes.fromhex(one.digest), one.activity, one.since)
            lines = []
            for going in gone:
                kept = []
                for day, activity, kind, value in self._suppressed(log, going):
                    digest = erasing.suppress(kind, value, activity, day)
                    if digest is not None:
                        kept.append(Suppression(activity, day, digest.hex()))
                # Where it was pending, it has its line already.
                position = going.decision.position
                if position in unfinished and position > reached:
                    lines.append(self._line(going.decision, log.leaf(position), kept))
            # Before the keys go: without them nobody could tell the digests any more.
            self._journal.write(lines)
            for going in gone:
                erasing.destroy(_doomed(going.sealed), self._erased(going.decision))
            erasing.reach(positions[-1])
        with self._log.writing() as writing:
            for going in gone:
                writing.forget(
                    [(one.event.position, one.activity) for one in going.sealed],
                    going.facts,
                    going.decision.subject,
                )
        # A crash between vault and log leaves keys, and what leads to an owner by them.
        used: defaultdict[str, set[str]] = defaultdict(set)
        for going in gone:
            used[_owner(going.decision)] |= going.keys
        sweep_of(self._log, self._vault, used)

    def _known_of(self, log: Reads, missed: set[int]) -> Iterator[Line]:
        """Give what the journal knows of decisions that an old copy of the vault missed."""
        if missed:
            for line in self._journal.lines():
                if line.position in missed and line.suppressed and line.stands_in(log):
                    yield line

    def _line(self, decision: Recorded[Decision], leaf: bytes, kept: Sequence[Suppression]) -> Line:
        return Line(
            position=decision.position,
            leaf=leaf.hex(),
            stream=decision.stream,
            on=self._calendar.day(decision.recorded_at),
            subject=decision.subject,
            ground=decision.data.ground,
            units=tuple(ErasedUnit(one.activity, one.bucket) for one in decision.data.erased),
            suppressed=tuple(dict.fromkeys(kept)),
        )

    def _suppressed(self, log: Reads, going: _Going) -> Iterator[tuple[Any, ActivityId, Kind, str]]:
        """Give what may not be used again for marketing: every address that is about to go."""
        decision, data = going.decision, going.decision.data
        if not isinstance(data, ErasureDecided) or not data.suppressed:
            return
        stored = log.boxes(one.event.position for one in going.sealed)
        for event, activity in going.sealed:
            found = self._vault.open_box(
                event.sealed[activity],
                stored.get((event.position, activity)),
                owner=decision.subject or "",
                activity=activity,
                source=event.source,
                event=event.id,
            )
            if isinstance(found, Values):
                for kind, value in lookups_of(found.values):
                    for one in data.suppressed:
                        yield one.objected_on, one.activity, kind, value

    def _erased(self, decision: Recorded[Decision]) -> Erased:
        day = self._calendar.day(decision.recorded_at)
        return Erased(decision.position, decision.data.ground, day)


def _decision(log: Reads, position: int) -> Recorded[Decision]:
    row = log.event(position)
    return decode(row.type, row.state)


def _going(log: Reads, position: int) -> _Going:
    """Read what goes: what earlier events of the same history sealed for the units."""
    decision = _decision(log, position)
    units = {(unit.activity, unit.bucket) for unit in decision.data.erased}
    sealed, keys, facts = [], set(), set()
    for row in log.stream(decision.stream, position - 1):
        event = decode(row.type, row.state)
        facts.add((event.source, event.id))
        bucket = fact_type(event.data).bucket_of(event.data)
        for activity, box in event.sealed.items():
            keys.add(box.key)
            if (activity, bucket) in units:
                sealed.append(_Sealed(event, activity))
    boxes = (one.event.sealed[one.activity] for one in sealed)
    if not any(Category.IDENTIFIER_ACCOUNT in box.categories for box in boxes):
        facts = {(one.event.source, one.event.id) for one in sealed}
    return _Going(decision, tuple(sealed), keys, facts)


def _owner(event: Recorded[Any]) -> str:
    return event.subject or event.stream.partition("/")[2]


def require_newest(log: Log, vault: Vault, journal: Journal) -> None:
    """Refuse a log that lacks erasures of which vault or journal know: it is an older copy.

    What was erased since lies in it still. A log that lacks other events is found where its head
    is signed, and where it is verified.

    Raises:
        Problem: `log-rolled-back`; `malformed-value` where the journal cannot be read.
    """
    if vault.erased_through > log.last_erasure() or journal.knows_more_than(log):
        raise Problem(
            Code.LOG_ROLLED_BACK,
            "The log is an older copy: erasures have been carried out that it does not hold.",
            advice="Put the newest copy back, or restore this one with `ropa restore`, which"
            " erases again what was erased since.",
        )


def _doomed(sealed: Iterable[_Sealed]) -> Iterator[Doomed]:
    found = {
        one.event.sealed[one.activity].key: Doomed(
            one.event.sealed[one.activity].key,
            one.owner,
            one.activity,
            fact_type(one.event.data).bucket_of(one.event.data),
        )
        for one in sealed
    }
    yield from found.values()


def _completion(decision: Recorded[Decision]) -> Fact[Any]:
    position = decision.position
    data: Any
    match decision.data:
        case ErasureDecided():
            data = ErasureCompleted(decision=position)
        case RequestErasureDecided(request=request):
            data = RequestErasureCompleted(request=request, decision=position)
        case StaffErasureDecided():
            data = StaffErasureCompleted(decision=position)
        case _:
            assert_never(decision.data)
    return Fact(
        data=data,
        subject=decision.subject,
        source=OWN_SOURCE,
        # Whoever else carries it out at the same time records the same.
        id=f"erased/{position}",
        actor=OWN_SOURCE,
        cause=f"position/{position}",
    )
