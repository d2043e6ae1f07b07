"""Killed at whatever instant: what was promised is there, and nothing is there by halves."""

import multiprocessing
import random
import sqlite3
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from signal import SIGKILL

import pytest

from ropa.app import Register
from ropa.catalogue import decode
from ropa.kernel.opening import Values
from ropa.vault import Vault, root_key
from tests.app.shop import founded
from tests.e2e import killed

pytestmark = pytest.mark.kills

KILLS = 50
LONGEST = 0.2
"""Seconds until a kill, from when the process is at work or, every fifth time, from its start."""


class Witness:
    """Reads the log with other people's tools, from where it read last; knows what it has read."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._levels: list[list[bytes]] = [[]]
        self._versions: Counter[str] = Counter()
        self.leaves: list[bytes] = self._levels[0]

    def read(self) -> list[tuple[int, str, bytes]]:
        """Check what is new: dense positions and versions, leaves, and the nodes they complete."""
        with sqlite3.connect(self._directory / "log.db") as db:
            rows = db.execute(
                "SELECT position, stream, version, type, state, hashes FROM events"
                " WHERE position > ? ORDER BY position",
                (len(self.leaves),),
            ).fetchall()
        db.close()
        for position, stream, version, _, state, hashes in rows:
            assert position == len(self.leaves) + 1
            assert version == self._versions[stream] + 1
            self._versions[stream] = version
            assert hashes == self._completed(sha256(b"\x00" + state).digest())
        return [(position, kind, state) for position, _, _, kind, state, _ in rows]

    def _completed(self, node: bytes) -> bytes:
        """Add a leaf to a tree of one's own; give it and the nodes that it completes."""
        found = node
        for level in range(64):
            if level == len(self._levels):
                self._levels.append([])
            nodes = self._levels[level]
            nodes.append(node)
            if len(nodes) % 2:
                break
            node = sha256(b"\x01" + nodes[-2] + nodes[-1]).digest()
            found += node
        return found


@pytest.mark.parametrize("group", range(4))
def test_killed_at_random_instants(tmp_path: Path, group: int) -> None:
    shop = founded(tmp_path / "shop")
    witness = Witness(shop)
    witness.read()
    draw = random.Random(group)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([killed.__name__])
    promised, interrupted = 0, 0
    for kill in range(KILLS):
        run = group * 1_000 + kill
        promises = tmp_path / f"promises-{run}"
        ours, theirs = context.Pipe()
        process = context.Process(target=killed.append_for_ever, args=(shop, promises, run, theirs))
        process.start()
        if kill % 5:
            assert ours.poll(60)
        process.join(draw.uniform(0, LONGEST))
        process.kill()
        process.join()
        ours.close()
        theirs.close()
        assert process.exitcode == -SIGKILL
        given = _given(promises)
        promised += len(given)
        interrupted += _whole_and_open(shop, witness, given)
    assert promised > KILLS
    with Register.open(shop) as register:
        assert register.head == len(witness.leaves)
        assert list(register.check_views()) == []
    # Now and then a batch is recorded whose receipts the process lived not long enough to give.
    assert interrupted < KILLS


def _given(promises: Path) -> list[tuple[int, str]]:
    """Give the receipts that were written; the last line may have been cut by the kill."""
    text = promises.read_text() if promises.exists() else ""
    lines = text.rpartition("\n")[0].splitlines()
    return [(int(position), leaf) for position, leaf in map(str.split, lines)]


def _whole_and_open(shop: Path, witness: Witness, given: list[tuple[int, str]]) -> bool:
    """Look at what a killed process left; tell whether it recorded more than it could say."""
    with Register.open(shop) as register:  # as the next process finds it
        found = [decode(kind, state) for _, kind, state in witness.read()]
        for position, leaf in given:
            assert witness.leaves[position - 1].hex() == leaf
        told = [event for event in found if event.source != "ropa"]
        _require_whole(event.cause or "" for event in told)
        # Details carried to marketing, and its end: two consequences for a person's five facts.
        consequences = [event for event in found if event.source == "ropa"]
        assert len(consequences) == len(told) // 5 * 2
        for event in consequences:
            assert event.cause == f"position/{event.position - 1}"
        root = root_key(shop / "vault", {})
        with Vault.open(shop / "vault", register.settings.register, root) as vault:
            keys = set(vault.key_ids())
        with register.asking() as sources:
            for event in found:
                for activity, box in event.sealed.items():
                    assert box.key in keys
                    assert isinstance(sources.open(event, activity), Values)
    return len(told) > len(given)


def _require_whole(causes: Iterable[str]) -> None:
    for cause, number in Counter(causes).items():
        assert number == int(cause.rpartition(".")[2])
