"""The consent ledger: who consented to what, by which wording, and who withdrew."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import msgspec

from ropa.domain.activity.events import ActivityDeclared
from ropa.domain.person.events import (
    ActivityEnded,
    ActivityStarted,
    ConsentGiven,
    ConsentWithdrawn,
    Objected,
)
from ropa.domain.person.state import PersonState, has_basis, with_denials
from ropa.kernel.decider import ActivityPolicy
from ropa.kernel.fact import fact_type
from ropa.kernel.ids import ActivityId, Channel, Language, PersonId
from ropa.kernel.law import LegalBasis, LocalText
from ropa.kernel.view import Rows
from ropa.reports.access.acts import published_wording
from ropa.reports.access.happenings import WordingShown
from ropa.reports.access.shares import because
from ropa.reports.cell import Cell, Head, Query, Seen, Tally
from ropa.reports.disposal.units import Month
from ropa.reports.entry import basis_source, cell, head
from ropa.reports.sources import Sources
from ropa.views.aliases import group
from ropa.views.consents import CONSENTS, Act, ActKind
from ropa.views.people import PEOPLE
from ropa.views.register import Entry, activities

NAME = "ledger"


class LedgerEntry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One line of the ledger; its evidence is its position.

    Attributes:
        position: The event.
        person: The pseudonymous id of the person.
        activity: For or against which activity.
        kind: What was done.
        notice: The wording's short name; None where nothing was consented to.
        version: The wording's version.
        language: The language in which it was shown.
        channel: How it was done.
        source: The application that reported it.
        actor: Who did it.
        occurred_at: When it happened.
        recorded_at: When the log recorded it.
    """

    position: int
    person: PersonId
    activity: ActivityId
    kind: ActKind
    notice: str | None
    version: str | None
    language: Language | None
    channel: Channel
    source: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime


class BasisCount(msgspec.Struct, frozen=True, kw_only=True):
    """For how many records an activity runs on one of its legal bases.

    Attributes:
        basis: The basis.
        source: Where it comes from.
        records: The records for which it holds now.
    """

    basis: LegalBasis
    source: Cell[LocalText]
    records: Tally


class ActivityCount(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger of one activity in short.

    Attributes:
        activity: The short name.
        title: The activity's name.
        direct_marketing: Whether it is direct marketing.
        bases: The records by legal basis: consent apart from the customer exception.
        given: How many times consent was given.
        withdrawn: How many times it was withdrawn.
        objected: How many times somebody objected.
    """

    activity: ActivityId
    title: Cell[LocalText]
    direct_marketing: Cell[bool]
    bases: tuple[BasisCount, ...]
    given: Tally
    withdrawn: Tally
    objected: Tally


class MonthCount(msgspec.Struct, frozen=True, kw_only=True):
    """What was done in one month, for or against any of the activities that were asked for.

    Attributes:
        month: The local month in which it happened.
        given: How many times consent was given.
        withdrawn: How many times it was withdrawn.
        objected: How many times somebody objected.
    """

    month: Month
    given: Tally
    withdrawn: Tally
    objected: Tally


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """The consent ledger of the register, or of one activity.

    Attributes:
        head: The head of the paper.
        activity: The one activity that was asked for; None for all.
        counts: Each activity in short.
        months: Each month in short; months in which nothing happened are left out.
        wordings: Each published wording that was consented to, once.
        entries: The lines, in the order of the log.
    """

    head: Head
    activity: ActivityId | None
    counts: tuple[ActivityCount, ...]
    months: tuple[MonthCount, ...]
    wordings: tuple[Cell[WordingShown], ...]
    entries: tuple[LedgerEntry, ...]


_OF_KIND = {
    ActKind.GIVEN: ConsentGiven,
    ActKind.WITHDRAWN: ConsentWithdrawn,
    ActKind.OBJECTED: Objected,
}

_TELLING = {
    True: (ConsentGiven, ConsentWithdrawn, Objected),
    False: (ActivityStarted, ActivityEnded, ConsentWithdrawn, Objected),
}
"""What tells that an activity runs for somebody: on consent, and on any other basis."""


def _order(seen: Seen) -> tuple[datetime, int]:
    return (seen.occurred_at, seen.position)


class _Counting:
    """A count in the making."""

    def __init__(self, activity: ActivityId, *types: type) -> None:
        self.count = 0
        self.first: Seen | None = None
        self.last: Seen | None = None
        self.also: set[int] = set()
        names = tuple(fact_type(one).name for one in types)
        self.query = Query(types=names, activity=activity)

    def add(self, position: int, occurred_at: datetime) -> None:
        self.count += 1
        seen = Seen(position=position, occurred_at=occurred_at)
        self.first = min(self.first or seen, seen, key=_order)
        self.last = max(self.last or seen, seen, key=_order)

    def tally(self, *evidence: int) -> Tally:
        return Tally(
            count=self.count,
            first=self.first,
            last=self.last,
            query=self.query,
            evidence=tuple(sorted(self.also.union(evidence))),
        )


def build(sources: Sources) -> Ledger:
    """Build the ledger; it goes once through the views of consents and of people."""
    kinds: dict[tuple[ActivityId, ActKind], _Counting] = {}
    listed: list[LedgerEntry] = []
    for entry in _entries(sources):
        listed.append(entry)
        key = (entry.activity, entry.kind)
        if key not in kinds:
            kinds[key] = _Counting(entry.activity, _OF_KIND[entry.kind])
        kinds[key].add(entry.position, entry.occurred_at)
    listed.sort(key=lambda entry: entry.position)
    asked = [
        (entry, declared)
        for entry, declared in activities(sources.rows)
        if sources.activity in {None, declared.activity} and _has_consents(declared, kinds)
    ]
    bases = _bases(sources, [declared for _, declared in asked])
    return Ledger(
        head=head(NAME, sources),
        activity=sources.activity,
        counts=tuple(_count(entry, declared, kinds, bases) for entry, declared in asked),
        months=_months(sources, listed),
        wordings=_wordings(sources, listed),
        entries=tuple(listed),
    )


def _entries(sources: Sources) -> Iterator[LedgerEntry]:
    for person, row in sources.rows.all(CONSENTS):
        for activity, acts in row.acts.items():
            if sources.activity in {None, activity}:
                for act in acts:
                    yield _line(person, activity, act)


def _line(person: PersonId, activity: ActivityId, act: Act) -> LedgerEntry:
    return LedgerEntry(
        position=act.position,
        person=person,
        activity=activity,
        kind=act.kind,
        notice=act.wording.notice if act.wording else None,
        version=act.wording.version if act.wording else None,
        language=act.language,
        channel=act.channel,
        source=act.source,
        actor=act.actor,
        occurred_at=act.occurred_at,
        recorded_at=act.recorded_at,
    )


def _months(sources: Sources, listed: list[LedgerEntry]) -> tuple[MonthCount, ...]:
    found: Counter[tuple[Month, ActKind]] = Counter()
    begun: dict[Month, int] = {}
    for entry in listed:
        month = Month.of(sources.day(entry.occurred_at))
        found[month, entry.kind] += 1
        begun.setdefault(month, entry.position)

    def tally(month: Month, kind: ActKind) -> Tally:
        return Tally(
            count=found[month, kind],
            first=None,
            last=None,
            query=Query(types=(fact_type(_OF_KIND[kind]).name,), activity=sources.activity),
            evidence=(begun[month],),
        )

    return tuple(
        MonthCount(
            month=month,
            given=tally(month, ActKind.GIVEN),
            withdrawn=tally(month, ActKind.WITHDRAWN),
            objected=tally(month, ActKind.OBJECTED),
        )
        for month in sorted(begun)
    )


def _has_consents(
    declared: ActivityDeclared, kinds: dict[tuple[ActivityId, ActKind], _Counting]
) -> bool:
    return (
        declared.direct_marketing
        or any(basis.basis is LegalBasis.CONSENT for basis in declared.bases)
        or any(activity == declared.activity for activity, _ in kinds)
    )


_Bases = dict[tuple[ActivityId, LegalBasis], _Counting]


def _bases(sources: Sources, declared: list[ActivityDeclared]) -> _Bases:
    found: _Bases = {}
    policies: dict[tuple[ActivityId, LegalBasis], ActivityPolicy] = {}
    for one in declared:
        for basis in one.bases:
            if basis.duty is None:
                key = (one.activity, basis.basis)
                found[key] = _Counting(one.activity, *_TELLING[basis.basis is LegalBasis.CONSENT])
                policies[key] = ActivityPolicy(
                    activity=one.activity,
                    categories=frozenset(),
                    bases=(basis,),
                    direct_marketing=one.direct_marketing,
                )
    if found:
        for who, person in sources.rows.all(PEOPLE):
            for (activity, legal), policy in policies.items():
                part = person.parts.get(activity)
                if part is None or not has_basis(part.state(activity), policy):
                    continue
                if denied_by := _denied(sources.rows, who, part.state(activity), policy):
                    found[activity, legal].also |= denied_by
                    continue
                began = part.given if legal is LegalBasis.CONSENT else part.started.get(legal)
                if began is not None:
                    found[activity, legal].add(began.position, began.at)
    return found


def _denied(rows: Rows, who: PersonId, state: PersonState, policy: ActivityPolicy) -> set[int]:
    """Give the mergers by which a denial under another record of the person counts here too."""
    together = group(rows, who)
    for other in together.persons[1:]:
        person = rows.get(PEOPLE, other)
        part = person.parts.get(policy.activity) if person else None
        if part and not has_basis(with_denials(state, [part.state(policy.activity)]), policy):
            return set(together.evidence)
    return set()


def _count(
    entry: Entry,
    declared: ActivityDeclared,
    kinds: dict[tuple[ActivityId, ActKind], _Counting],
    bases: _Bases,
) -> ActivityCount:
    activity = declared.activity
    behind = {*entry.behind("bases"), *entry.behind("direct_marketing")}
    acts = [kinds[activity, kind].first for kind in ActKind if (activity, kind) in kinds]
    behind |= {min(first.position for first in acts if first)} if acts else set()
    listed = tuple(sorted(behind))
    tallies = {
        kind: kinds.get((activity, kind)) or _Counting(activity, _OF_KIND[kind]) for kind in ActKind
    }
    return ActivityCount(
        activity=activity,
        title=because(cell(entry, "title"), *listed),
        direct_marketing=because(cell(entry, "direct_marketing"), *listed),
        bases=tuple(
            BasisCount(
                basis=basis.basis,
                source=basis_source(basis, listed),
                records=bases[activity, basis.basis].tally(*listed),
            )
            for basis in declared.bases
            if basis.duty is None
        ),
        given=tallies[ActKind.GIVEN].tally(*listed),
        withdrawn=tallies[ActKind.WITHDRAWN].tally(*listed),
        objected=tallies[ActKind.OBJECTED].tally(*listed),
    )


def _wordings(sources: Sources, listed: list[LedgerEntry]) -> tuple[Cell[WordingShown], ...]:
    shown: dict[tuple[str, str, Language], int] = {}
    for entry in listed:
        if entry.notice and entry.version and entry.language:
            shown.setdefault((entry.notice, entry.version, entry.language), entry.position)
    found = ((published_wording(sources.rows, *key), first) for key, first in sorted(shown.items()))
    return tuple(because(cell, first) for cell, first in found if cell.gap is None)
