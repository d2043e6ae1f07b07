"""No personal value lies in any byte of any file of a register, in whatever coding."""

import base64
import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

import pytest

from ropa.app import Register
from ropa.cli.demo import feeds, officer
from ropa.cli.init import SOURCES
from ropa.kernel.ids import Role
from tests.cli.running import ropa

Value = TypeVar("Value", str, bytes)

TELLING = {
    "name",
    "email",
    "phone",
    "number",
    "voucher",
    "street",
    "personal_number",
    "text",
    "facts",
}
"""The personal fields whose values say something by themselves; a town or a sum does not."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("demo") / "shop")


def filled(shop: Path) -> Path:
    """Make a register with a year of customers, its views made, and its papers asked for."""
    Register.create(shop, sources=SOURCES)
    with Register.open(shop) as register:
        register.append(officer.before())
    for name in feeds.FEEDS[:-1]:
        ropa("-r", shop, "append", feeds.path(name)).done()
    ropa("-r", shop, "append", "-", stdin=feeds.corrected().encode()).done()
    for role in Role:
        ropa("-r", shop, "person", "show", "webshop/K-20417", "--as", role).done()
    ropa("-r", shop, "report", "access", "--person", "webshop/K-20417").done()
    ropa("-r", shop, "replay", "--check").done()
    return shop


def values() -> set[str]:
    """Give every personal value that the programs sent, and the customers' numbers."""
    found: set[str] = set()
    for name in (*feeds.FEEDS, feeds.CORRECTION):
        for line in feeds.path(name).read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            found |= set(_texts(event.get("data", {}).get("personal", {})))
            if "/" not in event.get("subject", "/"):
                found.add(event["subject"])
    return found


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if isinstance(value, str) and name in TELLING and len(value) > 4:
                yield value
            yield from _texts(value)


def codings(value: str | bytes) -> Iterator[bytes]:
    """Give the bytes by which a value could lie in a file, or bytes themselves."""
    plains = (
        [value]
        if isinstance(value, bytes)
        else [value.encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be")]
    )
    for plain in plains:
        yield plain
        yield plain.hex().encode()
        yield plain.hex().upper().encode()
        for offset in range(3):
            # Of a text in base64 those digits are always the same that its neighbours have no
            # part in; they are others at each of three offsets.
            whole = base64.b64encode(b"\0" * offset + plain)
            inner = whole[-(-8 * offset // 6) : 8 * (offset + len(plain)) // 6]
            yield inner
            yield inner.translate(bytes.maketrans(b"+/", b"-_"))
    if isinstance(value, str):
        yield json.dumps(value).encode()[1:-1]


_SHORTEST = 6
"""No coding of a value is shorter: by its first bytes it is looked up at each place."""


class Scanner(Generic[Value]):
    """Looks for values in bytes, in each of their codings, also where these are compressed."""

    def __init__(self, secrets: Iterable[Value]) -> None:
        self._by_start: dict[bytes, list[tuple[bytes, Value]]] = {}
        for secret in secrets:
            for coding in set(codings(secret)):
                assert len(coding) >= _SHORTEST
                self._by_start.setdefault(coding[:_SHORTEST], []).append((coding, secret))

    def found(self, content: bytes) -> set[Value]:
        return self._plainly(content).union(*map(self._plainly, _unpacked(content)))

    def _plainly(self, content: bytes) -> set[Value]:
        starts = self._by_start
        return {
            secret
            for place in range(len(content))
            if (start := content[place : place + _SHORTEST]) in starts
            for coding, secret in starts[start]
            if content.startswith(coding, place)
        }


_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")


def _unpacked(content: bytes) -> Iterator[bytes]:
    for start in _ZLIB.finditer(content):
        try:
            yield zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(content[start.start() :])
        except zlib.error:
            continue


def files(shop: Path) -> list[Path]:
    return sorted(path for path in shop.rglob("*") if path.is_file())


def test_no_value_lies_in_any_file(demo: Path) -> None:
    secrets = values()
    assert len(secrets) > 800
    names = {path.name for path in files(demo)}
    assert {"log.db", "keys.db", "views.db", "ropa.toml", "root.key"} <= names
    scanner = Scanner(secrets)
    for path in files(demo):
        assert scanner.found(path.read_bytes()) == set(), path


@pytest.mark.parametrize(
    "secret", ["Åsa Lindström", "asa.lindstrom@postlada.example", "070-174 06 35", "K-20417"]
)
def test_the_scanner_finds_what_is_planted(secret: str, tmp_path: Path) -> None:
    scanner = Scanner([secret, "nothing of it"])
    for planted in (
        *codings(secret),
        base64.b64encode(b"x" + secret.encode() + b"yz"),
        base64.b64encode(b'{"n":"' + secret.encode("utf-16-le") + b'"}'),
        zlib.compress(b"before " + secret.encode() + b" after"),
        gzip.compress(b"before " + secret.encode() + b" after"),
    ):
        file = tmp_path / "planted"
        file.write_bytes(b"SQLite format 3\0" + planted + b"\0" * 9)
        assert scanner.found(file.read_bytes()) == {secret}
    assert scanner.found(b"SQLite format 3\0" * 9) == set()


def test_the_values_are_there_for_who_holds_the_keys(demo: Path) -> None:
    show = ("person", "show", "webshop/K-20417", "--as", "support", "--json")
    shown = ropa("-r", demo, *show).done()
    assert "Anna Lindqvist" in shown.text
