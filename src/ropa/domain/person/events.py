"""What can happen to a person in the register."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from ropa.domain.person.forgetting import ForgettingEvent
from ropa.domain.person.values import AccountingRecord, AccountNumber, ContactDetails
from ropa.kernel.categories import Category
from ropa.kernel.fact import fact, value
from ropa.kernel.ids import (
    ActivityId,
    Channel,
    Language,
    Namespace,
    NoticeId,
    PersonId,
    RecipientId,
    Role,
    Sha256,
    Version,
)
from ropa.kernel.law import Duty, LegalBasis

_Activities = Annotated[tuple[ActivityId, ...], Field(min_length=1)]


class ObjectionOutcome(StrEnum):
    """What the weighing of an objection came to (Art. 21(1))."""

    UPHELD = "upheld"
    OVERRIDDEN = "overridden"


class OverridingGround(StrEnum):
    """Why processing goes on in spite of an objection (Art. 21(1), (6))."""

    COMPELLING_GROUNDS = "compelling-grounds"
    LEGAL_CLAIMS = "legal-claims"
    PUBLIC_INTEREST_TASK = "public-interest-task"


class RestrictionException(StrEnum):
    """Why restricted data may be shown all the same (Art. 18(2))."""

    CONSENT = "consent"
    LEGAL_CLAIMS = "legal-claims"
    RIGHTS_OF_ANOTHER = "rights-of-another"
    PUBLIC_INTEREST = "public-interest"


@value
class NoticeVersion:
    """A version of a notice."""

    notice: NoticeId
    """The notice."""
    version: Version
    """Its version."""


class EndReason(StrEnum):
    """Why an activity ended for a person."""

    RELATION_ENDED = "relation-ended"
    OBJECTION = "objection"
    CONSENT_WITHDRAWN = "consent-withdrawn"


class RestrictionGround(StrEnum):
    """On which ground processing is restricted (Art. 18(1)(a)-(d))."""

    ACCURACY_CONTESTED = "accuracy-contested"
    UNLAWFUL_PROCESSING = "unlawful-processing"
    NEEDED_FOR_CLAIMS = "needed-for-claims"
    OBJECTION_PENDING = "objection-pending"


class RecordKind(StrEnum):
    """What kind of accounting record was filed."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"
    RECEIPT = "receipt"
    PAYMENT = "payment"


class MergeGround(StrEnum):
    """How two records were found to be one person's."""

    CONFIRMED_BY_PERSON = "confirmed-by-person"
    SAME_ELECTRONIC_ID = "same-electronic-id"
    SAME_ACCOUNT = "same-account"


class LookUpPurpose(StrEnum):
    """Why somebody looked a person up."""

    SUPPORT_CASE = "support-case"
    BILLING_MATTER = "billing-matter"
    REQUEST = "request"
    SUPERVISION = "supervision"
    MAINTENANCE = "maintenance"


@fact(
    "person.registered.v1",
    stream="person/{subject}",
    personal=AccountNumber,
    duty=Duty.ACCOUNTABILITY,
)
class PersonRegistered:
    """A person came into the register, under the number by which an application knows them."""

    namespace: Namespace
    """Whose number it is."""
    activities: _Activities
    """What the number is kept for."""


@fact(
    "person.identified.v1",
    stream="person/{subject}",
    personal=AccountNumber,
    duty=Duty.ACCOUNTABILITY,
)
class PersonIdentified:
    """A person became known under a further number."""

    namespace: Namespace
    """Whose number it is."""
    activities: _Activities
    """What the number is kept for."""


@fact("person.contact-changed.v1", stream="person/{subject}", personal=ContactDetails)
class ContactChanged:
    """A person's contact details were collected or corrected (Art. 4(2), 16)."""

    channel: Channel
    """How the details came in."""
    activities: _Activities
    """What the details were given for."""
    removed: tuple[Category, ...] = ()
    """The categories whose value no longer holds, without a new one."""
    corrected: bool = False
    """Whether what was held before was wrong, so that recipients have to be told (Art. 16, 19)."""


@fact("person.activity-started.v1", stream="person/{subject}")
class ActivityStarted:
    """An activity began for a person, on a basis that is not consent (Art. 6(1)(b)-(f))."""

    activity: ActivityId
    """The activity."""
    basis: LegalBasis
    """The basis, one of those that the activity declares."""


@fact("person.activity-ended.v1", stream="person/{subject}")
class ActivityEnded:
    """An activity ended for a person, whatever basis it had other than consent."""

    activity: ActivityId
    """The activity."""
    reason: EndReason
    """Why it ended."""


@fact("person.consent-given.v1", stream="person/{subject}")
class ConsentGiven:
    """A person consented to an activity (Art. 6(1)(a), 7)."""

    activity: ActivityId
    """The activity."""
    wording: NoticeVersion
    """The wording that was shown."""
    language: Language
    """The language in which it was shown."""
    channel: Channel
    """How consent was given."""
    notice: NoticeVersion | None = None
    """The privacy notice that was shown beside it."""


@fact("person.consent-withdrawn.v1", stream="person/{subject}")
class ConsentWithdrawn:
    """A person withdrew a consent (Art. 7(3))."""

    activity: ActivityId
    """The activity."""
    channel: Channel
    """How it was withdrawn."""


@fact("person.objected.v1", stream="person/{subject}")
class Objected:
    """A person objected to an activity; to direct marketing with effect at once (Art. 21)."""

    activity: ActivityId
    """The activity."""
    channel: Channel
    """How the objection came in."""


@fact("person.objection-weighed.v1", stream="person/{subject}")
class ObjectionWeighed:
    """An objection to other processing than direct marketing was weighed (Art. 21(1))."""

    activity: ActivityId
    """The activity that was objected to."""
    outcome: ObjectionOutcome
    """What the weighing came to: an objection that is upheld stands."""
    ground: OverridingGround | None = None
    """Why the processing goes on; required where it does."""


@fact("person.restricted.v1", stream="person/{subject}")
class Restricted:
    """Processing was restricted: values stay stored and are shown to nobody (Art. 18)."""

    activities: _Activities
    """The activities that are restricted."""
    ground: RestrictionGround
    """On which ground."""


@fact("person.restriction-lifted.v1", stream="person/{subject}")
class RestrictionLifted:
    """A restriction was lifted, after the person had been informed (Art. 18(3))."""

    activities: _Activities
    """The activities that are restricted no longer."""
    informed_on: date
    """The day on which the person was informed beforehand."""


@fact(
    "person.accounting-record-filed.v1",
    stream="person/{subject}",
    personal=AccountingRecord,
    duty=Duty.ACCOUNTING,
    bucket="financial_year_end",
)
class AccountingRecordFiled:
    """An accounting record about a person was filed (Accounting Act 1999:1078, ch. 5, 7)."""

    kind: RecordKind
    """What kind of record it is."""
    financial_year_end: date
    """The last day of the financial year that it belongs to."""
    activities: _Activities
    """The activities by which it is archived."""


@fact("person.disclosed.v1", stream="person/{subject}")
class Disclosed:
    """A person's data was disclosed to a named recipient (Art. 4(9), 15(1)(c))."""

    recipient: RecipientId
    """The recipient."""
    activity: ActivityId
    """The activity for which it was disclosed."""
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    """The categories of data that were disclosed."""


@value
class Carried:
    """One value that was carried, by the event that last gave it."""

    category: Category
    """The category."""
    position: Annotated[int, Field(ge=1)]
    """The position of the event whose box holds the value."""


@fact("person.details-carried.v1", stream="person/{subject}", internal=True)
class DetailsCarried:
    """What one activity held was copied for another that got a basis, box to box."""

    origin: ActivityId
    """The activity whose boxes were copied from."""
    target: ActivityId
    """The activity that they were copied for."""
    values: tuple[Carried, ...]
    """The values."""


@fact("person.merged.v1", stream="person/{subject}")
class PersonMerged:
    """Two records were found to be one person's; it stands in both histories."""

    other: PersonId
    """The other record."""
    ground: MergeGround
    """How it was found."""


@fact("person.parted.v1", stream="person/{subject}")
class PersonParted:
    """Two records taken for one person's were found not to be; it stands in both histories."""

    other: PersonId
    """The other record."""


@fact("person.looked-up.v1", stream="lookup/{subject}")
class LookedUp:
    """A member of staff looked a person up; who it was is the event's actor (C-579/21)."""

    role: Role
    """The role in which it was done."""
    purpose: LookUpPurpose
    """Why it was done."""
    activities: tuple[ActivityId, ...] = ()
    """The activities whose values were shown."""
    exception: RestrictionException | None = None
    """Why restricted values were shown too; absent where none were (Art. 18(2))."""


@fact("person.report-made.v1", stream="lookup/{subject}")
class ReportMade:
    """A report about a person was made and handed out (Art. 15(3))."""

    report: Annotated[str, Field(pattern=r"^[a-z-]{1,32}$")]
    """Which report."""
    language: Language
    """Its language."""
    sha256: Sha256
    """The SHA-256 of the document, which carries a random number that the log does not."""
    as_of: Annotated[int, Field(ge=0)]
    """The position of the log that it was made from."""


PersonEvent = (
    PersonRegistered
    | PersonIdentified
    | ContactChanged
    | ActivityStarted
    | ActivityEnded
    | ConsentGiven
    | ConsentWithdrawn
    | Objected
    | ObjectionWeighed
    | Restricted
    | RestrictionLifted
    | AccountingRecordFiled
    | Disclosed
    | DetailsCarried
    | PersonMerged
    | PersonParted
    | LookedUp
    | ReportMade
    | ForgettingEvent
)
