"""`ropa replay --check` finds what does not follow from the log, by view and key."""

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

import ropa as package
from ropa.app import Register
from ropa.views.consents import ActKind, Consents
from tests.app.shop import append, customer, founded, sent
from tests.cli.running import environ, ropa


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Give a register with two customers, of whom one has consented and withdrawn."""
    directory = founded(tmp_path / "shop")
    wording = {"notice": "newsletter-wording", "version": "2025-10"}
    given = {"activity": "marketing", "wording": wording, "language": "sv", "channel": "web-form"}
    withdrawn = {"activity": "marketing", "channel": "unsubscribe-link"}
    later = {"subject": "K-1", "time": "2024-04-01T12:00:00Z"}
    with Register.open(directory) as register:
        append(register, customer("K-1", name="Anna Exempel", email="anna@exempel.example"))
        append(register, customer("K-2", name="Bo Exempel", email="bo@exempel.example"))
        append(
            register,
            [
                sent("person.consent-given", given, id="g-1", subject="K-1"),
                sent("person.consent-withdrawn", withdrawn, id="w-1", **later),
            ],
        )
        register.rows()
    return directory


def _person(shop: Path, number: str) -> str:
    with Register.open(shop) as register:
        return str(register.find(package.Number("webshop", number)))


def test_all_is_well(shop: Path) -> None:
    ran = ropa("-r", shop, "replay", "--check").done()
    assert ran.out == b""
    assert ran.told.startswith("the views are what the log says")


def test_an_edited_row_is_found(shop: Path) -> None:
    person = _person(shop, "K-1")
    with sqlite3.connect(shop / "views.db") as db:
        query = "SELECT row FROM consents WHERE key = ?"
        row = msgspec.msgpack.decode(*db.execute(query, (person,)).fetchone(), type=Consents)
        withdrawn = row.acts["marketing"][-1]
        acts = {**row.acts, "marketing": (replace(withdrawn, kind=ActKind.GIVEN),)}
        edited = msgspec.msgpack.encode(replace(row, acts=acts))
        db.execute("UPDATE consents SET row = ? WHERE key = ?", (edited, person))
    db.close()
    ran = ropa("-r", shop, "replay", "--check")
    assert (ran.code, ran.text) == (1, f"consents\t{person}\tdiffers\n")
    assert "1 row(s) differ" in ran.told


def test_a_missing_and_a_surplus_row_are_found(shop: Path) -> None:
    first, second = sorted([_person(shop, "K-1"), _person(shop, "K-2")])
    with sqlite3.connect(shop / "views.db") as db:
        db.execute("UPDATE people SET key = key || 'x' WHERE key = ?", (second,))
        db.execute("DELETE FROM people WHERE key = ?", (first,))
    db.close()
    ran = ropa("-r", shop, "replay", "--check")
    assert ran.code == 1
    assert set(ran.text.splitlines()) == {
        f"people\t{first}\tmissing",
        f"people\t{second}\tmissing",
        f"people\t{second}x\tsurplus",
    }


_EDIT = """

def _edited(row, recorded):
    if isinstance(recorded.data, ConsentWithdrawn):
        return row
    return _as_before(row, recorded)


_as_before = CONSENTS.fold
import dataclasses
CONSENTS = dataclasses.replace(CONSENTS, fold=_edited{version})
"""


@pytest.mark.parametrize("raised", [False, True])
def test_an_edited_fold_is_found_unless_its_version_was_raised(
    shop: Path, tmp_path: Path, *, raised: bool
) -> None:
    """Somebody edits a fold in a copy of the program, and runs that on the same register."""
    edited = tmp_path / "edited"
    shutil.copytree(Path(package.__file__).parent, edited / "ropa")
    version = ", version=CONSENTS.version + 1" if raised else ""
    with (edited / "ropa" / "views" / "consents.py").open("a") as file:
        file.write(_EDIT.format(version=version))
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            "from ropa.cli import main; main()",
            "-r",
            shop,
            "replay",
            "--check",
        ],
        env=environ({"PYTHONPATH": str(edited)}),
        capture_output=True,
        check=False,
        timeout=120,
    )
    if raised:
        # The views are made anew by the new fold, and are then what it says.
        assert (ran.returncode, ran.stdout) == (0, b""), ran.stderr
    else:
        assert ran.returncode == 1, ran.stderr
        assert ran.stdout.decode() == f"consents\t{_person(shop, 'K-1')}\tdiffers\n"


@pytest.mark.parametrize("left", [b"", b"no database at all", None])
def test_lost_views_are_made_anew(shop: Path, left: bytes | None) -> None:
    before = ropa("-r", shop, "replay", "people").done().out
    assert before
    for file in shop.glob("views.db*"):
        if file.is_file():
            file.unlink()
    if left is not None:
        (shop / "views.db").write_bytes(left)
    assert ropa("-r", shop, "replay", "people").done().out == before
    assert ropa("-r", shop, "replay", "--check").done().out == b""
