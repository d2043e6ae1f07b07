"""One canonical example of each event of a member of staff."""

from ropa.domain.staff.events import StaffDetails, StaffLeft, StaffRegistered, StaffRolesChanged
from ropa.kernel.ids import Role

REGISTERED = StaffRegistered(
    roles=(Role.SUPPORT,), activities=("staff-access",), reason="Employed in customer service"
)
DETAILS = StaffDetails(name="Eva Exempel")
ROLES_CHANGED = StaffRolesChanged(
    roles=(Role.SUPPORT, Role.BILLING), reason="Also answers questions on invoices"
)
LEFT = StaffLeft(reason="Employment ended")

EXAMPLES = ((REGISTERED, DETAILS), (ROLES_CHANGED, None), (LEFT, None))
