"""The hierarchy of keys: one an activity, wrapped by the root; the data keys below it.

A data key is one for each owner, activity and bucket. Wrapping is AES-KW (RFC 3394), which also
tells whether the right key unwraps.
"""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from ropa.kernel.erasing import ErasureGround
from ropa.kernel.opening import Damaged, Erased, NotPermitted
from ropa.kernel.problem import Code, Problem
from ropa.vault.store import Store

SIZE: Final = 32
FIRST_GENERATION: Final = 2
"""Where the generations of an activity's key begin.

SQLite stores 0 and 1 in no byte and 2 to 127 in one: no row grows when its key is wrapped anew.
"""

_KEPT: Final = 16_384  # opened keys, about 1 KB each

ActivityKeys = Mapping[tuple[str, int], bytes]
"""Keys of activities, unwrapped, by activity and generation."""

Pair = tuple[str, str, str]
"""What has a data key of its own: owner, activity and bucket."""


class DataKey(NamedTuple):
    """An opened data key: its id, and the cipher that holds it."""

    id: str
    cipher: AESGCM


class Minted(NamedTuple):
    """A new data key that is not stored yet."""

    key: DataKey
    generation: int
    wrapped: bytes


def new_key() -> bytes:
    """Draw a key."""
    return os.urandom(SIZE)


def wrap(wrapping: bytes, key: bytes) -> bytes:
    """Wrap a key by another."""
    return aes_key_wrap(wrapping, key)


def unwrap(wrapping: bytes, wrapped: bytes) -> bytes | None:
    """Unwrap a key; None where this is not the key that wrapped it, or it is damaged."""
    try:
        return aes_key_unwrap(wrapping, wrapped)
    except (InvalidUnwrap, TypeError, ValueError):
        return None


def fingerprint(key: bytes) -> bytes:
    """Give what tells an activity's key from others, and says nothing of a key drawn by chance."""
    return hashlib.sha256(b"ropa activity key\0" + key).digest()


def mint(activity_key: bytes, generation: int) -> Minted:
    """Make a new data key, wrapped by its activity's key."""
    key = new_key()
    made = DataKey("k_" + os.urandom(16).hex(), AESGCM(key))
    return Minted(made, generation, wrap(activity_key, key))


class Keyring:
    """The keys that this process has opened, dropped as soon as another one writes to the vault.

    The caller holds the store's lock. A key that was destroyed elsewhere is never used again:
    whether anything was committed is asked at each use.
    """

    def __init__(
        self,
        store: Store,
        activity_keys: Callable[[], ActivityKeys],
        lacking: NotPermitted | Damaged,
    ) -> None:
        """Begin without opened keys.

        Args:
            store: The vault's file.
            activity_keys: Gives the activity keys at hand; asked again after every change.
            lacking: What a box is whose activity's key is not at hand.
        """
        self._store = store
        self._activity_keys = activity_keys
        self._lacking = lacking
        self._held = activity_keys()
        self._stale = False
        self._opened: OrderedDict[str | Pair, DataKey] = OrderedDict()

    def refresh(self) -> None:
        """Drop what may no longer hold; to be called before each use."""
        if self._store.changed_elsewhere() or self._stale:
            self.drop()

    def drop(self) -> None:
        """Forget all opened keys."""
        self._stale = True  # also where the keys cannot be had: then they are asked for again
        self._opened.clear()
        self._held = self._activity_keys()
        self._stale = False

    def of_activity(self, activity: str) -> tuple[int, bytes] | None:
        """Give the newest generation of an activity's key, and that key."""
        found = [generation for name, generation in self._held if name == activity]
        return (max(found), self._held[activity, max(found)]) if found else None

    def to_open(self, key_id: str) -> DataKey | Erased | NotPermitted | Damaged:
        """Give the key that opens a box, or why it cannot be opened."""
        key = self._get(key_id)
        if key:
            return key
        gone = self.tombstone(key_id)
        if gone:
            return gone
        for activity, generation, wrapped in self._store.execute(
            "SELECT activity, generation, wrapped FROM data_keys"
            " WHERE key_id = ? AND wrapped <> x''",
            key_id,
        ):
            return self._unwrapped(key_id, key_id, activity, generation, wrapped)
        return Damaged()

    def tombstone(self, key_id: str) -> Erased | None:
        """Tell how a key was destroyed; None where it was not."""
        for position, ground, destroyed_on in self._store.execute(
            "SELECT position, ground, destroyed_on FROM tombstones WHERE key_id = ?", key_id
        ):
            return erased(position, ground, destroyed_on)
        return None

    def to_seal(self, pair: Pair) -> DataKey | Damaged | NotPermitted | None:
        """Give the key that new boxes are sealed with; None where there is none yet."""
        key = self._get(pair)
        if key:
            return key
        for key_id, generation, wrapped in self._store.execute(
            "SELECT key_id, generation, wrapped FROM data_keys"
            " WHERE owner = ? AND activity = ? AND bucket = ? AND wrapped <> x''"
            " ORDER BY version DESC LIMIT 1",
            *pair,
        ):
            return self._unwrapped(pair, key_id, pair[1], generation, wrapped)
        return None

    def keep(self, name: str | Pair, key: DataKey) -> None:
        """Keep an opened key; the one that was longest unused makes room."""
        self._opened[name] = key
        if len(self._opened) > _KEPT:
            self._opened.popitem(last=False)

    def _get(self, name: str | Pair) -> DataKey | None:
        key = self._opened.get(name)
        if key:
            self._opened.move_to_end(name)
        return key

    def _unwrapped(
        self, name: str | Pair, key_id: str, activity: str, generation: int, wrapped: bytes
    ) -> DataKey | NotPermitted | Damaged:
        activity_key = self._held.get((activity, generation))
        if activity_key is None:
            return self._lacking
        found = unwrap(activity_key, wrapped)
        if found is None:
            return Damaged()
        key = DataKey(key_id, AESGCM(found))
        self.keep(name, key)
        return key


def erased(position: int, ground: str, destroyed_on: str) -> Erased:
    """Give what a tombstone says.

    Raises:
        Problem: VAULT_DAMAGED.
    """
    try:
        return Erased(position, ErasureGround(ground), date.fromisoformat(destroyed_on))
    except (TypeError, ValueError):
        raise Problem(
            Code.VAULT_DAMAGED,
            "What the vault keeps of an erasure is damaged.",
            advice="Restore the vault from its own backup.",
        ) from None


def wrapped_activity_keys(store: Store) -> Iterator[tuple[str, int, bytes, bytes]]:
    """Give the activities' keys as stored: activity, generation, wrapped key, fingerprint."""
    yield from store.execute("SELECT activity, generation, wrapped, fingerprint FROM activity_keys")
