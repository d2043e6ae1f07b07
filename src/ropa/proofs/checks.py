"""What a verification holds against the events: claims, the stored nodes, and the boxes."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import groupby, pairwise

import msgspec

from ropa.kernel.problem import Code, Problem
from ropa.log.stored import StoredRow
from ropa.log.tree import HASH_SIZE, hashes_length, node_hash, peaks, place
from ropa.proofs.verdict import Claim, Findings, Kind

Missing = Callable[[frozenset[str]], frozenset[str]]
"""Tells which of these keys still open something: a box of theirs that is not there is missing."""

NEVER = 1 << 64
"""A position beyond all others."""

_ASK_AT_ONCE = 1_000
_STRAY = "No event names this box."


class Named(msgspec.Struct, gc=False):
    """What an event says of a box; `ropa.kernel.fact.Box` says what the parts are."""

    key: str
    sha256: str


class Claims:
    """The claims, each held against the tree when the pass has come to its size.

    Attributes:
        next: The size of the next claim.
        upto: The greatest size of a claim that holds; 0 where there is none yet.
        failed: Those that do not hold, or were not reached.
    """

    def __init__(self, claims: Iterable[Claim], findings: Findings) -> None:
        self._todo = deque(sorted(claims))
        self._findings = findings
        self.next = self._todo[0].size if self._todo else NEVER
        self.upto = 0
        self.failed: list[Claim] = []

    def settle(self, upto: int, root: bytes) -> None:
        """Hold the claims of at most this size against the root of the tree that far."""
        due = []
        while self._todo and self._todo[0].size <= upto:
            due.append(self._todo.popleft())
        self.next = self._todo[0].size if self._todo else NEVER
        for size, claims in groupby(due, key=lambda claim: claim.size):
            self._settle(size, list(claims), root)

    def _settle(self, size: int, claims: list[Claim], root: bytes) -> None:
        failed = [claim for claim in claims if claim.root != root]
        if not self.failed:
            # Of those that fail the smallest tells where; the others cannot tell more.
            for claim in failed:
                self._findings.add(
                    Kind.CHECKPOINT,
                    min(self.upto + 1, size),
                    "The events are not those that were signed.",
                    upto=size,
                    label=claim.label,
                )
        self.failed += failed
        if len(failed) < len(claims):
            self.upto = size

    def finish(self, last: int, *, whole: bool) -> None:
        """Tell that the log is shorter than what was signed, if it could be read as a whole."""
        if self._todo and whole:
            largest = self._todo[-1]
            self._findings.add(
                Kind.SHORTER,
                last + 1,
                "The log ends before the last event that was signed.",
                upto=largest.size,
                label=largest.label,
            )
        self.failed += self._todo


class StoredEdge:
    """The edge of the tree as it is stored, followed from the first damage to the tree on.

    Each stored hash is held against what is stored below it: so what is wrong is found where it
    lies, and not again in each node above.
    """

    def __init__(self, nodes: Iterable[bytes], findings: Findings) -> None:
        self._nodes: list[bytes | None] = list(nodes)
        self._findings = findings

    def skip(self, first: int, beyond: int) -> None:
        """Leave out positions whose rows are not there, and with them the nodes stored there."""
        for level, k in peaks(beyond - 1):
            if place(level, k)[0] >= first:
                self._nodes[level] = None

    def check(self, position: int, leaf: bytes, stored: object) -> None:
        """Hold the hashes of a row against its leaf, and against what is stored below them."""
        hashes = stored if isinstance(stored, bytes) else b""
        length = hashes_length(position)
        if len(hashes) != length:
            self._findings.add(
                Kind.NODE, position, "The stored hashes are not as many as belong here."
            )
        found = [hashes[at : at + HASH_SIZE] for at in range(0, length, HASH_SIZE)]
        if found[0] != leaf:
            self._findings.add(Kind.LEAF, position, "The event's bytes and its hash do not agree.")
        for level, (right, above) in enumerate(pairwise(found)):
            left = self._nodes[level]
            if left and len(above) == HASH_SIZE and above != node_hash(left, right):
                self._findings.add(
                    Kind.NODE,
                    position + 1 - (2 << level),
                    "A stored node is not the hash of those below it.",
                    upto=position,
                )
        self._nodes[len(found) - 1] = found[-1] if len(found[-1]) == HASH_SIZE else None


class Boxes:
    """The boxes, read along with the events and held against the digests there.

    Attributes:
        checked: How many were held against their digests.
        gone: How many are named and not there.
    """

    def __init__(
        self, rows: Iterator[StoredRow], findings: Findings, missing: Missing | None
    ) -> None:
        self._rows = rows
        self._findings = findings
        self._missing = missing
        self._asked: list[tuple[int, str]] = []
        self._broken = False
        self.checked = self.gone = self._next = 0
        self._advance()

    def check(self, position: int, named: dict[str, Named]) -> None:
        """Hold the boxes of an event against what it names, which is used up."""
        self._strays(position)
        while self._next == position:
            box = named.pop(self._activity, None)
            if box is None:
                self._findings.add(Kind.BOX_STRAY, position, _STRAY)
            else:
                self.checked += 1
                if not isinstance(self._box, bytes) or sha256(self._box).hexdigest() != box.sha256:
                    self._findings.add(
                        Kind.BOX_ALTERED, position, "A box and its digest do not agree."
                    )
            self._advance()
        if named and not self._broken:
            self.gone += len(named)
            if self._missing:
                self._asked += [(position, box.key) for box in named.values()]
                if len(self._asked) >= _ASK_AT_ONCE:
                    self.ask()

    def skip(self, position: int) -> None:
        """Leave out the boxes of an event that does not tell which are its own."""
        self._strays(position)
        while self._next == position:
            self._advance()

    def finish(self) -> None:
        """Tell of the boxes beyond the last event, and ask for the last that are not there."""
        self._strays(NEVER)
        self.ask()

    def ask(self) -> None:
        """Ask which of the boxes that were not there should be."""
        if not self._missing or not self._asked:
            return
        living = self._missing(frozenset(key for _, key in self._asked))
        for position, key in self._asked:
            if key in living:
                self._findings.add(
                    Kind.BOX_MISSING, position, "A box is not there, and was not erased."
                )
        self._asked.clear()

    def _strays(self, before: int) -> None:
        while self._next < before:
            self._findings.add(Kind.BOX_STRAY, self._next, _STRAY)
            self._advance()

    def _advance(self) -> None:
        try:
            row = next(self._rows, None)
        except Problem as problem:
            if problem.code is not Code.LOG_DAMAGED:
                raise
            self._findings.add(
                Kind.FILE, max(1, self._next), "The boxes cannot be read on from here."
            )
            self._broken = True
            row = None
        if row is None:
            self._next = NEVER
        else:
            position, self._activity, self._box = row
            # A position that is none counts as the one before: the box is a stray there.
            self._next = position if isinstance(position, int) else self._next
