"""The log's events as CloudEvents 1.0 in JSON, for programs that know nothing of ropa."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any, Final

import msgspec

from ropa.catalogue import TYPES
from ropa.kernel.fact import Recorded

SCHEMA: Final = "urn:ropa:"
"""What the ids of the published schemas begin with, before the type's name."""

_REFERENCE = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9.-]*:)?(?://[A-Za-z0-9._-]*(?::[0-9]*)?(?:/.*)?|(?!//)(?:/.*)?)"
    r"|[A-Za-z][A-Za-z0-9.-]*:(?!//).*"
    r"|[^:/][^:/]*(?:/.*)?"
)
"""A reference as RFC 3986 has it, out of the characters that a source may have."""


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An event of the log as a CloudEvent; what is None is left out.

    `recordedtime` is CloudEvents' own extension; `position`, `stream`, `streamversion`, `actor` and
    `cause` are ropa's.

    Attributes:
        specversion: The version of CloudEvents.
        id: The source's own id.
        source: The application that reported it.
        type: The published name of its type.
        subject: Whom it is about.
        time: When it happened.
        datacontenttype: The form of `data`.
        dataschema: The id of the published schema, where `data` has all that this requires.
        recordedtime: When the log recorded it.
        position: Its place in the log, from 1.
        stream: The history that it belongs to.
        streamversion: Its place in that history, from 1.
        actor: Who did it.
        cause: What it has in common with others.
        data: The clear fields, and under `personal` the values that were opened.
    """

    specversion: str
    id: str
    source: str
    type: str
    subject: str | None = None
    time: datetime
    datacontenttype: str
    dataschema: str | None = None
    recordedtime: datetime | None = None
    position: int | None = None
    stream: str | None = None
    streamversion: int | None = None
    actor: str
    cause: str | None = None
    data: Any


def recorded_event(recorded: Recorded[Any], personal: Mapping[str, Any] | None = None) -> bytes:
    """Give an event as the log holds it, as one line of JSON without its end.

    Args:
        recorded: The event.
        personal: Its opened values, by the field of `data.personal` that holds them.
    """
    return _written(
        recorded,
        personal or {},
        subject=recorded.subject,
        recordedtime=recorded.recorded_at,
        position=recorded.position,
        stream=recorded.stream,
        streamversion=recorded.version,
    )


def sent_event(
    recorded: Recorded[Any], subject: str | None, personal: Mapping[str, Any] | None
) -> bytes:
    """Give an event as an application would send it, as one line of JSON without its end."""
    return _written(recorded, personal or {}, subject=subject)


def _written(recorded: Recorded[Any], personal: Mapping[str, Any], **attributes: Any) -> bytes:
    data = msgspec.to_builtins(recorded.data)
    if personal:
        data["personal"] = personal
    event = CloudEvent(
        specversion="1.0",
        id=recorded.id,
        source=source_reference(recorded.source),
        type=recorded.type,
        time=recorded.occurred_at,
        datacontenttype="application/json",
        dataschema=f"{SCHEMA}{recorded.type}" if is_whole(recorded.type, personal) else None,
        actor=recorded.actor,
        cause=recorded.cause,
        data=data,
        **attributes,
    )
    return _ENCODER.encode(event)


_ENCODER = msgspec.json.Encoder()


def source_reference(source: str) -> str:
    """Give a source as a URI reference: as it is, or where it would be none, behind `./`."""
    return source if _REFERENCE.fullmatch(source) else f"./{source}"


def is_whole(name: str, personal: Mapping[str, Any]) -> bool:
    """Tell whether the values are all that the type's schema requires."""
    values = TYPES[name].personal
    required = {one.name for one in fields(values) if one.default is MISSING} if values else set()
    return required <= personal.keys()
