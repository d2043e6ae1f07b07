"""Every term of the Data Privacy Vocabulary that we use is one, and means what we use it for."""

from collections.abc import Callable
from csv import DictReader
from enum import StrEnum
from typing import Any

import pytest
from rdflib import SKOS, URIRef

from ropa.domain.activity.events import (
    DataSource,
    DataSubjects,
)
from ropa.domain.recipient.events import (
    RecipientRole,
    Safeguard,
)
from ropa.kernel.categories import Category
from ropa.kernel.law import Duty, LegalBasis
from ropa.render.jsonld import terms
from ropa.reports.rights import RIGHTS, Right
from tests import standards
from tests.render.jsonld.graphs import (
    DCT,
    DPV,
    MODELS,
    graph,
    node,
    spell,
)
from tests.render.jsonld.ontology import (
    TERMS,
    defined,
    listed,
    needs_vocabulary,
    ontology,
    terms_of,
    written,
)

TABLES: tuple[tuple[type[StrEnum], Any], ...] = (
    (Category, terms.CATEGORIES),
    (DataSubjects, terms.SUBJECTS),
    (DataSource, terms.SOURCES),
    (DataSource, terms.OBTAINING),
    (LegalBasis, terms.BASES),
    (LegalBasis, terms.PURPOSES_OF_BASES),
    (Duty, terms.PURPOSES_OF_DUTIES),
    (RecipientRole, terms.CAPACITIES),
    (Safeguard, terms.SAFEGUARDS),
    (Right, terms.RIGHTS),
)


def mapped() -> set[str]:
    """Give every term of the tables, used or not."""
    found: set[str] = {spell(terms.DIRECT_MARKETING)}
    for _, table in TABLES:
        for one in table.values():
            found |= {spell(name) for name in ([one] if isinstance(one, str) else one)}
    return found


@pytest.mark.parametrize(("members", "table"), TABLES)
def test_each_table_has_a_term_for_every_member(members: type[StrEnum], table: Any) -> None:
    assert set(table) == set(members)


def test_the_terms_that_are_used_are_those_on_the_list(golden: Callable[[str, str], None]) -> None:
    used = mapped().union(*(terms_of(graph(name)) for name in MODELS))
    assert len(used) > 80
    golden(TERMS, written(used))


@needs_vocabulary
def test_every_term_on_the_list_is_in_the_file_that_it_names() -> None:
    assert [term for term, name in listed().items() if not defined(term, name)] == []
    assert not defined("https://w3id.org/dpv#Bookkeeping", "dpv-2.3.ttl")


def test_no_other_term_of_the_vocabulary_or_of_ours_is_used() -> None:
    known = set(terms.PREFIXES.values())
    for name in MODELS:
        found = graph(name)
        assert terms_of(found) <= set(listed())
        for predicate in found.predicates(unique=True):
            assert str(predicate)[: str(predicate).rfind("#") + 1] in known or str(
                predicate
            ).startswith(str(DCT))


@needs_vocabulary
def test_each_term_of_a_table_is_of_the_kind_that_it_stands_for() -> None:
    whole = ontology()

    def within(term: str, kind: URIRef) -> bool:
        return kind in set(whole.transitive_objects(URIRef(spell(term)), SKOS.broader))

    for table, kind in (
        (terms.CATEGORIES, DPV.PersonalData),
        (terms.SOURCES, DPV.DataSource),
        (terms.OBTAINING, DPV.Processing),
        (terms.BASES, DPV.LegalBasis),
        (terms.SAFEGUARDS, DPV.DataTransferLegalBasis),
        (terms.RIGHTS, DPV.DataSubjectRight),
    ):
        assert [term for term in table.values() if not within(term, kind)] == []
    for purposes in (terms.PURPOSES_OF_BASES, terms.PURPOSES_OF_DUTIES):
        assert [
            one for row in purposes.values() for one in row if not within(one, DPV.Purpose)
        ] == []
    subjects = set(terms.SUBJECTS.values()) - {"dpv:DataSubject"}
    assert [term for term in subjects if not within(term, DPV.HumanSubject)] == []


@needs_vocabulary
def test_the_rights_of_each_basis_are_those_of_the_vocabulary() -> None:
    with (standards.FOLDER / "dpv-legal-basis-rights.csv").open(encoding="utf-8") as file:
        rows = [(row["legal_basis"], row["right"]) for row in DictReader(file)]
    for basis, given in RIGHTS.items():
        of_basis = {right for found, right in rows if found == spell(terms.BASES[basis])}
        assert {spell(terms.RIGHTS[right]) for right in given} == of_basis


def test_purposes_are_named_no_narrower_than_the_register_tells() -> None:
    paper, found = MODELS["founding"](), graph("founding")
    wider = {
        one.activity: {
            str(term).partition("#")[2]
            for term in found.objects(node(found, one), DPV.hasPurpose / SKOS.broader)
        }
        for one in paper.activities
    }
    assert wider == {
        "contract": {"FulfilmentOfContractualObligation"},
        "bookkeeping": {"LegalCompliance", "RecordManagement"},
        "marketing": {"DirectMarketing"},
        "web-analytics": {"Purpose"},
        "rights": {"LegalCompliance"},
        "accountability": {
            "LegalCompliance",
            "OrganisationComplianceManagement",
            "RecordManagement",
        },
        "staff-access": {"EnforceAccessControl"},
        "suppression": {"LegalCompliance"},
    }
