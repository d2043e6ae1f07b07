"""What can happen to a processing activity in the register."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from ropa.kernel.categories import Category
from ropa.kernel.fact import fact, value
from ropa.kernel.ids import ActivityId, FieldName, Line, RecipientId, Role
from ropa.kernel.law import Basis, LocalText


class DataSubjects(StrEnum):
    """A category of data subjects (Art. 30(1)(c))."""

    CUSTOMERS = "customers"
    PROSPECTS = "prospects"
    SUBSCRIBERS = "subscribers"
    VISITORS = "visitors"
    REQUESTERS = "requesters"
    STAFF = "staff"
    SUPPLIERS = "suppliers"


class DataSource(StrEnum):
    """Where the data of an activity comes from (Art. 14(2)(f))."""

    REGISTRATION_FORM = "registration-form"
    ACCOUNT_SETTINGS = "account-settings"
    DIRECT_CONTACT = "direct-contact"
    ORDER = "order"
    COOKIES = "cookies"
    EMPLOYMENT = "employment"
    OWN_RECORDS = "own-records"
    PUBLIC_REGISTER = "public-register"


class RetentionStart(StrEnum):
    """The event from which a retention period is counted."""

    RELATION_ENDED = "relation-ended"
    FINANCIAL_YEAR_ENDED = "financial-year-ended"
    OBJECTION_OR_WITHDRAWAL = "objection-or-withdrawal"
    REQUEST_CLOSED = "request-closed"
    EMPLOYMENT_ENDED = "employment-ended"
    COLLECTED = "collected"
    COOKIE_LIFETIME = "cookie-lifetime"


@value
class Retention:
    """A retention rule: a start event, a period and its source (Art. 30(1)(f))."""

    start: RetentionStart
    """The event from which the period is counted."""
    years: Annotated[int, Field(ge=0, le=100)] = 0
    """Whole years of the period."""
    months: Annotated[int, Field(ge=0, le=11)] = 0
    """Further months of the period."""
    from_end_of_calendar_year: bool = False
    """Whether counting begins at the end of the calendar year of the start event."""
    source: LocalText | None = None
    """Where the rule comes from."""
    confirmed: bool = True
    """Whether the rule has been confirmed; a template's suggestion has not."""


class CookieKind(StrEnum):
    """How long a cookie lives."""

    SESSION = "session"
    PERSISTENT = "persistent"


@value
class Cookie:
    """A cookie, or a family of them (Electronic Communications Act 2022:482, ch. 9 s. 28)."""

    name: Line
    """Its name, or the name of the family."""
    provider: Line | None = None
    """The third party that sets it; absent where it is the controller's own."""
    kind: CookieKind
    """Whether it ends with the browser session."""
    lifetime_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    """How many days a persistent cookie lives; a gap where absent."""
    purpose: LocalText
    """What it is for."""
    consent_needed: bool = True
    """Whether it may be set only after consent; a strictly necessary one may be set without."""


@value
class Client:
    """The controller on whose behalf the company processes, as a processor (Art. 30(2)(a))."""

    name: Line
    """The name of the controller."""
    contact: Line | None = None
    """Its contact details in one line; a gap where absent."""
    representative: Line | None = None
    """Its representative, where there is one."""
    data_protection_officer: Line | None = None
    """The office of its data protection officer, where there is one."""


@fact("activity.declared.v1", stream="activity/{activity}")
class ActivityDeclared:
    """A processing activity was entered in the register (Art. 30)."""

    activity: ActivityId
    """The short name by which facts refer to it."""
    title: LocalText
    """Its name."""
    purposes: tuple[LocalText, ...] = ()
    """What the data is processed for (Art. 30(1)(b)); of a processor: the kinds of processing."""
    bases: tuple[Basis, ...] = ()
    """The legal bases, each with its source (Art. 6(1))."""
    subjects: tuple[DataSubjects, ...] = ()
    """The categories of data subjects (Art. 30(1)(c))."""
    categories: tuple[Category, ...] = ()
    """The categories of personal data (Art. 30(1)(c)); nothing else is ever sealed for it."""
    recipients: tuple[RecipientId, ...] = ()
    """The recipients (Art. 30(1)(d))."""
    no_recipients: bool = False
    """Whether the data is disclosed to nobody."""
    roles: tuple[Role, ...] = ()
    """The roles whose work needs the data (Art. 32(4))."""
    sources: tuple[DataSource, ...] = ()
    """Where the data comes from."""
    retention: Retention | None = None
    """How long the data is kept (Art. 30(1)(f))."""
    retention_gap: LocalText | None = None
    """Why there is no time limit, where there is none."""
    direct_marketing: bool = False
    """Whether it is direct marketing, which an objection ends at once (Art. 21(2)-(3))."""
    cookies: tuple[Cookie, ...] = ()
    """The cookies that belong to it."""
    client: Client | None = None
    """On whose behalf it is done; absent where the company is the controller itself."""
    system: Line | None = None
    """The system and place of storage."""
    impact_assessment: bool | None = None
    """Whether an impact assessment was made (Art. 35); a gap where absent."""
    review_due: date | None = None
    """The day by which the entry is to be reviewed next."""
    reason: Line
    """Why the entry was made."""


@fact("activity.amended.v1", stream="activity/{activity}")
class ActivityAmended:
    """An activity's entry was changed; what is absent stays as it was, lists are given whole."""

    activity: ActivityId
    """The activity."""
    title: LocalText | None = None
    """Its name."""
    purposes: tuple[LocalText, ...] | None = None
    """What the data is processed for."""
    bases: tuple[Basis, ...] | None = None
    """The legal bases, each with its source."""
    subjects: tuple[DataSubjects, ...] | None = None
    """The categories of data subjects."""
    categories: tuple[Category, ...] | None = None
    """The categories of personal data; never with effect for what was given before."""
    recipients: tuple[RecipientId, ...] | None = None
    """The recipients."""
    no_recipients: bool | None = None
    """Whether the data is disclosed to nobody."""
    roles: tuple[Role, ...] | None = None
    """The roles whose work needs the data."""
    sources: tuple[DataSource, ...] | None = None
    """Where the data comes from."""
    retention: Retention | None = None
    """How long the data is kept."""
    retention_gap: LocalText | None = None
    """Why there is no time limit, where there is none."""
    direct_marketing: bool | None = None
    """Whether it is direct marketing."""
    cookies: tuple[Cookie, ...] | None = None
    """The cookies that belong to it."""
    client: Client | None = None
    """On whose behalf it is done."""
    system: Line | None = None
    """The system and place of storage."""
    impact_assessment: bool | None = None
    """Whether an impact assessment was made."""
    review_due: date | None = None
    """The day by which the entry is to be reviewed next."""
    cleared: tuple[FieldName, ...] = ()
    """The fields that hold nothing from now on."""
    reason: Line
    """Why the entry was changed."""


@fact("activity.retired.v1", stream="activity/{activity}")
class ActivityRetired:
    """An activity came to its end: nothing more is recorded for it, and what it holds falls due."""

    activity: ActivityId
    """The activity."""
    reason: Line
    """Why it ended."""


class ReviewOutcome(StrEnum):
    """What a review of an activity's entry came to."""

    APPROVED = "approved"
    """The entry says what is done."""
    CHANGES_NEEDED = "changes-needed"
    """The entry has to be amended before it can be approved."""


@fact("activity.reviewed.v1", stream="activity/{activity}")
class ActivityReviewed:
    """An officer went through an activity's entry (Art. 5(2), 24(1)); the actor says who."""

    activity: ActivityId
    """The activity."""
    version: Annotated[int, Field(ge=1)] | None = None
    """The entry as reviewed: the version in its history of the event that changed it last. Where
    it is absent, the register enters that of the moment; another one is refused."""
    outcome: ReviewOutcome = ReviewOutcome.APPROVED
    """What the review came to."""
    review_due: date
    """The day by which the entry is to be reviewed next."""
    reason: Line | None = None
    """What was remarked."""


ActivityEvent = ActivityDeclared | ActivityAmended | ActivityRetired | ActivityReviewed
