"""The texts that persons were shown: wordings of consents, and the policy in short."""

from datetime import date
from hashlib import sha256
from typing import Final

from ropa.domain.notice.events import NoticeKind, NoticePublished
from ropa.kernel.ids import Language

NEWSLETTER: Final = "newsletter-wording"
ANALYTICS: Final = "analytics-wording"
POLICY: Final = "privacy-policy"

_NEWSLETTER: Final = {
    Language.SV: "Ja tack, {company} får skicka nyheter om funktioner och tjänster till min"
    " e-postadress. Jag kan säga nej när jag vill, genom länken i varje utskick.",
    Language.EN: "Yes please, {company} may send news of features and services to my e-mail"
    " address. I can say no whenever I like, by the link in each mailing.",
}
_ANALYTICS: Final = {
    Language.SV: "Får {company} använda cookies för att mäta hur webbplatsen används och anpassa"
    " det som visas? Google Analytics är med i mätningen. Nej går lika bra, och valet kan ändras"
    " när som helst under Cookies längst ner på sidan.",
    Language.EN: "May {company} use cookies to measure how the site is used and to adapt what is"
    " shown? Google Analytics takes part in the measuring. No is just as good an answer, and the"
    " choice can be changed at any time under Cookies at the foot of the page.",
}
_POLICY: Final = {
    Language.SV: """\
True Fiction Production AB är personuppgiftsansvarig för de uppgifter som kunder och besökare \
lämnar på allmannavillkor.se. Här står i korthet vad de används till.

Avtal: namn, adress, e-post och telefon används för att leverera, fakturera och hjälpa till när \
något gått fel.
Bokföring: verifikationer sparas i sju år efter det kalenderår då räkenskapsåret tog slut.
Utskick: kunder kan få nyheter med e-post, andra får dem om de har bett om det. Ett nej gäller \
direkt.
Cookies: den cookie som bara håller ihop besöket sätts alltid. Övriga sätts först efter ett ja.

Uppgifter säljs eller hyrs aldrig ut. De når andra bara när en beställning eller en betalning \
kräver det.
Varje person kan få veta vad som finns, få det rättat och få det raderat när ingen lag kräver att \
det sparas. Skriv till support@allmannavillkor.se. Klagomål kan lämnas till \
Integritetsskyddsmyndigheten (IMY).
""",
    Language.EN: """\
True Fiction Production AB is responsible for the personal data that customers and visitors give \
on allmannavillkor.se. This is, in short, what it is used for.

Contracts: name, address, e-mail and phone are used to deliver, to invoice, and to help when \
something went wrong.
Bookkeeping: vouchers are kept for seven years after the calendar year in which the financial \
year ended.
Mailings: customers may get news by e-mail, others get it if they asked for it. A no counts at once.
Cookies: the one that only holds a visit together is always set. The others are set after a yes.

Data is never sold or rented out. It reaches others only where an order or a payment needs it.
Everybody can learn what is held, have it put right, and have it erased where no law demands that \
it is kept. Write to support@allmannavillkor.se. Complaints can be made to the Swedish Authority \
for Privacy Protection (IMY).
""",
}


def wordings(company: str, version: str, effective: date) -> tuple[NoticePublished, ...]:
    """Give the wordings of the consents to the newsletter and to analytics, in both languages."""
    return tuple(
        published(
            notice,
            version,
            language,
            NoticeKind.CONSENT_WORDING,
            effective,
            text.format(company=company),
        )
        for notice, texts in ((NEWSLETTER, _NEWSLETTER), (ANALYTICS, _ANALYTICS))
        for language, text in texts.items()
    )


def privacy_policy(version: str, effective: date) -> tuple[NoticePublished, ...]:
    """Give the policy of True Fiction Production AB in short, in both languages."""
    return tuple(
        published(POLICY, version, language, NoticeKind.PRIVACY_NOTICE, effective, text)
        for language, text in _POLICY.items()
    )


def published(
    notice: str, version: str, language: Language, kind: NoticeKind, effective: date, text: str
) -> NoticePublished:
    """Give the publication of a text."""
    return NoticePublished(
        notice=notice,
        version=version,
        language=language,
        kind=kind,
        effective=effective,
        sha256=sha256(text.encode()).hexdigest(),
        text=text,
    )
