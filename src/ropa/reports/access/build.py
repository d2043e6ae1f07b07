"""Builds one person's access report."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ropa.domain.person.events import PersonIdentified, PersonRegistered
from ropa.kernel.categories import Category
from ropa.kernel.ids import ActivityId
from ropa.kernel.law import LegalBasis
from ropa.kernel.opening import Erased
from ropa.reports.access.acts import consents, disclosures, look_ups, reports_made, requests
from ropa.reports.access.erasures import erasures
from ropa.reports.access.found import NOBODY, Found, find
from ropa.reports.access.happenings import Disclosure, Request
from ropa.reports.access.informed import informed
from ropa.reports.access.items import items
from ropa.reports.access.model import Access, Account, Item, Share, Summary
from ropa.reports.access.shares import rights, shares
from ropa.reports.cell import Cell
from ropa.reports.entry import cell, entry_of, head, noted, officer, required
from ropa.reports.sources import Sources

NAME = "access"


def build(sources: Sources) -> Access:
    """Build the report, which also says properly that nothing is held."""
    found = NOBODY if sources.person is None else find(sources, sources.person)
    rows = sources.rows
    controller = entry_of(rows, "controller")
    by_activity = items(sources, found)
    listed = shares(found, by_activity)
    asked = requests(found, sources.calendar)
    disclosed = disclosures(rows, found)
    looked = look_ups(found)
    held = bool(found.events)
    return Access(
        head=head(NAME, sources, document=sources.document),
        person=sources.person,
        held=Cell(value=held, evidence=(found.events[0].position,) if held else ()),
        records=Cell(value=found.group.persons, evidence=found.group.evidence),
        summary=Summary(
            values=_count(_kept(listed)),
            activities=Cell(
                value=tuple(share.activity for share in listed if _in_use(share)),
                evidence=_all(
                    [
                        found.first.values(),
                        *(item.value.evidence for item in _kept(listed)),
                    ]
                ),
            ),
            categories=_categories(_kept(listed)),
            recipients=_recipients(disclosed),
            consents=_consents(found),
            objections=Cell(
                value=_where(listed, [share.objected for share in listed]),
                evidence=_all(share.objected.evidence for share in listed),
            ),
            restrictions=Cell(
                value=_where(listed, [share.restricted for share in listed]),
                evidence=_all(share.restricted.evidence for share in listed),
            ),
            open_requests=_open(asked),
            look_ups=Cell(value=len(looked), evidence=tuple(one.position for one in looked)),
            since=_since(found),
        ),
        accounts=_accounts(found, by_activity),
        shares=listed,
        disclosures=disclosed,
        informed=informed(rows, found),
        erasures=erasures(sources, found),
        consents=consents(rows, found),
        requests=asked,
        look_ups=looked,
        reports=reports_made(found),
        rights=rights(found, listed),
        complaint_authority=cell(controller, "complaint_authority", required("15(1)(f)")),
        automated_decisions=cell(controller, "automated_decisions", required("15(1)(h)")),
        contact=cell(controller, "email", required("13(1)(a)")),
        officer=officer(controller, required("13(1)(b)")),
    )


def _all(evidence: Iterable[Iterable[int]]) -> tuple[int, ...]:
    return tuple(sorted({position for one in evidence for position in one}))


def _kept(listed: tuple[Share, ...]) -> list[Item]:
    return [item for share in listed for item in share.items]


def _in_use(share: Share) -> bool:
    """Tell whether an activity still has to do with the person: not all that it held is erased."""
    return not share.items or bool(_there(list(share.items)))


def _there(values: list[Item]) -> list[Item]:
    return [item for item in values if not isinstance(item.value.value, Erased)]


def _count(values: list[Item]) -> Cell[int]:
    return Cell(value=len(_there(values)), evidence=_all(item.value.evidence for item in values))


def _categories(values: list[Item]) -> Cell[tuple[Category, ...]]:
    return Cell(
        value=tuple(sorted({item.category for item in _there(values)})),
        evidence=_all(item.value.evidence for item in values),
    )


def _recipients(disclosed: tuple[Disclosure, ...]) -> Cell[tuple[str, ...]]:
    first: dict[str, int] = {}
    for one in disclosed:
        first.setdefault(one.recipient, one.position)
    return Cell(value=tuple(sorted(first)), evidence=tuple(sorted(first.values())))


def _consents(found: Found) -> Cell[tuple[ActivityId, ...]]:
    return Cell(
        value=tuple(
            activity
            for activity, standing in found.standings.items()
            if standing.live(LegalBasis.CONSENT)
        ),
        evidence=_all(
            (*standing.evidence, found.first[activity])
            for activity, standing in found.standings.items()
        ),
    )


def _where(listed: tuple[Share, ...], cells: list[Cell[Any]]) -> tuple[ActivityId, ...]:
    return tuple(
        share.activity for share, one in zip(listed, cells, strict=True) if one.value is not None
    )


def _open(asked: tuple[Request, ...]) -> Cell[tuple[str, ...]]:
    return Cell(
        value=tuple(one.request for one in asked if one.closed.value is None),
        evidence=_all(one.closed.evidence for one in asked),
    )


def _since(found: Found) -> Cell[datetime]:
    registered = [person.registered for person in found.people.values() if person.registered]
    if not registered:
        return Cell(gap=noted(None))
    first = min(registered, key=lambda one: (one.at, one.position))
    return Cell(value=first.at, evidence=(first.position,))


def _accounts(found: Found, by_activity: dict[ActivityId, tuple[Item, ...]]) -> tuple[Account, ...]:
    numbers = {
        (item.position, activity): item
        for activity, listed in by_activity.items()
        for item in listed
        if item.category is Category.IDENTIFIER_ACCOUNT
    }
    return tuple(
        Account(
            position=event.position,
            namespace=event.data.namespace,
            number=number.value,
            source=number.source,
            since=event.occurred_at,
            activity=activity,
        )
        for event in found.events
        if isinstance(event.data, PersonRegistered | PersonIdentified)
        for activity in event.sealed
        if (number := numbers.get((event.position, activity))) is not None
    )
