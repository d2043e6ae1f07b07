"""What comes out: data on standard output alone, in the form that is asked for."""

import csv
import io
import json
import os
import pty
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from ropa.app import Reading, Register
from tests.app.shop import append, customer
from tests.cli.running import ROPA, environ, process, ropa

LISTINGS = (
    ("activity", "list"),
    ("recipient", "list"),
    ("staff", "list"),
    ("request", "list"),
    ("person", "find", "--number", "webshop/K-1"),
    ("person", "show", "webshop/K-1"),
    ("consent", "list", "webshop/K-1"),
    ("consent", "at", "webshop/K-1", "marketing"),
)


@pytest.fixture
def shop(shop: Path) -> Path:
    with Register.open(shop) as register:
        append(register, customer("K-1", name="Åsa, Exempel", email="asa@exempel.example"))
    ropa(
        "-r", shop, "staff", "register", "--name", "Eva", "--role", "support", "--reason", "New"
    ).done()
    ropa("-r", shop, "request", "receive", "--kind", "access", "--person", "webshop/K-1").done()
    withdraw = ("consent", "withdraw", "webshop/K-1", "marketing", "--channel", "phone")
    ropa("-r", shop, *withdraw).done()
    return shop


@pytest.mark.parametrize("listing", LISTINGS, ids=" ".join)
def test_each_listing_has_three_forms(shop: Path, listing: tuple[str, ...]) -> None:
    table = ropa("-r", shop, *listing).done().text
    rows = [
        json.loads(line) for line in ropa("-r", shop, *listing, "--json").done().text.splitlines()
    ]
    found = list(csv.DictReader(io.StringIO(ropa("-r", shop, *listing, "--csv").done().text)))
    assert len(rows) == len(found) == len(table.splitlines()) - 1 > 0
    for row, cells in zip(rows, found, strict=True):
        assert list(row) == list(cells)
        for name, value in row.items():
            if isinstance(value, str):
                assert cells[name] == value
    assert "\x1b" not in table


def test_values_keep_their_letters(shop: Path) -> None:
    show = ("person", "show", "webshop/K-1", "--as", "support")
    assert "Åsa, Exempel" in ropa("-r", shop, *show).done().text


def _on_terminal(
    *arguments: object, env: Mapping[str, str] | None = None, typed: bytes = b""
) -> tuple[int, str]:
    """Run ropa on a terminal of its own, and give its exit code and what the terminal showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [ROPA, *map(str, arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environ({"TERM": "xterm-256color", "COLUMNS": "160", **(env or {})}),
        start_new_session=True,
    )
    os.close(theirs)
    os.write(ours, typed)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    return process.wait(60), shown.decode()


def test_colour_is_for_terminals_and_can_be_refused(shop: Path) -> None:
    code, shown = _on_terminal("-r", shop, "activity", "list")
    assert code == 0
    assert "\x1b[" in shown
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        code, shown = _on_terminal("-r", shop, "activity", "list", env=env)
        assert code == 0
        assert "contract" in shown
        assert not re.search(r"\x1b\[[0-9;]*3[0-9]", shown), "a colour"
        _, shown = _on_terminal("-r", shop, "nothing", env=env)
        assert not re.search(r"\x1b\[[0-9;]*3[0-9]", shown), "a colour"


def test_init_asks_on_a_terminal(tmp_path: Path) -> None:
    answers = "Exempelbolaget AB\n556000-0167\nStorgatan 1\nhej@exempel.example\n\n\n\n"
    code, shown = _on_terminal("init", tmp_path / "shop", typed=answers.encode())
    assert code == 0, shown
    assert "Registered name of the company" in shown
    controller = ropa("-r", tmp_path / "shop", "controller", "show").done().text
    assert "Exempelbolaget AB" in controller
    assert "556000-0167" in controller


def test_init_asks_nothing_of_who_says_yes(tmp_path: Path) -> None:
    code, shown = _on_terminal("init", tmp_path / "shop", "--yes", "--name", "Exempelbolaget AB")
    assert code == 0
    assert "Registered name" not in shown


def test_nothing_is_asked_off_a_terminal(tmp_path: Path) -> None:
    """Standard input is a pipe that nobody ever writes to, nor closes."""
    reading, writing = os.pipe()
    try:
        ran = subprocess.run(
            [ROPA, "init", tmp_path / "shop", "--name", "Exempelbolaget AB"],
            stdin=reading,
            capture_output=True,
            env=environ(),
            check=False,
            timeout=60,
        )
    finally:
        os.close(reading)
        os.close(writing)
    assert ran.returncode == 0
    assert ran.stdout == b""
    assert b"Registered name" not in ran.stderr


@pytest.mark.parametrize(
    "call",
    [
        ("replay", "register"),
        ("report", "article30"),
        ("report", "article30", "-f", "html"),
        ("activity", "list"),
        ("activity", "list", "--csv"),
        ("activity", "list", "--json"),
        ("-h",),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("read", [0, 1])
def test_a_reader_that_goes_early_disturbs_nobody(
    shop: Path, call: tuple[str, ...], read: int
) -> None:
    running = subprocess.Popen(
        [ROPA, "-r", shop, *call], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ()
    )
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.read(read)
    running.stdout.close()
    told = running.stderr.read()
    running.stderr.close()
    assert running.wait(60) == 0
    # A replay tells first what its rows are bound to.
    assert re.sub(rb"^position \d+, .*\n$", b"", told) == b""


def test_output_that_cannot_be_written_is_told(shop: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [ROPA, "-r", shop, "activity", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environ(),
            check=False,
            timeout=60,
        )
    assert ran.returncode
    assert b"Traceback" not in ran.stderr
    assert ran.stderr.rstrip().endswith((b"[disk-full]", b"[file-unreadable]"))


def test_settings_come_from_the_environment_too(shop: Path) -> None:
    env = {"ROPA_REGISTER": str(shop), "ROPA_LANGUAGE": "en"}
    assert "Article 30" in process("report", "article30", env=env).done().text
    assert "rtikel 30" in process("report", "article30", "-l", "sv", env=env).done().text
    ropa(
        "staff",
        "register",
        "--name",
        "Eva",
        "--role",
        "support",
        "--reason",
        "New",
        env={**env, "ROPA_ACTOR": "officer-7"},
    ).done()
    with Register.open(shop) as register:
        assert list(register.events())[-1].actor == "officer-7"


PAPERS = (
    ("report", "access", "--person", "webshop/K-1"),
    ("log", "events", "--as", "support", "--purpose", "support-case"),
    ("retention", "certificate"),
)
RECEIPT = ("consent", "receipt", "webshop/K-1", "--activity", "marketing", "-f", "record")


def _recorded(shop: Path) -> int:
    with Reading.open(shop) as reading:
        return reading.head


@pytest.mark.parametrize("paper", [*PAPERS, RECEIPT], ids=" ".join)
def test_nothing_is_recorded_of_a_paper_that_has_no_place(
    shop: Path, tmp_path: Path, paper: tuple[str, ...]
) -> None:
    before = _recorded(shop)
    ran = ropa("-r", shop, *paper, "-o", tmp_path / "no" / "paper").refused("file-unreadable")
    assert ran.code == 3
    assert "There is no such folder." in ran.told
    ran = ropa("-r", shop, *paper, "-o", tmp_path).refused("file-unreadable")
    assert "There is a folder of this name." in ran.told
    assert _recorded(shop) == before


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("paper", [*PAPERS, ("report", "notice")], ids=" ".join)
def test_a_paper_about_somebody_is_its_owners_alone(
    shop: Path, tmp_path: Path, paper: tuple[str, ...]
) -> None:
    file = tmp_path / "paper"
    with umask(0o022):
        ropa("-r", shop, *paper, "-o", file).done()
    readable = bool(file.stat().st_mode & 0o044)
    assert readable == (paper in {("report", "notice"), ("retention", "certificate")})
    file.chmod(0o644)
    ropa("-r", shop, *paper, "-o", file).done()
    assert file.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_nothing_is_recorded_of_a_paper_that_no_terminal_can_show(shop: Path, form: str) -> None:
    before = _recorded(shop)
    name = ("access", "--person", "webshop/K-1") if form == "pdf" else ("article30",)
    code, shown = _on_terminal("-r", shop, "report", *name, "-f", form, "-o", "-")
    assert code == 2
    assert "Give --output a file." in shown
    assert _recorded(shop) == before


@pytest.mark.parametrize("paper", PAPERS, ids=" ".join)
def test_a_dash_is_standard_output(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paper: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    assert ropa("-r", shop, *paper, "-o", "-").done().out
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("article30", "--activity", "contract"), "usage"),
        (("article30", "--person", "webshop/K-1"), "usage"),
        (("notice", "--nobody"), "usage"),
        (("ledger", "--since-at", "0"), "usage"),
        (("access", "--person", "webshop/K-1", "--nobody"), "usage"),
        (("difference", "--since", "2026-01-01", "--since-at", "1"), "usage"),
        (("difference", "--since-at", "5", "--at", "2"), "usage"),
        (("ledger", "--activity", "nonsense"), "unknown-activity"),
    ],
)
def test_what_a_paper_would_pass_over_is_refused(
    shop: Path, asked: tuple[str, ...], code: str
) -> None:
    before = _recorded(shop)
    ran = ropa("-r", shop, "report", *asked).refused(code)
    assert ran.code == {"usage": 2, "unknown-activity": 3}[code]
    assert not ran.out
    assert _recorded(shop) == before


def test_no_bar_stands_among_events_on_a_terminal(shop: Path) -> None:
    code, shown = _on_terminal("-r", shop, "log", "events")
    assert code == 0
    *events, told = shown.splitlines()
    assert [json.loads(line)["position"] for line in events] == [*range(1, _recorded(shop) + 1)]
    assert "event(s) written" in told
