"""What came of verifying a log: the damage that was found, or that there was none."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

import msgspec

MOST = 100
"""How many findings a verdict holds; of more it tells the number."""


class Kind(StrEnum):
    """A kind of damage; published, and never renamed."""

    GAP = "gap"
    LEAF = "leaf"
    NODE = "node"
    UNREADABLE = "unreadable"
    COLUMN = "column"
    VERSION = "version"
    TIME = "time"
    BOX_ALTERED = "box-altered"
    BOX_STRAY = "box-stray"
    BOX_MISSING = "box-missing"
    CHECKPOINT = "checkpoint"
    SHORTER = "shorter"
    FILE = "file"


class State(StrEnum):
    """What is said of the whole log."""

    SOUND = "sound"
    UNSIGNED = "unsigned"
    """Nothing is wrong with it, and its last events lie under no checkpoint."""
    DAMAGED = "damaged"


class Claim(NamedTuple):
    """What a checkpoint, whose signature was checked before, says of the log.

    Attributes:
        size: The number of events.
        root: The root of the tree over them.
        label: What the checkpoint is called where findings are told.
    """

    size: int
    root: bytes
    label: str


class Finding(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One thing that is wrong with a log.

    Attributes:
        kind: The kind of damage.
        position: The first position that it concerns.
        upto: The last one. What is wrong with a node or under a checkpoint lies somewhere from
            `position` to `upto`; elsewhere all of these are concerned, and mostly it is one.
        detail: What is wrong: one English sentence, with nothing in it that the log holds.
        field: The column, where it is one.
        label: What the claim that does not hold is called.
    """

    kind: Kind
    position: int
    upto: int
    detail: str
    field: str | None = None
    label: str | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What came of verifying a log.

    Attributes:
        size: The number of events that were read.
        root: The root of the tree over them, computed anew; in base64, as checkpoints write it.
        signed_upto: The greatest size of a claim that holds; 0 where there is none.
        findings: The first findings, at most `MOST`, in the order in which they lie in the log.
        found: The number of all findings.
        failed: The claims that do not hold, or could not be looked at since the file is broken.
        boxes_checked: The number of boxes that were held against their digests.
        boxes_gone: The number of boxes that events name and that are not there, rightly or not.
    """

    size: int
    root: str
    signed_upto: int
    findings: tuple[Finding, ...]
    found: int
    failed: tuple[Claim, ...]
    boxes_checked: int
    boxes_gone: int

    @property
    def state(self) -> State:
        """What is said of the whole log."""
        if self.findings:
            return State.DAMAGED
        return State.SOUND if self.signed_upto == self.size else State.UNSIGNED

    @property
    def unsigned_since(self) -> int | None:
        """The first position under no claim that holds; None where there is none."""
        return self.signed_upto + 1 if self.signed_upto < self.size else None


class Findings:
    """The findings of a verification that goes on: the first of them, and the number of all.

    Attributes:
        count: The number of all.
    """

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[Finding] = []

    def add(
        self,
        kind: Kind,
        position: int,
        detail: str,
        *,
        upto: int | None = None,
        field: str | None = None,
        label: str | None = None,
    ) -> None:
        """Add a finding; of one position where `upto` is not given."""
        self.count += 1
        upto = position if upto is None else upto
        self._kept.append(
            Finding(
                kind=kind, position=position, upto=upto, detail=detail, field=field, label=label
            )
        )
        if len(self._kept) > 2 * MOST:
            self._kept = _first(self._kept)

    def first(self) -> tuple[Finding, ...]:
        """Give the first findings, at most `MOST`."""
        return tuple(_first(self._kept))


def _first(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=_place)[:MOST]


def _place(finding: Finding) -> int:
    """Give where a finding shows: what is wrong somewhere in a range, at the range's end."""
    somewhere = finding.kind in (Kind.NODE, Kind.CHECKPOINT)
    return finding.upto if somewhere else finding.position
