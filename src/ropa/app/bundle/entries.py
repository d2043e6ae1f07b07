"""Checking a bundle's entries: that they are the leaves of the tree, and tell a story in order."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ropa.app.bundle import told
from ropa.app.bundle.archive import Archive
from ropa.app.bundle.layout import ABSENT, Manifest, bundles_of, entries_at
from ropa.app.bundle.tiles import Tiles
from ropa.app.bundle.told import Absent, Box, Told
from ropa.app.bundle.verdict import Findings, Kind
from ropa.catalogue import decode
from ropa.kernel.fact import Recorded
from ropa.kernel.problem import Problem
from ropa.kernel.progress import Progress
from ropa.log.tree import HASH_SIZE, leaf_hash
from ropa.proofs.tiles import WIDTH, read_bundle


class Records:
    """The records of boxes that are gone, read along with the events.

    Attributes:
        count: How many were read.
    """

    def __init__(self, lines: Iterator[bytes], findings: Findings) -> None:
        """Take the lines of `absent.json`."""
        self._records = told.read(lines)
        self._findings = findings
        self._next: Absent | None = None
        self.count = 0
        self._advance()

    def check(self, position: int, sealed: dict[str, Box]) -> None:
        """Hold the records of an event against the boxes that it names."""
        while self._next and self._next.position <= position:
            named = sealed.get(self._next.activity)
            same = named and (named.key, named.sha256) == (self._next.key, self._next.sha256)
            if self._next.position < position or not same:
                self._add("The event names no such box.")
            self._advance()

    def finish(self) -> None:
        """Tell of the records beyond the last event."""
        while self._next:
            self._add("A record is of no event of the range.")
            self._advance()

    def _advance(self) -> None:
        self._next = next(self._records, None)
        self.count += self._next is not None

    def _add(self, detail: str) -> None:
        if self._next:
            self._findings.add(Kind.ABSENT, ABSENT, detail, self._next.position)


class Entries:
    """The entries of a bundle.

    Attributes:
        count: How many were read.
    """

    def __init__(
        self,
        archive: Archive,
        manifest: Manifest,
        tiles: Tiles,
        records: Records,
        findings: Findings,
    ) -> None:
        """Take the bundle, and the records that are to be held against its events."""
        self._archive = archive
        self._manifest = manifest
        self._tiles = tiles
        self._findings = findings
        self._versions: dict[str, int] = {}
        self._recorded_at = datetime.min.replace(tzinfo=UTC)
        self._records = records
        self.count = 0

    def check(self, progress: Progress) -> None:
        """Hold all entries against the leaves, and against each other."""
        for n in bundles_of(self._manifest):
            path, width = entries_at(n, self._manifest.size)
            data, leaves = self._archive.read(path), self._tiles.leaves(n)
            try:
                entries = read_bundle(data, width)
            except Problem as problem:
                self._findings.add(Kind.ENTRY, path, problem.detail, n * WIDTH + 1)
                continue
            for at, entry in enumerate(entries):
                leaf = leaves[at * HASH_SIZE : (at + 1) * HASH_SIZE]
                self._check(path, n * WIDTH + at + 1, entry, leaf)
            progress(min((n + 1) * WIDTH, self._manifest.last), self._manifest.last)
        self._records.finish()

    def events(self) -> Iterator[Recorded[Any]]:
        """Give the events to the end of the range.

        Raises:
            Problem: `bundle-malformed` or `log-damaged` where one cannot be read.
        """
        for n in bundles_of(self._manifest):
            path, width = entries_at(n, self._manifest.size)
            states = read_bundle(self._archive.read(path), width)
            for state in states[: self._manifest.last - n * WIDTH]:
                found = told.told(state)
                yield decode(found.type if found else "", state)

    def _check(self, path: str, position: int, entry: bytes, leaf: bytes) -> None:
        self.count += 1
        if leaf_hash(entry) != leaf:
            self._findings.add(
                Kind.ENTRY, path, "The event is not the leaf that the tree has there.", position
            )
        event = told.told(entry)
        if event is None or event.position != position:
            self._findings.add(
                Kind.ENTRY, path, "It is no event, or one of another position.", position
            )
            return
        self._check_order(path, event)
        in_range = self._manifest.first <= position <= self._manifest.last
        self._records.check(position, event.sealed if in_range else {})

    def _check_order(self, path: str, event: Told) -> None:
        before = self._versions.get(event.stream)
        if before is None and self._manifest.first > WIDTH:
            # What came before lies in entries that the bundle does not hold.
            before = event.version - 1
        if event.version != (before or 0) + 1:
            self._findings.add(
                Kind.VERSION,
                path,
                "The version is not the next one of its history.",
                event.position,
            )
        self._versions[event.stream] = event.version
        if event.recorded_at < self._recorded_at:
            self._findings.add(
                Kind.TIME, path, "It was recorded earlier than the event before it.", event.position
            )
        self._recorded_at = event.recorded_at
