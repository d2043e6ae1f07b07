"""A vault made for a test, and boxes with their place."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from ropa.kernel.categories import Category
from ropa.kernel.erasing import ErasureGround
from ropa.kernel.fact import Box
from ropa.kernel.opening import Erased
from ropa.vault import Doomed, Vault, root_key
from ropa.vault.reader import Found, Reader

REGISTER = "0b8f2f64-6f5c-4f0e-9a43-0d6d0a1f7c55"
ERASED = Erased(7, ErasureGround.REQUESTED, date(2026, 3, 2))


@dataclass(frozen=True)
class Sealed:
    """A box with its place, as the log would hold it."""

    box: Box
    stored: bytes
    place: dict[str, str]

    def opened_by(self, reader: Reader, **other: str) -> Found:
        return reader.open_box(self.box, self.stored, **{**self.place, **other})


class House:
    """A vault's directory, with the register's id and root key."""

    def __init__(self, directory: Path) -> None:
        Vault.create(directory, REGISTER)
        self.directory = directory
        self.root = root_key(directory, {})

    def open(self) -> Vault:
        return Vault.open(self.directory, REGISTER, self.root)

    def reader(self, **keys: bytes) -> Reader:
        return Vault.open_reader(self.directory, REGISTER, keys)

    def destroy(self, key_id: str) -> None:
        """Do what an erasure in another process does to a key."""
        with self.open() as other, other.erasing() as erasing:
            erasing.destroy([Doomed(key_id, "", "contract", "")], ERASED)

    @staticmethod
    def seal(
        vault: Vault,
        values: dict[Category, Any],
        *,
        owner: str = "",
        activity: str = "contract",
        bucket: str = "",
    ) -> Sealed:
        place = {
            "owner": owner or str(uuid4()),
            "activity": activity,
            "source": "webshop",
            "event": str(uuid4()),
        }
        with vault.sealing() as session:
            box, stored = session.seal(**place, bucket=bucket, values=values)
        return Sealed(box, stored, place)
