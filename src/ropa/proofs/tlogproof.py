"""The proof of a leaf as a text that is verified offline (C2SP tlog-proof, version 1)."""

import re
from dataclasses import dataclass

from ropa.kernel.problem import Code, Problem, Where
from ropa.log.tree import HASH_SIZE
from ropa.proofs.note import decoded, encoded

MAX_TEXT = 131_072
"""The greatest length of such a text, in characters: it has room for the longest event as extra."""

MAX_HASHES = 63
_FIRST = "c2sp.org/tlog-proof@v1"
_EXTRA = "extra "
_INDEX = re.compile("index (0|[1-9][0-9]{0,18})")
_MAX_INDEX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class TlogProof:
    """An inclusion proof and the checkpoint that it leads to. Neither is verified yet.

    Attributes:
        index: The leaf's, from 0: one less than the event's position.
        hashes: The inclusion proof, 32 bytes each, lowest first.
        checkpoint: The whole signed note, as its text stands.
        extra: Anything of the application's, which nothing vouches for; None and empty are one.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def text(self) -> str:
        """Give the text."""
        lines = [_FIRST]
        if self.extra:
            lines.append(_EXTRA + encoded(self.extra))
        lines.append(f"index {self.index}")
        lines += map(encoded, self.hashes)
        return "\n".join((*lines, "", self.checkpoint))

    @staticmethod
    def read(text: str) -> "TlogProof":
        """Read a text: exactly what `text` gives, and nothing else, is read.

        Raises:
            Problem: `proof-malformed`, with the line. What is wrong with the checkpoint is found
                when that is read.
        """
        if len(text) > MAX_TEXT:
            raise _malformed("The proof is longer than a proof may be.")
        head, _, checkpoint = text.partition("\n\n")
        if not checkpoint:
            raise _malformed("After an empty line, the proof's checkpoint is missing.")
        first, *lines = head.split("\n")
        if first != _FIRST:
            raise _malformed("The first line does not say that this is a proof.", 1)
        at, extra = 2, None
        if lines and lines[0].startswith(_EXTRA):
            extra = decoded(lines.pop(0).removeprefix(_EXTRA))
            if not extra:
                raise _malformed("The extra data is not canonical base64.", at)
            at += 1
        index = _INDEX.fullmatch(lines[0]) if lines else None
        if index is None or int(index[1]) > _MAX_INDEX:
            raise _malformed("The index of the leaf is not a whole number in plain digits.", at)
        if len(lines) - 1 > MAX_HASHES:
            raise _malformed("The proof has more hashes than any proof.", at + 1 + MAX_HASHES)
        hashes = []
        for line, hashed in enumerate(lines[1:], at + 1):
            found = decoded(hashed)
            if found is None or len(found) != HASH_SIZE:
                raise _malformed("A hash is not 32 bytes in canonical base64.", line)
            hashes.append(found)
        return TlogProof(int(index[1]), tuple(hashes), checkpoint, extra)


def _malformed(detail: str, line: int | None = None) -> Problem:
    return Problem(
        Code.PROOF_MALFORMED,
        detail,
        advice="Take the proof from its source again, as it stands there.",
        where=Where(line=line),
    )
