"""Erasing: destroyed keys and their tombstones, and what must outlive them (suppression)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from ropa.kernel.opening import Erased
from ropa.vault import lookups
from ropa.vault.keys import erased as erased_of
from ropa.vault.lookups import Kind
from ropa.vault.store import Store

_PAGE: Final = 1_000


class Doomed(NamedTuple):
    """A key that is to be destroyed, with what its tombstone says of it."""

    key: str
    owner: str
    activity: str
    bucket: str


class Tombstone(NamedTuple):
    """What is left of a destroyed key."""

    key: str
    owner: str
    activity: str
    bucket: str
    erased: Erased


class Erasing:
    """An erasing session: the only writer of the vault until it ends.

    All that it does is repeated without harm: whoever was interrupted begins anew.
    """

    def __init__(self, store: Store, suppression_key: bytes) -> None:
        self._store = store
        self._suppression_key = suppression_key

    def destroy(self, keys: Iterable[Doomed], erased: Erased) -> None:
        """Destroy keys with their lookups, and leave a tombstone for each.

        A key that the vault does not know gets its tombstone too: an old copy of the vault, put
        back, may lack it. A key that has a tombstone keeps it as it is.

        Args:
            keys: The keys.
            erased: What their boxes say from now on.
        """
        why = (erased.position, str(erased.ground), erased.on.isoformat())
        doomed = tuple(keys)
        self._store.execute_many(
            "INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(*one, *why) for one in doomed],
        )
        empty(self._store, [one.key for one in doomed])

    def suppress(self, kind: Kind, value: str, activity: str, since: date) -> bytes | None:
        """Keep that a value may not be used for an activity; of several days the last counts.

        It is kept as a keyed digest that leads to nobody, and outlives whom it was taken from.

        Returns:
            The digest, for `suppress_digest`; None where nothing is left of the value.
        """
        digest = lookups.digest(self._suppression_key, kind, value)
        if digest is not None:
            self.suppress_digest(digest, activity, since)
        return digest

    def suppress_digest(self, digest: bytes, activity: str, since: date) -> None:
        """Keep what `suppress` gave before: an old copy of the vault, put back, may lack it."""
        day = since.isoformat()
        self._store.execute(
            "INSERT INTO suppressed (digest, activity, since) SELECT ?1, ?2, ?3 WHERE NOT EXISTS"
            " (SELECT 1 FROM suppressed WHERE substr(digest, 1, 2) = substr(?1, 1, 2)"
            " AND digest = ?1 AND activity = ?2)",
            digest,
            activity,
            day,
        )
        self._store.execute(
            "UPDATE suppressed SET since = ?3 WHERE substr(digest, 1, 2) = substr(?1, 1, 2)"
            " AND digest = ?1 AND activity = ?2 AND since < ?3",
            digest,
            activity,
            day,
        )

    def reach(self, position: int) -> None:
        """Keep that all erasure decisions up to a position are carried out; it never sinks."""
        self._store.execute(
            "INSERT INTO erased VALUES (1, ?)"
            " ON CONFLICT DO UPDATE SET position = max(position, excluded.position)",
            position,
        )


def rewind(store: Store, size: int, last: int) -> None:
    """Forget what is known of events that the log does not hold any more.

    Args:
        store: The vault's file, with a transaction begun.
        size: How many events the log has.
        last: The last of them that decided on an erasure, or 0.
    """
    store.execute("DELETE FROM tombstones WHERE position > ?", size)
    store.execute("UPDATE erased SET position = min(position, ?)", last)


def empty(store: Store, keys: Iterable[str]) -> int:
    """Empty keys and their lookups in their places; gives how many of the keys there were."""
    # A DELETE could merge pages, and leave copies of what is beside it.
    ids = [(key,) for key in keys]
    store.execute_many(
        "UPDATE lookups SET digest = x'' WHERE digest <> x''"
        " AND key = (SELECT id FROM data_keys WHERE key_id = ?)",
        ids,
    )
    return store.execute_many(
        "UPDATE data_keys SET wrapped = x'' WHERE key_id = ? AND wrapped <> x''", ids
    )


def erased_through(store: Store) -> int:
    """Give the position of the last erasure decision that was carried out, or 0."""
    for (position,) in store.execute("SELECT position FROM erased"):
        return int(position)
    return 0


def tombstones(store: Store, after: int) -> Iterator[Tombstone]:
    """Give the tombstones of the decisions after a position, by position and key.

    Raises:
        Problem: VAULT_DAMAGED.
    """
    last = (after + 1, "")
    while rows := store.execute(
        "SELECT key_id, owner, activity, bucket, position, ground, destroyed_on FROM tombstones"
        " WHERE (position, key_id) > (?, ?) ORDER BY position, key_id LIMIT ?",
        *last,
        _PAGE,
    ):
        for key, owner, activity, bucket, position, ground, day in rows:
            yield Tombstone(key, owner, activity, bucket, erased_of(position, ground, day))
        last = (rows[-1][4], rows[-1][0])


def suppressed(store: Store, key: bytes, kind: Kind, value: str) -> Mapping[str, date]:
    """Give the activities that a value may not be used for, and since which day."""
    digest = lookups.digest(key, kind, value)
    rows = store.execute(
        "SELECT activity, since FROM suppressed"
        " WHERE substr(digest, 1, 2) = substr(?1, 1, 2) AND digest = ?1",
        digest,
    )
    return {activity: date.fromisoformat(since) for activity, since in rows}
