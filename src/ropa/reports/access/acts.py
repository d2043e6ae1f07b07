"""What was done with a person's data, and what the person did: the dated lists of the report."""

from typing import Any, NamedTuple

from ropa.domain.person.events import Disclosed, LookedUp, ReportMade
from ropa.domain.recipient.events import RecipientDeclared
from ropa.kernel.deadline import Calendar
from ropa.kernel.ids import Language, RecipientId
from ropa.kernel.view import Rows
from ropa.reports.access.found import Found
from ropa.reports.access.happenings import (
    Consent,
    Disclosure,
    KindDecided,
    LookUp,
    Made,
    Request,
    WordingShown,
)
from ropa.reports.access.shares import because
from ropa.reports.cell import Cell
from ropa.reports.entry import cell, entry_of, noted, required
from ropa.views.consents import Act
from ropa.views.register import wording
from ropa.views.requests import Request as Row


class _Known(NamedTuple):
    """What the register knows of a recipient."""

    name: Cell[str]
    kind: Cell[Any]
    country: Cell[str]
    third_countries: Cell[tuple[str, ...]]


def disclosures(rows: Rows, found: Found) -> tuple[Disclosure, ...]:
    """Give to whom data went, and when."""
    made = []
    known: dict[RecipientId, _Known] = {}
    for event in found.events:
        if not isinstance(event.data, Disclosed):
            continue
        recipient = event.data.recipient
        if recipient not in known:
            known[recipient] = _known(rows, recipient)
        to = known[recipient]
        made.append(
            Disclosure(
                position=event.position,
                recipient=recipient,
                name=because(to.name, event.position),
                kind=because(to.kind, event.position),
                country=because(to.country, event.position),
                third_countries=because(to.third_countries, event.position),
                activity=event.data.activity,
                categories=event.data.categories,
                occurred_at=event.occurred_at,
            )
        )
    return tuple(made)


def _known(rows: Rows, recipient: RecipientId) -> _Known:
    entry = entry_of(rows, f"recipient/{recipient}")
    return _Known(
        name=cell(entry, "name", required("15(1)(c)")),
        kind=cell(entry, "category"),
        country=cell(entry, "country", noted(None)),
        third_countries=Cell(
            value=third_countries(entry.recipient if entry else None),
            evidence=entry.behind("transfers") if entry else (),
        ),
    )


def third_countries(declared: RecipientDeclared | None) -> tuple[str, ...]:
    """Give the third countries that transfers to a recipient go to."""
    return tuple(one.country for one in declared.transfers) if declared else ()


def consents(rows: Rows, found: Found) -> tuple[Consent, ...]:
    """Give each consent and objection, with the wording that was shown."""
    made = [
        Consent(
            position=act.position,
            kind=act.kind,
            activity=activity,
            occurred_at=act.occurred_at,
            channel=act.channel,
            source=act.source,
            wording=wording_shown(rows, act),
        )
        for row in found.consents
        for activity, acts in row.acts.items()
        for act in acts
    ]
    return tuple(sorted(made, key=lambda one: one.position))


def wording_shown(rows: Rows, act: Act) -> Cell[WordingShown]:
    """Give the wording of a consent as a cell; a gap where it was never published."""
    if act.wording is None or act.language is None:
        return Cell(evidence=(act.position,))
    return because(
        published_wording(rows, act.wording.notice, act.wording.version, act.language),
        act.position,
    )


def published_wording(
    rows: Rows, notice: str, version: str, language: Language
) -> Cell[WordingShown]:
    """Give a published wording as a cell."""
    found = wording(entry_of(rows, f"notice/{notice}"), version, language)
    if found is None:
        return Cell(gap=required("7(1)"))
    shown = WordingShown(
        notice=notice,
        version=version,
        language=language,
        sha256=found.notice.sha256,
        text=found.notice.text,
    )
    return Cell(value=shown, evidence=(found.position,))


def look_ups(found: Found) -> tuple[LookUp, ...]:
    """Give when staff looked the person up, in which role and why; never who it was."""
    return tuple(
        LookUp(
            position=event.position,
            occurred_at=event.occurred_at,
            role=event.data.role,
            purpose=event.data.purpose,
            exception=event.data.exception,
            activities=event.data.activities,
        )
        for event in found.events
        if isinstance(event.data, LookedUp)
    )


def reports_made(found: Found) -> tuple[Made, ...]:
    """Give the reports that were made of the person."""
    return tuple(
        Made(
            position=event.position,
            report=event.data.report,
            occurred_at=event.occurred_at,
            language=event.data.language,
            sha256=event.data.sha256,
        )
        for event in found.events
        if isinstance(event.data, ReportMade)
    )


def requests(found: Found, calendar: Calendar) -> tuple[Request, ...]:
    """Give the person's requests, and what became of each kind."""
    ordered = sorted(found.requests.items(), key=lambda one: one[1].received.position)
    return tuple(_request(request, row, calendar) for request, row in ordered)


def _request(request: str, row: Row, calendar: Calendar) -> Request:
    whose = {row.received.position, row.person_by or row.received.position}
    behind = tuple(sorted(whose))
    closed = tuple(sorted({*whose, row.closed.position})) if row.closed else behind
    return Request(
        request=request,
        received=Cell(value=row.received.at, evidence=behind),
        due=Cell(
            value=calendar.limit(row.received.at, extended=row.extended is not None).due,
            evidence=tuple(sorted({*whose, row.extended.position})) if row.extended else behind,
        ),
        channel=Cell(value=row.channel, evidence=behind),
        kinds=tuple(
            KindDecided(
                kind=kind,
                outcome=Cell(
                    value=decided.outcome if decided else None,
                    evidence=tuple(sorted({*whose, decided.position})) if decided else behind,
                ),
                ground=Cell(
                    value=decided.ground if decided else None,
                    evidence=tuple(sorted({*whose, decided.position})) if decided else behind,
                ),
            )
            for kind in row.kinds
            for decided in (row.decided.get(kind),)
        ),
        closed=Cell(value=row.closed.how if row.closed else None, evidence=closed),
        closed_at=Cell(value=row.closed.at if row.closed else None, evidence=closed),
    )
