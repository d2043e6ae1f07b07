"""One canonical example of each event of the controller."""

from ropa.domain.controller.events import ContactPoint, ControllerAmended, ControllerDeclared
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

EXAMPLES = ((DECLARED, None), (AMENDED, None))
