"""Subjects: whom a fact is about, found by an application's number or by the register's own id."""

from collections.abc import Callable

from ropa.app.ids import new_id
from ropa.app.proposing import Proposal
from ropa.domain.person.events import PersonRegistered
from ropa.domain.staff.events import StaffRegistered
from ropa.kernel.fact import Number
from ropa.kernel.problem import Code, Problem, Where
from ropa.vault import Kind, Sealing, account


class Subjects:
    """Tells whom the facts of a batch are about."""

    def __init__(self, sealing: Sealing, registered: Callable[[str], bool]) -> None:
        self._sealing = sealing
        self._registered = registered
        self._found: dict[Number, str] = {}

    def of(self, proposal: Proposal) -> str | None:
        """Give whom a fact is about, or None; somebody who is registered by it gets a new id.

        Raises:
            Problem: `unknown-subject`, `missing-field` or `malformed-envelope`.
        """
        given = proposal.fact.subject
        match proposal.kind.noun:
            case "person":
                return self._person(proposal)
            case "staff":
                if given is None and isinstance(proposal.fact.data, StaffRegistered):
                    return new_id()
                if isinstance(given, str):
                    return given
                raise _subject_missing("Give the id of the member of staff as the subject.")
            case "request":
                return None if given is None else self._resolved(given)
            case _:
                if given is not None:
                    raise Problem(
                        Code.MALFORMED_ENVELOPE,
                        "Events of this type are about nobody, and have no subject.",
                        where=Where(field="subject"),
                    )
                return None

    def _person(self, proposal: Proposal) -> str:
        given = proposal.fact.subject
        if given is None:
            raise _subject_missing("Give the application's own number as the subject.")
        if not isinstance(proposal.fact.data, PersonRegistered) or isinstance(given, str):
            return self._resolved(given)
        found = self.find(given)
        if found is None:
            found = new_id()
            self._sealing.newcomer(found)
        return found

    def _resolved(self, given: Number | str) -> str:
        found = self.find(given) if isinstance(given, Number) else given
        if found is None or not self._registered(found):
            raise Problem(
                Code.UNKNOWN_SUBJECT,
                "The subject is nobody that the register knows.",
                advice="Only person.registered.v1 makes a person: send it first.",
                where=Where(field="subject"),
            )
        return found

    def find(self, number: Number) -> str | None:
        """Give the person whom an application knows by a number, or None."""
        found = self._found.get(number)
        if found is None:
            # A crash between vault and log leaves a lookup that leads to nobody.
            owners = self._sealing.find(Kind.NUMBER, account(number))
            found = next((owner for owner in sorted(owners) if self._registered(owner)), None)
            if found is not None:
                self._found[number] = found
        return found


def _subject_missing(advice: str) -> Problem:
    return Problem(
        Code.MISSING_FIELD,
        "Events of this type are about somebody.",
        advice=advice,
        where=Where(field="subject"),
    )
