"""What stands in one person's access report."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from ropa.domain.activity.events import DataSource, Retention
from ropa.domain.controller.events import ContactPoint
from ropa.domain.person.events import EndReason, LookUpPurpose, RestrictionGround
from ropa.domain.request.decider import Closed
from ropa.domain.request.events import Outcome, RefusalGround, RequestKind
from ropa.kernel.categories import Category
from ropa.kernel.ids import ActivityId, Channel, Language, Namespace, PersonId, RecipientId, Role
from ropa.kernel.law import LegalBasis, LocalText
from ropa.kernel.opening import Damaged, Erased, NotPermitted, Restricted
from ropa.reports.cell import Cell, Head
from ropa.reports.rights import Right
from ropa.views.consents import ActKind


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
        carried_from: The activity that it was copied from; None where it was given itself.
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
        since: Since when it has been known.
        activity: The activity that it is kept for.
    """

    position: int
    namespace: Namespace
    number: Cell[Shown]
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
        restricted: On which ground processing is restricted; empty where it is not.
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
    restricted: Cell[RestrictionGround]
    ended: Cell[EndReason]
    items: tuple[Item, ...]


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


class RightGiven(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A right, and the activities whose legal bases give it to the person; maybe none."""

    right: Right
    activities: Cell[tuple[ActivityId, ...]]


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
    """That somebody of the staff looked the person up: role and purpose, no name (C-579/21)."""

    position: int
    occurred_at: datetime
    role: Role
    purpose: LookUpPurpose
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
    """A request of the person, and what became of it."""

    request: str
    received: Cell[datetime]
    channel: Cell[Channel]
    kinds: tuple[KindDecided, ...]
    closed: Cell[Closed]
    closed_at: Cell[datetime]


class Summary(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The page that says it all in short.

    Attributes:
        values: How many values are kept, current and earlier ones; erased ones do not count.
        activities: The activities that have to do with the person.
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
    consents: tuple[Consent, ...]
    requests: tuple[Request, ...]
    look_ups: tuple[LookUp, ...]
    reports: tuple[Made, ...]
    rights: tuple[RightGiven, ...]
    complaint_authority: Cell[str]
    automated_decisions: Cell[bool]
    contact: Cell[str]
    officer: Cell[ContactPoint]
