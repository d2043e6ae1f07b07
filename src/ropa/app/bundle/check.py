"""Checking a bundle, as it comes from a stranger: straight out of the archive, nothing unpacked."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from ropa.app.bundle import layout, papers
from ropa.app.bundle.archive import Archive, opened
from ropa.app.bundle.entries import Entries, Records
from ropa.app.bundle.layout import ABSENT, CHECKPOINT, MANIFEST, POLICY, Manifest, malformed
from ropa.app.bundle.papers import Stated
from ropa.app.bundle.tiles import Tiles
from ropa.app.bundle.told import NONE
from ropa.app.bundle.verdict import Findings, Kind, Verdict
from ropa.app.checkpoints import read_note_file
from ropa.app.verifying import Stamp
from ropa.kernel.problem import Code, Problem
from ropa.kernel.progress import Progress, silent
from ropa.proofs import timestamp
from ropa.proofs.checkpoint import Checkpoint, read_checkpoint
from ropa.proofs.merkle import verify_inclusion
from ropa.proofs.note import Note, read_note, verify
from ropa.proofs.policy import Policy
from ropa.proofs.tlogproof import TlogProof


def check(
    path: Path,
    *,
    policy: Policy | None = None,
    against: Sequence[Path] = (),
    authorities: Sequence[bytes] = (),
    progress: Progress = silent,
) -> Verdict:
    """Check a bundle. What does not hold is told, and not raised.

    Memory is bounded, but for the version of each history and for the register, where its papers
    are made again.

    Args:
        path: The ZIP.
        policy: By whose keys it is believed; None for the policy in the bundle itself, by which it
            can only be seen that all is of one piece.
        against: Signed checkpoints of the log that were kept elsewhere.
        authorities: Certificates of time-stamping authorities, PEM; without them no time stamp is
            looked at.
        progress: Is told how many events are done, and of how many.

    Raises:
        Problem: `file-unreadable`; `bundle-malformed` where it is no bundle, lacks a file or has
            another; `checkpoint-ahead` where one kept elsewhere is of a greater size, and what is
            wrong with one of these.
    """
    with opened(path) as archive:
        return _Check(archive, policy).run(against, authorities, progress)


class _Check:
    """A check that goes on. Of a file that is not the one in the manifest no more is looked at."""

    def __init__(self, archive: Archive, policy: Policy | None) -> None:
        self._archive = archive
        self._findings = Findings()
        self._note, self._manifest = _manifest(archive)
        _check_names(archive, self._manifest)
        self._policy = policy or _own_policy(archive)
        self._own_policy = policy is None
        self._altered: set[str] = set()
        self._tiles = Tiles(archive, self._manifest.size)

    def run(
        self, against: Iterable[Path], authorities: Sequence[bytes], progress: Progress
    ) -> Verdict:
        """Check all of it."""
        manifest = self._manifest
        self._check_signature()
        self._check_files()
        self._tiles.check(self._findings)
        self._check_checkpoints()
        self._check_against(against)
        lines = iter(NONE) if ABSENT in self._altered else self._archive.lines(ABSENT)
        records = Records(lines, self._findings)
        entries = Entries(self._archive, manifest, self._tiles, records, self._findings)
        entries.check(progress)
        self._check_proofs()
        stamps = tuple(self._stamps(authorities))
        again = self._check_papers(entries)
        return Verdict(
            origin=manifest.origin,
            first=manifest.first,
            last=manifest.last,
            size=manifest.size,
            root=self._root(manifest.size),
            own_policy=self._own_policy,
            events=entries.count,
            checkpoints=sum(_size_of(path, manifest) is not None for path in manifest.files),
            stamps=stamps,
            absent=records.count,
            papers_made_again=again,
            findings=tuple(self._findings.first),
            found=self._findings.count,
        )

    def _check_signature(self) -> None:
        keys = self._policy.log_keys(self._manifest.origin)
        try:
            verify(self._note, keys)
        except Problem as problem:
            self._findings.add(Kind.SIGNATURE, MANIFEST, problem.detail)

    def _check_files(self) -> None:
        for path, expected in self._manifest.files.items():
            digest = sha256()
            for piece in self._archive.pieces(path):
                digest.update(piece)
            if digest.hexdigest() != expected:
                self._altered.add(path)
                self._findings.add(Kind.FILE, path, "It is not the file that the manifest lists.")

    def _check_checkpoints(self) -> None:
        for path in self._manifest.files:
            size = _size_of(path, self._manifest)
            if size is None or path in self._altered:
                continue
            try:
                found = self._checkpoint(path)
            except Problem as problem:
                self._findings.add(Kind.SIGNATURE, path, problem.detail)
                continue
            if found.size != size or size > self._manifest.size:
                self._findings.add(Kind.CHECKPOINT, path, "It is of another size.")
            elif found.root != self._tiles.root(size):
                self._findings.add(
                    Kind.CHECKPOINT, path, "The tree has another root at its size.", size
                )

    def _checkpoint(self, path: str) -> Checkpoint:
        text, origin = _text(self._archive, path), self._manifest.origin
        if path == CHECKPOINT:
            return self._policy.read_checkpoint(text, origin)
        # Witnesses may have come later than a checkpoint that is not the one to be believed.
        return read_checkpoint(text, self._policy.logs, origin)

    def _stamps(self, authorities: Sequence[bytes]) -> Iterator[Stamp]:
        """Give the time stamps that hold, where there is somebody to believe."""
        for path in sorted(self._manifest.files.keys() - self._altered) if authorities else ():
            size, stamp = _size_of(path, self._manifest), layout.stamp_path(path)
            if size is None or stamp not in self._archive.names or stamp in self._altered:
                continue
            try:
                note = self._archive.read(path)
                at = timestamp.verify(note, self._archive.read(stamp), authorities)
                yield Stamp(size=size, at=at)
            except Problem as problem:
                self._findings.add(Kind.STAMP, stamp, problem.detail, size)

    def _check_against(self, files: Iterable[Path]) -> None:
        for file in files:
            note = read_note_file(file)
            kept = read_checkpoint(note, self._policy.keys, self._manifest.origin)
            if kept.size > self._manifest.size:
                raise Problem(
                    Code.CHECKPOINT_AHEAD,
                    "The checkpoint that was kept is of a later size than the bundle's.",
                    advice="Ask for a bundle that goes as far, or compare with an earlier one.",
                )
            if kept.root != self._tiles.root(kept.size):
                self._findings.add(
                    Kind.CHECKPOINT,
                    CHECKPOINT,
                    "The tree is not the one whose checkpoint was kept elsewhere.",
                    kept.size,
                )

    def _check_proofs(self) -> None:
        for path in sorted(self._manifest.files.keys() - self._altered):
            position = layout.proof_position(path)
            if position is not None:
                try:
                    self._check_proof(path, position)
                except Problem as problem:
                    self._findings.add(Kind.PROOF, path, problem.detail, position)

    def _check_proof(self, path: str, position: int) -> None:
        proof, size = TlogProof.read(_text(self._archive, path)), self._manifest.size
        if proof.index != position - 1 or proof.checkpoint != _text(self._archive, CHECKPOINT):
            raise malformed("The proof is of another event, or leads to another checkpoint.")
        leaf = self._tiles.leaf(proof.index)
        verify_inclusion(leaf, proof.index, size, proof.hashes, self._tiles.root(size))

    def _check_papers(self, entries: Entries) -> bool:
        """Look at the papers, and tell whether they were made again."""
        told: dict[str, Stated] = {}
        for name, position in layout.paper_positions(self._manifest).items():
            path = papers.path(name)
            if path in self._altered:
                continue
            found = papers.stated(self._archive.read(path))
            if found and (found.position, found.root) == (position, self._root(position)):
                told[name] = found
            else:
                self._findings.add(
                    Kind.PAPER, path, "It is not of the place in the log that it should be of."
                )
        alike = self._manifest.version == version("ropa")
        if self._manifest.first > 1 or not alike or self._findings.count:
            return False
        try:
            roots = self._root(0), self._root(self._manifest.last)
            printed = {name: one.printed for name, one in told.items()}
            again = papers.made((), entries.events(), roots, printed)
        except Exception:  # noqa: BLE001 - events that were made to break it raise whatever comes
            again = {}
        for path in layout.PAPERS:
            if again.get(path) != self._archive.read(path):
                self._findings.add(Kind.PAPER, path, "It is not what the events come to.")
        return True

    def _root(self, size: int) -> str:
        return b64encode(self._tiles.root(size)).decode()


def _manifest(archive: Archive) -> tuple[Note, Manifest]:
    if MANIFEST not in archive.names:
        raise malformed("The bundle has no manifest.")
    try:
        note = read_note(_text(archive, MANIFEST))
    except Problem:
        raise malformed("The manifest is no signed note.", MANIFEST) from None
    if len(note.signatures) > 1:
        raise malformed("The manifest is signed more than once.", MANIFEST)
    return note, Manifest.read(note.text)


def _check_names(archive: Archive, manifest: Manifest) -> None:
    """Make sure that there are just the files that there should be; absurd sizes cost nothing."""
    listed = len(manifest.files) + 1
    if (
        listed + layout.tile_count(manifest) != len(archive.names)
        or not manifest.files.keys() < archive.names
        or not all(path in archive.names for path in layout.tile_paths(manifest))
    ):
        raise malformed(
            "The bundle lacks a file that it should have, or has one that it should not."
        )


def _own_policy(archive: Archive) -> Policy:
    try:
        return Policy.read(_text(archive, POLICY))
    except Problem:
        raise malformed("The bundle's policy cannot be read.", POLICY) from None


def _text(archive: Archive, path: str) -> str:
    try:
        return archive.read(path).decode()
    except UnicodeDecodeError:
        raise malformed("The file is not UTF-8.", path) from None


def _size_of(path: str, manifest: Manifest) -> int | None:
    """Give the size that a checkpoint should have; None for another file."""
    return manifest.size if path == CHECKPOINT else layout.side_size(path)
