"""What can happen to a member of staff in the register."""

from typing import Annotated

from pydantic import Field

from ropa.kernel.categories import Category
from ropa.kernel.fact import fact, value
from ropa.kernel.ids import ActivityId, Line, Role
from ropa.kernel.law import Duty


@value
class StaffDetails:
    """Who the member of staff is."""

    name: Annotated[
        Annotated[str, Field(min_length=1, max_length=300)] | None, Category.STAFF_NAME
    ] = None
    """The name."""


@fact(
    "staff.registered.v1", stream="staff/{subject}", personal=StaffDetails, duty=Duty.ACCESS_CONTROL
)
class StaffRegistered:
    """A member of staff was given roles in the register."""

    roles: tuple[Role, ...]
    """The roles that the work needs."""
    activities: tuple[ActivityId, ...]
    """What the name is kept for."""
    reason: Line
    """Why the roles were given."""


@fact("staff.roles-changed.v1", stream="staff/{subject}")
class StaffRolesChanged:
    """A member of staff has other roles from now on."""

    roles: tuple[Role, ...]
    """All the roles from now on."""
    reason: Line
    """Why they were changed."""


@fact("staff.left.v1", stream="staff/{subject}")
class StaffLeft:
    """A member of staff left, and has no roles any more."""

    reason: Line
    """Why the access ended."""


StaffEvent = StaffRegistered | StaffRolesChanged | StaffLeft
