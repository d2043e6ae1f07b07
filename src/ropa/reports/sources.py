"""What a paper is made from: rows and events as of a moment, and what may be opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ropa.kernel.deadline import Calendar
from ropa.kernel.fact import Recorded
from ropa.kernel.ids import ActivityId, Language, PersonId
from ropa.kernel.opening import Opened
from ropa.kernel.view import Rows
from ropa.reports.cell import Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All that a builder of a paper may look at; two equal ones give two equal papers.

    Attributes:
        rows: The rows of the views as of `as_of`.
        as_of: Up to where the log is read, the moment that it stands for, and the tree's root.
        printed_at: When the paper is made.
        language: The language that was asked for.
        calendar: How the people who read it count their days.
        register_events: Gives every event of controller, activities, recipients, notices and
            staff, in log order, up to `as_of` at least.
        events: Gives the events about a person, in log order, up to `as_of`: their history, their
            look-ups, and the requests in their name.
        at: Gives the event at a position.
        open: Opens what an event sealed for an activity, as the log stands at present.
        person: Whom a paper about one person is about; None where nobody was found.
        activity: The one activity that was asked for; None for all.
        since: The earlier moment of a difference.
        document: The random number of a paper that is handed out.
    """

    rows: Rows
    as_of: Point
    printed_at: datetime
    language: Language
    calendar: Calendar
    register_events: Callable[[], Sequence[Recorded[Any]]]
    events: Callable[[str], Sequence[Recorded[Any]]]
    at: Callable[[int], Recorded[Any]]
    open: Callable[[Recorded[Any], ActivityId], Opened]
    person: PersonId | None = None
    activity: ActivityId | None = None
    since: Point | None = None
    document: str | None = None

    def day(self, moment: datetime) -> date:
        """Give the local day of a moment."""
        return self.calendar.day(moment)
