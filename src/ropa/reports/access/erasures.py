"""What was erased of a person, and what is kept in spite of it (Art. 17)."""

from collections.abc import Iterator

from ropa.domain.person.forgetting import ErasureCompleted, ErasureDecided
from ropa.domain.request.events import RequestErasureDecided
from ropa.kernel.erasing import Unit
from ropa.kernel.fact import Recorded, fact_type
from ropa.reports.access.found import Found
from ropa.reports.access.happenings import Erasure
from ropa.reports.cell import Cell
from ropa.reports.sources import Sources


def erasures(sources: Sources, found: Found) -> tuple[Erasure, ...]:
    """Give the erasures of a person's values, in the order in which they were decided."""
    made = [*_of_records(found), *_of_requests(sources, found)]
    return tuple(sorted(made, key=lambda one: one.position))


def _of_records(found: Found) -> Iterator[Erasure]:
    completions: dict[int, Recorded[ErasureCompleted]] = {}
    for event in found.events:
        if isinstance(event.data, ErasureCompleted):
            completions.setdefault(event.data.decision, event)
    for event in found.events:
        if not isinstance(event.data, ErasureDecided):
            continue
        done = completions.get(event.position)
        yield Erasure(
            position=event.position,
            type=event.type,
            occurred_at=event.occurred_at,
            ground=event.data.ground,
            erased=event.data.erased,
            categories=event.data.categories,
            withheld=event.data.withheld,
            suppressed=tuple(one.activity for one in event.data.suppressed),
            completed=Cell(value=done.occurred_at, evidence=(event.position, done.position))
            if done
            else Cell(evidence=(event.position,)),
        )


def _of_requests(sources: Sources, found: Found) -> Iterator[Erasure]:
    """Give the erasures of what the person's requests said; only the latest of each is kept."""
    for request, row in found.requests.items():
        if row.erased is None:
            continue
        done = row.erased.completed
        behind = {row.received.position, row.person_by or row.received.position}
        whole = behind | {row.erased.position} | ({done} if done else set())
        yield Erasure(
            position=row.erased.position,
            type=fact_type(RequestErasureDecided).name,
            occurred_at=row.erased.at,
            ground=row.erased.ground,
            erased=tuple(Unit(activity=activity, bucket=request) for activity in row.sealed),
            categories=(),
            withheld=(),
            suppressed=(),
            completed=Cell(
                value=sources.at(done).occurred_at if done else None,
                evidence=tuple(sorted(whole)),
            ),
        )
