"""Whoever signs notes in the tests: logs and witnesses with keys of their own."""

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ropa.proofs.note import SignatureType, VerifierKey, encoded, sign


class Signer:
    """A log that signs notes; the same name and seed always make the same key."""

    def __init__(self, name: str, seed: str = "") -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(
            sha256(f"{name}{seed}".encode()).digest()
        )
        self.key = VerifierKey(name, self._private.public_key().public_bytes_raw())

    def signature_of(self, message: bytes) -> bytes:
        return self._private.sign(message)

    def note(self, text: str) -> str:
        return sign(text, self.key, self.signature_of)

    def line(self, text: str) -> str:
        """Give the signature line alone."""
        return self.note(text).removeprefix(text + "\n")


class Witness(Signer):
    """A witness that cosigns with the time."""

    def __init__(self, name: str, time: int = 1_772_442_843) -> None:
        super().__init__(name)
        self.time = time
        self.key = VerifierKey(name, self.key.public, SignatureType.COSIGNATURE)

    def line(self, text: str) -> str:
        message = f"cosignature/v1\ntime {self.time}\n{text}".encode()
        blob = self.key.id + self.time.to_bytes(8) + self.signature_of(message)
        return f"— {self.key.name} {encoded(blob)}\n"
