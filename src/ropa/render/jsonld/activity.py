"""One activity of the record as nodes of the graph."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

from ropa.domain.activity.events import Client, CookieKind, Retention
from ropa.kernel.ids import RecipientId
from ropa.render.jsonld.graph import Graph, Node, both, cells, history, label, spoken, terms, typed
from ropa.render.jsonld.terms import (
    BASES,
    CATEGORIES,
    DIRECT_MARKETING,
    OBTAINING,
    PURPOSES_OF_BASES,
    PURPOSES_OF_DUTIES,
    RIGHTS,
    ROLES,
    SOURCES,
    SUBJECTS,
)
from ropa.render.outlines import values
from ropa.reports import rights
from ropa.reports.article30.model import Activity, BasisEntry, CookieEntry, Reviewed
from ropa.reports.rights import Right

M = TypeVar("M", bound=StrEnum)

_TYPES = ("dpv:DataProcessingRecord", "dpv:PersonalDataProcess", "dpv:Process")


def activity(graph: Graph, found: Activity, us: Node, measures: list[Node]) -> Node:
    """Put an activity in, and give a reference to it.

    Args:
        graph: Where it goes.
        found: The activity.
        us: Whose register it is.
        measures: The measures that hold for all of its processing.
    """
    path = f"activity/{found.activity}"
    third = sorted({one.country for one in found.transfers.value or ()})
    gaps = [
        *graph.gaps(path, cells(found)),
        *graph.gaps(path, (("basis", one.basis) for one in found.bases)),
    ]
    return graph.add(
        path,
        _TYPES,
        dct__identifier=found.activity,
        dct__title=both(found.title.value) if found.title.value else None,
        **_parties(graph, path, found.client.value, found.client_contact.value, us),
        dpv__hasPurpose=_purposes(graph, path, found),
        dpv__hasLegalBasis=[
            _basis(graph, f"{path}/basis/{n}", one)
            for n, one in enumerate(found.bases, 1)
            if one.basis.value
        ],
        dpv__hasProcessing=[
            *terms(_operations(found), "dpv:Processing"),
            *terms(_transfers(found)),
        ],
        dpv__hasPersonalData=_members(
            graph, "category", "dpv:PersonalData", found.categories.value, CATEGORIES
        ),
        dpv__hasDataSubject=_members(
            graph, "subjects", "dpv:DataSubject", found.subjects.value, SUBJECTS
        ),
        dpv__hasDataSource=_members(
            graph, "source", "dpv:DataSource", found.sources.value, SOURCES
        ),
        dpv__hasRecipient=_named(graph, found.recipients.value or ()),
        ropa__undeclaredRecipient=_named(graph, (one.recipient for one in found.undeclared)),
        dpv__hasThirdCountry=[graph.country(code, third=True) for code in third],
        dpv__hasStorageCondition=_storage(graph, path, found),
        dpv__hasLocation=_place(graph, path, found.system.value),
        dpv__hasTechnicalOrganisationalMeasure=measures,
        dpv__isImplementedByEntity=_members(
            graph, "role", "dpv:OrganisationalUnit", found.roles.value, ROLES
        ),
        dpv__hasRight=terms(_rights(found), "dpv:Right"),
        dpv__hasImpactAssessment=graph.add(f"{path}/impact-assessment", ("dpv:DPIA",))
        if found.impact_assessment.value
        else None,
        dpv__hasActivityStatus=terms(
            ["dpv:ActivityHalted" if found.retired.value else "dpv:ActivityOngoing"],
            "dpv:ActivityStatus",
        ),
        ropa__cookie=[
            _cookie(graph, f"{path}/cookie/{n}", one) for n, one in enumerate(found.cookies, 1)
        ],
        ropa__directMarketing=found.direct_marketing.value,
        ropa__impactAssessmentMade=found.impact_assessment.value,
        ropa__approved=_review(graph, f"{path}/approved", found.approved.value),
        ropa__reviewed=_review(graph, f"{path}/reviewed", found.reviewed.value),
        ropa__reviewDue=typed(found.review_due.value, "date") if found.review_due.value else None,
        ropa__gap=gaps,
        **history(found),
    )


def _members(
    graph: Graph, path: str, kind: str, members: Iterable[M] | None, table: Mapping[M, str]
) -> list[Node]:
    """Put in members of one of our lists, each narrower than its term."""
    return [
        graph.concept(
            f"{path}/{one}",
            kind,
            (table[one],),
            dct__identifier=str(one),
            skos__prefLabel=label(one),
        )
        for one in members or ()
    ]


def _parties(
    graph: Graph, path: str, client: Client | None, contact: str | None, us: Node
) -> dict[str, Node]:
    if client is None:
        return {"dpv__hasDataController": us}
    of_client = f"{path}/client"
    theirs = graph.add(
        of_client,
        ("dpv:DataController",),
        dpv__hasName=client.name,
        dpv__hasContact=contact,
        dpv__hasRepresentative=_office(graph, of_client, client.representative, "Representative"),
        dpv__hasDataProtectionOfficer=_office(
            graph, of_client, client.data_protection_officer, "DataProtectionOfficer"
        ),
    )
    return {"dpv__hasDataController": theirs, "dpv__hasDataProcessor": us}


def _named(graph: Graph, recipients: Iterable[RecipientId]) -> list[Node]:
    """Name recipients; what more is known of each is put in with the recipients themselves."""
    return [
        graph.add(f"recipient/{one}", ("dpv:Recipient",), dct__identifier=one) for one in recipients
    ]


def _office(graph: Graph, path: str, name: str | None, kind: str) -> Node | None:
    return graph.add(f"{path}/{kind}", (f"dpv:{kind}",), dpv__hasName=name) if name else None


def _purposes(graph: Graph, path: str, found: Activity) -> list[Node]:
    # Only what the register declares of all the activity's purposes alike tells what they are:
    # which of two bases a purpose belongs to, nobody has said.
    wider: list[str] = []
    if found.direct_marketing.value:
        wider.append(DIRECT_MARKETING)
    elif len(found.bases) == 1:
        (only,) = found.bases
        wider += PURPOSES_OF_BASES[only.basis.value] if only.basis.value else ()
        wider += PURPOSES_OF_DUTIES[only.duty] if only.duty else ()
    return [
        graph.concept(f"{path}/purpose/{n}", "dpv:Purpose", wider, skos__prefLabel=both(text))
        for n, text in enumerate(found.purposes.value or (), 1)
    ]


def _basis(graph: Graph, path: str, found: BasisEntry) -> Node | None:
    basis = found.basis.value
    if basis is None:
        return None
    return graph.concept(
        path,
        "dpv:LegalBasis",
        (BASES[basis],),
        skos__prefLabel=label(basis),
        dct__source=both(found.source.value) if found.source.value else None,
        dpv__hasRight=terms(RIGHTS[one] for one in RIGHTS if one in rights.RIGHTS[basis]),
        ropa__duty=label(found.duty) if found.duty else None,
        ropa__gap=graph.gaps(path, (("basis-source", found.source),)),
    )


def _rights(found: Activity) -> Iterator[str]:
    bases = [one.basis.value for one in found.bases if one.basis.value]
    given = {right for basis in bases for right in rights.RIGHTS[basis]}
    if found.direct_marketing.value:
        given.add(Right.OBJECTION)  # Art. 21(2): on whatever basis
    yield from (RIGHTS[one] for one in RIGHTS if one in given)


def _operations(found: Activity) -> Iterator[str]:
    """Give the processing operations that follow from what is declared, and no others."""
    yield from dict.fromkeys(OBTAINING[one] for one in found.sources.value or ())
    if found.categories.value:
        yield "dpv:Store"
    if found.purposes.value:
        yield "dpv:Use"
    if found.recipients.value:
        yield "dpv:Disclose"
    if found.retention.value:
        yield "dpv:Erase"


def _transfers(found: Activity) -> Iterator[str]:
    """Name the transfers: each is one of its recipient's, in the order in which that has them."""
    seen: Counter[str] = Counter()
    for one in found.transfers.value or ():
        seen[one.recipient] += 1
        yield f"register:recipient/{one.recipient}/transfer/{seen[one.recipient]}"


def _storage(graph: Graph, path: str, found: Activity) -> Node | None:
    rule = found.retention.value
    if rule is None:
        return None
    return graph.add(
        f"{path}/storage",
        ("dpv:StorageCondition", "dpv:StorageDuration"),
        skos__prefLabel=spoken(lambda words: values.retention(words, rule)[0]),
        dpv__hasDuration=_duration(graph, path, rule),
        dct__source=both(rule.source) if rule.source else None,
        ropa__confirmed=rule.confirmed,
    )


def _duration(graph: Graph, path: str, rule: Retention) -> Node:
    months = f"{rule.months}M" if rule.months else ""
    years = f"{rule.years}Y" if rule.years else ""
    period = f"P{years}{months}" if years or months else None
    return graph.add(
        f"{path}/storage/duration",
        ("dpv:Duration", "dpv:TemporalDuration" if period else "dpv:UntilEventDuration"),
        rdf__value=typed(period, "duration") if period else None,
        ropa__countedFrom=label(rule.start),
        ropa__fromEndOfCalendarYear=rule.from_end_of_calendar_year,
    )


def _place(graph: Graph, path: str, system: str | None) -> Node | None:
    if system is None:
        return None
    return graph.add(f"{path}/system", ("dpv:StorageLocation",), rdfs__label=system)


def _review(graph: Graph, path: str, found: Reviewed | None) -> Node | None:
    if found is None:
        return None
    return graph.add(
        path,
        ("ropa:Review",),
        dct__date=typed(found.review.occurred_at, "dateTime"),
        ropa__reviewer=found.review.actor,
        ropa__version=found.version,
        ropa__outcome=label(found.outcome),
        ropa__changedSince=found.changed,
        skos__note=found.review.reason,
    )


def _cookie(graph: Graph, path: str, found: CookieEntry) -> Node:
    cookie = found.cookie.value
    if cookie is None:
        return graph.add(path, ("ropa:Cookie",))
    days = found.lifetime_days.value
    return graph.add(
        path,
        ("ropa:Cookie",),
        dpv__hasName=cookie.name,
        ropa__provider=cookie.provider,
        ropa__kind=label(cookie.kind),
        ropa__endsWithSession=cookie.kind is CookieKind.SESSION,
        ropa__lifetime=typed(f"P{days}D", "duration") if days else None,
        dct__description=both(cookie.purpose),
        ropa__consentNeeded=cookie.consent_needed,
        ropa__gap=graph.gaps(path, (("lifetime_days", found.lifetime_days),)),
    )
