"""What the documentation tells one to do works, and prints what it says."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks, missing, run

PAGES = (
    "README.md",
    "docs/tutorial.md",
    "docs/how-to/officer.md",
    "docs/how-to/requests.md",
    "docs/how-to/erasure.md",
    "docs/how-to/auditor.md",
    "docs/how-to/application.md",
    "docs/how-to/operator.md",
)


@pytest.mark.parametrize("name", PAGES)
def test_the_commands_of_a_page_do_what_it_says(name: str, tmp_path: Path) -> None:
    for block, came, expected in run(ROOT / name, tmp_path):
        place = f"{name}, line {block.line}:\n{block.text}\n{came.output}"
        assert came.exit == block.exit, place
        if expected is not None:
            lacking = missing(expected, came.output)
            assert lacking is None, f"{place}\nnot printed: {lacking}"


def _make(text: str) -> set[str]:
    return set(re.findall(r"^make [a-z]+", text, re.MULTILINE))


def test_the_readmes_commands_are_those_of_continuous_integration() -> None:
    told = {line for block in blocks(ROOT / "README.md") for line in _make(block.text)}
    checked = _make((ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert checked == {"make test", "make check"}
    assert checked <= told
    assert "make demo" in told


@pytest.mark.parametrize("name", PAGES)
def test_a_target_of_make_that_a_page_names_exists(name: str) -> None:
    targets = re.findall(
        r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    for block in blocks(ROOT / name):
        for command in _make(block.text):
            assert command.removeprefix("make ") in targets


_LINK = re.compile(r"\]\(([^)#]*)(?:#([^)]*))?\)")


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda page: page.name
)
def test_each_link_leads_somewhere(page: Path) -> None:
    for target, anchor in _LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        found = (page.parent / target).resolve() if target else page
        assert found.exists(), f"{page.name} links to {target}"
        if anchor:
            heads = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {_anchor(head) for head in heads}, f"{page.name} links to #{anchor}"


def _anchor(head: str) -> str:
    return re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-")
