"""What can happen to a request of a data subject."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround, Unit
from ropa.kernel.fact import fact, value
from ropa.kernel.ids import ActivityId, Channel, PersonId, RequestId, Sha256
from ropa.kernel.law import Duty


class RequestKind(StrEnum):
    """A right that a request asks to exercise."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"
    CONSENT_WITHDRAWAL = "consent-withdrawal"

    @property
    def needs_data(self) -> bool:
        """Whether an answer may need what is held; none does where the data is to go."""
        return self not in {self.ERASURE, self.OBJECTION, self.CONSENT_WITHDRAWAL}


class IdentityMethod(StrEnum):
    """How a requester's identity was confirmed (Art. 12(6))."""

    LOGGED_IN = "logged-in"
    ELECTRONIC_ID = "electronic-id"
    KNOWN_ADDRESS = "known-address"
    CALLED_BACK = "called-back"
    IN_PERSON = "in-person"


class ExtensionReason(StrEnum):
    """Why the time limit is extended (Art. 12(3))."""

    COMPLEXITY = "complexity"
    NUMBER_OF_REQUESTS = "number-of-requests"


class Outcome(StrEnum):
    """What became of one kind of a request."""

    GRANTED = "granted"
    PARTLY_GRANTED = "partly-granted"
    NOT_GRANTED = "not-granted"


class RefusalGround(StrEnum):
    """Why something is not granted (Art. 11(2), 12(5), 15(4), 17(3), 20(4), 21(1))."""

    MANIFESTLY_UNFOUNDED = "manifestly-unfounded"
    EXCESSIVE = "excessive"
    NOT_IDENTIFIABLE = "not-identifiable"
    RIGHTS_OF_OTHERS = "rights-of-others"
    LEGAL_OBLIGATION = "legal-obligation"
    LEGAL_CLAIMS = "legal-claims"
    COMPELLING_GROUNDS = "compelling-grounds"
    NOT_APPLICABLE = "not-applicable"


@value
class RequestText:
    """What the requester wrote, and how to answer."""

    name: Annotated[
        Annotated[str, Field(min_length=1, max_length=300)] | None, Category.CONTACT_NAME
    ] = None
    """The name that the requester gave."""
    email: Annotated[
        Annotated[str, Field(min_length=3, max_length=320)] | None, Category.CONTACT_EMAIL
    ] = None
    """The e-mail address to answer to."""
    text: Annotated[
        Annotated[str, Field(min_length=1, max_length=8000)] | None, Category.REQUEST_TEXT
    ] = None
    """The request in the requester's words."""


@fact(
    "request.received.v1",
    stream="request/{request}",
    personal=RequestText,
    duty=Duty.DATA_SUBJECT_RIGHTS,
    bucket="request",
)
class RequestReceived:
    """A request came in; the time limit runs from when it occurred (Art. 12(3))."""

    request: RequestId
    """The request's own random id."""
    kinds: Annotated[tuple[RequestKind, ...], Field(min_length=1)]
    """The rights that it asks to exercise."""
    channel: Channel
    """How it came in."""
    activities: tuple[ActivityId, ...] = ()
    """What its text is kept for."""


@fact("request.identity-asked.v1", stream="request/{request}")
class IdentityAsked:
    """The requester was asked to show who they are, for reasonable doubt (Art. 12(6))."""

    request: RequestId
    """The request."""
    channel: Channel
    """How the question was put."""


@fact("request.identity-confirmed.v1", stream="request/{request}")
class IdentityConfirmed:
    """The requester has shown who they are."""

    request: RequestId
    """The request."""
    method: IdentityMethod
    """How it was shown."""
    person: PersonId | None = None
    """The person of the register who it is; absent where nobody there is."""


@fact("request.extended.v1", stream="request/{request}")
class RequestExtended:
    """The requester was told that it takes longer, and why (Art. 12(3))."""

    request: RequestId
    """The request."""
    reason: ExtensionReason
    """Why."""
    channel: Channel
    """How the requester was told."""


@fact("request.decided.v1", stream="request/{request}")
class RequestDecided:
    """The outcome of one kind of a request was decided."""

    request: RequestId
    """The request."""
    kind: RequestKind
    """The kind that was decided."""
    outcome: Outcome
    """What was decided."""
    ground: RefusalGround | None = None
    """Why not all was granted; required where not all was."""


@fact("request.answered.v1", stream="request/{request}")
class RequestAnswered:
    """The requester was told the outcome, which closes the request."""

    request: RequestId
    """The request."""
    channel: Channel
    """How the answer was given."""
    documents: tuple[Sha256, ...] = ()
    """The SHA-256 of each document handed out."""


@fact("request.refused.v1", stream="request/{request}")
class RequestRefused:
    """The request was refused as a whole, with the ways to complain (Art. 12(4)-(5))."""

    request: RequestId
    """The request."""
    ground: RefusalGround
    """Why."""
    channel: Channel
    """How the requester was told."""


@fact("request.withdrawn.v1", stream="request/{request}")
class RequestWithdrawn:
    """The requester took the request back."""

    request: RequestId
    """The request."""
    channel: Channel
    """How it was taken back."""


@fact("request.erasure-decided.v1", stream="request/{request}", internal=True)
class RequestErasureDecided:
    """It was decided to erase what the request's receipt sealed."""

    request: RequestId
    """The request."""
    ground: ErasureGround
    """Why it is erased."""
    erased: tuple[Unit, ...]
    """What is erased."""


@fact("request.erasure-completed.v1", stream="request/{request}", internal=True)
class RequestErasureCompleted:
    """Keys, boxes and digests of the erasure are gone from every file of the register."""

    request: RequestId
    """The request."""
    decision: Annotated[int, Field(ge=1)]
    """The position of the event that decided it."""


RequestEvent = (
    RequestReceived
    | IdentityAsked
    | IdentityConfirmed
    | RequestExtended
    | RequestDecided
    | RequestAnswered
    | RequestRefused
    | RequestWithdrawn
    | RequestErasureDecided
    | RequestErasureCompleted
)
