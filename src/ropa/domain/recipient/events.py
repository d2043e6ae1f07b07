"""What can happen to a recipient in the register."""

from enum import StrEnum

from ropa.kernel.fact import fact, value
from ropa.kernel.ids import Country, FieldName, Line, RecipientId
from ropa.kernel.law import LocalText


class RecipientRole(StrEnum):
    """In which capacity a recipient gets the data."""

    PROCESSOR = "processor"
    CONTROLLER = "controller"
    JOINT_CONTROLLER = "joint-controller"
    AUTHORITY = "authority"


class Safeguard(StrEnum):
    """What a transfer to a third country rests on (Art. 45-49)."""

    ADEQUACY = "adequacy"
    STANDARD_CLAUSES = "standard-clauses"
    BINDING_CORPORATE_RULES = "binding-corporate-rules"
    CODE_OR_CERTIFICATION = "code-or-certification"
    DEROGATION = "derogation"
    COMPELLING_INTERESTS = "compelling-interests"


@value
class Transfer:
    """A transfer to a third country or an international organisation (Art. 30(1)(e))."""

    country: Country
    """The third country."""
    safeguard: Safeguard | None = None
    """What the transfer rests on; a gap where absent."""
    documentation: LocalText | None = None
    """The suitable safeguards as documented (Art. 49(1), second subparagraph)."""


@fact("recipient.declared.v1", stream="recipient/{recipient}")
class RecipientDeclared:
    """A recipient, or a category of recipients, was entered in the register."""

    recipient: RecipientId
    """The short name by which facts and activities refer to it."""
    category: LocalText
    """What kind of recipient it is."""
    name: Line | None = None
    """The name of the company or authority; a gap where only the category is known."""
    role: RecipientRole | None = None
    """In which capacity it gets the data; a gap where absent."""
    country: Country | None = None
    """The country in which it is established; a gap where absent."""
    transfers: tuple[Transfer, ...] = ()
    """The transfers to third countries that it involves."""
    agreement: Line | None = None
    """The agreement with it (Art. 28(3)), by its reference."""
    reason: Line
    """Why the entry was made."""


@fact("recipient.amended.v1", stream="recipient/{recipient}")
class RecipientAmended:
    """A recipient's entry was changed; what is absent stays as it was."""

    recipient: RecipientId
    """The recipient."""
    category: LocalText | None = None
    """What kind of recipient it is."""
    name: Line | None = None
    """The name of the company or authority."""
    role: RecipientRole | None = None
    """In which capacity it gets the data."""
    country: Country | None = None
    """The country in which it is established."""
    transfers: tuple[Transfer, ...] | None = None
    """The transfers to third countries that it involves."""
    agreement: Line | None = None
    """The agreement with it, by its reference."""
    cleared: tuple[FieldName, ...] = ()
    """The fields that hold nothing from now on."""
    reason: Line
    """Why the entry was changed."""


@fact("recipient.retired.v1", stream="recipient/{recipient}")
class RecipientRetired:
    """A recipient gets no more data from now on."""

    recipient: RecipientId
    """The recipient."""
    reason: Line
    """Why it ended."""


RecipientEvent = RecipientDeclared | RecipientAmended | RecipientRetired
