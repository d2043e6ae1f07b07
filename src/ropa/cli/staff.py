"""`ropa staff …`: who may see what."""

from collections.abc import Iterator
from typing import Any

import click

from ropa.cli.common import Session, answered, data, listing, pass_session, record
from ropa.domain.staff.events import (
    GivingOutGround,
    StaffDetails,
    StaffLeft,
    StaffRegistered,
    StaffRolesChanged,
)
from ropa.kernel.categories import Category
from ropa.kernel.ids import Role
from ropa.views.register import REGISTER

_ROLES = click.Choice([str(one) for one in Role])
_REASON = click.option("--reason", required=True, help="Why; it stands in the register's history.")


@click.group(short_help="Staff: which roles they have, and since when.")
def staff() -> None:
    """Staff: which roles they have, and since when (Art. 32(4))."""


@staff.command(
    epilog='Example: ropa staff register --name "Eva Exempel" --role support --reason "Employed"'
)
@click.option("--name", required=True, help="The name; it is sealed.")
@click.option("--role", "roles", type=_ROLES, multiple=True, required=True)
@click.option(
    "--activity",
    "activities",
    multiple=True,
    default=("staff-access",),
    show_default=True,
    help="What the name is kept for.",
)
@_REASON
@pass_session
def register(
    session: Session, *, name: str, roles: tuple[str, ...], activities: tuple[str, ...], reason: str
) -> None:
    """Give a new member of staff an id and roles."""
    fact = StaffRegistered(
        roles=tuple(Role(role) for role in roles), activities=activities, reason=reason
    )
    with session.opened() as opened:
        (receipt,) = record(session, opened, fact, personal=StaffDetails(name=name))
    data(receipt.subject or "")


@staff.command(epilog='Example: ropa staff roles 0d3c… --role billing --reason "New post"')
@click.argument("member", metavar="ID")
@click.option("--role", "roles", type=_ROLES, multiple=True, required=True)
@_REASON
@pass_session
def roles(session: Session, member: str, roles: tuple[str, ...], reason: str) -> None:
    """Give a member of staff other roles; those not named end."""
    fact = StaffRolesChanged(roles=tuple(Role(role) for role in roles), reason=reason)
    with session.opened() as opened:
        record(session, opened, fact, subject=member)


@staff.command(epilog='Example: ropa staff leave 0d3c… --reason "Employment ended"')
@click.argument("member", metavar="ID")
@_REASON
@pass_session
def leave(session: Session, member: str, reason: str) -> None:
    """Record that a member of staff left."""
    with session.opened() as opened:
        record(session, opened, StaffLeft(reason=reason), subject=member)


@staff.command(epilog="Example: ropa staff name 0d3c… --request 3f0d… --ground needed-for-rights")
@click.argument("member", metavar="ID")
@click.option("--request", "request_id", required=True, help="The request of whoever is told.")
@click.option("--ground", type=click.Choice([str(one) for one in GivingOutGround]), required=True)
@pass_session
def name(session: Session, member: str, request_id: str, ground: str) -> None:
    """Give out the name of a member of staff to somebody who asked (Art. 15; C-579/21).

    As a rule the access report gives the role and no name. The decision is recorded first.
    """
    with session.opened() as opened:
        answer = opened.give_out_name(
            member, request=request_id, ground=GivingOutGround(ground), actor=session.actor
        )
    data(answered(answer, Category.STAFF_NAME))


@staff.command("list", epilog="Example: ropa staff list")
@listing("staff", "roles", "left")
@pass_session
def list_staff(session: Session) -> Iterator[dict[str, Any]]:
    """List the members of staff by id and role; a name only `ropa staff name` gives out."""
    with session.opened() as opened:
        for stream, row in opened.rows().where(REGISTER, noun="staff"):
            if row.staff is not None:
                yield {
                    "staff": stream.partition("/")[2],
                    "roles": list(row.staff.roles),
                    "left": row.retired is not None,
                }
