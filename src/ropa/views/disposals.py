"""The erasures: what was decided to go, on which ground, and whether every file is rid of it.

Read: decisions on erasures and their completion. Key: the position of the decision and the history
that it lies in, so that rows come in the order of the log. It answers: what was disposed of, when
and on which ground; nothing of whom it was about but an id.
"""

from typing import assert_never

import msgspec
from msgspec.structs import replace

from ropa.domain.person.forgetting import ErasureCompleted, ErasureDecided
from ropa.domain.request.events import RequestErasureCompleted, RequestErasureDecided
from ropa.domain.staff.events import StaffErasureCompleted, StaffErasureDecided
from ropa.kernel.erasing import Bucket, ErasureGround
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId
from ropa.kernel.view import View
from ropa.views.people import At


class Disposal(msgspec.Struct, frozen=True, array_like=True):
    """An erasure.

    Attributes:
        stream: The history that it lies in, such as `person/6f0c…`.
        decided: The decision.
        ground: On which ground.
        units: What went, each as activity and bucket.
        completed: The event that says that it is carried out; None while it is pending.
    """

    stream: str
    decided: At
    ground: ErasureGround
    units: tuple[tuple[ActivityId, Bucket], ...]
    completed: At | None = None


DisposalEvent = (
    ErasureDecided
    | ErasureCompleted
    | RequestErasureDecided
    | RequestErasureCompleted
    | StaffErasureDecided
    | StaffErasureCompleted
)


def fold(row: Disposal | None, recorded: Recorded[DisposalEvent]) -> Disposal | None:
    """Give the erasure after an event."""
    data, at = recorded.data, At(recorded.occurred_at, recorded.position)
    match data:
        case ErasureDecided() | RequestErasureDecided() | StaffErasureDecided():
            units = tuple((unit.activity, unit.bucket) for unit in data.erased)
            return Disposal(recorded.stream, at, data.ground, units)
        case ErasureCompleted() | RequestErasureCompleted() | StaffErasureCompleted():
            return None if row is None else replace(row, completed=at)
        case _:
            assert_never(data)


def _keys(recorded: Recorded[DisposalEvent]) -> tuple[str, ...]:
    decision = getattr(recorded.data, "decision", recorded.position)
    return (f"{decision:012} {recorded.stream}",)


DISPOSALS: View[Disposal] = View(
    name="disposals",
    version=1,
    reads=(
        ErasureDecided,
        ErasureCompleted,
        RequestErasureDecided,
        RequestErasureCompleted,
        StaffErasureDecided,
        StaffErasureCompleted,
    ),
    row=Disposal,
    keys=_keys,
    fold=fold,
)
