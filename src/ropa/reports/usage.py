"""Which categories of the register anything was ever recorded in."""

from collections.abc import Iterable, Iterator

from ropa.kernel.categories import Category
from ropa.kernel.ids import ActivityId
from ropa.kernel.view import Rows
from ropa.views.consents import CONSENTS
from ropa.views.people import PEOPLE
from ropa.views.register import entries
from ropa.views.requests import REQUESTS

Use = tuple[ActivityId, Category]

# An account is declared for the breach that one hopes never to have.
_NOT_TOLD = frozenset({Category.INCIDENT_ACCOUNT})


def unused(rows: Rows, declared: Iterable[Use]) -> set[Use]:
    """Give the declared categories of activities in which nothing was ever recorded.

    Rows are read one by one and only until all are seen: where everything is used, that is after
    the first few, however many persons there are.
    """
    clear = frozenset(_in_clear_fields(rows)) | _NOT_TOLD
    wanted = {use for use in declared if use[1] not in clear}
    for uses in _recorded(rows):
        if not wanted:
            break
        wanted.difference_update(uses)
    return wanted


def _in_clear_fields(rows: Rows) -> Iterator[Category]:
    """Give the categories that clear fields tell of, for whatever activity."""
    if next(rows.all(CONSENTS), None) is not None:
        yield Category.CONSENT_FACT
    if any(entry.staff for entry in entries(rows, "staff")):
        yield Category.STAFF_ROLE
    if any(request.identity_confirmed for _, request in rows.all(REQUESTS)):
        yield Category.IDENTITY_CHECK


def _recorded(rows: Rows) -> Iterator[Iterator[Use]]:
    for entry in entries(rows, "staff"):
        if entry.staff is not None:
            yield _pairs(entry.staff.sealed)
    for _, request in rows.all(REQUESTS):
        yield _pairs(request.sealed)
    for _, person in rows.all(PEOPLE):
        yield (
            (activity, category)
            for activity, part in person.parts.items()
            for category, held in part.held.items()
            if held.position is not None
        )


def _pairs(sealed: dict[ActivityId, tuple[Category, ...]]) -> Iterator[Use]:
    return ((activity, one) for activity, categories in sealed.items() for one in categories)
