"""All the views, and the events that none of them reads.

The rows of views with a row a person are stored as arrays (`array_like`): half the bytes, and a
third less time, than with the names of fields.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ropa.kernel.view import View
from ropa.views.aliases import ALIASES
from ropa.views.breaches import BREACHES
from ropa.views.consents import CONSENTS
from ropa.views.disclosures import DISCLOSURES
from ropa.views.disposals import DISPOSALS
from ropa.views.people import PEOPLE
from ropa.views.register import REGISTER
from ropa.views.requests import REQUESTS
from ropa.views.telling import TELLING

VIEWS: tuple[View[Any], ...] = (
    REGISTER,
    PEOPLE,
    CONSENTS,
    REQUESTS,
    BREACHES,
    DISCLOSURES,
    DISPOSALS,
    TELLING,
    ALIASES,
)
"""The views. Whoever changes what comes out of a fold raises that view's `version`."""

_LOOK_UP = "A person's own report reads it from the person's events, and no listing needs it."

UNREAD: Mapping[str, str] = MappingProxyType(
    {
        "person.looked-up.v1": _LOOK_UP,
        "person.report-made.v1": _LOOK_UP,
    }
)
"""The types of event that no view reads, each with the reason."""
