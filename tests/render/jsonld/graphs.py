"""Records as graphs, and how a test asks a graph what it says."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from itertools import zip_longest
from typing import Any
from warnings import catch_warnings, filterwarnings

import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from ropa.cli.founding import founding_register, swedish_sme
from ropa.domain.activity.events import (
    ActivityDeclared,
    DataSource,
    DataSubjects,
    Retention,
    RetentionStart,
)
from ropa.domain.controller.events import ContactPoint, ControllerDeclared
from ropa.domain.notice.events import NoticePublished
from ropa.domain.recipient.events import (
    RecipientDeclared,
    RecipientRole,
    Safeguard,
    Transfer,
)
from ropa.kernel.categories import Category
from ropa.kernel.ids import Language, Role
from ropa.kernel.law import Basis, Duty, LegalBasis, LocalText
from ropa.render import Format, render
from ropa.render.jsonld import terms
from ropa.reports.article30.build import build
from ropa.reports.article30.model import Activity, Article30
from tests.histories import log
from tests.render.papers import article30

DCT = Namespace("http://purl.org/dc/terms/")
DPV = Namespace("https://w3id.org/dpv#")
GDPR = Namespace("https://w3id.org/dpv/legal/eu/gdpr#")
OURS = Namespace(terms.PREFIXES["ropa"])


def _built(events: Any) -> Article30:
    told = [(one,) for one in events if not isinstance(one, NoticePublished)]
    return build(log(told).sources())


def _full() -> Iterator[Any]:
    """Give a register that uses each member of each list at least once."""
    text = LocalText(sv="Vad som är sagt", en="What is said")
    office = ContactPoint(name="Kontoret", address="Storgatan 1", email="a@b.example", phone="08-1")
    yield ControllerDeclared(
        name="Exempelbolaget AB",
        country="SE",
        organisation_number="556000-0167",
        website="exempelbolaget.example",
        address="Storgatan 1, 111 22 Stockholm",
        email="dataskydd@exempelbolaget.example",
        phone="08-123 456",
        data_protection_officer=office,
        representative=office,
        joint_controllers=(office, office),
        measures=(text,),
        sources=(text,),
        disclosure=(text,),
        reason="A test",
    )
    for role in RecipientRole:
        yield RecipientDeclared(
            recipient=role,
            category=text,
            name=f"Mottagare {role}",
            role=role,
            country="SE",
            agreement="DPA 1",
            transfers=tuple(
                Transfer(country="US", safeguard=one, documentation=text) for one in Safeguard
            ),
            reason="A test",
        )
    for basis, duty in zip_longest(LegalBasis, Duty):
        yield ActivityDeclared(
            activity=f"on-{basis}",
            title=text,
            purposes=(text, text),
            bases=(Basis(basis=basis, source=text, duty=duty),),
            subjects=tuple(DataSubjects),
            categories=tuple(Category),
            recipients=tuple(RecipientRole),
            roles=tuple(Role),
            sources=tuple(DataSource),
            retention=Retention(start=RetentionStart.COLLECTED, years=1, months=6, source=text),
            system="Servern i källaren",
            impact_assessment=True,
            review_due=date(2027, 3, 1),
            reason="A test",
        )


MODELS: dict[str, Callable[[], Article30]] = {
    "founding": lambda: _built(founding_register()),
    "template": lambda: _built(swedish_sme(name="Exempelbolaget AB")),
    "full": lambda: _built(_full()),
    "example": lambda: article30(Language.SV),
    "empty": lambda: _built(()),
}
"""Models by name: what the demo begins from, a new company, one with all there is, and none."""

EVERY_MODEL = pytest.mark.parametrize("name", MODELS)


def text_of(paper: Article30) -> str:
    return render(paper, Format.JSONLD, Language.EN)


def parsed(text: str) -> Graph:
    with catch_warnings():
        # What reads JSON-LD in rdflib still uses a class that rdflib itself calls deprecated.
        filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        return Graph().parse(data=text, format="json-ld")


@cache
def graph(name: str) -> Graph:
    return parsed(text_of(MODELS[name]()))


def spell(term: str) -> str:
    prefix, name = term.split(":")
    return terms.PREFIXES[prefix] + name


def node(found: Graph, activity: Activity) -> URIRef:
    (one,) = [
        subject
        for subject in found.subjects(DCT.identifier, Literal(activity.activity))
        if (subject, RDF.type, DPV.Process) in found
    ]
    assert isinstance(one, URIRef)
    return one


def everyone(paper: Article30) -> tuple[Activity, ...]:
    return (*paper.activities, *paper.processing)


def codes(found: Graph, subject: Node, path: URIRef) -> set[str]:
    return {str(code) for code in found.objects(subject, path / DCT.identifier)}


def texts(found: Graph, subject: Any, path: Any) -> set[tuple[str, str | None]]:
    literals = [one for one in found.objects(subject, path) if isinstance(one, Literal)]
    return {(str(one), one.language) for one in literals}


def first(found: Graph, subject: Any, path: Any) -> Node | None:
    return next(iter(found.objects(subject, path)), None)


def tagged(*said: LocalText) -> set[tuple[str, str]]:
    return {(one.sv, "sv") for one in said} | {(one.en, "en") for one in said}
