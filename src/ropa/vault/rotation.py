"""Rotation: new root and activity keys, by which the keys below them are wrapped anew.

The log is not touched: data keys stay what they are. Whoever was interrupted begins anew.
"""

from contextlib import suppress
from pathlib import Path
from typing import Final

from ropa.kernel.problem import Code, Problem
from ropa.vault.keys import (
    Keyring,
    fingerprint,
    new_key,
    unwrap,
    wrap,
    wrapped_activity_keys,
)
from ropa.vault.meta import WRAPPED, damaged, opens, own_keys
from ropa.vault.rootkey import FILE, NEW_FILE, read_root_key, sync, write_root_key
from ropa.vault.store import Store, problem_of

_PAGE: Final = 1_000


def rotate_activity(store: Store, keys: Keyring, root: bytes, activity: str) -> None:
    """Give an activity a new key; whoever had exported the old one opens nothing any more.

    Others may seal and erase meanwhile: until the end both keys open what they have wrapped.

    Raises:
        Problem: NOT_FOUND where the activity has no key; VAULT_DAMAGED where one of its keys is;
            LOG_BUSY where another process holds the vault: it is to be tried again then.
    """
    store.begin()
    try:
        own_keys(store, root)
        held = _activity_keys(store, root, activity)
        if not held:
            raise Problem(Code.NOT_FOUND, "The activity has no key: nothing was sealed for it.")
        newest, key = max(held) + 1, new_key()
        store.execute(
            "INSERT INTO activity_keys VALUES (?, ?, ?, ?)",
            activity,
            newest,
            wrap(root, key),
            fingerprint(key),
        )
        store.commit()
    finally:
        store.rollback()
    with store.lock:
        keys.drop()
    last: int | None = 0
    while last is not None:
        last = _rewrap(store, activity, held, (newest, key), last)
    store.execute(
        "DELETE FROM activity_keys WHERE activity = ? AND generation < ?", activity, newest
    )
    with store.lock:
        keys.drop()
    store.rewrite()


def _rewrap(
    store: Store, activity: str, held: dict[int, bytes], new: tuple[int, bytes], after: int
) -> int | None:
    """Wrap a page of data keys anew; gives the last of them, or None where there was none."""
    generation, key = new
    store.begin()
    try:
        rows = store.execute(
            "SELECT id, generation, wrapped FROM data_keys WHERE id > ? AND activity = ?"
            " AND generation < ? AND wrapped <> x'' ORDER BY id LIMIT ?",
            after,
            activity,
            generation,
            _PAGE,
        )
        store.execute_many(
            "UPDATE data_keys SET generation = ?, wrapped = ? WHERE id = ?",
            [
                # What does not unwrap is damaged, and stays so.
                (generation, wrap(key, found) if found else wrapped, row)
                for row, old, wrapped in rows
                for found in [unwrap(held.get(old, b""), wrapped)]
            ],
        )
        store.commit()
    finally:
        store.rollback()
    return rows[-1][0] if rows else None


def change_root(store: Store, root: bytes, given: bytes | None) -> bytes:
    """Change the root key, at whatever moment the process is killed; bytes of old may be left.

    A new key that is drawn here lies in `root.key.new` before the vault needs it, and `settle`
    renames it afterwards; where that was cut off, `current_root` does.

    Args:
        store: The vault's file.
        root: The root key.
        given: The new one, where something else keeps it. None draws one for `root.key`.

    Returns:
        The new one.

    Raises:
        Problem: ROOT_KEY_WRONG where another process has changed it; USAGE where the new one is
            the old one; VAULT_DAMAGED, LOG_BUSY, DISK_FULL or FILE_UNREADABLE.
    """
    new = new_key() if given is None else given
    store.begin()
    try:
        own = own_keys(store, root)
        if new == root:
            raise Problem(Code.USAGE, "The new root key is the one that is in use.")
        held = [
            (activity, generation, unwrap(root, wrapped))
            for activity, generation, wrapped, _ in wrapped_activity_keys(store)
        ]
        if given is None:
            _write(store.directory, new)
        store.execute_many(
            "UPDATE meta SET value = ? WHERE name = ?",
            [(wrap(new, key), name) for name, key in zip(WRAPPED, own, strict=True)],
        )
        store.execute_many(
            "UPDATE activity_keys SET wrapped = ? WHERE activity = ? AND generation = ?",
            [(wrap(new, _whole(key)), activity, generation) for activity, generation, key in held],
        )
        store.commit()
    finally:
        store.rollback()
    return new


def current_root(store: Store, root: bytes) -> bytes:
    """Give the root key that opens the vault.

    Where a change was cut off, `root.key` still holds the old key and `root.key.new` the one that
    opens the vault: this is put in its place. A new one that opens nothing is left out.

    Args:
        store: The vault's file.
        root: What `root_key` gave.

    Raises:
        Problem: LOG_BUSY, VAULT_DAMAGED or FILE_UNREADABLE.
    """
    if opens(store, root):
        return root
    try:
        old, new = (read_root_key(store.directory / name) for name in (FILE, NEW_FILE))
    except Problem:
        return root
    if old != root or not opens(store, new):
        return root
    settle(store)
    return new


def settle(store: Store) -> None:
    """Put the new root key in the place of the old one, if it is the one that opens the vault."""
    # Under the lock nobody else is changing the key: no other new file takes its place.
    store.begin()
    try:
        new = b""
        with suppress(Problem):
            new = read_root_key(store.directory / NEW_FILE)
        if new and opens(store, new):
            _replace(store.directory)
    finally:
        store.rollback()


def _replace(directory: Path) -> None:
    try:
        (directory / NEW_FILE).replace(directory / FILE)
        sync(directory)
    except OSError as error:
        raise problem_of(error, directory / FILE) from error


def _write(directory: Path, key: bytes) -> None:
    path = directory / NEW_FILE
    try:
        path.unlink(missing_ok=True)  # of a change that was cut off before it counted
        write_root_key(path, key)
        sync(directory)
    except OSError as error:
        raise problem_of(error, path) from error


def _activity_keys(store: Store, root: bytes, activity: str) -> dict[int, bytes]:
    return {
        generation: _whole(unwrap(root, wrapped))
        for name, generation, wrapped, _ in wrapped_activity_keys(store)
        if name == activity
    }


def _whole(key: bytes | None) -> bytes:
    if key is None:
        raise damaged()
    return key
