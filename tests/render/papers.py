"""Rich examples of every paper, for the tests of all formats."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from ropa.domain.activity.events import (
    Client,
    Cookie,
    CookieKind,
    DataSource,
    DataSubjects,
    Retention,
    RetentionStart,
    ReviewOutcome,
)
from ropa.domain.breach.clock import Clock, Timeliness
from ropa.domain.breach.events import BreachNature, NotTellingGround, Risk
from ropa.domain.controller.events import ContactPoint
from ropa.domain.person.events import (
    EndReason,
    LookUpPurpose,
    MergeGround,
    NoticeVersion,
    ObjectionOutcome,
    OverridingGround,
    RestrictionException,
    RestrictionGround,
)
from ropa.domain.person.forgetting import HoldGround, Informing, NotInforming
from ropa.domain.person.telling import Measure
from ropa.domain.recipient.events import RecipientRole, Safeguard, Transfer
from ropa.domain.request.decider import Closed
from ropa.domain.request.events import (
    ExtensionReason,
    IdentityMethod,
    Outcome,
    RefusalGround,
    RequestKind,
)
from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround, Unit, Withheld, WithholdingGround
from ropa.kernel.ids import Channel, Language, Role
from ropa.kernel.law import Basis, Duty, LegalBasis, LocalText
from ropa.kernel.opening import Damaged, Erased, NotPermitted, Restricted
from ropa.reports import requests as req
from ropa.reports.access import happenings
from ropa.reports.access import model as acc
from ropa.reports.article30 import model as art
from ropa.reports.breaches import BreachEntry, Breaches, Passage, Reason, Step, Touched
from ropa.reports.cell import Cell, Cited, Gap, Head, Point, Query, Seen, Severity, Tally
from ropa.reports.cited import with_events
from ropa.reports.difference import Difference, EntryChange, FieldChange, Movement
from ropa.reports.disposal.certificate import Certificate, Line
from ropa.reports.disposal.plan import Planned, RetentionPlan
from ropa.reports.disposal.units import Month
from ropa.reports.history import Entry, History
from ropa.reports.ledger import ActivityCount, BasisCount, Ledger, LedgerEntry, MonthCount
from ropa.reports.notice import model as ntc
from ropa.reports.portability import model as port
from ropa.reports.retention import Waiting
from ropa.reports.rights import Right
from ropa.views import requests as steps
from ropa.views.breaches import Closing, Notified, NotTold, Told
from ropa.views.consents import ActKind
from ropa.views.people import At
from ropa.views.register import Change

T = TypeVar("T")

ANNA = "6f0c8f0e-7f2c-4d9a-9a31-0c5d8a3f1b20"
OTHER = "b7c8b6a2-7a7d-4c5e-9c1d-2f1f3a5e7d90"
EVA = "0d9a3c4e-52b1-4a68-8f5d-6b1e2c7f9a13"
SHA = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
ROOT = "qUqP5cyxm6YcTAhz05Hph5gvu9M/n2kTdVZyLKw+TzA="
EARLIER_ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


def at(day: str, time: str = "09:14:02") -> datetime:
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=UTC)


def both(sv: str, en: str) -> LocalText:
    return LocalText(sv=sv, en=en)


def c(value: T, *evidence: int) -> Cell[T]:
    return Cell(value=value, evidence=evidence)


def none(*evidence: int) -> Cell[Any]:
    return Cell(evidence=evidence)


def gap(
    article: str | None, severity: Severity = Severity.ERROR, reason: LocalText | None = None
) -> Cell[Any]:
    return Cell(evidence=(2,), gap=Gap(article=article, severity=severity, reason=reason))


def head(report: str, language: Language) -> Head:
    return Head(
        report=report,
        controller=c("Exempelbolaget AB", 1),
        as_of=Point(position=4711, moment=at("2026-05-31", "21:59:59"), root=ROOT),
        printed_at=at("2026-06-01", "08:14:00"),
        language=language,
        document="4c0f9f9f7a5d4d1c8d3e2b1a09f8e7d6"
        if report in {"access", "portability"}
        else None,
    )


def tally(count: int, first: int | None = None, last: int | None = None) -> Tally:
    return Tally(
        count=count,
        first=Seen(position=first, occurred_at=at("2026-01-12")) if first else None,
        last=Seen(position=last, occurred_at=at("2026-04-20")) if last else None,
        query=Query(types=("person.disclosed.v1",), activity="contract"),
    )


def change(position: int, type_: str, reason: str | None = "The register is begun") -> Change:
    return Change(
        position=position,
        type=type_,
        occurred_at=at("2026-01-02"),
        recorded_at=at("2026-01-02", "09:15:30"),
        actor=EVA,
        source="ropa",
        reason=reason,
        fields=("categories", "review_due"),
    )


CONTRACT = both("Avtal om varor och tjänster", "Contracts for goods and services")
BOOKKEEPING = both("Bokföring", "Bookkeeping")
MARKETING = both("Nyhetsbrev med e-post", "Newsletters by e-mail")
RULE_CONTRACT = Retention(
    start=RetentionStart.RELATION_ENDED,
    years=3,
    source=both("Reklamationsfristen för konsumenter", "The complaint period of consumers"),
    confirmed=False,
)
RULE_BOOKS = Retention(
    start=RetentionStart.FINANCIAL_YEAR_ENDED,
    years=7,
    from_end_of_calendar_year=True,
    source=both("7 kap. 2 § bokföringslagen (1999:1078)", "Accounting Act (1999:1078), ch. 7 s. 2"),
)
RULE_MARKETING = Retention(start=RetentionStart.OBJECTION_OR_WITHDRAWAL)
AGREEMENT = both("Avtalet med kunden", "The agreement with the customer")


def basis(
    found: LegalBasis, source: LocalText | None, position: int, duty: Duty | None = None
) -> art.BasisEntry:
    missing = gap("6(3)") if source is None else c(source, position)
    return art.BasisEntry(basis=c(found, position), source=missing, duty=duty)


def activity(name: str, title: LocalText, position: int, **fields: Any) -> art.Activity:
    declared: dict[str, Any] = {
        "client": none(),
        "client_contact": none(),
        "purposes": gap("30(1)(b)"),
        "subjects": c((DataSubjects.CUSTOMERS,), position),
        "categories": c((Category.CONTACT_NAME, Category.CONTACT_EMAIL), position),
        "recipients": none(position),
        "transfers": none(position),
        "retention": gap("30(1)(f)", Severity.REASON_NEEDED),
        "bases": (basis(LegalBasis.CONTRACT, AGREEMENT, position),),
        "sources": c((DataSource.REGISTRATION_FORM, DataSource.DIRECT_CONTACT), position),
        "system": gap(None, Severity.NOTE),
        "roles": c((Role.SUPPORT, Role.BILLING), position),
        "direct_marketing": c(value=False),
        "cookies": (),
        "impact_assessment": gap("35(1)", Severity.NOTE),
        "review_due": c(date(2027, 3, 1), position),
        "approved": gap("24(1)", Severity.NOTE),
        "reviewed": none(position),
        "undeclared": (),
        "retired": none(),
        "last_change": c(change(position, "activity.declared.v1"), position),
        "changes": c(1, position),
    }
    return art.Activity(activity=name, title=c(title, position), **(declared | fields))


def cookie(name: str, position: int, **fields: Any) -> art.CookieEntry:
    made = Cookie(
        name=name,
        purpose=both("Räkna besök och sidvisningar", "Count visits and pages seen"),
        **fields,
    )
    lifetime: Cell[int] = none(position)
    if made.kind is CookieKind.PERSISTENT:
        lifetime = c(made.lifetime_days, position) if made.lifetime_days else gap(None)
    return art.CookieEntry(cookie=c(made, position), lifetime_days=lifetime)


ACTIVITIES = (
    activity(
        "contract",
        CONTRACT,
        4,
        purposes=c(
            (
                both("Leverera det som har beställts", "Deliver what was ordered"),
                both("Fakturera och administrera", "Invoice and administer"),
                both("Svara på frågor och reklamationer", "Answer questions and complaints"),
            ),
            4,
            17,
        ),
        categories=c(
            (
                Category.CONTACT_NAME,
                Category.CONTACT_ADDRESS,
                Category.CONTACT_EMAIL,
                Category.CONTACT_PHONE,
                Category.ORDER_MATTER,
                Category.SERVICE_MATTER,
            ),
            4,
            31,
        ),
        recipients=c(("parcel-carrier", "payment-service"), 4, 31),
        transfers=c(
            (
                art.RecipientTransfer(
                    recipient="payment-service",
                    country="US",
                    safeguard=Safeguard.STANDARD_CLAUSES,
                    documentation=both("Avtal 2025-11, bilaga 3", "Agreement 2025-11, annex 3"),
                ),
                art.RecipientTransfer(
                    recipient="parcel-carrier", country="IN", safeguard=None, documentation=None
                ),
            ),
            9,
        ),
        retention=c(RULE_CONTRACT, 4),
        system=c("Webbutiken, Falkenberg", 4),
        undeclared=(
            art.UndeclaredRecipient(recipient="mail-service", disclosures=tally(7, 101, 987)),
        ),
        approved=c(
            art.Reviewed(
                review=change(12, "activity.reviewed.v1", None),
                version=1,
                outcome=ReviewOutcome.APPROVED,
                changed=31,
            ),
            4,
            12,
            31,
        ),
        reviewed=c(
            art.Reviewed(
                review=change(33, "activity.reviewed.v1", "The countries are missing"),
                version=3,
                outcome=ReviewOutcome.CHANGES_NEEDED,
                changed=None,
            ),
            4,
            33,
        ),
        last_change=c(change(31, "activity.amended.v1", "Parcels are announced"), 4, 31),
        changes=c(3, 4, 17, 31),
    ),
    activity(
        "bookkeeping",
        BOOKKEEPING,
        5,
        purposes=c((both("Arkivera räkenskapsinformation", "Archive accounting records"),), 5),
        categories=c((Category.CONTACT_NAME, Category.FINANCIAL_AMOUNT), 5),
        retention=c(RULE_BOOKS, 5),
        bases=(basis(LegalBasis.LEGAL_OBLIGATION, RULE_BOOKS.source, 5, Duty.ACCOUNTING),),
    ),
    activity(
        "marketing",
        MARKETING,
        6,
        purposes=c((both("Berätta om nya tjänster", "Tell about new services"),), 6),
        direct_marketing=c(True, 6),  # noqa: FBT003 - a cell holds it
        retention=c(RULE_MARKETING, 6),
        bases=(
            basis(LegalBasis.CONSENT, both("Rutan i kassan", "The box at the checkout"), 6),
            basis(LegalBasis.LEGITIMATE_INTEREST, None, 6),
        ),
    ),
    activity(
        "web-analytics",
        both("Webbstatistik", "Web statistics"),
        7,
        subjects=c((DataSubjects.VISITORS,), 7),
        recipients=gap("30(1)(d)"),
        cookies=(
            cookie("sid", 7, kind=CookieKind.SESSION, consent_needed=False),
            cookie("_ga", 7, kind=CookieKind.PERSISTENT, provider="Google", lifetime_days=730),
            cookie("prefs", 7, kind=CookieKind.PERSISTENT),
        ),
        retention=gap(
            "30(1)(f)",
            Severity.REASON_NEEDED,
            both("Leverantören har inte svarat", "The provider has not answered"),
        ),
        retired=c(change(88, "activity.retired.v1", "Another tool is used"), 88),
    ),
)
HOSTING = activity(
    "hosting-acme",
    both("Webbhotell för Acme", "Web hosting for Acme"),
    12,
    client=c(
        Client(name="Acme AB", representative="Acme Holding SE", data_protection_officer="DSO"),
        12,
    ),
    client_contact=gap("30(2)(a)"),
    purposes=c((both("Lagring och drift", "Storage and operation"),), 12),
)


def recipient(slug: str, **fields: Any) -> art.Recipient:
    declared: dict[str, Any] = {
        "category": c(both("Transportföretag", "Parcel carriers"), 3),
        "name": c("Paketbolaget Exempel AB", 3),
        "role": c(RecipientRole.CONTROLLER, 3),
        "country": c("SE", 3),
        "agreement": none(3),
        "transfers": (),
        "retired": none(),
        "last_change": c(change(3, "recipient.declared.v1"), 3),
        "changes": c(1, 3),
    }
    return art.Recipient(recipient=slug, **(declared | fields))


RECIPIENTS = (
    recipient(
        "parcel-carrier",
        transfers=(
            art.TransferEntry(country=c("IN", 9), safeguard=gap("30(1)(e)"), documentation=none()),
        ),
    ),
    recipient(
        "payment-service",
        category=c(both("Betaltjänst", "Payment service"), 8),
        name=gap(None, Severity.NOTE),
        role=c(RecipientRole.PROCESSOR, 8),
        agreement=gap("28(3)"),
        transfers=(
            art.TransferEntry(
                country=c("US", 9),
                safeguard=c(Safeguard.STANDARD_CLAUSES, 9),
                documentation=c(both("Avtal 2025-11", "Agreement 2025-11"), 9),
            ),
        ),
        retired=c(change(90, "recipient.retired.v1", None), 90),
    ),
)


def article30(language: Language) -> art.Article30:
    return art.Article30(
        head=head("article30", language),
        controller=art.Controller(
            name=c("Exempelbolaget AB", 1),
            country=c("SE", 1),
            organisation_number=gap("30(1)(a)"),
            website=c("exempelbolaget.example", 1),
            address=c("Storgatan 1, 111 22 Stockholm", 1),
            email=c("dataskydd@exempelbolaget.example", 1),
            phone=none(1),
            data_protection_officer=none(1),
            representative=none(1),
            joint_controllers=c((ContactPoint(name="Systerbolaget AB", email="a@b.example"),), 2),
            measures=c(
                (
                    both("Kryptering vid överföring", "Encryption in transit"),
                    both("Behörighet efter arbetsuppgift", "Access by task"),
                ),
                1,
            ),
            sources=c((both("Det som personen själv lämnar", "What persons give"),), 1),
            disclosure=gap(None, Severity.NOTE),
            automated_decisions=c(value=False),
            complaint_authority=c("Integritetsskyddsmyndigheten (IMY)", 1),
            last_change=c(change(2, "controller.amended.v1"), 1, 2),
            changes=c(2, 1, 2),
        ),
        activities=ACTIVITIES,
        processing=(HOSTING,),
        recipients=RECIPIENTS,
    )


def item(position: int, category: Category, value: Any, **fields: Any) -> acc.Item:
    declared: dict[str, Any] = {
        "source": "webshop",
        "channel": Channel.ACCOUNT_PAGE,
        "type": "person.contact-changed.v1",
        "occurred_at": at("2025-03-02"),
        "recorded_at": at("2025-03-02", "09:14:03"),
        "carried_from": None,
        "ended": none(position),
        "kept": c(acc.Kept(through=None, started=None, rule=RULE_CONTRACT), 4),
    }
    shown = value if isinstance(value, acc.Shown) else acc.Plain(value=value)
    return acc.Item(
        position=position,
        category=category,
        value=c(shown, position),
        **(declared | fields),
    )


ADDRESS = {"street": "Storgatan 1", "postal_code": "111 22", "city": "Stockholm", "country": "NO"}
BOOKS = {
    "source": "invoicing",
    "channel": None,
    "type": "person.accounting-record-filed.v1",
    "kept": c(
        acc.Kept(through=date(2033, 12, 31), started=date(2026, 12, 31), rule=RULE_BOOKS), 5, 70
    ),
}

LAST_YEAR = BOOKS | {
    "kept": c(
        acc.Kept(through=date(2032, 12, 31), started=date(2025, 12, 31), rule=RULE_BOOKS), 5, 74
    )
}


def share(name: str, title: LocalText, rule: Retention, **fields: Any) -> acc.Share:
    declared: dict[str, Any] = {
        "purposes": c((both("Leverera det som har beställts", "Deliver what was ordered"),), 4),
        "bases": (),
        "sources": c((DataSource.REGISTRATION_FORM,), 4),
        "rule": c(rule, 4),
        "objected": none(),
        "weighed": none(),
        "restricted": none(),
        "hold": none(),
        "ended": none(),
        "items": (),
    }
    return acc.Share(activity=name, title=c(title, 4), **(declared | fields))


def used(found: LegalBasis, **fields: Any) -> acc.BasisUsed:
    declared: dict[str, Any] = {
        "basis": c(found, 4),
        "source": c(AGREEMENT, 4),
        "since": c(at("2025-03-02"), 51),
        "live": c(True, 51),  # noqa: FBT003 - a cell holds it
        "ended": none(51),
    }
    return acc.BasisUsed(**(declared | fields))


ERASURES = (
    happenings.Erasure(
        position=90,
        type="person.erasure-decided.v1",
        occurred_at=at("2026-03-02"),
        ground=ErasureGround.REQUESTED,
        erased=(Unit(activity="marketing"),),
        categories=(),
        withheld=(
            Withheld(
                activity="bookkeeping",
                bucket="2025-12-31",
                ground=WithholdingGround.LEGAL_OBLIGATION,
                through=date(2032, 12, 31),
            ),
            Withheld(activity="contract", ground=WithholdingGround.LEGAL_CLAIMS),
        ),
        suppressed=("marketing",),
        completed=c(at("2026-03-02"), 90, 91),
    ),
    happenings.Erasure(
        position=93,
        type="person.erasure-decided.v1",
        occurred_at=at("2026-03-04"),
        ground=ErasureGround.CATEGORY_DROPPED,
        erased=(Unit(activity="contract"),),
        categories=(Category.CONTACT_PHONE,),
        withheld=(),
        suppressed=(),
        completed=none(93),
    ),
)

SHARES = (
    share(
        "contract",
        CONTRACT,
        RULE_CONTRACT,
        bases=(used(LegalBasis.CONTRACT),),
        weighed=c(
            acc.Weighed(
                at=at("2026-01-20"),
                outcome=ObjectionOutcome.OVERRIDDEN,
                ground=OverridingGround.LEGAL_CLAIMS,
            ),
            81,
        ),
        restricted=c(RestrictionGround.ACCURACY_CONTESTED, 80),
        hold=c(HoldGround.DISPUTE, 82),
        items=(
            item(60, Category.CONTACT_NAME, "Anna Exempel"),
            item(60, Category.CONTACT_EMAIL, "anna@exempel.example"),
            item(60, Category.CONTACT_ADDRESS, ADDRESS),
            item(61, Category.CONTACT_PHONE, Restricted()),
            item(62, Category.ORDER_MATTER, acc.Masked()),
            item(
                50,
                Category.IDENTIFIER_ACCOUNT,
                "K-20417",
                channel=None,
                type="person.registered.v1",
            ),
            item(63, Category.SERVICE_MATTER, NotPermitted()),
            item(
                52,
                Category.CONTACT_NAME,
                "Anna Provdotter",
                channel=Channel.REGISTRATION_FORM,
                recorded_at=at("2025-03-04"),
                ended=c(acc.Ending(kind=acc.EndingKind.REPLACED, at=at("2025-09-01")), 52, 60),
            ),
            item(
                52,
                Category.CONTACT_PHONE,
                Damaged(),
                recorded_at=at("2025-03-04"),
                ended=c(acc.Ending(kind=acc.EndingKind.REMOVED, at=at("2025-09-01")), 52, 60),
            ),
        ),
    ),
    share(
        "bookkeeping",
        BOOKKEEPING,
        RULE_BOOKS,
        bases=(used(LegalBasis.LEGAL_OBLIGATION, since=none(), source=c(RULE_BOOKS.source, 5)),),
        items=(
            item(70, Category.FINANCIAL_VOUCHER, "A-1042", **BOOKS),
            item(
                70,
                Category.FINANCIAL_AMOUNT,
                {"total": "1249.00", "vat": "249.80", "currency": "SEK"},
                **BOOKS,
            ),
            item(70, Category.CONTACT_NAME, "Anna Provdotter", **BOOKS),
            item(70, Category.CONTACT_ADDRESS, ADDRESS, **BOOKS),
            item(70, Category.IDENTITY_NUMBER, "811228-9874", **BOOKS),
            item(74, Category.FINANCIAL_VOUCHER, "A-0917", **LAST_YEAR),
            item(74, Category.FINANCIAL_AMOUNT, NotPermitted(), **LAST_YEAR),
            item(74, Category.CONTACT_NAME, NotPermitted(), **LAST_YEAR),
            item(75, Category.CONTACT_EMAIL, "anna@exempel.example", **BOOKS),
        ),
    ),
    share(
        "marketing",
        MARKETING,
        RULE_MARKETING,
        bases=(
            used(LegalBasis.CONSENT, live=c(False, 77), ended=c(at("2026-02-14"), 77)),  # noqa: FBT003
            used(LegalBasis.LEGITIMATE_INTEREST, source=gap("6(1)", Severity.NOTE)),
        ),
        objected=c(at("2026-02-14"), 78),
        ended=c(EndReason.OBJECTION, 79),
        items=(
            item(
                71,
                Category.CONTACT_EMAIL,
                Erased(position=90, ground=ErasureGround.REQUESTED, on=date(2026, 3, 2)),
                type="person.details-carried.v1",
                source="ropa",
                channel=None,
                carried_from="contract",
                kept=c(acc.Kept(through=None, started=None, rule=RULE_MARKETING), 6),
            ),
        ),
    ),
)

EVENTS = {
    1: "controller.declared.v1",
    4: "activity.declared.v1",
    10: "notice.published.v1",
    12: "activity.reviewed.v1",
    33: "activity.reviewed.v1",
    50: "person.registered.v1",
    52: "person.contact-changed.v1",
    70: "person.accounting-record-filed.v1",
    71: "person.details-carried.v1",
    72: "person.disclosed.v1",
    76: "person.consent-given.v1",
    90: "person.erasure-decided.v1",
    104: "person.restricted.v1",
}
LATE = 52
"""The event that was recorded some days after it had happened."""


def access(language: Language) -> acc.Access:
    wording = happenings.WordingShown(
        notice="newsletter-wording",
        version="2026-01",
        language=Language.SV,
        sha256=SHA,
        text="Ja, skicka mig nyhetsbrevet med e-post. Jag kan säga nej när som helst.",
    )
    return acc.Access(
        head=head("access", language),
        person=ANNA,
        held=c(True, 50),  # noqa: FBT003 - a cell holds it
        records=c((ANNA, OTHER), 50, 85),
        summary=acc.Summary(
            values=c(9, 60, 61, 62, 63, 70, 71),
            activities=c(("contract", "bookkeeping", "marketing"), 51, 70, 71),
            categories=c(tuple(Category)[:8], 60, 61, 62),
            recipients=c(("parcel-carrier", "payment-service"), 72, 73),
            consents=none(76, 77),
            objections=c(("marketing",), 78),
            restrictions=c(("contract",), 80),
            open_requests=c(("4d1c5f0a-1111-4222-8333-444455556666",), 82),
            look_ups=c(2, 83, 84),
            since=c(at("2025-03-02"), 50),
        ),
        accounts=(
            acc.Account(
                position=50,
                namespace="webshop",
                number=c(acc.Plain(value="K-20417"), 50),
                source="webshop",
                since=at("2025-03-02"),
                activity="contract",
            ),
        ),
        shares=SHARES,
        disclosures=(
            happenings.Disclosure(
                position=72,
                recipient="parcel-carrier",
                name=c("Paketbolaget Exempel AB", 3),
                kind=c(both("Transportföretag", "Parcel carriers"), 3),
                country=c("SE", 3),
                third_countries=c(("IN",), 9),
                activity="contract",
                categories=(Category.CONTACT_NAME, Category.CONTACT_ADDRESS),
                occurred_at=at("2026-01-12"),
            ),
            happenings.Disclosure(
                position=73,
                recipient="payment-service",
                name=gap("15(1)(c)"),
                kind=c(both("Betaltjänst", "Payment service"), 8),
                country=c("SE", 8),
                third_countries=none(8),
                activity="contract",
                categories=(Category.CONTACT_NAME,),
                occurred_at=at("2026-01-12"),
            ),
        ),
        erasures=ERASURES,
        informed=(
            happenings.Informed(
                position=104,
                type="person.restricted.v1",
                occurred_at=at("2026-03-05"),
                measure=Measure.RESTRICTION,
                recipient="parcel-carrier",
                name=c("Paketbolaget Exempel AB", 3, 72, 104, 105),
                activities=c(("contract",), 72, 104, 105),
                outcome=c(Informing.IMPOSSIBLE, 72, 104, 105),
                reason=c(NotInforming.CEASED_TO_EXIST, 72, 104, 105),
                on=c(at("2026-03-09"), 72, 104, 105),
            ),
            happenings.Informed(
                position=104,
                type="person.restricted.v1",
                occurred_at=at("2026-03-05"),
                measure=Measure.RESTRICTION,
                recipient="payment-service",
                name=gap("15(1)(c)"),
                activities=c(("contract",), 73, 104),
                outcome=none(73, 104),
                reason=none(73, 104),
                on=none(73, 104),
            ),
        ),
        consents=(
            happenings.Consent(
                position=76,
                kind=ActKind.GIVEN,
                activity="marketing",
                occurred_at=at("2025-11-25"),
                channel=Channel.WEB_FORM,
                source="newsletter",
                wording=c(wording, 10, 76),
            ),
            happenings.Consent(
                position=77,
                kind=ActKind.WITHDRAWN,
                activity="marketing",
                occurred_at=at("2026-02-14"),
                channel=Channel.UNSUBSCRIBE_LINK,
                source="newsletter",
                wording=none(),
            ),
            happenings.Consent(
                position=78,
                kind=ActKind.OBJECTED,
                activity="marketing",
                occurred_at=at("2026-02-14", "22:30:00"),
                channel=Channel.E_MAIL,
                source="helpdesk",
                wording=none(),
            ),
        ),
        requests=(
            happenings.Request(
                request="9c1d5f0a-1111-4222-8333-444455556666",
                received=c(at("2026-01-31"), 81),
                due=c(date(2026, 3, 2), 81),
                channel=c(Channel.E_MAIL, 81),
                kinds=(
                    happenings.KindDecided(
                        kind=RequestKind.ERASURE,
                        outcome=c(Outcome.PARTLY_GRANTED, 86),
                        ground=c(RefusalGround.LEGAL_OBLIGATION, 86),
                    ),
                ),
                closed=c(Closed.ANSWERED, 87),
                closed_at=c(at("2026-02-20"), 87),
            ),
            happenings.Request(
                request="4d1c5f0a-1111-4222-8333-444455556666",
                received=c(at("2026-05-30"), 82),
                due=c(date(2026, 6, 30), 82),
                channel=c(Channel.LETTER, 82),
                kinds=(
                    happenings.KindDecided(kind=RequestKind.ACCESS, outcome=none(), ground=none()),
                    happenings.KindDecided(
                        kind=RequestKind.PORTABILITY, outcome=none(), ground=none()
                    ),
                ),
                closed=none(82),
                closed_at=none(82),
            ),
        ),
        look_ups=(
            happenings.LookUp(
                position=83,
                occurred_at=at("2026-01-13"),
                role=Role.SUPPORT,
                purpose=LookUpPurpose.SUPPORT_CASE,
                exception=None,
                activities=("contract",),
            ),
            happenings.LookUp(
                position=84,
                occurred_at=at("2026-01-14"),
                role=Role.OFFICER,
                purpose=LookUpPurpose.REQUEST,
                exception=RestrictionException.LEGAL_CLAIMS,
                activities=(),
            ),
        ),
        reports=(
            happenings.Made(
                position=88,
                report="access",
                occurred_at=at("2026-02-20"),
                language=Language.SV,
                sha256=SHA[::-1],
            ),
        ),
        rights=tuple(
            acc.RightGiven(right=right, activities=c(("contract", "marketing"), 4, 6))
            for right in Right
        ),
        complaint_authority=c("Integritetsskyddsmyndigheten (IMY)", 1),
        automated_decisions=c(value=False),
        contact=c("Exempelbolaget AB, dataskydd@exempelbolaget.example", 1),
        officer=c(ContactPoint(name="Dataskyddsombudet", phone="+46 8 000 00 00"), 1),
    )


def provided(position: int, category: Category, value: Any, channel: Channel) -> port.Provided:
    return port.Provided(
        value=value,
        evidence=(4, 51, position),
        position=position,
        category=category,
        since=date(2026, 1, 12),
        channel=channel,
        source="webshop",
    )


def left_out(reason: port.LeftOutReason, *categories: Category) -> port.LeftOut:
    return port.LeftOut(reason=reason, categories=c(categories, 4, 51, 62))


def portability(language: Language) -> port.Portability:
    return port.Portability(
        head=head("portability", language),
        person=ANNA,
        held=c(True, 50),  # noqa: FBT003 - a cell holds it
        records=c((ANNA, OTHER), 50, 85),
        activities=(
            port.Ported(
                activity="contract",
                title=c(CONTRACT, 4),
                bases=c((LegalBasis.CONSENT, LegalBasis.CONTRACT), 4, 51),
                restricted=c(RestrictionGround.ACCURACY_CONTESTED, 80),
                values=(
                    provided(60, Category.CONTACT_ADDRESS, ADDRESS, Channel.CHECKOUT),
                    provided(60, Category.CONTACT_EMAIL, "anna@exempel.example", Channel.PHONE),
                    provided(52, Category.CONTACT_NAME, "Anna Exempel", Channel.REGISTRATION_FORM),
                    provided(61, Category.CONTACT_PHONE, "+46 70 174 06 05", Channel.LETTER),
                ),
                left_out=(
                    left_out(port.LeftOutReason.NOT_PROVIDED, Category.ORDER_MATTER),
                    left_out(port.LeftOutReason.RESTRICTED, Category.CONTACT_NAME),
                    left_out(port.LeftOutReason.ERASED, Category.CONTACT_PHONE),
                    left_out(port.LeftOutReason.UNREADABLE, Category.SERVICE_MATTER),
                ),
            ),
            port.Ported(
                activity="bookkeeping",
                title=c(BOOKKEEPING, 5),
                bases=c((), 5, 70),
                restricted=none(70),
                values=(),
                left_out=(
                    left_out(
                        port.LeftOutReason.BASIS,
                        Category.FINANCIAL_AMOUNT,
                        Category.FINANCIAL_VOUCHER,
                    ),
                ),
            ),
            port.Ported(
                activity="marketing",
                title=c(MARKETING, 6),
                bases=c((LegalBasis.CONSENT,), 6, 76),
                restricted=none(76),
                values=(),
                left_out=(),
            ),
        ),
        contact=c("Exempelbolaget AB, dataskydd@exempelbolaget.example", 1),
        complaint_authority=c("Integritetsskyddsmyndigheten (IMY)", 1),
    )


def entry(position: int, type_: str, **fields: Any) -> Entry:
    declared: dict[str, Any] = {
        "stream": f"person/{ANNA}",
        "version": position - 49,
        "occurred_at": at("2026-03-02"),
        "recorded_at": at("2026-03-02", "09:15:02"),
        "source": "webshop",
        "actor": "app:webshop",
        "cause": None,
        "facts": {},
        "sealed": {},
        "skipped": (),
    }
    return Entry(position=position, type=type_, **(declared | fields))


def history(language: Language) -> History:
    return History(
        head=head("history", language),
        person=ANNA,
        records=c((ANNA, OTHER), 50, 85),
        entries=(
            entry(50, "person.registered.v1", facts={"namespace": "webshop"}, cause="form-7"),
            entry(
                52,
                "person.contact-changed.v1",
                facts={
                    "channel": Channel.ACCOUNT_PAGE,
                    "activities": ("contract", "marketing"),
                    "removed": (Category.CONTACT_PHONE,),
                },
                sealed={"contract": (Category.CONTACT_NAME, Category.CONTACT_EMAIL)},
                skipped=("marketing",),
            ),
            entry(
                53,
                "person.consent-given.v1",
                facts={
                    "activity": "marketing",
                    "wording": NoticeVersion(notice="newsletter-wording", version="2026-01"),
                    "language": Language.SV,
                },
            ),
            entry(
                54,
                "person.restriction-lifted.v1",
                facts={"activities": ("contract",), "informed_on": date(2026, 3, 1)},
            ),
            entry(
                55,
                "person.merged.v1",
                facts={"other": OTHER, "ground": MergeGround.SAME_ACCOUNT},
                source="ropa",
                cause="position/53",
            ),
            entry(
                56,
                "person.report-made.v1",
                facts={"report": "access", "language": Language.EN, "sha256": SHA, "as_of": 55},
            ),
        ),
    )


def ledger(language: Language) -> Ledger:
    wording = happenings.WordingShown(
        notice="newsletter-wording",
        version="2026-01",
        language=Language.SV,
        sha256=SHA,
        text=None,
    )
    return Ledger(
        head=head("ledger", language),
        activity=None,
        counts=(
            ActivityCount(
                activity="marketing",
                title=c(MARKETING, 6),
                direct_marketing=c(True, 6),  # noqa: FBT003 - a cell holds it
                bases=(
                    BasisCount(
                        basis=LegalBasis.CONSENT,
                        source=c(both("Rutan i kassan", "The box at the checkout"), 6),
                        records=tally(112, 76, 4000),
                    ),
                    BasisCount(
                        basis=LegalBasis.LEGITIMATE_INTEREST,
                        source=gap("6(1)", Severity.NOTE),
                        records=tally(0),
                    ),
                ),
                given=tally(140, 76, 4000),
                withdrawn=tally(27, 77, 3999),
                objected=tally(1, 78, 78),
            ),
        ),
        months=tuple(
            MonthCount(
                month=Month(date(year, month, 1)),
                given=counted_as(given),
                withdrawn=counted_as(withdrawn),
                objected=counted_as(objected),
            )
            for year, month, given, withdrawn, objected in (
                (2025, 11, 80, 0, 0),
                (2026, 2, 60, 27, 1),
            )
        ),
        wordings=(c(wording, 10),),
        entries=tuple(
            LedgerEntry(
                position=position,
                person=ANNA,
                activity="marketing",
                kind=kind,
                notice="newsletter-wording" if kind is ActKind.GIVEN else None,
                version="2026-01" if kind is ActKind.GIVEN else None,
                language=Language.SV if kind is ActKind.GIVEN else None,
                channel=Channel.WEB_FORM,
                source="newsletter",
                actor="app:newsletter",
                occurred_at=at("2026-02-14"),
                recorded_at=at("2026-02-15"),
            )
            for position, kind in zip((76, 77, 78), ActKind, strict=True)
        ),
    )


def field(name: str, before: Any, after: Any) -> FieldChange:
    return FieldChange(
        field=name,
        before=c(before, 4) if before is not None else none(),
        after=c(after, 31) if after is not None else none(31),
        change=change(31, "activity.amended.v1", "Parcels are announced by telephone"),
    )


def difference(language: Language) -> Difference:
    fields = (
        field("categories", (Category.CONTACT_NAME,), tuple(Category)[:4]),
        field("retention", RULE_CONTRACT, RULE_BOOKS),
        field(
            "bases",
            (Basis(basis=LegalBasis.CONSENT),),
            (Basis(basis=LegalBasis.LEGAL_OBLIGATION, source=AGREEMENT, duty=Duty.ACCOUNTING),),
        ),
        field("review_due", None, date(2027, 3, 1)),
        field("no_recipients", before=False, after=True),
        field("country", "SE", "DE"),
        field(
            "transfers",
            (Transfer(country="US", safeguard=None),),
            (Transfer(country="US", safeguard=Safeguard.ADEQUACY, documentation=AGREEMENT),),
        ),
        field(
            "cookies",
            (),
            (Cookie(name="_ga", kind=CookieKind.PERSISTENT, lifetime_days=1, purpose=AGREEMENT),),
        ),
        field("client", None, Client(name="Acme AB", contact="info@acme.example")),
        field("representative", None, ContactPoint(name="Ombudet", address="Box 1")),
    )
    return Difference(
        head=head("difference", language),
        since=Point(position=12, moment=at("2025-12-31", "22:59:59"), root=EARLIER_ROOT),
        entries=(
            EntryChange(
                stream="activity/contract",
                noun="activity",
                title=CONTRACT,
                movement=Movement.CHANGED,
                fields=fields,
                changes=(change(31, "activity.amended.v1"),),
            ),
            EntryChange(
                stream=f"staff/{EVA}",
                noun="staff",
                title=None,
                movement=Movement.ADDED,
                fields=(field("roles", None, (Role.SUPPORT,)),),
                changes=(change(33, "staff.registered.v1", None),),
            ),
            EntryChange(
                stream="recipient/parcel-carrier",
                noun="recipient",
                title=both("Transportföretag", "Parcel carriers"),
                movement=Movement.REMOVED,
                fields=(),
                changes=(change(34, "recipient.retired.v1"),),
            ),
        ),
    )


def step(position: int, type_: str, moment: datetime, **facts: Any) -> Step:
    return Step(
        position=position,
        type=type_,
        occurred_at=moment,
        recorded_at=moment + timedelta(minutes=position % 2),
        source="cli",
        actor=EVA,
        facts=facts,
    )


def breach(name: str, position: int, known: datetime, **fields: Any) -> BreachEntry:
    natures = (BreachNature.CONFIDENTIALITY,)
    touched = (Touched(activity="contract", title=CONTRACT),)
    found = {"natures": natures, "affected": ("contract",)}
    declared: dict[str, Any] = {
        "known": c(known, position),
        "natures": c(natures, position),
        "affected": c(touched, 4, position),
        "categories": c((Category.CONTACT_NAME, Category.CONTACT_ADDRESS), position),
        "persons": c(2, position),
        "records": c(1400, position),
        "facts": c((Passage(position=position, at=known, text=acc.Plain(MIXED_UP)),), position),
        "effects": gap("33(5)"),
        "remedy": gap("33(5)"),
        "risk": gap("33(1)"),
        "due": c(known + timedelta(hours=72), position),
        "clock": c(Clock(state=Timeliness.RUNNING, left=timedelta(hours=13, minutes=5)), position),
        "notified": gap("33(1)", Severity.NOTE),
        "reason": none(position),
        "told": none(position),
        "not_told": gap("34(1)", Severity.NOTE),
        "closed": none(position),
        "course": (step(position, "breach.discovered.v1", known, **found),),
    }
    return BreachEntry(breach=name, **(declared | fields))


MIXED_UP = "Två fakturor låg i varandras kuvert."
REMEDY = "Två personer packar nu tillsammans.\nKuverten har fönster."


def late_breach() -> BreachEntry:
    """Give a breach that was notified late, was told of twice, and is closed."""
    known, said = at("2026-04-21", "06:35:00"), at("2026-04-26", "08:00:00")
    return breach(
        "invoice-mix-up-2026",
        91,
        known,
        natures=c((BreachNature.CONFIDENTIALITY, BreachNature.INTEGRITY), 91),
        facts=c(
            (
                Passage(position=91, at=known, text=acc.Plain(MIXED_UP)),
                Passage(position=94, at=said, text=acc.Plain("En tredje faktura saknades.")),
            ),
            91,
            94,
        ),
        effects=c((Passage(position=94, at=said, text=NotPermitted()),), 91, 94),
        remedy=c((Passage(position=94, at=said, text=acc.Plain(REMEDY)),), 91, 94),
        risk=c(Risk.HIGH_RISK, 91, 92),
        clock=c(Clock(state=Timeliness.LATE, left=-timedelta(hours=30, minutes=2)), 91, 93),
        notified=c(
            (
                Notified(
                    at=at("2026-04-25", "12:37:00"),
                    position=93,
                    reference="IMY-2026-1234",
                    late_reason="The finder was travelling",
                ),
                Notified(at=at("2026-04-29"), position=95, reference=None, late_reason=None),
            ),
            91,
            93,
            95,
        ),
        reason=c(Reason(late="The finder was travelling"), 91, 93),
        told=c(
            (
                Told(at=at("2026-04-27"), position=96, channel=Channel.PHONE, persons=1),
                Told(at=at("2026-04-28"), position=97, channel=Channel.LETTER, persons=2),
            ),
            91,
            96,
            97,
        ),
        not_told=none(91, 96),
        closed=c(
            Closing(at=at("2026-05-06"), position=98, reason="A second person checks"), 91, 98
        ),
        course=(
            step(91, "breach.discovered.v1", known, categories=(Category.CONTACT_NAME,)),
            step(92, "breach.assessed.v1", at("2026-04-22"), risk=Risk.HIGH_RISK),
            step(
                93,
                "breach.authority-notified.v1",
                at("2026-04-25", "12:37:00"),
                reference="IMY-2026-1234",
                late_reason="The finder was travelling",
            ),
            step(94, "breach.described.v1", said, persons=2, records=1400),
            step(96, "breach.persons-told.v1", at("2026-04-27"), channel=Channel.PHONE, persons=1),
            step(98, "breach.closed.v1", at("2026-05-06"), reason="A second person checks"),
        ),
    )


def breaches(language: Language) -> Breaches:
    erased = Erased(position=99, ground=ErasureGround.RETENTION_ENDED, on=date(2026, 5, 30))
    known = at("2026-05-20", "14:00:00")
    passages = c((Passage(position=101, at=known, text=erased),), 99, 101)
    no_risk = NotTold(at=known, position=102, ground=NotTellingGround.NO_HIGH_RISK)
    return Breaches(
        head=head("breaches", language),
        moment=at("2026-05-31", "21:59:59"),
        count=c(4, 91, 101, 103, 104),
        waiting=c(2, 91, 93, 101, 102, 103, 104),
        missed=c(2, 91, 93, 101, 102, 103, 104),
        running=c(3, 91, 98, 101, 103, 104),
        breaches=(
            late_breach(),
            breach(
                "lost-phone",
                101,
                known,
                facts=passages,
                effects=passages,
                remedy=passages,
                risk=c(Risk.UNLIKELY, 101, 102),
                clock=c(Clock(state=Timeliness.NOT_REQUIRED, left=None), 101, 102),
                notified=none(101, 102),
                reason=c(Reason(risk=Risk.UNLIKELY), 101, 102),
                not_told=c(no_risk, 101, 102),
            ),
            breach(
                "open-bucket",
                103,
                at("2026-05-27", "22:00:00"),
                affected=gap("33(5)", Severity.NOTE),
                categories=gap("33(3)(a)", Severity.NOTE),
                persons=gap("33(3)(a)", Severity.NOTE),
                records=gap("33(3)(a)", Severity.NOTE),
                facts=gap("33(5)"),
                clock=c(
                    Clock(state=Timeliness.OVERDUE, left=-timedelta(hours=23, seconds=59)), 103
                ),
                notified=gap("33(1)"),
                reason=gap("33(1)"),
                risk=c(Risk.HIGH_RISK, 103),
                not_told=gap("34(1)"),
            ),
            breach("wrong-recipient", 104, at("2026-05-29", "11:05:00")),
        ),
    )


WEB_RULE = Retention(start=RetentionStart.COOKIE_LIFETIME)


def counted_as(count: int, first: int | None = None, last: int | None = None) -> Tally:
    return Tally(
        count=count,
        first=Seen(position=first, occurred_at=at("2033-01-12")) if first else None,
        last=Seen(position=last, occurred_at=at("2033-01-12")) if last else None,
        query=Query(types=("person.erasure-decided.v1",)),
    )


def gone(activity: str, title: LocalText | None, ground: ErasureGround, **more: Any) -> Line:
    return Line(
        month=Month(date(2033, 1, 1)), activity=activity, title=title, ground=ground, **more
    )


def disposal(language: Language) -> Certificate:
    return Certificate(
        head=head("disposal", language),
        since=Point(position=57, moment=at("2026-01-31"), root=EARLIER_ROOT),
        units=counted_as(1204, 61, 290),
        boxes=counted_as(5821, 61, 290),
        pending=counted_as(2, 301, 302),
        lines=(
            gone(
                "bookkeeping",
                BOOKKEEPING,
                ErasureGround.RETENTION_ENDED,
                rule=RULE_BOOKS,
                units=counted_as(1201, 61, 280),
                boxes=counted_as(5816, 61, 280),
            ),
            gone(
                "marketing",
                MARKETING,
                ErasureGround.OBJECTED,
                rule=None,
                units=counted_as(1, 290, 290),
                boxes=counted_as(2, 290, 290),
            ),
            gone(
                "old-survey",
                None,
                ErasureGround.CATEGORY_DROPPED,
                rule=None,
                units=counted_as(2, 281, 282),
                boxes=counted_as(3, 281, 282),
            ),
        ),
    )


def planned(activity: str, title: LocalText | None, **more: Any) -> Planned:
    fields: dict[str, Any] = {
        "overdue": False, "month": None, "year": None, "waiting": None, "rule": c(RULE_CONTRACT, 3),
    }  # fmt: skip
    counts = {"units": counted_as(12), "boxes": counted_as(31)}
    return Planned(activity=activity, title=title, **{**fields, **counts, **more})


def retention(language: Language) -> RetentionPlan:
    return RetentionPlan(
        head=head("retention", language),
        today=date(2026, 5, 31),
        entries=(
            planned("marketing", MARKETING, overdue=True, rule=c(RULE_MARKETING, 5)),
            planned("contract", CONTRACT, month=Month(date(2026, 9, 1))),
            planned("web", None, month=Month(date(2027, 1, 1)), rule=c(WEB_RULE, 9)),
            planned("bookkeeping", BOOKKEEPING, year=2033, rule=c(RULE_BOOKS, 4)),
            *(planned("contract", CONTRACT, waiting=one, rule=none(3)) for one in Waiting),
        ),
    )


def notice(language: Language) -> ntc.Notice:
    paper = article30(language)
    found = paper.controller
    told = tuple(_told(one) for one in paper.activities)
    return ntc.Notice(
        head=head("notice", language),
        version="2026-06",
        effective=date(2026, 6, 15),
        controller=ntc.NoticeController(
            name=found.name,
            country=found.country,
            organisation_number=gap(None, Severity.NOTE),
            website=found.website,
            address=gap("13(1)(a)"),
            email=found.email,
            phone=c("+46 8 123 45 67", 1),
            data_protection_officer=gap("13(1)(b)"),
            representative=c(ContactPoint(name="Företrädaren AB", email="f@b.example"), 2),
            joint_controllers=found.joint_controllers,
            measures=found.measures,
            sources=found.sources,
            disclosure=found.disclosure,
            automated_decisions=found.automated_decisions,
            complaint_authority=found.complaint_authority,
        ),
        activities=told,
        recipients=tuple(
            ntc.NoticeRecipient(
                recipient=one.recipient,
                category=one.category,
                name=c(one.name.value, 3) if one.name.value else none(3),
            )
            for one in paper.recipients
        ),
        rights=tuple(
            ntc.RightGiven(right=right, activities=activities)
            for right, activities in (
                (Right.WITHDRAW_CONSENT, ("marketing",)),
                (Right.ACCESS, tuple(one.activity for one in told)),
                (Right.ERASURE, ("contract", "marketing")),
                (Right.OBJECTION, ("marketing",)),
                (Right.COMPLAINT, tuple(one.activity for one in told)),
            )
        ),
    )


def counts(*figures: int) -> req.Counts:
    names = req.Counts.__struct_fields__
    return req.Counts(**{name: c(n, 90, 92) for name, n in zip(names, figures, strict=True)})


def request(name: str, come: int, **fields: Any) -> req.RequestEntry:
    said: dict[str, Any] = {
        "request": name,
        "person": c(ANNA, come),
        "received": c(date(2026, 1, 31), come),
        "channel": c(Channel.E_MAIL, come),
        "identity": none(come),
        "due": c(date(2026, 3, 2), come),
        "safe": c(date(2026, 2, 28), come),
        "extended": none(come),
        "asked": (req.Asked(kind=RequestKind.ACCESS, decision=none(come)),),
        "closed": none(come),
        "days": none(come),
        "state": c(req.TimeLimit.OPEN, come),
    }
    return req.RequestEntry(**said | fields)


def requests(language: Language) -> req.Requests:
    """Give a log in which requests stand in every way to their time limits."""
    ids = [f"3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e2{n}" for n in range(5)]
    decided = [
        steps.Decision(at=at("2026-02-10"), position=93, outcome=Outcome.GRANTED, ground=None),
        steps.Decision(
            at=at("2026-02-11"),
            position=94,
            outcome=Outcome.PARTLY_GRANTED,
            ground=RefusalGround.LEGAL_OBLIGATION,
        ),
    ]
    shown = steps.Confirmed(at=at("2026-02-03"), position=92, method=IdentityMethod.CALLED_BACK)
    asked = At(at("2026-02-02"), 91)
    longer = steps.Extended(at=at("2026-03-02"), position=98, reason=ExtensionReason.COMPLEXITY)
    answered = steps.Closing(at=at("2026-02-12"), position=95, how=Closed.ANSWERED)
    refused = steps.Closing(
        at=at("2026-05-21"), position=99, how=Closed.REFUSED, ground=RefusalGround.EXCESSIVE
    )
    back = steps.Closing(at=at("2026-03-05"), position=101, how=Closed.WITHDRAWN)
    march = date(2026, 3, 4)
    due = {"due": c(date(2026, 4, 7), 100), "safe": c(date(2026, 4, 4), 100)}
    return req.Requests(
        head=head("requests", language),
        today=date(2026, 5, 31),
        total=counts(5, 1, 1, 1, 1, 1),
        median_days=c(61.5, 90, 95, 97, 99),
        months=(
            req.MonthCounts(month=Month(date(2026, 1, 1)), counts=counts(3, 1, 1, 0, 1, 0)),
            req.MonthCounts(month=Month(date(2026, 3, 1)), counts=counts(2, 0, 0, 1, 0, 1)),
        ),
        entries=(
            request(
                ids[0],
                90,
                identity=c(req.Identity(asked=asked, confirmed=shown), 90, 91, 92),
                person=c(ANNA, 90, 92),
                asked=(
                    req.Asked(kind=RequestKind.ACCESS, decision=c(decided[0], 90, 93)),
                    req.Asked(kind=RequestKind.ERASURE, decision=c(decided[1], 90, 94)),
                ),
                closed=c(answered, 90, 95),
                days=c(12, 90, 95),
                state=c(req.TimeLimit.KEPT, 90, 95),
            ),
            request(ids[1], 96, state=c(req.TimeLimit.OVERDUE, 96)),
            request(
                ids[2],
                97,
                person=none(97),
                extended=c(longer, 97, 98),
                due=c(date(2026, 4, 30), 97, 98),
                safe=c(date(2026, 4, 30), 97, 98),
                closed=c(refused, 97, 99),
                days=c(111, 97, 99),
                state=c(req.TimeLimit.LATE, 97, 98, 99),
            ),
            request(
                ids[3],
                100,
                received=c(march, 100),
                closed=c(back, 100, 101),
                state=c(req.TimeLimit.TAKEN_BACK, 100, 101),
                **due,
            ),
            request(ids[4], 102, received=c(march, 102), **due),
        ),
    )


def _told(found: art.Activity) -> ntc.NoticeActivity:
    shared = ("activity", "title", "purposes", "subjects", "categories", "recipients", "transfers")
    more = ("retention", "sources", "direct_marketing", "cookies")
    return ntc.NoticeActivity(
        **{name: getattr(found, name) for name in (*shared, *more)},
        bases=tuple(ntc.NoticeBasis(basis=one.basis, source=one.source) for one in found.bases),
    )


def event(position: int) -> Any:
    """Give what an event was, as the log would."""
    return Cited(
        position=position,
        type=EVENTS.get(position, "activity.declared.v1"),
        occurred_at=at("2025-03-02"),
        recorded_at=at("2025-03-04" if position == LATE else "2025-03-02", "09:14:03"),
    )


def _whole(paper: Callable[[Language], Any]) -> Callable[[Language], Any]:
    return lambda language: with_events(paper(language), event)


_ALL: Mapping[str, Callable[[Language], Any]] = {
    "article30": article30,
    "access": access,
    "portability": portability,
    "history": history,
    "ledger": ledger,
    "requests": requests,
    "breaches": breaches,
    "retention": retention,
    "disposal": disposal,
    "difference": difference,
    "notice": notice,
}
PAPERS = {name: _whole(paper) for name, paper in _ALL.items()}
