"""Proving: what stands in the log, for those who have no part of it but a checkpoint."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ropa.app.checkpoints import copy_to, read_sized
from ropa.app.files import Files
from ropa.app.settings import Settings
from ropa.app.stamping import stamp
from ropa.app.verifying import Verification, read_policy, verify_log
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.progress import Progress, silent
from ropa.log import Log
from ropa.log.tree import Frontier, NodeLookup, leaf_hash
from ropa.proofs.checkpoint import Checkpoint, origin_of
from ropa.proofs.merkle import inclusion_proof, verify_inclusion
from ropa.proofs.policy import Policy
from ropa.proofs.tiles import entry_bundles, hash_tiles
from ropa.proofs.tlogproof import TlogProof


class Proving:
    """What proves the log of one register; it needs no keys."""

    def __init__(self, log: Log, files: Files, settings: Settings) -> None:
        self._log = log
        self._files = files
        self._settings = settings

    def verify(
        self,
        *,
        policy: Policy | None = None,
        against: Sequence[Path] = (),
        authorities: Sequence[bytes] = (),
        boxes: bool = True,
        progress: Progress = silent,
    ) -> Verification:
        """Hold the log against its tree, its checkpoints, and what others have kept of it.

        Args:
            policy: The keys that are trusted; those beside the checkpoints where none is given.
            against: Checkpoints that were kept elsewhere, or folders of them, besides the anchor.
            authorities: Certificates of time-stamping authorities, PEM.
            boxes: Whether the boxes are held against their digests.
            progress: Is told how far it is.

        Raises:
            Problem: `log-busy`, or what is wrong with the policy, the vault or the certificates;
                what is wrong with the log or with what vouches for it is told, and not raised.
        """
        return verify_log(
            self._log,
            self._files,
            self._settings,
            policy=policy,
            against=against,
            authorities=authorities,
            boxes=boxes,
            progress=progress,
        )

    def check_proof(self, text: str, event: bytes) -> int:
        """Check a proof by the keys beside the checkpoints; `check_proof` tells the rest."""
        policy = read_policy(self._files.policy)
        return check_proof(text, event, policy, self._settings.register)

    def state(self, position: int) -> bytes:
        """Give the stored form of an event, which is what is proved.

        Raises:
            Problem: `not-found`.
        """
        return self._log.event(position).state

    def stamp(self, authority: str) -> Path:
        """Have the newest checkpoint time-stamped; `ropa.app.stamping.stamp` says how.

        Raises:
            Problem: `not-found` where no checkpoint was ever signed, and what is wrong with it.
        """
        newest = self._newest()
        note, _ = self._read(newest)
        made = stamp(note, newest, authority)
        if self._settings.anchor is not None:
            copy_to(self._settings.anchor, self._files)
        return made

    def proof(self, position: int) -> TlogProof:
        """Prove that an event stands in the log, under the smallest checkpoint that covers it.

        Raises:
            Problem: `not-found` where the log has no such event, or no checkpoint covers it;
                `log-forked` where the checkpoint is not of the log as it stands; what is wrong
                with the checkpoint or its policy.
        """
        leaf = leaf_hash(self.state(position))
        for file in self._files.signed():
            if int(file.stem) >= position:
                note, said = self._read(file)
                break
        else:
            raise no_checkpoint(position)
        with self._tree(said) as node:
            hashes = inclusion_proof(position - 1, said.size, node)
            verify_inclusion(leaf, position - 1, said.size, hashes, said.root)
        return TlogProof(position - 1, hashes, note)

    def export(self, folder: Path, *, progress: Progress = silent) -> Checkpoint:
        """Write the log as C2SP tlog-tiles: tiles, entry bundles, and the newest checkpoint.

        The checkpoint comes last: a folder that has one is whole.

        Raises:
            Problem: `register-exists` where there is something in the folder, `not-found` where no
                checkpoint was ever signed, `log-forked` where the newest is not of the log as it
                stands, `file-unreadable`, and what is wrong with the checkpoint or its policy.
        """
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Problem(
                Code.REGISTER_EXISTS,
                "There is something in this folder already.",
                advice="Name a folder that is empty or does not exist.",
                where=Where(file=str(folder)),
            )
        note, said = self._read(self._newest())
        edge = Frontier()
        with self._tree(said) as node:
            for path, content in hash_tiles(said.size, node):
                _put(folder / path, content)
            for path, content in entry_bundles(self._states(edge, said.size), said.size):
                _put(folder / path, content)
                progress(edge.size, said.size)
        if edge.root() != said.root:
            raise _forked(said)
        _put(folder / "checkpoint", note.encode())
        return said

    def _states(self, edge: Frontier, size: int) -> Iterator[bytes]:
        """Give the events as they are stored, and make the tree over them."""
        for row in self._log.events(upto=size):
            edge.extend((row.state,))
            yield row.state

    def _newest(self) -> Path:
        signed = self._files.signed()
        if not signed:
            raise no_checkpoint(None)
        return signed[-1]

    def _read(self, file: Path) -> tuple[str, Checkpoint]:
        """Give a checkpoint of this register's, with its note."""
        return read_sized(file, read_policy(self._files.policy), self._settings.register)

    @contextmanager
    def _tree(self, said: Checkpoint) -> Iterator[NodeLookup]:
        """Give the nodes of the tree that a checkpoint was signed for.

        Raises:
            Problem: `log-forked` where the log is another, or what the block found shows it.
        """
        try:
            if self._log.root(said.size) != said.root:
                raise _forked(said)
            with self._log.nodes() as node:
                yield node
        except Problem as problem:
            if problem.code not in {Code.NOT_FOUND, Code.PROOF_WRONG}:
                raise
            raise _forked(said) from None


def check_proof(text: str, event: bytes, policy: Policy, register: str | None = None) -> int:
    """Check a proof that an event stands in a log, and give its position.

    Args:
        text: The proof (C2SP tlog-proof).
        event: The event's stored form, byte for byte.
        policy: The keys that are trusted.
        register: The register whose log it must be; None for any that the policy knows.

    Raises:
        Problem: `proof-malformed`, `proof-wrong` where it is of another event, `note-malformed`,
            `signature-wrong` or `signature-missing`.
    """
    proof = TlogProof.read(text)
    said = policy.read_checkpoint(
        proof.checkpoint, origin_of(register) if register is not None else None
    )
    try:
        verify_inclusion(leaf_hash(event), proof.index, said.size, proof.hashes, said.root)
    except Problem as problem:
        if problem.code is not Code.PROOF_WRONG:
            raise
        raise Problem(
            Code.PROOF_WRONG,
            "The proof is not of this event.",
            advice="Take the event byte for byte, as `ropa log proof --event` gives it.",
        ) from None
    return proof.index + 1


def no_checkpoint(position: int | None) -> Problem:
    """Make the problem that no checkpoint covers an event, or that there is none at all."""
    return Problem(
        Code.NOT_FOUND,
        "There is no checkpoint yet."
        if position is None
        else "No checkpoint covers this event yet.",
        advice="Sign one with `ropa log checkpoint`.",
        where=Where(position=position),
    )


def _forked(said: Checkpoint) -> Problem:
    return Problem(
        Code.LOG_FORKED,
        "The log is not the one that the checkpoint was signed for.",
        advice="Find the damage with `ropa log verify`.",
        where=Where(position=said.size),
    )


def _put(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError:
        raise Problem(
            Code.FILE_UNREADABLE,
            "The file cannot be written.",
            advice="Look at the folder, its permissions, and the disk's room.",
            where=Where(file=str(path)),
        ) from None
