"""A reader: whoever holds the keys of some activities, and opens what was sealed for these."""

from types import TracebackType
from typing import Self

import msgspec

from ropa.kernel.fact import Box
from ropa.kernel.opening import Damaged, Erased, NotPermitted, Values
from ropa.vault import box as boxes
from ropa.vault.box import Place
from ropa.vault.keys import DataKey, Keyring
from ropa.vault.signing import SignedHead, last_signed, public_key
from ropa.vault.store import Store

Found = Values | Erased | NotPermitted | Damaged
"""What the vault answers; whether a value is restricted is decided by who knows the history."""


class Reader:
    """An opened vault, as far as opening boxes goes; shared by the threads of one process."""

    def __init__(self, store: Store, keys: Keyring, register: str) -> None:
        self._store = store
        self._keys = keys
        self._register = register

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the vault."""
        self._store.close()

    @property
    def public_key(self) -> bytes:
        """The Ed25519 public key of the register's log, 32 bytes."""
        return public_key(self._store)

    def signed(self) -> SignedHead | None:
        """Give the last head of the log that was kept before it was signed, or None."""
        return last_signed(self._store)

    def tombstone(self, key: str) -> Erased | None:
        """Tell how a key was destroyed; None where it was not."""
        with self._store.lock:
            return self._keys.tombstone(key)

    def unerased(self, keys: frozenset[str]) -> frozenset[str]:
        """Give those of the keys that were not destroyed: what they sealed should be there."""
        asked = msgspec.json.encode(sorted(keys)).decode()
        rows = self._store.execute(
            "SELECT key_id FROM tombstones WHERE key_id IN (SELECT value FROM json_each(?))", asked
        )
        return keys - {key for (key,) in rows}

    def open_box(
        self, box: Box, stored: bytes | None, *, owner: str, activity: str, source: str, event: str
    ) -> Found:
        """Open a box.

        Args:
            box: What the event says of it.
            stored: The box as stored beside the log; None where it is not there.
            owner: Whom the values are about.
            activity: What they were sealed for.
            source: The source of the event.
            event: The source's own id of the event.

        Returns:
            Erased: The key is gone and left a tombstone.
            Damaged: Key or box is missing without a tombstone, or altered, or is another's.
            NotPermitted: The key of the activity is not held here.
            Values: What was sealed; objects come back as plain dicts.

        Raises:
            Problem: The vault's file cannot be read.
        """
        with self._store.lock:
            self._keys.refresh()
            key = self._keys.to_open(box.key)
        place = Place(self._register, owner, activity, source, event)
        return opened(key, box, stored, place)


def opened(
    key: DataKey | Erased | NotPermitted | Damaged, box: Box, stored: bytes | None, place: Place
) -> Found:
    """Open a box with what was found for its key."""
    if isinstance(key, Erased):
        return key
    # What is damaged is so whoever looks, and before anything is decrypted.
    if stored is None or not boxes.is_whole(box, stored):
        return Damaged()
    if isinstance(key, DataKey):
        return boxes.unseal(key.cipher, place, stored)
    return key
