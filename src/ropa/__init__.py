"""ropa: the register of the personal data that a company handles, as an event log.

Open a register and append to it:

    import ropa

    with ropa.open("register/") as register:
        register.append([ropa.Fact(data=..., subject=ropa.Number("webshop", "K-1"), source="webshop")])

The classes of events and of personal values are in `ropa.events`.
"""

from ropa.app import PRESENT, Moment, Receipt, Register, Status
from ropa.kernel.fact import Fact, Number, Recorded
from ropa.kernel.problem import Code, Problem

__all__ = [
    "PRESENT",
    "Code",
    "Fact",
    "Moment",
    "Number",
    "Problem",
    "Receipt",
    "Recorded",
    "Register",
    "Status",
    "open",
]

open = Register.open  # noqa: A001 - ropa.open("register/") is what it is
"""Open a register; see `Register.open`."""
