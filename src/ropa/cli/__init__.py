"""The command line: parse, call the register, print. No rules live here."""

import errno
import os
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
from pydantic import ValidationError

from ropa.app import problem_of
from ropa.cli import (
    append,
    backup,
    breach,
    bundle,
    check,
    consent,
    demo_command,
    entries,
    events,
    init,
    key,
    log,
    person,
    replay,
    report,
    request,
    retention,
    staff,
)
from ropa.cli.common import Session, message
from ropa.kernel.problem import Code, Problem
from ropa.problems import MEANINGS, Exit

_SENTENCE = re.compile(r"(?<=(?<!Art)\.)\s|\n\n")
"""Where a sentence or a paragraph ends."""
_MOMENT = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
"""A moment to show by how a day or a moment is written."""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: ropa init shop --template swedish-sme && ropa -r shop report article30",
)
@click.option(
    "--register",
    "-r",
    "directory",
    type=click.Path(path_type=Path),
    default="register",
    envvar="ROPA_REGISTER",
    show_default=True,
    help="Folder of the register.",
)
@click.option(
    "--actor",
    default="cli",
    envvar="ROPA_ACTOR",
    show_default=True,
    help="Who is at work: a member of staff's id, or a program's name.",
)
@click.option("--verbose", is_flag=True, help="Also show where in the program an error arose.")
@click.version_option(package_name="ropa")
@click.pass_context
def cli(context: click.Context, directory: Path, actor: str, verbose: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Keep the register of personal data that a company handles (GDPR Art. 30)."""
    context.obj = Session(directory, actor, verbose)


for command in (
    init.init,
    append.append,
    person.person,
    consent.consent,
    request.request,
    retention.retention,
    breach.breach,
    *entries.COMMANDS,
    staff.staff,
    key.key,
    report.report,
    replay.replay,
    check.check,
    log.log,
    backup.backup,
    backup.restore,
    demo_command.demo,
):
    cli.add_command(command)
log.log.add_command(bundle.bundle)
log.log.add_command(events.events)


def _sum_up(command: click.Command) -> None:
    """Let lists tell the first sentence of each command whole; click ends it after `(Art.`."""
    command.short_help = command.short_help or _SENTENCE.split(command.help or "", 1)[0]
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        _sum_up(inner)


_sum_up(cli)


def main() -> None:
    """Run the command line; what was wrong goes to standard error, with its exit code."""
    verbose = "--verbose" in sys.argv
    try:
        code = cli.main(prog_name="ropa", standalone_mode=False)
        sys.stdout.flush()
    except (Problem, ValidationError) as error:
        # A fact that is put together from options is validated as it is made.
        problem = error if isinstance(error, Problem) else problem_of(error)
        message(f"error: {problem}")
        if verbose:
            message("".join(traceback.format_tb(error.__traceback__)))
        sys.exit(MEANINGS[problem.code].exit)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.Abort:
        message("stopped")
        sys.exit(Exit.REFUSED)
    except click.UsageError as error:
        _usage(error)
        sys.exit(Exit.USAGE)
    except SystemExit:
        if "_ROPA_COMPLETE" in os.environ:  # click has answered the shell
            raise
        # Where the reader has gone, click and rich end so, with a code of their own.
        _leave_output()
    except BrokenPipeError:
        _leave_output()
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        found = Code.DISK_FULL if full else Code.FILE_UNREADABLE
        message(f"error: A file, or the output, cannot be read or written. [{found}]")
        _leave_output(MEANINGS[found].exit)
    except Exception as error:  # noqa: BLE001 - its message may hold anybody's data: never shown
        last = traceback.extract_tb(error.__traceback__)[-1]
        message(
            f"error: ropa itself failed ({type(error).__name__} at {Path(last.filename).name},"
            f" line {last.lineno}). Please report it, with what --verbose shows. [internal]"
        )
        if verbose:
            message("".join(traceback.format_tb(error.__traceback__)))
        sys.exit(Exit.REFUSED)
    sys.exit(code or Exit.DONE)


def _leave_output(code: int = Exit.DONE) -> NoReturn:
    """End without another try to write what is left; a reader like `head` may have gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    sys.exit(code)


def _usage(error: click.UsageError) -> None:
    """Tell what was wrong with the call, without what was given: it may be anybody's name."""
    if error.ctx is not None:
        message(error.ctx.get_usage())
    match error:
        case click.MissingParameter():
            told = "something required is missing"
        case click.BadParameter():
            told = "a value does not fit"
        case click.NoSuchOption():
            told = "there is no such option"
        case _:
            told = "the command, or what follows it, does not fit"
    parameter = getattr(error, "param", None)
    if isinstance(parameter, click.Argument):
        name = f": '{parameter.human_readable_name}'"
    else:
        name = f": {parameter.get_error_hint(error.ctx)}" if parameter is not None else ""
    message(f"error: {told}{name}{_fits(parameter)}. See --help. [{Code.USAGE}]")


def _fits(parameter: click.Parameter | None) -> str:
    """Tell in brackets what a parameter takes, where that can be told shortly."""
    match parameter.type if parameter is not None else None:
        case click.Choice(choices=choices):
            return f" (one of: {', '.join(map(str, choices))})"
        case click.IntRange(min=least, max=None):
            return f" (a whole number from {least})"
        case click.IntRange(min=least, max=most):
            return f" (a whole number from {least} to {most})"
        case click.DateTime(formats=formats):
            return f" (such as {_MOMENT.strftime(formats[0])})"
        case click.File():
            return " (a file that is there, or - for standard input)"
        case click.Path(exists=True):
            return " (something that is there)"
        case _:
            return ""
