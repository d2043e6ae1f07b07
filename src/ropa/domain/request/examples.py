"""One canonical example of each event of a request."""

from ropa.domain.request.events import (
    ExtensionReason,
    IdentityAsked,
    IdentityConfirmed,
    IdentityMethod,
    Outcome,
    RefusalGround,
    RequestAnswered,
    RequestDecided,
    RequestErasureCompleted,
    RequestErasureDecided,
    RequestExtended,
    RequestKind,
    RequestReceived,
    RequestRefused,
    RequestText,
    RequestWithdrawn,
)
from ropa.kernel.erasing import ErasureGround, Unit
from ropa.kernel.ids import Channel

REQUEST = "3f0d7c52-8f0e-4c5b-9a55-0d7a3c1b9e21"

RECEIVED = RequestReceived(
    request=REQUEST,
    kinds=(RequestKind.ACCESS, RequestKind.ERASURE),
    channel=Channel.E_MAIL,
    activities=("rights",),
)
TEXT = RequestText(
    name="Anna Exempel",
    email="anna@exempel.example",
    text="Jag vill veta vad ni har om mig, och sedan få det raderat.",
)
IDENTITY_ASKED = IdentityAsked(request=REQUEST, channel=Channel.E_MAIL)
IDENTITY_CONFIRMED = IdentityConfirmed(
    request=REQUEST,
    method=IdentityMethod.LOGGED_IN,
    person="6f0c1c1e-52a4-4b3f-8d0e-6a4b8f0c2d11",
)
EXTENDED = RequestExtended(
    request=REQUEST, reason=ExtensionReason.COMPLEXITY, channel=Channel.E_MAIL
)
DECIDED = RequestDecided(
    request=REQUEST,
    kind=RequestKind.ERASURE,
    outcome=Outcome.PARTLY_GRANTED,
    ground=RefusalGround.LEGAL_OBLIGATION,
)
ACCESS_DECIDED = RequestDecided(request=REQUEST, kind=RequestKind.ACCESS, outcome=Outcome.GRANTED)
ANSWERED = RequestAnswered(
    request=REQUEST,
    channel=Channel.E_MAIL,
    documents=("2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",),
)
REFUSED = RequestRefused(
    request=REQUEST, ground=RefusalGround.MANIFESTLY_UNFOUNDED, channel=Channel.E_MAIL
)
WITHDRAWN = RequestWithdrawn(request=REQUEST, channel=Channel.PHONE)
ERASURE_DECIDED = RequestErasureDecided(
    request=REQUEST,
    ground=ErasureGround.RETENTION_ENDED,
    erased=(Unit(activity="rights", bucket=REQUEST),),
)
ERASURE_COMPLETED = RequestErasureCompleted(request=REQUEST, decision=4712)

EXAMPLES = (
    (RECEIVED, TEXT),
    (IDENTITY_ASKED, None),
    (IDENTITY_CONFIRMED, None),
    (EXTENDED, None),
    (DECIDED, None),
    (ANSWERED, None),
    (REFUSED, None),
    (WITHDRAWN, None),
    (ERASURE_DECIDED, None),
    (ERASURE_COMPLETED, None),
)
