"""`ropa init`: a register by each template, and what is not made."""

import json
from pathlib import Path

import pytest

from ropa.app import Register
from ropa.cli.init import TEMPLATES
from tests.cli.running import ropa


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_template(tmp_path: Path, template: str) -> None:
    shop = tmp_path / "shop"
    ran = ropa(
        "init", shop, "--template", template, "--name", "Exempelbolaget AB", "-l", "en"
    ).done()
    assert ran.out == b""
    activities = ropa("-r", shop, "activity", "list", "--json").done().text.splitlines()
    assert bool(activities) == (template != "empty")
    if template == "swedish-sme":
        entry = json.loads(ropa("-r", shop, "controller", "show").done().text)
        assert "Exempelbolaget AB" in json.dumps(entry, ensure_ascii=False)
    if template != "empty":
        assert "Article 30" in ropa("-r", shop, "report", "article30").done().text
    ropa("-r", shop, "replay", "--check").done()


def test_its_answers_and_sources(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    ropa(
        *(
            "-r",
            shop,
            "init",
            "--name",
            "Exempelbolaget AB",
            "--organisation-number",
            "556000-0167",
        ),
        *("--address", "Storgatan 1", "--email", "hej@exempel.example", "--phone", "08-1"),
        *("--website", "exempel.example", "--dpo", "dso@exempel.example"),
        *("--source", "shop", "--source", "till=shop"),
    ).done()
    shown = ropa("-r", shop, "controller", "show").done().text
    for answer in ("556000-0167", "Storgatan 1", "hej@exempel.example", "dso@exempel.example"):
        assert answer in shown
    with Register.open(shop) as register:
        assert register.settings.sources == {"shop": "shop", "till": "shop"}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), "missing-field"),
        (("--name", ""), "missing-field"),
        (("--name", " Bolaget"), "malformed-value"),
        (("--name", "B" * 401), "malformed-value"),
        (("--name", "B", "--source", "web shop"), "malformed-value"),
        (("--name", "B", "--source", "shop=Web Shop"), "malformed-value"),
        (("--name", "B", "--source", "=shop"), "malformed-value"),
        (("--name", "B", "--source", "ropa"), "malformed-value"),
        (("--template", "nothing"), "usage"),
    ],
)
def test_what_is_refused_leaves_nothing(
    tmp_path: Path, options: tuple[str, ...], code: str
) -> None:
    ropa("init", tmp_path / "shop", *options).refused(code)
    assert not (tmp_path / "shop").exists()


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Hej")
    ropa("init", tmp_path, "--template", "empty").refused("register-exists")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
