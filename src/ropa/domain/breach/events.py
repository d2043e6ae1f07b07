"""What can happen in the case of a breach of personal data."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from ropa.kernel.categories import Category
from ropa.kernel.fact import fact, value
from ropa.kernel.ids import ActivityId, BreachId, Channel, Line
from ropa.kernel.law import Duty


class BreachNature(StrEnum):
    """What a breach did to the data (Art. 4(12))."""

    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"


class Risk(StrEnum):
    """The risk to the rights and freedoms of persons (Art. 33(1), 34(1))."""

    UNLIKELY = "unlikely"
    RISK = "risk"
    HIGH_RISK = "high-risk"


class NotTellingGround(StrEnum):
    """Why persons were not told (Art. 34(1), 34(3)(a)-(c))."""

    NO_HIGH_RISK = "no-high-risk"
    DATA_UNINTELLIGIBLE = "data-unintelligible"
    RISK_REMOVED = "risk-removed"
    PUBLIC_COMMUNICATION = "public-communication"


_Text = Annotated[str, Field(min_length=1, max_length=8000)]


@value
class IncidentAccount:
    """The facts of a breach, its effects and the remedy (Art. 33(5))."""

    facts: _Text
    """What happened."""
    effects: _Text | None = None
    """What it led to."""
    remedy: _Text | None = None
    """What was done about it."""


@value
class BreachText:
    """The account of a breach in words, which may speak of persons."""

    account: Annotated[IncidentAccount | None, Category.INCIDENT_ACCOUNT] = None
    """The account."""


@fact(
    "breach.discovered.v1",
    stream="breach/{breach}",
    personal=BreachText,
    duty=Duty.ACCOUNTABILITY,
)
class BreachDiscovered:
    """The company became aware of a breach, at the moment when this occurred (Art. 33(1))."""

    breach: BreachId
    """The short name of the case."""
    natures: Annotated[tuple[BreachNature, ...], Field(min_length=1)]
    """What it did to the data."""
    affected: tuple[ActivityId, ...] = ()
    """The processing activities whose data it touched."""
    categories: tuple[Category, ...] = ()
    """The categories of personal data that it touched."""
    persons: Annotated[int, Field(ge=0, le=10_000_000_000)] | None = None
    """About how many persons it touched; absent where nobody knows."""
    records: Annotated[int, Field(ge=0, le=10_000_000_000)] | None = None
    """About how many records it touched; absent where nobody knows."""
    activities: tuple[ActivityId, ...] = ()
    """What the account is kept for."""


@fact(
    "breach.described.v1", stream="breach/{breach}", personal=BreachText, duty=Duty.ACCOUNTABILITY
)
class BreachDescribed:
    """More became known of a breach (Art. 33(4))."""

    breach: BreachId
    """The case."""
    persons: Annotated[int, Field(ge=0, le=10_000_000_000)] | None = None
    """About how many persons it touched, as known now."""
    records: Annotated[int, Field(ge=0, le=10_000_000_000)] | None = None
    """About how many records it touched, as known now."""
    activities: tuple[ActivityId, ...] = ()
    """What the account is kept for."""


@fact("breach.assessed.v1", stream="breach/{breach}")
class BreachAssessed:
    """The risk of a breach was assessed."""

    breach: BreachId
    """The case."""
    risk: Risk
    """The risk to persons."""


@fact("breach.authority-notified.v1", stream="breach/{breach}")
class AuthorityNotified:
    """The supervisory authority was notified (Art. 33(1))."""

    breach: BreachId
    """The case."""
    reference: Line | None = None
    """The authority's reference."""
    late_reason: Line | None = None
    """Why it took more than 72 hours, where it did."""


@fact("breach.persons-told.v1", stream="breach/{breach}")
class PersonsTold:
    """The persons concerned were told (Art. 34(1))."""

    breach: BreachId
    """The case."""
    channel: Channel
    """How they were told."""
    persons: Annotated[int, Field(ge=1, le=10_000_000_000)]
    """How many were told."""


@fact("breach.persons-not-told.v1", stream="breach/{breach}")
class PersonsNotTold:
    """It was decided that the persons concerned need not be told."""

    breach: BreachId
    """The case."""
    ground: NotTellingGround
    """Why."""


@fact("breach.closed.v1", stream="breach/{breach}")
class BreachClosed:
    """The case was closed."""

    breach: BreachId
    """The case."""
    reason: Line
    """What it ended with."""


BreachEvent = (
    BreachDiscovered
    | BreachDescribed
    | BreachAssessed
    | AuthorityNotified
    | PersonsTold
    | PersonsNotTold
    | BreachClosed
)
