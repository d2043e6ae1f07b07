"""Writes the record of processing activities as JSON-LD."""

from collections.abc import Sequence

import msgspec

from ropa.domain.controller.events import ContactPoint
from ropa.kernel.law import LocalText
from ropa.render.jsonld.activity import activity
from ropa.render.jsonld.graph import (
    Graph,
    Node,
    both,
    cells,
    history,
    label,
    record_id,
    spoken,
    typed,
)
from ropa.render.jsonld.terms import CAPACITIES, DPV_VERSION, SAFEGUARDS
from ropa.reports.article30.model import Article30, Controller, Recipient, TransferEntry


def write_jsonld(paper: Article30) -> str:
    """Give the record as a graph in both languages; the same model gives the same bytes."""
    head = paper.head
    graph = Graph(record_id(head.as_of))
    graph.add("", ())  # the record comes first; what it says is known last
    us = _controller(graph, paper.controller)
    measures = _texts(
        graph, "measure", "dpv:TechnicalOrganisationalMeasure", paper.controller.measures.value
    )
    activities = [
        activity(graph, found, us, measures) for found in (*paper.activities, *paper.processing)
    ]
    recipients = [_recipient(graph, found) for found in paper.recipients]
    point = head.as_of
    graph.add(
        "",
        ("dpv:ROPA",),
        dct__title=spoken(lambda words: words("article30/title")),
        dct__conformsTo={"@id": DPV_VERSION},
        dct__issued=typed(head.printed_at, "dateTime"),
        ropa__asOf=typed(point.moment, "dateTime") if point.moment else None,
        ropa__validAt=typed(point.valid_at, "date") if point.valid_at else None,
        ropa__position=point.position,
        ropa__rootHash=point.root,
        dpv__hasDataController=us,
        dpv__hasTechnicalOrganisationalMeasure=measures,
        dpv__hasProcess=activities,
        dpv__hasRecipient=recipients,
    )
    return msgspec.json.format(msgspec.json.encode(graph.written()), indent=2).decode() + "\n"


def _controller(graph: Graph, found: Controller) -> Node:
    path = "controller"
    officer, stands_in = found.data_protection_officer.value, found.representative.value
    authority = found.complaint_authority.value
    return graph.add(
        path,
        ("dpv:DataController",),
        dpv__hasName=found.name.value,
        dpv__hasIdentifier=found.organisation_number.value,
        dpv__hasAddress=found.address.value,
        dpv__hasContact=[
            one.value for one in (found.email, found.phone, found.website) if one.value
        ],
        dpv__hasCountry=graph.country(found.country.value) if found.country.value else None,
        dpv__hasDataProtectionOfficer=officer
        and _point(graph, f"{path}/officer", "dpv:DataProtectionOfficer", officer),
        dpv__hasRepresentative=stands_in
        and _point(graph, f"{path}/representative", "dpv:Representative", stands_in),
        dpv__hasJointDataControllers=[
            _point(graph, f"{path}/joint/{n}", "dpv:DataController", one)
            for n, one in enumerate(found.joint_controllers.value or (), 1)
        ],
        dpv__hasAuthority=authority
        and graph.add(
            "authority", ("dpv:Authority", "dpv:DataProtectionAuthority"), dpv__hasName=authority
        ),
        dpv__hasDataSource=_texts(graph, "general-source", "dpv:DataSource", found.sources.value),
        ropa__disclosure=[one for text in found.disclosure.value or () for one in both(text)],
        ropa__automatedDecisions=found.automated_decisions.value,
        ropa__gap=graph.gaps(path, cells(found)),
        **history(found),
    )


def _texts(graph: Graph, path: str, kind: str, found: Sequence[LocalText] | None) -> list[Node]:
    return [
        graph.concept(f"{path}/{n}", kind, (), skos__prefLabel=both(text))
        for n, text in enumerate(found or (), 1)
    ]


def _point(graph: Graph, path: str, kind: str, point: ContactPoint) -> Node:
    return graph.add(
        path,
        (kind,),
        dpv__hasName=point.name,
        dpv__hasAddress=point.address,
        dpv__hasContact=[one for one in (point.email, point.phone) if one],
    )


def _recipient(graph: Graph, found: Recipient) -> Node:
    path = f"recipient/{found.recipient}"
    role = found.role.value
    return graph.add(
        path,
        ("dpv:Recipient", *((CAPACITIES[role],) if role else ())),
        dct__identifier=found.recipient,
        dpv__hasName=found.name.value,
        dct__description=both(found.category.value) if found.category.value else None,
        ropa__capacity=label(role) if role else None,
        dpv__hasCountry=graph.country(found.country.value) if found.country.value else None,
        ropa__agreement=found.agreement.value,
        ropa__transfer=[_transfer(graph, path, n, one) for n, one in enumerate(found.transfers, 1)],
        ropa__gap=graph.gaps(
            path, cells(found, name="recipient-name", country="recipient-country")
        ),
        **history(found),
    )


def _transfer(graph: Graph, recipient: str, n: int, found: TransferEntry) -> Node:
    path = f"{recipient}/transfer/{n}"
    safeguard, documentation = found.safeguard.value, found.documentation.value
    country = found.country.value
    return graph.add(
        path,
        ("dpv:Processing", "dpv:Transfer", "dpv:CrossBorderTransfer"),
        dpv__hasDataImporter={"@id": f"register:{recipient}"},
        dpv__hasThirdCountry=graph.country(country, third=True) if country else None,
        dpv__hasLegalBasis=safeguard
        and graph.concept(
            f"{path}/basis",
            "dpv:LegalBasis",
            (SAFEGUARDS[safeguard],),
            skos__prefLabel=label(safeguard),
        ),
        dct__source=both(documentation) if documentation else None,
        ropa__gap=graph.gaps(path, cells(found)),
    )
