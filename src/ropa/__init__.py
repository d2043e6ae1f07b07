"""ropa: the register of the personal data that a company handles, as an event log.

Open a register and append to it:

    import ropa
    from ropa.domain.person.events import PersonRegistered

    anna = ropa.Number("webshop", "K-20417")
    registered = PersonRegistered(namespace="webshop", activities=("accountability",))
    with ropa.open("register/") as register:
        register.append([ropa.Fact(data=registered, subject=anna, source="webshop", id="e-1")])

The classes of events are in `ropa.domain.<noun>.events`, those of a person's values in
`ropa.domain.person.values`; what an application sends as JSON `Register.read_event` makes a fact.
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
