"""To whom each person's data went, and for which activity.

Read: disclosures. Key: person, recipient and activity, such as `6f0c…|parcel-carrier|contract`.
It answers: to whom did this person's data go; and whether a recipient was seen for an activity at
all, which takes one look into an index however large the register is.
"""

import msgspec
from msgspec.structs import replace

from ropa.domain.person.events import Disclosed
from ropa.kernel.categories import Category
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId, PersonId, RecipientId
from ropa.kernel.view import View
from ropa.views.people import At


class Disclosures(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The disclosures of one person's data to one recipient for one activity.

    Attributes:
        person: The person.
        recipient: The recipient.
        activity: The activity.
        first: The first of them in the order of the log.
        last: The last of them in the order of the log.
        count: How many there are.
        categories: The categories that were disclosed in any of them, sorted.
    """

    person: PersonId
    recipient: RecipientId
    activity: ActivityId
    first: At
    last: At
    count: int
    categories: tuple[Category, ...]


def pair(recipient: RecipientId, activity: ActivityId) -> str:
    """Give the value of the column `pair`."""
    return f"{recipient}|{activity}"


def key(recorded: Recorded[Disclosed]) -> str:
    """Give the key of the row that a disclosure belongs to."""
    return f"{recorded.subject}|{pair(recorded.data.recipient, recorded.data.activity)}"


def fold(row: Disclosures | None, recorded: Recorded[Disclosed]) -> Disclosures:
    """Give the disclosures after one more."""
    data = recorded.data
    now = At(recorded.occurred_at, recorded.position)
    if row is None:
        return Disclosures(
            person=recorded.subject or "",
            recipient=data.recipient,
            activity=data.activity,
            first=now,
            last=now,
            count=1,
            categories=tuple(sorted(set(data.categories))),
        )
    categories = tuple(sorted({*row.categories, *data.categories}))
    return replace(row, last=now, count=row.count + 1, categories=categories)


DISCLOSURES: View[Disclosures] = View(
    name="disclosures",
    version=1,
    reads=(Disclosed,),
    row=Disclosures,
    keys=lambda recorded: (key(recorded),),
    fold=fold,
    columns={
        "person": lambda row: row.person,
        "pair": lambda row: pair(row.recipient, row.activity),
    },
)
