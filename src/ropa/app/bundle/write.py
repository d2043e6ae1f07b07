"""Writing a bundle: all that proves a range of the log, gathered and put into one file."""

import errno
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from stat import S_IFREG
from tempfile import NamedTemporaryFile, TemporaryFile
from zipfile import ZIP_DEFLATED, LargeZipFile, ZipFile, ZipInfo

from ropa.app.bundle import layout, papers, told
from ropa.app.bundle.layout import ABSENT, CHECKPOINT, GUIDE, MANIFEST, POLICY, RECIPES, Manifest
from ropa.app.bundle.papers import Printed
from ropa.app.bundle.spool import Spool
from ropa.app.bundle.told import Absent, Tombstone
from ropa.app.checkpoints import read_note_file, stamp_of
from ropa.app.proving import no_checkpoint
from ropa.app.reading import Reading
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.progress import Progress, silent
from ropa.log import LogReader, Reads
from ropa.log.faults import damaged
from ropa.log.tree import HASH_SIZE, Frontier, NodeLookup, root
from ropa.proofs.checkpoint import origin_of, read_checkpoint
from ropa.proofs.merkle import inclusion_proof
from ropa.proofs.note import encoded, read_note, verify
from ropa.proofs.policy import Policy
from ropa.proofs.tiles import WIDTH, entry_bundles, hash_tiles, tile_nodes
from ropa.proofs.tlogproof import TlogProof

_OLDEST = (1980, 1, 1, 0, 0, 0)  # the beginning of time in a ZIP
_UNIX = 3
_MODE = S_IFREG | 0o644
_HEIGHT = 8


def write(
    reading: Reading,
    out: Path,
    *,
    first: int,
    last: int,
    sign: Callable[[str], str],
    tombstone: Tombstone = lambda _key: None,
    progress: Progress = silent,
) -> Manifest:
    """Write a bundle, in place of a file that may be there: all of it or nothing.

    The same register, range, checkpoints and clock give the same bytes. Memory is bounded, but for
    what the register's papers are made from; the disk holds the hashes of the whole tree meanwhile.

    Args:
        reading: The register; beside its policy a checkpoint must lie that covers the range.
        out: The ZIP.
        first: The position of the first event of the range.
        last: That of the last one.
        sign: Gives the note over a text, signed by the log.
        tombstone: Tells how a key was destroyed, for the records of boxes that are gone.
        progress: Is told how many events are done, and of how many.

    Returns:
        The manifest of what was written.

    Raises:
        Problem: `not-in-history` where the log has no such range; `not-found` where no checkpoint
            covers it; `log-forked` where a checkpoint is not of the log as it is; `usage` where it
            is more than a bundle can hold; `disk-full` or `file-unreadable`; or what is wrong with
            checkpoints, policy or log.
    """
    if not 1 <= first <= last <= reading.head:
        raise Problem(
            Code.NOT_IN_HISTORY,
            f"The log has {reading.head} events, and no such range of them.",
            advice="Ask for a range that it has.",
        )
    with (
        _faults(out),
        LogReader(reading.files.log) as log,
        TemporaryFile(dir=out.parent) as scratch,
    ):
        making = _Making(reading, log, Spool(scratch), (first, last), progress)
        making.gather(tombstone)
        manifest = making.sign(sign)
        making.pack(out)
        return manifest


class _Making:
    """A bundle that is being made."""

    def __init__(
        self,
        reading: Reading,
        log: Reads,
        spool: Spool,
        ends: tuple[int, int],
        progress: Progress,
    ) -> None:
        self._reading = reading
        self._log = log
        self._spool = spool
        self._first, self._last = ends
        self._origin = origin_of(reading.settings.register)
        policy = read_note_file(reading.files.policy)
        self._policy = Policy.read(policy)
        self._put(POLICY, policy)
        size = reading.covering(self._last)
        if size is None:
            raise no_checkpoint(self._last)
        if size > reading.head:
            raise _forked(size)
        self._size = size
        # Entries come in whole bundles.
        self._begun = (self._first - 1) // WIDTH
        self._end = min(-(-self._last // WIDTH) * WIDTH, self._size)
        self._progress = progress
        self._done, self._total = 0, self._size + self._end - self._begun * WIDTH

    def gather(self, tombstone: Tombstone) -> None:
        """Gather all but the manifest and the entries."""
        nodes = self._put_tiles()
        note = self._put_checkpoint(CHECKPOINT, self._size, nodes)
        for size in self._sides():
            self._put_checkpoint(layout.side_path(size), size, nodes)
        for position in {self._first, self._last, *self._put_absent(tombstone)}:
            hashes = inclusion_proof(position - 1, self._size, nodes)
            proof = TlogProof(position - 1, hashes, note)
            self._put(layout.proof_path(position), proof.text())
        self._put_papers(nodes)
        here = files("ropa.app.bundle") / "recipes"
        self._put(GUIDE, (here / GUIDE).read_bytes())
        for path in RECIPES:
            self._put(path, (here / path.partition("/")[2]).read_bytes())

    def sign(self, sign: Callable[[str], str]) -> Manifest:
        """Make the manifest of what was gathered, and have it signed."""
        listed = self._spool.digests().items()
        manifest = Manifest(
            origin=self._origin,
            first=self._first,
            last=self._last,
            size=self._size,
            version=version("ropa"),
            files={path: digest for path, digest in listed if not path.startswith("tile/")},
        )
        text = sign(manifest.text())
        note = read_note(text)
        verify(note, self._policy.log_keys(self._origin))
        self._put(MANIFEST, text)
        return Manifest.read(note.text)

    def pack(self, out: Path) -> None:
        """Put all into one file."""
        with NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as file:
            made = Path(file.name)
            try:
                with ZipFile(file, "w", allowZip64=False) as archive:
                    for path in self._spool.paths():
                        _pack(archive, path, self._spool.pieces(path))
                    for path, entries in self._bundles():
                        _pack(archive, path, (entries,))
                file.flush()
                made.replace(out)
            except BaseException:
                made.unlink()
                raise

    def _put(self, path: str, content: str | bytes) -> None:
        self._spool.add(path, (content.encode() if isinstance(content, str) else content,))

    def _put_tiles(self) -> NodeLookup:
        """Add the tiles of the tree over the events as they are, and give its nodes."""
        for path, tile in hash_tiles(self._size, _growing(self._states(0, self._size))):
            self._spool.add(path, (tile,))
        return tile_nodes(self._size, self._spool.read)

    def _put_checkpoint(self, path: str, size: int, nodes: NodeLookup) -> str:
        """Add a checkpoint of the tree, with its time stamp where it has one."""
        file = self._reading.files.checkpoint(size)
        note = read_note_file(file)
        try:
            if path == CHECKPOINT:
                said = self._policy.read_checkpoint(note, self._origin)
            else:
                said = read_checkpoint(note, self._policy.logs, self._origin)
        except Problem as problem:
            raise problem.at(file=file.name) from None
        if (said.size, said.root) != (size, root(size, nodes)):
            raise _forked(size)
        self._put(path, note)
        stamp = stamp_of(file)
        if stamp.exists():
            self._put(layout.stamp_path(path), stamp.read_bytes())
        return note

    def _sides(self) -> list[int]:
        """Give the sizes of the other checkpoints in the range.

        Of more than a bundle holds those with a time stamp come first, and then the newest.
        """
        found = [
            (stamp_of(file).exists(), size)
            for file in self._reading.files.signed()
            if self._first <= (size := int(file.stem)) < self._size
        ]
        return [size for _, size in sorted(found)[-layout.MAX_SIDE :]]

    def _put_absent(self, tombstone: Tombstone) -> list[int]:
        """Add the records of boxes that are gone, and give the first of their positions."""
        positions: list[int] = []

        def seen() -> Iterator[Absent]:
            for record in told.absent(self._log, self._first, self._last, tombstone):
                if len(positions) < layout.MAX_SIDE and record.position not in positions[-1:]:
                    positions.append(record.position)
                yield record

        self._spool.add(ABSENT, told.written(seen()))
        return positions

    def _put_papers(self, nodes: NodeLookup) -> None:
        reading, before = self._reading, self._first - 1
        printed = Printed(reading.now(), reading.settings.language)
        made = papers.made(
            reading.events(upto=before),
            reading.events(upto=self._last),
            (encoded(root(before, nodes)), encoded(root(self._last, nodes))),
            dict.fromkeys(layout.NAMES, printed),
        )
        for path, text in made.items():
            self._put(path, text)

    def _bundles(self) -> Iterator[tuple[str, bytes]]:
        """Give the entry bundles in which the range lies."""
        end = self._end
        return entry_bundles(self._states(self._begun * WIDTH, end), end, self._begun)

    def _states(self, after: int, upto: int) -> Iterator[bytes]:
        """Give the stored bytes of events, and tell how far it is."""
        for row in self._log.events(after, upto):
            yield row.state
            self._done += 1
            if self._done % WIDTH == 0:
                self._progress(self._done, self._total)


def _growing(states: Iterator[bytes]) -> NodeLookup:
    """Give the nodes of a tree that grows as its leaves are asked for, in order."""
    frontier = Frontier()
    above: dict[int, list[bytes]] = {}

    def node(level: int, k: int) -> bytes:
        if level:
            return above[level][k]
        state = next(states, None)
        if state is None:
            raise damaged("An event of the log is missing.")
        (hashes,) = frontier.extend((state,))
        nodes = [hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)]
        for over in range(_HEIGHT, len(nodes), _HEIGHT):
            above.setdefault(over, []).append(nodes[over])
        return nodes[0]

    return node


def _pack(archive: ZipFile, path: str, pieces: Iterable[bytes]) -> None:
    info = ZipInfo(path, _OLDEST)
    info.compress_type = ZIP_DEFLATED
    info.create_system = _UNIX
    info.external_attr = _MODE << 16
    with archive.open(info, "w") as file:
        for piece in pieces:
            file.write(piece)


@contextmanager
def _faults(out: Path) -> Iterator[None]:
    try:
        yield
    except LargeZipFile:
        raise Problem(
            Code.USAGE,
            "This is more than one bundle can hold.",
            advice="Make several, each of a shorter range.",
        ) from None
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise Problem(
            Code.DISK_FULL if full else Code.FILE_UNREADABLE,
            "There is no room for the bundle." if full else "The bundle cannot be written there.",
            where=Where(file=str(out)),
        ) from None


def _forked(size: int) -> Problem:
    return Problem(
        Code.LOG_FORKED,
        "The log is not the one that a checkpoint was signed for.",
        advice="Find the damage with `ropa log verify`.",
        where=Where(position=size),
    )
