"""What stands in one person's access report."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from ropa.domain.activity.events import DataSource, Retention
from ropa.domain.controller.events import ContactPoint
from ropa.domain.person.events import (
    EndReason,
    ObjectionOutcome,
    OverridingGround,
    RestrictionGround,
)
from ropa.domain.person.forgetting import HoldGround
from ropa.kernel.categories import Category
from ropa.kernel.ids import ActivityId, Channel, Namespace, PersonId, RecipientId
from ropa.kernel.law import LegalBasis, LocalText
from ropa.kernel.opening import Damaged, Erased, NotPermitted, Restricted
from ropa.reports.access.happenings import (
    Consent,
    Disclosure,
    Erasure,
    Informed,
    LookUp,
    Made,
    Request,
)
from ropa.reports.cell import Cell, Head
from ropa.reports.rights import Right


class Plain(msgspec.Struct, frozen=True, gc=False, tag="value"):
    """A value that may be read.

    Attributes:
        value: A text, or an object for an address (`street`, `postal_code`, `city`, `country`), an
            amount (`total`, `vat`, `currency`) and the like.
    """

    value: Any


class Masked(msgspec.Struct, frozen=True, gc=False, tag="masked"):
    """A value left out because it speaks of another person (Art. 15(4))."""


Shown = Plain | Masked | Erased | NotPermitted | Restricted | Damaged
"""What a paper shows of a value: the value, or the reason why it cannot be read."""


class EndingKind(StrEnum):
    """How a value ceased to be the current one."""

    REPLACED = "replaced"
    REMOVED = "removed"


class Ending(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """When and how a value ceased to be the current one."""

    kind: EndingKind
    at: datetime


class Kept(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How long something is kept.

    Attributes:
        through: The last day; None while the start event of the rule has not happened.
        started: The day from which the rule counts, where that is known.
        rule: The rule: start event, period and source.
    """

    through: date | None
    started: date | None
    rule: Retention


class Item(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One value that is or was held for an activity.

    Attributes:
        position: The event that gave it.
        category: Its category.
        value: What is shown of it.
        source: The application that gave it.
        channel: How it came in; None where the event does not say.
        type: The published name of the type of event.
        occurred_at: Since when it holds.
        recorded_at: When the log recorded it.
        carried_from: The activity that it was copied from; None where it was given itself. Where it
            is the item's own, the activity carried it over, and all else tells of the first event.
        ended: When and how it ceased to be current; an empty value for the current one.
        kept: How long it is kept.
    """

    position: int
    category: Category
    value: Cell[Shown]
    source: str
    channel: Channel | None
    type: str
    occurred_at: datetime
    recorded_at: datetime
    carried_from: ActivityId | None
    ended: Cell[Ending]
    kept: Cell[Kept]


class Account(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A number by which an application knows the person.

    Attributes:
        position: The event that told it.
        namespace: Whose number it is.
        number: The number.
        source: The application that told it.
        since: Since when it has been known.
        activity: The activity that it is kept for.
    """

    position: int
    namespace: Namespace
    number: Cell[Shown]
    source: str
    since: datetime
    activity: ActivityId


class BasisUsed(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A legal basis on which the person's data is or was processed.

    Attributes:
        basis: The basis.
        source: Where it comes from.
        since: From when; empty where it follows from a duty of its own kind of fact.
        live: Whether it holds now; False too where another record of the person denies it.
        ended: When it ended; empty while it holds.
    """

    basis: Cell[LegalBasis]
    source: Cell[LocalText]
    since: Cell[datetime]
    live: Cell[bool]
    ended: Cell[datetime]


class Weighed(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What the weighing of an objection came to, and why processing goes on where it does."""

    at: datetime
    outcome: ObjectionOutcome
    ground: OverridingGround | None


class Share(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What one activity has to do with the person.

    Attributes:
        activity: The short name.
        title: The activity's name.
        purposes: What the data is used for (15(1)(a)).
        bases: The legal bases used.
        sources: Where the data comes from in general (15(1)(g)).
        rule: The retention rule (15(1)(d)).
        objected: When the person objected; empty where not, or where a later consent holds.
        weighed: What the weighing of an objection came to last; empty where none was weighed.
        restricted: On which ground processing is restricted; empty where it is not.
        hold: Why the data must not be erased for the time being; empty where it may.
        ended: Why the activity ended for the person; empty where no such event holds.
        items: The values, by category, then newest first (15(1)(b), 15(3)).
    """

    activity: ActivityId
    title: Cell[LocalText]
    purposes: Cell[tuple[LocalText, ...]]
    bases: tuple[BasisUsed, ...]
    sources: Cell[tuple[DataSource, ...]]
    rule: Cell[Retention]
    objected: Cell[datetime]
    weighed: Cell[Weighed]
    restricted: Cell[RestrictionGround]
    hold: Cell[HoldGround]
    ended: Cell[EndReason]
    items: tuple[Item, ...]


class RightGiven(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A right, and the activities whose legal bases give it to the person; maybe none."""

    right: Right
    activities: Cell[tuple[ActivityId, ...]]


class Summary(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The page that says it all in short.

    Attributes:
        values: How many values are kept, current and earlier ones; erased ones do not count.
        activities: The activities that have to do with the person, and are not erased whole.
        categories: The categories of the values that are kept.
        recipients: The recipients that data went to.
        consents: The activities with a consent in force.
        objections: The activities objected to.
        restrictions: The activities that are restricted.
        open_requests: The requests that are not closed.
        look_ups: How many times staff looked the person up.
        since: When the person came into the register.
    """

    values: Cell[int]
    activities: Cell[tuple[ActivityId, ...]]
    categories: Cell[tuple[Category, ...]]
    recipients: Cell[tuple[RecipientId, ...]]
    consents: Cell[tuple[ActivityId, ...]]
    objections: Cell[tuple[ActivityId, ...]]
    restrictions: Cell[tuple[ActivityId, ...]]
    open_requests: Cell[tuple[str, ...]]
    look_ups: Cell[int]
    since: Cell[datetime]


class Access(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One person's access report; where `held` is False, the rest is empty.

    Everything that comes from another record than `person`, or from a request whose author was
    identified later, also rests on the events behind `records`, which join them.

    Attributes:
        head: The head of the paper.
        person: The person's id in the register; None where nobody was found.
        held: Confirmation: whether anything about the person is processed (15(1)).
        records: The person's own record, and those found to be the same person's.
        summary: The page in short.
        accounts: The numbers by which applications know the person.
        shares: What each activity has to do with the person.
        disclosures: To whom data went, and when, oldest first.
        informed: Which recipients were told, or have to be, of what was done with the data.
        erasures: What was erased of the person, and what was kept, oldest first.
        consents: Each consent and objection, oldest first.
        requests: The person's requests, oldest first.
        look_ups: Who looked the person up, oldest first.
        reports: The reports made of the person, oldest first.
        rights: The rights that the legal bases give (15(1)(e)).
        complaint_authority: The authority that one may complain to (15(1)(f)).
        automated_decisions: Whether decisions are made by automated means alone (15(1)(h)).
        contact: How the controller is reached for all this.
        officer: The data protection officer, where there is one.
    """

    head: Head
    person: PersonId | None
    held: Cell[bool]
    records: Cell[tuple[PersonId, ...]]
    summary: Summary
    accounts: tuple[Account, ...]
    shares: tuple[Share, ...]
    disclosures: tuple[Disclosure, ...]
    informed: tuple[Informed, ...]
    erasures: tuple[Erasure, ...]
    consents: tuple[Consent, ...]
    requests: tuple[Request, ...]
    look_ups: tuple[LookUp, ...]
    reports: tuple[Made, ...]
    rights: tuple[RightGiven, ...]
    complaint_authority: Cell[str]
    automated_decisions: Cell[bool]
    contact: Cell[str]
    officer: Cell[ContactPoint]
