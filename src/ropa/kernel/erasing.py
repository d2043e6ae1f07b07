"""Erasure: the terms in which events say what was erased, what was kept, and on which ground."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from ropa.kernel.fact import value
from ropa.kernel.ids import ActivityId

Bucket = Annotated[str, Field(pattern=r"^[0-9a-f-]{0,36}$")]
"""A retention unit within an activity: the end of a financial year, a request, or "" for all."""


class ErasureGround(StrEnum):
    """Why values are erased (Art. 5(1)(e), 17(1))."""

    REQUESTED = "requested"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    OBJECTED = "objected"
    UNLAWFUL_PROCESSING = "unlawful-processing"
    RETENTION_ENDED = "retention-ended"
    CATEGORY_DROPPED = "category-dropped"


class WithholdingGround(StrEnum):
    """Why values are kept although their erasure was asked for (Art. 17(3)(a)-(e))."""

    FREEDOM_OF_EXPRESSION = "freedom-of-expression"
    LEGAL_OBLIGATION = "legal-obligation"
    PUBLIC_HEALTH = "public-health"
    ARCHIVING = "archiving"
    LEGAL_CLAIMS = "legal-claims"


@value
class Unit:
    """What is kept, and erased, as one: what an activity holds in one bucket."""

    activity: ActivityId
    """The activity."""
    bucket: Bucket = ""
    """The bucket; empty where the activity has but one."""


@value
class Withheld:
    """A unit that is kept although its erasure was asked for (Art. 17(3))."""

    activity: ActivityId
    """The activity."""
    bucket: Bucket = ""
    """The bucket; empty where the activity has but one."""
    ground: WithholdingGround
    """On which ground it is kept."""
    through: date | None = None
    """The last day on which it is kept; absent where no rule gives one yet."""
