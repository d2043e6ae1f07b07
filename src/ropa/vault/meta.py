"""What the vault holds of itself: whose it is, and its own keys, wrapped by the root key."""

from typing import Any, Final

from ropa.kernel.problem import Code, Problem
from ropa.vault.keys import unwrap
from ropa.vault.store import Store

SIGNING_KEY: Final = "signing_key"
WRAPPED: Final = ("lookup_key", "suppression_key", "content_key", SIGNING_KEY)
"""The names of its own keys. What finds persons and what suppresses cannot be joined: two keys."""


def check_register(store: Store, register: str) -> None:
    """Refuse the vault of another register.

    Raises:
        Problem: VAULT_OF_ANOTHER_REGISTER or VAULT_DAMAGED.
    """
    if _meta(store)["register"] != register:
        raise Problem(
            Code.VAULT_OF_ANOTHER_REGISTER,
            "The vault belongs to another register.",
            advice="Put the register's own vault in its place.",
        )


def own_keys(store: Store, root: bytes) -> tuple[bytes, ...]:
    """Give the vault's own keys, in the order of `WRAPPED`.

    Raises:
        Problem: ROOT_KEY_WRONG or VAULT_DAMAGED.
    """
    meta = _meta(store)
    found = tuple(key for name in WRAPPED if (key := unwrap(root, meta[name])))
    if not found:
        raise Problem(
            Code.ROOT_KEY_WRONG,
            "The root key does not open this vault.",
            advice="Use the register's own; open the register anew where it was changed meanwhile.",
        )
    if len(found) < len(WRAPPED):
        raise damaged()
    return found


def opens(store: Store, root: bytes) -> bool:
    """Tell whether a root key opens all of the vault's own keys."""
    try:
        own_keys(store, root)
    except Problem:
        return False
    return True


def damaged() -> Problem:
    """Give the problem of a vault whose own keys are not whole."""
    return Problem(
        Code.VAULT_DAMAGED,
        "The vault's own keys are damaged.",
        advice="Restore the vault from its own backup.",
    )


def _meta(store: Store) -> dict[str, Any]:
    found = dict(store.execute("SELECT name, value FROM meta"))
    if not {"register", *WRAPPED} <= set(found):
        raise damaged()
    return found
