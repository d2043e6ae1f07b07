"""Every command: its help, its example, and its exit code."""

import re
import shlex
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import click
import pytest

from ropa.cli import cli
from ropa.render import formats
from ropa.reports.registry import REPORTS
from tests.app.shop import customer, lines
from tests.cli.running import process, ropa


def _commands(
    command: click.Command = cli, *path: str
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in sorted(command.commands.items()):
            yield from _commands(inner, *path, name)


COMMANDS = dict(_commands())
LEAVES = {path: one for path, one in COMMANDS.items() if not isinstance(one, click.Group)}


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_each_command_has_help(path: tuple[str, ...], flag: str) -> None:
    ran = ropa(*path, flag).done()
    assert ran.err == b""
    assert ran.text.startswith("Usage: ropa")
    summary = (COMMANDS[path].help or "").strip()
    assert summary.partition("\n")[0].rstrip(".").split()[0] in ran.text


GROUPS = {path: one for path, one in COMMANDS.items() if isinstance(one, click.Group)}


@pytest.mark.parametrize("path", GROUPS, ids=" ".join)
def test_lists_of_commands_tell_whole_sentences(path: tuple[str, ...]) -> None:
    told = "".join(ropa(*path, "--help").done().text.partition("Commands:")[2].split())
    for name, inner in GROUPS[path].commands.items():
        summary = inner.short_help or ""
        assert summary.endswith(".")
        assert not summary.endswith("Art.")
        assert "".join([name, *summary.split()]) in told


def test_what_does_not_fit_is_told_its_choices_once() -> None:
    told = ropa("report", "nonsense").refused("usage").told
    assert told.count("portability") == 1
    assert "'NAME' (one of: access, article30, " in told


def test_the_help_tells_which_paper_can_be_had_as_what() -> None:
    told = " ".join(ropa("report", "--help").done().text.split())
    common, _, further = told.partition("Each can be had as ")[2].partition(".")[0].partition("; ")
    every = set(re.findall("[a-z]+", common.replace(" and ", " ")))
    more = {
        name: set(re.findall("[a-z]+", forms.replace(" and ", " ")))
        for names, _, forms in (part.partition(" also as ") for part in further.split("; "))
        for name in re.findall(r"[a-z0-9]+", names.replace(" and ", " "))
    }
    assert {name: every | more.get(name, set()) for name in REPORTS} == {
        name: set(formats(report.model)) for name, report in REPORTS.items()
    }


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_each_command_has_an_example_that_parses(
    path: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    epilog = LEAVES[path].epilog or ""
    assert epilog.startswith("Example: ropa ")
    words = shlex.split(epilog.removeprefix("Example: "), comments=False)
    if ">" in words:
        words = words[: words.index(">")]
    monkeypatch.chdir(tmp_path)
    for word in words:
        if Path(word).suffix in {
            ".json",
            ".md",
            ".html",
            ".ndjson",
            ".tlog-proof",
            ".txt",
            ".xlsx",
        }:
            Path(word).touch()
    assert _parsed(words[1:]) == path


def _parsed(words: list[str]) -> tuple[str, ...]:
    """Let click parse a call, and give the command that it leads to."""
    command: click.Command = cli
    path: list[str] = []
    with ExitStack() as opened:
        context = opened.enter_context(command.make_context("ropa", words))
        while isinstance(command, click.Group):
            rest = [*context._protected_args, *context.args]
            name, inner, rest = command.resolve_command(context, rest)
            assert name is not None
            assert inner is not None
            path.append(name)
            command = inner
            context = opened.enter_context(command.make_context(name, rest, parent=context))
    return tuple(path)


def test_the_version_is_told() -> None:
    assert ropa("--version").done().text.startswith("ropa, version ")


def test_without_a_command_there_is_help() -> None:
    ran = ropa()
    assert b"Usage: ropa" in ran.out + ran.err
    assert b"[internal]" not in ran.err


def test_exit_codes(shop: Path, tmp_path: Path) -> None:
    event = customer("K-1", name="Anna", email="anna@exempel.example")[0]
    other = {**event, "actor": "someone"}
    assert ropa("-r", shop, "replay").code == 0
    assert ropa("-r", shop, "append", "-", stdin=b"{}\n").code == 1
    assert ropa("-r", shop, "replay", "nothing").code == 2
    assert ropa("-r", shop, "person", "show", "webshop/K-9").code == 3
    assert ropa("-r", shop, "append", "-", stdin=lines(event, other)).code == 5
    find = ("person", "find", "--number", "webshop/K-1")
    (shop / "vault" / "root.key").rename(tmp_path / "root.key")
    assert ropa("-r", shop, *find).code == 4
    (shop / "vault" / "keys.db").write_bytes(b"")
    (tmp_path / "root.key").rename(shop / "vault" / "root.key")
    assert ropa("-r", shop, *find).code == 6


def test_a_process_says_the_same(shop: Path) -> None:
    """What the other tests run in their own process, people run in one of its own."""
    for call in (("activity", "list"), ("person", "show", "webshop/K-9"), ("person",), ("-h",)):
        here, there = ropa("-r", shop, *call), process("-r", shop, *call)
        assert (here.code, here.out, here.err) == (there.code, there.out, there.err)


@pytest.mark.parametrize(
    ("command", "fits"),
    [
        (("retention", "plan", "--years", "0"), "(a whole number from 1 to 100)"),
        (("person", "history", "webshop/K-1", "--at", "-1"), "(a whole number from 0)"),
        (("retention", "due", "--on", "tomorrow"), "(such as 2026-11-22)"),
        (("request", "answer", "X", "--document", "missing.html"), "(something that is there)"),
        (("request", "receive", "--kind", "all"), "(one of: access, "),
    ],
)
def test_a_value_that_does_not_fit_is_told_what_does(command: tuple[str, ...], fits: str) -> None:
    assert fits in ropa(*command).refused("usage").told
