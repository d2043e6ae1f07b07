"""Lookups: finding a person by a value, through a keyed digest of it (a blind index)."""

import hmac
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from ropa.kernel.categories import Category
from ropa.kernel.fact import Number

_REGION: Final = "SE"
_SEPARATOR: Final = "\x1f"


class Kind(StrEnum):
    """What a person can be found by."""

    EMAIL = "email"
    PHONE = "phone"
    NUMBER = "number"


def account(number: Number) -> str:
    """Give the value by which `Kind.NUMBER` looks an application's number up."""
    return f"{number.namespace}{_SEPARATOR}{number.number}"


def lookups_of(values: Mapping[Category, Any], namespace: str = "") -> Iterator[tuple[Kind, str]]:
    """Give what a person can be found by among values.

    Args:
        values: The values, by category.
        namespace: Whose number an account number among them is.
    """
    if (email := values.get(Category.CONTACT_EMAIL)) is not None:
        yield Kind.EMAIL, email
    if (phone := values.get(Category.CONTACT_PHONE)) is not None:
        yield Kind.PHONE, phone
    if namespace and (number := values.get(Category.IDENTIFIER_ACCOUNT)) is not None:
        yield Kind.NUMBER, account(Number(namespace, number))


def normalised(kind: Kind, value: str) -> str:
    """Give the one spelling under which a value is looked up; "" where nothing is left of it."""
    match kind:
        case Kind.EMAIL:
            return _email(value)
        case Kind.PHONE:
            return _phone(value)
        case Kind.NUMBER:
            return _SEPARATOR.join(part.strip() for part in value.split(_SEPARATOR))


def digest(key: bytes, kind: Kind, value: str) -> bytes | None:
    """Give the keyed digest (HMAC-SHA256) of a normalised value; None where nothing is left."""
    spelled = normalised(kind, value)
    if not spelled:
        return None
    # A lone surrogate has no UTF-8: no value with one was ever sealed, and looking is no error.
    message = f"{kind}{_SEPARATOR}{spelled}".encode(errors="surrogatepass")
    return hmac.digest(key, message, "sha256")


def _email(value: str) -> str:
    stripped = value.strip()
    # Of a plain ASCII address the validator only folds the case of the domain, at 27 µs each.
    if stripped.isascii() and "xn--" not in stripped.lower():
        return stripped.casefold()
    try:
        found = validate_email(stripped, check_deliverability=False).normalized
    except EmailNotValidError:
        found = stripped
    return found.casefold()


def _phone(value: str) -> str:
    try:
        found = phonenumbers.parse(value, _REGION)
    except phonenumbers.NumberParseException:
        return "".join(sign for sign in value if sign.isdecimal())
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
