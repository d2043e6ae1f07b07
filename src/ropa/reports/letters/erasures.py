"""The erasures that a request led to, as its answer tells of them."""

from collections.abc import Iterable, Iterator

from ropa.domain.person.forgetting import (
    ErasureCompleted,
    ErasureDecided,
    Informing,
    RecipientInformed,
)
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId, PersonId, RecipientId, RequestId
from ropa.kernel.view import Rows
from ropa.reports.entry import activity_of, entry_of
from ropa.reports.letters.model import Erasure, KeptBack, Named, Titled
from ropa.reports.sources import Sources


def erasures(
    sources: Sources, request: RequestId, persons: Iterable[PersonId]
) -> tuple[Erasure, ...]:
    """Give the erasures of a person's records that were decided for a request, in log order."""
    histories = [sources.events(person) for person in persons]
    made = {
        event.position: _erasure(sources, event, events)
        for events in histories
        for event in events
        if isinstance(event.data, ErasureDecided) and event.data.request == request
    }
    return tuple(made[position] for position in sorted(made))


def _erasure(
    sources: Sources, decision: Recorded[ErasureDecided], events: Iterable[Recorded[object]]
) -> Erasure:
    rows, data = sources.rows, decision.data
    completed, told = None, {}
    for event in events:
        found = event.data
        if isinstance(found, ErasureCompleted) and found.decision == decision.position:
            completed = sources.day(event.occurred_at)
        elif isinstance(found, RecipientInformed) and found.about == decision.position:
            told[found.recipient] = found.outcome
    return Erasure(
        decided=sources.day(decision.occurred_at),
        completed=completed,
        erased=tuple(_titled(rows, (unit.activity for unit in data.erased))),
        kept=tuple(
            KeptBack(of=_title(rows, activity), ground=ground, through=through)
            for activity, ground, through in dict.fromkeys(
                (one.activity, one.ground, one.through) for one in data.withheld
            )
        ),
        suppressed=tuple(_titled(rows, (one.activity for one in data.suppressed))),
        informed=tuple(
            _named(rows, one) for one, outcome in told.items() if outcome is Informing.INFORMED
        ),
        not_informed=tuple(
            _named(rows, one) for one, outcome in told.items() if outcome is not Informing.INFORMED
        ),
    )


def _titled(rows: Rows, activities: Iterable[ActivityId]) -> Iterator[Titled]:
    """Give each activity once, whatever its number of buckets."""
    return (_title(rows, activity) for activity in dict.fromkeys(activities))


def _title(rows: Rows, activity: ActivityId) -> Titled:
    entry = activity_of(rows, activity)
    declared = entry.activity if entry else None
    return Titled(activity=activity, title=declared.title if declared else None)


def _named(rows: Rows, recipient: RecipientId) -> Named:
    entry = entry_of(rows, f"recipient/{recipient}")
    declared = entry.recipient if entry else None
    return Named(
        recipient=recipient,
        name=declared.name if declared else None,
        category=declared.category if declared else None,
    )
