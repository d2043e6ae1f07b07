"""The graph that a paper is put into: nodes with names, texts in both languages, gaps as gaps."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from ropa.kernel.ids import Language
from ropa.kernel.law import LocalText
from ropa.render.jsonld.terms import PREFIXES
from ropa.render.words import Words
from ropa.reports.article30.model import Activity, Controller, Recipient
from ropa.reports.cell import Cell, Gap, Point

Node = dict[str, Any]

_STATES = UUID("c3a3d6b0-35c1-4f0b-9d5e-6f5d7a0e8b42")
_WORDS = MappingProxyType({language: Words(language) for language in Language})

_UNNAMED = frozenset({"changes", "last_change", "retired"})
"""What is missing only where a whole entry is: a gap that has no name of its own."""


def record_id(point: Point) -> str:
    """Give the name of the register's state at a place in its log (RFC 9562, 5.5; RFC 8141).

    It is made from the root hash: no two logs that hold anything share a name, and no two states
    of one log do.
    """
    return f"urn:uuid:{uuid5(_STATES, f'{point.root} {point.position} {point.valid_at}')}"


def typed(value: date | datetime | str, kind: str) -> Node:
    """Give a literal of a data type of XML Schema, such as `date`."""
    text = value if isinstance(value, str) else value.isoformat().replace("+00:00", "Z")
    return {"@type": f"xsd:{kind}", "@value": text}


def both(text: LocalText) -> list[Node]:
    """Give the register's own text in both languages."""
    return [
        {"@language": str(language), "@value": words.local(text)}
        for language, words in _WORDS.items()
    ]


def label(member: StrEnum) -> list[Node]:
    """Give what a member of an enumeration is called in both languages."""
    return spoken(lambda words: words.label(member))


def spoken(say: Callable[[Words], str]) -> list[Node]:
    """Give what is said in both languages, by what says it in one."""
    return [
        {"@language": str(language), "@value": say(words)} for language, words in _WORDS.items()
    ]


def terms(names: Iterable[str], kind: str | None = None) -> list[Node]:
    """Refer to terms of a vocabulary, and say of which kind they are to whoever lacks it."""
    return [{"@id": name, "@type": kind} if kind else {"@id": name} for name in names]


class Graph:
    """The nodes of a paper by name; what several others refer to stands in it once."""

    def __init__(self, record: str) -> None:
        """Begin the graph of the record of this name."""
        self.record = record
        self._nodes: dict[str, Node] = {}

    def add(self, path: str, types: Iterable[str], **said: Any) -> Node:
        """Put a node in, without what it has none of, and give a reference to it.

        Args:
            path: Its place in the record, such as `activity/contract`; empty for the record.
            types: Its types; each once, in the order given.
            said: What it says: properties with a double underscore for the colon.
        """
        name = f"register:{path}" if path else self.record
        node: Node = {"@id": name, "@type": list(dict.fromkeys(types))}
        node |= {key.replace("__", ":", 1): found for key, found in said.items() if _told(found)}
        self._nodes[name] = node
        return {"@id": name}

    def concept(self, path: str, kind: str, wider: Iterable[str], **said: Any) -> Node:
        """Put a concept of our own in: of a kind, and narrower than terms of a vocabulary."""
        found = tuple(wider) or (kind,)
        return self.add(
            path, ("skos:Concept", kind, *found), **said, skos__broader=terms(dict.fromkeys(found))
        )

    def country(self, code: str, *, third: bool = False) -> Node:
        """Put a country in, by its ISO 3166-1 alpha-2 code; a third country says that it is one."""
        kinds = ("dpv:Country", "dpv:ThirdCountry") if third else ("dpv:Country",)
        return self.add(
            f"{'third-country' if third else 'country'}/{code}",
            kinds,
            dct__identifier=code,
            skos__prefLabel=spoken(lambda words: words.country(code)),
        )

    def gap(self, path: str, key: str, found: Gap) -> Node:
        """Put a gap in: what is not declared, by which article it should be, and why it is not."""

        def say(words: Words) -> str:
            what = words(f"gaps/{'other' if key in _UNNAMED else key}")
            if found.article is None:
                return words("words/gap", what=what)
            article = words.article(found.article)
            return words("words/gap-article", what=what, article=article)

        return self.add(
            f"{path}/gap/{key}",
            ("ropa:Gap",),
            rdfs__label=spoken(say),
            ropa__article=found.article,
            ropa__severity=str(found.severity),
            skos__note=both(found.reason) if found.reason else None,
        )

    def gaps(self, path: str, cells: Iterable[tuple[str, Cell[Any]]]) -> list[Node]:
        """Put in the gaps among cells, each with its key under `gaps`."""
        return [self.gap(path, key, cell.gap) for key, cell in cells if cell.gap is not None]

    def written(self) -> Node:
        """Give the whole with its context, so that nobody has to fetch one."""
        context = {"@version": 1.1, **PREFIXES, "register": f"{self.record}#"}
        return {"@context": context, "@graph": list(self._nodes.values())}


def history(found: Activity | Controller | Recipient) -> Node:
    """Give what every entry says of its past: its last change, its end, the events behind it."""
    change, end = found.last_change.value, getattr(found, "retired", Cell()).value
    return {
        "dct__modified": typed(change.occurred_at, "dateTime") if change else None,
        "skos__changeNote": change.reason if change else None,
        "ropa__changedBy": change.actor if change else None,
        "ropa__retired": typed(end.occurred_at, "dateTime") if end else None,
        "ropa__evidence": list(found.changes.evidence),
    }


def _told(found: Any) -> bool:
    return found is not None and found not in ([], ())


def cells(found: Any, **renamed: str) -> Iterator[tuple[str, Cell[Any]]]:
    """Give the cells of a part of a paper, each with the key of what its gap is called."""
    for name in found.__struct_fields__:
        cell = getattr(found, name)
        if isinstance(cell, Cell):
            yield renamed.get(name, name), cell
