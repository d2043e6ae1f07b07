"""`ropa person weigh`, `hold` and `release`: what goes on in spite of a person, and why."""

import click

from ropa.cli.common import Session, message, pass_session, record, reference
from ropa.domain.person.events import (
    ObjectionOutcome,
    ObjectionWeighed,
    OverridingGround,
    RestrictionGround,
)
from ropa.domain.person.forgetting import HoldEnd, HoldGround, HoldLifted, HoldPlaced
from ropa.views.people import PEOPLE

_ACTIVITIES = click.option(
    "--activity", "-a", "activities", multiple=True, required=True, help="Whose data; repeatable."
)


@click.command(
    epilog="Example: ropa person weigh webshop/K-20417 web-analytics overridden"
    " --ground legal-claims"
)
@click.argument("who", metavar="PERSON")
@click.argument("activity")
@click.argument(
    "outcome", type=click.Choice([str(one) for one in ObjectionOutcome]), metavar="OUTCOME"
)
@click.option(
    "--ground",
    type=click.Choice([str(one) for one in OverridingGround]),
    help="Why the processing goes on; required where the objection is overridden.",
)
@pass_session
def weigh(session: Session, who: str, activity: str, outcome: str, ground: str | None) -> None:
    """Record what the weighing of an objection to an ACTIVITY came to (Art. 21(1)).

    OUTCOME is upheld or overridden. An objection to direct marketing is not weighed: it works at
    once.
    """
    fact = ObjectionWeighed(
        activity=activity,
        outcome=ObjectionOutcome(outcome),
        ground=OverridingGround(ground) if ground else None,
    )
    with session.opened() as opened:
        subject = reference(opened, who)
        record(session, opened, fact, subject=subject)
        row = opened.rows().get(PEOPLE, subject)
    part = row.parts.get(activity) if row else None
    if part is not None and part.restricted() is RestrictionGround.OBJECTION_PENDING:
        message(
            f"{activity} is restricted still: lift that once the person was informed (Art. 18(3))"
        )


@click.command(
    epilog="Example: ropa person hold webshop/K-20417 --activity contract --ground dispute"
)
@click.argument("who", metavar="PERSON")
@_ACTIVITIES
@click.option("--ground", type=click.Choice([str(one) for one in HoldGround]), required=True)
@pass_session
def hold(session: Session, who: str, activities: tuple[str, ...], ground: str) -> None:
    """Keep data of a person from being erased, by rule or on request, until it is released."""
    fact = HoldPlaced(activities=activities, ground=HoldGround(ground))
    with session.opened() as opened:
        record(session, opened, fact, subject=reference(opened, who))


@click.command(
    epilog="Example: ropa person release webshop/K-20417 --activity contract --reason settled"
)
@click.argument("who", metavar="PERSON")
@_ACTIVITIES
@click.option("--reason", type=click.Choice([str(one) for one in HoldEnd]), required=True)
@pass_session
def release(session: Session, who: str, activities: tuple[str, ...], reason: str) -> None:
    """Lift a hold: rules and requests apply to the data again."""
    fact = HoldLifted(activities=activities, reason=HoldEnd(reason))
    with session.opened() as opened:
        record(session, opened, fact, subject=reference(opened, who))
