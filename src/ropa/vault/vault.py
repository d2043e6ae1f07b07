"""The vault as the trusted role holds it: with the root key, so that it also seals."""

import hmac
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import RLock
from typing import Final

import msgspec

from ropa.kernel.opening import Damaged, NotPermitted
from ropa.kernel.problem import Code, Problem, Where
from ropa.vault import lookups, rotation
from ropa.vault.erasing import (
    Erasing,
    Tombstone,
    empty,
    erased_through,
    rewind,
    suppressed,
    tombstones,
)
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
from ropa.vault.meta import SIGNING_KEY, WRAPPED, check_register, damaged, own_keys
from ropa.vault.reader import Reader
from ropa.vault.rootkey import FILE, sync, write_root_key
from ropa.vault.sealing import Sealing, find
from ropa.vault.signing import (
    PUBLIC_KEY,
    SignedHead,
    Signing,
    SigningKey,
    last_signed,
    public_key,
    write_signed,
)
from ropa.vault.store import Store, problem_of

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
        lookup_key, suppression_key, content_key, seed = own_keys(store, root)
        signing_key = SigningKey(seed)
        if signing_key.public != public_key(store):
            raise damaged()

        self._root = root

        def activity_keys() -> ActivityKeys:
            # With an old root key nothing may be sealed: it would be lost.
            own_keys(store, self._root)
            # One that does not unwrap is lacking, and its boxes show as damaged.
            return {
                (activity, generation): key
                for activity, generation, stored, _ in wrapped_activity_keys(store)
                if (key := unwrap(self._root, stored))
            }

        super().__init__(store, Keyring(store, activity_keys, Damaged()), register)
        self._lookup_key = lookup_key
        self._suppression_key = suppression_key
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
                write_root_key(directory / FILE, key)
            (directory / _MARK).write_text(_MARK_TEXT, encoding="ascii")
            Store.create(
                directory,
                [
                    ("register", register),
                    *((name, wrap(key, new_key())) for name in WRAPPED[:-1]),
                    (SIGNING_KEY, wrap(key, seed)),
                    (PUBLIC_KEY, SigningKey(seed).public),
                ],
            )
            sync(directory)
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
            check_register(store, register)
            return cls(store, register, rotation.current_root(store, root))
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
            check_register(store, register)
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
        with self._writing, self._begun():
            session = Sealing(
                self._store,
                self._keys,
                self._register,
                self._root,
                self._lookup_key,
                self._suppression_key,
            )
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

    @contextmanager
    def _begun(self) -> Iterator[None]:
        """Begin a transaction with the keys as they are; the block commits, or all is undone."""
        self._store.begin()
        try:
            with self._store.lock:
                self._keys.refresh()
            yield
        finally:
            self._store.rollback()

    @contextmanager
    def erasing(self) -> Iterator[Erasing]:
        """Begin an erasing session; what it destroyed is gone when the block has ended.

        Bytes of it can be in the write-ahead log until `truncate`.

        Raises:
            Problem: LOG_BUSY, DISK_FULL or VAULT_DAMAGED.
        """
        with self._writing, self._begun():
            yield Erasing(self._store, self._suppression_key)
            with self._store.lock:
                self._store.commit()
                self._keys.drop()

    @property
    def erased_through(self) -> int:
        """The position of the last erasure decision that this vault has carried out, or 0."""
        return erased_through(self._store)

    def tombstones(self, after: int) -> Iterator[Tombstone]:
        """Give what was destroyed by the decisions after a position, in their order."""
        return tombstones(self._store, after)

    def rewind(self, head: SignedHead, last_erasure: int) -> None:
        """Take an older log for the log from now on; only `ropa restore` does.

        The last signed head becomes the log's, where it was greater. Tombstones of decisions that
        the log lacks go: whoever calls this has the log decide anew on each of them.

        Args:
            head: Where the log ends.
            last_erasure: The last of its events that decided on an erasure, or 0.

        Raises:
            Problem: LOG_BUSY, DISK_FULL or VAULT_DAMAGED.
        """
        with self._writing, self._begun():
            rewind(self._store, head.size, last_erasure)
            signed = last_signed(self._store)
            if signed and signed.size > head.size:
                write_signed(self._store, head)
            self._store.commit()

    def suppressed(self, kind: Kind, value: str) -> Mapping[str, date]:
        """Give the activities that a value may not be used for, and since which day."""
        return suppressed(self._store, self._suppression_key, kind, value)

    def truncate(self) -> bool:
        """Empty the write-ahead log, so that no byte of what was destroyed is left.

        Returns:
            Whether it is empty; not so where another connection went on reading or writing for a
            second. Then it is to be tried again.
        """
        with self._writing:
            return self._store.truncate()

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

    def rotate_activity(self, activity: str) -> None:
        """Give an activity a new key; see `rotation.rotate_activity`."""
        with self._writing:
            rotation.rotate_activity(self._store, self._keys, self._root, activity)

    def rotate_root(self, given: bytes | None = None) -> None:
        """Change the root key; see `rotation.rotate_root`."""
        with self._writing:
            self._root = rotation.change_root(self._store, self._root, given)
            with self._store.lock:
                self._keys.drop()
            if given is None:
                rotation.settle(self._store)
            self._store.rewrite()

    def key_ids(self) -> Iterator[str]:
        """Give the ids of all data keys that are not destroyed, in order."""
        return (key_id for key_id, _ in self.keys())

    def keys(self) -> Iterator[tuple[str, str]]:
        """Give the id of each data key that is not destroyed, and its owner, by the ids."""
        last = ""
        while rows := self._store.execute(
            "SELECT key_id, owner FROM data_keys WHERE key_id > ? AND wrapped <> x''"
            " ORDER BY key_id LIMIT ?",
            last,
            _PAGE,
        ):
            yield from rows
            last = rows[-1][0]

    def keys_of(self, owners: Iterable[str]) -> list[tuple[str, str]]:
        """Give the id of each data key of some owners that is not destroyed, and its owner."""
        return self._store.execute(
            "SELECT key_id, owner FROM data_keys"
            " WHERE owner IN (SELECT value FROM json_each(?)) AND wrapped <> x''",
            msgspec.json.encode(list(owners)).decode(),
        )

    def key_count(self) -> int:
        """Count the data keys that are not destroyed."""
        ((count,),) = self._store.execute("SELECT count(*) FROM data_keys WHERE wrapped <> x''")
        return int(count)

    def sweep(self, unused: Iterable[str]) -> int:
        """Destroy keys that no event uses, with their lookups; gives how many keys.

        The caller holds the log's lock, so that nobody is between the vault and the log.

        Args:
            unused: Ids of keys. One that an event uses would be lost with all its boxes.
        """
        with self._writing, self._store.lock, self._begun():
            swept = empty(self._store, unused)
            self._store.commit()
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
