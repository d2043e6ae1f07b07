"""What the access report tells of what happened: its dated lists, one class for each."""

from datetime import date, datetime

import msgspec

from ropa.domain.person.events import (
    LookUpPurpose,
    RestrictionException,
)
from ropa.domain.person.forgetting import Informing, NotInforming
from ropa.domain.person.telling import Measure
from ropa.domain.request.decider import Closed
from ropa.domain.request.events import Outcome, RefusalGround, RequestKind
from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround, Unit, Withheld
from ropa.kernel.ids import ActivityId, Channel, Language, RecipientId, Role
from ropa.kernel.law import LocalText
from ropa.reports.cell import Cell
from ropa.views.consents import ActKind


class Disclosure(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One disclosure to a recipient (15(1)(c), 15(2); C-154/21).

    Attributes:
        position: The event.
        recipient: The recipient's short name.
        name: Its name; a gap where the register knows only its kind.
        kind: What kind of recipient it is.
        country: Where it is established.
        third_countries: The third countries that a transfer to it goes to.
        activity: The activity for which it was done.
        categories: The categories that were disclosed.
        occurred_at: When.
    """

    position: int
    recipient: RecipientId
    name: Cell[str]
    kind: Cell[LocalText]
    country: Cell[str]
    third_countries: Cell[tuple[str, ...]]
    activity: ActivityId
    categories: tuple[Category, ...]
    occurred_at: datetime


class Informed(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What became of telling a recipient of what was done with the data (Art. 19).

    Attributes:
        position: The event by which it was done.
        type: The type of that event.
        occurred_at: When it was done.
        measure: What was done.
        recipient: The recipient's short name.
        name: Its name; a gap where the register knows only its kind.
        activities: For which activities the data had gone there.
        outcome: What became of it; empty while the recipient still has to be told.
        reason: Why the recipient was not told.
        on: When it was told, or found out that it cannot be.
    """

    position: int
    type: str
    occurred_at: datetime
    measure: Measure
    recipient: RecipientId
    name: Cell[str]
    activities: Cell[tuple[ActivityId, ...]]
    outcome: Cell[Informing]
    reason: Cell[NotInforming]
    on: Cell[datetime]


class Erasure(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """That values of the person were erased (Art. 17).

    Attributes:
        position: The event that decided it.
        type: The type of that event.
        occurred_at: When it was decided.
        ground: Why.
        erased: What was erased.
        categories: What alone was erased, where an activity dropped categories.
        withheld: What is kept although its erasure was asked for: on which ground, until when.
        suppressed: The marketing that a keyed digest of each erased address keeps away.
        completed: When it had been carried out; empty while that is pending.
    """

    position: int
    type: str
    occurred_at: datetime
    ground: ErasureGround
    erased: tuple[Unit, ...]
    categories: tuple[Category, ...]
    withheld: tuple[Withheld, ...]
    suppressed: tuple[ActivityId, ...]
    completed: Cell[datetime]


class WordingShown(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The wording that was shown to a person.

    Attributes:
        notice: The notice's short name.
        version: Its version.
        language: The language in which it was shown.
        sha256: The SHA-256 of the text.
        text: The text; None for a long one, which lies in the register's `notices` folder.
    """

    notice: str
    version: str
    language: Language
    sha256: str
    text: str | None


class Consent(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A consent given or withdrawn, or an objection.

    Attributes:
        position: The event.
        kind: What was done.
        activity: For or against which activity.
        occurred_at: When.
        channel: How.
        source: The application that reported it.
        wording: The wording that was shown, for a consent given; empty for the others.
    """

    position: int
    kind: ActKind
    activity: ActivityId
    occurred_at: datetime
    channel: Channel
    source: str
    wording: Cell[WordingShown]


class LookUp(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """That somebody of the staff looked the person up: role and purpose, no name (C-579/21).

    Restricted values were shown only where there is an exception (Art. 18(2)).
    """

    position: int
    occurred_at: datetime
    role: Role
    purpose: LookUpPurpose
    exception: RestrictionException | None
    activities: tuple[ActivityId, ...]


class Made(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A report that was made of the person and handed out."""

    position: int
    report: str
    occurred_at: datetime
    language: Language
    sha256: str


class KindDecided(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What became of one kind of a request; outcome and ground are empty while it is open."""

    kind: RequestKind
    outcome: Cell[Outcome]
    ground: Cell[RefusalGround]


class Request(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A request of the person, the last day to answer it by law, and what became of it."""

    request: str
    received: Cell[datetime]
    due: Cell[date]
    channel: Cell[Channel]
    kinds: tuple[KindDecided, ...]
    closed: Cell[Closed]
    closed_at: Cell[datetime]
