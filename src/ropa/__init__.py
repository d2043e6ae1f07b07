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

An auditor who has no keys opens the same folder with `ropa.Reading.open`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ropa.app import PRESENT, Moment, Reading, Receipt, Register, Status
    from ropa.kernel.fact import Fact, Number, Recorded
    from ropa.kernel.problem import Code, Problem

    open = Register.open  # noqa: A001 - ropa.open("register/") is what it is

__all__ = [
    "PRESENT",
    "Code",
    "Fact",
    "Moment",
    "Number",
    "Problem",
    "Reading",
    "Receipt",
    "Recorded",
    "Register",
    "Status",
    "open",
]


def __getattr__(name: str) -> Any:
    """Give a public name, imported when it is first asked for.

    The processes that rebuild views need but a small part of the house, and start sooner without
    the rest.
    """
    if name not in __all__:
        raise AttributeError(name)
    from ropa import app  # noqa: PLC0415 - the point of it
    from ropa.kernel import fact, problem  # noqa: PLC0415 - the point of it

    if name == "open":
        return app.Register.open
    return next(getattr(room, name) for room in (app, fact, problem) if hasattr(room, name))


def __dir__() -> list[str]:
    """Give the public names."""
    return sorted(__all__)
