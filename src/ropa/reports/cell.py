"""What every paper is made of: cells that point at their evidence, gaps, and counts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from ropa.kernel.ids import ActivityId, Language, RecipientId
from ropa.kernel.law import LocalText

T = TypeVar("T")


class Severity(StrEnum):
    """How much a gap or a finding weighs."""

    ERROR = "error"
    """The law asks for it without exception."""
    REASON_NEEDED = "reason-needed"
    """The law asks for it where possible; where it is not, a reason has to be stated."""
    NOTE = "note"
    """Good to know; no article is broken by it."""


class Gap(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """That something which belongs here is not declared.

    Attributes:
        article: The provision that it belongs to, such as `30(1)(f)`; None where it is none.
        severity: What the gap weighs.
        reason: Why there is a gap, where the register says so.
    """

    article: str | None
    severity: Severity
    reason: LocalText | None = None


class Cell(msgspec.Struct, Generic[T], frozen=True, gc=False, kw_only=True):
    """One statement of a paper.

    An empty value without a gap means that the register declares that there is nothing.

    Attributes:
        value: What is stated; None or empty where there is nothing.
        evidence: The positions of the events behind it, ascending: without any one of them the
            cell would be another, and no other event touches it.
        gap: Why there is no value, where there should be one.
    """

    value: T | None = None
    evidence: tuple[int, ...] = ()
    gap: Gap | None = None


class Query(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The events behind a count, told as a search: what is None is not asked for.

    Attributes:
        types: The published names of the types of event.
        activity: The activity that they name.
        recipient: The recipient that they name.
    """

    types: tuple[str, ...]
    activity: ActivityId | None = None
    recipient: RecipientId | None = None


class Seen(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An event, and when what it tells occurred."""

    position: int
    occurred_at: datetime


class Tally(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A count; instead of each event behind it, the search that lists them.

    Attributes:
        count: How many there are.
        first: The first of them; None where there is none.
        last: The last of them.
        query: What lists the events that the count rests on.
        evidence: Further events that it rests on, beside those that the search lists.
    """

    count: int
    first: Seen | None
    last: Seen | None
    query: Query
    evidence: tuple[int, ...] = ()


class Point(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A place in the log, which whoever has a checkpoint or a proof can hold against its tree.

    Attributes:
        position: The last event that was read; 0 for the beginning of the log.
        moment: The moment that it stands for; None for the beginning of the log.
        root: The root hash of the log's tree (RFC 6962, section 2.1) over the events up to there,
            in standard base64 as checkpoints hold it.
        valid_at: The day by whose end an event had to have occurred to be looked at; None where
            all were.
    """

    position: int
    moment: datetime | None
    root: str
    valid_at: date | None = None


BEGINNING = Point(position=0, moment=None, root="47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
"""The beginning of every log; the root of no events is the SHA-256 of nothing."""


class Cited(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What an event is that a paper refers to: its type, when it happened and was recorded."""

    position: int
    type: str
    occurred_at: datetime
    recorded_at: datetime


class Head(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What stands at the head of every paper.

    Attributes:
        report: The name of the paper, as in `ropa.reports.registry.REPORTS`.
        controller: The name of the controller whose register it is.
        as_of: Up to where the log was read, the moment that it stands for, and the tree's root.
        printed_at: When the paper was made; all that differs between two of the same.
        language: The language that was asked for.
        document: The random number of a paper that is handed out, which the log does not hold: so
            that the hash of the paper, which it does hold, tells nothing of what stands in it.
        events: What the events are that the paper refers to, but for those of which it tells
            itself.
    """

    report: str
    controller: Cell[str]
    as_of: Point
    printed_at: datetime
    language: Language
    document: str | None = None
    events: tuple[Cited, ...] = ()
