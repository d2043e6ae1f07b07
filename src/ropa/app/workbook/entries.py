"""The entries that a workbook holds, with the address of each value."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from ropa.app.workbook.cells import (
    code_in,
    country_in,
    day_in,
    flag_in,
    local_in,
    name_in,
    number_in,
    required,
    text_in,
    wrong,
)
from ropa.app.workbook.grid import Grid, Line
from ropa.app.workbook.words import LIST_OF, normal
from ropa.domain.activity.events import CookieKind, DataSource, DataSubjects, RetentionStart
from ropa.domain.recipient.events import RecipientRole, Safeguard
from ropa.kernel.categories import Category
from ropa.kernel.ids import Role
from ropa.kernel.law import Duty, LegalBasis
from ropa.kernel.problem import Code
from ropa.render.books.article30 import LISTS

_CODES: Mapping[str, type[StrEnum]] = MappingProxyType(
    {"subjects": DataSubjects, "categories": Category, "sources": DataSource, "roles": Role}
)


@dataclass(slots=True)
class Entry:
    """An entry of the register as a workbook gives it.

    Attributes:
        line: The row that names it.
        fields: Its fields as they stand in an event, whole: None where nothing stands there.
        places: The addresses of its values, by their paths such as `purposes.0.sv`.
        ended: Whether it came to its end.
        version: How many events it had when the workbook was made; None where it does not say.
    """

    line: Line
    fields: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    ended: bool = False
    version: int | None = None

    def put(self, path: str, value: Any, place: str) -> None:
        """Set a field, and say where it stands."""
        self.fields[path] = value
        self.places[path] = place

    def add(self, path: str, item: Any, line: Line, columns: Mapping[str, str]) -> None:
        """Add a member to a list; `columns` gives the columns of its parts.

        The same row once more says nothing more.
        """
        items = self.fields[path]
        if item in items:
            return
        for part, column in columns.items():
            self.places[f"{path}.{len(items)}{part}"] = line.at(column)
        items.append(item)

    def place(self, path: str) -> str:
        """Give the address of a value, or of what is around it."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path.rpartition(".")[0]
        return self.line.at("")


@dataclass(frozen=True, slots=True)
class Entries:
    """What a workbook holds: the activities and the recipients by their short names."""

    activities: Mapping[str, Entry]
    recipients: Mapping[str, Entry]


def entries(grid: Grid, known: Callable[[str], bool] = lambda _recipient: False) -> Entries:
    """Give the entries of a grid.

    Args:
        grid: The rows of its sheets.
        known: Tells whether the register has a recipient that does not stand in the workbook.

    Raises:
        Problem: What is wrong with a value, and where: sheet, column and row.
    """
    recipients = dict(_recipients(grid))
    activities = dict(_activities(grid))

    def is_recipient(name: str) -> bool:
        return name in recipients or known(name)

    for line in grid["purposes"]:
        one = _of(activities, line)
        if (text := local_in(line, "purpose")) is not None:
            one.add(
                "purposes", text, line, {"": "purpose_sv", ".sv": "purpose_sv", ".en": "purpose_en"}
            )
    for line in grid["bases"]:
        _basis(_of(activities, line), line)
    for line in grid["categories"]:
        _member(_of(activities, line), line)
    for line in grid["disclosures"]:
        one = _of(activities, line)
        name = text_in(line, "recipient")
        if name is not None and not is_recipient(name):
            raise wrong(
                Code.UNKNOWN_RECIPIENT,
                "Neither the file nor the register has a recipient by this name.",
                line.at("recipient"),
            )
        if name is not None:
            one.add("recipients", name, line, {"": "recipient"})
    _retentions(activities, grid)
    for line in grid["cookies"]:
        _cookie(_of(activities, line), line)
    for line in grid["transfers"]:
        _transfer(_of(recipients, line, "recipient"), line)
    return Entries(activities, recipients)


def _activities(grid: Grid) -> Iterator[tuple[str, Entry]]:
    for name, one in _named(grid["activities"], "activity"):
        line = one.line
        one.put("title", local_in(line, "title") or {}, line.at("title_sv"))
        one.places["title.en"] = line.at("title_en")
        for path in ("purposes", "bases", *LISTS, "recipients", "cookies"):
            one.put(path, [], line.at("activity"))
        one.put("no_recipients", flag_in(line, "no_recipients") or False, line.at("no_recipients"))
        one.put("retention", None, line.at("activity"))
        one.put("retention_gap", None, line.at("activity"))
        one.put(
            "direct_marketing",
            flag_in(line, "direct_marketing") or False,
            line.at("direct_marketing"),
        )
        one.put("client", _client(line), line.at("client"))
        for part, column in _CLIENT.items():
            one.places[f"client.{part}"] = line.at(column)
        one.put("system", text_in(line, "system"), line.at("system"))
        one.put(
            "impact_assessment", flag_in(line, "impact_assessment"), line.at("impact_assessment")
        )
        one.put("review_due", day_in(line, "review_due"), line.at("review_due"))
        yield name, one


def _recipients(grid: Grid) -> Iterator[tuple[str, Entry]]:
    for name, one in _named(grid["recipients"], "recipient"):
        line = one.line
        one.put("category", local_in(line, "category") or {}, line.at("category_sv"))
        one.places["category.en"] = line.at("category_en")
        one.put("name", text_in(line, "name"), line.at("name"))
        one.put("role", code_in(line, "role", RecipientRole), line.at("role"))
        one.put("country", country_in(line), line.at("country"))
        one.put("transfers", [], line.at("recipient"))
        one.put("agreement", text_in(line, "agreement"), line.at("agreement"))
        yield name, one


def _named(lines: Iterator[Line] | Any, column: str) -> Iterator[tuple[str, Entry]]:
    seen: dict[str, Line] = {}
    for line in lines:
        name = name_in(line, column)
        if name in seen:
            raise wrong(
                Code.MALFORMED_VALUE,
                f"This short name stands in {seen[name].at(column)} already.",
                line.at(column),
            )
        seen[name] = line
        changes = text_in(line, "changes") or ""
        yield (
            name,
            Entry(
                line,
                fields={column: name},
                places={column: line.at(column)},
                ended=flag_in(line, "ended") or False,
                version=int(changes) if changes.isdecimal() and len(changes) < 9 else None,  # noqa: PLR2004
            ),
        )


def _basis(one: Entry, line: Line) -> None:
    basis = code_in(line, "basis", LegalBasis)
    source, duty = local_in(line, "source"), code_in(line, "duty", Duty)
    if basis is not None:
        places = {"": "basis", ".source": "source_sv", ".source.en": "source_en", ".duty": "duty"}
        one.add("bases", {"basis": basis, "source": source, "duty": duty}, line, places)
    elif source or duty:
        raise required(line.at("basis"))


def _member(one: Entry, line: Line) -> None:
    told = text_in(line, "list")
    name = LIST_OF.get(normal(told)) if told else None
    if name is None:
        raise wrong(
            Code.MALFORMED_VALUE,
            "This is none of the lists of an activity.",
            line.at("list"),
            "There are: data subjects, categories of data, sources and roles, named as in an"
            " export.",
        )
    code = code_in(line, "member", _CODES[name])
    if code is not None:
        one.add(name, code, line, {"": "member"})


def _retentions(activities: Mapping[str, Entry], grid: Grid) -> None:
    seen: set[str] = set()
    for line in grid["retention"]:
        one = _of(activities, line)
        if (name := one.fields["activity"]) in seen:
            raise wrong(
                Code.MALFORMED_VALUE,
                "The activity has a row in this sheet already.",
                line.at("activity"),
            )
        seen.add(name)
        start, years, months = (
            code_in(line, "start", RetentionStart),
            number_in(line, "years"),
            number_in(line, "months"),
        )
        confirmed = flag_in(line, "confirmed")
        if start is not None:
            rule = {
                "start": start,
                "years": years or 0,
                "months": months or 0,
                "from_end_of_calendar_year": flag_in(line, "calendar_year") or False,
                "source": local_in(line, "source"),
                "confirmed": True if confirmed is None else confirmed,
            }
            one.put("retention", rule, line.at("start"))
            for part, column in (
                ("years", "years"),
                ("months", "months"),
                ("source", "source_sv"),
                ("source.en", "source_en"),
            ):
                one.places[f"retention.{part}"] = line.at(column)
        elif years or months:
            raise required(line.at("start"))
        one.put("retention_gap", local_in(line, "gap"), line.at("gap_sv"))
        one.places["retention_gap.en"] = line.at("gap_en")


def _cookie(one: Entry, line: Line) -> None:
    needed = flag_in(line, "consent_needed")
    cookie = {
        "name": text_in(line, "cookie"),
        "provider": text_in(line, "provider"),
        "kind": code_in(line, "kind", CookieKind),
        "lifetime_days": number_in(line, "lifetime_days"),
        "purpose": local_in(line, "purpose") or {},
        "consent_needed": True if needed is None else needed,
    }
    for column in ("cookie", "kind"):
        if text_in(line, column) is None:
            raise required(line.at(column))
    places = {
        "": "cookie",
        ".name": "cookie",
        ".provider": "provider",
        ".lifetime_days": "lifetime_days",
        ".purpose": "purpose_sv",
        ".purpose.en": "purpose_en",
    }
    one.add("cookies", cookie, line, places)


def _transfer(one: Entry, line: Line) -> None:
    country = country_in(line)
    if country is None:
        raise required(line.at("country"))
    transfer = {
        "country": country,
        "safeguard": code_in(line, "safeguard", Safeguard),
        "documentation": local_in(line, "documented"),
    }
    places = {
        "": "country",
        ".documentation": "documented_sv",
        ".documentation.en": "documented_en",
    }
    one.add("transfers", transfer, line, places)


_CLIENT: Mapping[str, str] = MappingProxyType(
    {
        "name": "client",
        "contact": "client_contact",
        "representative": "client_representative",
        "data_protection_officer": "client_officer",
    }
)


def _client(line: Line) -> dict[str, str] | None:
    found = {part: text_in(line, column) for part, column in _CLIENT.items()}
    return {part: text for part, text in found.items() if text is not None} or None


def _of(known: Mapping[str, Entry], line: Line, column: str = "activity") -> Entry:
    name = name_in(line, column)
    if name not in known:
        code = Code.UNKNOWN_ACTIVITY if column == "activity" else Code.UNKNOWN_RECIPIENT
        advice = "Enter it there first, with its short name."
        raise wrong(code, f"The file has no {column} by this name.", line.at(column), advice)
    return known[name]
