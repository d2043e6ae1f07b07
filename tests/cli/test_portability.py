"""`ropa report portability`: the file that a person takes along, and that it was handed out."""

import csv
import io
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ropa.app import Register
from ropa.domain.person.events import ReportMade
from tests.app.shop import append, customer
from tests.cli.running import ropa

REPORT = ("report", "portability", "--person", "webshop/K-1")


@pytest.fixture
def shop(shop: Path) -> Path:
    with Register.open(shop) as register:
        append(register, customer("K-1", name="Åsa, Exempel", email="=asa@exempel.example"))
    return shop


def last(shop: Path) -> Any:
    with Register.open(shop) as register:
        return list(register.events())[-1].data


@pytest.mark.parametrize("form", ["text", "html", "json", "csv"])
def test_the_very_bytes_that_are_handed_out_are_recorded(
    shop: Path, tmp_path: Path, form: str
) -> None:
    file = tmp_path / "mine"
    ropa("-r", shop, *REPORT, "-f", form, "-o", file).done()
    made = last(shop)
    assert isinstance(made, ReportMade)
    assert (made.report, made.sha256) == ("portability", sha256(file.read_bytes()).hexdigest())
    out = ropa("-r", shop, *REPORT, "-f", form).done().out
    assert last(shop).sha256 == sha256(out).hexdigest() != made.sha256


def test_machines_read_the_same_in_both_forms(shop: Path) -> None:
    text = ropa("-r", shop, *REPORT, "-f", "csv").done().text
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    paper = json.loads(ropa("-r", shop, *REPORT, "-f", "json").done().out)["paper"]
    values = {
        one["category"]: one["value"] for part in paper["activities"] for one in part["values"]
    }
    assert values == {"contact.name": "Åsa, Exempel", "contact.email": "=asa@exempel.example"}
    cells = {row["category"]: row["value"] for row in rows if row["kind"] == "value"}
    assert cells["contact.name"] == "Åsa, Exempel"
    assert not cells["contact.email"].startswith("=")
    assert json.loads(cells["contact.email"]) == "=asa@exempel.example"
    assert {row["person"] for row in rows} == {paper["person"]}


def test_that_nothing_is_held_is_an_answer_too(shop: Path) -> None:
    found = ropa("-r", shop, "report", "portability", "--nobody", "-l", "en").done().text
    assert "We hold no personal data about you" in found
    text = ropa("-r", shop, "report", "portability", "--nobody", "-f", "csv").done().text
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["kind"] == "nothing-held"


def test_only_what_is_rows_can_be_had_as_csv(shop: Path) -> None:
    with Register.open(shop) as register:
        before = register.head
    for name in ("access", "history"):
        ran = ropa("-r", shop, "report", name, "--person", "webshop/K-1", "-f", "csv")
        ran.refused("usage")
        assert ran.code == 2
        assert ran.out == b""
    with Register.open(shop) as register:
        assert register.head == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "usage"),
        (("--person", "webshop/K-404"), "unknown-subject"),
        (("--person", "webshop/K-1", "-f", "xlsx"), "usage"),
        (("--person", "webshop/K-1", "-f", "csv", "-o", "/nowhere/mine.csv"), "file-unreadable"),
    ],
)
def test_what_cannot_be_made_is_refused(shop: Path, arguments: tuple[str, ...], code: str) -> None:
    ropa("-r", shop, "report", "portability", *arguments).refused(code)
