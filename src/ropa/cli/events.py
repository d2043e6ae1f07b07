"""`ropa log events`: the events as CloudEvents, for other programs."""

import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

import click

from ropa.app.exporting import Exported, Opened, Range, clear
from ropa.cli.common import Session, message, pass_session, progress
from ropa.cli.papers import created, output_option
from ropa.domain.person.events import LookUpPurpose
from ropa.kernel.ids import Role
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.progress import Progress, silent

_POSITION = click.IntRange(1, 2**63 - 1)


@click.command(epilog="Example: ropa log events --from 1001 --to 2000 -o events.ndjson")
@click.option("--from", "first", type=_POSITION, default=1, show_default=True, help="First event.")
@click.option("--to", "last", type=_POSITION, help="Last event; that of the log by default.")
@click.option(
    "--as",
    "role",
    type=click.Choice([str(one) for one in Role]),
    help="Open what this role's activities hold, and nothing else.",
)
@click.option(
    "--open-all",
    is_flag=True,
    help="Open all, in the form in which another register takes it in; for officers.",
)
@click.option(
    "--purpose",
    type=click.Choice([str(one) for one in LookUpPurpose]),
    help="Why values are opened; it stands in each person's access report.",
)
@output_option
@pass_session
def events(
    session: Session,
    *,
    first: int,
    last: int | None,
    role: str | None,
    open_all: bool,
    purpose: str | None,
    output: Path | None,
) -> None:
    """Write the events as CloudEvents 1.0, one JSON object a line.

    Without --as and --open-all no value is in it, not even encrypted, and no key is needed. With
    one of them, each person whose values are shown gets an event that says so before anything is
    opened, as with `ropa person show`. What is restricted is never opened.
    """
    if role and open_all:
        raise Problem(Code.USAGE, "--as and --open-all exclude each other.", advice="Give one.")
    opens = bool(role) or open_all
    if opens != (purpose is not None):
        raise Problem(
            Code.USAGE,
            "Values are opened for a purpose, and without values there is none.",
            advice="Give --purpose together with --as or --open-all.",
            where=Where(field="--purpose"),
        )
    which = Range(first=first, last=last)
    if purpose is None:
        done = Exported()
        with session.reading() as reading, _progress(output) as told:
            _write(clear(reading, which, done, progress=told), output)
    else:
        with session.opened() as register, _progress(output) as told:
            export = Opened(
                register=register,
                which=which,
                role=Role(role) if role else None,
                purpose=LookUpPurpose(purpose),
                actor=session.actor,
            )
            done = export.done
            _write(export.lines(progress=told), output)
    _tell(done)


def _progress(output: Path | None) -> AbstractContextManager[Progress]:
    """Show how far it is, unless the events themselves go to the terminal."""
    if output is None and sys.stdout.isatty():
        return nullcontext(silent)
    return progress("events")


def _write(lines: Iterable[bytes], output: Path | None) -> None:
    # A register that cannot be read, or a range that is empty, leaves no file behind.
    rest = iter(lines)
    begun = next(rest, None)
    with _opened(output) as file:
        try:
            if begun is not None:
                file.write(begun + b"\n")
            for line in rest:
                file.write(line + b"\n")
            file.flush()
        except OSError as error:
            if output is None or isinstance(error, BrokenPipeError):
                raise
            raise _unwritable(output) from None


def _opened(output: Path | None) -> "nullcontext[BinaryIO] | BinaryIO":
    if output is None:
        return nullcontext(sys.stdout.buffer)
    try:
        return created(output, private=True)
    except OSError:
        raise _unwritable(output) from None


def _unwritable(output: Path) -> Problem:
    return Problem(
        Code.FILE_UNREADABLE, "The file cannot be written.", where=Where(file=str(output))
    )


def _tell(done: Exported) -> None:
    message(f"{done.lines:,} event(s) written")
    if done.persons:
        message(f"recorded: values of {done.persons:,} person(s) were shown")
    if done.left_out:
        message(
            f"left out: {done.left_out:,} event(s) that the other register makes itself, that name"
            " something by this register's own ids, or of which no value is left"
        )
