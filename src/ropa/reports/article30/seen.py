"""What the log shows of an activity and the register does not declare."""

from ropa.domain.activity.events import ActivityDeclared
from ropa.domain.person.events import Disclosed
from ropa.kernel.fact import fact_type
from ropa.kernel.ids import ActivityId, RecipientId
from ropa.kernel.view import Rows
from ropa.reports.article30.model import UndeclaredRecipient
from ropa.reports.cell import Query, Seen, Tally
from ropa.views.disclosures import DISCLOSURES, pair
from ropa.views.people import At
from ropa.views.register import Entry, recipients


def undeclared(
    rows: Rows, entry: Entry, declared: ActivityDeclared
) -> tuple[UndeclaredRecipient, ...]:
    """Give the recipients that data went to for an activity which does not declare them.

    Only known recipients can be disclosed to: one look into an index for each of them is enough.
    """
    return tuple(
        UndeclaredRecipient(recipient=one.recipient, disclosures=tally)
        for other, one in recipients(rows)
        if one.recipient not in declared.recipients
        and (tally := _tally(rows, one.recipient, declared.activity, entry, other)) is not None
    )


def _tally(
    rows: Rows, recipient: RecipientId, activity: ActivityId, *behind: Entry
) -> Tally | None:
    count, first, last = 0, None, None
    for _, row in rows.where(DISCLOSURES, pair=pair(recipient, activity)):
        count += row.count
        first = row.first if first is None else min(first, row.first, key=_position)
        last = row.last if last is None else max(last, row.last, key=_position)
    if first is None or last is None:
        return None
    return Tally(
        count=count,
        first=Seen(position=first.position, occurred_at=first.at),
        last=Seen(position=last.position, occurred_at=last.at),
        query=Query(types=(fact_type(Disclosed).name,), activity=activity, recipient=recipient),
        evidence=tuple(sorted({one for entry in behind for one in entry.behind("recipients")})),
    )


def _position(at: At) -> int:
    return at.position
