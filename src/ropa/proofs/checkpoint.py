"""Checkpoints: what the log says, signed, of its size and root (C2SP tlog-checkpoint)."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ropa.kernel.problem import Code, Problem, Where
from ropa.log.tree import HASH_SIZE
from ropa.proofs.note import (
    Note,
    SignatureType,
    VerifierKey,
    decoded,
    encoded,
    read_note,
    sign,
    verify,
)

_LINES = 3
_SIZE = re.compile("0|[1-9][0-9]{0,18}")
_MAX_SIZE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log at one of its sizes.

    Attributes:
        origin: The name of the log, and of the key that it signs with.
        size: The number of leaves.
        root: The root of the tree over them, 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Give the text that is signed."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"

    @staticmethod
    def read(text: str) -> "Checkpoint":
        """Read the text of a note, strictly; lines after the third are read over.

        Raises:
            Problem: `note-malformed`, with the line.
        """
        *lines, rest = text.split("\n")
        if rest or len(lines) < _LINES:
            raise _malformed("The checkpoint has fewer than three whole lines.", None)
        if "" in lines:
            raise _malformed("A line of the checkpoint is empty.", lines.index("") + 1)
        if not _SIZE.fullmatch(lines[1]) or int(lines[1]) > _MAX_SIZE:
            raise _malformed("The size is not a whole number in plain digits.", 2)
        root = decoded(lines[2])
        if root is None or len(root) != HASH_SIZE:
            raise _malformed("The root is not 32 bytes in canonical base64.", 3)
        return Checkpoint(lines[0], int(lines[1]), root)


def origin_of(register: str) -> str:
    """Give the origin of the log of the register with this id."""
    return f"ropa/{register}"


def read_checkpoint(
    note: str, keys: Iterable[VerifierKey], origin: str | None = None
) -> Checkpoint:
    """Read a signed checkpoint.

    Args:
        note: The whole note.
        keys: The keys that are known; others' signatures are ignored.
        origin: Whose checkpoint it must be; None for any log that one of the keys belongs to.

    Raises:
        Problem: `note-malformed`, `signature-wrong`, or `signature-missing` where the log itself
            has not signed, or it is another log's.
    """
    found = read_note(note)
    return attested(found, verify(found, keys), origin)


def attested(note: Note, signers: Iterable[VerifierKey], origin: str | None) -> Checkpoint:
    """Give the checkpoint that a note is, where its own log is among those who signed it.

    Raises:
        Problem: `note-malformed` or `signature-missing`.
    """
    found = Checkpoint.read(note.text)
    if not any(
        key.type is SignatureType.ED25519 and key.name == found.origin for key in signers
    ) or origin not in {None, found.origin}:
        raise Problem(
            Code.SIGNATURE_MISSING,
            "The checkpoint is not signed by the log itself, or is another log's.",
            advice="See whether it belongs to this register.",
        )
    return found


def signed(checkpoint: Checkpoint, key: VerifierKey, signature_of: Callable[[bytes], bytes]) -> str:
    """Give the note that is a checkpoint signed by its log; it has been read back and verified.

    Args:
        checkpoint: The head that is signed.
        key: The log's key.
        signature_of: Gives that key's Ed25519 signature of a message.

    Raises:
        Problem: As `read_checkpoint` does, where the key is not the log's or the one that signs.
    """
    note = sign(checkpoint.text(), key, signature_of)
    read_checkpoint(note, [key], checkpoint.origin)
    return note


def _malformed(detail: str, line: int | None) -> Problem:
    return Problem(
        Code.NOTE_MALFORMED,
        detail,
        advice="Take the checkpoint from its source again, as it stands there.",
        where=Where(line=line),
    )
