"""Sweeping: keys that were stored and then never used, as a crash between vault and log leaves."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from ropa.catalogue import decode
from ropa.kernel.fact import Recorded
from ropa.kernel.progress import Progress
from ropa.log import Log, Reads
from ropa.vault import Vault

_OWN_STREAMS = ("request/", "breach/")
"""The histories whose values may have the history itself for an owner."""


def sweep(log: Log, vault: Vault, progress: Progress) -> int:
    """Remove the keys that no event uses; gives how many there were.

    What looks unused is looked at again under the log's lock, when nobody is between the two.
    """
    suspects = []
    total = vault.key_count()
    for number, (key, owner) in enumerate(vault.keys(), 1):
        progress(number, total)
        if key not in _used(log, owner):
            suspects.append((key, owner))
    return _swept(log, vault, suspects)


def sweep_of(log: Log, vault: Vault, owners: Mapping[str, AbstractSet[str]]) -> int:
    """Remove the keys of some owners that no event uses; gives how many there were.

    Args:
        log: The log.
        vault: The vault.
        owners: The owners, each with keys of which it is known that an event uses them.
    """
    suspects = [(key, owner) for key, owner in vault.keys_of(owners) if key not in owners[owner]]
    return _swept(log, vault, [one for one in suspects if one[0] not in _used(log, one[1])])


def _swept(log: Log, vault: Vault, suspects: Sequence[tuple[str, str]]) -> int:
    if not suspects:
        return 0
    with log.writing() as writing:
        return vault.sweep(key for key, owner in suspects if key not in _used(writing, owner))


def _used(log: Reads, owner: str) -> set[str]:
    return {
        box.key
        for rows in _histories(log, owner)
        for recorded in rows
        for box in recorded.sealed.values()
    }


def _histories(log: Reads, owner: str) -> Iterator[Iterator[Recorded[Any]]]:
    yield (decode(row.type, row.state) for row in log.subject(owner))
    for prefix in _OWN_STREAMS:
        yield (decode(row.type, row.state) for row in log.stream(prefix + owner))
