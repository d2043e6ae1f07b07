"""The generated pages are what the program says, and the commands' own examples fit them."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ropa.cli import cli
from tests.tools import reference


def test_the_reference_is_current() -> None:
    assert list(reference.complaints()) == []


def test_the_tool_writes_what_it_then_finds_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "FOLDER", tmp_path / "reference")
    assert reference.main(["--check"]) == 1
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0
    page = tmp_path / "reference" / "cli.md"
    page.write_text(page.read_text(encoding="utf-8") + "by hand\n", encoding="utf-8")
    (tmp_path / "reference" / "strange.md").write_text("", encoding="utf-8")
    assert list(reference.complaints()) == [
        "docs/reference/cli.md is not current: run `make docs`",
        "docs/reference/strange.md is made by nobody",
    ]


def _commands(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


_COMMANDS = dict(_commands(cli, ("ropa",)))


@pytest.mark.parametrize("name", _COMMANDS)
def test_each_command_has_an_example_that_fits_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    epilog = _COMMANDS[name].epilog or ""
    assert epilog.startswith(f"Example: {name}")
    text = epilog.removeprefix(f"Example: {name}").partition(" > ")[0]
    words = shlex.split(text)
    for word in words:
        if Path(word).suffix in {
            ".json",
            ".html",
            ".md",
            ".ndjson",
            ".tlog-proof",
            ".txt",
            ".xlsx",
        }:
            Path(word).touch()
    with _COMMANDS[name].make_context(name, words) as context:
        assert not context.args
