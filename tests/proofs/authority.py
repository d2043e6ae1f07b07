"""A time-stamping authority for tests: certificates of its own, and `openssl ts` that answers."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
_TST_INFO = "1.2.840.113549.1.9.16.1.4"  # RFC 3161, section 2.4.2

_SETTINGS = """\
[tsa]
default_tsa = responder
[responder]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = {digests}
ess_cert_id_alg = sha256
"""


class Authority:
    """A root certificate, one below it that answers requests, and its files in a directory.

    Attributes:
        root: The root certificate, PEM.
        between: The certificate between the two, where there is one, PEM.
    """

    def __init__(
        self,
        directory: Path,
        *,
        digests: str = "sha256",
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING,
        begins: datetime = NOW - DAY,
        ends: datetime = NOW + DAY,
        between: bool = False,
    ) -> None:
        directory.mkdir()
        self._directory = directory
        self._days = begins, ends
        authority = x509.BasicConstraints(ca=True, path_length=None)
        root, middle, key = (generate_private_key(SECP256R1()) for _ in range(3))
        names = (f"Root of {directory.name}", "Between", "Time stamps")
        self.root = self._certificate(names[0], root, names[0], root, authority)
        self.between = self._certificate(names[0], root, names[1], middle, authority)
        below = (names[1], middle) if between else (names[0], root)
        own = self._certificate(*below, names[2], key, x509.ExtendedKeyUsage([usage]))
        self._write("root.pem", self.root)
        self._write("tsa.pem", own)
        form = PrivateFormat.PKCS8
        self._write("tsa.key", key.private_bytes(Encoding.PEM, form, NoEncryption()))
        self._write("tsa.cnf", _SETTINGS.format(digests=digests).encode())

    def answer(self, request: bytes) -> bytes:
        """Answer a request, as a real responder does."""
        self._write("request", request)
        return self._made("ts -reply -config tsa.cnf -queryfile request")

    def attests(self, note: bytes, response: bytes) -> bool:
        """Tell whether `openssl ts` verifies a response."""
        self._write("note", note)
        self._write("response", response)
        command = "ts -verify -data note -in response -CAfile root.pem"
        return self._run(command).returncode == 0

    def resigned(self, response: bytes, change: Callable[[bytes], bytes]) -> bytes:
        """Give a response in which something else is signed, with this authority's key."""
        self._write("response", response)
        self._write("token", self._made("ts -reply -in response -token_out"))
        self._write("info", change(self._made("cms -verify -noverify -inform DER -in token")))
        signing = f"-nodetach -econtent_type {_TST_INFO} -signer tsa.pem -inkey tsa.key"
        self._write("token", self._made(f"cms -sign -binary -in info -outform DER {signing}"))
        return self._made("ts -reply -in token -token_in")

    def _certificate(
        self,
        issuer: str,
        signer: EllipticCurvePrivateKey,
        subject: str,
        key: EllipticCurvePrivateKey,
        use: x509.ExtensionType,
    ) -> bytes:
        number = x509.random_serial_number()
        made = x509.CertificateBuilder(
            _named(issuer), _named(subject), key.public_key(), number, *self._days
        ).add_extension(use, critical=True)
        return made.sign(signer, SHA256()).public_bytes(Encoding.PEM)

    def _made(self, command: str) -> bytes:
        self._run(f"{command} -out made").check_returncode()
        return (self._directory / "made").read_bytes()

    def _run(self, command: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["openssl", *command.split()], cwd=self._directory, check=False, capture_output=True
        )

    def _write(self, name: str, content: bytes) -> None:
        (self._directory / name).write_bytes(content)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
