"""Intake: an event as an application sends it (CloudEvents 1.0 in JSON) made into a fact."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from ropa.catalogue import TYPES
from ropa.domain.person.events import PersonRegistered
from ropa.kernel.fact import Fact, FactType, Number
from ropa.kernel.ids import ENVELOPE_TEXT, ONE_LINE, RandomId
from ropa.kernel.problem import Code, Problem, Where

MAX_LINE = 262_144
"""How long one event may be as sent, in bytes."""

_Token = Annotated[str, msgspec.Meta(pattern=rf"\A{ENVELOPE_TEXT}\Z")]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The attributes of a CloudEvent that an application may send (CloudEvents 1.0, section 3).

    `actor`, `cause` and `expectedversion` are extension attributes of ropa's.
    """

    id: _Token
    source: _Token
    type: str
    specversion: Literal["1.0"]
    data: msgspec.Raw
    subject: Annotated[str, msgspec.Meta(min_length=1, max_length=128)] | None = None
    time: _Moment | None = None
    actor: _Token | None = None
    cause: _Token | None = None
    expectedversion: Annotated[int, msgspec.Meta(ge=0)] | None = None
    datacontenttype: str | None = None
    dataschema: str | None = None
    traceparent: str | None = None
    tracestate: str | None = None


_RANDOM_ID = TypeAdapter(RandomId)
_ENVELOPE = msgspec.json.Decoder(Envelope)
_PARTS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ENCODER = msgspec.json.Encoder()

_FORMS: Mapping[str, str] = {
    "_Token": "1 to 64 characters out of A-Z a-z 0-9 . _ : / -",
    "time": "a moment with its time zone, such as 2026-03-02T09:14:02Z (RFC 3339)",
}


def read_event(text: bytes, namespaces: Mapping[str, str]) -> Fact[Any]:
    """Read one event.

    Args:
        text: The event as JSON in UTF-8.
        namespaces: The namespace of each source's numbers.

    Raises:
        Problem: What is wrong with it, with the field, and without anything that it holds.
    """
    if len(text) > MAX_LINE:
        raise Problem(
            Code.LINE_TOO_LONG,
            f"The event is longer than {MAX_LINE} bytes.",
            advice="Send one event in one line; documents do not belong in events.",
        )
    try:
        envelope = _ENVELOPE.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise _wrong_envelope(text) from None
    kind = TYPES.get(envelope.type)
    if kind is None:
        raise Problem(
            Code.UNKNOWN_EVENT_TYPE,
            "No event type is published by this name.",
            advice="See the folder events/ for those that are.",
            where=Where(field="type"),
        )
    if kind.internal:
        raise Problem(
            Code.INTERNAL_EVENT_TYPE,
            "Events of this type are recorded by the register itself, as consequences.",
            where=Where(field="type"),
        )
    subject = _subject(envelope, namespaces)
    data, personal = read_data(envelope.data, kind, subject)
    return Fact(
        data=data,
        personal=personal,
        subject=subject,
        source=envelope.source,
        id=envelope.id,
        occurred_at=envelope.time,
        actor=envelope.actor,
        cause=envelope.cause,
        expected_version=envelope.expectedversion,
    )


def _subject(envelope: Envelope, namespaces: Mapping[str, str]) -> Number | str | None:
    if envelope.subject is None:
        return None
    namespace = namespaces.get(envelope.source)
    if namespace is not None:
        return Number(namespace, envelope.subject)
    reference = subject_reference(envelope.subject)
    if reference is None:
        raise Problem(
            Code.UNKNOWN_SOURCE,
            "The settings know no namespace for the numbers of this source.",
            advice="Enter the source under [sources] in ropa.toml, or send the subject as"
            " namespace/number or as the register's own id.",
            where=Where(field="source"),
        )
    return reference


def subject_reference(text: str) -> Number | str | None:
    """Read how people refer to a subject: `namespace/number`, or the register's own id."""
    namespace, slash, number = text.partition("/")
    if slash and namespace and number:
        return Number(namespace, number)
    try:
        _RANDOM_ID.validate_python(text)
    except ValidationError:
        return None
    return text


def read_data(
    raw: bytes | msgspec.Raw, kind: FactType, subject: Number | str | None = None
) -> tuple[Any, Any]:
    """Read the data of an event of a type: its clear fields, and its personal values.

    Raises:
        Problem: What is wrong with it, with the field.
    """
    try:
        parts = _PARTS.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Problem(
            Code.MALFORMED_VALUE,
            "The data of an event is a JSON object.",
            where=Where(field="data"),
        ) from None
    personal = None
    if kind.personal is None:
        _refuse_personal(parts)
    else:
        given = parts.pop("personal", None)
        if given is not None:
            personal = _validated(kind.personal, bytes(given), "data.personal")
    if kind.data is PersonRegistered and isinstance(subject, Number):
        # The application's own number is whom it registers: it need not say so twice.
        parts.setdefault("namespace", msgspec.Raw(_ENCODER.encode(subject.namespace)))
    return _validated(kind.data, _ENCODER.encode(parts), "data"), personal


def _refuse_personal(parts: Mapping[str, msgspec.Raw]) -> None:
    if "personal" in parts:
        raise Problem(
            Code.UNKNOWN_FIELD,
            "Events of this type carry no personal values.",
            where=Where(field="data.personal"),
        )


_ADAPTERS: Mapping[type, TypeAdapter[Any]] = {
    part: TypeAdapter(part)
    for kind in TYPES.values()
    for part in (kind.data, kind.personal)
    if part is not None
}


def problem_of(error: ValidationError) -> Problem:
    """Make the problem of a fact that was put together by hand, with nothing of what came in."""
    found = error.errors(include_url=False, include_input=False)[0]
    known = frozenset[str]().union(*(_known_fields(kind) for kind in _ADAPTERS))
    inside = [part for part in found["loc"] if isinstance(part, int) or part in known]
    return Problem(
        Code.MALFORMED_VALUE,
        f"The value {_EXPECTED.get(_how(found), 'does not have the published form')}.",
        advice="See --help, and the type's schema in the folder events/.",
        where=Where(field=".".join(map(str, inside)) or None),
    )


def _validated(kind: type, text: bytes, root: str) -> Any:
    try:
        return _ADAPTERS[kind].validate_json(text, strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        if found["type"] == "json_invalid" and not _is_utf8(text):
            raise Problem(
                Code.NOT_UTF8, "The event is not text in UTF-8.", where=Where(field=root)
            ) from None
        raise _wrong_value(kind, root, _how(found), found["loc"]) from None


def _how(found: ErrorDetails) -> str:
    """Tell what is wrong; of the context, which may hold what came in, only our own pattern."""
    line = found.get("ctx", {}).get("pattern") == ONE_LINE
    return "one_line" if line else found["type"]


def _wrong_value(kind: type, root: str, how: str, loc: tuple[int | str, ...]) -> Problem:
    known = _known_fields(kind)
    inside = [part for part in loc if isinstance(part, int) or part in known]
    if how == "unexpected_keyword_argument":
        place = ".".join([root, *map(str, inside[:-1] if len(inside) == len(loc) else inside)])
        return Problem(
            Code.UNKNOWN_FIELD,
            "There is a field here that is not published for this type of event.",
            advice=f"Published are: {', '.join(_names_at(kind, inside))}.",
            where=Where(field=place),
        )
    place = ".".join([root, *map(str, inside)])
    if how in {"missing", "missing_argument"}:
        return Problem(Code.MISSING_FIELD, "The field is required.", where=Where(field=place))
    return Problem(
        Code.MALFORMED_VALUE,
        f"The value {_EXPECTED.get(how, 'does not have the published form')}.",
        advice="See the type's schema in the folder events/.",
        where=Where(field=place),
    )


_EXPECTED: Mapping[str, str] = {
    "enum": "is not one of the published ones",
    "string_type": "is not text",
    "string_too_short": "is too short",
    "string_too_long": "is too long",
    "one_line": "is not one line of text: it begins with a space, or holds a line break or another"
    " control character",
    "string_pattern_mismatch": "does not have the published pattern",
    "int_type": "is not a whole number",
    "bool_type": "is neither true nor false",
    "date_type": "is not a date (YYYY-MM-DD)",
    "date_parsing": "is not a date (YYYY-MM-DD)",
    "date_from_datetime_parsing": "is not a date (YYYY-MM-DD)",
    "tuple_type": "is not a list",
    "too_short": "has too few members",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "json_invalid": "is not JSON",
}


def _nested(hint: Any) -> list[type]:
    if is_dataclass(hint) and isinstance(hint, type):
        return [hint]
    return [found for part in get_args(hint) for found in _nested(part)]


def _known_fields(kind: type) -> frozenset[str]:
    """Give the names of the fields of a class and of all classes inside it."""
    names = {field.name for field in fields(kind)}
    for hint in get_type_hints(kind).values():
        for inner in _nested(hint):
            names |= _known_fields(inner)
    return frozenset(names)


def _names_at(kind: type, inside: list[int | str]) -> list[str]:
    """Give the names of the fields at a place inside a class."""
    for part in inside:
        if isinstance(part, str):
            nested = _nested(get_type_hints(kind).get(part))
            if not nested:
                break
            kind = nested[0]
    return [field.name for field in fields(kind)]


def _wrong_envelope(text: bytes) -> Problem:
    """Say what is wrong with an envelope that could not be read, without what stands in it."""
    if not _is_utf8(text):
        return Problem(Code.NOT_UTF8, "The event is not text in UTF-8.")
    try:
        parts = _PARTS.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return Problem(
            Code.MALFORMED_JSON,
            "This is not a JSON object.",
            advice="Send one event as one JSON object in one line.",
        )
    known = Envelope.__struct_fields__
    for name in ("id", "source", "type", "specversion", "data"):
        if name not in parts:
            return Problem(
                Code.MISSING_FIELD, "The attribute is required.", where=Where(field=name)
            )
    if any(name not in known for name in parts):
        return Problem(
            Code.UNKNOWN_FIELD,
            "The envelope has an attribute that ropa does not know.",
            advice=f"Known are: {', '.join(known)}.",
        )
    hints = get_type_hints(Envelope, include_extras=True)
    for name in known:
        if name in parts:
            try:
                msgspec.json.decode(parts[name], type=hints[name])
            except msgspec.MsgspecError:
                form = _FORMS["time"] if name == "time" else "the published form"
                if hints[name] in (_Token, _Token | None):
                    form = _FORMS["_Token"]
                return Problem(
                    Code.MALFORMED_ENVELOPE,
                    f"The attribute does not have its form: {form}.",
                    where=Where(field=name),
                )
    return Problem(Code.MALFORMED_ENVELOPE, "The envelope does not have its form.")


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
