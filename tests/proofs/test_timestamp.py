"""Time stamps, given by a real responder and verified by another program too."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from ropa.kernel.problem import Code, Problem
from ropa.proofs import timestamp
from tests.proofs.authority import DAY, NOW, Authority
from tests.proofs.signer import Signer

NOTE = Signer("ropa/KANARIE").note("ropa/KANARIE\n7\nroot\n").encode()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("shared") / "authority")


@pytest.fixture(scope="module")
def asked() -> bytes:
    return timestamp.request(NOTE)


@pytest.fixture(scope="module")
def response(authority: Authority, asked: bytes) -> bytes:
    return authority.answer(asked)


def refused(code: Code, act: Callable[[], object]) -> None:
    with pytest.raises(Problem) as caught:
        act()
    assert caught.value.code is code
    assert "KANARIE" not in str(caught.value)


def test_a_time_stamp_tells_when_the_note_was_there(
    authority: Authority, asked: bytes, response: bytes
) -> None:
    kept = timestamp.read_response(asked, response)
    assert kept == response
    found = timestamp.verify(NOTE, kept, [authority.root])
    assert found.utcoffset() == timedelta()
    assert NOW <= found <= datetime.now(UTC)
    assert authority.attests(NOTE, kept)
    assert not authority.attests(NOTE + b"\n", kept)


def test_each_request_is_another(authority: Authority, response: bytes) -> None:
    again = timestamp.request(NOTE)
    refused(Code.TIMESTAMP_WRONG, lambda: timestamp.read_response(again, response))
    assert timestamp.read_response(again, answer := authority.answer(again)) == answer


def test_an_answer_to_another_note_is_refused(asked: bytes, authority: Authority) -> None:
    other = authority.answer(timestamp.request(b"another note\n"))
    refused(Code.TIMESTAMP_WRONG, lambda: timestamp.read_response(asked, other))
    refused(Code.TIMESTAMP_WRONG, lambda: timestamp.verify(NOTE, other, [authority.root]))


def test_an_answer_over_other_bytes_is_refused_although_its_nonce_is_right(
    authority: Authority, asked: bytes, response: bytes
) -> None:
    own, others = sha256(NOTE).digest(), sha256(b"another note\n").digest()
    other = authority.resigned(response, lambda info: info.replace(own, others))
    assert timestamp.verify(b"another note\n", other, [authority.root]) <= datetime.now(UTC)
    refused(Code.TIMESTAMP_WRONG, lambda: timestamp.read_response(asked, other))


@pytest.mark.parametrize("note", [b"", NOTE[:-1], NOTE + b"\n", NOTE.replace(b"7", b"8")])
def test_another_note_is_not_vouched_for(
    authority: Authority, response: bytes, note: bytes
) -> None:
    refused(Code.TIMESTAMP_WRONG, lambda: timestamp.verify(note, response, [authority.root]))


def test_only_a_trusted_authority_is_believed(
    authority: Authority, response: bytes, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other")
    refused(Code.TIMESTAMP_WRONG, lambda: timestamp.verify(NOTE, response, [other.root]))
    found = timestamp.verify(NOTE, response, [other.root, authority.root])
    assert timestamp.verify(NOTE, response, [other.root + authority.root]) == found


def test_a_certificate_between_may_be_given_with_the_root(tmp_path: Path, asked: bytes) -> None:
    long = Authority(tmp_path / "long", between=True)
    response = long.answer(asked)
    found = timestamp.verify(NOTE, response, [long.between, long.root])
    assert timestamp.verify(NOTE, response, [long.root + long.between]) == found
    for lacking in (long.root, long.between):
        refused(Code.TIMESTAMP_WRONG, partial(timestamp.verify, NOTE, response, [lacking]))


def test_a_response_that_gives_none_is_refused(
    asked: bytes, response: bytes, tmp_path: Path
) -> None:
    denying = Authority(tmp_path / "denying", digests="sha512")
    denied = denying.answer(asked)
    assert len(denied) < len(response) // 2
    refused(Code.TIMESTAMP_REFUSED, lambda: timestamp.read_response(asked, denied))
    refused(Code.TIMESTAMP_REFUSED, lambda: timestamp.verify(NOTE, denied, [denying.root]))


@pytest.mark.parametrize("cut", [0, 1, 10, 100, 300, -1])
def test_a_response_that_is_cut_off_is_malformed(
    authority: Authority, asked: bytes, response: bytes, cut: int
) -> None:
    malformed = response[:cut]
    refused(Code.TIMESTAMP_MALFORMED, lambda: timestamp.read_response(asked, malformed))
    refused(Code.TIMESTAMP_MALFORMED, lambda: timestamp.verify(NOTE, malformed, [authority.root]))


@pytest.mark.parametrize("garbage", [b"KANARIE", b"\x30\x80", b"0" * 1_000_000])
def test_what_is_no_response_or_request_is_malformed(
    authority: Authority, asked: bytes, response: bytes, garbage: bytes
) -> None:
    code = Code.TIMESTAMP_MALFORMED
    refused(code, lambda: timestamp.read_response(asked, garbage))
    refused(code, lambda: timestamp.read_response(asked, response + garbage))
    refused(code, lambda: timestamp.read_response(garbage, response))
    refused(code, lambda: timestamp.read_response(asked[:-1], response))
    refused(code, lambda: timestamp.verify(NOTE, garbage, [authority.root]))
    # A request is no response.
    refused(code, lambda: timestamp.verify(NOTE, asked, [authority.root]))


@pytest.mark.parametrize(
    "certificates",
    [
        [],
        [b""],
        [b"KANARIE"],
        [b"-----BEGIN CERTIFICATE-----\nS0FOQVJJRQ==\n-----END CERTIFICATE-----\n"],
    ],
)
def test_what_is_no_certificate_is_refused(response: bytes, certificates: list[bytes]) -> None:
    refused(Code.KEY_MALFORMED, lambda: timestamp.verify(NOTE, response, certificates))


def test_an_expired_authority_is_believed_for_its_own_days(
    authority: Authority, response: bytes, tmp_path: Path
) -> None:
    past = datetime(2020, 5, 1, 12, tzinfo=UTC)
    expired = Authority(tmp_path / "expired", begins=past - DAY, ends=past + DAY)
    now = timestamp.verify(NOTE, response, [authority.root])

    def verified(time: datetime) -> datetime:
        stamp = expired.resigned(response, lambda info: info.replace(_written(now), _written(time)))
        return timestamp.verify(NOTE, stamp, [expired.root])

    assert verified(past) == past
    for other in (now, past - 2 * DAY, past + 2 * DAY):
        refused(Code.TIMESTAMP_WRONG, partial(verified, other))


def _written(time: datetime) -> bytes:
    return f"{time:%Y%m%d%H%M%S}Z".encode()


def test_a_certificate_for_something_else_gives_no_time_stamps(
    response: bytes, tmp_path: Path
) -> None:
    server = Authority(tmp_path / "server", usage=ExtendedKeyUsageOID.SERVER_AUTH)
    forged = server.resigned(response, bytes)
    refused(Code.TIMESTAMP_WRONG, lambda: timestamp.verify(NOTE, forged, [server.root]))


def test_no_bit_of_a_response_can_be_changed_into_another_time(
    authority: Authority, response: bytes
) -> None:
    time = timestamp.verify(NOTE, response, [authority.root])
    codes = {Code.TIMESTAMP_MALFORMED, Code.TIMESTAMP_REFUSED, Code.TIMESTAMP_WRONG}
    for at in range(len(response)):
        changed = bytearray(response)
        changed[at] ^= 1 << at % 8
        assert _verified(authority, bytes(changed)) in {time, *codes}, at


edits = st.tuples(st.integers(0, 2_000), st.binary(max_size=3), st.integers(0, 3))


@given(st.lists(edits, min_size=1, max_size=3))
def test_no_edit_of_a_response_makes_it_another_time(
    authority: Authority, asked: bytes, response: bytes, made: list[tuple[int, bytes, int]]
) -> None:
    changed = bytearray(response)
    for place, put, length in made:
        at = place % len(response)
        changed[at : at + length] = put
    found = _verified(authority, bytes(changed))
    assert isinstance(found, Code) or found == _verified(authority, response)
    with suppress(Problem):
        assert timestamp.read_response(asked, bytes(changed)) == bytes(changed)


def _verified(authority: Authority, response: bytes) -> datetime | Code:
    try:
        return timestamp.verify(NOTE, response, [authority.root])
    except Problem as problem:
        return problem.code
