"""How an entry of the register is amended: fields that are absent stay as they were."""

from dataclasses import fields, replace
from typing import Any, TypeVar

T = TypeVar("T")

_NEVER_COMPARED = frozenset({"reason"})


def changes(amendment: Any, declared: Any) -> dict[str, Any]:
    """Give what an amendment would really change in what is declared, by field name."""
    present = {field.name for field in fields(declared)} - _NEVER_COMPARED
    return {
        field.name: new
        for field in fields(amendment)
        if field.name in present
        and (new := getattr(amendment, field.name)) is not None
        and new != getattr(declared, field.name)
    }


def amended(declared: T, amendment: Any) -> T:
    """Give what is declared after an amendment."""
    return replace(declared, **changes(amendment, declared))  # type: ignore[type-var]


def only_changes(amendment: T, declared: Any, *keys: str) -> T | None:
    """Give the amendment without what it would not change, or None where nothing is left.

    So that the last event that names a field is always the one that gave it its value.
    """
    changed = changes(amendment, declared)
    if not changed:
        return None
    kept = {key: getattr(amendment, key) for key in (*keys, "reason")}
    made: T = type(amendment)(**changed, **kept)
    return made
