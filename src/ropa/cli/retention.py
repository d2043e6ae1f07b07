"""`ropa retention …`: what is kept until when, and the disposal of what is due."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from ropa.app import Moment, Register
from ropa.app.retention import Found, dispose, found
from ropa.cli.common import (
    Session,
    confirmed,
    language_option,
    listing,
    mark_due,
    message,
    pass_session,
    progress,
    refused_where_due,
)
from ropa.cli.papers import FORMATS, deliver, made, output_option
from ropa.domain.activity.events import Retention
from ropa.kernel.ids import Language
from ropa.kernel.problem import Code, Problem, Where
from ropa.reports.disposal.due import Case, cases
from ropa.reports.disposal.plan import Slot, counted
from ropa.reports.disposal.units import Rules, stored_units

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(short_help="What is kept until when, and the disposal of what is due.")
def retention() -> None:
    """What is kept until when, and the disposal of what is due (Art. 5(1)(e))."""


@retention.command(epilog="Example: ropa retention due --on 2034-01-01 --activity bookkeeping")
@click.option("--on", "day", type=_DAY, metavar="DATE", help="The day; today by default.")
@click.option("--activity", help="The one activity that is asked for.")
@refused_where_due
@listing(
    "id", "owner", "activity", "unit", "rule", "from", "kept_through", "ground", "boxes",
    "categories", "blocked_by", "source",
)  # fmt: skip
@pass_session
def due(session: Session, *, day: Any, activity: str | None) -> Iterator[dict[str, Any]]:
    """List what is due: whose it is, by which rule, since when, and what blocks its disposal.

    As the register knows things today; --on asks what is due on another day if nothing happens
    until then. The exit code is 1 where something can go.
    """
    with session.reading() as opened:
        on = day.date() if day else opened.calendar.day(opened.now())
        with opened.asking() as sources:
            rules = Rules(sources.rows, sources.calendar)
            if activity is not None and rules.declared(activity) is None:
                raise Problem(
                    Code.UNKNOWN_ACTIVITY,
                    "No activity is declared by this name.",
                    advice="`ropa activity list` shows which are.",
                    where=Where(field="--activity"),
                )
            for case in cases(rules, on, activity=activity):
                if not case.blocks:
                    mark_due()
                yield _row(case, opened.settings.language)


def _row(case: Case, language: Language) -> dict[str, Any]:
    one = case.due
    source = one.rule.source if one.rule else None
    return {
        "id": one.id,
        "owner": one.owner,
        "activity": one.activity,
        "unit": one.bucket or None,
        "rule": _rule(one.rule),
        "from": one.started.isoformat() if one.started else None,
        "kept_through": one.through.isoformat() if one.through else None,
        "ground": one.ground,
        "boxes": one.boxes,
        "categories": list(one.categories),
        "blocked_by": [_block(block.kind, block.ground) for block in case.blocks],
        "source": getattr(source, language) if source else None,
    }


def _block(kind: str, ground: str | None) -> str:
    return f"{kind} ({ground})" if ground else kind


def _rule(rule: Retention | None) -> str | None:
    if rule is None:
        return None
    parts = [str(rule.start)]
    if rule.from_end_of_calendar_year:
        parts.append("end of calendar year")
    if rule.years:
        parts.append(f"{rule.years} y")
    if rule.months:
        parts.append(f"{rule.months} m")
    return " + ".join(parts)


@retention.command(epilog="Example: ropa retention plan --years 10")
@click.option(
    "--years",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    help="For how many years, from today, to tell the month.",
)
@listing("due", "activity", "units", "boxes")
@pass_session
def plan(session: Session, *, years: int) -> Iterator[dict[str, Any]]:
    """Give how much falls due in which month, by activity.

    What is due already comes first as `overdue`. What falls due after these years is told by year,
    and what waits for an event that has not happened by what it waits for.
    """
    with session.reading() as opened, opened.asking() as sources:
        today = opened.calendar.day(opened.now())
        units = stored_units(Rules(sources.rows, sources.calendar))
        for slot, number, boxes in counted(units, today, years):
            yield {
                "due": _due(slot),
                "activity": slot.activity,
                "units": number,
                "boxes": boxes,
            }


def _due(slot: Slot) -> str | None:
    if slot.overdue:
        return "overdue"
    return f"{slot.month.first:%Y-%m}" if slot.month else str(slot.year or slot.waiting)


@retention.command(
    short_help="Dispose of what is due.", epilog="Example: ropa retention run --dry-run"
)
@click.option("--dry-run", is_flag=True, help="Only count what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@listing("activity", "ground", "rule", "units", "boxes", "blocked")
@pass_session
def run(session: Session, *, dry_run: bool, yes: bool) -> Iterator[dict[str, Any]]:
    """Dispose of all that is due today and that nothing blocks; it cannot be undone.

    Keys, boxes, lookups and digests are erased unit by unit: the vouchers of one financial year
    go while those of the next stay. What gives way in between, such as for a hold, is left and
    told. `ropa retention due` lists each unit, and `certificate` attests what is gone.
    """
    if dry_run:
        with session.reading() as reading, progress("due") as told:
            on = reading.calendar.day(reading.now())
            with found(reading, on, progress=told) as what:
                yield from _totals(what)
        return
    with session.opened() as opened:
        on = opened.calendar.day(opened.now())
        with progress("due") as told, found(opened, on, progress=told) as what:
            yield from _totals(what)
            if not what.total:
                message("nothing to dispose of")
                return
            if not yes:
                confirmed(f"Dispose of {what.total} unit(s) for good?")
            _dispose(opened, what, session.actor)


def _dispose(opened: Register, what: Found, actor: str) -> None:
    with progress("disposal") as told:
        disposed = dispose(opened, what, actor=actor, progress=told)
    message(f"disposed of {disposed.units} unit(s)")
    if disposed.changed:
        message(f"{disposed.changed} unit(s) stay: they were blocked, or due no more, by then")
    for code, number in sorted(disposed.refused.items()):
        message(f"{number} refused, and left for the next run [{code}]")
    if not disposed.done:
        raise Problem(
            Code.ERASURE_PENDING,
            "The keys are destroyed, but somebody who reads the register holds bytes of what was"
            " erased: it is pending.",
            advice="Close what reads it, and open the register again, which finishes it.",
        )


def _totals(what: Found) -> Iterator[dict[str, Any]]:
    for group in what.groups():
        yield {
            "activity": group.activity,
            "ground": group.ground,
            "rule": _rule(group.rule),
            "units": what.units[group],
            "boxes": what.boxes[group],
            "blocked": what.blocked[group],
        }


@retention.command(
    epilog="Example: ropa retention certificate --from 2034-01-01 -f html -o certificate.html"
)
@click.option("--from", "first", type=_DAY, metavar="DATE", help="Completed on that day or later.")
@click.option("--to", "last", type=_DAY, metavar="DATE", help="Completed on that day or earlier.")
@click.option("--format", "-f", "form", type=click.Choice(FORMATS), default="text")
@output_option
@language_option
@pass_session
def certificate(
    session: Session, *, first: Any, last: Any, form: str, output: Path | None, language: Any
) -> None:
    """Attest what the log shows to be gone, by month, activity and ground: no personal data.

    It is the paper `disposal`, between two days on which the erasures were completed.
    """
    if first and last and first > last:
        raise Problem(Code.USAGE, "The first day lies after the last one.").at(field="--from")
    with session.reading() as opened:
        today = opened.calendar.day(opened.now())
        to = last.date() if last and last.date() < today else None
        since = Moment(as_of=first.date() - timedelta(days=1)) if first else None
        moment = Moment(as_of=to)
        _, content = made(opened, "disposal", form, moment=moment, since=since, language=language)
    deliver(content, output, private=False)
