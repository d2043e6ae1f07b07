"""One canonical example of each event of a recipient."""

from ropa.domain.recipient.events import (
    RecipientAmended,
    RecipientDeclared,
    RecipientRetired,
    RecipientRole,
    Safeguard,
    Transfer,
)
from ropa.kernel.law import LocalText

DECLARED = RecipientDeclared(
    recipient="parcel-carrier",
    category=LocalText(sv="Transportföretag", en="Parcel carriers"),
    name="Paketbolaget Exempel AB",
    role=RecipientRole.CONTROLLER,
    country="SE",
    reason="Orders are sent by parcel",
)
AMENDED = RecipientAmended(
    recipient="parcel-carrier",
    transfers=(Transfer(country="US", safeguard=Safeguard.STANDARD_CLAUSES),),
    reason="The carrier moved its tracking service",
)
RETIRED = RecipientRetired(recipient="parcel-carrier", reason="The contract ended")

EXAMPLES = ((DECLARED, None), (AMENDED, None), (RETIRED, None))
