"""What views tell of an erasure: when, by which event, on which ground, and whether it is over."""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from ropa.kernel.erasing import ErasureGround


class Gone(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """That a unit was erased.

    Attributes:
        at: When it was decided.
        position: The event that decided it.
        ground: On which ground.
        completed: The event that says that every file is rid of it; None while that is pending.
    """

    at: datetime
    position: int
    ground: ErasureGround
    completed: int | None = None

    def after(self, decision: int, completed: int) -> "Gone":
        """Give the same after the completion of a decision, which may be another's."""
        return replace(self, completed=completed) if self.position == decision else self
