"""Sheets: the papers that can be had as rows, each with what its columns are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ropa.kernel.ids import Language
from ropa.render.books.article30 import rows
from ropa.render.books.papers import consents, planned
from ropa.render.books.requests import rows as requests
from ropa.render.csv import Sheet
from ropa.render.words import Words
from ropa.reports.article30.model import Article30
from ropa.reports.disposal.plan import RetentionPlan
from ropa.reports.ledger import Ledger
from ropa.reports.portability.model import Portability, Ported
from ropa.reports.requests import Requests

_HEAD = ("controller", "person", "made_at", "as_of", "position", "root", "document")
_ROW = (
    "kind", "activity", "title", "bases", "restricted", "category", "value", "since", "channel",
    "source", "reason", "evidence",
)  # fmt: skip


def portability(paper: Portability, words: Words) -> Sheet:
    """Give one row a value, and one a category that is left out.

    What the whole file is stands in each row, so that a row says whose it is wherever it goes.
    """
    head = paper.head
    whole = (
        head.controller.value,
        paper.person,
        head.printed_at,
        head.as_of.moment,
        head.as_of.position,
        head.as_of.root,
        head.document,
    )
    rows = [row for found in paper.activities for row in _rows(found, words)]
    nothing: tuple[dict[str, Any], ...] = ({"kind": "nothing-held"},)
    return Sheet(
        columns=(_ROW[0], *_HEAD, *_ROW[1:]),
        rows=tuple(
            (row["kind"], *whole, *(row.get(name) for name in _ROW[1:])) for row in rows or nothing
        ),
    )


def _rows(found: Ported, words: Words) -> Iterator[dict[str, Any]]:
    activity = {
        "activity": found.activity,
        "title": words.local(found.title.value) if found.title.value else None,
        "bases": _spaced(found.bases.value or ()),
        "restricted": found.restricted.value,
    }
    for value in found.values:
        yield activity | {
            "kind": "value",
            "category": value.category,
            "value": value.value,
            "since": value.since,
            "channel": value.channel,
            "source": value.source,
            "evidence": _spaced(value.evidence),
        }
    for left in found.left_out:
        for category in left.categories.value or ():
            yield activity | {
                "kind": "left-out",
                "category": category,
                "reason": left.reason,
                "evidence": _spaced(left.categories.evidence),
            }
    if not (found.values or found.left_out):
        yield activity | {"kind": "nothing-recorded"}


def _spaced(codes: Sequence[Any]) -> str | None:
    return " ".join(str(code) for code in codes) or None


SHEETS: Mapping[type, Callable[[Any, Words], Sheet]] = MappingProxyType(
    {
        Portability: portability,
        Article30: rows,
        Ledger: consents,
        Requests: requests,
        RetentionPlan: planned,
    }
)
"""What makes a sheet of a paper, by the class of its model."""


def sheet(model: Any, language: Language) -> Sheet:
    """Give a paper as rows; KeyError where it is none of those that can be had so."""
    return SHEETS[type(model)](model, Words(language))
