"""The register exported, edited and read again at the command line."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.cli.running import Ran, ropa


def imported(shop: Path, *arguments: object) -> Ran:
    return ropa("-r", shop, "activity", "import", *arguments)


@pytest.fixture
def workbook(shop: Path, tmp_path: Path) -> Path:
    path = tmp_path / "register.xlsx"
    ropa("-r", shop, "report", "article30", "-f", "xlsx", "-l", "en", "-o", path).done()
    return path


def edit(path: Path, sheet: str, cell: str, value: Any) -> None:
    found = load_workbook(path)
    found[sheet][cell] = value
    found.save(path)


def head(shop: Path) -> int:
    rows = ropa("-r", shop, "activity", "show", "contract").done().text
    return len(json.loads(rows)["changes"])


def test_an_export_read_again_has_nothing_to_record(shop: Path, workbook: Path) -> None:
    ran = imported(shop, workbook, "--yes").done()
    assert ran.out == b""
    assert "nothing to record" in ran.told


def test_a_dry_run_lists_each_field_and_records_nothing(shop: Path, workbook: Path) -> None:
    edit(workbook, "Activities", "J2", "The server in the basement")
    before = head(shop)
    ran = imported(shop, workbook, "--dry-run", "--json").done()
    assert [json.loads(line) for line in ran.text.splitlines()] == [
        {
            "event": "activity.amended.v1",
            "entry": "activity/contract",
            "field": "system",
            "old": None,
            "new": "The server in the basement",
        }
    ]
    assert "1 event(s) would be recorded" in ran.told
    assert head(shop) == before


def test_it_is_recorded_with_its_reason_once_one_says_yes(shop: Path, workbook: Path) -> None:
    edit(workbook, "Activities", "J2", "The server in the basement")
    imported(shop, workbook).refused("usage")
    ran = imported(shop, workbook, "--yes", "--reason", "The yearly review").done()
    assert "recorded: activity.amended.v1" in ran.told
    entry = json.loads(ropa("-r", shop, "activity", "show", "contract").done().text)
    assert entry["activity"]["system"] == "The server in the basement"
    assert entry["changes"][-1]["reason"] == "The yearly review"
    assert entry["changes"][-1]["fields"] == ["activity", "system"]


def test_nothing_is_recorded_where_one_row_is_wrong(shop: Path, workbook: Path) -> None:
    edit(workbook, "Activities", "J2", "The server in the basement")
    edit(workbook, "Activities", "I5", "perhaps")
    before = head(shop)
    ran = imported(shop, workbook, "--yes").refused("malformed-value")
    assert f"{workbook}, field Activities!I5" in ran.told
    assert "perhaps" not in ran.told
    assert head(shop) == before


def test_a_register_moves_into_an_empty_one(shop: Path, workbook: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    ropa("init", other, "--template", "empty", "--yes").done()
    imported(other, workbook, "--yes").done()
    for register in (shop, other):
        ropa("-r", register, "activity", "list", "--json").done()
    lists = [ropa("-r", one, "activity", "list", "--json").done().text for one in (shop, other)]
    assert lists[0] == lists[1] != ""


def test_what_is_no_workbook_is_refused(shop: Path, tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(b"activity,title\r\n")
    assert str(path) in imported(shop, path).refused("file-unreadable").told


def test_the_file_is_the_same_each_time_and_goes_through_a_pipe(shop: Path) -> None:
    asked = ("-r", shop, "report", "article30", "-f", "xlsx", "--at", "5")
    one, other = (ropa(*asked).done().out for _ in range(2))
    assert load_workbook(BytesIO(one)).sheetnames == load_workbook(BytesIO(other)).sheetnames


@pytest.mark.parametrize("form", ["json", "csv"])
def test_other_forms_are_read_by_the_same_command(shop: Path, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"register.{form}"
    ropa("-r", shop, "report", "article30", "-f", form, "-o", path).done()
    assert "nothing to record" in imported(shop, path, "--yes").done().told
    path.write_bytes(path.read_bytes().replace(b"goods and services", b"goods"))
    assert "recorded: activity.amended.v1" in imported(shop, path, "--yes").done().told
    path.write_bytes(path.read_bytes()[:-1000])
    before = head(shop)
    code = {"json": "malformed-json", "csv": "truncated-file"}[form]
    assert str(path) in imported(shop, path, "--yes").refused(code).told
    assert head(shop) == before


def test_half_a_batch_is_never_recorded(shop: Path, tmp_path: Path) -> None:
    path = tmp_path / "register.json"
    ropa("-r", shop, "report", "article30", "-f", "json", "-o", path).done()
    whole = json.loads(path.read_bytes())
    first, *_, last = whole["paper"]["activities"]
    first["system"]["value"] = "Rack 7"
    last["title"]["value"]["en"] = "x" * 401
    path.write_text(json.dumps(whole))
    before = head(shop)
    number = len(whole["paper"]["activities"]) - 1
    ran = imported(shop, path, "--yes").refused("malformed-value")
    assert f"{path}, field paper.activities.{number}.title" in ran.told
    assert head(shop) == before
