"""`ropa log events`: what comes out, where, and what is refused."""

import json
from pathlib import Path

import pytest

from ropa.app import Reading, Register
from tests.app.shop import NOW, append, customer
from tests.cli.running import Ran, ropa

EMAIL = "asa@exempel.example"


@pytest.fixture
def shop(shop: Path) -> Path:
    with Register.open(shop, clock=lambda: NOW) as register:
        append(register, customer("K-1", name="Åsa Öberg", email=EMAIL))
    return shop


def events(shop: Path, *arguments: object) -> Ran:
    return ropa("-r", shop, "log", "events", *arguments)


def head(shop: Path) -> int:
    with Reading.open(shop) as reading:
        return reading.head


def test_without_values_it_takes_no_key_and_records_nothing(shop: Path, tmp_path: Path) -> None:
    before = head(shop)
    (shop / "vault").rename(tmp_path / "elsewhere")
    ran = events(shop).done()
    assert len(ran.text.splitlines()) == before == head(shop)
    assert ran.told == f"{before:,} event(s) written\n"
    assert EMAIL not in ran.text
    assert events(shop, "-o", "-").done().out == ran.out


def test_a_range_goes_to_a_file(shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson"
    assert events(shop, "--from", 2, "--to", 4, "-o", file).done().out == b""
    found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [one["position"] for one in found] == [2, 3, 4]


def test_with_values_the_look_is_told(shop: Path) -> None:
    before = head(shop)
    ran = events(shop, "--as", "support", "--purpose", "support-case").done()
    assert "recorded: values of 1 person(s) were shown" in ran.told
    assert EMAIL in ran.text
    assert head(shop) == before + 1
    shown = ropa("-r", shop, "report", "access", "--person", "webshop/K-1", "-l", "en").done().text
    assert "Support matter" in shown
    # A marketer's work needs nothing of a customer who has not said yes.
    assert EMAIL not in events(shop, "--as", "marketing", "--purpose", "supervision").done().text


def test_an_opened_export_goes_into_another_register_by_append(shop: Path, tmp_path: Path) -> None:
    file, second = tmp_path / "all.ndjson", tmp_path / "second"
    ran = events(shop, "--open-all", "--purpose", "maintenance", "-o", file).done()
    assert "event(s) written" in ran.told
    Register.create(second)
    told = ropa("-r", second, "append", file).done().told
    assert "recorded" in told
    found = ropa("-r", second, "person", "find", "--email", EMAIL, "--json").done().text
    assert json.loads(found)["namespaces"] == ["webshop"]
    assert "repeated" in ropa("-r", second, "append", file).done().told


def test_what_makes_no_sense_is_refused(shop: Path, tmp_path: Path) -> None:
    before = head(shop)
    events(shop, "--from", 0).refused("usage")
    events(shop, "--from", 9_999).refused("not-in-history")
    events(shop, "--to", 9_999, "-o", tmp_path / "none").refused("not-in-history")
    assert not (tmp_path / "none").exists()
    events(shop, "--from", 3, "--to", 1).refused("not-in-history")
    events(shop, "--as", "support").refused("usage")
    events(shop, "--open-all").refused("usage")
    events(shop, "--purpose", "request").refused("usage")
    events(shop, "--as", "support", "--open-all", "--purpose", "request").refused("usage")
    events(shop, "--as", "janitor", "--purpose", "request").refused("usage")
    events(shop, "-o", tmp_path / "no" / "folder").refused("file-unreadable")
    assert head(shop) == before
