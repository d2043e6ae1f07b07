"""`ropa request list|calendar`: what waits for an answer, and until when."""

from collections.abc import Iterator
from typing import Any

import click

from ropa.cli.common import (
    Session,
    language_option,
    listing,
    mark_due,
    pass_session,
    refused_where_due,
)
from ropa.kernel.ids import Language
from ropa.kernel.problem import Code, Problem
from ropa.render.ics import write_calendar
from ropa.views.requests import closed_requests, open_requests


@click.command("list", epilog="Example: ropa request list --due-within 7")
@click.option("--all", "closed_too", is_flag=True, help="Closed requests too, after the open ones.")
@click.option(
    "--due-within",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="Only those due within so many days, or overdue; exit code 1 if there are any.",
)
@refused_where_due
@listing(
    "request",
    "days_left",
    "legal_date",
    "safe_date",
    "received",
    "kinds",
    "extended",
    "waiting_for_identity",
    "state",
)
@pass_session
def list_requests(
    session: Session,
    *,
    closed_too: bool,
    due_within: int | None,
) -> Iterator[dict[str, Any]]:
    """List the open requests by days left, overdue first (Art. 12(3)).

    The safe date is the last day of the month, or of the third month of an extended request. The
    legal date is the next working day where that is a Saturday, a Sunday or a public holiday in
    Sweden. Days are counted to the legal date.
    """
    if closed_too and due_within is not None:
        raise Problem(Code.USAGE, "--all and --due-within exclude each other.", advice="Give one.")
    with session.reading() as opened:
        calendar = opened.calendar
        rows, today = opened.rows(), calendar.day(opened.now())
        found = open_requests(rows, calendar, today)
        if due_within is not None:
            found = [one for one in found if (one.days_left or 0) <= due_within]
            if found:
                mark_due()
        if closed_too:
            found += closed_requests(rows, calendar, today)
    for one in found:
        yield {
            "request": one.request,
            "days_left": one.days_left,
            "legal_date": one.limit.due.isoformat(),
            "safe_date": one.limit.safe.isoformat(),
            "received": one.received.isoformat(),
            "kinds": list(one.row.kinds),
            "extended": one.row.extended is not None,
            "waiting_for_identity": one.row.waiting_for_identity,
            "state": one.row.closed.how if one.row.closed else "open",
        }


@click.command(epilog="Example: ropa request calendar > requests.ics")
@language_option
@pass_session
def calendar(session: Session, language: Language | None) -> None:
    """Give the safe dates of the open requests as a calendar (iCalendar, RFC 5545).

    One all-day event for each request, with its id, what it asks for and the legal date; nothing
    of the person. Made again, it moves and adds events, and makes none twice.
    """
    with session.reading() as opened:
        days = opened.calendar
        now = opened.now()
        found = open_requests(opened.rows(), days, days.day(now))
        made = write_calendar(
            found,
            register=opened.settings.register,
            now=now,
            language=language or opened.settings.language,
        )
    click.echo(made, nl=False)
