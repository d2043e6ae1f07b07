"""What opening a box answers: a value, or the reason why there is none; never a blank."""

from datetime import date
from typing import Any

import msgspec

from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround


class Values(msgspec.Struct, frozen=True, gc=False, tag="values"):
    """The values that were in the box, by category."""

    values: dict[Category, Any]


class Erased(msgspec.Struct, frozen=True, gc=False, tag="erased"):
    """The key was destroyed: by the event at `position`, on `ground`, on the day `on`."""

    position: int
    ground: ErasureGround
    on: date


class NotPermitted(msgspec.Struct, frozen=True, gc=False, tag="not-permitted"):
    """The reader holds no key for the activity, or the register no longer declares the category."""


class Restricted(msgspec.Struct, frozen=True, gc=False, tag="restricted"):
    """The values are stored but may not be shown (Art. 18(2))."""


class Damaged(msgspec.Struct, frozen=True, gc=False, tag="damaged"):
    """Box or key is missing or altered although nothing was erased."""


Opened = Values | Erased | NotPermitted | Restricted | Damaged
