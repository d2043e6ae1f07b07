"""The form itself: its names, its bytes, its text, and which papers can be had in it."""

import json

import msgspec
import pytest
from rdflib import RDF, BNode, Literal

from ropa.kernel.ids import Language
from ropa.kernel.law import LocalText
from ropa.kernel.problem import Code, Problem
from ropa.render import Format, render
from ropa.reports.article30.model import Article30
from ropa.reports.cell import BEGINNING, Cell
from ropa.reports.registry import REPORTS
from tests.render.jsonld.graphs import (
    DCT,
    DPV,
    EVERY_MODEL,
    MODELS,
    OURS,
    first,
    graph,
    node,
    parsed,
    tagged,
    text_of,
    texts,
)
from tests.render.jsonld.ontology import (
    file_of,
)
from tests.render.papers import PAPERS


def test_the_record_says_where_in_the_log_it_was_read() -> None:
    paper, found = MODELS["example"](), graph("example")
    (record,) = found.subjects(RDF.type, DPV.ROPA)
    assert first(found, record, OURS.position) == Literal(paper.head.as_of.position)
    assert first(found, record, OURS.rootHash) == Literal(paper.head.as_of.root)


@EVERY_MODEL
def test_the_same_model_gives_the_same_bytes_in_whatever_language_it_was_asked_for(
    name: str,
) -> None:
    paper = MODELS[name]()
    first = render(paper, Format.JSONLD, Language.SV)
    assert first == text_of(paper) == text_of(MODELS[name]())


@EVERY_MODEL
def test_every_node_has_a_name_of_its_register_and_is_described(name: str) -> None:
    found = graph(name)
    (record,) = found.subjects(RDF.type, DPV.ROPA)
    assert not [one for triple in found for one in triple if isinstance(one, BNode)]
    named = {one for one in found.objects() if str(one).startswith(str(record))}
    assert named <= set(found.subjects())
    others = {str(one) for one in found.subjects() if file_of(str(one)) is None}
    assert {one.partition("#")[0] for one in others} == {str(record)}


def test_two_states_of_a_register_share_no_name() -> None:
    paper = MODELS["founding"]()
    earlier = msgspec.structs.replace(
        paper, head=msgspec.structs.replace(paper.head, as_of=BEGINNING)
    )
    names = [
        {one["@id"] for one in json.loads(text_of(found))["@graph"]} for found in (paper, earlier)
    ]
    assert len(names[0]) == len(names[1]) > 100
    spelt = [json.loads(text_of(found))["@context"]["register"] for found in (paper, earlier)]
    assert spelt[0] != spelt[1]


def test_text_of_whatever_kind_comes_back_as_it_was() -> None:
    odd = LocalText(sv='"\\ </script> \u202evänster 🦆 @id', en="urn:uuid: {x} \u200f" + "a" * 300)
    paper = MODELS["example"]()
    activity = msgspec.structs.replace(paper.activities[0], title=Cell(value=odd, evidence=(1,)))
    changed = msgspec.structs.replace(paper, activities=(activity,))
    found = parsed(text_of(changed))
    assert texts(found, node(found, activity), DCT.title) == tagged(odd)


def test_only_the_record_can_be_had_in_this_form() -> None:
    for name, report in REPORTS.items():
        if report.model is Article30 or name not in PAPERS:
            continue
        with pytest.raises(Problem) as refused:
            render(PAPERS[name](Language.EN), Format.JSONLD, Language.EN)
        assert refused.value.code is Code.USAGE
        assert "jsonld" not in (refused.value.advice or "")


def test_no_context_is_to_be_fetched() -> None:
    context = json.loads(text_of(MODELS["example"]()))["@context"]
    assert isinstance(context, dict)
    assert "@import" not in context
