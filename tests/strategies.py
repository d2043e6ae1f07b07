"""Hypothesis strategies: events of every type, personal values, policies, stored events, facts."""

import operator
import types
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic.fields import FieldInfo

from ropa.catalogue import NOUNS
from ropa.domain.person.examples import (
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    CONTACT_CHANGED,
    CONTRACT_ENDED,
    CONTRACT_STARTED,
    DETAILS,
    NUMBER,
    OBJECTED,
    RECORD,
    RECORD_FILED,
    REGISTERED,
    RESTRICTED,
    RESTRICTION_LIFTED,
)
from ropa.domain.person.values import ContactDetails
from ropa.kernel.categories import Category
from ropa.kernel.decider import ActivityPolicy
from ropa.kernel.fact import Box, Recorded, fact_type
from ropa.kernel.law import Basis, Duty, LegalBasis
from tests.given import ME, OTHER, SHOP, Told, at, moment

FEW = settings(max_examples=settings().max_examples // 4)
"""For a law that is tried on each of many types."""
DAYS = st.integers(1, 6)
"""So few days that things often happen at the same moment."""

ids = st.uuids(version=4).map(str)
tokens = st.text("Aaz09._:/-", min_size=1, max_size=12)
moments = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - Hypothesis wants the limits naive
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
_texts = st.text(st.characters(codec="utf-8"), max_size=12)
_lines = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)
_slugs = st.lists(st.text("az09", min_size=1, max_size=6), min_size=1, max_size=2).map("-".join)

# Any text of a pattern can be drawn from the pattern itself; these draw it a hundred times as fast.
_QUICKLY: dict[str, SearchStrategy[str]] = {
    r"^[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$": _lines,
    r"^[a-z_]{1,48}$": st.sampled_from(["email", "phone", "system", "roles", "name"]),
    r"^[a-z0-9]+(-[a-z0-9]+)*$": _slugs,
    r"^[0-9a-f]{64}$": st.integers(0, 2**256 - 1).map("{:064x}".format),
    r"^[A-Za-z0-9._-]{1,32}$": st.text("Aaz09._-", min_size=1, max_size=8),
    r"^[A-Z]{2}$": st.sampled_from(["SE", "NO", "US"]),
    r"^[A-Z]{3}$": st.sampled_from(["SEK", "EUR"]),
}


def events(cls: type, **fields: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Give events (or values) of a class with any content that its fields allow."""
    return st.builds(cls, **_fields(cls) | fields)


def personal_values(cls: type) -> SearchStrategy[Any]:
    """Give what a fact of an event class may carry beside its clear fields, or None."""
    personal = fact_type(cls).personal
    return st.none() if personal is None else st.none() | events(personal)


def events_of(noun: str) -> SearchStrategy[Any]:
    """Give events of any type of a noun."""
    return st.one_of([events(cls) for cls in NOUNS[noun].events])


def recorded(data: SearchStrategy[Any]) -> SearchStrategy[Recorded[Any]]:
    """Give events as a log holds them, with boxes for the activities that they name."""
    return data.flatmap(
        lambda event: st.builds(
            Recorded,
            position=st.integers(1, 2**40),
            id=tokens,
            type=st.just(fact_type(event).name),
            source=tokens,
            subject=st.none() | ids,
            stream=st.just(fact_type(event).stream_of(event, ME)),
            version=st.integers(1, 2**40),
            recorded_at=moments,
            occurred_at=moments,
            actor=tokens,
            cause=st.none() | tokens,
            data=st.just(event),
            sealed=boxes(event),
        )
    )


def boxes(event: Any) -> SearchStrategy[dict[str, Box]]:
    """Give boxes for some of the activities that an event names."""
    categories = st.frozensets(st.sampled_from(CARRIED_CATEGORIES)).map(sorted).map(tuple)
    box = st.builds(Box, st.just("k_7"), st.just("ab" * 32), categories)
    return st.fixed_dictionaries({}, optional=dict.fromkeys(getattr(event, "activities", ()), box))


@st.composite
def streams(draw: st.DrawFn, noun: str) -> list[Recorded[Any]]:
    """Give any events of a noun, on any of a few days and in any order, sensible or not."""
    return [
        Recorded(
            position=number,
            id=f"test-{number}",
            type=fact_type(event).name,
            source="test",
            subject=ME,
            stream=fact_type(event).stream_of(event, ME),
            version=number,
            recorded_at=moment(1000),
            occurred_at=moment(draw(DAYS)),
            actor="test",
            cause=None,
            data=event,
            sealed=draw(boxes(event)),
        )
        for number, event in enumerate(draw(st.lists(events_of(noun), max_size=6)), start=1)
    ]


# Policies.

CARRIED_CATEGORIES = (
    Category.CONTACT_NAME,
    Category.CONTACT_EMAIL,
    Category.CONTACT_PHONE,
    Category.CONTACT_ADDRESS,
    Category.FINANCIAL_VOUCHER,
    Category.FINANCIAL_AMOUNT,
)


@cache
def policies(
    names: tuple[str, ...] = ("contract", "marketing", "bookkeeping", "club", "lottery"),
) -> SearchStrategy[dict[str, ActivityPolicy]]:
    """Give what a register may declare: the shop's activities, more or less changed."""
    return st.fixed_dictionaries({name: _like(SHOP.activities[name]) for name in names})


def _like(policy: ActivityPolicy) -> SearchStrategy[ActivityPolicy]:
    consent, interest = Basis(basis=LegalBasis.CONSENT), Basis(basis=LegalBasis.LEGITIMATE_INTEREST)
    duty = Basis(basis=LegalBasis.LEGAL_OBLIGATION, duty=Duty.ACCOUNTING)
    bases = [(), (consent,), (interest, consent), (duty,), (*policy.bases, duty)]
    like = st.sampled_from(
        [
            policy,
            replace(policy, retired=not policy.retired),
            replace(policy, direct_marketing=not policy.direct_marketing),
            *(replace(policy, bases=others) for others in bases),
        ]
    )
    categories = st.frozensets(st.sampled_from(CARRIED_CATEGORIES), min_size=1)
    return st.just(policy) | like | st.builds(replace, like, categories=categories)


# What may happen to one person, told on few days so that order and coincidence are tried.


def basis_facts(activities: Sequence[str] = ("marketing", "club")) -> SearchStrategy[Told]:
    """Give facts that begin and end a basis."""
    named = st.sampled_from(activities)
    facts = [
        replace(CONTRACT_STARTED, basis=LegalBasis.CONTRACT),
        replace(CONTRACT_STARTED, basis=LegalBasis.LEGITIMATE_INTEREST),
        CONTRACT_ENDED,
        CONSENT_GIVEN,
        CONSENT_WITHDRAWN,
        OBJECTED,
    ]
    return st.builds(at, DAYS, st.builds(replace, st.sampled_from(facts), activity=named))


def value_facts(activities: Sequence[str]) -> SearchStrategy[Told]:
    """Give facts that bring values in, or say that they no longer hold."""
    named = st.lists(st.sampled_from(activities), min_size=1, unique=True).map(tuple)
    removed = st.lists(st.sampled_from(CARRIED_CATEGORIES[:4]), max_size=1).map(tuple)
    changed = st.builds(replace, st.just(CONTACT_CHANGED), activities=named, removed=removed)
    filed = st.builds(replace, st.just(RECORD_FILED), activities=named)
    details = st.sampled_from([DETAILS, replace(DETAILS, phone=None), ContactDetails(name="A E")])
    return st.builds(at, DAYS, changed, details) | st.builds(at, DAYS, filed, st.just(RECORD))


def restriction_facts(activities: Sequence[str]) -> SearchStrategy[Told]:
    """Give restrictions of one activity, and their lifting."""
    named = st.sampled_from(activities).map(lambda one: (one,))
    lifted = replace(RESTRICTION_LIFTED, informed_on=date(2025, 1, 1))
    facts = st.sampled_from([RESTRICTED, lifted])
    return st.builds(at, DAYS, st.builds(replace, facts, activities=named))


def person_facts(
    activities: Sequence[str] = tuple(sorted(SHOP.activities)),
) -> SearchStrategy[list[Told]]:
    """Give what is told of one person, in the order in which it comes in."""
    facts = basis_facts(activities) | value_facts(activities) | restriction_facts(activities)
    customer = [at(1, REGISTERED, NUMBER), at(1, CONTRACT_STARTED)]
    known = [*customer, at(1, replace(CONTACT_CHANGED, activities=("contract",)), DETAILS)]
    begun = st.sampled_from([customer[:1], known, known, known])
    return st.builds(operator.add, begun, st.lists(facts, min_size=3, max_size=9))


# Any value of a field, from its declaration.


@cache
def _fields(cls: type) -> dict[str, SearchStrategy[Any]]:
    hints = get_type_hints(cls, include_extras=True)
    return {name: _of(hint) for name, hint in hints.items()}


def _of(hint: Any, *marks: Any) -> SearchStrategy[Any]:
    origin = get_origin(hint)
    if origin is Annotated:
        return _of(hint.__origin__, *hint.__metadata__, *marks)
    if origin in {Union, types.UnionType}:
        return st.one_of([_of(part, *marks) for part in get_args(hint)])
    limits: list[Any] = [
        part for mark in marks if isinstance(mark, FieldInfo) for part in mark.metadata
    ]
    if origin is tuple:
        least = next((part.min_length for part in limits if hasattr(part, "min_length")), 0)
        return st.lists(_of(get_args(hint)[0]), min_size=least, max_size=3).map(tuple)
    if hint is type(None):
        return st.none()
    if hint is str:
        return _text(limits)
    if hint is int:
        lowest = [part.ge for part in limits if hasattr(part, "ge")]
        highest = [part.le for part in limits if hasattr(part, "le")]
        return st.integers(*(lowest or [-(2**53)]), *(highest or [2**53]))
    if hint is bool:
        return st.booleans()
    if hint is date:
        return st.dates(date(1990, 1, 1), date(2100, 1, 1))
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    return events(hint)


def _text(limits: Sequence[Any]) -> SearchStrategy[str]:
    pattern = next((part.pattern for part in limits if hasattr(part, "pattern")), None)
    least = next((part.min_length for part in limits if hasattr(part, "min_length")), 0)
    if pattern is None:
        return _texts.map(lambda text: text.ljust(least, "x"))
    if "-4[0-9a-f]{3}-" in pattern:
        return st.sampled_from([ME, OTHER]) | ids
    return _QUICKLY[pattern] if pattern in _QUICKLY else st.from_regex(pattern, fullmatch=True)
