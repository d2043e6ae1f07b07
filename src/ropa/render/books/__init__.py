"""Workbooks: the papers that can be had as sheets, and what stands in their cells."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from ropa.kernel.ids import Language
from ropa.render.books.article30 import article30
from ropa.render.books.papers import ledger, plan
from ropa.render.books.requests import requests
from ropa.render.csv import Sheet
from ropa.render.words import Words
from ropa.reports.article30.model import Article30
from ropa.reports.cell import Gap
from ropa.reports.disposal.plan import RetentionPlan
from ropa.reports.ledger import Ledger
from ropa.reports.requests import Requests

_ZONE = ZoneInfo("Europe/Stockholm")
_WORDS_OF = MappingProxyType({"list": "fields", "event": "events"})
"""The columns whose texts are names that the catalogue has a word for, and where."""

BOOKS: Mapping[type, Callable[[Any, Words], dict[str, Sheet]]] = MappingProxyType(
    {Article30: article30, Ledger: ledger, Requests: requests, RetentionPlan: plan}
)
"""What makes the sheets of a paper, by the class of its model."""


def book(model: Any, language: Language) -> dict[str, Sheet]:
    """Give the sheets of a paper by name; KeyError where it is none that has any."""
    return BOOKS[type(model)](model, Words(language))


def in_cell(words: Words, column: str, value: Any) -> str | int | date | datetime | None:
    """Give what stands in a cell: text, number, day or moment; None where it is empty.

    A moment is as the clocks in Sweden showed it, without a zone, which a spreadsheet has not.
    """
    match value:
        case Gap(article=None):
            return words("sheets/gap")
        case Gap(article=str() as article):
            return words("sheets/gap-article", article=words.article(article))
        case bool():
            return words.yes_no(answer=value)
        case StrEnum():
            return words.label(value)
        case datetime():
            return value.astimezone(_ZONE).replace(tzinfo=None, microsecond=0)
        case str() if column in _WORDS_OF:
            return words(f"{_WORDS_OF[column]}/{value}")
        case str() if column == "country":
            return words.country(value)
        case str() | int() | date() | None:
            return value
        case _:
            message = f"no cell for a {type(value).__name__}"
            raise TypeError(message)
