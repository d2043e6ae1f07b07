"""What came of checking a bundle: what does not hold, and where."""

from enum import StrEnum

import msgspec

from ropa.app.verifying import Stamp

MOST = 100
"""How many findings a verdict holds; of more it tells the number."""


class Kind(StrEnum):
    """A kind of thing that does not hold; published, and never renamed."""

    SIGNATURE = "signature"
    FILE = "file"
    CHECKPOINT = "checkpoint"
    STAMP = "stamp"
    TILE = "tile"
    ENTRY = "entry"
    VERSION = "version"
    TIME = "time"
    PROOF = "proof"
    ABSENT = "absent"
    PAPER = "paper"


class Finding(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One thing in a bundle that does not hold.

    Attributes:
        kind: The kind of thing.
        path: The file in the bundle.
        detail: What is wrong: one English sentence, with nothing in it that the bundle holds.
        position: The event, or the first of several, where it concerns events.
    """

    kind: Kind
    path: str
    detail: str
    position: int | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What came of checking a bundle.

    Attributes:
        origin: The name of the log, as the bundle says it.
        first: The position of the first event of the range.
        last: That of the last one.
        size: The number of leaves of the tree that all is proved against.
        root: The root of that tree, out of its tiles, in base64; None where they are broken.
        own_policy: Whether the bundle's own policy was all that there was to go by: then it is not
            known whose keys these are.
        events: The number of events that were read.
        checkpoints: The number of checkpoints that were looked at.
        stamps: The time stamps that hold; none are looked at without authorities to believe.
        absent: The number of boxes that the bundle says are no longer there.
        papers_made_again: Whether the papers were made again out of the events, and compared.
        findings: The first findings, at most `MOST`.
        found: The number of all findings.
    """

    origin: str
    first: int
    last: int
    size: int
    root: str | None
    own_policy: bool
    events: int
    checkpoints: int
    stamps: tuple[Stamp, ...]
    absent: int
    papers_made_again: bool
    findings: tuple[Finding, ...]
    found: int

    @property
    def sound(self) -> bool:
        """Whether all holds."""
        return self.found == 0


class Findings:
    """The findings of a check that goes on: the first of them, and the number of all."""

    def __init__(self) -> None:
        self.first: list[Finding] = []
        self.count = 0

    def add(self, kind: Kind, path: str, detail: str, position: int | None = None) -> None:
        """Add a finding."""
        self.count += 1
        if len(self.first) < MOST:
            self.first.append(Finding(kind=kind, path=path, detail=detail, position=position))
