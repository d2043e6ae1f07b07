"""Signed notes: a text, and below it the signatures of who vouches for it (C2SP signed-note)."""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ropa.kernel.problem import Code, Problem, Where

MAX_NOTE = 1_000_000
"""The greatest length of a note, in bytes."""

MAX_SIGNATURES = 100
"""The greatest number of signatures under a note."""

_T = TypeVar("_T")
_KEY_ID_SIZE = 4
_PUBLIC_SIZE = 32
_TIME_SIZE = 8
_MAX_TIME = 2**63 - 1
_MARK = "\u2014 "
_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class SignatureType(IntEnum):
    """How a key signs a note: the byte that the specification assigns to it."""

    ED25519 = 0x01
    COSIGNATURE = 0x04
    """A witness's, with the time at which it signed (C2SP tlog-cosignature, version 1)."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key by which the signatures of a name are known.

    Attributes:
        name: Whose key it is; that of a log is named as the log's origin.
        public: The Ed25519 public key, 32 bytes.
        type: How it signs.

    Raises:
        Problem: `key-malformed` where name or key cannot be one.
    """

    name: str
    public: bytes
    type: SignatureType = SignatureType.ED25519

    def __post_init__(self) -> None:
        """Refuse what is no key."""
        if not _NAME.fullmatch(self.name):
            raise _bad_key("The name of a key is empty, or has a space, a plus or a control sign.")
        if len(self.public) != _PUBLIC_SIZE:
            raise _bad_key("The key is not 32 bytes long.")

    @property
    def id(self) -> bytes:
        """Give the four bytes by which a signature says whose it is."""
        return sha256(self.name.encode() + b"\n" + self._material).digest()[:_KEY_ID_SIZE]

    def vkey(self) -> str:
        """Give the key as a text, in the form that Go's `note` and others read."""
        return f"{self.name}+{self.id.hex()}+{encoded(self._material)}"

    @staticmethod
    def read(vkey: str) -> "VerifierKey":
        """Read a key: exactly what `vkey` gives, and nothing else, is read.

        Raises:
            Problem: `key-malformed`.
        """
        name, _, rest = vkey.partition("+")
        material = decoded(rest.partition("+")[2])
        if not material:
            raise _bad_key("The key is not a name, an id and canonical base64.")
        if material[0] not in set(SignatureType):
            raise _bad_key("The key signs in a way that this ropa does not know.")
        key = VerifierKey(name, material[1:], SignatureType(material[0]))
        if key.vkey() != vkey:
            raise _bad_key("The id of the key is not that of its name and bytes.")
        return key

    @property
    def _material(self) -> bytes:
        return bytes([self.type]) + self.public


@dataclass(frozen=True, slots=True)
class Signature:
    """A line below a note. Nothing of it is verified yet.

    Attributes:
        name: Who is said to have signed.
        key_id: With which of their keys, 4 bytes.
        value: What the key made of the text.
    """

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text with its signatures. It says nothing until `verify` has been asked.

    Attributes:
        text: The text, which ends in a newline.
        signatures: The signatures, in their order; at least one.
    """

    text: str
    signatures: tuple[Signature, ...]


def read_note(text: str) -> Note:
    """Read a note, strictly.

    Raises:
        Problem: `note-malformed`, with the line where one signature is to blame.
    """
    _check_signs(text)
    split = text.rfind("\n\n")
    if split < 0 or not text.endswith("\n"):
        raise _bad_note("The note is not a text, an empty line and whole lines of signatures.")
    lines = text[split + 2 : -1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise _bad_note(f"The note has more than {MAX_SIGNATURES} signatures.")
    body = text[: split + 1]
    return Note(body, tuple(_signature(line, at) for at, line in _numbered(body, lines)))


def verify(note: Note, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Give the keys that signed a note, each once, in the order of their signatures.

    A signature by any other key is ignored, even if it bears a name or an id that is known.

    Raises:
        Problem: `signature-wrong`, with the line, where a signature by one of the keys does not
            hold; `signature-missing` where there is none by any of them.
    """
    known = {(key.name, key.id): key for key in keys}
    message = note.text.encode()
    signers: dict[VerifierKey, None] = {}
    for line, signature in _numbered(note.text, note.signatures):
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not _holds(key, message, signature.value):
            raise Problem(
                Code.SIGNATURE_WRONG,
                "A signature does not hold: the text is not what its key signed.",
                advice="Take the note from another place where it is kept, and compare them.",
                where=Where(line=line),
            )
        signers[key] = None
    if not signers:
        raise Problem(
            Code.SIGNATURE_MISSING,
            "The note is signed by none of the known keys.",
            advice="See whether it is another log's, or whether a key is missing in the policy.",
        )
    return tuple(signers)


def sign(text: str, key: VerifierKey, signature_of: Callable[[bytes], bytes]) -> str:
    """Give a note over a text, signed once.

    Args:
        text: The text, which ends in a newline.
        key: The key that the signature is to be known by.
        signature_of: Gives the Ed25519 signature of a message, 64 bytes.
    """
    return f"{text}\n{_MARK}{key.name} {encoded(key.id + signature_of(text.encode()))}\n"


def encoded(data: bytes) -> str:
    """Give bytes in base64 (RFC 4648, section 4)."""
    return b64encode(data).decode()


def decoded(text: str) -> bytes | None:
    """Give what a base64 text encodes; nothing if it is not the one text that does."""
    try:
        data = b64decode(text)
    except ValueError:
        return None
    return data if encoded(data) == text else None


def _check_signs(text: str) -> None:
    try:
        length = len(text.encode())
    except UnicodeEncodeError:
        raise _bad_note("The note is not valid UTF-8.") from None
    if length > MAX_NOTE:
        raise _bad_note(f"The note is longer than {MAX_NOTE:,} bytes.")
    if _CONTROL.search(text):
        raise _bad_note("The note holds a control sign other than a newline.")


def _numbered(body: str, lines: Iterable[_T]) -> Iterable[tuple[int, _T]]:
    return enumerate(lines, body.count("\n") + 2)


def _signature(line: str, at: int) -> Signature:
    name, _, value = line.removeprefix(_MARK).partition(" ")
    data = decoded(value)
    if not (line.startswith(_MARK) and _NAME.fullmatch(name) and data):
        raise _bad_note("A line is not a dash, a name and canonical base64.", at)
    if len(data) <= _KEY_ID_SIZE:
        raise _bad_note("A signature is too short.", at)
    return Signature(name, data[:_KEY_ID_SIZE], data[_KEY_ID_SIZE:])


def _holds(key: VerifierKey, message: bytes, value: bytes) -> bool:
    if key.type is SignatureType.COSIGNATURE:
        time, value = int.from_bytes(value[:_TIME_SIZE]), value[_TIME_SIZE:]
        if time > _MAX_TIME:
            return False
        message = b"cosignature/v1\ntime %d\n" % time + message
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value, message)
    except InvalidSignature:
        return False
    return True


def _bad_note(detail: str, line: int | None = None) -> Problem:
    return Problem(
        Code.NOTE_MALFORMED,
        detail,
        advice="Take the note from its source again, as it stands there.",
        where=Where(line=line),
    )


def _bad_key(detail: str) -> Problem:
    return Problem(
        Code.KEY_MALFORMED,
        detail,
        advice="Take the key from its source again, as it stands there.",
    )
