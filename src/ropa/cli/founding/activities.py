"""The processing activities of the founding register."""

from typing import Final

from ropa.cli.founding.recipients import DELIVERY_SERVICE, GOOGLE_ANALYTICS, PAYMENT_SERVICE
from ropa.domain.activity.events import (
    ActivityDeclared,
    Cookie,
    CookieKind,
    DataSource,
    DataSubjects,
    Retention,
    RetentionStart,
)
from ropa.kernel.categories import Category
from ropa.kernel.ids import Role
from ropa.kernel.law import Basis, Duty, LegalBasis, LocalText

_REASON: Final = "Registret påbörjas utifrån den publicerade integritetspolicyn"

_CONTACT: Final = (
    Category.CONTACT_NAME,
    Category.CONTACT_ADDRESS,
    Category.CONTACT_EMAIL,
    Category.CONTACT_PHONE,
)
_FROM_THE_PERSON: Final = (
    DataSource.REGISTRATION_FORM,
    DataSource.ACCOUNT_SETTINGS,
    DataSource.DIRECT_CONTACT,
)

CONTRACT: Final = ActivityDeclared(
    activity="contract",
    title=LocalText(sv="Avtal om varor och tjänster", en="Contracts for goods and services"),
    purposes=(
        LocalText(
            sv="Leverera de varor och tjänster som avtalats",
            en="Provide the goods and services agreed on",
        ),
        LocalText(sv="Administrera och fakturera", en="Administer and invoice them"),
        LocalText(sv="Ta hand om klagomål och reklamationer", en="Handle complaints"),
        LocalText(sv="Svara på frågor till kundtjänst", en="Answer questions to customer service"),
        LocalText(
            sv="Bevaka egna rättigheter och uppfylla skyldigheter enligt avtalet",
            en="Assert rights and meet duties under the agreement",
        ),
        LocalText(
            sv="Meddela ändringar av integritetspolicyn",
            en="Give notice of changes to the privacy policy",
        ),
    ),
    bases=(
        Basis(
            basis=LegalBasis.CONTRACT,
            source=LocalText(
                sv="Avtalet med kunden, artikel 6.1 b i dataskyddsförordningen",
                en="The agreement, Art. 6(1)(b) GDPR",
            ),
        ),
    ),
    subjects=(DataSubjects.CUSTOMERS,),
    categories=(*_CONTACT, Category.ORDER_MATTER, Category.SERVICE_MATTER),
    recipients=(PAYMENT_SERVICE, DELIVERY_SERVICE),
    roles=(Role.SUPPORT, Role.BILLING),
    sources=(*_FROM_THE_PERSON, DataSource.ORDER),
    reason=_REASON,
)

BOOKKEEPING: Final = ActivityDeclared(
    activity="bookkeeping",
    title=LocalText(sv="Bokföring", en="Bookkeeping"),
    purposes=(
        LocalText(
            sv="Arkivera räkenskapsinformation så länge lagen kräver",
            en="Archive accounting records for as long as the law demands",
        ),
    ),
    bases=(
        Basis(
            basis=LegalBasis.LEGAL_OBLIGATION,
            source=LocalText(
                sv="7 kap. 2 § bokföringslagen (1999:1078), artikel 6.1 c i dataskyddsförordningen",
                en="Accounting Act (1999:1078) ch. 7 s. 2, Art. 6(1)(c) GDPR",
            ),
            duty=Duty.ACCOUNTING,
        ),
    ),
    subjects=(DataSubjects.CUSTOMERS,),
    categories=(
        *_CONTACT,
        Category.IDENTITY_NUMBER,
        Category.FINANCIAL_AMOUNT,
        Category.FINANCIAL_VOUCHER,
    ),
    no_recipients=True,
    roles=(Role.BILLING,),
    sources=(DataSource.ORDER, DataSource.OWN_RECORDS),
    retention=Retention(
        start=RetentionStart.FINANCIAL_YEAR_ENDED,
        years=7,
        from_end_of_calendar_year=True,
        source=LocalText(
            sv="7 kap. 2 § bokföringslagen (1999:1078)",
            en="Accounting Act (1999:1078) ch. 7 s. 2",
        ),
    ),
    reason=_REASON,
)

MARKETING: Final = ActivityDeclared(
    activity="marketing",
    title=LocalText(sv="Utskick med e-post", en="Marketing by e-mail"),
    purposes=(
        LocalText(
            sv="Berätta om nya funktioner och tjänster med e-post, tills den som får utskicken"
            " säger nej",
            en="Tell of new features and services by e-mail, until the person says no",
        ),
    ),
    bases=(
        Basis(
            basis=LegalBasis.LEGITIMATE_INTEREST,
            source=LocalText(
                sv="Kundundantaget i 19 § andra stycket marknadsföringslagen (2008:486) och"
                " artikel 6.1 f i dataskyddsförordningen",
                en="The customer exception of the Marketing Act (2008:486) s. 19, second paragraph,"
                " and Art. 6(1)(f) GDPR",
            ),
        ),
        Basis(
            basis=LegalBasis.CONSENT,
            source=LocalText(
                sv="Samtycke enligt artikel 6.1 a i dataskyddsförordningen och 19 § första stycket"
                " marknadsföringslagen (2008:486)",
                en="Consent, Art. 6(1)(a) GDPR and the Marketing Act (2008:486) s. 19, first"
                " paragraph",
            ),
        ),
    ),
    subjects=(DataSubjects.CUSTOMERS, DataSubjects.SUBSCRIBERS),
    categories=(Category.CONTACT_EMAIL, Category.CONTACT_NAME),
    no_recipients=True,
    roles=(Role.MARKETING,),
    sources=_FROM_THE_PERSON,
    retention=Retention(
        start=RetentionStart.OBJECTION_OR_WITHDRAWAL,
        source=LocalText(
            sv="Artiklarna 7.3 och 21.3 i dataskyddsförordningen",
            en="Art. 7(3) and 21(3) GDPR",
        ),
    ),
    direct_marketing=True,
    reason=_REASON,
)

WEB_ANALYTICS: Final = ActivityDeclared(
    activity="web-analytics",
    title=LocalText(sv="Kakor (cookies) och webbanalys", en="Cookies and web analytics"),
    purposes=(
        LocalText(sv="Förbättra webbplatsen och tjänsterna", en="Improve the site and services"),
        LocalText(
            sv="Föra statistik över hur webbplatsen används",
            en="Keep statistics on how the site is used",
        ),
        LocalText(
            sv="Anpassa budskap efter hur den enskilda besökaren använder webbplatsen",
            en="Adapt messages to how the individual visitor uses the site",
        ),
    ),
    bases=(
        Basis(
            basis=LegalBasis.CONSENT,
            source=LocalText(
                sv="Samtycke enligt artikel 6.1 a i dataskyddsförordningen och 9 kap. 28 § lagen"
                " (2022:482) om elektronisk kommunikation",
                en="Consent, Art. 6(1)(a) GDPR and the Electronic Communications Act (2022:482)"
                " ch. 9 s. 28",
            ),
        ),
    ),
    subjects=(DataSubjects.VISITORS, DataSubjects.CUSTOMERS),
    categories=(Category.ONLINE_IDENTIFIER, Category.ONLINE_USAGE),
    recipients=(GOOGLE_ANALYTICS,),
    roles=(Role.MARKETING,),
    sources=(DataSource.COOKIES,),
    retention_gap=LocalText(
        sv="Varje kaka (cookie) har sin egen livslängd, som anges i listan över kakor",
        en="Each cookie has its own lifetime, which stands in the list of cookies",
    ),
    cookies=(
        Cookie(
            name="session",
            kind=CookieKind.SESSION,
            purpose=LocalText(
                sv="Hålla ihop ett besök; behövs för att webbplatsen ska fungera",
                en="Hold one visit together; necessary for the site to work",
            ),
            consent_needed=False,
        ),
        Cookie(
            name="persistent",
            kind=CookieKind.PERSISTENT,
            purpose=LocalText(
                sv="Minnas val mellan besök och anpassa innehåll",
                en="Remember choices between visits and adapt content",
            ),
        ),
        Cookie(
            name="_ga, _ga_*",
            provider="Google Analytics",
            kind=CookieKind.PERSISTENT,
            purpose=LocalText(
                sv="Skilja besökare åt i statistiken över hur webbplatsen används",
                en="Tell visitors apart in the statistics on how the site is used",
            ),
        ),
    ),
    reason=_REASON,
)

RIGHTS: Final = ActivityDeclared(
    activity="rights",
    title=LocalText(sv="Begäranden från registrerade", en="Requests from data subjects"),
    purposes=(
        LocalText(
            sv="Ta emot, pröva och besvara begäranden om rättigheter",
            en="Receive, examine and answer requests to exercise rights",
        ),
    ),
    bases=(
        Basis(
            basis=LegalBasis.LEGAL_OBLIGATION,
            source=LocalText(
                sv="Artiklarna 6.1 c, 12 och 15 till 22 i dataskyddsförordningen",
                en="Art. 6(1)(c), 12 and 15 to 22 GDPR",
            ),
            duty=Duty.DATA_SUBJECT_RIGHTS,
        ),
    ),
    subjects=(DataSubjects.REQUESTERS,),
    categories=(*_CONTACT, Category.IDENTITY_CHECK, Category.REQUEST_TEXT),
    no_recipients=True,
    roles=(Role.OFFICER,),
    sources=(DataSource.DIRECT_CONTACT,),
    retention=Retention(
        start=RetentionStart.REQUEST_CLOSED,
        years=3,
        source=LocalText(
            sv="Mallens förslag, efter hur länge svaret kan ifrågasättas",
            en="The template's suggestion, after how long the answer may be disputed",
        ),
        confirmed=False,
    ),
    reason=_REASON,
)

ACCOUNTABILITY: Final = ActivityDeclared(
    activity="accountability",
    title=LocalText(sv="Ansvarsskyldighet", en="Accountability"),
    purposes=(
        LocalText(
            sv="Kunna visa att reglerna följs: samtycken, åtkomst, registrets historik",
            en="Be able to show compliance: consents, access, the history of the register",
        ),
        LocalText(sv="Dokumentera personuppgiftsincidenter", en="Document personal data breaches"),
    ),
    bases=(
        Basis(
            basis=LegalBasis.LEGAL_OBLIGATION,
            source=LocalText(
                sv="Artiklarna 5.2, 6.1 c, 7.1, 30 och 33.5 i dataskyddsförordningen",
                en="Art. 5(2), 6(1)(c), 7(1), 30 and 33(5) GDPR",
            ),
            duty=Duty.ACCOUNTABILITY,
        ),
    ),
    subjects=(
        DataSubjects.CUSTOMERS,
        DataSubjects.SUBSCRIBERS,
        DataSubjects.VISITORS,
        DataSubjects.REQUESTERS,
        DataSubjects.STAFF,
    ),
    categories=(
        Category.IDENTIFIER_ACCOUNT,
        Category.CONSENT_FACT,
        Category.INCIDENT_ACCOUNT,
    ),
    no_recipients=True,
    roles=(Role.OFFICER, Role.AUDITOR),
    sources=(DataSource.OWN_RECORDS,),
    retention_gap=LocalText(
        sv="Så länge loggen finns: historiken ska kunna visas, och ingen kortare tid är bestämd",
        en="For the life of the log: its history has to be shown, and no shorter time is decided",
    ),
    reason="Krävs enligt artikel 5.2; nämns inte i den publicerade policyn",
)

STAFF_ACCESS: Final = ActivityDeclared(
    activity="staff-access",
    title=LocalText(sv="Personalens behörigheter", en="Access of staff"),
    purposes=(
        LocalText(
            sv="Bestämma vem som får se vilka uppgifter, och kunna visa vem som har tagit"
            " del av dem",
            en="Decide who may see what, and be able to show who looked",
        ),
    ),
    bases=(
        Basis(
            basis=LegalBasis.LEGITIMATE_INTEREST,
            source=LocalText(
                sv="Säkerhet i samband med behandlingen: artiklarna 6.1 f och 32 i"
                " dataskyddsförordningen",
                en="Security of processing: Art. 6(1)(f) and 32 GDPR",
            ),
            duty=Duty.ACCESS_CONTROL,
        ),
    ),
    subjects=(DataSubjects.STAFF,),
    categories=(Category.STAFF_NAME, Category.STAFF_ROLE),
    no_recipients=True,
    roles=(Role.OFFICER,),
    sources=(DataSource.EMPLOYMENT,),
    retention=Retention(
        start=RetentionStart.EMPLOYMENT_ENDED,
        years=3,
        source=LocalText(
            sv="Mallens förslag, efter hur länge en åtkomst kan behöva utredas",
            en="The template's suggestion, after how long an access may have to be looked into",
        ),
        confirmed=False,
    ),
    reason="Krävs enligt artikel 32.4; nämns inte i den publicerade policyn",
)

SUPPRESSION: Final = ActivityDeclared(
    activity="suppression",
    title=LocalText(sv="Spärrlista för marknadsföring", en="Suppression list"),
    purposes=(
        LocalText(
            sv="Se till att den som har invänt mot marknadsföring, och vars uppgifter sedan har"
            " raderats, inte får nya utskick om samma adress kommer in igen",
            en="Make sure that nobody who objected and was erased since is sent marketing again"
            " when the same address comes in",
        ),
    ),
    bases=(
        Basis(
            basis=LegalBasis.LEGAL_OBLIGATION,
            source=LocalText(
                sv="Artiklarna 6.1 c och 21.3 i dataskyddsförordningen",
                en="Art. 6(1)(c) and 21(3) GDPR",
            ),
            duty=Duty.OBJECTIONS,
        ),
    ),
    subjects=(DataSubjects.CUSTOMERS, DataSubjects.SUBSCRIBERS),
    categories=(Category.CONTACT_EMAIL, Category.CONTACT_PHONE),
    no_recipients=True,
    roles=(Role.OFFICER,),
    sources=(DataSource.OWN_RECORDS,),
    retention_gap=LocalText(
        sv="Så länge företaget bedriver direktmarknadsföring; en adress eller ett nummer sparas"
        " bara som kontrollsumma med hemlig nyckel (HMAC) och går inte att läsa ut ur den",
        en="For as long as the company does direct marketing; an address or a number is kept only"
        " as a keyed digest (HMAC), from which it cannot be read",
    ),
    reason="Krävs enligt artikel 21.3; nämns inte i den publicerade policyn",
)
