"""What the compliance officer of the demo records before and after the programs send."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from ropa.cli.demo.programs import LOCAL
from ropa.cli.founding import founding_register
from ropa.cli.founding.activities import WEB_ANALYTICS
from ropa.cli.founding.notices import ANALYTICS, NEWSLETTER, published
from ropa.cli.founding.recipients import DELIVERY_SERVICE, PAYMENT_SERVICE
from ropa.domain.activity.events import ActivityAmended
from ropa.domain.notice.events import NoticeKind
from ropa.domain.recipient.events import RecipientAmended, RecipientDeclared, RecipientRole
from ropa.domain.staff.events import StaffDetails, StaffRegistered
from ropa.kernel.fact import Fact, Number
from ropa.kernel.ids import Language, Role
from ropa.kernel.law import LocalText

SOURCE: Final = "officer"

OFFICER: Final = "0b9f6c1e-3a5d-4e0f-9c57-8d2b41a7e630"
SUPPORT: Final = "5e7d20a4-91cb-4c38-b6f2-17a09c4de8b1"
BILLING: Final = "c2a8410d-7f36-4b9a-8e15-60d3fb92a57c"
"""Members of staff, by the ids that the register gives them."""

_SECOND_WORDINGS: Final = (
    (
        NEWSLETTER,
        Language.SV,
        (
            "Ja tack till ett nyhetsbrev i månaden från True Fiction Production AB om funktioner"
            " och tjänster. Varje brev har en länk för den som vill sluta."
        ),
    ),
    (
        NEWSLETTER,
        Language.EN,
        (
            "Yes please to one newsletter a month from True Fiction Production AB on features and"
            " services. Each letter has a link for whoever wants to stop."
        ),
    ),
    (
        ANALYTICS,
        Language.SV,
        (
            "Får vi mäta hur webbplatsen används, med egna cookies och med Google Analytics? Svara"
            " ja eller nej, och ändra svaret under Cookies när det passar."
        ),
    ),
    (
        ANALYTICS,
        Language.EN,
        (
            "May we measure how the site is used, with cookies of our own and with Google"
            " Analytics? Answer yes or no, and change the answer under Cookies whenever it suits."
        ),
    ),
)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


class Desk:
    """The officer's desk: gives each fact its source, its id and its actor."""

    def __init__(self, prefix: str) -> None:
        """Begin to count ids with this prefix."""
        self._prefix = prefix
        self._made = 0

    def fact(
        self,
        at: str,
        data: Any,
        personal: Any = None,
        subject: Number | str | None = None,
        actor: str = OFFICER,
    ) -> Fact[Any]:
        """Give the next fact; `at` is a local time."""
        self._made += 1
        return Fact(
            data=data,
            personal=personal,
            subject=subject,
            source=SOURCE,
            id=f"{self._prefix}-{self._made:03}",
            occurred_at=_at(at),
            actor=actor,
        )


def before() -> tuple[Fact[Any], ...]:
    """Give what the officer recorded: the register, its staff, and how it was amended."""
    desk = Desk("set-up")
    founding = (desk.fact("2025-10-20T09:00", data) for data in founding_register())
    return (*founding, *_staff(desk), *_amendments(desk))


def _staff(desk: Desk) -> Iterator[Fact[Any]]:
    for person, name, roles, reason in (
        (OFFICER, "Margit Ask", (Role.OFFICER,), "Answers for data protection"),
        (SUPPORT, "Idris Vall", (Role.SUPPORT, Role.MARKETING), "Works in customer service"),
        (BILLING, "Lotta Grahn", (Role.BILLING,), "Keeps the books"),
    ):
        yield desk.fact(
            "2025-10-20T10:00",
            StaffRegistered(roles=roles, activities=("staff-access",), reason=reason),
            StaffDetails(name=name),
            person,
        )


def _amendments(desk: Desk) -> Iterator[Fact[Any]]:
    yield desk.fact(
        "2025-10-27T13:30",
        RecipientAmended(
            recipient=PAYMENT_SERVICE,
            name="Betaltorget Exempel AB",
            role=RecipientRole.CONTROLLER,
            country="SE",
            reason="The payment service was chosen",
        ),
    )
    yield desk.fact(
        "2026-02-09T08:45",
        RecipientAmended(
            recipient=DELIVERY_SERVICE,
            name="Paketstigen Exempel AB",
            role=RecipientRole.CONTROLLER,
            country="SE",
            reason="The carrier's name was found missing at review",
        ),
    )
    for notice, language, text in _SECOND_WORDINGS:
        yield desk.fact(
            "2026-05-04T00:00",
            published(
                notice,
                "2026-05",
                language,
                NoticeKind.CONSENT_WORDING,
                date(2026, 5, 4),
                text,
            ),
        )
    yield desk.fact(
        "2026-09-01T10:20",
        RecipientDeclared(
            recipient="print-house",
            category=LocalText(sv="Tryckerier", en="Printing houses"),
            name="Tryckhuset Exempel AB",
            role=RecipientRole.PROCESSOR,
            country="SE",
            reason="A catalogue on paper is being considered",
        ),
    )
    session, persistent, analytics = WEB_ANALYTICS.cookies
    yield desk.fact(
        "2026-09-14T14:05",
        ActivityAmended(
            activity="web-analytics",
            cookies=(
                session,
                replace(persistent, lifetime_days=180),
                replace(analytics, lifetime_days=730),
            ),
            review_due=date(2027, 9, 14),
            reason="The yearly review measured how long the cookies live",
        ),
    )
