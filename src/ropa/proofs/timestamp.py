"""Time stamps: others' word, signed, that a checkpoint was there at a time (RFC 3161).

Nothing is sent from here. A request is a file for a time-stamping authority, its response a file
that `openssl ts -verify` reads too. A stored response needs neither request nor nonce to be
verified: it holds the digest of the very bytes that it vouches for.
"""

from collections.abc import Sequence
from datetime import datetime

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerifierBuilder,
    decode_timestamp_response,
)

# The library reads a request back by this alone; it is part of its typed interface.
from rfc3161_client._rust import parse_timestamp_request

from ropa.kernel.problem import Code, Problem


def request(note: bytes) -> bytes:
    """Give the request (DER) for a time stamp over a note.

    It holds the note's SHA-256 and a nonce, and asks for the authority's certificate.

    Args:
        note: The exact bytes of the signed note.
    """
    return TimestampRequestBuilder(note, HashAlgorithm.SHA256).build().as_bytes()


def read_response(request: bytes, response: bytes) -> bytes:
    """Give the response (DER) as it is to be kept, where it answers the request.

    Who signed it is not looked at: that takes the authority's certificate, and `verify`.

    Raises:
        Problem: `timestamp-malformed`, `timestamp-refused` where the authority gave none, or
            `timestamp-wrong` where it answers another request.
    """
    try:
        asked = parse_timestamp_request(request)
    except ValueError:
        raise _malformed() from None
    answer = _decoded(response)
    try:
        told = answer.tst_info
        same = (
            told.nonce == asked.nonce
            and told.message_imprint.message == asked.message_imprint.message
        )
    except ValueError:
        raise _malformed() from None
    if not same:
        raise _wrong("The time stamp answers another request.")
    return response


def verify(note: bytes, response: bytes, certificates: Sequence[bytes]) -> datetime:
    """Give the time at which an authority vouched for a note.

    The certificates must have been valid at that time, and may have expired since. Whether one
    was revoked is not known here: that takes asking its issuer.

    Args:
        note: The exact bytes of the signed note.
        response: The stored response (DER).
        certificates: The authorities that are trusted, PEM, with those between that the response
            lacks; each may be a chain.

    Raises:
        Problem: `timestamp-malformed`, `timestamp-refused`, `timestamp-wrong`, or `key-malformed`
            where a certificate cannot be read.
    """
    roots = _roots(certificates)
    answer = _decoded(response)
    try:
        VerifierBuilder(roots=roots).build().verify_message(answer, note)
        time = answer.tst_info.gen_time
    except Exception:  # noqa: BLE001 - hostile certificates make the library raise whatever comes
        raise _wrong(
            "The time stamp is over another note, or by none of the trusted authorities."
        ) from None
    return time


def _decoded(response: bytes) -> TimeStampResponse:
    try:
        found = decode_timestamp_response(response)
    except ValueError:
        raise _malformed() from None
    if found.status != PKIStatus.GRANTED:
        raise Problem(
            Code.TIMESTAMP_REFUSED,
            "The authority did not give the time stamp that was asked for.",
            advice="Ask again, or ask another authority.",
        )
    return found


def _roots(certificates: Sequence[bytes]) -> list[Certificate]:
    try:
        found = [one for pem in certificates for one in load_pem_x509_certificates(pem)]
    except ValueError:
        found = []
    if not found:
        raise Problem(
            Code.KEY_MALFORMED,
            "There is no certificate of an authority, or one that cannot be read.",
            advice="Give the authority's root certificate, as PEM.",
        )
    return found


def _malformed() -> Problem:
    return Problem(
        Code.TIMESTAMP_MALFORMED,
        "The file is not a whole request or response for a time stamp.",
        advice="Take it from its source again, as it stands there.",
    )


def _wrong(detail: str) -> Problem:
    return Problem(
        Code.TIMESTAMP_WRONG,
        detail,
        advice="See whether note, time stamp and certificate belong together.",
    )
