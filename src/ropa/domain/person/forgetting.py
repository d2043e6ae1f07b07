"""What can happen to a person's data in the end: holds, erasure, and what outlives it."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround, Unit, Withheld
from ropa.kernel.fact import fact, value
from ropa.kernel.ids import ActivityId, RecipientId, RequestId

_Activities = Annotated[tuple[ActivityId, ...], Field(min_length=1)]
_Position = Annotated[int, Field(ge=1)]


class HoldGround(StrEnum):
    """Why data must not be erased for the time being (Art. 17(3)(b), (e))."""

    DISPUTE = "dispute"
    LEGAL_CLAIM = "legal-claim"
    AUTHORITY_ORDER = "authority-order"
    AUDIT = "audit"


class HoldEnd(StrEnum):
    """Why a hold was lifted."""

    SETTLED = "settled"
    TIME_BARRED = "time-barred"
    ORDER_ENDED = "order-ended"
    MISTAKE = "mistake"


class Informing(StrEnum):
    """What became of telling a recipient (Art. 19)."""

    INFORMED = "informed"
    IMPOSSIBLE = "impossible"
    DISPROPORTIONATE = "disproportionate"


class NotInforming(StrEnum):
    """Why a recipient could not be told, or not with reasonable effort (Art. 19)."""

    CEASED_TO_EXIST = "ceased-to-exist"
    NOT_REACHABLE = "not-reachable"
    DATA_NO_LONGER_HELD = "data-no-longer-held"
    EFFORT = "effort"


@value
class Suppressed:
    """Marketing that a person's addresses are shut out from after their erasure."""

    activity: ActivityId
    """The marketing."""
    objected_on: date
    """The day of the objection or withdrawal."""


@fact("person.hold-placed.v1", stream="person/{subject}")
class HoldPlaced:
    """Data must not be erased for the time being, whatever a rule or a request says."""

    activities: _Activities
    """The activities whose data is held."""
    ground: HoldGround
    """Why."""


@fact("person.hold-lifted.v1", stream="person/{subject}")
class HoldLifted:
    """A hold was lifted: rules and requests apply again."""

    activities: _Activities
    """The activities whose data is held no longer."""
    reason: HoldEnd
    """Why."""


@fact("person.erasure-decided.v1", stream="person/{subject}", internal=True)
class ErasureDecided:
    """It was decided to erase what was sealed before this event, and nothing more is let in.

    What is erased is what earlier events of the same history sealed for the units. A unit is let in
    again only by what begins a new relation: a start or a consent that occurred later.
    """

    ground: ErasureGround
    """Why it is erased."""
    erased: tuple[Unit, ...]
    """What is erased."""
    categories: tuple[Category, ...] = ()
    """What alone is erased, where an activity dropped categories; the rest is carried over."""
    withheld: tuple[Withheld, ...] = ()
    """What is kept although its erasure was asked for."""
    suppressed: tuple[Suppressed, ...] = ()
    """The marketing that the erased addresses are shut out from, by a keyed digest of each."""
    request: RequestId | None = None
    """The request that asked for it."""


@fact("person.erasure-completed.v1", stream="person/{subject}", internal=True)
class ErasureCompleted:
    """Keys, boxes, lookups and digests of an erasure are gone from every file of the register."""

    decision: _Position
    """The position of the event that decided it."""


@fact("person.objection-remembered.v1", stream="person/{subject}", internal=True)
class ObjectionRemembered:
    """An address that came in is suppressed: an earlier objection holds (Art. 21(3))."""

    activity: ActivityId
    """The marketing that was objected to."""
    objected_on: date
    """The day of the objection; a consent given on a later day ends its effect."""


@fact("person.recipient-informed.v1", stream="person/{subject}")
class RecipientInformed:
    """A recipient was told of a rectification, an erasure or a restriction, or not (Art. 19)."""

    recipient: RecipientId
    """The recipient."""
    about: _Position
    """The position of the event that the recipient was to be told of."""
    outcome: Informing
    """What became of it."""
    reason: NotInforming | None = None
    """Why the recipient was not told; required where that is so."""


ForgettingEvent = (
    HoldPlaced
    | HoldLifted
    | ErasureDecided
    | ErasureCompleted
    | ObjectionRemembered
    | RecipientInformed
)
