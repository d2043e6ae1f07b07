"""`ropa append`: files whole, in batches, by a pipe, tried out, and again."""

import json
from pathlib import Path
from typing import Any

import pytest

from ropa.app import Register
from tests.app.shop import customer, lines
from tests.cli.running import process, ropa

BATCH = 1_000


def _events(count: int) -> list[dict[str, Any]]:
    return [
        event
        for number in range(count)
        for event in customer(
            f"KUND{number:05}", name=f"Namn {number}", email=f"n{number}@exempel.example"
        )
    ]


def _head(shop: Path) -> int:
    with Register.open(shop) as register:
        return register.head


def test_from_a_pipe(shop: Path) -> None:
    head = _head(shop)
    ran = process("-r", shop, "append", "-", "--json", stdin=lines(*_events(2))).done()
    receipts = [json.loads(line) for line in ran.out.splitlines()]
    assert [receipt["position"] for receipt in receipts] == list(range(head + 1, head + 7))
    assert ran.told == "-: 6 recorded\n"


def test_a_trial_records_nothing(shop: Path) -> None:
    head = _head(shop)
    ran = ropa("-r", shop, "append", "-", "--dry-run", stdin=lines(*_events(2))).done()
    assert "6 events can be read; nothing was recorded" in ran.told
    assert ran.out == b""
    ropa("-r", shop, "append", "-", "--dry-run", stdin=b"{}\n").refused("missing-field")
    assert _head(shop) == head


@pytest.mark.parametrize("flags", [(), ("--atomic",)])
def test_a_refused_line_and_the_file_again(
    shop: Path, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    head = _head(shop)
    events = _events(500)
    wrong = dict(events[1_201], data={"activity": "contract", "basis": "public-task"})
    file = tmp_path / "feed.ndjson"
    file.write_bytes(lines(*events[:1_201], wrong, *events[1_202:]))
    ran = ropa("-r", shop, "append", *flags, file).refused("basis-not-declared")
    recorded = 0 if flags else BATCH
    told = f"Lines up to {BATCH} are recorded" if recorded else "No line of this file is recorded"
    assert f"{file}, line 1202, field data.basis: " in ran.told
    assert told in ran.told
    assert _head(shop) == head + recorded
    file.write_bytes(lines(*events))
    ran = ropa("-r", shop, "append", *flags, file).done()
    repeated = f", {recorded} repeated" if recorded else ""
    assert ran.told == f"{file}: {1_500 - recorded} recorded{repeated}\n"
    assert _head(shop) == head + 1_500
    assert ropa("-r", shop, "append", file).done().told == f"{file}: 1500 repeated\n"
    assert _head(shop) == head + 1_500


def test_every_line_is_read_before_the_first_is_recorded(shop: Path, tmp_path: Path) -> None:
    head = _head(shop)
    file = tmp_path / "feed.ndjson"
    file.write_bytes(lines(*_events(700)) + b"{\n")
    ran = ropa("-r", shop, "append", file).refused("malformed-json")
    assert f"{file}, line 2101: " in ran.told
    assert _head(shop) == head


def test_several_files_stop_at_the_first_that_is_refused(shop: Path, tmp_path: Path) -> None:
    events = _events(3)
    files = [tmp_path / f"{number}.ndjson" for number in range(3)]
    for number, file in enumerate(files):
        part = lines(*events[3 * number : 3 * number + 3])
        file.write_bytes(part if number != 1 else part + b"[]\n")
    head = _head(shop)
    ran = ropa("-r", shop, "append", *files)
    assert ran.told.startswith(f"{files[0]}: 3 recorded\nerror: {files[1]}, line 4: ")
    assert _head(shop) == head + 3


def test_windows_lines_and_empty_ones(shop: Path) -> None:
    content = b"\r\n".join([b"", *lines(*_events(1)).splitlines(), b"", b""])
    assert ropa("-r", shop, "append", "-", stdin=content).done().told == "-: 3 recorded\n"
