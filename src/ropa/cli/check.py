"""`ropa check`: what the register lacks, and where it and the log part."""

from datetime import date
from typing import Any

import click

from ropa.app import Moment, Reading
from ropa.app.notices import held
from ropa.cli.common import (
    Session,
    data,
    language_option,
    message,
    moment_options,
    pass_session,
    progress,
)
from ropa.cli.papers import FORMATS, look_of
from ropa.kernel.problem import Code, Problem
from ropa.problems import Exit
from ropa.render import Format, render_findings, render_findings_sarif
from ropa.reports.cell import Severity
from ropa.reports.findings import RULES, Checked
from ropa.reports.findings import check as findings_of

_SARIF = "sarif"
_WEIGHTS = list(Severity)


@click.command(epilog="Example: ropa check --rule recipient-not-declared --language en")
@click.option(
    "--rule",
    "names",
    type=click.Choice(sorted(RULES)),
    multiple=True,
    help="Only what this rule finds; may be given several times.",
)
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day for which is asked what is overdue; that of --as-of, or today, by default.",
)
@click.option(
    "--fail-on",
    "least",
    type=click.Choice([str(one) for one in Severity]),
    default=str(Severity.NOTE),
    show_default=True,
    help="The exit code is 1 where a finding weighs this much or more.",
)
@click.option(
    "--keys",
    is_flag=True,
    help="Also finish erasures that are pending, and sweep up keys that no event uses.",
)
@click.option("--format", "-f", "form", type=click.Choice([*FORMATS, _SARIF]), default="text")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@language_option
@moment_options
@pass_session
@click.pass_context
def check(
    context: click.Context,
    session: Session,
    *,
    names: tuple[str, ...],
    day: Any,
    least: str,
    keys: bool,
    form: str,
    as_json: bool,
    language: Any,
    moment: Moment,
) -> None:
    """Hold the register against the law and against the log, by named rules.

    An erasure that a crash or an open reader left pending is finished by --keys. A crash between
    vault and log leaves keys that no event uses; they are harmless, and --keys sweeps them up. Only
    that needs the vault: where there is none, it is left out.

    Silent when all is well; as SARIF it always gives a run, which may be empty. The exit code is 1
    where something was found that weighs as much as --fail-on says.
    """
    if as_json and form not in {"text", Format.JSON}:
        raise Problem(
            Code.USAGE, "--json and --format say two things.", advice="Give one of them."
        ).at(field="--json")
    with session.reading() as opened:
        if keys:
            _with_keys(session, opened)
        on = day.date() if day else moment.as_of or _today(opened)
        with opened.asking(moment) as sources:
            shown = held(sources, opened.files.notices, on)
            found = [
                finding
                for finding in findings_of(sources.rows, on, shown)
                if not names or finding.rule in names
            ]
        language = language or opened.settings.language
        form = Format.JSON if as_json else form
        look = look_of(opened, form)
    if form == _SARIF:
        data(render_findings_sarif(found, language))
    elif found:
        data(render_findings(found, Format(form), language, look))
    if found:
        message(f"{len(found)} finding(s)")
    weighty = _WEIGHTS[: _WEIGHTS.index(Severity(least)) + 1]
    failed = any(finding.severity in weighty for finding in found)
    context.exit(Exit.REFUSED if failed else Exit.DONE)


def _today(reading: Reading) -> date:
    return reading.calendar.day(reading.now())


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
    looked = Checked(rows=reading.rows(), on=_today(reading))
    return sum(len(finding.evidence) for finding in RULES["erasure-pending"].check(looked))
