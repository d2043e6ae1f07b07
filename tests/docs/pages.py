"""Pages whose code blocks are run: in order, in one shell, as a reader would.

A block is run by its language: `sh` in the shell, `python` as a program, and `json` after a line
that ends with "as `NAME`:" is saved under that name. A `text` block holds what the block before
it printed; a line `…` stands for any lines, and `…` within a line for any text. After the language
a block may say `exit=1`, the exit code of its last command, or `not-here`, where it is not run.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from os import environ
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = ("2026-11-22", "22 November 2026", "22 november 2026")
"""The day on which the pages' output was printed; any other day stands for it."""

_BLOCK = re.compile(r"^```(\S+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SAVED = re.compile(r"as `([^`]+)`:\s*\Z")
_MARK = "@@ropa-docs"
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
}
_CHANCE = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"), "<id>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<hash>"),
    (re.compile(r"\bk_[0-9a-f]{32}\b"), "<key>"),
    (re.compile(r"<today>(T|\s*)\d{2}:\d{2}(:\d{2}\.\d+)?"), "<now>"),
    (re.compile(r"[─-]{3,}"), "---"),
    (re.compile(r"\s+"), " "),
)


class Block(NamedTuple):
    """A code block of a page."""

    language: str
    tags: tuple[str, ...]
    text: str
    before: str
    line: int

    @property
    def saved_as(self) -> str | None:
        """The name of the file that the reader is told to save it as."""
        found = _SAVED.search(self.before)
        return found[1] if found else None

    @property
    def exit(self) -> int:
        """The exit code that the page tells of."""
        return next((int(tag[5:]) for tag in self.tags if tag.startswith("exit=")), 0)


class Run(NamedTuple):
    """What came of a block: the exit code of a command that failed, and what was printed."""

    exit: int
    output: str


def blocks(page: Path) -> list[Block]:
    """Give the code blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            found[1],
            tuple(found[2].split()),
            found[3],
            text[: found.start()],
            text.count("\n", 0, found.start()) + 1,
        )
        for found in _BLOCK.finditer(text)
    ]


def run(page: Path, folder: Path) -> Iterator[tuple[Block, Run, str | None]]:
    """Run the blocks of a page in a folder; give each that ran, and what it is said to print."""
    found = blocks(page)
    script, ran = _script(found)
    path = f"{Path(sys.executable).parent}:{environ['PATH']}"
    clean = {name: value for name, value in environ.items() if not name.startswith("ROPA_")}
    done = subprocess.run(
        ["bash", "--norc", "-s"],
        input=script,
        cwd=folder,
        env={**clean, "PATH": path, "NO_COLOR": "1", "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    outputs = re.split(rf"\n{_MARK} (\d+)\n", done.stdout)
    for number, block in enumerate(ran):
        following = found.index(block) + 1
        said = found[following] if following < len(found) else None
        expected = said.text if said is not None and said.language == "text" else None
        yield block, Run(int(outputs[2 * number + 1]), outputs[2 * number]), expected


def _script(found: Sequence[Block]) -> tuple[str, list[Block]]:
    parts = ["trap 'failed=$?' ERR"]
    ran = []
    for block in found:
        if "not-here" in block.tags:
            continue
        if block.saved_as:
            parts.append(f"cat > {block.saved_as} <<'{_MARK}'\n{block.text}{_MARK}")
        elif block.language == "python":
            ran.append(block)
            parts.append(f"failed=0\npython - <<'{_MARK}'\n{block.text}{_MARK}")
            parts.append(f'printf "\\n{_MARK} %s\\n" "$failed"')
        elif block.language == "sh":
            ran.append(block)
            parts.append(f"failed=0\n{block.text}")
            parts.append(f'printf "\\n{_MARK} %s\\n" "$failed"')
    return "\n".join(parts) + "\n", ran


def missing(expected: str, output: str) -> str | None:
    """Give the first line that a page shows and that was not printed there, or None."""
    printed = [_alike(line) for line in output.splitlines()]
    place, skipping = 0, False
    for line in expected.splitlines():
        wanted = _alike(line)
        if wanted == "…":
            skipping = True
        elif wanted:
            form = re.compile(".*".join(map(re.escape, wanted.split("…"))))
            rest = [n for n in range(place, len(printed)) if form.fullmatch(printed[n])]
            blank = not rest or (not skipping and any(printed[place : rest[0]]))
            if blank:
                return line
            place, skipping = rest[0] + 1, False
    if not skipping and any(printed[place:]):
        return f"nothing more, but there is: {next(filter(None, printed[place:]))}"
    return None


def _alike(line: str) -> str:
    """Give a line without what differs from run to run, and without how it is spaced."""
    for day in (*WRITTEN, *_today()):
        line = line.replace(day, "<today>")
    for form, stands_for in _CHANCE:
        line = form.sub(stands_for, line)
    return line.strip()


def _today() -> Iterator[str]:
    for zone in ("Europe/Stockholm", "UTC"):
        now = datetime.now(ZoneInfo(zone))
        yield now.date().isoformat()
        for months in _MONTHS.values():
            yield f"{now.day} {months.split()[now.month - 1]} {now.year}"
