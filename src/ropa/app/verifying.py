"""Verifying: the log against its checkpoints, its boxes, and what others have kept of it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from ropa.app.checkpoints import key_of, read_note_file, read_sized, read_some, stamp_of
from ropa.app.files import Files, checkpoints_in
from ropa.app.settings import Settings
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.progress import Progress
from ropa.log import Log
from ropa.proofs import timestamp
from ropa.proofs.checkpoint import Checkpoint, origin_of
from ropa.proofs.policy import Policy
from ropa.proofs.verdict import Claim, State, Verdict
from ropa.proofs.verify import verify
from ropa.vault import Reader, Vault

_UNREAD = frozenset({Code.FILE_UNREADABLE, Code.NOT_FOUND})


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """What was to vouch for the log, and does not.

    Attributes:
        name: Its file or folder.
        code: Why not.
        detail: The same in a sentence.
    """

    name: str
    code: Code
    detail: str


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """A time stamp over a checkpoint that holds: the log was this far, at the latest then."""

    size: int
    at: datetime


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What came of verifying a register's log.

    Attributes:
        state: What is said of the whole.
        unsigned_since: The first event under no checkpoint that holds; None where there is none.
        log: What came of the log itself.
        checkpoints: How many checkpoints were held against it.
        elsewhere_upto: How far they hold of those that were kept elsewhere (in the anchor's folder,
            or by whoever asks) or have a time stamp that holds; 0 for none. Beyond it, whoever has
            the signing key could have made the log anew.
        vault: Whether the vault was there, whose last head was held against the log too, and which
            tells a box that was erased from one that is missing.
        refused: Checkpoints and time stamps that cannot be believed.
        unread: Where checkpoints were to be found, and none could be read: they may tell more.
        stamps: The time stamps that hold.
        unchecked: How many time stamps were not looked at, since no authority was given.
    """

    state: State
    unsigned_since: int | None
    log: Verdict
    checkpoints: int
    elsewhere_upto: int
    vault: bool
    refused: tuple[Refused, ...]
    unread: tuple[Refused, ...]
    stamps: tuple[Stamp, ...]
    unchecked: int


class _Claims:
    """What is signed of a log, as far as it can be believed."""

    def __init__(self, register: str, policy: Policy, authorities: Sequence[bytes]) -> None:
        self._register = register
        self._policy = policy
        self._authorities = authorities
        self.found: list[Claim] = []
        self.stamped: list[Claim] = []
        self.refused: list[Refused] = []
        self.unread: list[Refused] = []
        # The same stamp may lie in two places.
        self.stamps: dict[Stamp, None] = {}
        self.unchecked = 0

    def add_folder(self, folder: Path, *, may_be_empty: bool = False) -> None:
        """Add the checkpoints in a folder, which are named by their sizes."""
        with self._believed(folder):
            files = _listed(folder)
            if not files and not may_be_empty:
                raise Problem(Code.NOT_FOUND, "There is no checkpoint in this folder.")
            for file in files:
                with self._believed(file):
                    self._add(file, *read_sized(file, self._policy, self._register))

    def add_file(self, file: Path) -> None:
        """Add a checkpoint of any name."""
        with self._believed(file):
            note = read_note_file(file)
            said = self._policy.read_checkpoint(note, origin_of(self._register))
            self._add(file, note, said)

    def _add(self, file: Path, note: str, said: Checkpoint) -> None:
        claim = Claim(said.size, said.root, _name(file))
        self.found.append(claim)
        stamp = stamp_of(file)
        if not stamp.exists():
            return
        if not self._authorities:
            self.unchecked += 1
            return
        with self._believed(stamp):
            at = timestamp.verify(note.encode(), read_some(stamp), self._authorities)
            self.stamps[Stamp(size=said.size, at=at)] = None
            self.stamped.append(claim)

    @contextmanager
    def _believed(self, path: Path) -> Iterator[None]:
        """Note what cannot be believed or read, and go on."""
        try:
            yield
        except Problem as problem:
            if problem.code is Code.KEY_MALFORMED:  # of an authority, as whoever asks gave it
                raise
            noted = self.unread if problem.code in _UNREAD else self.refused
            noted.append(Refused(name=_name(path), code=problem.code, detail=problem.detail))


def read_policy(file: Path) -> Policy:
    """Read the keys that somebody trusts (C2SP tlog-policy).

    Raises:
        Problem: `key-malformed` or `file-unreadable`, with the file.
    """
    text = read_note_file(file)
    try:
        return Policy.read(text)
    except Problem as problem:
        raise problem.at(file=str(file)) from None


def _listed(folder: Path) -> list[Path]:
    """Give the checkpoints in a folder.

    Raises:
        Problem: `file-unreadable`.
    """
    try:
        next(folder.iterdir(), None)  # a search for names finds none where nothing may be read
    except OSError:
        raise Problem(Code.FILE_UNREADABLE, "The folder cannot be read.") from None
    return checkpoints_in(folder)


def _own_policy(files: Files, reader: Reader | None, register: str) -> Policy:
    """Give the policy that stands beside the checkpoints, or else the vault's own key."""
    if files.policy.exists():
        return read_policy(files.policy)
    if reader is not None:
        return Policy((key_of(register, reader.public_key),))
    if not files.signed():
        return Policy(())
    raise Problem(
        Code.SIGNATURE_MISSING,
        "There is no policy beside the checkpoints, and no key to verify them by.",
        advice="Give the policy that you trust with --policy.",
        where=Where(file=str(files.policy)),
    )


def verify_log(
    log: Log,
    files: Files,
    settings: Settings,
    *,
    policy: Policy | None,
    against: Sequence[Path],
    authorities: Sequence[bytes],
    boxes: bool,
    progress: Progress,
) -> Verification:
    """Verify a log; `Proving.verify` says what the arguments are.

    Raises:
        Problem: As `Proving.verify` does.
    """
    register = settings.register
    reader = Vault.open_reader(files.vault, register, {}) if files.vault.exists() else None
    try:
        known = _Claims(register, policy or _own_policy(files, reader, register), authorities)
        known.add_folder(files.checkpoints, may_be_empty=True)
        own = len(known.found)
        if settings.anchor is not None:
            known.add_folder(settings.anchor)
        for place in against:
            (known.add_folder if place.is_dir() else known.add_file)(place)
        claims = list(known.found)
        # Nobody signed the vault's head: it tells what is missing, and vouches for nothing. Where
        # a checkpoint says the same, or goes farther, it tells no more than that one.
        head = reader.signed() if reader else None
        said = {claim[:2] for claim in claims}
        if head and head not in said and head.size >= _farthest(claims):
            claims.append(Claim(head.size, head.root, _name(files.vault)))
        verdict = verify(
            log,
            claims,
            boxes=boxes,
            missing=reader.unerased if reader else None,
            progress=progress,
        )
    finally:
        if reader is not None:
            reader.close()
    holding = set(known.found) - set(verdict.failed)
    verdict = msgspec.structs.replace(verdict, signed_upto=_farthest(holding))
    return Verification(
        state=State.DAMAGED if known.refused else verdict.state,
        unsigned_since=verdict.unsigned_since,
        log=verdict,
        checkpoints=len(known.found),
        elsewhere_upto=_farthest(holding.intersection(known.found[own:] + known.stamped)),
        vault=reader is not None,
        refused=tuple(known.refused),
        unread=tuple(known.unread),
        stamps=tuple(known.stamps),
        unchecked=known.unchecked,
    )


def _name(path: Path) -> str:
    """Give a path as a text that can be written; not every name is one."""
    return str(path).encode(errors="replace").decode()


def _farthest(claims: Iterable[Claim]) -> int:
    return max((claim.size for claim in claims), default=0)
