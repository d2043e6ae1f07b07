"""What stands in the record of processing activities."""

from datetime import date

import msgspec

from ropa.domain.activity.events import (
    Client,
    Cookie,
    DataSource,
    DataSubjects,
    Retention,
    ReviewOutcome,
)
from ropa.domain.controller.events import ContactPoint
from ropa.domain.recipient.events import RecipientRole, Safeguard
from ropa.kernel.categories import Category
from ropa.kernel.ids import ActivityId, RecipientId, Role
from ropa.kernel.law import Duty, LegalBasis, LocalText
from ropa.reports.cell import Cell, Head, Tally
from ropa.views.register import Change


class Controller(msgspec.Struct, frozen=True, kw_only=True):
    """The controller, and what holds for all of its processing (Art. 30(1)(a), (g)).

    Attributes:
        name: Its registered name.
        country: The country in which it is established.
        organisation_number: The number under which it is registered.
        website: Its public web site.
        address: Its postal address.
        email: Its e-mail address for data protection.
        phone: Its telephone number.
        data_protection_officer: The officer; empty without a gap where none is needed.
        representative: The representative in the Union, where there is one.
        joint_controllers: The joint controllers; empty where there are none.
        measures: The measures of Art. 32(1) in general.
        sources: Where data comes from in general.
        disclosure: How data is disclosed in general.
        automated_decisions: Whether decisions are made by automated means alone.
        complaint_authority: The authority that one may complain to.
        last_change: The last change of the entry.
        changes: How many events the entry has had.
    """

    name: Cell[str]
    country: Cell[str]
    organisation_number: Cell[str]
    website: Cell[str]
    address: Cell[str]
    email: Cell[str]
    phone: Cell[str]
    data_protection_officer: Cell[ContactPoint]
    representative: Cell[ContactPoint]
    joint_controllers: Cell[tuple[ContactPoint, ...]]
    measures: Cell[tuple[LocalText, ...]]
    sources: Cell[tuple[LocalText, ...]]
    disclosure: Cell[tuple[LocalText, ...]]
    automated_decisions: Cell[bool]
    complaint_authority: Cell[str]
    last_change: Cell[Change]
    changes: Cell[int]


class RecipientTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer to a third country that an activity involves (Art. 30(1)(e))."""

    recipient: RecipientId
    country: str
    safeguard: Safeguard | None
    documentation: LocalText | None


class BasisEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A legal basis and its source, two things apart (Art. 6(1)).

    Attributes:
        basis: The basis; a gap where the activity declares none at all.
        source: Where it comes from; a gap where nobody has said.
        duty: The duty whose own facts are the basis; None where it is no duty.
    """

    basis: Cell[LegalBasis]
    source: Cell[LocalText]
    duty: Duty | None


class CookieEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A cookie of an activity, and how many days it lives.

    Attributes:
        cookie: The cookie as declared.
        lifetime_days: The days; None without a gap where it ends with the browser session.
    """

    cookie: Cell[Cookie]
    lifetime_days: Cell[int]


class UndeclaredRecipient(msgspec.Struct, frozen=True, kw_only=True):
    """A recipient that the log shows for an activity and the register does not declare for it."""

    recipient: RecipientId
    disclosures: Tally


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """A review of an activity's entry by an officer.

    Attributes:
        review: Who reviewed it, and when.
        version: The version of the entry that was reviewed.
        outcome: What it came to.
        changed: The event that last changed the entry after that version; None where none did.
    """

    review: Change
    version: int
    outcome: ReviewOutcome
    changed: int | None


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """One processing activity.

    First the elements of Art. 30(1), or of Art. 30(2) where `client` has a value (of the elements
    up to `retention`, 30(2) asks for client, purposes and transfers only); from `bases` on, what
    goes beyond Art. 30 and is to be shown as such.

    Attributes:
        activity: The short name.
        title: Its name.
        client: On whose behalf it is done (30(2)(a)); empty in the controller's own part.
        client_contact: How that controller is reached.
        purposes: What it is for (30(1)(b)); of a processor, the kinds of processing (30(2)(b)).
        subjects: The categories of data subjects (30(1)(c)).
        categories: The categories of personal data (30(1)(c)).
        recipients: The recipients (30(1)(d)); empty without a gap where there are none.
        transfers: The transfers to third countries (30(1)(e), 30(2)(c)).
        retention: The time limit for erasure (30(1)(f)).
        bases: The legal bases with their sources; never empty.
        sources: Where the data comes from.
        system: The system and place of storage.
        roles: The roles whose work needs the data.
        direct_marketing: Whether it is direct marketing.
        cookies: The cookies that belong to it.
        impact_assessment: Whether an impact assessment was made.
        review_due: The day by which the entry is to be reviewed.
        approved: The last review that approved the entry.
        reviewed: The last review; None without a gap where none came after the approval.
        undeclared: The recipients that the log shows and the entry does not declare.
        retired: That the activity came to its end; empty while it runs.
        last_change: The last change of the entry: who, when, why.
        changes: How many events the entry has had.
    """

    activity: ActivityId
    title: Cell[LocalText]
    client: Cell[Client]
    client_contact: Cell[str]
    purposes: Cell[tuple[LocalText, ...]]
    subjects: Cell[tuple[DataSubjects, ...]]
    categories: Cell[tuple[Category, ...]]
    recipients: Cell[tuple[RecipientId, ...]]
    transfers: Cell[tuple[RecipientTransfer, ...]]
    retention: Cell[Retention]
    bases: tuple[BasisEntry, ...]
    sources: Cell[tuple[DataSource, ...]]
    system: Cell[str]
    roles: Cell[tuple[Role, ...]]
    direct_marketing: Cell[bool]
    cookies: tuple[CookieEntry, ...]
    impact_assessment: Cell[bool]
    review_due: Cell[date]
    approved: Cell[Reviewed]
    reviewed: Cell[Reviewed]
    undeclared: tuple[UndeclaredRecipient, ...]
    retired: Cell[Change]
    last_change: Cell[Change]
    changes: Cell[int]


class TransferEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer that a recipient involves, and what it rests on."""

    country: Cell[str]
    safeguard: Cell[Safeguard]
    documentation: Cell[LocalText]


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """One recipient of the register (Art. 30(1)(d)-(e)).

    Attributes:
        recipient: The short name.
        category: What kind of recipient it is.
        name: Its name.
        role: In which capacity it gets the data.
        country: Where it is established.
        agreement: The agreement with it; asked for of a processor (Art. 28(3)).
        transfers: The transfers to third countries that it involves.
        retired: That it gets no more data; empty while it does.
        last_change: The last change of the entry.
        changes: How many events the entry has had.
    """

    recipient: RecipientId
    category: Cell[LocalText]
    name: Cell[str]
    role: Cell[RecipientRole]
    country: Cell[str]
    agreement: Cell[str]
    transfers: tuple[TransferEntry, ...]
    retired: Cell[Change]
    last_change: Cell[Change]
    changes: Cell[int]


class Article30(msgspec.Struct, frozen=True, kw_only=True):
    """The record of processing activities.

    Attributes:
        head: The head of the paper.
        controller: The controller, and what holds for all of its processing.
        activities: The activities of the controller's own (30(1)), in the order of their entry.
        processing: The activities for other controllers (30(2)), in the order of their entry.
        recipients: The recipients, in the order of their entry.
    """

    head: Head
    controller: Controller
    activities: tuple[Activity, ...]
    processing: tuple[Activity, ...]
    recipients: tuple[Recipient, ...]
