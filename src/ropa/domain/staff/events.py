"""What can happen to a member of staff in the register."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround, Unit
from ropa.kernel.fact import fact, value
from ropa.kernel.ids import ActivityId, Line, RequestId, Role
from ropa.kernel.law import Duty


class GivingOutGround(StrEnum):
    """Why a requester is told the name of a member of staff (C-579/21, paragraph 83)."""

    NEEDED_FOR_RIGHTS = "needed-for-rights"
    OUTSIDE_INSTRUCTIONS = "outside-instructions"
    CONSENT_OF_STAFF = "consent-of-staff"


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


@fact("staff.name-given-out.v1", stream="staff/{subject}")
class StaffNameGivenOut:
    """It was decided to tell a requester who looked them up: by exception only (C-579/21)."""

    request: RequestId
    """The request of the person who is told."""
    ground: GivingOutGround
    """Why the interest of the member of staff yields."""


@fact("staff.erasure-decided.v1", stream="staff/{subject}", internal=True)
class StaffErasureDecided:
    """It was decided to erase the name of a member of staff who left."""

    ground: ErasureGround
    """Why it is erased."""
    erased: tuple[Unit, ...]
    """What is erased."""


@fact("staff.erasure-completed.v1", stream="staff/{subject}", internal=True)
class StaffErasureCompleted:
    """Keys, boxes and digests of the erasure are gone from every file of the register."""

    decision: Annotated[int, Field(ge=1)]
    """The position of the event that decided it."""


StaffEvent = (
    StaffRegistered
    | StaffRolesChanged
    | StaffLeft
    | StaffNameGivenOut
    | StaffErasureDecided
    | StaffErasureCompleted
)
