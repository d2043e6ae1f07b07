"""Checkpoints: signing the head of the log, and keeping what was signed in more than one place."""

import os
from pathlib import Path
from typing import NamedTuple

from ropa.app.files import Files
from ropa.app.ids import new_id
from ropa.kernel.problem import Code, Problem, Where
from ropa.log import Log
from ropa.proofs.checkpoint import Checkpoint, origin_of, signed
from ropa.proofs.note import MAX_NOTE, VerifierKey
from ropa.proofs.policy import Policy
from ropa.vault import SignedHead, Vault


class Signed(NamedTuple):
    """A checkpoint that was signed.

    Attributes:
        checkpoint: What it says.
        note: The signed note.
        file: Where it lies.
    """

    checkpoint: Checkpoint
    note: str
    file: Path


def key_of(register: str, public: bytes) -> VerifierKey:
    """Give the key that the log of a register is verified by."""
    return VerifierKey(origin_of(register), public)


def sign_head(log: Log, vault: Vault, files: Files, register: str) -> Signed:
    """Sign the log as it stands.

    The vault keeps the head before it is signed, so that none was ever signed that it does not
    know of; the same head is signed anew with the same signature (RFC 8032).

    Raises:
        Problem: `log-forked` where the log is not the one that was signed last, grown or the
            same; `file-unreadable` where the checkpoint cannot be written.
    """
    key = key_of(register, vault.public_key)
    with vault.signing() as session:
        size = log.head().position
        root = root_of(log, size)
        last = session.last
        if root is None or (last is not None and root_of(log, last.size) != last.root):
            raise Problem(
                Code.LOG_FORKED,
                "No checkpoint is signed: the log is not the one that was signed last. Events are"
                " missing, or changed.",
                advice="Find them with `ropa log verify`, and restore the log from a backup.",
            )
        session.keep(SignedHead(size, root))
    checkpoint = Checkpoint(key.name, size, root)
    note = signed(checkpoint, key, vault.sign)
    file = files.checkpoint(size)
    write_new(files.policy, Policy((key,)).text().encode())
    write_new(file, note.encode())
    return Signed(checkpoint, note, file)


def root_of(log: Log, size: int) -> bytes | None:
    """Give the root of the tree over the first events of a log; None where it lacks one of them."""
    try:
        return log.root(size)
    except Problem as problem:
        if problem.code is not Code.NOT_FOUND:
            raise
        return None


def copy_to(anchor: Path, files: Files) -> None:
    """Bring checkpoints, their time stamps and the policy into the anchor's folder.

    What is there is never written over: an older copy is what a later one is held against.

    Raises:
        Problem: `file-unreadable`, with the folder.
    """
    try:
        lacking = _names(files.checkpoints) - _names(anchor)
        kept = (path for file in files.signed() for path in (file, stamp_of(file)))
        for path in (files.policy, *kept):
            if path.name in lacking:
                write_new(anchor / path.name, path.read_bytes())
    except (OSError, Problem):
        raise Problem(
            Code.FILE_UNREADABLE,
            "The checkpoint is signed, and cannot be copied into the anchor's folder.",
            advice="Look at the folder, or at `anchor` in ropa.toml; the next one catches up.",
            where=Where(file=str(anchor)),
        ) from None


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def read_sized(file: Path, policy: Policy, register: str) -> tuple[str, Checkpoint]:
    """Read a checkpoint that is named by its size, and give the note and what it says.

    Raises:
        Problem: `file-unreadable`, `note-malformed` (also where it is of another size),
            `signature-wrong` or `signature-missing`, with the file.
    """
    note = read_note_file(file)
    try:
        said = policy.read_checkpoint(note, origin_of(register))
    except Problem as problem:
        raise problem.at(file=str(file)) from None
    if said.size != int(file.stem):
        raise Problem(
            Code.NOTE_MALFORMED,
            "The checkpoint is of another size than its name says.",
            advice="Name it by its size again: the second line of it.",
            where=Where(file=str(file)),
        )
    return note, said


def read_note_file(path: Path) -> str:
    """Give the text of a file that holds a signed note or a policy, exactly as it stands there.

    Bytes that are no UTF-8 come as surrogates, and of a longer file than any note comes one byte
    too many: whoever reads a note or a policy refuses both.

    Raises:
        Problem: `file-unreadable`.
    """
    return read_some(path).decode(errors="surrogateescape")


def read_some(path: Path) -> bytes:
    """Give what is in a file; of a longer one than any note, one byte more than a note may have.

    Raises:
        Problem: `file-unreadable`.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_NOTE + 1)
    except OSError:
        raise Problem(
            Code.FILE_UNREADABLE,
            "The file cannot be read.",
            advice="Look at its name and permissions.",
            where=Where(file=str(path)),
        ) from None


def stamp_of(checkpoint: Path) -> Path:
    """Give where the time stamp over a checkpoint lies: beside it."""
    return checkpoint.with_suffix(".tsr")


def write_new(path: Path, content: bytes) -> None:
    """Write a file, synced, and whole or not at all; one that is there already stays as it is.

    Raises:
        Problem: `file-unreadable`, with the folder.
    """
    beside = path.with_name(f".{new_id()}")
    try:
        if path.exists():
            return
        try:
            with beside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError:
        raise Problem(
            Code.FILE_UNREADABLE,
            "The folder of the checkpoints cannot be written.",
            advice="Look at the folder, its permissions, and the disk's room.",
            where=Where(file=str(path.parent)),
        ) from None
