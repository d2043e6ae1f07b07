"""Which recipients were told of what was done with the person's data (Art. 19, last sentence)."""

from ropa.kernel.view import Rows
from ropa.reports.access.found import Found
from ropa.reports.access.happenings import Informed
from ropa.reports.access.shares import because
from ropa.reports.cell import Cell
from ropa.reports.entry import cell, entry_of, required
from ropa.views.telling import TELLING, ToTell, tasks


def informed(rows: Rows, found: Found) -> tuple[Informed, ...]:
    """Give what became of telling each recipient, those not told yet among them, oldest first."""
    types = {event.position: event.type for event in found.events}
    listed = (
        one
        for person in found.group.persons
        if (row := rows.get(TELLING, person)) is not None
        for one in tasks(person, row)
    )
    return tuple(_informed(rows, one, types[one.about]) for one in sorted(listed))


def _informed(rows: Rows, one: ToTell, kind: str) -> Informed:
    told, evidence = one.task.told, one.evidence
    name = cell(entry_of(rows, f"recipient/{one.recipient}"), "name", required("15(1)(c)"))
    return Informed(
        position=one.about,
        type=kind,
        occurred_at=one.at,
        measure=one.measure,
        recipient=one.recipient,
        name=because(name, *evidence),
        activities=Cell(value=tuple(sorted(one.task.activities)), evidence=evidence),
        outcome=Cell(value=told.outcome if told else None, evidence=evidence),
        reason=Cell(value=told.reason if told else None, evidence=evidence),
        on=Cell(value=told.at if told else None, evidence=evidence),
    )
