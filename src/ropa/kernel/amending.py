"""How an entry of the register is amended: fields that are absent stay as they were."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import Any, TypeVar

from ropa.kernel.problem import Code, Problem, Where

T = TypeVar("T")

REASON = "reason"
"""The field that says why: part of the change, and no part of the entry."""

CLEARED = "cleared"
"""The field that names those which hold nothing from now on."""


def changes(amendment: Any, declared: Any) -> dict[str, Any]:
    """Give what an amendment would really change in what is declared, by field name."""
    empty = _empty(declared)
    wanted = {name: empty[name] for name in amendment.cleared if name in empty} | _given(
        amendment, declared
    )
    return {name: new for name, new in wanted.items() if new != getattr(declared, name)}


def amended(declared: T, amendment: Any) -> T:
    """Give what is declared after an amendment."""
    return replace(declared, **changes(amendment, declared))  # type: ignore[type-var]


def only_changes(amendment: T, declared: Any, *keys: str) -> T | None:
    """Give the amendment without what it would not change, or None where nothing is left.

    So that the last event that names a field is always the one that gave it its value.

    Raises:
        Problem: `malformed-value` where a field is to be cleared that cannot be.
    """
    empty = _empty(declared)
    if not set(getattr(amendment, CLEARED)) <= set(empty):
        raise Problem(
            Code.MALFORMED_VALUE,
            "Only fields that may be absent can be cleared.",
            advice=f"These may: {', '.join(empty)}.",
            where=Where(field=f"data.{CLEARED}"),
        )
    changed = changes(amendment, declared)
    if not changed:
        return None
    given = _given(amendment, declared).keys() & changed
    return type(amendment)(
        **{name: changed[name] for name in given},
        **{name: getattr(amendment, name) for name in (*keys, REASON)},
        **{CLEARED: tuple(name for name in changed if name not in given)},
    )


def _given(amendment: Any, declared: Any) -> dict[str, Any]:
    present = {field.name for field in fields(declared)} - {REASON}
    return {
        field.name: new
        for field in fields(amendment)
        if field.name in present and (new := getattr(amendment, field.name)) is not None
    }


def _empty(declared: Any) -> Mapping[str, Any]:
    """Give the fields that may be absent, each with what it holds then."""
    return {field.name: field.default for field in fields(declared) if field.default is not MISSING}
