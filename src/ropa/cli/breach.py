"""`ropa breach …`: breaches of personal data, and the 72 hours to notify the authority."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import click
import msgspec

from ropa.app import Reading
from ropa.cli.common import (
    Session,
    data,
    listing,
    mark_due,
    message,
    pass_session,
    record,
    refused_where_due,
)
from ropa.domain.breach.clock import Timeliness, due
from ropa.domain.breach.events import (
    AuthorityNotified,
    BreachAssessed,
    BreachClosed,
    BreachDescribed,
    BreachDiscovered,
    BreachNature,
    BreachText,
    IncidentAccount,
    NotTellingGround,
    PersonsNotTold,
    PersonsTold,
    Risk,
)
from ropa.kernel.categories import Category
from ropa.kernel.ids import Channel
from ropa.kernel.problem import Code, Problem, Where
from ropa.views.breaches import BREACHES, Breach, clock_of

Command = TypeVar("Command", bound=Callable[..., Any])


def _choice(members: Any) -> click.Choice[str]:
    return click.Choice([str(one) for one in members])


def _on(what: str) -> Callable[[Command], Command]:
    # Hours count: a day alone would not do.
    return click.option(
        "--on",
        type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
        metavar="DATETHH:MM[:SS]",
        help=f"Local moment of {what}; now by default.",
    )


def _account_options(command: Command) -> Command:
    for option in (
        click.option(
            "--activity",
            "activities",
            multiple=True,
            default=("accountability",),
            show_default=True,
            help="What the account is kept for.",
        ),
        click.option("--remedy", help="What was done about it; sealed."),
        click.option("--effects", help="What it led to; sealed."),
        click.option("--facts", help="What happened; sealed."),
        click.option("--records", type=click.IntRange(min=0), help="About how many records."),
        click.option("--persons", type=click.IntRange(min=0), help="About how many persons."),
    ):
        command = option(command)
    return command


_NAME = click.argument("name", metavar="BREACH")


@click.group(short_help="Breaches of personal data, and the 72 hours to notify.")
def breach() -> None:
    """Breaches of personal data, and the 72 hours to notify the authority (Art. 33-34)."""


@breach.command(
    "record",
    short_help="Record that the company became aware of a breach.",
    epilog="Example: ropa breach record lost-phone --nature confidentiality --affected contract"
    ' --on 2026-11-20T08:35 --facts "A work phone was left on a train."',
)
@_NAME
@click.option("--nature", "natures", type=_choice(BreachNature), multiple=True, required=True)
@click.option("--affected", multiple=True, help="A processing activity that it touched.")
@click.option("--category", "categories", type=_choice(Category), multiple=True)
@_account_options
@_on("when the company became aware")
@pass_session
def record_breach(
    session: Session,
    *,
    name: str,
    natures: tuple[str, ...],
    affected: tuple[str, ...],
    categories: tuple[str, ...],
    persons: int | None,
    records: int | None,
    facts: str | None,
    effects: str | None,
    remedy: str | None,
    activities: tuple[str, ...],
    on: datetime | None,
) -> None:
    """Record that the company became aware of a breach: the 72 hours run from that moment."""
    text = _text(facts, effects, remedy)
    fact = BreachDiscovered(
        breach=name,
        natures=tuple(BreachNature(one) for one in natures),
        affected=affected,
        categories=tuple(Category(one) for one in categories),
        persons=persons,
        records=records,
        activities=activities if text else (),
    )
    _record(session, fact, on, text)


@breach.command(
    short_help="Record what became known of a breach since.",
    epilog='Example: ropa breach describe lost-phone --facts "It was found." --remedy "Wiped."',
)
@_NAME
@_account_options
@_on("when it became known")
@pass_session
def describe(
    session: Session,
    *,
    name: str,
    persons: int | None,
    records: int | None,
    facts: str | None,
    effects: str | None,
    remedy: str | None,
    activities: tuple[str, ...],
    on: datetime | None,
) -> None:
    """Record what became known of a breach since (Art. 33(4))."""
    text = _text(facts, effects, remedy)
    fact = BreachDescribed(
        breach=name,
        persons=persons,
        records=records,
        activities=activities if text else (),
    )
    _record(session, fact, on, text)


@breach.command(
    short_help="Record the risk to persons.",
    epilog="Example: ropa breach assess lost-phone unlikely",
)
@_NAME
@click.argument("risk", type=_choice(Risk))
@_on("the assessment")
@pass_session
def assess(session: Session, name: str, risk: str, on: datetime | None) -> None:
    """Record the RISK to persons; where it is unlikely, nobody has to be notified."""
    _record(session, BreachAssessed(breach=name, risk=Risk(risk)), on)


@breach.command(
    short_help="Record that the authority was notified.",
    epilog="Example: ropa breach notify lost-phone --reference IMY-2026-1234",
)
@_NAME
@click.option("--reference", help="The authority's reference.")
@click.option("--late-reason", help="Why it took more than 72 hours.")
@_on("notification")
@pass_session
def notify(
    session: Session,
    *,
    name: str,
    reference: str | None,
    late_reason: str | None,
    on: datetime | None,
) -> None:
    """Record that the authority was notified, or told more (Art. 33(1), 33(4)).

    The first notification counts. What was left out, such as the reason for a delay, is added by
    another one.
    """
    fact = AuthorityNotified(breach=name, reference=reference, late_reason=late_reason)
    row = _record(session, fact, on)
    clock = clock_of(row, row.discovered.at)
    if clock.state is Timeliness.LATE and not any(one.late_reason for one in row.notified):
        message(
            "warning: the authority was notified after the 72 hours, and no reason is stated"
            " (Art. 33(1)): add it with --late-reason"
        )


@breach.command(
    short_help="Record that the persons were told, or why not.",
    epilog="Example: ropa breach tell lost-phone --persons 2 --channel phone",
)
@_NAME
@click.option("--persons", type=click.IntRange(min=1), help="How many were told.")
@click.option("--channel", type=_choice(Channel), help="How they were told.")
@click.option("--not-because", type=_choice(NotTellingGround), help="Why they need not be told.")
@_on("telling, or of the decision")
@pass_session
def tell(
    session: Session,
    *,
    name: str,
    persons: int | None,
    channel: str | None,
    not_because: str | None,
    on: datetime | None,
) -> None:
    """Record that the persons were told, or why they need not be (Art. 34)."""
    fact: Any = None
    if not_because is None and persons is not None and channel is not None:
        fact = PersonsTold(breach=name, channel=Channel(channel), persons=persons)
    elif not_because is not None and persons is None and channel is None:
        fact = PersonsNotTold(breach=name, ground=NotTellingGround(not_because))
    if fact is None:
        raise Problem(
            Code.USAGE,
            "Either persons were told, or there is a reason why not.",
            advice="Give --persons and --channel, or --not-because.",
        )
    _record(session, fact, on)


@breach.command(epilog='Example: ropa breach close lost-phone --reason "Phones lock themselves"')
@_NAME
@click.option("--reason", required=True, help="What it ended with; nothing about a person.")
@_on("closing")
@pass_session
def close(session: Session, name: str, reason: str, on: datetime | None) -> None:
    """Record that the case was closed."""
    _record(session, BreachClosed(breach=name, reason=reason), on)


@breach.command(
    "list",
    short_help="List the breaches, the most overdue first.",
    epilog="Example: ropa breach list --due-within 24",
)
@click.option(
    "--due-within",
    type=click.IntRange(min=0),
    metavar="HOURS",
    help="Only those to notify within so many hours, or overdue; exit code 1 if there are any.",
)
@refused_where_due
@listing("breach", "hours_left", "due", "known", "notification", "risk", "persons_told", "case")
@pass_session
def list_breaches(session: Session, due_within: int | None) -> Iterator[dict[str, Any]]:
    """List the breaches: first those to notify, the most overdue at the top."""
    with session.reading() as opened:
        now = opened.now()
        rows = list(opened.rows().all(BREACHES))
        zone = opened.zone

    def order(pair: tuple[str, Breach]) -> tuple[bool, float]:
        # Those that wait for nothing follow, the newest first.
        waits, known = clock_of(pair[1], now).state.open, pair[1].discovered.at.timestamp()
        return (not waits, known if waits else -known)

    for name, row in sorted(rows, key=order):
        clock = clock_of(row, now)
        waits = clock.left if clock.state.open else None
        if due_within is not None:
            if waits is None or waits > timedelta(hours=due_within):
                continue
            mark_due()
        yield {
            "breach": name,
            "hours_left": None if waits is None else waits // timedelta(hours=1),
            "due": due(row.discovered.at).astimezone(zone).isoformat(timespec="minutes"),
            "known": row.discovered.at.astimezone(zone).isoformat(timespec="minutes"),
            "notification": clock.state,
            "risk": row.assessed.risk if row.assessed else None,
            "persons_told": sum(one.persons for one in row.told),
            "case": "closed" if row.closed else "open",
        }


@breach.command(short_help="Show a breach as JSON.", epilog="Example: ropa breach show lost-phone")
@_NAME
@pass_session
def show(session: Session, name: str) -> None:
    """Show a breach as JSON, each part with its event; `ropa report breaches` has the account."""
    with session.reading() as opened:
        row, now = _row(opened, name), opened.now()
    shown = {
        "breach": name,
        "due": due(row.discovered.at),
        "clock": clock_of(row, now),
        "case": row,
    }
    data(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode())


def _row(reading: Reading, name: str) -> Breach:
    row = reading.rows().get(BREACHES, name)
    if row is None:
        raise Problem(
            Code.UNKNOWN_BREACH,
            "No breach is recorded by this name.",
            advice="See `ropa breach list`.",
            where=Where(field="BREACH"),
        )
    return row


def _text(facts: str | None, effects: str | None, remedy: str | None) -> BreachText | None:
    if facts is None:
        if effects is None and remedy is None:
            return None
        raise Problem(
            Code.USAGE,
            "An account tells what happened before it tells of effects and remedy.",
            advice="Give --facts.",
            where=Where(field="--facts"),
        )
    return BreachText(account=IncidentAccount(facts=facts, effects=effects, remedy=remedy))


def _record(
    session: Session, fact: Any, on: datetime | None, personal: BreachText | None = None
) -> Breach:
    """Record a fact of a case, and give the case as it stands then."""
    with session.opened() as opened:
        moment = on.replace(tzinfo=opened.zone).astimezone(UTC) if on else None
        record(session, opened, fact, personal=personal, occurred_at=moment)
        return _row(opened, fact.breach)
