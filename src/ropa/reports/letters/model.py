"""What stands in a letter about a request."""

from datetime import date
from enum import StrEnum
from typing import Any

import msgspec

from ropa.domain.controller.events import ContactPoint
from ropa.domain.request.decider import Closed
from ropa.domain.request.events import ExtensionReason, Outcome, RefusalGround, RequestKind
from ropa.kernel.erasing import WithholdingGround
from ropa.kernel.ids import ActivityId, PersonId, RecipientId, RequestId
from ropa.kernel.law import LocalText
from ropa.reports.cell import Head


class LetterKind(StrEnum):
    """What a letter tells the requester."""

    RECEIPT = "receipt"
    IDENTITY = "identity"
    EXTENSION = "extension"
    ANSWER = "answer"
    REFUSAL = "refusal"


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """Whose letter it is, as the register says; None and empty where it does not."""

    name: str | None
    organisation_number: str | None
    address: str | None
    email: str | None
    phone: str | None
    website: str | None
    officer: ContactPoint | None


class Addressee(msgspec.Struct, frozen=True, kw_only=True):
    """To whom it goes; None where nobody knows, or the values cannot be opened.

    Attributes:
        name: The name.
        email: The e-mail address that the requester gave to answer to, or the one on record.
        address: The postal address: `street`, `postal_code`, `city`, and `country` where it is not
            the controller's own. Only where there is no e-mail address that the requester gave.
    """

    name: str | None = None
    email: str | None = None
    address: Any = None


class Titled(msgspec.Struct, frozen=True, kw_only=True):
    """A processing activity, and what the register calls it."""

    activity: ActivityId
    title: LocalText | None


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A recipient, by its name or else by the kind that the register says it is of."""

    recipient: RecipientId
    name: str | None
    category: LocalText | None


class Receipt(msgspec.Struct, frozen=True, kw_only=True, tag="receipt"):
    """That the request came in.

    Attributes:
        due: The last day to answer by law, as the request stands now.
        extended: Whether the requester was told that it takes longer.
        overdue: Whether the day had passed when the letter was made.
        closed: How the request came to its end; None while it is open.
        closed_on: The local day of that.
    """

    due: date
    extended: bool
    overdue: bool
    closed: Closed | None
    closed_on: date | None


class Identity(msgspec.Struct, frozen=True, kw_only=True, tag="identity"):
    """The question who the requester is (Art. 12(6))."""


class Extension(msgspec.Struct, frozen=True, kw_only=True, tag="extension"):
    """That it takes longer (Art. 12(3)).

    Attributes:
        reason: Why.
        told: The local day on which the requester was told.
        due: The last day to answer by law: three months from receipt.
    """

    reason: ExtensionReason
    told: date
    due: date


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one kind of the request.

    Attributes:
        kind: The kind.
        outcome: What was decided.
        ground: Why not all was granted; None where all was.
        paper: The name of the report that was made for it since receipt; None where none was.
        made: The local day on which that was.
    """

    kind: RequestKind
    outcome: Outcome
    ground: RefusalGround | None
    paper: str | None = None
    made: date | None = None


class KeptBack(msgspec.Struct, frozen=True, kw_only=True):
    """What an activity keeps although its erasure was asked for.

    Attributes:
        of: The activity.
        ground: On which ground.
        through: The last day; None where no rule gives one yet.
    """

    of: Titled
    ground: WithholdingGround
    through: date | None


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """An erasure that the request led to.

    Attributes:
        decided: The local day of the decision.
        completed: The local day on which all was gone; None while that is not so.
        erased: The activities whose data was erased.
        kept: What is kept.
        suppressed: The marketing that the erased addresses are shut out from.
        informed: The recipients that were told (Art. 19).
        not_informed: Those that could not be told, or not with reasonable effort.
    """

    decided: date
    completed: date | None
    erased: tuple[Titled, ...]
    kept: tuple[KeptBack, ...]
    suppressed: tuple[Titled, ...]
    informed: tuple[Named, ...]
    not_informed: tuple[Named, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True, tag="answer"):
    """What became of each kind of the request, and of what was erased for it.

    Attributes:
        decided: What was decided of each kind, in the order in which they were asked for.
        erasures: The erasures that it led to.
        nobody: Whether the requester has shown who they are, and is nobody of the register.
    """

    decided: tuple[Decided, ...]
    erasures: tuple[Erasure, ...] = ()
    nobody: bool = False

    @property
    def all_granted(self) -> bool:
        """Whether all that was asked for was granted."""
        return all(one.outcome is Outcome.GRANTED for one in self.decided)


class Refusal(msgspec.Struct, frozen=True, kw_only=True, tag="refusal"):
    """That the request was refused as a whole (Art. 12(4)-(5))."""

    ground: RefusalGround
    on: date


Body = Receipt | Identity | Extension | Answer | Refusal


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter about a request.

    Attributes:
        head: The head that all papers have; its number is in the letter, and not in the log.
        request: The request, whose id is the reference.
        person: Whose request it is; None where the register does not know.
        sender: Whose letter it is.
        addressee: To whom it goes.
        authority: The supervisory authority that one may complain to, in a line.
        day: The local day on which the letter was made.
        received: The local day of receipt.
        kinds: The rights that the request asks to exercise.
        body: What the letter tells.
    """

    head: Head
    request: RequestId
    person: PersonId | None
    sender: Sender
    addressee: Addressee
    authority: str | None
    day: date
    received: date
    kinds: tuple[RequestKind, ...]
    body: Body
