"""Builds a letter about a request, from what is recorded of the request."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from ropa.domain.person.events import ReportMade
from ropa.domain.request.decider import Closed
from ropa.domain.request.events import Outcome, RequestKind
from ropa.kernel.ids import PersonId, RequestId
from ropa.kernel.problem import Code, Problem, Where
from ropa.reports.entry import entry_of, head
from ropa.reports.letters.addressee import addressee
from ropa.reports.letters.erasures import erasures
from ropa.reports.letters.model import (
    Answer,
    Body,
    Decided,
    Extension,
    Identity,
    Letter,
    LetterKind,
    Receipt,
    Refusal,
    Sender,
)
from ropa.reports.sources import Sources
from ropa.views.aliases import group
from ropa.views.requests import REQUESTS, Request

_PAPERS = MappingProxyType({RequestKind.ACCESS: "access", RequestKind.PORTABILITY: "portability"})
"""The report that carries a right out, where a paper does."""


def build(sources: Sources, request: RequestId, kind: LetterKind) -> Letter:
    """Build a letter of a kind about a request.

    Raises:
        Problem: `unknown-request`; where what the letter tells is not recorded,
            `request-not-decided` or `not-found`; `request-closed` where it came out otherwise.
    """
    row = sources.rows.get(REQUESTS, request)
    if row is None:
        raise Problem(
            Code.UNKNOWN_REQUEST,
            "No request is known by this id.",
            advice="Record its receipt first, or see `ropa request list`.",
            where=Where(field="REQUEST"),
        )
    body = _BODIES[kind](sources, request, row)
    entry = entry_of(sources.rows, "controller")
    declared = entry.controller if entry else None
    return Letter(
        head=head(name_of(kind), sources, document=sources.document),
        request=request,
        person=row.person,
        sender=Sender(
            name=declared.name if declared else None,
            organisation_number=declared.organisation_number if declared else None,
            address=declared.address if declared else None,
            email=declared.email if declared else None,
            phone=declared.phone if declared else None,
            website=declared.website if declared else None,
            officer=declared.data_protection_officer if declared else None,
        ),
        addressee=addressee(
            sources,
            row,
            home=declared.country if declared else None,
            doubted=kind is LetterKind.IDENTITY,
        ),
        authority=declared.complaint_authority if declared else None,
        day=sources.day(sources.printed_at),
        received=sources.day(row.received.at),
        kinds=row.kinds,
        body=body,
    )


def name_of(kind: LetterKind) -> str:
    """Give the name under which a letter is recorded as a paper that was made."""
    return f"letter-{kind}"


def _receipt(sources: Sources, _request: RequestId, row: Request) -> Receipt:
    extended, closed = row.extended is not None, row.closed
    due = sources.calendar.limit(row.received.at, extended=extended).due
    return Receipt(
        due=due,
        extended=extended,
        overdue=sources.day(sources.printed_at) > due,
        closed=closed.how if closed else None,
        closed_on=sources.day(closed.at) if closed else None,
    )


def _identity(_sources: Sources, _request: RequestId, row: Request) -> Identity:
    if row.identity_asked is None:
        raise _unrecorded("that the requester is asked who they are", "ask-identity")
    return Identity()


def _extension(sources: Sources, _request: RequestId, row: Request) -> Extension:
    if row.extended is None:
        raise _unrecorded("that the time limit is extended", "extend")
    return Extension(
        reason=row.extended.reason,
        told=sources.day(row.extended.at),
        due=sources.calendar.limit(row.received.at, extended=True).due,
    )


def _answer(sources: Sources, request: RequestId, row: Request) -> Answer:
    if row.closed is not None and row.closed.how is not Closed.ANSWERED:
        how = row.closed.how
        raise Problem(
            Code.REQUEST_CLOSED,
            f"There is no answer to the request: it was {how}.",
            advice="Make the letter `refusal`." if how is Closed.REFUSED else "",
        )
    if waiting := [kind for kind in row.kinds if kind not in row.decided]:
        raise Problem(
            Code.REQUEST_NOT_DECIDED,
            f"Not decided yet: {', '.join(sorted(waiting))}.",
            advice="Decide each kind of the request first, by `ropa request decide`.",
        )
    persons = group(sources.rows, row.person).persons if row.person else ()
    return Answer(
        decided=tuple(_decided(sources, row, kind, persons) for kind in row.kinds),
        erasures=erasures(sources, request, persons),
        nobody=row.person is None and row.identity_confirmed is not None,
    )


def _decided(
    sources: Sources, row: Request, kind: RequestKind, persons: Iterable[PersonId]
) -> Decided:
    decision = row.decided[kind]
    paper = None if decision.outcome is Outcome.NOT_GRANTED else _PAPERS.get(kind)
    made = [
        event
        for one in persons
        for event in (sources.events(one) if paper else ())
        if isinstance(event.data, ReportMade)
        and event.data.report == paper
        and event.occurred_at >= row.received.at
        and (row.closed is None or event.position < row.closed.position)
    ]
    last = max(made, key=lambda event: event.position, default=None)
    return Decided(
        kind=kind,
        outcome=decision.outcome,
        ground=decision.ground,
        paper=last.data.report if last else None,
        made=sources.day(last.occurred_at) if last else None,
    )


def _refusal(sources: Sources, _request: RequestId, row: Request) -> Refusal:
    closed = row.closed
    if closed is None or closed.ground is None:
        raise _unrecorded("that the request is refused as a whole", "refuse")
    return Refusal(ground=closed.ground, on=sources.day(closed.at))


def _unrecorded(what: str, command: str) -> Problem:
    return Problem(
        Code.NOT_FOUND,
        f"It is not recorded {what}.",
        advice=f"Record it first, by `ropa request {command}`.",
    )


_BODIES: Mapping[LetterKind, Callable[[Sources, RequestId, Request], Body]] = MappingProxyType(
    {
        LetterKind.RECEIPT: _receipt,
        LetterKind.IDENTITY: _identity,
        LetterKind.EXTENSION: _extension,
        LetterKind.ANSWER: _answer,
        LetterKind.REFUSAL: _refusal,
    }
)
