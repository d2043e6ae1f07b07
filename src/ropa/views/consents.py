"""Each person's consents: given, withdrawn, and objections, as they came in.

Read: the three events. Key: the person's id. It answers, from events alone: was X consented to
at time T, to which wording, in which language, how, by whom; and when was it withdrawn.
"""

from datetime import datetime
from enum import StrEnum
from typing import assert_never

import msgspec
from msgspec.structs import replace

from ropa.domain.person.events import ConsentGiven, ConsentWithdrawn, NoticeVersion, Objected
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId, Channel, Language, PersonId
from ropa.kernel.view import Rows, View
from ropa.views.aliases import group


class ActKind(StrEnum):
    """What a person did about a consent."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"


class Act(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A consent given or withdrawn, or an objection.

    Attributes:
        kind: What was done.
        position: The event.
        occurred_at: When it happened, as the source says.
        recorded_at: When the log recorded it.
        channel: How it was done.
        source: The application that reported it.
        actor: Who did it.
        wording: The wording that was shown, for a consent given.
        language: The language in which it was shown.
        notice: The privacy notice that was shown beside it.
    """

    kind: ActKind
    position: int
    occurred_at: datetime
    recorded_at: datetime
    channel: Channel
    source: str
    actor: str
    wording: NoticeVersion | None = None
    language: Language | None = None
    notice: NoticeVersion | None = None


class Consents(msgspec.Struct, frozen=True, array_like=True):
    """A person's acts by activity, in the order of the log."""

    acts: dict[ActivityId, tuple[Act, ...]] = {}


class Consented(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a consent was in force at a moment.

    Attributes:
        given: The latest consent up to the moment; None where there was none.
        denied: The withdrawal or objection that ended it; None where it was in force.
    """

    given: Act | None
    denied: Act | None

    @property
    def in_force(self) -> bool:
        """Whether it was consented to."""
        return self.given is not None and self.denied is None


ConsentEvent = ConsentGiven | ConsentWithdrawn | Objected


def fold(row: Consents | None, recorded: Recorded[ConsentEvent]) -> Consents:
    """Give the person's acts after an event."""
    data = recorded.data
    act = Act(
        kind=_kind(data),
        position=recorded.position,
        occurred_at=recorded.occurred_at,
        recorded_at=recorded.recorded_at,
        channel=data.channel,
        source=recorded.source,
        actor=recorded.actor,
    )
    if isinstance(data, ConsentGiven):
        act = replace(act, wording=data.wording, language=data.language, notice=data.notice)
    acts = row.acts if row else {}
    return Consents({**acts, data.activity: (*acts.get(data.activity, ()), act)})


def _kind(data: ConsentEvent) -> ActKind:
    match data:
        case ConsentGiven():
            return ActKind.GIVEN
        case ConsentWithdrawn():
            return ActKind.WITHDRAWN
        case Objected():
            return ActKind.OBJECTED
        case _:
            assert_never(data)


def of_person(rows: Rows, person: PersonId) -> Consents:
    """Give the acts under all records that were found to be the person's, in log order."""
    acts: dict[ActivityId, tuple[Act, ...]] = {}
    for record in group(rows, person).persons:
        row = rows.get(CONSENTS, record)
        for activity, more in (row.acts if row else {}).items():
            joined = (*acts.get(activity, ()), *more)
            acts[activity] = tuple(sorted(joined, key=lambda act: act.position))
    return Consents(acts)


def consent_at(row: Consents | None, activity: ActivityId, moment: datetime) -> Consented:
    """Tell whether an activity was consented to at a moment, by when things occurred.

    Doubt means no consent: where consent and denial occurred at the same moment, the denial counts.
    """
    acts = row.acts.get(activity, ()) if row else ()
    past = sorted((act for act in acts if act.occurred_at <= moment), key=lambda a: a.occurred_at)
    given = next((act for act in reversed(past) if act.kind is ActKind.GIVEN), None)
    if given is None:
        return Consented(given=None, denied=None)
    denied = (
        act
        for act in past
        if act.kind is not ActKind.GIVEN and act.occurred_at >= given.occurred_at
    )
    return Consented(given=given, denied=next(denied, None))


CONSENTS: View[Consents] = View(
    name="consents",
    version=1,
    reads=(ConsentGiven, ConsentWithdrawn, Objected),
    row=Consents,
    keys=lambda recorded: (recorded.subject or "",),
    fold=fold,
)
