"""What can happen to the controller's own entry in the register."""

from typing import Annotated

from pydantic import Field

from ropa.kernel.fact import fact, value
from ropa.kernel.ids import Country, FieldName, Line
from ropa.kernel.law import LocalText


@value
class ContactPoint:
    """How a function is reached: an office or a role, never a named person's private details."""

    name: Line
    """The company, office or function, such as "Data protection officer"."""
    address: Line | None = None
    """The postal address in one line."""
    email: Line | None = None
    """The e-mail address of the function."""
    phone: Line | None = None
    """The telephone number of the function."""


@fact("controller.declared.v1", stream="controller")
class ControllerDeclared:
    """The register was begun in the name of this controller (Art. 30(1)(a))."""

    name: Line
    """The registered name of the company."""
    country: Country
    """The country in which it is established."""
    organisation_number: Line | None = None
    """The number under which it is registered; a gap where absent."""
    website: Line | None = None
    """Its public web site."""
    address: Line | None = None
    """Its postal address in one line; a gap where absent."""
    email: Line | None = None
    """Its e-mail address for matters of data protection."""
    phone: Line | None = None
    """Its telephone number."""
    data_protection_officer: ContactPoint | None = None
    """The data protection officer (Art. 37), where there is one."""
    data_protection_officer_needed: bool | None = None
    """Whether Art. 37(1) asks for an officer; a gap where nobody has said."""
    representative: ContactPoint | None = None
    """The representative in the Union (Art. 27), where there is one."""
    joint_controllers: tuple[ContactPoint, ...] = ()
    """The other controllers where purposes are decided jointly (Art. 26)."""
    measures: tuple[LocalText, ...] = ()
    """The technical and organisational measures in general (Art. 30(1)(g), 32(1))."""
    measures_gap: LocalText | None = None
    """Why the measures are not described, where they are not."""
    sources: tuple[LocalText, ...] = ()
    """Where personal data comes from in general (Art. 14(2)(f))."""
    disclosure: tuple[LocalText, ...] = ()
    """How data is disclosed in general, and what is never done with it."""
    automated_decisions: bool = False
    """Whether decisions are made by automated means alone (Art. 22)."""
    complaint_authority: Line = "Integritetsskyddsmyndigheten (IMY), Box 8114, 104 20 Stockholm"
    """The supervisory authority that a person may complain to (Art. 77)."""
    reason: Line
    """Why the entry was made."""


@fact("controller.amended.v1", stream="controller")
class ControllerAmended:
    """The controller's entry was changed; what is absent stays as it was."""

    name: Line | None = None
    """The registered name of the company."""
    country: Country | None = None
    """The country in which it is established."""
    organisation_number: Line | None = None
    """The number under which it is registered."""
    website: Line | None = None
    """Its public web site."""
    address: Line | None = None
    """Its postal address in one line."""
    email: Line | None = None
    """Its e-mail address for matters of data protection."""
    phone: Line | None = None
    """Its telephone number."""
    data_protection_officer: ContactPoint | None = None
    """The data protection officer (Art. 37)."""
    data_protection_officer_needed: bool | None = None
    """Whether Art. 37(1) asks for an officer."""
    representative: ContactPoint | None = None
    """The representative in the Union (Art. 27)."""
    joint_controllers: tuple[ContactPoint, ...] | None = None
    """The other controllers where purposes are decided jointly (Art. 26)."""
    measures: tuple[LocalText, ...] | None = None
    """The technical and organisational measures in general (Art. 32(1))."""
    measures_gap: LocalText | None = None
    """Why the measures are not described, where they are not."""
    sources: tuple[LocalText, ...] | None = None
    """Where personal data comes from in general."""
    disclosure: tuple[LocalText, ...] | None = None
    """How data is disclosed in general."""
    automated_decisions: bool | None = None
    """Whether decisions are made by automated means alone (Art. 22)."""
    complaint_authority: Line | None = None
    """The supervisory authority that a person may complain to (Art. 77)."""
    cleared: tuple[FieldName, ...] = ()
    """The fields that hold nothing from now on."""
    reason: Line
    """Why the entry was changed."""


@fact("controller.log-restored.v1", stream="controller", internal=True)
class LogRestored:
    """The log was put back from a copy that lacks events which were recorded after it was made.

    What had been erased by then was erased again, by the events before this one.
    """

    size: Annotated[int, Field(ge=0)]
    """How many events the copy had."""
    root: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """The root hash of the tree over these events, in hexadecimal."""
    lost: Annotated[int, Field(ge=1)] | None = None
    """How many events the copy lacks at least; absent where nothing tells."""


ControllerEvent = ControllerDeclared | ControllerAmended | LogRestored
