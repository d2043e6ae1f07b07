"""The vault as the trusted role holds it: with the root key, so that it also seals."""

import hmac
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, Final

from ropa.kernel.opening import Damaged, NotPermitted
from ropa.kernel.problem import Code, Problem, Where
from ropa.vault import lookups
from ropa.vault.keys import (
    ActivityKeys,
    Keyring,
    fingerprint,
    new_key,
    unwrap,
    wrap,
    wrapped_activity_keys,
)
from ropa.vault.lookups import Kind
from ropa.vault.reader import Reader
from ropa.vault.rootkey import write_root_key
from ropa.vault.sealing import Sealing, find
from ropa.vault.signing import (
    PUBLIC_KEY,
    Signing,
    SigningKey,
    last_signed,
    public_key,
    write_signed,
)
from ropa.vault.store import Store, problem_of

_LOOKUP_KEY: Final = "lookup_key"
_CONTENT_KEY: Final = "content_key"
_SIGNING_KEY: Final = "signing_key"
_WRAPPED: Final = (_LOOKUP_KEY, _CONTENT_KEY, _SIGNING_KEY)
_PAGE: Final = 10_000

# Borg and restic leave such a directory out (--exclude-if-present), and so does tar
# (--exclude-tag). A CACHEDIR.TAG would say more: that what lies here may be deleted.
_MARK: Final = ".nobackup"
_MARK_TEXT: Final = """\
This directory holds the keys of a register. Back them up apart from the rest, and not for long:
whoever has both an old log and old keys reads what has been erased since.
"""


class Vault(Reader):
    """A vault opened with its root key: seals, opens, and finds; shared by threads."""

    def __init__(self, store: Store, register: str, root: bytes) -> None:
        meta = _meta(store)
        found = [key for name in _WRAPPED if (key := unwrap(root, meta[name]))]
        if not found:
            raise Problem(
                Code.ROOT_KEY_WRONG,
                "The root key does not open this vault.",
                advice="Use the root key that the register was made with.",
            )
        if len(found) < len(_WRAPPED):
            raise _damaged()
        lookup_key, content_key, seed = found
        signing_key = SigningKey(seed)
        if signing_key.public != public_key(store):
            raise _damaged()

        def activity_keys() -> ActivityKeys:
            # One that does not unwrap is lacking, and its boxes show as damaged.
            return {
                (activity, generation): key
                for activity, generation, stored, _ in wrapped_activity_keys(store)
                if (key := unwrap(root, stored))
            }

        super().__init__(store, Keyring(store, activity_keys, Damaged()), register)
        self._root = root
        self._lookup_key = lookup_key
        self._content_key = content_key
        self._signing_key = signing_key
        self._writing = RLock()

    @staticmethod
    def create(directory: Path, register: str, root: bytes | None = None) -> None:
        """Make a vault.

        Args:
            directory: The vault's directory; made where it does not exist.
            register: The id of the register that it belongs to.
            root: The root key, where something else keeps it. None draws one and writes it to
                `root.key`.

        Raises:
            Problem: REGISTER_EXISTS, DISK_FULL, or FILE_UNREADABLE.
        """
        key = new_key() if root is None else root
        seed = new_key()
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            directory.chmod(0o700)
            if root is None:
                write_root_key(directory, key)
            (directory / _MARK).write_text(_MARK_TEXT, encoding="ascii")
            Store.create(
                directory,
                [
                    ("register", register),
                    (_LOOKUP_KEY, wrap(key, new_key())),
                    (_CONTENT_KEY, wrap(key, new_key())),
                    (_SIGNING_KEY, wrap(key, seed)),
                    (PUBLIC_KEY, SigningKey(seed).public),
                ],
            )
            _sync(directory)
        except FileExistsError:
            raise Problem(
                Code.REGISTER_EXISTS,
                "There is a vault already.",
                where=Where(file=str(directory)),
            ) from None
        except (OSError, sqlite3.Error) as error:
            raise problem_of(error, directory) from error

    @classmethod
    def open(cls, directory: Path, register: str, root: bytes) -> "Vault":
        """Open a vault with its root key (see `root_key`).

        Raises:
            Problem: VAULT_OF_ANOTHER_REGISTER, VAULT_VERSION, VAULT_DAMAGED, ROOT_KEY_WRONG,
                LOG_BUSY, DISK_FULL or FILE_UNREADABLE.
        """
        store = Store(directory)
        try:
            _check_register(store, register)
            return cls(store, register, root)
        except BaseException:
            store.close()
            raise

    @staticmethod
    def open_reader(directory: Path, register: str, keys: Mapping[str, bytes]) -> Reader:
        """Open a vault for reading what was sealed for some activities.

        Args:
            directory: The vault's directory.
            register: The id of the register that it belongs to.
            keys: By activity, what `export_activity_key` gave.

        Raises:
            Problem: ROOT_KEY_WRONG where a key is not the activity's; as `open` does.
        """
        store = Store(directory, query_only=True)
        try:
            _check_register(store, register)
            held = _recognised(store, keys)
            return Reader(store, Keyring(store, lambda: held, NotPermitted()), register)
        except BaseException:
            store.close()
            raise

    @contextmanager
    def sealing(self) -> Iterator[Sealing]:
        """Begin a sealing session; committed where the block ends without an exception.

        Whoever also writes the log takes the log's lock first, and commits the log last.

        Raises:
            Problem: LOG_BUSY, DISK_FULL or VAULT_DAMAGED.
        """
        with self._writing:
            with self._store.lock:
                self._store.begin()
                self._keys.refresh()
            session = Sealing(self._store, self._keys, self._register, self._root, self._lookup_key)
            try:
                yield session
                session.commit()
            finally:
                session.end()

    def export_activity_key(self, activity: str) -> bytes:
        """Give the key of one activity, for `open_reader`; makes it where there is none yet."""
        with self.sealing() as session:
            return session.activity_key(activity)[1]

    def find(self, kind: Kind, value: str) -> frozenset[str]:
        """Give the owners that a value leads to.

        A crash between vault and log can leave an owner whom the log does not know.
        """
        digest = lookups.digest(self._lookup_key, kind, value)
        return frozenset() if digest is None else find(self._store, digest)

    def content_digest(self, data: bytes) -> bytes:
        """Give the keyed digest (HMAC-SHA256, 32 bytes) by which contents are compared."""
        return hmac.digest(self._content_key, data, "sha256")

    def sign(self, message: bytes) -> bytes:
        """Give the Ed25519 signature of a message, 64 bytes; `public_key` is its key.

        The head that a message speaks of is kept before: see `signing`.
        """
        return self._signing_key.sign(message)

    @contextmanager
    def signing(self) -> Iterator[Signing]:
        """Begin a signing session; what it keeps is on the disk when the block has ended.

        Whoever signs a head keeps it first, and signs when the block has ended: so no head was
        ever signed that the vault does not know of, whatever happens to the process.

        Raises:
            Problem: LOG_BUSY, DISK_FULL or VAULT_DAMAGED.
        """
        with self._writing:
            self._store.begin()
            try:
                before = last_signed(self._store)
                session = Signing(before)
                yield session
                if session.last and session.last != before:
                    write_signed(self._store, session.last)
                self._store.commit()
            finally:
                self._store.rollback()

    def key_ids(self) -> Iterator[str]:
        """Give the ids of all data keys, in order."""
        return (key_id for key_id, _ in self.keys())

    def keys(self) -> Iterator[tuple[str, str]]:
        """Give the id of each data key with its owner, in the order of the ids."""
        last = ""
        while rows := self._store.execute(
            "SELECT key_id, owner FROM data_keys WHERE key_id > ? ORDER BY key_id LIMIT ?",
            last,
            _PAGE,
        ):
            yield from rows
            last = rows[-1][0]

    def key_count(self) -> int:
        """Count the data keys."""
        ((count,),) = self._store.execute("SELECT count(*) FROM data_keys")
        return int(count)

    def sweep(self, unused: Iterable[str]) -> int:
        """Remove keys that no event uses, and lookups left without any key; gives how many keys.

        The caller holds the log's lock, so that nobody is between the vault and the log.

        Args:
            unused: Ids of keys. One that an event uses would be lost with all its boxes.
        """
        with self._writing, self._store.lock:
            self._store.begin()
            try:
                swept = self._store.execute_many(
                    "DELETE FROM data_keys WHERE key_id = ?", ((key_id,) for key_id in unused)
                )
                if swept:
                    self._store.execute(
                        "DELETE FROM lookups WHERE NOT EXISTS (SELECT 1 FROM data_keys"
                        " WHERE data_keys.owner = lookups.owner"
                        " AND data_keys.activity = lookups.activity)"
                    )
                self._store.commit()
            finally:
                self._store.rollback()
            self._keys.drop()
        return swept


def _recognised(store: Store, keys: Mapping[str, bytes]) -> ActivityKeys:
    held = {
        (activity, generation): keys[activity]
        for activity, generation, _, mark in wrapped_activity_keys(store)
        if activity in keys and fingerprint(keys[activity]) == mark
    }
    if {activity for activity, _ in held} != set(keys):
        raise Problem(
            Code.ROOT_KEY_WRONG,
            "A key is not that of the activity that it was given for.",
            advice="Have the activity's key exported again.",
        )
    return held


def _sync(directory: Path) -> None:
    # A new file's name is on the disk only once its directory is.
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_register(store: Store, register: str) -> None:
    if _meta(store)["register"] != register:
        raise Problem(
            Code.VAULT_OF_ANOTHER_REGISTER,
            "The vault belongs to another register.",
            advice="Put the register's own vault in its place.",
        )


def _meta(store: Store) -> dict[str, Any]:
    found = dict(store.execute("SELECT name, value FROM meta"))
    if not {"register", *_WRAPPED} <= set(found):
        raise _damaged()
    return found


def _damaged() -> Problem:
    return Problem(
        Code.VAULT_DAMAGED,
        "The vault's own keys are damaged.",
        advice="Restore the vault from its own backup.",
    )
