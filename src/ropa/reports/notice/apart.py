"""Where a published privacy notice and the register part: what a comparison of the two found."""

from dataclasses import dataclass
from enum import Enum

from ropa.views.register import Published


class Kind(Enum):
    """In which way page and register part."""

    NOT_FOUND = "not-found"
    """The register says it, and it was not found on the page."""
    DIFFERS = "differs"
    """The page says another thing of the same kind in the same place."""
    NOT_IN_REGISTER = "not-in-register"
    """The page says it, and the register does not."""


@dataclass(frozen=True, kw_only=True)
class Apart:
    """One place where page and register part.

    Attributes:
        kind: In which way.
        activity: The activity by its short name; empty for the notice as a whole.
        what: What kind of fact it is: a key under `parting/labels`.
        register: What the register says, in words.
        page: What the page says instead, in its words.
        section: The heading on the page under which it was looked for; empty for the whole page.
    """

    kind: Kind
    activity: str = ""
    what: str
    register: str = ""
    page: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A published notice that was held against the register.

    Attributes:
        published: The version that is shown, and the event that published it.
        apart: Where it parts from the register; None where its text could not be read.
    """

    published: Published
    apart: tuple[Apart, ...] | None
