"""The transfers to third countries that an activity involves (Art. 30(1)(e))."""

from collections.abc import Iterator

from ropa.domain.activity.events import ActivityDeclared
from ropa.domain.recipient.events import RecipientDeclared
from ropa.kernel.ids import RecipientId
from ropa.kernel.view import Rows
from ropa.reports.article30.model import Recipient, RecipientTransfer
from ropa.reports.cell import Cell, Gap
from ropa.reports.countries import in_eea
from ropa.reports.entry import entry_of, required
from ropa.views.register import Entry


def transfers(
    rows: Rows, entry: Entry, declared: ActivityDeclared
) -> Cell[tuple[RecipientTransfer, ...]]:
    """Give the transfers of an activity: those of its recipients.

    A gap where that cannot be told: nobody has said to whom the data goes, in which country a
    recipient is, or what is transferred to one in a third country.
    """
    evidence = {*entry.behind("recipients"), *entry.behind("no_recipients")}
    evidence |= {*entry.behind("client")}
    found: list[RecipientTransfer] = []
    unknown = not declared.recipients and not declared.no_recipients
    for recipient in declared.recipients:
        other = entry_of(rows, f"recipient/{recipient}")
        if other is None or other.recipient is None:
            unknown = True
            continue
        evidence |= {*other.behind("transfers"), *other.behind("country")}
        unknown = unknown or _untold(other.recipient)
        found.extend(_of(recipient, other.recipient))
    return Cell(
        value=None if unknown else tuple(found),
        evidence=tuple(sorted(evidence)),
        gap=_gap(declared) if unknown else None,
    )


def is_open(recipient: Recipient) -> bool:
    """Tell whether a recipient gets data in a third country, or may, without a known safeguard."""
    if recipient.transfers:
        return any(one.safeguard.value is None for one in recipient.transfers)
    country = recipient.country.value
    return country is None or not in_eea(country)


def _untold(recipient: RecipientDeclared) -> bool:
    if recipient.transfers:
        return False
    return recipient.country is None or not in_eea(recipient.country)


def _of(recipient: RecipientId, declared: RecipientDeclared) -> Iterator[RecipientTransfer]:
    for one in declared.transfers:
        yield RecipientTransfer(
            recipient=recipient,
            country=one.country,
            safeguard=one.safeguard,
            documentation=one.documentation,
        )


def _gap(declared: ActivityDeclared) -> Gap:
    return required("30(2)(c)" if declared.client else "30(1)(e)")
