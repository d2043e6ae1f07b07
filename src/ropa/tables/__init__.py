"""The engine that keeps views: in memory, live in tables, and by rebuild."""

from ropa.tables.check import Difference, Kind
from ropa.tables.live import Tables
from ropa.tables.memory import Memory
from ropa.tables.snapshot import Snapshot
from ropa.tables.source import Decode, Source

__all__ = [
    "Decode",
    "Difference",
    "Kind",
    "Memory",
    "Snapshot",
    "Source",
    "Tables",
]
