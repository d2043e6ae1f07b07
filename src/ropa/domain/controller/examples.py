"""One canonical example of each event of the controller."""

from ropa.domain.controller.events import (
    ContactPoint,
    ControllerAmended,
    ControllerDeclared,
    LogRestored,
)
from ropa.kernel.law import LocalText

DECLARED = ControllerDeclared(
    name="Exempelbolaget AB",
    country="SE",
    organisation_number="556000-0167",
    website="exempelbolaget.example",
    address="Storgatan 1, 111 22 Stockholm",
    email="dataskydd@exempelbolaget.example",
    measures=(
        LocalText(
            sv="Kryptering vid överföring och lagring", en="Encryption in transit and at rest"
        ),
    ),
    reason="The register is begun",
)
AMENDED = ControllerAmended(
    data_protection_officer=ContactPoint(
        name="Dataskyddsombudet", email="dso@exempelbolaget.example"
    ),
    reason="An officer was appointed",
)

LOG_RESTORED = LogRestored(
    size=4182,
    root="3b1f2c8e5d7a90b4c6e8f0a1b2c3d4e5f60718293a4b5c6d7e8f9012a3b4c5d6",
    lost=37,
)

EXAMPLES = ((DECLARED, None), (AMENDED, None), (LOG_RESTORED, None))
