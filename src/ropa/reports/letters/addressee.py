"""To whom a letter goes: what the requester gave, and what is on record of a known person."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from ropa.kernel.categories import Category
from ropa.kernel.ids import ActivityId, PersonId
from ropa.kernel.opening import Values
from ropa.kernel.view import Rows
from ropa.reports.entry import activity_of
from ropa.reports.letters.model import Addressee
from ropa.reports.sources import Sources
from ropa.reports.standing import Standing
from ropa.views.aliases import group
from ropa.views.people import PEOPLE, Part
from ropa.views.requests import Request


def addressee(sources: Sources, row: Request, *, home: str | None, doubted: bool) -> Addressee:
    """Give name and address as far as they are known and can be opened.

    What the requester gave comes first. The rest comes from the details of the person, but not
    while it is in doubt whether the requester is that person: an impostor must not learn from a
    letter where the person lives.

    Args:
        sources: What the letter is made from.
        row: The request.
        home: The controller's own country, which an address within it does not name.
        doubted: Whether the letter puts the question who the requester is.
    """
    given = _given(sources, row)
    name, email = given.get(Category.CONTACT_NAME), given.get(Category.CONTACT_EMAIL)
    if row.person is None or doubted or row.identity_in_doubt:
        return Addressee(name=name, email=email)
    parts = _parts(sources.rows, row.person)
    name = name or _on_record(sources, parts, Category.CONTACT_NAME)
    if email is not None:
        return Addressee(name=name, email=email)
    address = _on_record(sources, parts, Category.CONTACT_ADDRESS)
    if isinstance(address, dict) and address.get("country") == home:
        address = {**address, "country": None}
    email = None if address else _on_record(sources, parts, Category.CONTACT_EMAIL)
    return Addressee(name=name, email=email, address=address)


def _given(sources: Sources, row: Request) -> dict[Category, Any]:
    """Give what the receipt's boxes hold; the same lies in each of them."""
    if not row.sealed:
        return {}
    received = sources.at(row.received.position)
    for activity in sorted(received.sealed):
        opened = sources.open(received, activity)
        if isinstance(opened, Values):
            return opened.values
    return {}


def _parts(rows: Rows, person: PersonId) -> dict[ActivityId, list[Part]]:
    """Give what may be read for a letter, by activity, of all records of the person.

    Not what is restricted, nor what is there for a duty or for marketing only.
    """
    found: dict[ActivityId, list[Part]] = {}
    for one in group(rows, person).persons:
        known = rows.get(PEOPLE, one)
        for activity, part in known.parts.items() if known else ():
            found.setdefault(activity, []).append(part)
    return {
        activity: parts
        for activity, parts in found.items()
        if Standing(activity, tuple(parts), None).restriction() is None
        and (entry := activity_of(rows, activity)) is not None
        and (declared := entry.activity) is not None
        and not declared.direct_marketing
        and any(basis.duty is None for basis in declared.bases)
    }


def _on_record(
    sources: Sources, parts: dict[ActivityId, list[Part]], category: Category
) -> Any | None:
    """Give the latest value on record that can be opened."""
    for _, position, activity in sorted(_places(parts, category), reverse=True):
        event = sources.at(position)
        opened = sources.open(event, activity)
        if isinstance(opened, Values) and category in opened.values:
            return msgspec.to_builtins(opened.values[category])
    return None


def _places(
    parts: dict[ActivityId, list[Part]], category: Category
) -> Iterator[tuple[datetime, int, ActivityId]]:
    for activity, found in parts.items():
        for part in found:
            held = part.held.get(category)
            if held is not None and held.position is not None and held.removed is None:
                yield held.at, held.position, activity
