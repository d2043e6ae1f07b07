"""`ropa report …`: the papers."""

from pathlib import Path
from typing import Any

import click

from ropa.app import Moment, subject_reference
from ropa.cli.common import (
    Session,
    known,
    language_option,
    message,
    moment_options,
    pass_session,
    reference,
)
from ropa.cli.papers import made, paper, show, write
from ropa.kernel.fact import Number
from ropa.kernel.problem import Code, Problem
from ropa.render import Format
from ropa.reports.registry import REPORTS


@click.command(epilog="Example: ropa report access --person webshop/K-20417 -f html -o access.html")
@click.argument("name", type=click.Choice(sorted(REPORTS)))
@click.option("--person", "who", metavar="PERSON", help="Whom it is about.")
@click.option("--nobody", is_flag=True, help="For a paper which says that nothing is held.")
@click.option("--activity", help="The one activity that it is about.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The earlier day, for a difference.",
)
@click.option(
    "--since-at",
    type=click.IntRange(min=0),
    metavar="POSITION",
    help="The earlier position, for a difference.",
)
@click.option(
    "--format", "-f", "form", type=click.Choice([str(one) for one in Format]), default="text"
)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File to write to."
)
@language_option
@moment_options
@pass_session
def report(
    session: Session,
    *,
    name: str,
    who: str | None,
    nobody: bool,
    activity: str | None,
    since: Any,
    since_at: int | None,
    form: str,
    output: Path | None,
    language: Any,
    moment: Moment,
) -> None:
    """Make a paper: NAME is one of the register's reports.

    article30 is the record of processing activities, also as JSON-LD; access one person's report
    (Art. 15); portability the file that a person takes along (Art. 20), also as CSV; history each
    event about a person; ledger all consents; breaches the register of breaches (Art. 33(5));
    difference what changed in the register.

    Only access, portability and breaches need the vault, and whoever names a person by an
    application's number.
    """
    wanted = REPORTS[name]
    if wanted.person and not (who or nobody):
        raise _needed("--person", "whom the paper is about, or --nobody")
    if wanted.since and since is None and since_at is None:
        raise _needed("--since", "the earlier day; or --since-at, the earlier position")
    earlier = Moment(as_of=since.date() if since else None, at=since_at)
    asked = {
        "moment": moment,
        "language": language,
        "activity": activity,
        "since": earlier if wanted.since else None,
    }
    subject = subject_reference(who) if who else None
    if wanted.keys or isinstance(subject, Number):
        with session.opened() as register:
            person = reference(register, who) if who else None
            content = paper(register, name, form, actor=session.actor, person=person, **asked)
    else:
        with session.reading() as reading:
            person = known(reading, subject) if who else None
            _, content = made(reading, name, form, person=person, **asked)
    if output is None:
        show(content)
    else:
        write(content, output)
        message(f"wrote {output}")


def _needed(option: str, what: str) -> Problem:
    return Problem(
        Code.USAGE, "The paper needs to know more.", advice=f"Give {option}: {what}."
    ).at(field=option)
