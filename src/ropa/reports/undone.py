"""What was granted on a request and is not carried out, as far as the person's history tells."""

from collections.abc import Iterator

from ropa.domain.request.events import Outcome, RequestKind
from ropa.kernel.view import Rows
from ropa.views.aliases import group
from ropa.views.people import PEOPLE, Part
from ropa.views.requests import Request
from ropa.views.telling import TELLING


def undone(rows: Rows, request: Request) -> Iterator[RequestKind]:
    """Give the kinds that were granted although nothing of them stands in the person's history.

    Whether a value was corrected or a report handed out, a history does not tell; and nothing is
    told of somebody whom the register does not know.
    """
    parts = list(_parts(rows, request))
    for kind in request.kinds:
        decided = request.decided.get(kind)
        if decided is None or decided.outcome is Outcome.NOT_GRANTED or not parts:
            continue
        if _is_undone(kind, parts):
            yield kind


def untold(rows: Rows, request: Request) -> bool:
    """Tell whether recipients still have to be told of something about the person (Art. 19)."""
    found = (rows.get(TELLING, one) for one in _persons(rows, request))
    return any(row.waiting for row in found if row is not None)


def _is_undone(kind: RequestKind, parts: list[Part]) -> bool:
    match kind:
        case RequestKind.ERASURE:
            return not any(part.gone for part in parts)
        case RequestKind.RESTRICTION:
            return not any(part.restriction for part in parts)
        case RequestKind.OBJECTION:
            return not any(part.objected for part in parts)
        case RequestKind.CONSENT_WITHDRAWAL:
            return not any(part.withdrawn for part in parts)
        case _:
            return False


def _parts(rows: Rows, request: Request) -> Iterator[Part]:
    for one in _persons(rows, request):
        row = rows.get(PEOPLE, one)
        if row is not None:
            yield from row.parts.values()


def _persons(rows: Rows, request: Request) -> tuple[str, ...]:
    return group(rows, request.person).persons if request.person else ()
