"""`ropa report …`: the papers."""

from collections.abc import Mapping
from datetime import date, timedelta
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click

from ropa.app import Moment, Reading, subject_reference
from ropa.cli.common import (
    Session,
    known,
    language_option,
    message,
    moment_options,
    pass_session,
    reference,
)
from ropa.cli.papers import deliver, fits, made, output_option, paper
from ropa.kernel.fact import Number
from ropa.kernel.ids import Language
from ropa.kernel.problem import Code, Problem
from ropa.render import Format, Words, formats
from ropa.reports.registry import REPORTS


@click.command(epilog="Example: ropa report access --person webshop/K-20417 -f html -o access.html")
@click.argument("name", type=click.Choice(sorted(REPORTS)), metavar="NAME")
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
@output_option
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

    article30 is the record of processing activities; access one person's report (Art. 15);
    portability the file that a person takes along (Art. 20); history each event about a person;
    ledger all consents; requests the log of requests with their time limits (Art. 12(3)); breaches
    the register of breaches (Art. 33(5)); retention the plan of disposal; disposal the certificate
    of what is gone; notice the privacy notice (Art. 13-14); difference what changed in the
    register.

    Only access, portability and breaches need the vault, and whoever names a person by an
    application's number.
    """
    wanted = REPORTS[name]
    _expect_fitting(
        {
            "--person": (who, wanted.person),
            "--nobody": (nobody, wanted.person),
            "--activity": (activity, wanted.activity),
            "--since": (since, wanted.since),
            "--since-at": (since_at is not None, wanted.since),
        }
    )
    fits(form, output)
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
            model, content = made(reading, name, form, person=person, **asked)
            if moment.is_present:
                _tell_of_days(reading, getattr(model, "today", None))
    deliver(content, output, private=wanted.person or wanted.keys)


def _tell_of_days(reading: Reading, counted: date | None) -> None:
    """Say up to which day a paper counts, where nothing has happened since.

    So the paper comes out the same whenever it is asked for; but who looks for what is overdue
    thinks of today.
    """
    yesterday = reading.calendar.day(reading.now()) - timedelta(days=1)
    if counted and counted < yesterday:
        message(
            f"note: days are counted up to that of the last event, {counted};"
            f" --as-of {yesterday} counts up to yesterday"
        )


def _forms() -> str:
    """Tell which paper can be had in which form."""
    listed = Words(Language.EN).listed
    offered = {name: formats(REPORTS[name].model) for name in sorted(REPORTS)}
    common = [form for form in Format if all(form in forms for forms in offered.values())]
    further: dict[tuple[Format, ...], list[str]] = {}
    for name, forms in offered.items():
        more = tuple(form for form in forms if form not in common)
        further.setdefault(more, []).append(name)
    told = [f"{listed(names)} also as {listed(more)}" for more, names in further.items() if more]
    return f"Each can be had as {listed(common)}; {'; '.join(told)}."


report.help = f"{cleandoc(report.help or '')}\n\n{_forms()}"


def _expect_fitting(given: Mapping[str, tuple[Any, bool]]) -> None:
    """Refuse options that this paper would pass over, and two that say the same."""
    for option, (value, fitting) in given.items():
        if value and not fitting:
            raise Problem(
                Code.USAGE, "This paper takes no such option.", advice="Leave it out."
            ).at(field=option)
    for one, other in (("--person", "--nobody"), ("--since", "--since-at")):
        if given[one][0] and given[other][0]:
            raise Problem(Code.USAGE, f"{one} and {other} exclude each other.", advice="Give one.")


def _needed(option: str, what: str) -> Problem:
    return Problem(
        Code.USAGE, "The paper needs to know more.", advice=f"Give {option}: {what}."
    ).at(field=option)
