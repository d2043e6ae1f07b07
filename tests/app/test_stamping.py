"""Time stamps over a checkpoint, asked over HTTP of a real responder, and of bad ones."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from ropa.app import Reading, Verification
from ropa.app.checkpoints import stamp_of
from ropa.app.verifying import Stamp
from ropa.kernel.problem import Code, Problem
from ropa.proofs import timestamp
from ropa.proofs.verdict import State
from tests.app.tampering import answering, checkpoints, code_of, files_of, grow, serving, sign
from tests.proofs.authority import NOW, Authority

Respond = Callable[[BaseHTTPRequestHandler, bytes], object]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("shared") / "authority")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("shared") / "other")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def signed(shop: Path) -> Path:
    grow(shop)
    sign(shop)
    return shop


@pytest.fixture
def stamped(signed: Path, authority: Authority) -> Path:
    """A register whose newest checkpoint has a time stamp."""
    with serving(answering(authority.answer)) as (address, _):
        stamp(signed, address)
    return signed


def stamp(shop: Path, address: str) -> Path:
    with Reading.open(shop) as reading:
        return reading.proving.stamp(address)


def refusal(shop: Path, address: str) -> Problem:
    with pytest.raises(Problem) as caught:
        stamp(shop, address)
    return caught.value


def verified(shop: Path, *authorities: bytes) -> Verification:
    with Reading.open(shop) as reading:
        return reading.proving.verify(authorities=authorities)


def newest(shop: Path) -> Path:
    return files_of(shop).signed()[-1]


def test_the_newest_checkpoint_is_stamped(signed: Path, authority: Authority) -> None:
    first = newest(signed)
    grow(signed)
    sign(signed)
    with serving(answering(authority.answer)) as (address, asked):
        made = stamp(signed, address)
    assert made == stamp_of(newest(signed)) == newest(signed).with_suffix(".tsr")
    assert not stamp_of(first).exists()
    assert authority.attests(newest(signed).read_bytes(), made.read_bytes())
    (request,) = asked
    # A digest and a number: nothing of the checkpoint itself leaves the machine.
    assert len(request) < 100
    assert b"ropa" not in request


def test_a_stamp_tells_the_time_to_who_trusts_the_authority(
    stamped: Path, authority: Authority
) -> None:
    size = int(newest(stamped).stem)
    found = verified(stamped, authority.root)
    assert found.state is State.SOUND
    ((told),) = found.stamps
    assert told == Stamp(size=size, at=told.at)
    assert NOW <= told.at <= datetime.now(UTC)
    assert (found.unchecked, found.elsewhere_upto) == (0, size)
    found = verified(stamped)
    assert (found.state, found.stamps, found.unchecked) == (State.SOUND, (), 1)
    assert found.elsewhere_upto == 0
    # What was stamped stays so when the log goes on.
    grow(stamped)
    sign(stamped)
    found = verified(stamped, authority.root)
    assert (found.state, found.stamps, found.elsewhere_upto) == (State.SOUND, (told,), size)


def test_another_authority_is_not_believed(
    stamped: Path, authority: Authority, other: Authority
) -> None:
    found = verified(stamped, other.root)
    assert [(one.name, one.code) for one in found.refused] == [
        (str(stamp_of(newest(stamped))), Code.TIMESTAMP_WRONG)
    ]
    assert (found.state, found.stamps, found.elsewhere_upto) == (State.DAMAGED, (), 0)
    assert verified(stamped, other.root, authority.root).state is State.SOUND


@pytest.mark.parametrize("pem", [b"", b"\xff", b"nothing"])
def test_what_is_no_certificate_is_said_of_who_gave_it(stamped: Path, pem: bytes) -> None:
    assert code_of(lambda: verified(stamped, pem)) is Code.KEY_MALFORMED


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Code.TIMESTAMP_MALFORMED),
        (b"\x30" * 5_000_000, Code.TIMESTAMP_MALFORMED),
        (None, Code.TIMESTAMP_WRONG),
    ],
    ids=["empty", "huge", "of another checkpoint"],
)
def test_a_stamp_that_does_not_hold_is_refused_by_name(
    stamped: Path, authority: Authority, content: bytes | None, code: Code
) -> None:
    file = stamp_of(newest(stamped))
    if content is None:
        content = authority.answer(timestamp.request(b"another"))
    file.write_bytes(content)
    found = verified(stamped, authority.root)
    assert [(one.name, one.code) for one in found.refused] == [(str(file), code)]
    assert found.state is State.DAMAGED


def test_a_stamp_that_cannot_be_read_is_told(stamped: Path, authority: Authority) -> None:
    file = stamp_of(newest(stamped))
    file.unlink()
    file.mkdir()
    found = verified(stamped, authority.root)
    assert [(one.name, one.code) for one in found.unread] == [(str(file), Code.FILE_UNREADABLE)]


def test_one_stamp_in_two_places_is_told_once(
    stamped: Path, authority: Authority, tmp_path: Path
) -> None:
    copy = shutil.copytree(stamped / "checkpoints", tmp_path / "copy")
    with Reading.open(stamped) as reading:
        found = reading.proving.verify(against=[Path(copy)], authorities=[authority.root])
    assert (found.checkpoints, len(found.stamps)) == (2, 1)


def test_the_anchor_gets_the_stamp_too(signed: Path, authority: Authority, tmp_path: Path) -> None:
    file = signed / "ropa.toml"
    file.write_text('anchor = "../anchor"\n' + file.read_text())
    anchor = signed.with_name("anchor")
    with serving(answering(authority.answer)) as (address, _):
        # The stamp stays where it is while the anchor is away.
        assert refusal(signed, address).where.file == str(signed / "../anchor")
        made = stamp_of(newest(signed))
        kept = made.read_bytes()
        anchor.mkdir()
        made.rename(tmp_path / "aside")
        stamp(signed, address)
    assert (anchor / made.name).read_bytes() == made.read_bytes() != kept


def test_a_stamp_that_is_there_stays(stamped: Path, authority: Authority) -> None:
    file = stamp_of(newest(stamped))
    before = file.read_bytes()
    with serving(answering(authority.answer)) as (address, asked):
        problem = refusal(stamped, address)
    assert (problem.code, problem.where.file) == (Code.ALREADY_DONE, str(file))
    assert not asked
    assert file.read_bytes() == before


def test_there_is_nothing_to_stamp_before_the_first_checkpoint(shop: Path) -> None:
    with serving(answering(bytes)) as (address, asked):
        problem = refusal(shop, address)
    assert problem.code is Code.NOT_FOUND
    assert "ropa log checkpoint" in problem.advice
    assert not asked


@pytest.mark.parametrize("content", ["nothing", "\n\n"])
def test_a_checkpoint_that_is_none_is_not_stamped(
    signed: Path, authority: Authority, content: str
) -> None:
    newest(signed).write_text(content)
    with serving(answering(authority.answer)) as (address, asked):
        assert refusal(signed, address).code is Code.NOTE_MALFORMED
    assert not asked


@pytest.mark.parametrize(
    "address",
    [
        "",
        "tsa.example",
        "/etc/passwd",
        "file:///etc/passwd",
        "ftp://127.0.0.1/tsr",
        "data:application/timestamp-reply,x",
        "http://",
        "http:///tsr",
        "http:tsr",
        "http://[::1",
        "https://[x]/",
    ],
)
def test_only_http_is_spoken(signed: Path, address: str) -> None:
    problem = refusal(signed, address)
    assert problem.code is Code.USAGE
    assert "passwd" not in str(problem)
    assert not stamp_of(newest(signed)).exists()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/",
        "https://127.0.0.1:1/",
        "http://127.0.0.1:port/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:1/a b\r\nx: y",
        "http://127.0.0.1:1/\N{EURO SIGN}",
        "http://\N{EURO SIGN}.invalid/",
        "http://user@:1/",
    ],
)
def test_an_authority_that_cannot_be_reached_gives_none(signed: Path, address: str) -> None:
    before = checkpoints(signed)
    assert refusal(signed, address).code in {Code.TIMESTAMP_REFUSED, Code.USAGE}
    assert checkpoints(signed) == before


def _hangs_up(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.wfile.close()


def _speaks_something_else(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.wfile.write(b"220 mail.example ESMTP\r\n")


def _promises_more(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"\x30")


BAD: dict[str, tuple[Respond, Code]] = {
    "an error": (answering(lambda _: b"down", 500), Code.TIMESTAMP_REFUSED),
    "not found": (answering(lambda _: b"", 404), Code.TIMESTAMP_REFUSED),
    "nothing": (answering(lambda _: b""), Code.TIMESTAMP_MALFORMED),
    "a page": (answering(lambda _: b"<html>sign in</html>"), Code.TIMESTAMP_MALFORMED),
    "the question": (answering(lambda asked: asked), Code.TIMESTAMP_MALFORMED),
    "silence": (_hangs_up, Code.TIMESTAMP_REFUSED),
    "no HTTP": (_speaks_something_else, Code.TIMESTAMP_REFUSED),
    "a part": (_promises_more, Code.TIMESTAMP_MALFORMED),
}


@pytest.mark.parametrize(("respond", "code"), BAD.values(), ids=BAD)
def test_an_answer_that_is_none_is_refused_and_not_kept(
    signed: Path, respond: Respond, code: Code
) -> None:
    before = checkpoints(signed)
    with serving(respond) as (address, _):
        assert refusal(signed, address).code is code
    assert checkpoints(signed) == before


def test_a_right_answer_with_the_status_of_an_error_counts_as_one(
    signed: Path, authority: Authority
) -> None:
    with serving(answering(authority.answer, 500)) as (address, _):
        assert refusal(signed, address).code is Code.TIMESTAMP_REFUSED


def test_a_denial_is_told_as_one(signed: Path, tmp_path: Path) -> None:
    denying = Authority(tmp_path / "denying", digests="sha512")
    with serving(answering(denying.answer)) as (address, _):
        assert refusal(signed, address).code is Code.TIMESTAMP_REFUSED
    assert not stamp_of(newest(signed)).exists()


def _replay(answer: bytes, _: bytes) -> bytes:
    return answer


def test_an_answer_to_another_request_is_refused(signed: Path, authority: Authority) -> None:
    note = newest(signed).read_bytes()
    for earlier in (note, b"another"):
        replayed = authority.answer(timestamp.request(earlier))
        with serving(answering(partial(_replay, replayed))) as (address, _):
            assert refusal(signed, address).code is Code.TIMESTAMP_WRONG
    assert not stamp_of(newest(signed)).exists()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_sent_elsewhere(signed: Path, authority: Authority, status: int) -> None:
    with serving(answering(authority.answer)) as (elsewhere, asked):
        for target in (elsewhere, "file:///etc/passwd", "ftp://127.0.0.1/", "nowhere"):
            with serving(answering(lambda _: b"", status, Location=target)) as (address, first):
                assert refusal(signed, address).code is Code.TIMESTAMP_REFUSED
                assert len(first) == 1
        assert not asked


def test_an_answer_without_end_is_cut_off(signed: Path) -> None:
    sent = 0

    def flood(handler: BaseHTTPRequestHandler, _asked: bytes) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(1_000):
                sent += handler.wfile.write(b"\x30" * 1_000_000)
        except OSError:
            return

    with serving(flood) as (address, _):
        assert refusal(signed, address).code is Code.TIMESTAMP_MALFORMED
    assert sent < 100_000_000
