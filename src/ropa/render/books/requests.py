"""The log of requests as sheets."""

from collections.abc import Iterator

from ropa.render.books.papers import overview
from ropa.render.csv import Sheet
from ropa.render.outlines.requests import requests as outline
from ropa.render.words import Words
from ropa.reports.requests import Asked, RequestEntry, Requests

_COLUMNS = (
    "request", "person", "received", "channel", "asked_for", "outcome", "ground", "decided_on",
    "identity_asked_on", "identity_shown_on", "identity_shown_by", "legal_date", "safe_date",
    "extended_on", "extended_because", "time_limit", "how_closed", "closed_on", "refused_because",
    "days", "evidence",
)  # fmt: skip


def requests(paper: Requests, words: Words) -> dict[str, Sheet]:
    """Give the sheets of the log of requests; a month stands there as its first day."""
    months = (
        (
            one.month.first,
            one.counts.received.value,
            one.counts.kept.value,
            one.counts.late.value,
            one.counts.open.value,
            one.counts.overdue.value,
            one.counts.taken_back.value,
        )
        for one in paper.months
    )
    columns = ("month", "received_count", "kept", "late", "open", "overdue", "taken_back")
    return {
        "overview": overview(outline(paper, words)),
        "requests": rows(paper, words),
        "by-month": Sheet(columns, tuple(months)),
    }


def rows(paper: Requests, _words: Words) -> Sheet:
    """Give one row for each right that a request asks to exercise, in the order of receipt."""
    return Sheet(
        _COLUMNS, tuple(_row(entry, one) for entry in paper.entries for one in entry.asked)
    )


def _row(entry: RequestEntry, one: Asked) -> tuple[object, ...]:
    decided, closed, extended = one.decision.value, entry.closed.value, entry.extended.value
    asked = entry.identity.value and entry.identity.value.asked
    shown = entry.identity.value and entry.identity.value.confirmed
    return (
        entry.request,
        entry.person.value,
        entry.received.value,
        entry.channel.value,
        one.kind,
        decided and decided.outcome,
        decided and decided.ground,
        decided and decided.at,
        asked and asked.at,
        shown and shown.at,
        shown and shown.method,
        entry.due.value,
        entry.safe.value,
        extended and extended.at,
        extended and extended.reason,
        entry.state.value,
        closed and closed.how,
        closed and closed.at,
        closed and closed.ground,
        entry.days.value,
        " ".join(map(str, sorted(set(_evidence(entry, one))))),
    )


def _evidence(entry: RequestEntry, one: Asked) -> Iterator[int]:
    for cell in (entry.person, entry.identity, entry.extended, entry.closed, one.decision):
        yield from cell.evidence
