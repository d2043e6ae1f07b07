"""Facts: what may be recorded, and what has been."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar, cast, dataclass_transform, get_args, get_type_hints

import msgspec
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as pydantic_dataclass

from ropa.kernel.categories import Category
from ropa.kernel.ids import ActivityId, Namespace

T = TypeVar("T")
E = TypeVar("E")

_CONFIG = ConfigDict(
    extra="forbid",
    use_attribute_docstrings=True,
    # A value that does not fit may be a personal one, and tracebacks are read by many.
    hide_input_in_errors=True,
)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def value(cls: type[T]) -> type[T]:
    """Make a frozen value type: validated by pydantic at the edge, filled by msgspec from a log."""
    decorate = pydantic_dataclass(config=_CONFIG, frozen=True, slots=True, kw_only=True)
    return cast("type[T]", decorate(cls))


@dataclass(frozen=True, slots=True, kw_only=True)
class FactType:
    """What ropa knows of one type of event.

    Attributes:
        name: The published name, such as `person.contact-changed.v1`.
        data: The class of its clear fields.
        stream: The pattern of its stream, filled from the clear fields and the subject.
        personal: The class of its personal values, where it has any.
        duty: The duty that this type of fact is about (see `ropa.kernel.law.Duty`).
        bucket: The clear field that divides the keys of its values into retention units.
        internal: Whether only the register itself records it, as a consequence.
        noun: The noun whose history the event is part of.
        prefix: What the names of its streams begin with.
        key: What they end with: `subject`, or a clear field; "" where there is but one stream.
    """

    name: str
    data: type
    stream: str
    personal: type | None
    duty: str | None
    bucket: str | None
    internal: bool

    noun: str = field(init=False)
    prefix: str = field(init=False)
    key: str = field(init=False)

    def __post_init__(self) -> None:
        """Take name and stream apart, once for all events of the type."""
        prefix, _, key = self.stream.partition("{")
        object.__setattr__(self, "noun", self.name.partition(".")[0])
        object.__setattr__(self, "prefix", prefix)
        object.__setattr__(self, "key", key.removesuffix("}"))

    def stream_of(self, data: Any, subject: str | None) -> str:
        """Give the stream in which a fact of this type with these clear fields belongs."""
        prefix, key = self.prefix, self.key
        if not key:
            return prefix
        return f"{prefix}{subject if key == 'subject' else getattr(data, key)}"

    def bucket_of(self, data: Any) -> str:
        """Give the retention unit of the values: an ISO date, or "" where there is but one."""
        return str(getattr(data, self.bucket)) if self.bucket else ""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def fact(
    name: str,
    *,
    stream: str,
    personal: type | None = None,
    duty: str | None = None,
    bucket: str | None = None,
    internal: bool = False,
) -> Callable[[type[T]], type[T]]:
    """Make an event type of a class; `FactType` says what the arguments mean."""

    def decorate(cls: type[T]) -> type[T]:
        made = value(cls)
        made.__fact__ = FactType(  # type: ignore[attr-defined]
            name=name,
            data=made,
            stream=stream,
            personal=personal,
            duty=duty,
            bucket=bucket,
            internal=internal,
        )
        return made

    return decorate


def fact_type(data: Any) -> FactType:
    """Give the type of an event, from the event or its class."""
    found: FactType = data.__fact__
    return found


_CATEGORIES: dict[type, Mapping[str, Category]] = {}


def categories_of(personal: type) -> Mapping[str, Category]:
    """Give the category that each field of a class of personal values holds, by field name."""
    found = _CATEGORIES.get(personal)
    if found is None:
        hints = get_type_hints(personal, include_extras=True)
        found = _CATEGORIES[personal] = {
            name: next(part for part in get_args(hint) if isinstance(part, Category))
            for name, hint in hints.items()
        }
    return found


def values_of(personal: Any) -> dict[Category, Any]:
    """Give the values that are there, by category."""
    return {
        category: found
        for name, category in categories_of(type(personal)).items()
        if (found := getattr(personal, name)) is not None
    }


class Number(msgspec.Struct, frozen=True, gc=False):
    """The number by which an application knows a person, in that application's namespace."""

    namespace: Namespace
    number: str


class Fact(msgspec.Struct, Generic[E], frozen=True, gc=False, kw_only=True):
    """An event that is not recorded yet: what an application says has happened.

    Attributes:
        data: The clear fields: an instance of one of the event classes.
        personal: The personal values, apart from the clear fields and never stored with them.
        subject: Whom it is about: a number that an application knows, or the register's own id.
        source: The application that says so.
        id: The source's own id for it; a retry with the same id is recorded once. None makes one.
        occurred_at: When it happened, with a time zone. None means now.
        actor: Who did it: a member of staff's id, or an application. None means the source.
        cause: The source's own id for what several facts have in common, such as one form.
        expected_version: The version that the stream must have, or the fact is refused.
    """

    data: E
    personal: Any = None
    subject: Number | str | None = None
    source: str
    id: str | None = None
    occurred_at: datetime | None = None
    actor: str | None = None
    cause: str | None = None
    expected_version: int | None = None


class Box(msgspec.Struct, frozen=True, gc=False):
    """What an event says of the values sealed for one activity.

    Attributes:
        key: The id of the key that opens the box.
        sha256: The SHA-256 of the box as stored (nonce, ciphertext, tag), in hexadecimal.
        categories: The categories of the values inside, sorted.
    """

    key: str
    sha256: str
    categories: tuple[Category, ...]


class Recorded(msgspec.Struct, Generic[E], frozen=True, gc=False, kw_only=True):
    """An event as the log holds it; `data` and `sealed` are all that folds may look at.

    Attributes:
        position: Its place in the log, from 1, without gaps.
        id: The source's own id; (source, id) is unique in a log.
        type: The published name of its type.
        source: The application that reported it; `ropa` for a consequence.
        subject: The person that it is about, or None.
        stream: The history that it belongs to, such as `person/6f0c…`.
        version: Its place in that history, from 1.
        recorded_at: When the log recorded it, UTC; never earlier than the one before.
        occurred_at: When it happened, UTC, as the source says.
        actor: Who did it.
        cause: What it has in common with others; `position/7` for a consequence of event 7.
        data: The clear fields.
        sealed: By activity, the box with the values that were sealed for it.
    """

    position: int
    id: str
    type: str
    source: str
    subject: str | None
    stream: str
    version: int
    recorded_at: datetime
    occurred_at: datetime
    actor: str
    cause: str | None
    data: E
    sealed: dict[ActivityId, Box] = {}
