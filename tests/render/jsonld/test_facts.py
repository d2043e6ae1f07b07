"""The graph says what the model says."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import msgspec
import pytest
from rdflib import RDF, RDFS, SKOS, XSD, Literal, URIRef

from ropa.domain.recipient.events import (
    RecipientRole,
)
from ropa.kernel.ids import Language
from ropa.kernel.law import LocalText
from ropa.render import Words
from ropa.render.jsonld import terms
from ropa.render.outlines import values
from ropa.reports.cell import Cell
from ropa.reports.rights import RIGHTS, Right
from tests.render.jsonld.graphs import (
    DCT,
    DPV,
    EVERY_MODEL,
    GDPR,
    MODELS,
    OURS,
    codes,
    everyone,
    first,
    graph,
    node,
    spell,
    tagged,
    texts,
)


def gaps(found: Any) -> Iterator[Cell[Any]]:
    """Give every cell with a gap, wherever in a model it stands, but in its head."""
    if isinstance(found, Cell) and found.gap is not None:
        yield found
    elif isinstance(found, msgspec.Struct):
        for name in found.__struct_fields__:
            if name != "head":
                yield from gaps(getattr(found, name))
    elif isinstance(found, tuple):
        for one in found:
            yield from gaps(one)


def local_texts(found: Any) -> Iterator[LocalText]:
    """Give every text of the register's own in a model, wherever it stands."""
    if isinstance(found, LocalText):
        yield found
    elif isinstance(found, tuple):
        for one in found:
            yield from local_texts(one)
    elif isinstance(found, msgspec.Struct) or is_dataclass(found):
        declared: Any = found
        struct = isinstance(found, msgspec.Struct)
        names = declared.__struct_fields__ if struct else [one.name for one in fields(declared)]
        for name in names:
            yield from local_texts(getattr(found, name))


@pytest.mark.parametrize("name", ["founding", "template", "full"])
def test_no_text_of_the_register_is_left_out(name: str) -> None:
    said = {(str(one), one.language) for one in graph(name).objects() if isinstance(one, Literal)}
    wanted = tagged(*local_texts(MODELS[name]()))
    assert wanted
    assert wanted <= said


@EVERY_MODEL
def test_each_activity_says_in_the_graph_what_the_model_says(name: str) -> None:
    paper, found = MODELS[name](), graph(name)
    (record,) = found.subjects(RDF.type, DPV.ROPA)
    assert set(found.objects(record, DPV.hasProcess)) == {
        node(found, one) for one in everyone(paper)
    }
    for one in everyone(paper):
        subject = node(found, one)
        assert codes(found, subject, DPV.hasPersonalData) == set(one.categories.value or ())
        assert codes(found, subject, DPV.hasDataSubject) == set(one.subjects.value or ())
        assert codes(found, subject, DPV.hasDataSource) == set(one.sources.value or ())
        assert codes(found, subject, DPV.hasRecipient) == set(one.recipients.value or ())
        assert codes(found, subject, DPV.isImplementedByEntity) == set(one.roles.value or ())
        assert codes(found, subject, OURS.undeclaredRecipient) == {
            seen.recipient for seen in one.undeclared
        }
        assert texts(found, subject, DPV.hasPurpose / SKOS.prefLabel) == tagged(
            *(one.purposes.value or ())
        )
        assert one.title.value is not None
        assert texts(found, subject, DCT.title) == tagged(one.title.value)


@EVERY_MODEL
def test_each_legal_basis_has_its_term_its_source_and_its_rights(name: str) -> None:
    paper, found = MODELS[name](), graph(name)
    for one in everyone(paper):
        subject = node(found, one)
        said = {
            (str(first(found, basis, SKOS.broader)), frozenset(texts(found, basis, DCT.source)))
            for basis in found.objects(subject, DPV.hasLegalBasis)
        }
        assert said == {
            (
                spell(terms.BASES[entry.basis.value]),
                frozenset(tagged(entry.source.value) if entry.source.value else ()),
            )
            for entry in one.bases
            if entry.basis.value
        }
        bases = [entry.basis.value for entry in one.bases if entry.basis.value]
        given = {right for basis in bases for right in RIGHTS[basis]}
        given |= {Right.OBJECTION} if one.direct_marketing.value else set()
        assert set(found.objects(subject, DPV.hasRight)) == {
            URIRef(spell(terms.RIGHTS[right])) for right in given
        }


@EVERY_MODEL
def test_retention_has_its_rule_in_both_languages_and_its_length(name: str) -> None:
    paper, found = MODELS[name](), graph(name)
    for one in everyone(paper):
        storage = first(found, node(found, one), DPV.hasStorageCondition)
        rule = one.retention.value
        assert (storage is None) == (rule is None)
        if rule is None:
            continue
        assert texts(found, storage, SKOS.prefLabel) == {
            (values.retention(Words(language), rule)[0], str(language)) for language in Language
        }
        assert texts(found, storage, DCT.source) == (tagged(rule.source) if rule.source else set())
        length = first(found, storage, DPV.hasDuration / RDF.value)
        if not (rule.years or rule.months):
            assert length is None
        else:
            assert isinstance(length, Literal)
            assert length.datatype == XSD.duration
            assert str(length) == "P" + (f"{rule.years}Y" if rule.years else "") + (
                f"{rule.months}M" if rule.months else ""
            )


def test_a_transfer_has_its_country_its_recipient_and_its_own_basis() -> None:
    paper, found = MODELS["example"](), graph("example")
    contract = node(found, paper.activities[0])
    moved = {
        (
            str(first(found, one, DPV.hasDataImporter / DCT.identifier)),
            str(first(found, one, DPV.hasThirdCountry / DCT.identifier)),
            first(found, one, DPV.hasLegalBasis / SKOS.broader),
            bool(first(found, one, OURS.gap)),
        )
        for one in found.objects(contract, DPV.hasProcessing)
        if (one, RDF.type, DPV.Transfer) in found
    }
    assert moved == {
        ("payment-service", "US", GDPR["A46-2-c"], False),
        ("parcel-carrier", "IN", None, True),
    }
    assert codes(found, contract, DPV.hasThirdCountry) == {"US", "IN"}


def test_each_activity_has_the_transfers_of_its_recipients() -> None:
    paper, found = MODELS["full"](), graph("full")
    for one in paper.activities:
        moved = {
            (str(first(found, transfer, DPV.hasDataImporter / DCT.identifier)), str(term))
            for transfer in found.objects(node(found, one), DPV.hasProcessing)
            for term in found.objects(transfer, DPV.hasLegalBasis / SKOS.broader)
        }
        assert moved == {
            (role, spell(term)) for role in RecipientRole for term in terms.SAFEGUARDS.values()
        }


@EVERY_MODEL
def test_each_recipient_says_in_the_graph_what_the_model_says(name: str) -> None:
    paper, found = MODELS[name](), graph(name)
    (record,) = found.subjects(RDF.type, DPV.ROPA)
    assert codes(found, record, DPV.hasRecipient) == {one.recipient for one in paper.recipients}
    for one in paper.recipients:
        (subject,) = [
            who
            for who in found.subjects(DCT.identifier, Literal(one.recipient))
            if (who, RDF.type, DPV.Recipient) in found
        ]
        said = [first(found, subject, path) for path in (DPV.hasName, OURS.agreement)]
        assert [str(text) if text else None for text in said] == [
            one.name.value,
            one.agreement.value,
        ]
        assert codes(found, subject, DPV.hasCountry) == ({one.country.value} - {None})
        assert texts(found, subject, DCT.description) == (
            tagged(one.category.value) if one.category.value else set()
        )
        if one.role.value:
            kind = URIRef(spell(terms.CAPACITIES[one.role.value]))
            assert (subject, RDF.type, kind) in found


@EVERY_MODEL
def test_the_controller_says_in_the_graph_what_the_model_says(name: str) -> None:
    paper, found = MODELS[name](), graph(name)
    (record,) = found.subjects(RDF.type, DPV.ROPA)
    us, one = first(found, record, DPV.hasDataController), paper.controller

    def said(path: Any) -> set[str]:
        return {str(text) for text in found.objects(us, path)}

    assert said(DPV.hasName) == {one.name.value} - {None}
    assert said(DPV.hasAddress) == {one.address.value} - {None}
    assert said(DPV.hasIdentifier) == {one.organisation_number.value} - {None}
    assert said(DPV.hasContact) == {one.email.value, one.phone.value, one.website.value} - {None}
    assert said(DPV.hasCountry / DCT.identifier) == {one.country.value} - {None}
    assert said(DPV.hasAuthority / DPV.hasName) == {one.complaint_authority.value} - {None}
    for path, office in (
        (DPV.hasDataProtectionOfficer, one.data_protection_officer.value),
        (DPV.hasRepresentative, one.representative.value),
    ):
        assert said(path / DPV.hasName) == ({office.name} if office else set())
    assert len(said(DPV.hasJointDataControllers)) == len(one.joint_controllers.value or ())
    measures = tagged(*(one.measures.value or ()))
    measured = DPV.hasTechnicalOrganisationalMeasure / SKOS.prefLabel
    for subject in (record, *(node(found, activity) for activity in everyone(paper))):
        assert texts(found, subject, measured) == measures
    assert texts(found, us, DPV.hasDataSource / SKOS.prefLabel) == tagged(
        *(one.sources.value or ())
    )
    assert texts(found, us, OURS.disclosure) == tagged(*(one.disclosure.value or ()))


@EVERY_MODEL
def test_each_cookie_is_there_with_its_name_and_how_long_it_lives(name: str) -> None:
    paper, found = MODELS[name](), graph(name)
    for one in everyone(paper):
        said = {
            (
                str(first(found, cookie, DPV.hasName)),
                str(first(found, cookie, OURS.lifetime)),
                first(found, cookie, OURS.consentNeeded) == Literal(lexical_or_value=True),
            )
            for cookie in found.objects(node(found, one), OURS.cookie)
        }
        assert said == {
            (
                entry.cookie.value.name,
                f"P{entry.lifetime_days.value}D" if entry.lifetime_days.value else "None",
                entry.cookie.value.consent_needed,
            )
            for entry in one.cookies
            if entry.cookie.value
        }


@EVERY_MODEL
def test_each_review_says_who_approved_which_version_and_when(name: str) -> None:
    paper, found = MODELS[name](), graph(name)
    for one in everyone(paper):
        for path, review in (
            (OURS.approved, one.approved.value),
            (OURS.reviewed, one.reviewed.value),
        ):
            said = first(found, node(found, one), path)
            assert (said is None) == (review is None)
            if review is not None:
                assert first(found, said, OURS.version) == Literal(review.version)
                assert str(first(found, said, OURS.reviewer)) == review.review.actor
                when = first(found, said, DCT.date)
                assert isinstance(when, Literal)
                assert when.toPython() == review.review.occurred_at


@EVERY_MODEL
def test_each_gap_is_stated_in_both_languages_and_nothing_stands_for_it(name: str) -> None:
    paper, found = MODELS[name](), graph(name)
    stated = set(found.subjects(RDF.type, OURS.Gap))
    assert len(stated) == len(list(gaps(paper)))
    assert stated == set(found.objects(None, OURS.gap))
    for gap in stated:
        assert {language for _, language in texts(found, gap, RDFS.label)} == {"sv", "en"}


def test_a_gap_says_its_article_and_the_reason_that_was_given() -> None:
    paper, found = MODELS["founding"](), graph("founding")
    (cookies,) = [one for one in paper.activities if one.activity == "web-analytics"]
    gap = cookies.retention.gap
    assert gap is not None
    assert gap.reason is not None
    subject = URIRef(f"{node(found, cookies)}/gap/retention")
    assert texts(found, subject, SKOS.note) == tagged(gap.reason)
    assert texts(found, subject, OURS.article) == {("30(1)(f)", None)}
    assert first(found, node(found, cookies), DPV.hasStorageCondition) is None


def test_the_client_of_a_processor_is_the_controller_of_what_is_done_for_it() -> None:
    paper, found = MODELS["example"](), graph("example")
    hosting = node(found, paper.processing[0])
    assert texts(found, hosting, DPV.hasDataController / DPV.hasName) == {("Acme AB", None)}
    assert texts(found, hosting, DPV.hasDataProcessor / DPV.hasName) == {
        ("Exempelbolaget AB", None)
    }
