"""Need to know: what somebody in a role is shown of a person (Art. 5(1)(f), 25, 32(4)).

Which activities a role works with, the register says today. The look-up is recorded first, and
names the activities that it opens; what opens them holds the keys of these and of no others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ropa.app.opening import Opening
from ropa.app.receipt import Receipt
from ropa.domain.person.events import RestrictionException, RestrictionGround
from ropa.kernel.categories import Category
from ropa.kernel.ids import ActivityId, Role
from ropa.kernel.opening import Damaged, NotPermitted, Opened, Restricted, Values
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.view import Rows
from ropa.reports.sources import Sources
from ropa.reports.standing import Standing
from ropa.views.aliases import group
from ropa.views.people import PEOPLE, Part, Person
from ropa.views.register import REGISTER
from ropa.views.register import activities as entries

_NOBODY = Person()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One value that an activity holds of a person, or why it is not shown.

    Attributes:
        activity: The activity that holds it.
        category: Its category.
        namespace: Of an application's number, whose it is; None for everything else.
        answer: The value under its category, or what there is instead.
        restricted: On which ground the processing is restricted; None where it is not.
        since: The local day from which it holds.
        position: The event whose box it lies in.
    """

    activity: ActivityId
    category: Category
    namespace: str | None
    answer: Opened
    restricted: RestrictionGround | None
    since: date
    position: int


@dataclass(frozen=True, slots=True)
class Look:
    """What a look-up came to.

    Attributes:
        receipt: That it is recorded.
        held: What the role's activities hold, by activity and category.
        others: How many activities hold something that the role is not shown.
    """

    receipt: Receipt
    held: tuple[Held, ...]
    others: int


class Scope:
    """What of a person lies within a role's work.

    Attributes:
        activities: The activities of the role that hold something; by each, the ground on which
            its processing is restricted for the person, or None.
        exception: Why what is restricted is shown all the same (Art. 18(2)); None where it is not,
            or where nothing is restricted.
        others: How many other activities hold something.
    """

    def __init__(
        self, rows: Rows, person: str, role: Role, exception: RestrictionException | None = None
    ) -> None:
        self._row = rows.get(PEOPLE, person) or _NOBODY
        holding = [name for name, part in sorted(self._row.parts.items()) if part.current()]
        permitted = activities_of(rows, role)
        self.activities: Mapping[ActivityId, RestrictionGround | None] = {
            name: restriction_of(rows, person, name) for name in holding if name in permitted
        }
        restricted = any(ground is not None for ground in self.activities.values())
        self.exception = exception if restricted else None
        self.others = len(holding) - len(self.activities)

    def open(self) -> tuple[ActivityId, ...]:
        """Give the activities whose values may be shown.

        What is restricted is shown only where one of the exceptions of Art. 18(2) is there.
        """
        return tuple(name for name, ground in self.activities.items() if self._shows(ground))

    def _shows(self, ground: RestrictionGround | None) -> bool:
        return ground is None or self.exception is not None

    def shown(self, sources: Sources, opening: Opening) -> Iterator[Held]:
        """Give what the activities hold; what is restricted is not opened but by an exception."""
        for activity, ground in self.activities.items():
            for category, namespace, position in _places(self._row, self._row.parts[activity]):
                event = sources.at(position)
                if activity not in event.sealed:
                    continue  # a number that was not given for this activity
                answer = opening(event, activity) if self._shows(ground) else Restricted()
                if isinstance(answer, Values) and category not in answer.values:
                    answer = NotPermitted()  # held still, but the register declares it no longer
                yield Held(
                    activity=activity,
                    category=category,
                    namespace=namespace,
                    answer=answer,
                    restricted=ground,
                    since=sources.day(event.occurred_at),
                    position=position,
                )


def activities_of(rows: Rows, role: Role) -> frozenset[ActivityId]:
    """Give the activities whose data a role's work needs, as the register says."""
    if role is Role.AUDITOR:
        # An auditor follows what was done with data, and is shown no value, whatever is declared.
        return frozenset()
    return frozenset(declared.activity for _, declared in entries(rows) if role in declared.roles)


def require_role(rows: Rows, actor: str, role: Role) -> None:
    """Refuse a member of staff who does not have the role; a program answers for its users.

    Raises:
        Problem: `not-permitted`.
    """
    entry = rows.get(REGISTER, f"staff/{actor}")
    if entry is not None and entry.staff is not None and role not in entry.staff.roles:
        raise Problem(
            Code.NOT_PERMITTED,
            f"The member of staff who is at work does not have the role {role}.",
            advice="`ropa staff list` shows who has which.",
            where=Where(field="role"),
        )


def name_of(sources: Sources, member: str) -> Opened:
    """Open the name of a member of staff: the last one that was given."""
    entry = sources.rows.get(REGISTER, f"staff/{member}")
    named = entry.staff if entry else None
    if named is not None:
        event = sources.at(named.named)
        for activity, categories in named.sealed.items():
            if Category.STAFF_NAME in categories:
                return sources.open(event, activity)
    return Damaged()


def restriction_of(rows: Rows, person: str, activity: ActivityId) -> RestrictionGround | None:
    """Give the ground of a restriction: one on any record of the person holds for the others."""
    records = (rows.get(PEOPLE, name) for name in group(rows, person).persons)
    parts = tuple(row.parts[activity] for row in records if row and activity in row.parts)
    found = Standing(activity, parts, None).restriction()
    return found.ground if found else None


def _places(row: Person, part: Part) -> Iterator[tuple[Category, str | None, int]]:
    """Give the categories, of numbers whose they are, and the events in whose boxes they lie."""
    accounts = {account.position: account.namespace for account in row.accounts}
    for category, position in sorted(part.current().items()):
        if category is Category.IDENTIFIER_ACCOUNT and position in accounts:
            # Each application has a number of its own, and none replaces another.
            for place, namespace in accounts.items():
                yield category, namespace, place
        else:
            yield category, None, position
