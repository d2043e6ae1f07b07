"""The personal values that facts about persons carry, each field with its category."""

from typing import Annotated

from pydantic import Field

from ropa.kernel.categories import Category
from ropa.kernel.fact import value

_Short = Annotated[str, Field(min_length=1, max_length=300)]
_Decimal = Annotated[str, Field(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$")]


@value
class PostalAddress:
    """A postal address."""

    street: _Short | None = None
    """Street and number, or a box."""
    postal_code: _Short | None = None
    """The postal code."""
    city: _Short | None = None
    """The town."""
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "SE"
    """The country by its ISO 3166-1 alpha-2 code."""


@value
class Money:
    """Amounts of an accounting record, as decimal numbers written out."""

    total: _Decimal
    """The amount, tax included."""
    vat: _Decimal | None = None
    """The value added tax in it."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "SEK"
    """The currency by its ISO 4217 code."""


@value
class AccountNumber:
    """The number by which an application knows the person."""

    number: Annotated[str, Field(min_length=1, max_length=128), Category.IDENTIFIER_ACCOUNT]
    """The number, in the namespace that the event names."""


@value
class ContactDetails:
    """How a person is reached."""

    name: Annotated[_Short | None, Category.CONTACT_NAME] = None
    """The name."""
    email: Annotated[
        Annotated[str, Field(min_length=3, max_length=320)] | None, Category.CONTACT_EMAIL
    ] = None
    """The e-mail address."""
    phone: Annotated[
        Annotated[str, Field(min_length=3, max_length=40)] | None, Category.CONTACT_PHONE
    ] = None
    """The telephone number."""
    address: Annotated[PostalAddress | None, Category.CONTACT_ADDRESS] = None
    """The postal address."""


@value
class AccountingRecord:
    """What stands on a voucher about the person (Accounting Act 1999:1078, ch. 5 s. 7)."""

    voucher: Annotated[str, Field(min_length=1, max_length=64), Category.FINANCIAL_VOUCHER]
    """The voucher's number."""
    amount: Annotated[Money, Category.FINANCIAL_AMOUNT]
    """The amounts."""
    name: Annotated[_Short | None, Category.CONTACT_NAME] = None
    """The name as it stands on the voucher."""
    address: Annotated[PostalAddress | None, Category.CONTACT_ADDRESS] = None
    """The address as it stands on the voucher."""
    email: Annotated[
        Annotated[str, Field(min_length=3, max_length=320)] | None, Category.CONTACT_EMAIL
    ] = None
    """The e-mail address to which the voucher was sent."""
    personal_number: Annotated[
        Annotated[str, Field(min_length=6, max_length=20)] | None, Category.IDENTITY_NUMBER
    ] = None
    """The personal identity number, where the voucher carries it."""
