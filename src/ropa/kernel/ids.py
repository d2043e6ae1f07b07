"""Identifiers, and the small value types that events of every noun share."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=48)]
"""A short name that people chose: lower-case letters, digits and single hyphens."""

ActivityId = Slug
RecipientId = Slug
NoticeId = Slug
BreachId = Slug
Namespace = Slug
"""Whose numbers a number belongs to: `webshop` 10023 is not `newsletter` 10023."""

RandomId = Annotated[
    str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
]
"""A UUIDv4 in its usual lower-case form: it says nothing about whom it stands for."""

PersonId = RandomId
RequestId = RandomId
StaffId = RandomId

ENVELOPE_TEXT = r"[A-Za-z0-9._:/-]{1,64}"
Token = Annotated[str, Field(pattern=rf"^{ENVELOPE_TEXT}$")]
"""What `id`, `source` and `actor` of an event look like: no room for a sentence or an e-mail."""

Version = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,32}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
"""A country by its ISO 3166-1 alpha-2 code."""

FieldName = Annotated[str, Field(pattern=r"^[a-z_]{1,48}$")]
"""The name of a field of an entry."""

ONE_LINE = r"^[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
"""The pattern of a text in one line, which begins with no space."""
Line = Annotated[str, Field(min_length=1, max_length=400, pattern=ONE_LINE)]
"""One line of text about the company's own affairs; never about a person."""

_CONSEQUENCES = UUID("5a8d8a0e-9f43-4c1c-8c59-6f7f0a3a2b11")


def consequence_id(source: str, cause: str, ordinal: int) -> str:
    """Give the id of a consequence, the same each time for the same cause (RFC 9562, 5.5)."""
    return str(uuid5(_CONSEQUENCES, f"{source}\x1f{cause}\x1f{ordinal}"))


class Language(StrEnum):
    """A language of papers and wordings, by its ISO 639-1 code."""

    SV = "sv"
    EN = "en"


class Role(StrEnum):
    """What a member of staff does, which decides what they may see (Art. 32(4))."""

    SUPPORT = "support"
    BILLING = "billing"
    MARKETING = "marketing"
    OFFICER = "officer"
    AUDITOR = "auditor"


class Channel(StrEnum):
    """The way by which something reached the company or a person."""

    REGISTRATION_FORM = "registration-form"
    ACCOUNT_PAGE = "account-page"
    WEB_FORM = "web-form"
    CONSENT_BANNER = "consent-banner"
    CHECKOUT = "checkout"
    E_MAIL = "e-mail"
    UNSUBSCRIBE_LINK = "unsubscribe-link"
    PHONE = "phone"
    LETTER = "letter"
    IN_PERSON = "in-person"
    IMPORT = "import"
