"""`ropa person correct`, `restrict`, `lift` and `object`: rights carried out by hand."""

from datetime import datetime
from typing import Any

import click

from ropa.cli.common import Session, pass_session, record, reference
from ropa.domain.person.events import (
    ContactChanged,
    Objected,
    Restricted,
    RestrictionGround,
    RestrictionLifted,
)
from ropa.domain.person.values import ContactDetails, PostalAddress
from ropa.kernel.ids import Channel

_ACTIVITIES = click.option(
    "--activity", "-a", "activities", multiple=True, required=True, help="For what; repeatable."
)
_CHANNEL = click.option(
    "--channel",
    type=click.Choice([str(one) for one in Channel]),
    default=str(Channel.E_MAIL),
    show_default=True,
    help="How the person said so.",
)


@click.command(
    name="object", epilog="Example: ropa person object webshop/K-20417 marketing --channel phone"
)
@click.argument("who", metavar="PERSON")
@click.argument("activity")
@_CHANNEL
@pass_session
def objection(session: Session, who: str, activity: str, channel: str) -> None:
    """Record that a person objects to an ACTIVITY; marketing ends at once, on every basis."""
    fact = Objected(activity=activity, channel=Channel(channel))
    with session.opened() as opened:
        record(session, opened, fact, subject=reference(opened, who))


@click.command(
    epilog="Example: ropa person restrict webshop/K-20417 -a contract --ground accuracy-contested"
)
@click.argument("who", metavar="PERSON")
@_ACTIVITIES
@click.option("--ground", type=click.Choice([str(one) for one in RestrictionGround]), required=True)
@pass_session
def restrict(session: Session, who: str, activities: tuple[str, ...], ground: str) -> None:
    """Restrict processing: values stay stored, and are shown to nobody."""
    fact = Restricted(activities=activities, ground=RestrictionGround(ground))
    with session.opened() as opened:
        record(session, opened, fact, subject=reference(opened, who))


@click.command(
    epilog="Example: ropa person lift webshop/K-20417 -a contract --informed-on 2026-11-20"
)
@click.argument("who", metavar="PERSON")
@_ACTIVITIES
@click.option(
    "--informed-on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    required=True,
    help="The day on which the person was told beforehand.",
)
@pass_session
def lift(session: Session, who: str, activities: tuple[str, ...], informed_on: datetime) -> None:
    """Lift a restriction, after the person was told that it will be."""
    fact = RestrictionLifted(activities=activities, informed_on=informed_on.date())
    with session.opened() as opened:
        record(session, opened, fact, subject=reference(opened, who))


@click.command(
    epilog="Example: ropa person correct webshop/K-20417 -a contract --email anna@exempel.example"
)
@click.argument("who", metavar="PERSON")
@_ACTIVITIES
@click.option("--name", help="The right name.")
@click.option("--email", help="The right e-mail address.")
@click.option("--phone", help="The right telephone number.")
@click.option("--street", help="Of the right address: street and number.")
@click.option("--postal-code", help="Of the right address: the postal code.")
@click.option("--city", help="Of the right address: the town.")
@_CHANNEL
@pass_session
def correct(
    session: Session,
    *,
    who: str,
    activities: tuple[str, ...],
    name: str | None,
    email: str | None,
    phone: str | None,
    street: str | None,
    postal_code: str | None,
    city: str | None,
    channel: str,
) -> None:
    """Correct what was wrong; recipients have to be told of it.

    What is given is sealed. An address is given whole.
    """
    address = (
        PostalAddress(street=street, postal_code=postal_code, city=city)
        if street or postal_code or city
        else None
    )
    given: dict[str, Any] = {"name": name, "email": email, "phone": phone, "address": address}
    fact = ContactChanged(channel=Channel(channel), activities=activities, corrected=True)
    personal = ContactDetails(**given) if any(given.values()) else None
    with session.opened() as opened:
        record(session, opened, fact, subject=reference(opened, who), personal=personal)
