"""Forgetting: an erasure that somebody asked for, from the preview to the last byte."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ropa.app.appending import Appending
from ropa.app.erasing import Erasing
from ropa.app.ids import new_id
from ropa.app.reading import Reading
from ropa.app.receipt import Receipt
from ropa.app.roles import require_role
from ropa.domain.person.forgetting import ErasureDecided
from ropa.domain.request.decider import Closed
from ropa.kernel.deadline import Calendar
from ropa.kernel.erasing import ErasureGround, WithholdingGround
from ropa.kernel.fact import Fact
from ropa.kernel.ids import ActivityId, PersonId, RequestId, Role
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.view import Rows
from ropa.reports.forgetting import Plan, plans
from ropa.views.aliases import group
from ropa.views.register import REGISTER
from ropa.views.requests import REQUESTS

_SOURCE: Final = "erasures"
_TRIES: Final = 5


class Forgotten(NamedTuple):
    """What an erasure came to.

    Attributes:
        plans: What went and what stays, by record.
        positions: The decisions.
        done: Whether it is carried out to the last byte; pending where a reader holds some still.
    """

    plans: tuple[Plan, ...]
    positions: tuple[int, ...]
    done: bool


class Disposed(NamedTuple):
    """What the disposal of many units came to; `done` is that of `Forgotten`."""

    receipts: tuple[Receipt, ...]
    done: bool


class Asked(NamedTuple):
    """An erasure that somebody asks for.

    Attributes:
        person: Whose values.
        ground: Why.
        request: The request that asks for it, or None.
        withhold: Activities whose values are kept beyond what law obliges to, and why.
    """

    person: PersonId
    ground: ErasureGround = ErasureGround.REQUESTED
    request: RequestId | None = None
    withhold: Mapping[ActivityId, WithholdingGround] = {}


def preview(reading: Reading, calendar: Calendar, asked: Asked) -> tuple[Plan, ...]:
    """Give what an erasure would do with each record of a person; nothing is done.

    Raises:
        Problem: `unknown-request`, `request-kind-not-asked`, `request-closed` or
            `unknown-activity`, where what is asked for does not go with the register.
    """
    rows = reading.rows()
    _check(rows, asked)
    return plans(
        rows,
        asked.person,
        calendar=calendar,
        today=calendar.day(reading.now()),
        withhold=asked.withhold,
    )


def forget(
    reading: Reading,
    calendar: Calendar,
    appending: Appending,
    erasing: Erasing,
    asked: Asked,
    *,
    actor: str,
) -> Forgotten:
    """Decide on an erasure and carry it out.

    Raises:
        Problem: As `preview` does; `already-done` where there is nothing to erase; `on-hold`;
            `not-permitted` where it is a member of staff who is no officer; `stale-version` where
            facts about the person keep coming in.
    """
    require_role(reading.rows(), actor, Role.OFFICER)
    found, receipts = _decided(reading, calendar, appending, asked, actor)
    positions = tuple(one.position for one in receipts if one.position is not None)
    return Forgotten(found, positions, erasing.finish())


def _decided(
    reading: Reading, calendar: Calendar, appending: Appending, asked: Asked, actor: str
) -> tuple[tuple[Plan, ...], list[Receipt]]:
    """Record the decision on what is found; anew where facts came in between."""
    tries = _TRIES
    while True:
        tries -= 1
        # Read before the rows: whatever comes in after that is found out when it is recorded.
        persons = group(reading.rows(), asked.person).persons
        versions = reading.versions(persons)
        found = preview(reading, calendar, asked)
        try:
            return found, appending.append(_facts(found, asked, versions, actor), own=True)
        except Problem as problem:
            if problem.code is not Code.STALE_VERSION or not tries:
                # Which of the records it was is nobody's concern: the person is one.
                raise Problem(problem.code, problem.detail, advice=problem.advice) from None


def _facts(
    found: tuple[Plan, ...], asked: Asked, versions: Mapping[PersonId, int], actor: str
) -> list[Fact[Any]]:
    # Where nothing is to be erased at all, the decision says so.
    worked = [plan for plan in found if plan.erased()] or [found[0]]
    return [
        Fact(
            data=ErasureDecided(
                ground=asked.ground,
                erased=plan.erased(),
                withheld=plan.withheld(),
                suppressed=plan.suppressed,
                request=asked.request,
            ),
            subject=plan.person,
            source=_SOURCE,
            id=new_id(),
            actor=actor,
            expected_version=versions.get(plan.person, 0),
        )
        for plan in worked
    ]


def _check(rows: Rows, asked: Asked) -> None:
    for activity in asked.withhold:
        if rows.get(REGISTER, f"activity/{activity}") is None:
            raise Problem(
                Code.UNKNOWN_ACTIVITY,
                "No activity is declared by this name.",
                advice="`ropa activity list` shows which are.",
                where=Where(field="withhold"),
            )
    if asked.request is None:
        return
    row = rows.get(REQUESTS, asked.request)
    if row is None or row.person not in group(rows, asked.person).persons:
        raise Problem(
            Code.UNKNOWN_REQUEST,
            "No request of this person is known by this id.",
            advice="See `ropa request list`; `ropa request confirm-identity` says whose it is.",
            where=Where(field="request"),
        )
    if all(kind.needs_data for kind in row.kinds):
        raise Problem(
            Code.REQUEST_KIND_NOT_ASKED,
            "The request does not ask for erasure.",
            advice=f"It asks for: {', '.join(sorted(row.kinds))}.",
            where=Where(field="request"),
        )
    if row.closed is not None and row.closed.how is not Closed.ANSWERED:
        raise Problem(
            Code.REQUEST_CLOSED,
            f"The request is closed: it was {row.closed.how}.",
            advice="Record a new request.",
            where=Where(field="request"),
        )
