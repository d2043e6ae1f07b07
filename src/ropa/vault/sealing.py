"""Sealing: the values of a batch of facts into boxes, and new keys for them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from ropa.kernel.categories import Category
from ropa.kernel.fact import Box
from ropa.kernel.opening import Erased, Values
from ropa.kernel.problem import Code, Problem
from ropa.vault import box as boxes
from ropa.vault import lookups
from ropa.vault.box import Place
from ropa.vault.erasing import suppressed
from ropa.vault.keys import (
    FIRST_GENERATION,
    DataKey,
    Keyring,
    Minted,
    Pair,
    fingerprint,
    mint,
    new_key,
    wrap,
)
from ropa.vault.lookups import Kind, lookups_of
from ropa.vault.reader import opened
from ropa.vault.store import Store


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A box that is there already, and which of its values are to be carried.

    Attributes:
        box: What the event says of it.
        stored: The box as stored; None where it is not there.
        owner: Whom the values are about.
        activity: What they were sealed for.
        source: The source of the event.
        event: The source's own id of the event.
        categories: What is to be carried.
        namespace: Whose number an account number in it is.
    """

    box: Box
    stored: bytes | None
    owner: str
    activity: str
    source: str
    event: str
    categories: frozenset[Category]
    namespace: str = ""


class Sealing:
    """A sealing session: the only writer of the vault until it ends.

    Keys are minted in memory and stored by `commit`, all in one synced transaction. The log is to
    be committed after that: a key that no event uses is swept up, an event without its key is lost.
    """

    def __init__(
        self,
        store: Store,
        keys: Keyring,
        register: str,
        root: bytes,
        lookup_key: bytes,
        suppression_key: bytes,
    ) -> None:
        self._store = store
        self._keys = keys
        self._register = register
        self._root = root
        self._lookup_key = lookup_key
        self._suppression_key = suppression_key
        self._open = True
        self._minted: list[tuple[Pair, Minted]] = []
        self._by_id: dict[str, DataKey] = {}
        self._activities: dict[str, bytes] = {}
        self._lookups: dict[bytes, set[tuple[str, str]]] = {}
        self._sealers: dict[Pair, DataKey] = {}
        self._digests: dict[tuple[Kind, str], bytes | None] = {}
        self._newcomers: set[str] = set()
        self._suppressing: bool | None = None

    def seal(
        self,
        *,
        owner: str,
        activity: str,
        bucket: str,
        source: str,
        event: str,
        values: Mapping[Category, Any],
    ) -> tuple[Box, bytes]:
        """Seal values for an activity.

        Args:
            owner: Whom they are about.
            activity: What they are sealed for.
            bucket: The retention unit: the end of a financial year, or "".
            source: The source of the event.
            event: The source's own id of the event.
            values: The values, by category; whatever msgspec writes as JSON.

        Returns:
            What the event says of the box, and the box as it is to be stored.

        Raises:
            Problem: MALFORMED_VALUE where a value has no JSON form; VAULT_DAMAGED.
        """
        key = self._key((owner, activity, bucket))
        place = Place(self._register, owner, activity, source, event)
        return boxes.seal(key.id, key.cipher, place, values)

    def carry(
        self,
        held: Iterable[Held],
        *,
        owner: str,
        activity: str,
        bucket: str,
        source: str,
        event: str,
    ) -> tuple[Box, bytes] | None:
        """Copy values from boxes into a new one for another activity, lookups included.

        What is erased is left out. Of a category that is in several boxes the last one counts.

        Returns:
            The new box, or None where nothing was left to carry.

        Raises:
            Problem: VAULT_DAMAGED where a box cannot be opened although nothing was erased.
        """
        values: dict[Category, Any] = {}
        found: set[tuple[Kind, str]] = set()
        for one in held:
            carried = {
                category: value
                for category, value in self._values(one).items()
                if category in one.categories
            }
            values |= carried
            found.update(lookups_of(carried, one.namespace))
        if not values:
            return None
        sealed = self.seal(
            owner=owner,
            activity=activity,
            bucket=bucket,
            source=source,
            event=event,
            values=values,
        )
        for kind, value in found:
            self.lookup(owner, activity, bucket, kind, value)
        return sealed

    def renew(self, owner: str, activity: str, bucket: str) -> None:
        """Let new boxes be sealed by a new key from now on; those there are still open."""
        self._must_be_open()
        self._new((owner, activity, bucket))

    def newcomer(self, owner: str) -> None:
        """Tell that an owner has just come to be: there are no keys of theirs to look for."""
        self._newcomers.add(owner)

    def lookup(self, owner: str, activity: str, bucket: str, kind: Kind, value: str) -> None:
        """Let the owner be found by a value until the key is destroyed that seals beside it."""
        key = self._key((owner, activity, bucket))
        digest = self._digest(kind, value)
        if digest:
            self._lookups.setdefault(digest, set()).add((owner, key.id))

    def find(self, kind: Kind, value: str) -> frozenset[str]:
        """Give the owners that a value leads to, those of this session included."""
        digest = self._digest(kind, value)
        if digest is None:
            return frozenset()
        staged = {owner for owner, _ in self._lookups.get(digest, ())}
        return find(self._store, digest) | staged

    def suppressed(self, kind: Kind, value: str) -> Mapping[str, date]:
        """Give the activities that a value may not be used for, and since which day."""
        if self._suppressing is None:
            # While nobody was ever shut out, values need not be looked up one by one.
            self._suppressing = bool(self._store.execute("SELECT 1 FROM suppressed LIMIT 1"))
        if not self._suppressing:
            return {}
        return suppressed(self._store, self._suppression_key, kind, value)

    def commit(self) -> None:
        """Store new keys and lookups, synced, and end the session.

        Raises:
            Problem: They could not be stored, and none of them was.
        """
        if not self._open:
            return
        self._open = False
        with self._store.lock:
            try:
                self._write()
                self._store.commit()
            except BaseException:
                self._store.rollback()
                raise
            if self._activities:
                self._keys.drop()
            for pair, minted in self._minted:
                self._keys.keep(pair, minted.key)

    def end(self) -> None:
        """End the session; what is not committed is discarded."""
        self._open = False
        self._store.rollback()

    def activity_key(self, activity: str) -> tuple[int, bytes]:
        """Give the newest generation of an activity's key, minted where there is none, and it."""
        self._must_be_open()
        if activity in self._activities:
            return FIRST_GENERATION, self._activities[activity]
        found = self._keys.of_activity(activity)
        if found:
            return found
        self._activities[activity] = new_key()
        return FIRST_GENERATION, self._activities[activity]

    def _digest(self, kind: Kind, value: str) -> bytes | None:
        asked = (kind, value)
        if asked not in self._digests:
            self._digests[asked] = lookups.digest(self._lookup_key, kind, value)
        return self._digests[asked]

    def _key(self, pair: Pair) -> DataKey:
        self._must_be_open()
        key = self._sealers.get(pair)
        if key is None:
            key = self._sealers[pair] = self._stored(pair)
        return key

    def _stored(self, pair: Pair) -> DataKey:
        if pair[0] in self._newcomers:
            return self._new(pair)
        with self._store.lock:
            key = self._keys.to_seal(pair)
        if isinstance(key, DataKey):
            return key
        if key is not None:
            raise Problem(
                Code.VAULT_DAMAGED,
                "A key of the vault is damaged.",
                advice="Restore the vault from its own backup.",
            )
        return self._new(pair)

    def _new(self, pair: Pair) -> DataKey:
        generation, activity_key = self.activity_key(pair[1])
        minted = mint(activity_key, generation)
        self._minted.append((pair, minted))
        self._by_id[minted.key.id] = self._sealers[pair] = minted.key
        return minted.key

    def _values(self, held: Held) -> Mapping[Category, Any]:
        place = Place(self._register, held.owner, held.activity, held.source, held.event)
        with self._store.lock:
            key = self._by_id.get(held.box.key) or self._keys.to_open(held.box.key)
        match opened(key, held.box, held.stored, place):
            case Values(values):
                return values
            case Erased():
                return {}
            case _:
                raise Problem(
                    Code.VAULT_DAMAGED,
                    "A box whose values are to be carried cannot be opened.",
                    advice="Restore log and vault from their backups.",
                )

    def _write(self) -> None:
        if self._activities:
            self._store.execute_many(
                "INSERT INTO activity_keys VALUES (?, ?, ?, ?)",
                [
                    (activity, FIRST_GENERATION, wrap(self._root, key), fingerprint(key))
                    for activity, key in self._activities.items()
                ],
            )
        if self._minted:
            self._store.execute_many(
                "INSERT INTO data_keys"
                " (key_id, owner, activity, bucket, version, generation, wrapped)"
                " SELECT ?1, ?2, ?3, ?4, coalesce(max(version), 0) + 1, ?5, ?6 FROM data_keys"
                " WHERE owner = ?2 AND activity = ?3 AND bucket = ?4",
                [
                    (minted.key.id, *pair, minted.generation, minted.wrapped)
                    for pair, minted in self._minted
                ],
            )
        if self._lookups:
            self._store.execute_many(
                "INSERT INTO lookups (digest, key) SELECT ?1, id FROM data_keys WHERE key_id = ?2"
                " AND NOT EXISTS"
                " (SELECT 1 FROM lookups WHERE key = data_keys.id AND digest = ?1)",
                [(digest, key) for digest, holders in self._lookups.items() for _, key in holders],
            )

    def _must_be_open(self) -> None:
        if not self._open:
            raise RuntimeError("the sealing session has ended")


def find(store: Store, digest: bytes) -> frozenset[str]:
    """Give the owners that a digest leads to."""
    rows = store.execute(
        "SELECT owner FROM lookups JOIN data_keys ON data_keys.id = lookups.key"
        " WHERE substr(digest, 1, 2) = substr(?1, 1, 2) AND digest = ?1",
        digest,
    )
    return frozenset(owner for (owner,) in rows)
