"""One canonical example of each event of a person."""

from datetime import date

from ropa.domain.person.events import (
    AccountingRecordFiled,
    ActivityEnded,
    ActivityStarted,
    Carried,
    ConsentGiven,
    ConsentWithdrawn,
    ContactChanged,
    DetailsCarried,
    Disclosed,
    EndReason,
    LookedUp,
    LookUpPurpose,
    MergeGround,
    NoticeVersion,
    Objected,
    ObjectionOutcome,
    ObjectionWeighed,
    OverridingGround,
    PersonIdentified,
    PersonMerged,
    PersonParted,
    PersonRegistered,
    RecordKind,
    ReportMade,
    Restricted,
    RestrictionGround,
    RestrictionLifted,
)
from ropa.domain.person.forgetting import (
    ErasureCompleted,
    ErasureDecided,
    HoldEnd,
    HoldGround,
    HoldLifted,
    HoldPlaced,
    Informing,
    ObjectionRemembered,
    RecipientInformed,
    Suppressed,
)
from ropa.domain.person.values import (
    AccountingRecord,
    AccountNumber,
    ContactDetails,
    Money,
    PostalAddress,
)
from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround, Unit, Withheld, WithholdingGround
from ropa.kernel.ids import Channel, Language, Role
from ropa.kernel.law import LegalBasis

OTHER = "b7c8b6a2-7a7d-4c5e-9c1d-2f1f3a5e7d90"

REGISTERED = PersonRegistered(namespace="webshop", activities=("accountability",))
NUMBER = AccountNumber(number="K-20417")
IDENTIFIED = PersonIdentified(namespace="invoicing", activities=("accountability",))
INVOICING_NUMBER = AccountNumber(number="F-8830")
CONTACT_CHANGED = ContactChanged(channel=Channel.ACCOUNT_PAGE, activities=("contract", "marketing"))
DETAILS = ContactDetails(
    name="Anna Exempel",
    email="anna@exempel.example",
    phone="+46 70 174 06 35",
    address=PostalAddress(street="Storgatan 1", postal_code="111 22", city="Stockholm"),
)
CONTRACT_STARTED = ActivityStarted(activity="contract", basis=LegalBasis.CONTRACT)
CONTRACT_ENDED = ActivityEnded(activity="contract", reason=EndReason.RELATION_ENDED)
CONSENT_GIVEN = ConsentGiven(
    activity="marketing",
    wording=NoticeVersion(notice="newsletter-wording", version="2026-01"),
    language=Language.SV,
    channel=Channel.WEB_FORM,
    notice=NoticeVersion(notice="privacy-policy", version="2026-01"),
)
CONSENT_WITHDRAWN = ConsentWithdrawn(activity="marketing", channel=Channel.UNSUBSCRIBE_LINK)
OBJECTED = Objected(activity="marketing", channel=Channel.E_MAIL)
MARKETING_ENDED = ActivityEnded(activity="marketing", reason=EndReason.OBJECTION)
RESTRICTED = Restricted(activities=("contract",), ground=RestrictionGround.ACCURACY_CONTESTED)
RESTRICTION_LIFTED = RestrictionLifted(activities=("contract",), informed_on=date(2026, 3, 1))
RECORD_FILED = AccountingRecordFiled(
    kind=RecordKind.INVOICE, financial_year_end=date(2026, 12, 31), activities=("bookkeeping",)
)
RECORD = AccountingRecord(
    voucher="A-1042",
    amount=Money(total="1249.00", vat="249.80"),
    name="Anna Exempel",
    address=PostalAddress(street="Storgatan 1", postal_code="111 22", city="Stockholm"),
)
DISCLOSED = Disclosed(
    recipient="parcel-carrier",
    activity="contract",
    categories=(Category.CONTACT_NAME, Category.CONTACT_ADDRESS),
)
CARRIED = DetailsCarried(
    origin="contract",
    target="marketing",
    values=(
        Carried(category=Category.CONTACT_EMAIL, position=12),
        Carried(category=Category.CONTACT_NAME, position=12),
    ),
)
MERGED = PersonMerged(other=OTHER, ground=MergeGround.CONFIRMED_BY_PERSON)
PARTED = PersonParted(other=OTHER)
LOOKED_UP = LookedUp(
    role=Role.SUPPORT, purpose=LookUpPurpose.SUPPORT_CASE, activities=("contract",)
)
REPORT_MADE = ReportMade(
    report="access",
    language=Language.SV,
    sha256="2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    as_of=4711,
)

OBJECTION_WEIGHED = ObjectionWeighed(
    activity="web-analytics",
    outcome=ObjectionOutcome.OVERRIDDEN,
    ground=OverridingGround.LEGAL_CLAIMS,
)
HOLD_PLACED = HoldPlaced(activities=("contract",), ground=HoldGround.DISPUTE)
HOLD_LIFTED = HoldLifted(activities=("contract",), reason=HoldEnd.SETTLED)
ERASURE_DECIDED = ErasureDecided(
    ground=ErasureGround.REQUESTED,
    erased=(Unit(activity="contract"), Unit(activity="marketing")),
    withheld=(
        Withheld(
            activity="bookkeeping",
            bucket="2026-12-31",
            ground=WithholdingGround.LEGAL_OBLIGATION,
            through=date(2033, 12, 31),
        ),
    ),
    suppressed=(Suppressed(activity="marketing", objected_on=date(2026, 3, 2)),),
    request="3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e21",
)
ERASURE_COMPLETED = ErasureCompleted(decision=4712)
OBJECTION_REMEMBERED = ObjectionRemembered(activity="marketing", objected_on=date(2026, 3, 2))
RECIPIENT_INFORMED = RecipientInformed(
    recipient="delivery-service", about=4712, outcome=Informing.INFORMED
)

EXAMPLES = (
    (REGISTERED, NUMBER),
    (IDENTIFIED, INVOICING_NUMBER),
    (CONTACT_CHANGED, DETAILS),
    (CONTRACT_STARTED, None),
    (CONTRACT_ENDED, None),
    (CONSENT_GIVEN, None),
    (CONSENT_WITHDRAWN, None),
    (OBJECTED, None),
    (OBJECTION_WEIGHED, None),
    (RESTRICTED, None),
    (RESTRICTION_LIFTED, None),
    (RECORD_FILED, RECORD),
    (DISCLOSED, None),
    (CARRIED, None),
    (MERGED, None),
    (PARTED, None),
    (LOOKED_UP, None),
    (REPORT_MADE, None),
    (HOLD_PLACED, None),
    (HOLD_LIFTED, None),
    (ERASURE_DECIDED, None),
    (ERASURE_COMPLETED, None),
    (OBJECTION_REMEMBERED, None),
    (RECIPIENT_INFORMED, None),
)
