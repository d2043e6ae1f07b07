"""`ropa request …`: requests of data subjects."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click
import msgspec

from ropa.app.ids import new_id
from ropa.cli.common import Session, data, message, pass_session, record, reference
from ropa.cli.letter import letter
from ropa.cli.queue import calendar, list_requests
from ropa.domain.request.events import (
    ExtensionReason,
    IdentityAsked,
    IdentityConfirmed,
    IdentityMethod,
    Outcome,
    RefusalGround,
    RequestAnswered,
    RequestDecided,
    RequestExtended,
    RequestKind,
    RequestReceived,
    RequestRefused,
    RequestText,
    RequestWithdrawn,
)
from ropa.kernel.ids import Channel
from ropa.kernel.problem import Code, Problem, Where
from ropa.reports.undone import undone, untold
from ropa.views.requests import REQUESTS

Command = TypeVar("Command", bound=Callable[..., Any])


def _choice(members: Any) -> click.Choice[str]:
    return click.Choice([str(one) for one in members])


_CHANNEL = click.option(
    "--channel", type=_choice(Channel), default=str(Channel.E_MAIL), show_default=True
)
_ID = click.argument("request_id", metavar="REQUEST")


def _on(what: str) -> Callable[[Command], Command]:
    return click.option(
        "--on",
        type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
        metavar="DATE[THH:MM:SS]",
        help=f"Local day or moment of {what}; now by default.",
    )


@click.group(short_help="Requests of data subjects, from receipt to answer.")
def request() -> None:
    """Requests of data subjects, from receipt to answer (Art. 12, 15-22)."""


request.add_command(list_requests)
request.add_command(calendar)
request.add_command(letter)


@request.command(
    epilog="Example: ropa request receive --person webshop/K-20417 --kind access --on 2026-03-02"
)
@click.option("--person", "who", metavar="PERSON", help="Who asks, where the register knows them.")
@click.option("--kind", "kinds", type=_choice(RequestKind), multiple=True, required=True)
@_on("receipt")
@click.option("--name", help="The name that the requester gave; sealed.")
@click.option("--email", help="The address to answer to; sealed.")
@click.option("--text", help="The request in the requester's words; sealed.")
@click.option(
    "--activity",
    "activities",
    multiple=True,
    default=("rights",),
    show_default=True,
    help="What the text is kept for.",
)
@_CHANNEL
@pass_session
def receive(
    session: Session,
    *,
    who: str | None,
    kinds: tuple[str, ...],
    on: datetime | None,
    name: str | None,
    email: str | None,
    text: str | None,
    activities: tuple[str, ...],
    channel: str,
) -> None:
    """Record that a request came in, and print its id."""
    fact = RequestReceived(
        request=new_id(),
        kinds=tuple(RequestKind(kind) for kind in kinds),
        channel=Channel(channel),
        activities=activities if name or email or text else (),
    )
    personal = RequestText(name=name, email=email, text=text) if name or email or text else None
    with session.opened() as opened:
        record(
            session,
            opened,
            fact,
            personal=personal,
            subject=reference(opened, who) if who else None,
            occurred_at=_moment(on, opened.zone),
        )
    data(fact.request)


@request.command(epilog="Example: ropa request show 3f0d7c52-…")
@_ID
@pass_session
def show(session: Session, request_id: str) -> None:
    """Show a request as JSON, each part with its event."""
    with session.opened() as opened:
        row = opened.rows().get(REQUESTS, request_id)
    if row is None:
        raise Problem(
            Code.UNKNOWN_REQUEST,
            "No request is known by this id.",
            advice="See `ropa request list`.",
            where=Where(field="REQUEST"),
        )
    data(msgspec.json.format(msgspec.json.encode(row), indent=2).decode())


@request.command(epilog="Example: ropa request ask-identity 3f0d7c52-…")
@_ID
@_CHANNEL
@pass_session
def ask_identity(session: Session, request_id: str, channel: str) -> None:
    """Record that the requester was asked who they are (Art. 12(6))."""
    _record(session, IdentityAsked(request=request_id, channel=Channel(channel)))


@request.command(epilog="Example: ropa request confirm-identity 3f0d7c52-… --method logged-in")
@_ID
@click.option("--method", type=_choice(IdentityMethod), required=True)
@click.option("--person", "who", metavar="PERSON", help="Who of the register it is.")
@pass_session
def confirm_identity(session: Session, request_id: str, method: str, who: str | None) -> None:
    """Record that the requester has shown who they are."""
    with session.opened() as opened:
        fact = IdentityConfirmed(
            request=request_id,
            method=IdentityMethod(method),
            person=reference(opened, who) if who else None,
        )
        record(session, opened, fact)


@request.command(epilog="Example: ropa request extend 3f0d7c52-… --reason complexity")
@_ID
@click.option("--reason", type=_choice(ExtensionReason), required=True)
@_on("telling")
@_CHANNEL
@pass_session
def extend(
    session: Session, *, request_id: str, reason: str, on: datetime | None, channel: str
) -> None:
    """Record that the requester was told that it takes longer, and why (Art. 12(3)).

    It has to be told of within the first month; then there are three months from receipt.
    """
    fact = RequestExtended(
        request=request_id, reason=ExtensionReason(reason), channel=Channel(channel)
    )
    with session.opened() as opened:
        record(session, opened, fact, occurred_at=_moment(on, opened.zone))


@request.command(
    epilog="Example: ropa request decide 3f0d7c52-… erasure partly-granted"
    " --ground legal-obligation"
)
@_ID
@click.argument("kind", type=_choice(RequestKind))
@click.argument("outcome", type=_choice(Outcome))
@click.option("--ground", type=_choice(RefusalGround), help="Required where not all is granted.")
@pass_session
def decide(session: Session, request_id: str, kind: str, outcome: str, ground: str | None) -> None:
    """Record what was decided on one KIND of a request."""
    _record(
        session,
        RequestDecided(
            request=request_id,
            kind=RequestKind(kind),
            outcome=Outcome(outcome),
            ground=RefusalGround(ground) if ground else None,
        ),
    )


@request.command(epilog="Example: ropa request answer 3f0d7c52-… --document access.html")
@_ID
@click.option(
    "--document",
    "documents",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="What was handed out; its SHA-256 is recorded.",
)
@_CHANNEL
@pass_session
def answer(session: Session, request_id: str, documents: tuple[Path, ...], channel: str) -> None:
    """Record that the requester was told the outcome, which closes the request."""
    digests = tuple(sha256(path.read_bytes()).hexdigest() for path in documents)
    fact = RequestAnswered(request=request_id, channel=Channel(channel), documents=digests)
    with session.opened() as opened:
        record(session, opened, fact)
        rows = opened.rows()
        row = rows.get(REQUESTS, request_id)
        for kind in undone(rows, row) if row else ():
            message(f"note: {kind} was granted, and nothing of it stands in the person's history")
        if row and untold(rows, row):
            message("note: recipients still have to be told: see `ropa recipient tasks`")


@request.command(epilog="Example: ropa request refuse 3f0d7c52-… --ground excessive")
@_ID
@click.option("--ground", type=_choice(RefusalGround), required=True)
@_CHANNEL
@pass_session
def refuse(session: Session, request_id: str, ground: str, channel: str) -> None:
    """Record that the request was refused as a whole (Art. 12(4)-(5))."""
    _record(
        session,
        RequestRefused(request=request_id, ground=RefusalGround(ground), channel=Channel(channel)),
    )


@request.command(epilog="Example: ropa request withdraw 3f0d7c52-… --channel phone")
@_ID
@_CHANNEL
@pass_session
def withdraw(session: Session, request_id: str, channel: str) -> None:
    """Record that the requester took the request back."""
    _record(session, RequestWithdrawn(request=request_id, channel=Channel(channel)))


def _record(session: Session, fact: Any) -> None:
    with session.opened() as opened:
        record(session, opened, fact)


def _moment(on: datetime | None, zone: ZoneInfo) -> datetime | None:
    return on.replace(tzinfo=zone).astimezone(UTC) if on else None
