"""The guard of the clear fields: none of them may repeat one of the fact's personal values."""

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from enum import Enum
from typing import Any, get_args, get_type_hints

from ropa.catalogue import TYPES
from ropa.kernel.ids import Country, FieldName, RandomId, Sha256, Slug, Version
from ropa.kernel.problem import Code, Problem, Where

_SQUASHED = str.maketrans("", "", string.punctuation + string.whitespace)
_LONG_ENOUGH_INSIDE = 6
_SHORTEST = 3
_FIELDS: dict[type, tuple[str, ...]] = {}
_CLOSED = (Slug, RandomId, Sha256, Version, Country, FieldName)


def require_clear(clear: Mapping[str, str], data: Any, personal: Iterable[Any]) -> None:
    """Refuse a fact of which a clear field repeats a personal value.

    A value repeats where it stands as words of its own, or, if it has six letters or digits or
    more, where it stands at all once everything but letters and digits is left out: so that
    `anna.exempel-7` gives away Anna Exempel, and `order-17` says nothing of number 7. What has
    fewer than three letters or digits gives nobody away, and running numbers hold it by chance.

    Args:
        clear: The envelope's clear fields, by name.
        data: The clear fields of the event.
        personal: The personal values, and the subject's number.

    Raises:
        Problem: `personal-value-in-clear`, with the name of the clear field.
    """
    fields = (*clear.items(), *_open_texts(data))
    # A character that is neither letter nor digit and is not left out keeps the fields apart.
    together = _squashed("\0".join([text for _, text in fields]))
    for text in _texts(personal):
        squashed = _squashed(text)
        if len(squashed) >= _SHORTEST and squashed in together:
            _require_absent(text, squashed, fields)


def _require_absent(text: str, squashed: str, fields: Iterable[tuple[str, str]]) -> None:
    for name, field in fields:
        if squashed in _squashed(field) and (
            len(squashed) >= _LONG_ENOUGH_INSIDE or _stands_alone(text, field)
        ):
            raise Problem(
                Code.PERSONAL_VALUE_IN_CLEAR,
                "The clear field repeats a personal value of the same event, or the subject's"
                " number.",
                advice="Use ids that say nothing about the person, such as running numbers.",
                where=Where(field=name),
            )


def _stands_alone(text: str, field: str) -> bool:
    alone = rf"(?<!\w){re.escape(text.casefold())}(?!\w)"
    return re.search(alone, field.casefold()) is not None


def _squashed(text: str) -> str:
    return text.translate(_SQUASHED).casefold()


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif value is not None:
            yield from _texts([getattr(value, name) for name in _fields_of(type(value))])


def _fields_of(kind: type) -> tuple[str, ...]:
    if kind not in _FIELDS:
        names = tuple(field.name for field in fields_of(kind)) if is_dataclass(kind) else ()
        _FIELDS[kind] = names
    return _FIELDS[kind]


def _open_texts(data: Any) -> Iterator[tuple[str, str]]:
    for name in _OPEN_FIELDS[type(data)]:
        for text in _strings(getattr(data, name)):
            yield f"data.{name}", text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _strings(item)
    else:
        yield from _texts([value])


def _is_open(hint: Any) -> bool:
    if hint in _CLOSED or (isinstance(hint, type) and issubclass(hint, Enum)):
        return False
    if hint is str:
        return True
    if is_dataclass(hint):
        return any(_is_open(part) for part in get_type_hints(hint, include_extras=True).values())
    return any(_is_open(part) for part in get_args(hint))


_OPEN_FIELDS: Mapping[type, tuple[str, ...]] = {
    kind.data: tuple(
        name
        for name, hint in get_type_hints(kind.data, include_extras=True).items()
        if _is_open(hint)
    )
    for kind in TYPES.values()
}
"""The fields that hold free text; names, ids and codes have a form of their own."""
