"""The recipients of the founding register: categories, where the policy names nobody."""

from typing import Final

from ropa.domain.recipient.events import RecipientDeclared
from ropa.kernel.law import LocalText

PAYMENT_SERVICE: Final = "payment-service"
DELIVERY_SERVICE: Final = "delivery-service"
GOOGLE_ANALYTICS: Final = "google-analytics"

_REASON: Final = "Registret påbörjas utifrån den publicerade integritetspolicyn"

RECIPIENTS: Final = (
    RecipientDeclared(
        recipient=PAYMENT_SERVICE,
        category=LocalText(
            sv="Betaltjänster, för att ta emot betalning",
            en="Payment services, to take payment",
        ),
        reason=_REASON,
    ),
    RecipientDeclared(
        recipient=DELIVERY_SERVICE,
        category=LocalText(
            sv="Transport och leverans, för att utföra en beställning",
            en="Carriage and delivery, to carry out an order",
        ),
        reason=_REASON,
    ),
    RecipientDeclared(
        recipient=GOOGLE_ANALYTICS,
        category=LocalText(
            sv="Webbanalys genom tredjepartskakor (cookies)",
            en="Web analytics by third-party cookies",
        ),
        name="Google Analytics",
        reason=_REASON,
    ),
)
"""What the policy leaves open (names, capacities, countries, safeguards) is absent."""
