"""What an erasure that is asked for would take, and what law lets stay (Art. 17)."""

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from ropa.domain.person.forgetting import Suppressed
from ropa.domain.request.events import RequestKind
from ropa.kernel.deadline import Calendar
from ropa.kernel.erasing import Unit, Withheld, WithholdingGround
from ropa.kernel.ids import ActivityId, PersonId, RequestId
from ropa.kernel.law import Duty, LegalBasis
from ropa.kernel.view import Rows
from ropa.reports.disposal.units import Due, Rules, of_person, of_request
from ropa.reports.entry import activity_of
from ropa.reports.standing import Standing
from ropa.views.aliases import group
from ropa.views.people import PEOPLE, Part, Person
from ropa.views.requests import REQUESTS

_KEPT_BY_LAW = {
    LegalBasis.LEGAL_OBLIGATION: WithholdingGround.LEGAL_OBLIGATION,
    LegalBasis.PUBLIC_TASK: WithholdingGround.LEGAL_OBLIGATION,
}
"""The bases on which values are withheld (Art. 17(3)(b))."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure does with one retention unit of one record.

    Attributes:
        unit: The unit.
        boxes: How many boxes it has: vouchers, for instance.
        withheld: Why and until when it is kept; None where it goes.
        on_hold: Whether a hold forbids that it goes.
    """

    unit: Unit
    boxes: int
    withheld: Withheld | None = None
    on_hold: bool = False


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure does with one record of a person.

    Attributes:
        person: The record.
        units: The units that hold something, by activity and bucket.
        suppressed: The marketing that the erased addresses are shut out from.
    """

    person: PersonId
    units: tuple[Planned, ...]
    suppressed: tuple[Suppressed, ...] = ()

    def erased(self) -> tuple[Unit, ...]:
        """Give the units that go."""
        return tuple(one.unit for one in self.units if one.withheld is None)

    def withheld(self) -> tuple[Withheld, ...]:
        """Give the units that stay."""
        return tuple(one.withheld for one in self.units if one.withheld is not None)


def plans(
    rows: Rows,
    person: PersonId,
    *,
    calendar: Calendar,
    today: date,
    withhold: Mapping[ActivityId, WithholdingGround],
) -> tuple[Plan, ...]:
    """Give what an erasure does with each record of a person; it covers all of them.

    What law obliges to keep is withheld for as long as its rule says (Art. 17(3)(b)). That the
    register can show compliance (Art. 5(2)) needs no personal value: what is sealed for that duty
    goes as well, and the events stay, which name nobody.

    Args:
        rows: The rows of the views.
        person: One of the person's records.
        calendar: How days are counted.
        today: The local day.
        withhold: Further activities whose values are to be kept, and why (Art. 17(3)).
    """
    rules = Rules(rows, calendar)
    records = _records(rows, person)
    standings = _standings(rows, records)
    shut_out = tuple(_suppressed(rows, standings, calendar))
    held = {name for name, standing in standings.items() if standing.hold()}

    def planned(one: PersonId, row: Person) -> Iterator[Planned]:
        for due in of_person(rules, one, row):
            if not due.categories:
                ground = withhold.get(due.activity) or _kept_by_law(rules, due.activity)
                kept = _withheld(due, ground) if ground and not due.is_due(today) else None
                yield _planned(due, kept, on_hold=kept is None and due.activity in held)
        # To answer a request is a duty, and the answer can be disputed.
        for request, found in rows.where(REQUESTS, person=one):
            for due in of_request(rules, request, found):
                yield _planned(due, _withheld(due, WithholdingGround.LEGAL_OBLIGATION))

    return tuple(
        Plan(person=one, units=tuple(planned(one, row)), suppressed=shut_out)
        for one, row in records.items()
    )


def _planned(due: Due, withheld: Withheld | None, *, on_hold: bool = False) -> Planned:
    unit = Unit(activity=due.activity, bucket=due.bucket)
    return Planned(unit=unit, boxes=due.boxes, withheld=withheld, on_hold=on_hold)


def _withheld(due: Due, ground: WithholdingGround) -> Withheld:
    return Withheld(activity=due.activity, bucket=due.bucket, ground=ground, through=due.through)


def _kept_by_law(rules: Rules, activity: ActivityId) -> WithholdingGround | None:
    declared = rules.declared(activity)
    for basis in declared.bases if declared else ():
        if basis.duty is not Duty.ACCOUNTABILITY and basis.basis in _KEPT_BY_LAW:
            return _KEPT_BY_LAW[basis.basis]
    return None


def suppressions(rows: Rows, person: PersonId, calendar: Calendar) -> tuple[Suppressed, ...]:
    """Give the marketing that a person's addresses are shut out from once they are erased."""
    return tuple(_suppressed(rows, _standings(rows, _records(rows, person)), calendar))


def unanswered(
    rows: Rows, person: PersonId, besides: RequestId | None
) -> Iterator[tuple[RequestId, tuple[RequestKind, ...]]]:
    """Give a person's open requests whose answers may need what an erasure takes, with what for.

    Args:
        rows: The rows of the views.
        person: One of the person's records.
        besides: The request that asks for the erasure: what else it asks for may need it too.
    """
    for one in group(rows, person).persons:
        for request, row in rows.where(REQUESTS, person=one, open=1):
            kinds = tuple(
                kind
                for kind in dict.fromkeys(row.kinds)
                if kind.needs_data and (request != besides or kind not in row.decided)
            )
            if kinds:
                yield request, kinds


def _records(rows: Rows, person: PersonId) -> dict[PersonId, Person]:
    return {one: rows.get(PEOPLE, one) or Person() for one in group(rows, person).persons}


def _standings(rows: Rows, records: Mapping[PersonId, Person]) -> dict[ActivityId, Standing]:
    parts: dict[ActivityId, list[Part]] = {}
    for row in records.values():
        for activity, part in row.parts.items():
            parts.setdefault(activity, []).append(part)
    return {
        activity: Standing(activity, tuple(found), activity_of(rows, activity))
        for activity, found in parts.items()
    }


def _suppressed(
    rows: Rows, standings: Mapping[ActivityId, Standing], calendar: Calendar
) -> Iterator[Suppressed]:
    for activity, standing in sorted(standings.items()):
        entry = activity_of(rows, activity)
        if entry is None or entry.activity is None or not entry.activity.direct_marketing:
            continue
        denied = standing.denied_at()
        if denied is not None:
            yield Suppressed(activity=activity, objected_on=calendar.day(denied))
