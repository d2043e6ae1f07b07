"""Verifying a log: one pass over all of it that tells what is wrong, and where."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated

import msgspec

from ropa.kernel.problem import Code, Problem
from ropa.kernel.progress import Progress, silent
from ropa.log import tree
from ropa.log.reads import Reads
from ropa.log.stored import Stored, StoredRow
from ropa.proofs.checks import Boxes, Claims, Missing, Named, StoredEdge
from ropa.proofs.verdict import Claim, Findings, Kind, Verdict

_COLUMNS = ("position", "type", "subject", "stream", "version")
_LEVELS = 64
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class _Event(msgspec.Struct, gc=False):
    """What is looked at of an event; `ropa.kernel.fact.Recorded` says what the parts are."""

    position: int
    type: str
    subject: str | None
    stream: str
    version: int
    recorded_at: Annotated[datetime, msgspec.Meta(tz=True)]
    sealed: dict[str, Named] = {}


_decode = msgspec.json.Decoder(_Event).decode


def verify(
    log: Reads,
    claims: Iterable[Claim] = (),
    *,
    boxes: bool = True,
    missing: Missing | None = None,
    progress: Progress = silent,
) -> Verdict:
    """Verify a log as it stands when this begins; others may append meanwhile.

    It takes constant memory, but for the claims and the version of each history.

    Args:
        log: The log. What is wrong with it is told, and not raised.
        claims: What is signed of it.
        boxes: Whether the boxes are held against their digests.
        missing: Tells which boxes should be there; without it none is found missing.
        progress: Is told how far it is.

    Raises:
        Problem: `log-busy` or `file-unreadable`, or what `missing` raises.
    """
    known = _Pass(claims)
    try:
        with log.stored() as stored:
            if boxes:
                known.boxes = Boxes(stored.boxes(), known.findings, missing)
            known.read(stored, progress)
    except Problem as problem:
        if problem.code is not Code.LOG_DAMAGED:
            raise
        known.break_off()
    return known.verdict()


class _Pass:
    """What is known of a log as far as it has been read."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.findings = Findings()
        self.boxes: Boxes | None = None
        self._claims = Claims(claims, self.findings)
        # The tree over the events themselves: of each level the node that waits for its other half.
        self._nodes = [b""] * _LEVELS
        self._edge: StoredEdge | None = None
        self._versions: dict[str, int] = {}
        self._recorded_at = datetime.min.replace(tzinfo=UTC)
        self._size = 0
        self._last = 0

    def read(self, stored: Stored, progress: Progress) -> None:
        """Read the log from its beginning to its end."""
        end = stored.last()
        for rows in stored.events():
            self._read(rows)
            progress(self._last, end)
        if self.boxes:
            self.boxes.finish()
        self._claims.settle(self._last, self._root())
        self._claims.finish(self._last, whole=True)

    def break_off(self) -> None:
        """Tell that the log cannot be read on."""
        self.findings.add(
            Kind.FILE, self._last + 1, "The log's file is broken, and cannot be read on from here."
        )
        if self.boxes:
            self.boxes.ask()
        self._claims.settle(self._last, self._root())
        self._claims.finish(self._last, whole=False)

    def verdict(self) -> Verdict:
        """Give what came of it."""
        return Verdict(
            size=self._size,
            root=base64.b64encode(self._root()).decode(),
            signed_upto=self._claims.upto,
            findings=self.findings.first(),
            found=self.findings.count,
            failed=tuple(self._claims.failed),
            boxes_checked=self.boxes.checked if self.boxes else 0,
            boxes_gone=self.boxes.gone if self.boxes else 0,
        )

    def _read(self, rows: list[StoredRow]) -> None:
        """Look at some hundred events.

        The speed of it all hangs on this loop, so that the tree is written out in it.
        """
        nodes, versions, boxes = self._nodes, self._versions, self.boxes
        for row in rows:
            position, _, _, _, _, state, hashes = row
            if position != self._last + 1 and not self._jump(position):
                continue
            if position > self._claims.next:
                self._claims.settle(position - 1, self._root())
            if not isinstance(state, bytes):
                state = b""

            leaf = node = wanted = sha256(b"\x00" + state).digest()
            level, rest = 0, self._size
            while rest & 1:
                node = sha256(b"\x01" + nodes[level] + node).digest()
                wanted += node
                level += 1
                rest >>= 1
            nodes[level] = node
            self._size += 1
            self._last = position
            if hashes != wanted or self._edge:
                self._torn().check(position, leaf, hashes)

            try:
                event = _decode(state)
            except _UNREADABLE:
                self._unreadable(position)
                continue
            if (event.position, event.type, event.subject, event.stream, event.version) != row[:5]:
                self._columns(event, row)
            if event.version != versions.get(event.stream, 0) + 1:
                self.findings.add(
                    Kind.VERSION, position, "The version is not the next one of its history."
                )
            versions[event.stream] = event.version
            if event.recorded_at < self._recorded_at:
                self.findings.add(
                    Kind.TIME, position, "It was recorded earlier than the event before it."
                )
            self._recorded_at = event.recorded_at
            if event.sealed and boxes:
                boxes.check(position, event.sealed)

    def _jump(self, position: int) -> bool:
        """Tell of a position that is not the next one, and whether it can be gone on from."""
        following = self._last + 1
        if position < following:
            self.findings.add(Kind.GAP, position, "The position comes before that of the last.")
            return False
        self.findings.add(Kind.GAP, following, "Events are missing here.", upto=position - 1)
        self._torn().skip(following, position)
        return True

    def _torn(self) -> StoredEdge:
        """Follow the stored tree too, from the first damage on."""
        if self._edge is None:
            self._edge = StoredEdge(self._nodes, self.findings)
        return self._edge

    def _unreadable(self, position: int) -> None:
        self.findings.add(Kind.UNREADABLE, position, "The event's bytes are no event.")
        if self.boxes:
            self.boxes.skip(position)

    def _columns(self, event: _Event, row: StoredRow) -> None:
        for field, value in zip(_COLUMNS, row, strict=False):
            if getattr(event, field) != value:
                self.findings.add(
                    Kind.COLUMN,
                    row[0],
                    "The column and the event's bytes do not agree.",
                    field=field,
                )

    def _root(self) -> bytes:
        return tree.root(self._size, lambda level, _: self._nodes[level])
