"""The vault: keys, boxes and lookups; the one place where personal values are in clear.

An event holds a key's id and the digest of a box. The box lies beside the log, its key here; who
destroys the key and deletes the box has erased the values, and no byte of the log has changed.
"""

from ropa.vault.erasing import Doomed, Erasing, Tombstone
from ropa.vault.lookups import Kind, account, lookups_of
from ropa.vault.reader import Reader
from ropa.vault.rootkey import new_root_key, root_key
from ropa.vault.sealing import Held, Sealing
from ropa.vault.signing import SignedHead, Signing
from ropa.vault.vault import Vault

__all__ = [
    "Doomed",
    "Erasing",
    "Held",
    "Kind",
    "Reader",
    "Sealing",
    "SignedHead",
    "Signing",
    "Tombstone",
    "Vault",
    "account",
    "lookups_of",
    "new_root_key",
    "root_key",
]
