"""Proposals: facts made ready outside the lock, with all that can be checked there."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from ropa.app.clear import require_clear
from ropa.app.ids import new_id
from ropa.domain.person.events import PersonRegistered
from ropa.domain.person.values import AccountNumber
from ropa.kernel.categories import Category
from ropa.kernel.fact import Fact, FactType, Number, categories_of, fact_type, values_of
from ropa.kernel.ids import ENVELOPE_TEXT
from ropa.kernel.problem import Code, Problem, Where

_TELLS_NOTHING = frozenset({Category.FINANCIAL_AMOUNT})

OWN_SOURCE = "ropa"
"""The source of consequences; no application may use it."""

_TOKEN = re.compile(ENVELOPE_TEXT)
_ENCODER = msgspec.json.Encoder()


class Proposal(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A fact with its type, its values by category, and the bytes that repeats are told by."""

    fact: Fact[Any]
    kind: FactType
    id: str
    source: str
    actor: str
    occurred_at: datetime | None
    values: dict[Category, Any]
    given: dict[str, Category]
    content: bytes


def propose(fact: Fact[Any], *, own: bool = False) -> Proposal:
    """Make a fact ready to be decided.

    Args:
        fact: The fact.
        own: Whether the register itself has it to record, and no application.

    Raises:
        Problem: An envelope field or the kind of personal values is wrong, or a clear field
            repeats a personal value.
    """
    kind = fact_type(fact.data)
    if kind.internal and not own:
        raise Problem(
            Code.INTERNAL_EVENT_TYPE,
            "Events of this type are recorded by the register itself, as consequences.",
            where=Where(field="type"),
        )
    identity = fact.id if fact.id is not None else new_id()
    actor = fact.actor if fact.actor is not None else f"app:{fact.source}"[:64]
    clear = {"id": identity, "source": fact.source, "actor": actor}
    if fact.cause is not None:
        clear["cause"] = fact.cause
    _require_tokens(clear)
    if not own:
        _require_foreign(fact.source)
    if isinstance(fact.data, PersonRegistered):
        fact = _registering(fact, fact.data)
    if fact.personal is not None and type(fact.personal) is not kind.personal:
        raise Problem(
            Code.MALFORMED_VALUE,
            f"The personal values are not those of {kind.name}.",
            advice="Use the class that the type names, or leave them out.",
            where=Where(field="data.personal"),
        )
    values = values_of(fact.personal) if fact.personal is not None else {}
    occurred_at = _utc(fact.occurred_at)
    number = (fact.subject.number,) if isinstance(fact.subject, Number) else ()
    # An amount is no name: that it stands in an id says nothing about anybody.
    telling = [one for category, one in values.items() if category not in _TELLS_NOTHING]
    require_clear(clear, fact.data, (*telling, *number))
    return Proposal(
        fact=fact,
        kind=kind,
        id=identity,
        source=fact.source,
        actor=actor,
        occurred_at=occurred_at,
        values=values,
        given=_given(kind, values),
        content=_ENCODER.encode(
            (kind.name, fact.subject, fact.data, fact.personal, occurred_at, actor, fact.cause)
        ),
    )


def _registering(fact: Fact[Any], data: PersonRegistered) -> Fact[Any]:
    """Give a registration whole: the number that it registers is the subject's."""
    subject = fact.subject
    if subject is None and isinstance(fact.personal, AccountNumber):
        subject = Number(data.namespace, fact.personal.number)
    if not isinstance(subject, Number):
        raise Problem(
            Code.MALFORMED_ENVELOPE,
            "The register gives a person its id; an application gives its own number.",
            advice="Give the application's number as the subject.",
            where=Where(field="subject"),
        )
    personal = AccountNumber(number=subject.number)
    if subject.namespace != data.namespace or fact.personal not in (None, personal):
        raise Problem(
            Code.MALFORMED_VALUE,
            "The number that is registered is not the subject's.",
            advice="Leave namespace and number out: they are the subject's.",
            where=Where(field="data.personal.number"),
        )
    return msgspec.structs.replace(fact, subject=subject, personal=personal)


def _given(kind: FactType, values: Mapping[Category, Any]) -> dict[str, Category]:
    if kind.personal is None or not values:
        return {}
    return {name: found for name, found in categories_of(kind.personal).items() if found in values}


def _require_tokens(clear: Mapping[str, str]) -> None:
    for name, text in clear.items():
        if _TOKEN.fullmatch(text) is None:
            raise Problem(
                Code.MALFORMED_ENVELOPE,
                "The attribute does not have its form: 1 to 64 characters out of"
                " A-Z a-z 0-9 . _ : / -.",
                where=Where(field=name),
            )


def _require_foreign(source: str) -> None:
    if source == OWN_SOURCE:
        raise Problem(
            Code.MALFORMED_ENVELOPE,
            f"The source {OWN_SOURCE} is the register's own.",
            advice="Give the application another name.",
            where=Where(field="source"),
        )


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise Problem(
            Code.MALFORMED_ENVELOPE,
            "The moment has no time zone.",
            advice="Give it with its offset from UTC.",
            where=Where(field="time"),
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Problem(
            Code.MALFORMED_ENVELOPE,
            "The moment lies outside the calendar, as seen from UTC.",
            where=Where(field="time"),
        ) from None
