"""What stands in the file that a person takes along."""

from datetime import date
from enum import StrEnum
from typing import Any

import msgspec

from ropa.domain.person.events import RestrictionGround
from ropa.kernel.categories import Category
from ropa.kernel.ids import ActivityId, Channel, PersonId
from ropa.kernel.law import LegalBasis, LocalText
from ropa.reports.cell import Cell, Head


class LeftOutReason(StrEnum):
    """Why a value that is recorded of the person is not in the file."""

    BASIS = "basis"
    """Its activity rests on neither consent nor a contract (Art. 20(1)(a))."""
    NOT_PROVIDED = "not-provided"
    """Nothing says that the person provided it (Art. 20(1))."""
    RESTRICTED = "restricted"
    """Its processing is restricted, and no open request asks for the file (Art. 18(2))."""
    ERASED = "erased"
    """It was erased."""
    UNREADABLE = "unreadable"
    """It cannot be read; the access report says why."""


class Provided(Cell[Any], frozen=True, gc=False, kw_only=True):
    """One value that the person provided; `value` is a text, or an object for an address.

    Attributes:
        position: The event that gave the value to the activity.
        category: Its category.
        since: Since which day it holds.
        channel: How the person provided it.
        source: The application to which.
    """

    position: int
    category: Category
    since: date
    channel: Channel
    source: str


class LeftOut(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The categories of which a current value is not in the file, for one reason."""

    reason: LeftOutReason
    categories: Cell[tuple[Category, ...]]


class Ported(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What one activity has that the person can take along.

    Attributes:
        activity: The short name.
        title: The activity's name.
        bases: The bases that make its values portable, `consent` or `contract`: those that hold,
            or, where no basis holds any longer, those that held.
        restricted: On which ground processing is restricted; empty where it is not.
        values: The current values, by category, then newest first.
        left_out: What is not in the file, and why.
    """

    activity: ActivityId
    title: Cell[LocalText]
    bases: Cell[tuple[LegalBasis, ...]]
    restricted: Cell[RestrictionGround]
    values: tuple[Provided, ...]
    left_out: tuple[LeftOut, ...]


class Portability(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """All that a person provided under consent or contract, as it is held now (Art. 20).

    Attributes:
        head: The head of the paper.
        person: The person's id in the register; None where nobody was found.
        held: Whether anything about the person is processed.
        records: The person's own record, and those found to be the same person's.
        activities: What each activity that has to do with the person gives to the file.
        contact: How the controller is reached.
        complaint_authority: The authority that one may complain to.
    """

    head: Head
    person: PersonId | None
    held: Cell[bool]
    records: Cell[tuple[PersonId, ...]]
    activities: tuple[Ported, ...]
    contact: Cell[str]
    complaint_authority: Cell[str]
