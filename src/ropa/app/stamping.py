"""Stamping: a time stamp over a checkpoint, asked of an authority over HTTP (RFC 3161, 3.4)."""

from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import HTTPErrorProcessor, Request, build_opener

from ropa.app.checkpoints import stamp_of, write_new
from ropa.kernel.problem import Code, Problem, Where
from ropa.proofs import timestamp

_SECONDS = 30
_MOST = 1 << 20
_QUERY = "application/timestamp-query"


def stamp(note: str, checkpoint: Path, authority: str) -> Path:
    """Have a checkpoint time-stamped, and give the file in which the stamp lies beside it.

    Only the checkpoint's digest leaves the machine. A stamp that is there stays: it is the older
    one, and says more.

    Args:
        note: The signed note.
        checkpoint: The file that it is in.
        authority: The address of the authority, http or https.

    Raises:
        Problem: `usage` where the address is none, `already-done` where there is a stamp,
            `timestamp-refused` where the authority cannot be reached or gives none,
            `timestamp-malformed`, `timestamp-wrong`, or `file-unreadable`.
    """
    if not _is_address(authority):
        raise Problem(
            Code.USAGE,
            "The address of the authority does not begin with http:// or https:// and a name.",
            where=Where(field="ADDRESS"),
        )
    file = stamp_of(checkpoint)
    if file.exists():
        raise Problem(
            Code.ALREADY_DONE,
            "The newest checkpoint has a time stamp already.",
            advice="Verify it with `ropa log verify --authority`; for another, move it away first.",
            where=Where(file=str(file)),
        )
    asked = timestamp.request(note.encode())
    write_new(file, timestamp.read_response(asked, _answer(authority, asked)))
    return file


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


class _AsItComes(HTTPErrorProcessor):
    """Takes each response as it is: what is asked is posted, and no redirect would post it."""

    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:  # noqa: ARG002 - urllib's own
        """Give the response, whatever its status says."""
        return response

    https_response = http_response


def _answer(authority: str, asked: bytes) -> bytes:
    request = Request(authority, data=asked, headers={"Content-Type": _QUERY})  # noqa: S310 - http(s)
    # An error of urllib's is an OSError.
    with (
        suppress(HTTPException, OSError, ValueError),
        build_opener(_AsItComes).open(request, timeout=_SECONDS) as response,
    ):
        found: bytes = response.read(_MOST)
        if response.status == HTTPStatus.OK:
            return found
    raise Problem(
        Code.TIMESTAMP_REFUSED,
        "The time-stamping authority cannot be reached, or gave an error.",
        advice="Look at the address, try again later, or ask another authority.",
    )
