"""Bad input: a clear answer, nothing of the batch recorded, and a register that works."""

import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ropa.app import Register
from ropa.catalogue import TYPES
from ropa.cli.append import append_file
from ropa.kernel.problem import Code, Problem
from tests.app.shop import NOW, append, customer, lines, new, sent, stored
from tests.cli.running import ROPA, Ran, environ, ropa

NAME = "Sixten Sällsam"
PERSONAL = {"name": NAME, "email": "sixten@sallsam.example"}
CONTACT = {"channel": "account-page", "activities": ["contract"], "personal": PERSONAL}
_BREACH = {"breach": "flood", "natures": ["integrity"]}


def contact(**envelope: Any) -> dict[str, Any]:
    data = envelope.pop("data", CONTACT)
    return sent(
        "person.contact-changed", data, **{"id": f"x.{new()}", "subject": "K-1", **envelope}
    )


def encoded(event: Any) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()


@pytest.fixture(autouse=True)
def _customer(shop: Path) -> None:
    with Register.open(shop, clock=lambda: NOW) as register:
        append(register, customer("K-1", name="Anna Exempel", email="anna@exempel.example"))


def works(shop: Path) -> None:
    """Expect that the register takes what is right, and has the views that its log gives."""
    ropa("-r", shop, "append", "-", stdin=lines(contact())).done()
    ropa("-r", shop, "replay", "--check").done()


WRONG: dict[str, tuple[Callable[[], bytes], str, str | None]] = {
    "malformed JSON": (lambda: encoded(contact())[:-1] + b"]", "malformed-json", None),
    "not an object": (lambda: b'["' + NAME.encode() + b'"]', "malformed-json", None),
    "a byte order mark": (lambda: b"\xef\xbb\xbf" + encoded(contact()), "malformed-json", None),
    "deep nesting": (lambda: b'{"data":' + b"[" * 100_000 + b"}", "malformed-json", None),
    "a lone surrogate": (
        lambda: encoded(contact()).replace(b'"name": "', b'"name": "\\ud800'),
        "malformed-json",
        None,
    ),
    "not UTF-8": (
        lambda: encoded(contact()).replace(b"\xc3\xa4", b"\xe4"),
        "not-utf8",
        "data.personal",
    ),
    "wrong type": (
        lambda: encoded(contact(data={**CONTACT, "personal": {"name": 7}})),
        "malformed-value",
        "data.personal.name",
    ),
    "wrong type of a clear field": (
        lambda: encoded(contact(data={**CONTACT, "activities": NAME})),
        "malformed-value",
        "data.activities",
    ),
    "unknown event type": (
        lambda: encoded(contact(type=f"person.{NAME}.v1")),
        "unknown-event-type",
        "type",
    ),
    "unknown version of a type": (
        lambda: encoded(contact(type="person.contact-changed.v2")),
        "unknown-event-type",
        "type",
    ),
    "unknown field": (
        lambda: encoded(contact(data={**CONTACT, NAME: 1})),
        "unknown-field",
        "data",
    ),
    "unknown personal field": (
        lambda: encoded(contact(data={**CONTACT, "personal": {NAME: NAME}})),
        "unknown-field",
        "data.personal",
    ),
    "unknown attribute": (lambda: encoded({**contact(), NAME: 1}), "unknown-field", None),
    "duplicate id with other content": (
        lambda: lines(contact(id="same"), contact(id="same", actor="someone")).strip(),
        "id-reused",
        "id",
    ),
    "stale expected version": (lambda: encoded(contact(expectedversion=1)), "stale-version", None),
    "unknown subject": (lambda: encoded(contact(subject=NAME)), "unknown-subject", "subject"),
    "unknown activity": (
        lambda: encoded(contact(data={**CONTACT, "activities": ["contract", "selling"]})),
        "unknown-activity",
        "data.activities",
    ),
    "a personal value in a clear field": (
        lambda: encoded(contact(actor="sixten.sallsam")).replace("ä".encode(), b"a"),
        "personal-value-in-clear",
        "actor",
    ),
    "a date in the far future": (
        lambda: encoded(contact(time="2199-01-01T00:00:00Z")),
        "occurred-in-future",
        "time",
    ),
    "a date that is none": (
        lambda: encoded(contact(time="2024-02-30T00:00:00Z")),
        "malformed-envelope",
        "time",
    ),
    "a date at the edge of the calendar": (
        lambda: encoded(contact(time="0001-01-01T00:00:00+14:00")),
        "malformed-envelope",
        "time",
    ),
    "NUL in an id": (lambda: encoded(contact(id="a\0b")), "malformed-envelope", "id"),
    "NUL in a type": (lambda: encoded(contact(type="person\0")), "unknown-event-type", "type"),
    "a huge number": (
        lambda: encoded(
            sent("activity.declared", {"retention": {"start": "collected", "years": 10**300}})
        ),
        "missing-field",
        "data.activity",
    ),
    "a number without end": (
        lambda: encoded(contact()).replace(b'"Sixten S\xc3\xa4llsam"', b"1e99999"),
        "malformed-value",
        "data.personal.name",
    ),
    "no number": (lambda: encoded(contact(expectedversion=float("nan"))), "malformed-json", None),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("atomic", [False, True])
def test_bad_input(shop: Path, tmp_path: Path, wrong: str, *, atomic: bool) -> None:
    make, code, field = WRONG[wrong]
    bad = make()
    file = tmp_path / "feed.ndjson"
    file.write_bytes(lines(contact(), contact()) + bad + b"\n" + lines(contact()))
    before = stored(shop)
    ran = ropa("-r", shop, "append", file, *(["--atomic"] if atomic else [])).refused(code)
    place = f", field {field}: " if field else ": "
    number = 3 + bad.count(b"\n")
    assert ran.told.startswith(f"error: {file}, line {number}{place}")
    assert ran.out == b""
    for part in NAME.split():
        assert part.lower() not in ran.told.lower()
    assert stored(shop) == before
    works(shop)


def test_a_file_cut_off_anywhere(shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "feed.ndjson"
    whole = lines(contact(), contact(data={**CONTACT, "personal": {"name": "Åsa Öberg"}}))
    first = whole.index(b"\n") + 1
    before = stored(shop)
    with Register.open(shop) as register:
        for length in range(first + 1, len(whole) - 1):
            file.write_bytes(whole[:length])
            with pytest.raises(Problem) as refused:
                append_file(register, file)
            assert refused.value.code is Code.TRUNCATED_FILE
            assert refused.value.where.line == 2
    assert stored(shop) == before
    file.write_bytes(whole[:-1])  # all there but its newline
    ropa("-r", shop, "append", file).done()
    works(shop)


def test_a_line_of_50_mb_takes_little_memory(shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "feed.ndjson"
    with file.open("wb") as out:
        out.write(lines(contact()))
        out.write(b'{"name":"')
        for _ in range(50):
            out.write(NAME.encode() * 70_000)
        out.write(b'"}\n')
    assert file.stat().st_size > 50_000_000
    before = stored(shop)
    with_it, without = _peak(shop, file), _peak(shop, Path("/dev/null"))
    assert with_it - without < 4_000
    ropa("-r", shop, "append", file).refused("line-too-long")
    assert stored(shop) == before
    works(shop)


_MEASURED = """
import resource, sys
from ropa.cli import main
try:
    main()
except SystemExit:
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _peak(shop: Path, file: Path) -> int:
    """Give the most memory that reading a file took, in KiB."""
    assert resource.RUSAGE_SELF == 0
    ran = subprocess.run(
        [sys.executable, "-c", _MEASURED, "-r", shop, "append", file],
        capture_output=True,
        env=environ(),
        check=True,
        timeout=120,
    )
    return int(ran.stdout)


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "no events"), (b"\n\n  \r\n", "no events"), (None, "unreadable")]
)
def test_nothing_or_no_file(shop: Path, tmp_path: Path, content: bytes | None, told: str) -> None:
    file = tmp_path / "feed.ndjson"
    if content is None:
        file.mkdir()
        ropa("-r", shop, "append", file).refused("file-unreadable")
    else:
        file.write_bytes(content)
        assert told in ropa("-r", shop, "append", file).done().told
    works(shop)


def test_of_two_keys_alike_the_last_one_counts(shop: Path) -> None:
    """JSON leaves it open (RFC 8259, 4); what is guarded and what is sealed is the same one."""
    twice = encoded(contact(id="sixten.1")).replace(
        b'"personal": {', b'"personal": {"name": "Sixten"}, "personal": {'
    )
    twice = twice.replace(NAME.encode(), b"Sixten")
    ropa("-r", shop, "append", "-", stdin=twice).refused("personal-value-in-clear")
    both = encoded(contact()).replace(b'"id": ', b'"id": "one", "id": ')
    ropa("-r", shop, "append", "-", stdin=both).done()
    works(shop)


def test_numbers_that_are_allowed_to_be_huge_can_be_read_back(shop: Path) -> None:
    event = encoded(sent("breach.discovered", {**_BREACH, "persons": 10**30}, id=f"n.{new()}"))
    ran = ropa("-r", shop, "append", "-", stdin=event)
    if ran.code == 0:
        with Register.open(shop) as register:
            assert list(register.events())[-1].data.persons == 10**30
    else:
        ran.refused("malformed-value")
    works(shop)


@pytest.mark.parametrize("character", ["\0", "\u202e", "\x1b[31m", "\ufeff", "𐀀", "\n"])
def test_any_character_may_stand_in_a_value(shop: Path, character: str) -> None:
    event = contact(data={**CONTACT, "personal": {"name": f"A{character}B"}})
    ropa("-r", shop, "append", "-", stdin=encoded(event)).done()
    shown = ropa("-r", shop, "person", "show", "webshop/K-1", "--as", "support", "--json").done()
    values = {row["category"]: row["value"] for row in map(json.loads, shown.text.splitlines())}
    assert values["contact.name"] == f"A{character}B"
    works(shop)


def test_a_clock_set_back(shop: Path) -> None:
    with Register.open(shop, clock=lambda: NOW - timedelta(minutes=4)) as register:
        before = register.head
        append(register, [contact(time=None)])
        events = list(register.events(after=before - 1))
        assert events[1].recorded_at == events[0].recorded_at  # it never runs backwards
    before_all = stored(shop)
    with Register.open(shop, clock=lambda: NOW - timedelta(minutes=6)) as register:
        with pytest.raises(Problem) as refused:
            append(register, [contact(time=None)])
        assert refused.value.code is Code.CLOCK_BEHIND
    assert stored(shop) == before_all
    works(shop)


# What lies in the folder.


def _swap_logs(shop: Path) -> None:
    other = shop.with_name("other")
    Register.create(other)
    for file in shop.glob("log.db*"):
        file.unlink()
    shutil.copy(other / "log.db", shop / "log.db")


def _cut(name: str, length: int) -> Callable[[Path], None]:
    def change(shop: Path) -> None:
        path = shop / name
        path.write_bytes(path.read_bytes()[:length])

    return change


def _replace(name: str, content: bytes) -> Callable[[Path], None]:
    def change(shop: Path) -> None:
        (shop / name).write_bytes(content)
        (shop / name).chmod(0o600)

    return change


def _as_directory(name: str) -> Callable[[Path], None]:
    def change(shop: Path) -> None:
        (shop / name).unlink()
        (shop / name).mkdir()

    return change


def _remove(name: str) -> Callable[[Path], None]:
    return lambda shop: (shop / name).unlink()


FOLDERS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a root key that is none": (_replace("vault/root.key", b"secret\n"), "root-key-unreadable"),
    "an empty root key": (_replace("vault/root.key", b""), "root-key-unreadable"),
    "a root key in binary": (
        _replace("vault/root.key", bytes(range(128, 160))),
        "root-key-unreadable",
    ),
    "a root key that is a folder": (_as_directory("vault/root.key"), "root-key-unreadable"),
    "another root key": (_replace("vault/root.key", b"7f" * 32), "root-key-wrong"),
    "no root key": (_remove("vault/root.key"), "root-key-missing"),
    "no log": (_remove("log.db"), "not-a-register"),
    "an empty log": (_replace("log.db", b""), "not-a-register"),
    "a log that is a folder": (_as_directory("log.db"), "not-a-register"),
    "another register's log": (_swap_logs, "log-damaged"),
    "a log cut off": (_cut("log.db", 9_000), "log-damaged"),
    "no vault": (_remove("vault/keys.db"), "vault-damaged"),
    "a vault cut off": (_cut("vault/keys.db", 5_000), "vault-damaged"),
    "an empty vault": (_replace("vault/keys.db", b""), "vault-damaged"),
    "views that are a folder": (_as_directory("views.db"), "file-unreadable"),
    "no settings": (_remove("ropa.toml"), "not-a-register"),
    "settings that are a folder": (_as_directory("ropa.toml"), "settings-unreadable"),
    "empty settings": (_replace("ropa.toml", b""), "settings-unreadable"),
    "settings of another time zone": (
        _replace(
            "ropa.toml", b'register = "6f0c1c1e-52a4-4b3f-8d0e-6a4b8f0c2d11"\ntime_zone = "Mars"'
        ),
        "settings-unreadable",
    ),
}


@pytest.mark.parametrize("wrong", FOLDERS)
def test_a_folder_that_is_not_right(shop: Path, wrong: str) -> None:
    ropa("-r", shop, "replay").done()
    whole = shop.with_name("whole")
    shutil.copytree(shop, whole)
    change, code = FOLDERS[wrong]
    change(shop)
    ropa("-r", shop, "person", "find", "--email", "sixten@sallsam.example").refused(code)
    if code.startswith(("root-key", "vault")):
        ropa("-r", shop, "replay").done()  # which needs no keys
    else:
        ropa("-r", shop, "replay").refused(code)
    if code != "file-unreadable":
        ran = ropa("-r", shop, "append", "-", stdin=lines(contact()))
        assert NAME not in ran.refused(code).told
    # Put right, it works as if nothing had been.
    shutil.rmtree(shop)
    shutil.copytree(whole, shop)
    works(shop)


def _process(*arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [ROPA, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environ(),
    )


def test_two_writers_at_once(shop: Path, tmp_path: Path) -> None:
    files = []
    for writer in ("a", "b"):
        events = [
            event
            for number in range(700)
            for event in customer(
                f"{writer.upper()}KUND{number:05}",
                name=f"Namn {writer}{number}",
                email=f"{writer}{number}@exempel.example",
            )
        ]
        file = tmp_path / f"{writer}.ndjson"
        file.write_bytes(lines(*events))
        files.append(file)
    with Register.open(shop) as register:
        before = register.head
    running = [_process("-r", shop, "append", "--json", file) for file in files]
    found = [process.communicate(timeout=120) for process in running]
    ran = [Ran(p.returncode, out, err).done() for p, (out, err) in zip(running, found, strict=True)]
    positions = [json.loads(line)["position"] for one in ran for line in one.out.splitlines()]
    assert sorted(positions) == list(range(before + 1, before + 4_201))
    with Register.open(shop) as register:
        assert [event.position for event in register.events()] == list(range(1, before + 4_201))
        streams: dict[str, int] = {}
        for event in register.events():
            assert event.version == streams.get(event.stream, 0) + 1
            streams[event.stream] = event.version
    works(shop)


def test_every_type_can_be_refused_without_harm(shop: Path) -> None:
    before = stored(shop)
    for name in TYPES:
        ran = ropa("-r", shop, "append", "-", stdin=lines(sent("x", {}, type=name, subject="K-1")))
        assert "[internal]" not in ran.told
        assert ran.code
    assert stored(shop) == before
