"""The append-only log: events, their boxes and the Merkle tree over them, in one SQLite file."""

from ropa.log.log import Log, Writing
from ropa.log.reader import LogReader, StreamRange
from ropa.log.reads import Reads
from ropa.log.rows import MAX_STATE, Entry, Head, Row, Seen
from ropa.log.source import LogSource

__all__ = [
    "MAX_STATE",
    "Entry",
    "Head",
    "Log",
    "LogReader",
    "LogSource",
    "Reads",
    "Row",
    "Seen",
    "StreamRange",
    "Writing",
]
