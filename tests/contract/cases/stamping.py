"""What proves the log: time stamps, asked of an authority over HTTP."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import MappingProxyType

from ropa.kernel.problem import Code
from ropa.proofs import timestamp
from tests.cli.running import Ran, ropa
from tests.contract.world import ASCII_CANARY, CANARY, Call, Case, sign
from tests.proofs.authority import Authority

Answer = Callable[[bytes], bytes]
"""Answers a request for a time stamp."""


def _stamp(answer: Answer, status: int = 200) -> Call:
    """Ask for a time stamp where an authority answers so; its every word holds the canary."""

    def run(*arguments: object, stdin: bytes, env: Mapping[str, str]) -> Ran:
        with _serving(answer, status) as address:
            told = [str(part).replace("{authority}", address) for part in arguments]
            return ropa(*told, stdin=stdin, env={**env, "no_proxy": "*"})

    return Call(("log", "stamp", "{authority}"), run=run)


@contextmanager
def _serving(answer: Answer, status: int) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status, CANARY)
            self.send_header(ASCII_CANARY, CANARY)
            self.send_header("Location", f"{ASCII_CANARY}:{ASCII_CANARY}")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/{ASCII_CANARY}"
        finally:
            server.shutdown()
            thread.join()


def _authority(shop: Path) -> Authority:
    """Sign the log, and give an authority whose certificates bear the canary's name."""
    sign(shop)
    return Authority(shop / CANARY)


def _malformed(shop: Path) -> list[Call]:
    authority = _authority(shop)
    return [
        _stamp(lambda _asked: CANARY.encode()),
        _stamp(lambda asked: asked),
        _stamp(lambda asked: authority.answer(asked)[:-9]),
        _stamp(lambda asked: authority.answer(asked) + CANARY.encode()),
    ]


def _wrong(shop: Path) -> list[Call]:
    authority = _authority(shop)
    note = next((shop / "checkpoints").glob("*.txt")).read_bytes()
    earlier = authority.answer(timestamp.request(note))
    ours, other = (sha256(text).digest() for text in (note, CANARY.encode()))
    return [
        _stamp(lambda _asked: earlier),
        _stamp(lambda asked: authority.answer(asked.replace(ours, other))),
    ]


def _refused(shop: Path) -> list[Call]:
    sign(shop)
    refusing = Authority(shop / CANARY, digests="sha512")
    return [
        _stamp(refusing.answer),
        _stamp(lambda _asked: CANARY.encode(), 500),
        _stamp(lambda _asked: CANARY.encode(), 302),
        Call(("log", "stamp", f"http://127.0.0.1:1/{ASCII_CANARY}"), env={"no_proxy": "*"}),
        Call(("log", "stamp", f"http://127.0.0.1:1/{CANARY}"), env={"no_proxy": "*"}),
        Call(("log", "stamp", f"http://127.0.0.1:{ASCII_CANARY}"), env={"no_proxy": "*"}),
    ]


CASES: Mapping[Code, Case] = MappingProxyType(
    {
        Code.TIMESTAMP_MALFORMED: _malformed,
        Code.TIMESTAMP_WRONG: _wrong,
        Code.TIMESTAMP_REFUSED: _refused,
    }
)
