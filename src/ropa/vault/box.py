"""The stored form of a box: AES-256-GCM of the values as JSON, bound to its place.

A box is `nonce | ciphertext | tag`, 12 + n + 16 bytes. The plaintext is one JSON object from
category to value, keys sorted. The associated data is the JSON array
`["ropa.box.v1", register, owner, activity, source, event]`: no box can be moved to another person,
activity or event.
"""

import hashlib
import os
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ropa.kernel.categories import Category
from ropa.kernel.fact import Box
from ropa.kernel.opening import Damaged, Values
from ropa.kernel.problem import Code, Problem

_FORM: Final = "ropa.box.v1"
_NONCE: Final = 12  # NIST SP 800-38D, 8.2.2: random, of 96 bits
_DRAWN: Final = 512
_NO_JSON: Final = (TypeError, ValueError, OverflowError, RecursionError, msgspec.EncodeError)

_values = msgspec.json.Encoder(order="sorted")
_place = msgspec.json.Encoder()
_opened = msgspec.json.Decoder(dict[Category, Any])

_nonces: list[bytes] = []
# A child that went on with its parent's store of nonces would use each of them a second time.
os.register_at_fork(after_in_child=_nonces.clear)


class Place(NamedTuple):
    """What a box is bound to."""

    register: str
    owner: str
    activity: str
    source: str
    event: str


def seal(
    key_id: str, cipher: AESGCM, place: Place, values: Mapping[Category, Any]
) -> tuple[Box, bytes]:
    """Seal values, and give what the event says of the box and the box as stored.

    Raises:
        Problem: MALFORMED_VALUE where a value has no JSON form.
    """
    try:
        plain = _values.encode(values)
    except _NO_JSON:
        raise Problem(Code.MALFORMED_VALUE, "A personal value cannot be written as JSON.") from None
    nonce = _fresh_nonce()
    stored = nonce + cipher.encrypt(nonce, plain, _bound(place))
    return Box(key_id, _digest(stored), tuple(sorted(values))), stored


def unseal(cipher: AESGCM, place: Place, stored: bytes) -> Values | Damaged:
    """Open a box whose digest is right."""
    try:
        plain = cipher.decrypt(stored[:_NONCE], stored[_NONCE:], _bound(place))
        return Values(_opened.decode(plain))
    except (InvalidTag, ValueError):  # of msgspec too
        return Damaged()


def is_whole(box: Box, stored: bytes | None) -> bool:
    """Tell whether a stored box is the one that the event speaks of."""
    return stored is not None and _digest(stored) == box.sha256


def _digest(stored: bytes) -> str:
    return hashlib.sha256(stored).hexdigest()


def _bound(place: Place) -> bytes:
    return _place.encode((_FORM, *place))


def _fresh_nonce() -> bytes:
    while True:
        # One atomic step: no two threads are ever given the same.
        try:
            return _nonces.pop()
        except IndexError:
            block = os.urandom(_DRAWN * _NONCE)
            _nonces.extend(block[at : at + _NONCE] for at in range(0, len(block), _NONCE))
