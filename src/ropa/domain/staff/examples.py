"""One canonical example of each event of a member of staff."""

from ropa.domain.staff.events import (
    GivingOutGround,
    StaffDetails,
    StaffErasureCompleted,
    StaffErasureDecided,
    StaffLeft,
    StaffNameGivenOut,
    StaffRegistered,
    StaffRolesChanged,
)
from ropa.kernel.erasing import ErasureGround, Unit
from ropa.kernel.ids import Role

REGISTERED = StaffRegistered(
    roles=(Role.SUPPORT,), activities=("staff-access",), reason="Employed in customer service"
)
DETAILS = StaffDetails(name="Eva Exempel")
ROLES_CHANGED = StaffRolesChanged(
    roles=(Role.SUPPORT, Role.BILLING), reason="Also answers questions on invoices"
)
LEFT = StaffLeft(reason="Employment ended")

NAME_GIVEN_OUT = StaffNameGivenOut(
    request="3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e21", ground=GivingOutGround.NEEDED_FOR_RIGHTS
)
ERASURE_DECIDED = StaffErasureDecided(
    ground=ErasureGround.RETENTION_ENDED, erased=(Unit(activity="staff-access"),)
)
ERASURE_COMPLETED = StaffErasureCompleted(decision=4712)

EXAMPLES = (
    (REGISTERED, DETAILS),
    (ROLES_CHANGED, None),
    (LEFT, None),
    (NAME_GIVEN_OUT, None),
    (ERASURE_DECIDED, None),
    (ERASURE_COMPLETED, None),
)
