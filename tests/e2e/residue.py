"""What an erasure must leave of a register: the bytes that go, and those that stay."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ropa.catalogue import decode
from ropa.kernel.fact import Recorded, fact_type

_SHORT = 16
"""Fewer bytes of a random value are found by chance nowhere."""


class Secret(NamedTuple):
    """Bytes that lead to a value: a box, a wrapped key, or a digest of a lookup or of contents.

    Attributes:
        kind: Which of these.
        owner: Whom it is about.
        activity: What it was sealed for.
        bucket: The retention unit there.
        content: The bytes.
    """

    kind: str
    owner: str
    activity: str
    bucket: str
    content: bytes


def secrets(shop: Path) -> list[Secret]:
    """Give all there is in a register, read with other tools than ropa's."""
    return [*_of_log(shop), *_of_vault(shop)]


def _of_log(shop: Path) -> Iterator[Secret]:
    with closing(sqlite3.connect(shop / "log.db")) as db:
        boxes = {
            (number >> 10, activity): box
            for number, activity, box in db.execute("SELECT id, activity, box FROM boxes")
        }
        digests = {
            (source, fact): digest
            for source, fact, digest in db.execute("SELECT source, fact, digest FROM seen")
        }
        for kind, state in db.execute("SELECT type, state FROM events ORDER BY position"):
            event = decode(kind, state)
            bucket = fact_type(event.data).bucket_of(event.data)
            digest = digests.get((event.source, event.id))
            contents = "contents" if event.stream.startswith("person/") else "contents elsewhere"
            if digest and not event.sealed:
                yield Secret(contents, owner_of(event), "", "", digest)
            for activity in event.sealed:
                at = (owner_of(event), activity, bucket)
                box = boxes.get((event.position, activity))
                if box:
                    yield Secret("box", *at, box)
                if digest:
                    yield Secret(contents, *at, digest)


def _of_vault(shop: Path) -> Iterator[Secret]:
    with closing(sqlite3.connect(shop / "vault/keys.db")) as db:
        for row in db.execute(
            "SELECT 'key', owner, activity, bucket, wrapped FROM data_keys WHERE wrapped <> x''"
        ):
            yield Secret(*row)
        for row in db.execute(
            "SELECT 'lookup', owner, activity, bucket, digest FROM lookups JOIN data_keys ON"
            " data_keys.id = lookups.key WHERE digest <> x''"
        ):
            yield Secret(*row)


def owner_of(event: Recorded[object]) -> str:
    return event.subject or event.stream.partition("/")[2]


def split(
    found: Iterable[Secret], gone: Iterable[tuple[str, str, str]]
) -> tuple[set[bytes], set[bytes]]:
    """Give the bytes that go with units (owner, activity, bucket), and those that stay.

    One fact may be sealed for what goes and for what stays: the digest of its contents goes. With
    a person's numbers go the digests of all facts of their history, which came in under one. A
    value that was looked up for what stays too is found by it still.
    """
    found, gone = list(found), set(gone)
    unnumbered = {owner for owner, activity, _ in gone if activity == "accountability"}

    def goes(one: Secret) -> bool:
        unit = (one.owner, one.activity, one.bucket)
        return unit in gone or (one.kind == "contents" and one.owner in unnumbered)

    going = {one.content for one in found if goes(one)}
    staying = {one.content for one in found if not goes(one)}
    looked_up = {one.content for one in found if one.kind == "lookup"}
    return going - (staying & looked_up), staying - (going - looked_up)


def pieces(content: bytes) -> Iterator[bytes]:
    """Give parts of some bytes, one of which lies whole in any page that holds much of them."""
    last = max(len(content) - _SHORT, 0)
    for start in {0, last // 2, last}:
        yield content[start : start + _SHORT]


def files(shop: Path) -> list[Path]:
    return sorted(path for path in shop.rglob("*") if path.is_file())


def bytes_of(shop: Path) -> bytes:
    """Give every byte of every file of a folder."""
    return b"\0\0".join(path.read_bytes() for path in files(shop))


def left_of(contents: Iterable[bytes], haystack: bytes) -> set[bytes]:
    """Give those of which something is left in some bytes."""
    return {one for one in contents if any(piece in haystack for piece in pieces(one))}
