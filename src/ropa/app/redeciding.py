"""Deciding anew: erasures that a restored log lacks, as facts for what of it is there."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from ropa.app.batch import Decision
from ropa.app.ids import new_id
from ropa.app.journal import Line
from ropa.app.policy import noun_of
from ropa.catalogue import NOUNS, decode
from ropa.domain.person.forgetting import (
    ErasureDecided,
    HoldEnd,
    HoldLifted,
    Suppressed,
)
from ropa.domain.request.events import RequestErasureDecided
from ropa.domain.staff.events import StaffErasureDecided
from ropa.kernel.erasing import ErasureGround, Unit
from ropa.kernel.fact import Fact, fact_type
from ropa.log import Reads
from ropa.vault import Tombstone

_SOURCE: Final = "erasures"
_OWNERS: Final = ("person", "staff", "request")
"""The nouns whose histories may be somebody's whose values are sealed."""


class _History(NamedTuple):
    """What a history holds that is not erased.

    Attributes:
        units: The keys of the boxes of each unit.
        on_hold: The activities that are on hold.
    """

    units: Mapping[Unit, set[str]]
    on_hold: frozenset[str]


class _Wanted:
    """What is to be erased of a history: the ground of each unit, and what is suppressed."""

    def __init__(self, history: _History) -> None:
        self.history = history
        self.grounds: dict[Unit, ErasureGround] = {}
        self.suppressed: dict[str, date] = {}


def decided_again(
    log: Reads, lines: Iterable[Line], tombstones: Iterable[Tombstone], actor: str
) -> list[Fact[Any]]:
    """Give the facts by which a log decides on erasures that it lacks.

    Only what is there and not erased is decided on. A hold on it is lifted first: it stood in the
    way when the erasure was decided, and had been lifted then.

    Args:
        log: The log.
        lines: What the journal knows of decisions that the log lacks.
        tombstones: What the vault knows of such decisions.
        actor: Who restores.
    """
    wanted: dict[str, _Wanted] = {}

    def of(stream: str) -> _Wanted:
        if stream not in wanted:
            wanted[stream] = _Wanted(_history(log, stream))
        return wanted[stream]

    for line in lines:
        # What an activity dropped is disposed of anew by the rule; its keys hold the rest too.
        if line.ground is None or line.ground is ErasureGround.CATEGORY_DROPPED:
            continue
        found = of(line.stream)
        for one in line.units:
            unit = Unit(activity=one.activity, bucket=one.bucket)
            if unit in found.history.units:
                found.grounds.setdefault(unit, line.ground)
        for shut in line.suppressed:
            day = max(shut.since, found.suppressed.get(shut.activity, shut.since))
            found.suppressed[shut.activity] = day
    for tombstone in tombstones:
        unit = Unit(activity=tombstone.activity, bucket=tombstone.bucket)
        for stream in _streams(tombstone):
            found = of(stream)
            if tombstone.key in found.history.units.get(unit, ()):
                found.grounds.setdefault(unit, tombstone.erased.ground)
    return [
        fact for stream, found in sorted(wanted.items()) for fact in _facts(stream, found, actor)
    ]


def _streams(tombstone: Tombstone) -> Iterator[str]:
    for noun in _OWNERS:
        yield f"{noun}/{tombstone.owner}"
    if tombstone.bucket:
        # The text of a request is kept by itself, and may be a known person's.
        yield f"request/{tombstone.bucket}"


def _history(log: Reads, stream: str) -> _History:
    units: dict[Unit, set[str]] = {}
    decider = NOUNS[noun_of(stream)].decider
    state = decider.initial
    for row in log.stream(stream):
        event = decode(row.type, row.state)
        state = decider.evolve(state, event)
        if isinstance(event.data, Decision):
            for unit in event.data.erased:
                units.pop(unit, None)
        for activity, box in event.sealed.items():
            unit = Unit(activity=activity, bucket=fact_type(event.data).bucket_of(event.data))
            units.setdefault(unit, set()).add(box.key)
    return _History(units, frozenset(getattr(state, "on_hold", ())))


def _facts(stream: str, found: _Wanted, actor: str) -> Iterator[Fact[Any]]:
    noun, _, owner = stream.partition("/")
    held = found.history.on_hold & {unit.activity for unit in found.grounds}
    if held:
        lifted = HoldLifted(activities=tuple(sorted(held)), reason=HoldEnd.MISTAKE)
        yield Fact(data=lifted, subject=owner, source=_SOURCE, id=new_id(), actor=actor)
    for ground in sorted(set(found.grounds.values())):
        erased = tuple(
            sorted(
                (unit for unit, why in found.grounds.items() if why is ground),
                key=lambda unit: (unit.activity, unit.bucket),
            )
        )
        data: Any
        match noun:
            case "person":
                shut = tuple(
                    Suppressed(activity=activity, objected_on=day)
                    for activity, day in sorted(found.suppressed.items())
                )
                data = ErasureDecided(ground=ground, erased=erased, suppressed=shut)
            case "staff":
                data = StaffErasureDecided(ground=ground, erased=erased)
            case _:
                data = RequestErasureDecided(request=owner, ground=ground, erased=erased)
        yield Fact(
            data=data,
            subject=None if noun == "request" else owner,
            source=_SOURCE,
            id=new_id(),
            actor=actor,
        )
