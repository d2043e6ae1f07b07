"""Every event type by its published name, and the codec of the stored form."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, get_args

import msgspec

from ropa.domain.activity import decider as activity
from ropa.domain.activity import examples as activity_examples
from ropa.domain.activity.events import ActivityEvent
from ropa.domain.breach import decider as breach
from ropa.domain.breach import examples as breach_examples
from ropa.domain.breach.events import BreachEvent
from ropa.domain.controller import decider as controller
from ropa.domain.controller import examples as controller_examples
from ropa.domain.controller.events import ControllerEvent
from ropa.domain.notice import decider as notice
from ropa.domain.notice import examples as notice_examples
from ropa.domain.notice.events import NoticeEvent
from ropa.domain.person import decider as person
from ropa.domain.person import examples as person_examples
from ropa.domain.person.events import PersonEvent
from ropa.domain.recipient import decider as recipient
from ropa.domain.recipient import examples as recipient_examples
from ropa.domain.recipient.events import RecipientEvent
from ropa.domain.request import decider as request
from ropa.domain.request import examples as request_examples
from ropa.domain.request.events import RequestEvent
from ropa.domain.staff import decider as staff
from ropa.domain.staff import examples as staff_examples
from ropa.domain.staff.events import StaffEvent
from ropa.kernel.decider import Decider
from ropa.kernel.fact import FactType, Recorded, fact_type
from ropa.kernel.problem import Code, Problem


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun with a history: its event types, its decider, and an example of each type."""

    name: str
    events: tuple[type, ...]
    decider: Decider[Any, Any]
    examples: tuple[tuple[Any, Any], ...]


def _noun(name: str, union: Any, decider: Decider[Any, Any], examples: Any) -> Noun:
    return Noun(name, get_args(union) or (union,), decider, examples)


_ALL = (
    _noun("controller", ControllerEvent, controller.DECIDER, controller_examples.EXAMPLES),
    _noun("activity", ActivityEvent, activity.DECIDER, activity_examples.EXAMPLES),
    _noun("recipient", RecipientEvent, recipient.DECIDER, recipient_examples.EXAMPLES),
    _noun("notice", NoticeEvent, notice.DECIDER, notice_examples.EXAMPLES),
    _noun("staff", StaffEvent, staff.DECIDER, staff_examples.EXAMPLES),
    _noun("person", PersonEvent, person.DECIDER, person_examples.EXAMPLES),
    _noun("request", RequestEvent, request.DECIDER, request_examples.EXAMPLES),
    _noun("breach", BreachEvent, breach.DECIDER, breach_examples.EXAMPLES),
)

NOUNS: Mapping[str, Noun] = MappingProxyType({noun.name: noun for noun in _ALL})
"""The nouns by name, in the order in which papers speak of them."""

TYPES: Mapping[str, FactType] = MappingProxyType(
    {found.name: found for noun in _ALL for found in map(fact_type, noun.events)}
)
"""The event types by published name."""

_DECODERS: Mapping[str, msgspec.json.Decoder[Recorded[Any]]] = MappingProxyType(
    {name: msgspec.json.Decoder(Recorded[found.data]) for name, found in TYPES.items()}  # type: ignore[name-defined]
)
_ENCODER = msgspec.json.Encoder()


def encode(recorded: Recorded[Any]) -> bytes:
    """Give the stored form of an event: one JSON text, written once and hashed as it stands."""
    return _ENCODER.encode(recorded)


def decode(name: str, state: bytes) -> Recorded[Any]:
    """Read an event of a type back from its stored form.

    Raises:
        Problem: `log-damaged` where the bytes are not an event of this type.
    """
    try:
        return _DECODERS[name].decode(state)
    except (KeyError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Problem(
            Code.LOG_DAMAGED,
            "A stored event cannot be read: its bytes are not an event of its type.",
            advice="Verify the log; a newer version of ropa may have written it.",
        ) from None
