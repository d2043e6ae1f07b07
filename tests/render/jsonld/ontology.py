"""The Data Privacy Vocabulary 2.3, where its files are on this machine, and the terms we use."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import MappingProxyType

from rdflib import Graph, URIRef
from rdflib.namespace import RDF

from tests import standards

FOLDER = Path(__file__).parent
FILES = MappingProxyType(
    {
        "https://w3id.org/dpv#": "dpv-2.3.ttl",
        "https://w3id.org/dpv/legal/eu/gdpr#": "dpv-eu-gdpr-2.3.ttl",
        "https://w3id.org/dpv/pd#": "dpv-pd-2.3.ttl",
    }
)
"""The file of each namespace."""

TERMS = "terms.tsv"
"""The list of the terms that we use, each with the file that defines it."""

needs_vocabulary = standards.needs(*FILES.values())


@cache
def part(name: str) -> Graph:
    """Read a file of the vocabulary."""
    return Graph().parse(standards.FOLDER / name)


@cache
def ontology() -> Graph:
    """Read the whole vocabulary."""
    whole = Graph()
    for name in FILES.values():
        whole += part(name)
    return whole


def file_of(term: str) -> str | None:
    """Give the file that a term should be in, by its namespace; None where it is no such term."""
    return FILES.get(term[: term.rfind("#") + 1])


def defined(term: str, name: str) -> bool:
    """Tell whether a file of the vocabulary defines a term."""
    return (URIRef(term), RDF.type, None) in part(name)


def terms_of(graph: Graph) -> set[str]:
    """Give every term of the vocabulary in a graph, wherever it stands."""
    return {str(one) for triple in graph for one in triple if file_of(str(one))}


def listed() -> dict[str, str]:
    """Read the list of terms."""
    lines = (FOLDER / "golden" / TERMS).read_text(encoding="ascii").splitlines()
    return dict(line.split("\t") for line in lines)


def written(terms: Iterable[str]) -> str:
    """Write a list of terms."""
    return "".join(f"{term}\t{file_of(term)}\n" for term in sorted(terms))
