"""What all commands share: the register that they work on, output, progress, and errors."""

import csv
import functools
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, TypeVar

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from ropa.app import Moment, Reading, Receipt, Register, Status, subject_reference
from ropa.app.ids import new_id
from ropa.kernel.categories import Category
from ropa.kernel.fact import Fact, Number
from ropa.kernel.ids import Language
from ropa.kernel.opening import Erased, Opened, Values
from ropa.kernel.problem import Code, Problem, Where
from ropa.problems import Exit

F = TypeVar("F", bound=Callable[..., Any])

_DUE = f"{__name__}.due"

SOURCE = "cli"
"""The source of what is recorded by hand."""


@dataclass(frozen=True, slots=True)
class Session:
    """What the options before the command say."""

    directory: Path
    actor: str
    verbose: bool

    @contextmanager
    def opened(self) -> Iterator[Register]:
        """Open the register, with a progress bar; what is recorded is signed in the end."""
        with progress("views") as told, Register.open(self.directory, progress=told) as register:
            before = register.head
            try:
                yield register
            finally:
                # Also where the rest was refused: what is recorded stays recorded.
                _sign(register, before)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Open it without its keys, for what can be told without them."""
        with progress("views") as told, Reading.open(self.directory, progress=told) as reading:
            yield reading


pass_session = click.make_pass_decorator(Session)


def _sign(register: Register, before: int) -> None:
    try:
        if register.head > before:
            register.checkpoint()
    except Problem as problem:
        message(
            "warning: recorded; only its checkpoint failed, and `ropa log checkpoint` tries it"
            f" again: {problem}"
        )


def message(text: str) -> None:
    """Tell people something, apart from the data."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on a terminal once there is something to show; nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _done, _total: None
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    task = bar.add_task(what, total=None)

    def told(done: int, total: int) -> None:
        if not bar.live.is_started:
            bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield told
    finally:
        bar.stop()


def listing(*columns: str) -> Callable[[Callable[..., Iterable[Mapping[str, Any]]]], Any]:
    """Make a command of a function that gives rows: a table, or `--json`, or `--csv`."""

    def decorate(rows: Callable[..., Iterable[Mapping[str, Any]]]) -> Any:
        @click.option("--json", "as_json", is_flag=True, help="One JSON object a row.")
        @click.option("--csv", "as_csv", is_flag=True, help="Comma-separated values.")
        @functools.wraps(rows)
        def command(*args: Any, as_json: bool, as_csv: bool, **kwargs: Any) -> None:
            found = rows(*args, **kwargs)
            if not as_csv:
                listed_now(columns, found, as_json=as_json)
            else:
                writer = csv.writer(sys.stdout)
                writer.writerow(columns)
                for row in found:
                    writer.writerow([_cell(row.get(column)) for column in columns])

        return command

    return decorate


def listed_now(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, as_json: bool) -> None:
    """List rows at once, as a table or as one JSON object a row."""
    if as_json:
        for row in rows:
            data(msgspec.json.encode(row).decode())
    else:
        _table(columns, rows)


def mark_due() -> None:
    """Note that the listing holds something that is due."""
    click.get_current_context().meta[_DUE] = True


def refused_where_due(listed: Callable[..., None]) -> Callable[..., None]:
    """Make a listing exit with 1 after its rows where it holds something that is due."""

    @functools.wraps(listed)
    def command(*args: Any, **kwargs: Any) -> None:
        listed(*args, **kwargs)
        context = click.get_current_context()
        if context.meta.get(_DUE):
            context.exit(Exit.REFUSED)

    return command


def _table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    # As it stands: what looks like markup in a value is none.
    cells = [[Text(_shown(_cell(row.get(column)))) for column in columns] for row in rows]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        longest = max((len(row[number]) for row in cells), default=0)
        # A day is never broken, nor the first column, which one copies into the next command.
        table.add_column(
            column.replace("_", " "),
            overflow="fold",
            no_wrap=number == 0,
            min_width=min(longest, len("2026-11-22")),
        )
    for row in cells:
        table.add_row(*row)
    terminal = Console()
    # Off a terminal nothing is cut or wrapped: another program reads it.
    console = terminal if terminal.is_terminal else Console(width=10_000)
    if table.row_count:
        console.print(table)
    else:
        message("nothing to list")


def _shown(text: str) -> str:
    """Give a text without control characters: what a customer typed never steers a terminal."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case list() | tuple() | frozenset() | set():
            return ", ".join(_cell(part) for part in value)
        case dict():
            parts = {name: part for name, part in value.items() if part is not None}
            return ", ".join(f"{name}: {_cell(part)}" for name, part in parts.items())
        case _:
            return str(value)


def answered(answer: Opened, category: Category) -> Any:
    """Give the value that a box answered with, or what is told instead, in brackets."""
    match answer:
        case Values(values=values) if category in values:
            return values[category]
        case Erased(ground=ground, on=on):
            return f"[erased on {on}: {ground}]"
        case _:
            return f"[{re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', type(answer).__name__).lower()}]"


def data(text: str) -> None:
    """Write data to standard output."""
    click.echo(text, color=False)


def confirmed(
    question: str, advice: str = "Give --yes to do it, or --dry-run to see what it would do."
) -> None:
    """Ask before something that cannot be undone; off a terminal nobody is there to ask.

    Raises:
        Problem: `usage` off a terminal.
    """
    if not sys.stdin.isatty():
        raise Problem(
            Code.USAGE,
            "This cannot be undone, and nobody is there to be asked.",
            advice=advice,
        )
    click.confirm(question, abort=True, err=True)


def reference(register: Register, text: str) -> str:
    """Give the id of the person that is referred to as namespace/number or by the id itself.

    Raises:
        Problem: `unknown-subject`.
    """
    found = subject_reference(text)
    return known(register, register.find(found) if isinstance(found, Number) else found)


def known(reading: Reading, person: str | None) -> str:
    """Give the id of a person if the register has such a person.

    Raises:
        Problem: `unknown-subject`.
    """
    if person is None or not reading.is_person(person):
        raise Problem(
            Code.UNKNOWN_SUBJECT,
            "The register knows nobody by this reference.",
            advice="Give namespace/number, such as webshop/K-20417, or an id from"
            " `ropa person find`. Whoever was erased is known by the record's id alone.",
            where=Where(field="PERSON"),
        )
    return person


def record(session: Session, register: Register, *facts: Any, **envelope: Any) -> list[Receipt]:
    """Record facts by hand, all or none, and tell what became of them."""
    made = [
        Fact(data=fact, source=SOURCE, id=new_id(), actor=session.actor, **envelope)
        for fact in facts
    ]
    try:
        receipts = register.append(made)
    except Problem as problem:
        # What is given by hand has no lines.
        where = replace(problem.where, line=None)
        raise Problem(problem.code, problem.detail, advice=problem.advice, where=where) from None
    for receipt in receipts:
        message(told(receipt))
    return receipts


def told(receipt: Receipt) -> str:
    """Tell in a line what became of a fact."""
    if receipt.status is Status.UNCHANGED:
        return f"unchanged: {receipt.type} says what the register holds already"
    parts = [f"{receipt.status}: {receipt.type} at position {receipt.position}"]
    if receipt.skipped:
        parts.append(f"not sealed for {', '.join(receipt.skipped)}")
    if receipt.consequences:
        parts.append(f"with {len(receipt.consequences)} consequence(s)")
    return "; ".join(parts)


def language_option(command: F) -> F:
    """Add the option for the language of a paper."""
    return click.option(
        "--language",
        "-l",
        type=click.Choice([str(language) for language in Language]),
        callback=lambda _ctx, _param, value: Language(value) if value else None,
        envvar="ROPA_LANGUAGE",
        help="Language of the paper; the register's own by default.",
    )(command)


def moment_options(command: F) -> F:
    """Add the options for a past moment, which come to the command as `moment`."""

    @click.option(
        "--as-of",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="DATE",
        help="As the register knew it when that day ended.",
    )
    @click.option(
        "--at",
        type=click.IntRange(min=0),
        metavar="POSITION",
        help="As the register knew it after that event.",
    )
    @click.option(
        "--valid-at",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="DATE",
        help="Only what had occurred when that day ended.",
    )
    @functools.wraps(command)
    def wrapped(*args: Any, as_of: Any, at: int | None, valid_at: Any, **kwargs: Any) -> Any:
        if as_of is not None and at is not None:
            raise Problem(Code.USAGE, "--as-of and --at exclude each other.", advice="Give one.")
        moment = Moment(
            as_of=as_of.date() if as_of else None,
            at=at,
            valid_at=valid_at.date() if valid_at else None,
        )
        return command(*args, moment=moment, **kwargs)

    return wrapped  # type: ignore[return-value]


def read_file(source: IO[bytes], limit: int) -> bytes:
    """Read a small file whole.

    Raises:
        Problem: `line-too-long` where it is larger than the limit, in bytes.
    """
    content = source.read(limit + 1)
    if len(content) > limit:
        raise Problem(
            Code.LINE_TOO_LONG,
            f"The file is larger than {limit} bytes.",
            where=Where(file=source.name),
        )
    return content
