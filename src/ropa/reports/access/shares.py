"""What each activity has to do with a person: purposes, bases, rights (Art. 15(1)(a), (e))."""

from collections.abc import Mapping
from typing import Any

from ropa.domain.person.events import ObjectionWeighed
from ropa.kernel.ids import ActivityId
from ropa.kernel.law import LegalBasis
from ropa.reports.access.found import Found
from ropa.reports.access.keeping import rule_of
from ropa.reports.access.model import BasisUsed, Item, RightGiven, Share, Weighed
from ropa.reports.cell import Cell, Gap
from ropa.reports.entry import basis_source, cell, required
from ropa.reports.rights import RIGHTS, Right
from ropa.reports.standing import Standing
from ropa.views.register import Entry


def shares(found: Found, items: Mapping[ActivityId, tuple[Item, ...]]) -> tuple[Share, ...]:
    """Give the activities in the order in which they came to have to do with the person."""
    return tuple(
        _share(activity, found, items.get(activity, ()))
        for activity in sorted(found.first, key=lambda one: (found.first[one], one))
    )


def _share(activity: ActivityId, found: Found, items: tuple[Item, ...]) -> Share:
    entry = found.entries[activity]
    first = found.first[activity]
    standing = found.standings[activity]
    ended = standing.ended()
    restriction, hold = standing.restriction(), standing.hold()
    return Share(
        activity=activity,
        title=because(cell(entry, "title"), first),
        purposes=because(cell(entry, "purposes", required("15(1)(a)")), first),
        bases=_bases(entry, standing, first),
        sources=because(cell(entry, "sources", required("15(1)(g)")), first),
        rule=because(rule_of(entry), first),
        objected=Cell(value=standing.objected(), evidence=_sorted(first, *standing.evidence)),
        restricted=Cell(
            value=restriction.ground if restriction else None,
            evidence=_sorted(first, *standing.restriction_evidence),
        ),
        weighed=_weighed(activity, found),
        hold=Cell(
            value=hold.ground if hold else None,
            evidence=_sorted(first, *standing.hold_evidence),
        ),
        ended=Cell(
            value=ended.reason if ended else None, evidence=_sorted(first, *standing.evidence)
        ),
        items=items,
    )


def _weighed(activity: ActivityId, found: Found) -> Cell[Weighed]:
    weighings = [
        event
        for event in found.events
        if isinstance(event.data, ObjectionWeighed) and event.data.activity == activity
    ]
    first = found.first[activity]
    if not weighings:
        return Cell(evidence=(first,))
    last = max(weighings, key=lambda one: (one.occurred_at, one.position))
    return Cell(
        value=Weighed(at=last.occurred_at, outcome=last.data.outcome, ground=last.data.ground),
        evidence=_sorted(first, last.position),
    )


def because(made: Cell[Any], *positions: int) -> Cell[Any]:
    """Give a cell that also rests on further events."""
    return Cell(value=made.value, evidence=_sorted(*made.evidence, *positions), gap=made.gap)


def _sorted(*positions: int) -> tuple[int, ...]:
    return tuple(sorted(set(positions)))


def _bases(entry: Entry | None, standing: Standing, first: int) -> tuple[BasisUsed, ...]:
    declared = entry.activity.bases if entry and entry.activity else ()
    behind = _sorted(first, *(entry.behind("bases") if entry else ()))
    evidence = _sorted(*behind, *standing.evidence)
    used = [
        BasisUsed(
            basis=Cell(value=one.basis, evidence=behind),
            source=basis_source(one, behind),
            since=Cell(evidence=behind),
            live=Cell(value=True, evidence=behind),
            ended=Cell(evidence=behind),
        )
        for one in declared
        if one.duty is not None
    ]
    for basis in standing.used():
        source = next((one for one in declared if one.basis is basis and not one.duty), None)
        used.append(
            BasisUsed(
                basis=Cell(value=basis, evidence=evidence),
                source=basis_source(source, evidence)
                if source
                else Cell(evidence=evidence, gap=required("6(1)")),
                since=Cell(value=standing.since(basis), evidence=evidence),
                live=Cell(value=standing.live(basis), evidence=evidence),
                ended=Cell(value=standing.basis_ended_at(basis), evidence=evidence),
            )
        )
    if used:
        return tuple(used)
    # Data is there, and nothing says on which basis: that has to be seen.
    gap: Gap = required("6(1)")
    return (
        BasisUsed(
            basis=Cell(evidence=evidence, gap=gap),
            source=Cell(evidence=evidence, gap=gap),
            since=Cell(evidence=evidence),
            live=Cell(value=False, evidence=evidence),
            ended=Cell(evidence=evidence),
        ),
    )


def rights(found: Found, listed: tuple[Share, ...]) -> tuple[RightGiven, ...]:
    """Give each right, and the activities whose legal bases give it to the person."""
    evidence: set[int] = set()
    given: dict[Right, list[ActivityId]] = {right: [] for right in Right}
    for share in listed:
        marketing = cell(found.entries[share.activity], "direct_marketing")
        evidence.update(marketing.evidence)
        for used in share.bases:
            evidence.update(used.basis.evidence)
        for right in _given(share, direct_marketing=bool(marketing.value)):
            given[right].append(share.activity)
    behind = tuple(sorted(evidence))
    return tuple(
        RightGiven(right=right, activities=Cell(value=tuple(activities), evidence=behind))
        for right, activities in given.items()
    )


def _given(share: Share, *, direct_marketing: bool) -> set[Right]:
    found: set[Right] = set()
    live = [used for used in share.bases if used.live.value]
    for used in live or share.bases:
        if used.basis.value is not None:
            found |= RIGHTS[used.basis.value]
    if not any(used.basis.value is LegalBasis.CONSENT for used in live):
        found.discard(Right.WITHDRAW_CONSENT)  # there is no consent left to withdraw
    if direct_marketing:
        found.add(Right.OBJECTION)  # on whatever basis it rests (Art. 21(2))
    return found
