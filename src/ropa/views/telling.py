"""Which recipients have to be told of a rectification, an erasure or a restriction (Art. 19).

Read: disclosures, corrections, restrictions, erasures, and what became of telling. Key: the
person. It answers: who still has to be told of what and since when, and who was told. The rule is
`ropa.domain.person.telling`, by which decisions go too.
"""

from datetime import datetime
from typing import Any, NamedTuple

from ropa.domain.person.events import ContactChanged, Disclosed, Restricted
from ropa.domain.person.forgetting import ErasureDecided, RecipientInformed
from ropa.domain.person.telling import Measure, Occasion, Task, Telling, after
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import PersonId, RecipientId
from ropa.kernel.view import Rows, View


def keys(recorded: Recorded[Any]) -> tuple[str, ...]:
    """Give the row's key; a change that corrects nothing is none of its business."""
    data = recorded.data
    if isinstance(data, ContactChanged) and not data.corrected:
        return ()
    return (recorded.subject or "",)


TELLING: View[Telling] = View(
    name="telling",
    version=1,
    reads=(ContactChanged, Disclosed, Restricted, ErasureDecided, RecipientInformed),
    row=Telling,
    keys=keys,
    fold=lambda row, recorded: after(row or Telling(), recorded),
    columns={"waiting": lambda row: int(row.waiting)},
)


class ToTell(NamedTuple):
    """A recipient that has to be told of a measure, or was.

    Attributes:
        at: When the measure was taken.
        about: The position of its event.
        person: Whose data it touched.
        recipient: The recipient.
        measure: What was done.
        task: For which activities the data went there, and what became of telling.
        evidence: The events behind all this, sorted: the measure, the first disclosures, erasures
            before which disclosures count no more, and what became of telling.
    """

    at: datetime
    about: int
    person: PersonId
    recipient: RecipientId
    measure: Measure
    task: Task
    evidence: tuple[int, ...]


def open_tasks(rows: Rows) -> list[ToTell]:
    """Give what recipients still have to be told of, the oldest measure first."""
    found = (one for person, row in rows.where(TELLING, waiting=1) for one in tasks(person, row))
    return sorted(one for one in found if one.task.told is None)


def all_tasks(rows: Rows) -> list[ToTell]:
    """Give everything that recipients have, or had, to be told of, the oldest measure first."""
    return sorted(one for person, row in rows.all(TELLING) for one in tasks(person, row))


def tasks(person: PersonId, row: Telling) -> list[ToTell]:
    """Give what recipients have, or had, to be told of one person's data."""
    return [
        ToTell(
            at=occasion.at,
            about=about,
            person=person,
            recipient=recipient,
            measure=occasion.measure,
            task=task,
            evidence=_behind(about, occasion, task),
        )
        for about, occasion in row.occasions.items()
        for recipient, task in occasion.tasks.items()
    ]


def _behind(about: int, occasion: Occasion, task: Task) -> tuple[int, ...]:
    erased = {one.position for one in occasion.activities.values() if one is not None}
    told = {task.told.position} if task.told else set()
    return tuple(sorted({about, *task.activities.values(), *erased, *told}))
