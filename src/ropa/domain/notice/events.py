"""What can happen to a notice."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from ropa.kernel.fact import fact
from ropa.kernel.ids import Language, NoticeId, Sha256, Version


class NoticeKind(StrEnum):
    """What a notice is for."""

    PRIVACY_NOTICE = "privacy-notice"
    CONSENT_WORDING = "consent-wording"


@fact("notice.published.v1", stream="notice/{notice}")
class NoticePublished:
    """A version of a notice was published in one language."""

    notice: NoticeId
    """The short name by which facts refer to it."""
    version: Version
    """The version, such as `2026-01`."""
    language: Language
    """The language of the text."""
    kind: NoticeKind
    """Whether it is a privacy notice or the wording of a consent."""
    effective: date
    """The day from which it was shown."""
    sha256: Sha256
    """The SHA-256 of the text in UTF-8."""
    text: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    """The text itself, where it is short; a long one lies in the register's `notices` folder."""


NoticeEvent = NoticePublished
