"""Signing: the key that signs the log's heads, and the last head that it was used for."""

from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ropa.kernel.problem import Code, Problem
from ropa.vault.store import Store

PUBLIC_KEY: Final = "public_key"
SIZE: Final = 32


class SigningKey:
    """An opened Ed25519 key.

    Attributes:
        public: The public key, 32 bytes.
    """

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Give the signature of a message, 64 bytes; the same one each time (RFC 8032)."""
        return self._private.sign(message)


class SignedHead(NamedTuple):
    """A head of the log that was signed: the number of its events, and the root, 32 bytes."""

    size: int
    root: bytes


class Signing:
    """A signing session: the only writer of the vault until it ends.

    Attributes:
        last: The last head that was kept, or None.
    """

    def __init__(self, last: SignedHead | None) -> None:
        self.last = last

    def keep(self, head: SignedHead) -> None:
        """Make a head the last one; on the disk when the session has ended.

        Raises:
            Problem: LOG_FORKED where it is smaller than the last one, or as great and another.
        """
        last = self.last
        if last and (head.size < last.size or (head.size == last.size and head.root != last.root)):
            raise Problem(
                Code.LOG_FORKED,
                "The log is not the one that was signed last: events are missing, or changed.",
                advice="Find them with 'ropa log verify', and restore the log from a backup.",
            )
        self.last = head


def last_signed(store: Store) -> SignedHead | None:
    """Give the last head that is kept, or None.

    Raises:
        Problem: VAULT_DAMAGED.
    """
    for size, root in store.execute("SELECT size, root FROM signed"):
        if isinstance(size, int) and isinstance(root, bytes) and len(root) == SIZE:
            return SignedHead(size, root)
        raise _damaged("What the vault keeps of the last signed head is damaged.")
    return None


def write_signed(store: Store, head: SignedHead) -> None:
    """Write a head in place of the last one."""
    store.execute("INSERT OR REPLACE INTO signed VALUES (1, ?, ?)", *head)


def public_key(store: Store) -> bytes:
    """Give the public key as the vault tells it, 32 bytes.

    Raises:
        Problem: VAULT_DAMAGED.
    """
    for (found,) in store.execute("SELECT value FROM meta WHERE name = ?", PUBLIC_KEY):
        if isinstance(found, bytes) and len(found) == SIZE:
            return found
    raise _damaged("The vault's public key is missing or damaged.")


def _damaged(detail: str) -> Problem:
    return Problem(Code.VAULT_DAMAGED, detail, advice="Restore the vault from its own backup.")
