"""`ropa append`: events from files, as applications write them."""

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

import click
import msgspec

from ropa.app import MAX_LINE, Receipt, Register, Status
from ropa.cli.common import Session, data, message, pass_session, progress
from ropa.kernel.fact import Fact
from ropa.kernel.problem import Code, Problem, Where

BATCH = 1_000


@click.command(epilog="Example: ropa append webshop.ndjson newsletter.ndjson")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--atomic", is_flag=True, help="Record each file whole or not at all.")
@click.option("--dry-run", is_flag=True, help="Check every line, and record nothing.")
@click.option("--json", "as_json", is_flag=True, help="Write each receipt as a line of JSON.")
@pass_session
def append(
    session: Session, files: tuple[Path, ...], *, atomic: bool, dry_run: bool, as_json: bool
) -> None:
    """Append events from FILES of one CloudEvent in JSON a line; `-` is standard input.

    Every line is checked before the first is recorded. Then batches of 1,000 lines are recorded,
    each whole or not at all. Running the same file again is safe: what was recorded is not
    recorded twice.
    """
    with session.opened() as register:
        for path in files:
            append_file(register, path, atomic=atomic, dry_run=dry_run, as_json=as_json)


def append_file(
    register: Register,
    path: Path,
    *,
    atomic: bool = False,
    dry_run: bool = False,
    as_json: bool = False,
) -> None:
    """Append the events of a file, and tell how it went; `append` says what the flags mean.

    Raises:
        Problem: With file and line, and with how far recording has come.
    """
    try:
        facts = list(_read(register, path))
    except Problem as problem:
        raise _placed(problem, path, problem.where.line, 0) from None
    if dry_run:
        message(f"{path}: {len(facts)} events can be read; nothing was recorded")
        return
    counts = dict.fromkeys(Status, 0)
    last = skipped = 0
    size = len(facts) if atomic else BATCH
    rest = iter(facts)
    with progress(path.name) as told:
        while batch := list(islice(rest, max(size, 1))):
            try:
                receipts = register.append([fact for _, fact in batch])
            except Problem as problem:
                number = problem.where.line
                line = batch[number - 1][0] if number else None
                raise _placed(problem, path, line, last) from None
            last = batch[-1][0]
            for receipt in receipts:
                counts[receipt.status] += 1
                skipped += receipt.status is Status.RECORDED and bool(receipt.skipped)
                if as_json:
                    data(_line(receipt))
            told(sum(counts.values()), len(facts))
    parts = [f"{count} {status}" for status, count in counts.items() if count]
    if skipped:
        parts.append(f"{skipped} of them skipped an activity")
    message(f"{path}: {', '.join(parts) or 'no events'}")


def _placed(problem: Problem, path: Path, line: int | None, last: int) -> Problem:
    """Give the problem with its line in the file, and how far recording has come."""
    mend = "mend the line and " if line else ""
    done = f"Lines up to {last} are recorded" if last else "No line of this file is recorded"
    return Problem(
        problem.code,
        problem.detail,
        advice=f"{problem.advice} {done}; {mend}run the file again.".strip(),
        where=Where(
            file=str(path), line=line, field=problem.where.field, position=problem.where.position
        ),
    )


def _read(register: Register, path: Path) -> Iterator[tuple[int, Fact[Any]]]:
    try:
        with _opened(path) as lines:
            for number, line, whole in _lines(lines):
                try:
                    yield number, register.read_event(line)
                except Problem as problem:
                    if problem.code in {Code.MALFORMED_JSON, Code.NOT_UTF8} and not whole:
                        raise _cut_off().at(file=str(path), line=number) from None
                    raise problem.at(file=str(path), line=number) from None
    except OSError:
        raise Problem(
            Code.FILE_UNREADABLE,
            "The file cannot be read.",
            advice="Look at its name and permissions.",
            where=Where(file=str(path)),
        ) from None


def _opened(path: Path) -> IO[bytes]:
    return sys.stdin.buffer if str(path) == "-" else path.open("rb")


def _lines(source: IO[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Give each line that is not empty, with its number, and whether it has its end."""
    number = 0
    # One more than allowed is read, and not the 50 MB that may follow.
    while line := source.readline(MAX_LINE + 2):
        number += 1
        if line.strip():
            yield number, line.rstrip(b"\r\n"), line.endswith(b"\n")


def _cut_off() -> Problem:
    return Problem(
        Code.TRUNCATED_FILE,
        "The last line is cut off in the middle of an event.",
        advice="Have the file written whole, and run it again.",
    )


def _line(receipt: Receipt) -> str:
    return msgspec.json.encode(receipt).decode()
