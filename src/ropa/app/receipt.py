"""Receipts: what an application gets back for each fact."""

from enum import StrEnum

import msgspec

from ropa.kernel.ids import ActivityId


class Status(StrEnum):
    """What became of a fact."""

    RECORDED = "recorded"
    UNCHANGED = "unchanged"
    REPEATED = "repeated"
    ERASED = "erased"


class Receipt(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What became of one fact.

    Attributes:
        status: `recorded`; `unchanged` where it changed nothing, so that only its id was kept;
            `repeated` where it had come before, and this is its first receipt; `erased` where it
            had come before and its values have been erased since.
        source: The fact's source.
        id: The fact's id.
        position: The position of its event in the log; None where none was recorded.
        leaf: The RFC 6962 leaf hash of the event, in hexadecimal; None where none was recorded.
        type: The event's type.
        stream: The history that it belongs to.
        version: Its place in that history; None where none was recorded.
        subject: The register's own id of the person that it is about.
        skipped: The activities that the fact named without the person having a basis there.
        consequences: The positions of the events that the register recorded because of it.
    """

    status: Status
    source: str
    id: str
    type: str
    stream: str
    subject: str | None = None
    position: int | None = None
    leaf: str | None = None
    version: int | None = None
    skipped: tuple[ActivityId, ...] = ()
    consequences: tuple[int, ...] = ()
