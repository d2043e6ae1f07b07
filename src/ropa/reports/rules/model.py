"""What a rule is, what it looks at, and what it finds."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import msgspec

from ropa.kernel.view import Rows
from ropa.reports.cell import Severity
from ropa.reports.notice.apart import Held


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a rule found.

    Attributes:
        rule: The rule's name.
        article: The provision that it is about.
        severity: What it weighs.
        stream: The entry of the register, such as `activity/contract`; a noun alone where it is
            about histories of that noun.
        field: The field of the entry.
        evidence: The events behind it.
        args: What the finding's sentence is filled with, by name: codes, and texts only where a
            published notice is quoted.
    """

    rule: str
    article: str
    severity: Severity
    stream: str
    field: str
    evidence: tuple[int, ...]
    args: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the rules look at.

    Attributes:
        rows: The views.
        on: The day for which is asked what is overdue.
        held: The privacy notices that are shown, each held against the register.
    """

    rows: Rows
    on: date
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A named rule.

    Attributes:
        name: Its name.
        article: The provision that it rests on.
        severity: The most that its findings weigh.
        check: Gives what it finds; the findings carry the rule's name.
    """

    name: str
    article: str
    severity: Severity
    check: Callable[[Checked], Iterator[Finding]]
