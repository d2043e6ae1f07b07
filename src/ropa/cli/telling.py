"""`ropa recipient tasks|inform`: who has to be told of what was done with data, and who was."""

from collections.abc import Iterator
from typing import Any

import click

from ropa.app.calendar import swedish_calendar
from ropa.cli.common import (
    Session,
    listing,
    mark_due,
    pass_session,
    record,
    reference,
    refused_where_due,
)
from ropa.domain.person.forgetting import Informing, NotInforming, RecipientInformed
from ropa.kernel.problem import Code, Problem
from ropa.views.telling import all_tasks, open_tasks


@click.command("tasks", epilog="Example: ropa recipient tasks --older-than 14")
@click.option("--all", "closed_too", is_flag=True, help="Also those that are done, or impossible.")
@click.option(
    "--older-than",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="Only those open for more than so many days; exit code 1 if there are any.",
)
@refused_where_due
@listing(
    "person",
    "recipient",
    "about",
    "measure",
    "since",
    "days",
    "activities",
    "state",
    "reason",
)
@pass_session
def list_tasks(
    session: Session, *, closed_too: bool, older_than: int | None
) -> Iterator[dict[str, Any]]:
    """List the recipients that have to be told of a measure, the oldest first (Art. 19).

    Whom data went to has to be told when that data is corrected, erased at a request, or
    restricted. What became of it is recorded by `ropa recipient inform`; ABOUT is the position of
    the event that they are told of.
    """
    if closed_too and older_than is not None:
        raise Problem(Code.USAGE, "--all and --older-than exclude each other.", advice="Give one.")
    with session.reading() as opened:
        calendar = swedish_calendar(opened.zone)
        today = calendar.day(opened.now())
        found = all_tasks(opened.rows()) if closed_too else open_tasks(opened.rows())
    for one in found:
        since = calendar.day(one.at)
        days = (today - since).days
        if older_than is not None:
            if days <= older_than:
                continue
            mark_due()
        told = one.task.told
        yield {
            "person": one.person,
            "recipient": one.recipient,
            "about": one.about,
            "measure": one.measure,
            "since": since.isoformat(),
            "days": None if told else days,
            "activities": sorted(one.task.activities),
            "state": told.outcome if told else "open",
            "reason": told.reason if told else None,
        }


@click.command(
    epilog="Example: ropa recipient inform webshop/K-20417 delivery-service --about 4711"
)
@click.argument("who", metavar="PERSON")
@click.argument("recipient", metavar="RECIPIENT")
@click.option(
    "--about",
    type=click.IntRange(min=1),
    metavar="POSITION",
    required=True,
    help="The position of the event that the recipient was to be told of.",
)
@click.option(
    "--outcome",
    type=click.Choice([str(one) for one in Informing]),
    default=str(Informing.INFORMED),
    show_default=True,
)
@click.option(
    "--reason",
    type=click.Choice([str(one) for one in NotInforming]),
    help="Why the recipient was not told; required where that is so.",
)
@pass_session
def inform(
    session: Session, *, who: str, recipient: str, about: int, outcome: str, reason: str | None
) -> None:
    """Record that a recipient was told of a correction, erasure or restriction, or why not.

    What is recorded last holds, so a recipient found again can still be told.
    """
    fact = RecipientInformed(
        recipient=recipient,
        about=about,
        outcome=Informing(outcome),
        reason=NotInforming(reason) if reason else None,
    )
    with session.opened() as opened:
        record(session, opened, fact, subject=reference(opened, who))
