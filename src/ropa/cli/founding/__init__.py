"""Founding registers: what a register holds on its first day."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

from ropa.cli.founding.activities import (
    ACCOUNTABILITY,
    BOOKKEEPING,
    CONTRACT,
    MARKETING,
    RIGHTS,
    STAFF_ACCESS,
    SUPPRESSION,
    WEB_ANALYTICS,
)
from ropa.cli.founding.notices import privacy_policy, wordings
from ropa.cli.founding.recipients import RECIPIENTS
from ropa.domain.activity.events import Retention, RetentionStart
from ropa.domain.controller.events import ContactPoint, ControllerDeclared
from ropa.kernel.law import LocalText

__all__ = ["founding_register", "swedish_sme", "wordings"]

FOUNDED: Final = date(2025, 10, 20)
VERSION: Final = "2025-10"

_ACTIVITIES: Final = (
    CONTRACT,
    BOOKKEEPING,
    MARKETING,
    WEB_ANALYTICS,
    RIGHTS,
    ACCOUNTABILITY,
    STAFF_ACCESS,
    SUPPRESSION,
)

_SOURCES: Final = (
    LocalText(
        sv="Det som uppges vid registrering",
        en="What people enter themselves when they register",
    ),
    LocalText(
        sv="Det som ändras i konto- och användarinställningarna",
        en="What people change in their account and user settings",
    ),
    LocalText(
        sv="Det som skrivs eller sägs i e-post och vid annan direktkontakt",
        en="What people write or say by e-mail or other direct contact",
    ),
)

TRUE_FICTION: Final = ControllerDeclared(
    name="True Fiction Production AB",
    country="SE",
    website="allmannavillkor.se",
    email="support@allmannavillkor.se",
    measures=(
        LocalText(
            sv="Behörighet ges bara till personal vars arbete kräver uppgifterna, som kundtjänst"
            " och fakturering",
            en="Only staff whose work needs the data have access to it, such as customer service"
            " and invoicing",
        ),
        LocalText(
            sv="Uppgifter som skickas via webbplatsen är krypterade under överföringen",
            en="Data that is sent through the web site is encrypted in transit",
        ),
    ),
    sources=_SOURCES,
    disclosure=(
        LocalText(
            sv="Uppgifter säljs inte och hyrs inte ut",
            en="Data is neither sold nor rented out",
        ),
        LocalText(
            sv="Uppgifter lämnas ut endast i den mån det behövs för den hjälp eller den"
            " användning som har begärts, till exempel en beställning eller en betalning",
            en="Data is disclosed only as far as it is needed for the support or the use that the"
            " person asked for, such as an order or a payment",
        ),
    ),
    reason="Registret påbörjas utifrån den publicerade integritetspolicyn",
)

_BEGUN: Final = "Registret påbörjas utifrån mallen swedish-sme"

CONTRACT_RETENTION: Final = Retention(
    start=RetentionStart.RELATION_ENDED,
    years=3,
    source=LocalText(
        sv="Mallens förslag, efter den tid som säljaren ansvarar för fel enligt konsumentköplagen"
        " (2022:260)",
        en="The template's suggestion, after the consumer's time for complaints, Consumer Sales Act"
        " (2022:260)",
    ),
    confirmed=False,
)


def founding_register() -> tuple[Any, ...]:
    """Give the founding register of True Fiction Production AB, in the order of recording.

    What the company's policy leaves open stays absent, and is printed as a gap.
    """
    return (
        TRUE_FICTION,
        *RECIPIENTS,
        *_ACTIVITIES,
        *privacy_policy(VERSION, FOUNDED),
        *wordings(TRUE_FICTION.name, VERSION, FOUNDED),
    )


def swedish_sme(
    *,
    name: str,
    organisation_number: str | None = None,
    address: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    website: str | None = None,
    data_protection_officer: ContactPoint | None = None,
    contract_retention: Retention = CONTRACT_RETENTION,
) -> tuple[Any, ...]:
    """Give a register for a company of one's own with the same activities.

    The template claims nothing of the company that nobody has said: its measures and what it does
    not disclose are its own to describe, and the suggested times are marked as not confirmed.
    Wordings of consents come from `wordings`, once the company really shows them.

    Args:
        name: The registered name of the company.
        organisation_number: Its organisation number; a gap where absent.
        address: Its postal address in one line; a gap where absent.
        email: Its e-mail address for matters of data protection; a gap where absent.
        phone: Its telephone number.
        website: Its public web site.
        data_protection_officer: How its data protection officer is reached, where it has one.
        contract_retention: How long data of contracts is kept.
    """
    controller = ControllerDeclared(
        name=name,
        country="SE",
        organisation_number=organisation_number,
        website=website,
        address=address,
        email=email,
        phone=phone,
        data_protection_officer=data_protection_officer,
        measures_gap=LocalText(
            sv="Ännu inte beskrivna: det återstår för företaget att göra",
            en="Not described yet: the template leaves it to the company",
        ),
        sources=_SOURCES,
        reason=_BEGUN,
    )
    contract = replace(CONTRACT, retention=contract_retention)
    return (
        controller,
        *(replace(recipient, reason=_BEGUN) for recipient in RECIPIENTS),
        *(replace(activity, reason=_BEGUN) for activity in (contract, *_ACTIVITIES[1:])),
    )
