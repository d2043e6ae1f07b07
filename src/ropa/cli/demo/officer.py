"""What the compliance officer of the demo records before and after the programs send.

She works in Sweden: the reasons that she gives are in Swedish, in papers of either language.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from ropa.cli.demo.programs import LOCAL
from ropa.cli.founding import founding_register
from ropa.cli.founding.activities import WEB_ANALYTICS
from ropa.cli.founding.notices import ANALYTICS, NEWSLETTER, POLICY, published
from ropa.cli.founding.recipients import DELIVERY_SERVICE, PAYMENT_SERVICE
from ropa.domain.activity.events import ActivityAmended, ActivityReviewed, ReviewOutcome
from ropa.domain.notice.events import NoticeKind, NoticePublished
from ropa.domain.recipient.events import RecipientAmended, RecipientDeclared, RecipientRole
from ropa.domain.staff.events import StaffDetails, StaffRegistered
from ropa.kernel.fact import Fact, Number
from ropa.kernel.ids import Language, Role
from ropa.kernel.law import LocalText

SOURCE: Final = "officer"
NOTICE_VERSION: Final = "2026-10"
NOTICE_DAY: Final = date(2026, 10, 5)

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
    """Give what the officer recorded: the register, its staff, how it was amended and reviewed."""
    desk = Desk("set-up")
    founding = (desk.fact("2025-10-20T09:00", data) for data in founding_register())
    return (*founding, *_staff(desk), *_amendments(desk), *_reviews(desk))


def notice(digests: Mapping[Language, str]) -> tuple[Fact[Any], ...]:
    """Give the publication of the register's own notice, and a cookie that was changed since."""
    desk = Desk("notice")
    shown = (
        NoticePublished(
            notice=POLICY,
            version=NOTICE_VERSION,
            language=language,
            kind=NoticeKind.PRIVACY_NOTICE,
            effective=NOTICE_DAY,
            sha256=digest,
        )
        for language, digest in digests.items()
    )
    published_at = NOTICE_DAY.isoformat() + "T09:00"
    return (*(desk.fact(published_at, one) for one in shown), _longer_cookie(desk))


def _longer_cookie(desk: Desk) -> Fact[Any]:
    session, persistent, analytics = WEB_ANALYTICS.cookies
    return desk.fact(
        "2026-10-19T15:40",
        ActivityAmended(
            activity="web-analytics",
            cookies=(
                session,
                replace(persistent, lifetime_days=365),
                replace(analytics, lifetime_days=730),
            ),
            reason="Val ska kunna minnas mellan besök i ett år",
        ),
    )


def _staff(desk: Desk) -> Iterator[Fact[Any]]:
    for person, name, roles, reason in (
        (OFFICER, "Margit Ask", (Role.OFFICER,), "Ansvarar för dataskyddet"),
        (SUPPORT, "Idris Vall", (Role.SUPPORT, Role.MARKETING), "Arbetar i kundtjänst"),
        (BILLING, "Lotta Grahn", (Role.BILLING,), "Sköter bokföringen"),
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
            reason="Betaltjänsten är vald",
        ),
    )
    yield desk.fact(
        "2026-02-09T08:45",
        RecipientAmended(
            recipient=DELIVERY_SERVICE,
            name="Paketstigen Exempel AB",
            role=RecipientRole.CONTROLLER,
            country="SE",
            reason="Transportörens namn saknades vid en genomgång",
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
            reason="En tryckt katalog övervägs",
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
            reason="Kakornas livslängd mättes vid den årliga granskningen",
        ),
    )


def _reviews(desk: Desk) -> Iterator[Fact[Any]]:
    """The yearly review: four entries are approved, and one has to be amended first."""
    for at, activity in (
        ("2026-09-14T14:30", "web-analytics"),
        ("2026-09-15T09:10", "bookkeeping"),
        ("2026-09-15T09:40", "rights"),
        ("2026-09-15T10:20", "staff-access"),
    ):
        yield desk.fact(at, ActivityReviewed(activity=activity, review_due=date(2027, 9, 14)))
    yield desk.fact(
        "2026-09-15T11:05",
        ActivityReviewed(
            activity="contract",
            outcome=ReviewOutcome.CHANGES_NEEDED,
            review_due=date(2026, 12, 15),
            reason="Det måste bestämmas hur länge uppgifterna ska sparas",
        ),
    )
