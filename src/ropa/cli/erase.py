"""`ropa person erase`: what is held of a person is forgotten, as far as law lets it."""

from collections.abc import Iterator
from typing import Any

import click

from ropa.app import Register
from ropa.app.forgetting import Asked
from ropa.cli.common import Session, confirmed, listing, message, pass_session, reference
from ropa.kernel.erasing import ErasureGround, WithholdingGround
from ropa.kernel.problem import Code, Problem, Where
from ropa.reports.forgetting import Plan, Planned, unanswered
from ropa.views.requests import REQUESTS
from ropa.views.telling import open_tasks

_GROUNDS = [
    str(ErasureGround.REQUESTED),
    str(ErasureGround.CONSENT_WITHDRAWN),
    str(ErasureGround.OBJECTED),
    str(ErasureGround.UNLAWFUL_PROCESSING),
]


@click.command(epilog="Example: ropa person erase webshop/K-20417 --request 3f0d7c52-… --dry-run")
@click.argument("who", metavar="PERSON")
@click.option("--request", "request_id", metavar="REQUEST", help="The request that asks for it.")
@click.option(
    "--ground",
    type=click.Choice(_GROUNDS),
    default=_GROUNDS[0],
    show_default=True,
    help="Why (Art. 17(1)).",
)
@click.option(
    "--withhold",
    "withheld",
    metavar="ACTIVITY=GROUND",
    multiple=True,
    help="Keep what an activity holds, beyond what law obliges to; GROUND as in Art. 17(3), such as"
    " legal-claims.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would go, and what would stay.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@listing("activity", "unit", "boxes", "outcome", "ground", "through")
@pass_session
def erase(
    session: Session,
    *,
    who: str,
    request_id: str | None,
    ground: str,
    withheld: tuple[str, ...],
    dry_run: bool,
    yes: bool,
) -> Iterator[dict[str, Any]]:
    """Erase what is held of a person: keys, boxes, lookups (Art. 17).

    What law obliges to keep stays, and is listed with its ground and its last day. It cannot be
    undone.
    """
    with session.opened() as opened:
        asked = Asked(
            person=reference(opened, who),
            ground=ErasureGround(ground),
            request=request_id,
            withhold=dict(map(_withheld, withheld)),
        )
        plans = opened.preview_erasure(asked)
        _warn(opened, asked, plans)
        if dry_run:
            yield from _rows(plans, "would be erased", "would stay")
            return
        if not yes and any(plan.erased() for plan in plans):
            confirmed(f"Erase {sum(len(plan.erased()) for plan in plans)} unit(s) for good?")
        yield from _carried_out(opened, asked, session.actor)


def _carried_out(opened: Register, asked: Asked, actor: str) -> Iterator[dict[str, Any]]:
    forgotten = opened.erase(asked, actor=actor)
    yield from _rows(forgotten.plans, "erased", "stays")
    positions = ", ".join(map(str, forgotten.positions))
    message(f"decided at position {positions}")
    if not forgotten.done:
        raise Problem(
            Code.ERASURE_PENDING,
            "The keys are destroyed, but somebody who reads the register holds bytes of what was"
            " erased: it is pending.",
            advice="Close what reads it, and run `ropa check --keys`, which tries it again.",
        )
    message("carried out: keys, boxes, lookups and digests are gone from the register's files")
    for plan in forgotten.plans:
        if plan.erased():
            message(f"what stays is found by the record's id: {plan.person}")
    _say_next(opened, asked, set(forgotten.positions))


def _warn(opened: Register, asked: Asked, plans: tuple[Plan, ...]) -> None:
    """Tell what is to be done before an erasure, since it cannot be done afterwards."""
    if not any(plan.erased() for plan in plans):
        return
    for request, kinds in unanswered(opened.rows(), asked.person, asked.request):
        message(
            f"warning: request {request} is open and may need what goes: {', '.join(kinds)}. Answer"
            " it first."
        )
    held = {one.unit.activity for plan in plans for one in plan.units if one.on_hold}
    for activity in sorted(held):
        message(
            f"on hold: {activity}. Nothing is erased before it is withheld, by `--withhold"
            f" {activity}=legal-claims`, or released, by `ropa person release`"
        )


def _say_next(opened: Register, asked: Asked, positions: set[int]) -> None:
    """Tell by which commands it goes on."""
    rows = opened.rows()
    row = rows.get(REQUESTS, asked.request) if asked.request else None
    if row is not None and row.closed is None:
        undecided = [kind for kind in dict.fromkeys(row.kinds) if kind not in row.decided]
        for kind in undecided:
            message(f"next: ropa request decide {asked.request} {kind} granted|partly-granted")
        message(f"next: ropa request answer {asked.request}")
    if row is not None:
        message(f"next: ropa request letter {asked.request} answer")
    told = sorted({task.recipient for task in open_tasks(rows) if task.about in positions})
    if told:
        message(f"to be told of it (Art. 19): {', '.join(told)}; see `ropa recipient tasks`")


def _rows(plans: tuple[Plan, ...], goes: str, stays: str) -> Iterator[dict[str, Any]]:
    for plan in plans:
        for one in plan.units:
            yield _row(one, goes, stays)
        for suppressed in plan.suppressed if plan.erased() else ():
            message(
                f"addresses that go stay shut out from {suppressed.activity}, as keyed digests:"
                f" the person objected on {suppressed.objected_on}"
            )


def _row(one: Planned, goes: str, stays: str) -> dict[str, Any]:
    kept = one.withheld
    outcome = stays if kept else "on hold" if one.on_hold else goes
    return {
        "activity": one.unit.activity,
        "unit": one.unit.bucket or None,
        "boxes": one.boxes,
        "outcome": outcome,
        "ground": kept.ground if kept else None,
        "through": kept.through.isoformat() if kept and kept.through else None,
    }


def _withheld(text: str) -> tuple[str, WithholdingGround]:
    activity, _, ground = text.partition("=")
    try:
        return activity, WithholdingGround(ground)
    except ValueError:
        raise Problem(
            Code.MALFORMED_VALUE,
            "What is to be withheld is not named as ACTIVITY=GROUND.",
            advice=f"Grounds are: {', '.join(WithholdingGround)}.",
            where=Where(field="--withhold"),
        ) from None
