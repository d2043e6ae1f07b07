"""One canonical example of each event of a breach."""

from ropa.domain.breach.events import (
    AuthorityNotified,
    BreachAssessed,
    BreachClosed,
    BreachDescribed,
    BreachDiscovered,
    BreachNature,
    BreachText,
    IncidentAccount,
    NotTellingGround,
    PersonsNotTold,
    PersonsTold,
    Risk,
)
from ropa.kernel.categories import Category
from ropa.kernel.ids import Channel

BREACH = "invoice-mix-up-2026"

DISCOVERED = BreachDiscovered(
    breach=BREACH,
    natures=(BreachNature.CONFIDENTIALITY,),
    affected=("contract",),
    categories=(Category.CONTACT_NAME, Category.CONTACT_ADDRESS),
    persons=2,
    activities=("accountability",),
)
TEXT = BreachText(
    account=IncidentAccount(
        facts="Two invoices were put into each other's envelopes.",
        effects="Each customer read the other's name and address.",
    )
)
DESCRIBED = BreachDescribed(breach=BREACH, persons=2, records=2, activities=("accountability",))
ASSESSED = BreachAssessed(breach=BREACH, risk=Risk.UNLIKELY)
NOTIFIED = AuthorityNotified(breach=BREACH, reference="IMY-2026-1234")
TOLD = PersonsTold(breach=BREACH, channel=Channel.PHONE, persons=2)
NOT_TOLD = PersonsNotTold(breach=BREACH, ground=NotTellingGround.NO_HIGH_RISK)
CLOSED = BreachClosed(breach=BREACH, reason="Envelopes are now checked by a second person")

EXAMPLES = (
    (DISCOVERED, TEXT),
    (DESCRIBED, TEXT),
    (ASSESSED, None),
    (NOTIFIED, None),
    (TOLD, None),
    (NOT_TOLD, None),
    (CLOSED, None),
)
