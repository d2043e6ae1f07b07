"""`ropa check`: what the register lacks, and where it and the log part."""

from typing import Any

import click

from ropa.app import Moment, Reading
from ropa.cli.common import (
    Session,
    data,
    language_option,
    message,
    moment_options,
    pass_session,
    progress,
)
from ropa.cli.papers import FORMATS
from ropa.problems import Exit
from ropa.render import Format, render_findings
from ropa.reports.findings import RULES
from ropa.reports.findings import check as findings_of


@click.command(epilog="Example: ropa check --rule recipient-not-declared --language en")
@click.option(
    "--rule",
    "names",
    type=click.Choice(sorted(RULES)),
    multiple=True,
    help="Only what this rule finds; may be given several times.",
)
@click.option(
    "--keys",
    is_flag=True,
    help="Also finish erasures that are pending, and sweep up keys that no event uses.",
)
@click.option("--format", "-f", "form", type=click.Choice(FORMATS), default="text")
@language_option
@moment_options
@pass_session
@click.pass_context
def check(
    context: click.Context,
    session: Session,
    *,
    names: tuple[str, ...],
    keys: bool,
    form: str,
    language: Any,
    moment: Moment,
) -> None:
    """Hold the register against the law and against the log, by named rules.

    An erasure that a crash or an open reader left pending is finished by --keys. A crash between
    vault and log leaves keys that no event uses; they are harmless, and --keys sweeps them up. Only
    that needs the vault: where there is none, it is left out.

    Silent when all is well. Otherwise it gives what was found, and the exit code is 1.
    """
    with session.reading() as opened:
        if keys:
            _with_keys(session, opened)
        found = [
            finding
            for finding in findings_of(opened.rows(moment))
            if not names or finding.rule in names
        ]
        language = language or opened.settings.language
    if not found:
        context.exit(Exit.DONE)
    data(render_findings(found, Format(form), language))
    message(f"{len(found)} finding(s)")
    context.exit(Exit.REFUSED)


def _with_keys(session: Session, reading: Reading) -> None:
    if not reading.files.vault.exists():
        message("nothing finished, and no keys swept: this copy of the register has no vault")
        return
    pending = _pending(reading)
    # Opening it finishes them.
    with session.opened() as register, progress("keys") as told:
        if pending:
            left = _pending(register)
            message(f"{pending - left} pending erasure(s) finished, {left} left")
        message(f"{register.sweep_keys(progress=told)} unused key(s) swept")


def _pending(reading: Reading) -> int:
    found = RULES["erasure-pending"].check(reading.rows())
    return sum(len(finding.evidence) for finding in found)
