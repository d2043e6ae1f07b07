"""What a strict reader asks of each activity is found in the graph, and missed where it is not."""

import pytest
from pyshacl import validate
from rdflib import Graph

from tests.render.jsonld.graphs import (
    DPV,
    MODELS,
    graph,
    node,
)
from tests.render.jsonld.ontology import (
    FOLDER,
    needs_vocabulary,
    ontology,
)

ASKED = (
    "hasPurpose",
    "hasLegalBasis",
    "hasProcessing",
    "hasPersonalData",
    "hasDataSubject",
    "hasDataSource",
)
"""What a strict reader asks of each activity."""


def conforms(found: Graph) -> tuple[bool, str]:
    ok, _, said = validate(found, shacl_graph=Graph().parse(FOLDER / "shapes.ttl"))
    return bool(ok), str(said)


@pytest.mark.parametrize("name", ["founding", "template", "full"])
def test_a_strict_reader_finds_all_that_it_asks_for(name: str) -> None:
    ok, said = conforms(graph(name))
    assert ok, said


@needs_vocabulary
def test_a_strict_reader_who_knows_the_vocabulary_finds_it_too() -> None:
    ok, said = conforms(graph("founding") + ontology())
    assert ok, said


@pytest.mark.parametrize("asked", ASKED)
def test_a_strict_reader_misses_whatever_is_left_out(asked: str) -> None:
    found = Graph() + graph("founding")
    activity, *_ = MODELS["founding"]().activities
    found.remove((node(found, activity), DPV[asked], None))
    ok, said = conforms(found)
    assert not ok
    assert f"dpv:{asked}" in said


def test_a_strict_reader_misses_what_the_register_lacks() -> None:
    ok, said = conforms(graph("example"))
    assert not ok
    missing = {line.strip() for line in said.splitlines() if "Result Path" in line}
    assert missing == {
        "Result Path: dpv:hasPurpose",
        "Result Path: dpv:hasLegalBasis",
    }
