"""`ropa consent …`: consents, given and withdrawn."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import click

from ropa.app.moment import end_of_day
from ropa.cli.common import (
    Session,
    language_option,
    listing,
    pass_session,
    record,
    reference,
)
from ropa.cli.papers import deliver, output_option
from ropa.domain.person.events import ConsentGiven, ConsentWithdrawn, NoticeVersion
from ropa.kernel.ids import Channel, Language
from ropa.kernel.problem import Code, Problem, Where
from ropa.render.receipts import consent_record, kantara
from ropa.reports.receipt import Receipt, language_of
from ropa.reports.receipt import build as build_receipt
from ropa.views.consents import Act, consent_at, of_person

_CHANNELS = click.Choice([str(one) for one in Channel])


@click.group(short_help="Consents: given and withdrawn, and to which wording.")
def consent() -> None:
    """Consents: given and withdrawn, and to which wording (Art. 7)."""


@consent.command(
    epilog="Example: ropa consent give webshop/K-20417 marketing"
    " --wording newsletter-wording@2026-01 --channel phone"
)
@click.argument("who", metavar="PERSON")
@click.argument("activity")
@click.option("--wording", required=True, metavar="NOTICE@VERSION", help="What was shown.")
@click.option("--notice", metavar="NOTICE@VERSION", help="The privacy notice shown beside it.")
@click.option(
    "--language", type=click.Choice([str(one) for one in Language]), default="sv", show_default=True
)
@click.option("--channel", type=_CHANNELS, required=True, help="How it was given.")
@pass_session
def give(
    session: Session,
    *,
    who: str,
    activity: str,
    wording: str,
    notice: str | None,
    language: str,
    channel: str,
) -> None:
    """Record that a person consented to an ACTIVITY."""
    fact = ConsentGiven(
        activity=activity,
        wording=_version(wording, "--wording"),
        notice=_version(notice, "--notice") if notice else None,
        language=Language(language),
        channel=Channel(channel),
    )
    with session.opened() as opened:
        record(session, opened, fact, subject=reference(opened, who))


@consent.command(epilog="Example: ropa consent withdraw webshop/K-20417 marketing --channel e-mail")
@click.argument("who", metavar="PERSON")
@click.argument("activity")
@click.option("--channel", type=_CHANNELS, required=True, help="How it was withdrawn.")
@pass_session
def withdraw(session: Session, who: str, activity: str, channel: str) -> None:
    """Record that a person withdrew the consent to an ACTIVITY (Art. 7(3))."""
    fact = ConsentWithdrawn(activity=activity, channel=Channel(channel))
    with session.opened() as opened:
        record(session, opened, fact, subject=reference(opened, who))


_COLUMNS = ("activity", "act", "occurred_at", "wording", "language", "channel", "position")


@consent.command("list", epilog="Example: ropa consent list webshop/K-20417 --json")
@click.argument("who", metavar="PERSON")
@listing(*_COLUMNS)
@pass_session
def list_consents(session: Session, who: str) -> Iterator[dict[str, Any]]:
    """List what a person has consented to, withdrawn and objected to, over all time."""
    with session.opened() as opened:
        found = of_person(opened.rows(), reference(opened, who))
        for activity, acts in sorted(found.acts.items()):
            for act in acts:
                yield _row(activity, act, opened.zone)


@consent.command(epilog="Example: ropa consent at webshop/K-20417 marketing --on 2026-05-31")
@click.argument("who", metavar="PERSON")
@click.argument("activity")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    metavar="DATE[THH:MM:SS]",
    help="Local day or moment; now by default.",
)
@listing("activity", "in_force", "given", "wording", "language", "channel", "ended", "position")
@pass_session
def at(session: Session, who: str, activity: str, on: datetime | None) -> Iterator[dict[str, Any]]:
    """Tell whether a person's consent was in force at a moment, and to which wording."""
    with session.opened() as opened:
        moment = _moment(on, opened.zone) if on else opened.now()
        acts = of_person(opened.rows(), reference(opened, who))
        found = consent_at(acts, activity, moment)
        given = found.given
        yield {
            "activity": activity,
            "in_force": found.in_force,
            "given": given and _local(given.occurred_at, opened.zone),
            "wording": given and _wording(given),
            "language": given and given.language,
            "channel": given and given.channel,
            "ended": found.denied and _local(found.denied.occurred_at, opened.zone),
            "position": given and given.position,
        }


_FORMS: Mapping[str, Callable[[Receipt], str]] = MappingProxyType(
    {"kantara": kantara, "record": consent_record}
)


@consent.command(
    epilog="Example: ropa consent receipt webshop/K-20417 --activity marketing -o receipt.json"
)
@click.argument("who", metavar="PERSON")
@click.option("--activity", required=True, help="What was consented to.")
@click.option(
    "--format",
    "-f",
    "form",
    type=click.Choice(list(_FORMS)),
    default="kantara",
    show_default=True,
    help="kantara for the person, record for the files.",
)
@output_option
@language_option
@pass_session
def receipt(
    session: Session,
    *,
    who: str,
    activity: str,
    form: str,
    output: Path | None,
    language: Language | None,
) -> None:
    """Make the receipt of a person's latest consent to an activity, as JSON.

    kantara is the receipt that the person takes along (Kantara Consent Receipt 1.1); record has
    the fields of ISO/IEC TS 27560. A consent that was withdrawn is told as withdrawn. The
    language is that in which the person consented, unless another is asked for.

    A receipt is recorded as a paper about the person.
    """
    with session.opened() as register:
        person = reference(register, who)
        with register.asking(language=language, person=person, activity=activity) as sources:
            language = language or language_of(sources, person, activity)
            model = build_receipt(replace(sources, language=language), person, activity)
        text = _FORMS[form](model)
        register.hand_out(model, text, person=person, actor=session.actor)
    deliver(text, output, private=True)


def _moment(on: datetime, zone: ZoneInfo) -> datetime:
    """Give a local moment in UTC; a day without a time stands for its end."""
    return end_of_day(on.date(), zone) if on.time() == time() else on.replace(tzinfo=zone)


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")


def _row(activity: str, act: Act, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "activity": activity,
        "act": act.kind,
        "occurred_at": _local(act.occurred_at, zone),
        "wording": _wording(act),
        "language": act.language,
        "channel": act.channel,
        "position": act.position,
    }


def _wording(act: Act) -> str | None:
    return f"{act.wording.notice}@{act.wording.version}" if act.wording else None


def _version(text: str, option: str) -> NoticeVersion:
    notice, _, version = text.partition("@")
    try:
        return NoticeVersion(notice=notice, version=version)
    except ValueError:
        raise Problem(
            Code.MALFORMED_VALUE,
            "A version of a notice is given as NOTICE@VERSION.",
            advice="For example newsletter-wording@2026-01.",
            where=Where(field=option),
        ) from None
