"""What has happened with the person's data: disclosures, consents, requests, look-ups, reports."""

from collections.abc import Iterator
from typing import Any

from ropa.render.document import (
    Block,
    Cell,
    Happening,
    Mark,
    Paragraph,
    Section,
    Timeline,
)
from ropa.render.outlines import values
from ropa.render.outlines.access.scribe import AccessScribe
from ropa.render.outlines.scribe import said
from ropa.reports.access.happenings import (
    Consent,
    Disclosure,
    Erasure,
    Informed,
    KindDecided,
    Request,
)
from ropa.reports.access.model import Access

_DISCLOSURES = {"recipient": 5, "data": 4, "for": 4, "date": 3}
_INFORMED = {"date": 3, "measure": 5, "recipient": 5, "told": 5}
_ERASURES = {"date": 3, "erased": 4, "why": 5, "still-kept": 6}
_REQUESTS = {"received": 3, "asked": 5, "outcome": 5, "status": 3}
_LOOK_UPS = {"date": 4, "role": 3, "purpose": 4, "shown": 5}
_REPORTS = {"date": 5, "report": 4, "language": 3, "checksum": 9}


def events(scribe: AccessScribe, paper: Access) -> Iterator[Section]:
    """Give a section for each kind of event, the empty ones too: nothing is an answer."""
    yield _section(scribe, "disclosures", "no-disclosures", _disclosures(scribe, paper))
    if paper.informed:
        yield _section(scribe, "informed", "no-disclosures", _informed(scribe, paper))
    if paper.erasures:
        yield _section(scribe, "erasures", "no-values", _erasures(scribe, paper))
    yield _section(scribe, "consents", "no-consent-acts", _consents(scribe, paper))
    yield _section(scribe, "requests", "no-requests-made", _requests(scribe, paper))
    yield _section(scribe, "look-ups", "no-look-ups", _look_ups(scribe, paper))
    if paper.reports:
        yield _section(scribe, "reports", "no-reports", _reports(scribe, paper))


def _section(scribe: AccessScribe, name: str, nothing: str, block: Block | None) -> Section:
    if block is None:
        block = Paragraph(said(scribe.words(f"access/{nothing}"), mark=Mark.QUIET))
    return Section(id=name, title=scribe.words(f"access/{name}"), blocks=(block,))


def _disclosures(scribe: AccessScribe, paper: Access) -> Block | None:
    if not paper.disclosures:
        return None
    found: dict[tuple[Any, ...], list[Disclosure]] = {}
    for one in paper.disclosures:
        alike = (one.recipient, one.activity, one.categories)
        found.setdefault(alike, []).append(one)
    rows = (_disclosed(scribe, alike) for alike in found.values())
    return scribe.rows("access/disclosures-caption", _DISCLOSURES, rows)


def _disclosed(scribe: AccessScribe, alike: list[Disclosure]) -> dict[str, Cell]:
    """Give what one recipient received for one purpose, each time."""
    words, found = scribe.words, alike[0]
    name = scribe.text(found.name, "recipient-name")
    kind = scribe.state(found.kind, words.local, gap="category")
    places = [
        words.country(code)
        for code in (found.country.value, *(found.third_countries.value or ()))
        if code
    ]
    times = tuple(one.position for one in alike)
    cells = (name, kind, found.country, found.third_countries)
    behind = {position for cell in cells for position in cell.evidence}
    return {
        "recipient": Cell(
            (*name.lines, *kind.lines, *((words.listed(places),) if places else ())),
            tuple(sorted(behind.difference(times))),
            name.mark,
        ),
        "data": Cell(scribe.labels(found.categories)),
        "for": said(scribe.title(found.activity)),
        "date": Cell(tuple(words.date_of(one.occurred_at) for one in alike), times),
    }


def _informed(scribe: AccessScribe, paper: Access) -> Block:
    rows = (_told(scribe, found) for found in paper.informed)
    return scribe.table("access/informed-caption", "access/columns", _INFORMED, rows)


def _told(scribe: AccessScribe, found: Informed) -> tuple[Cell, ...]:
    words = scribe.words
    outcome = scribe.state(found.outcome, words.label, gap="other", nothing="access/not-informed")
    more = [words.label(found.reason.value)] if found.reason.value else []
    more += [words.date_of(found.on.value)] if found.on.value else []
    return (
        said(words.date_of(found.occurred_at), evidence=(found.position,)),
        said(words.label(found.measure), *scribe.titles(found.activities.value or ())),
        scribe.text(found.name, "recipient-name"),
        Cell((*outcome.lines, *more), outcome.evidence, outcome.mark),
    )


def _erasures(scribe: AccessScribe, paper: Access) -> Block:
    rows = (_erasure(scribe, found) for found in paper.erasures)
    return scribe.table("access/erasures-caption", "access/columns", _ERASURES, rows)


def _erasure(scribe: AccessScribe, found: Erasure) -> tuple[Cell, ...]:
    words = scribe.words

    def unit(activity: str, bucket: str) -> str:
        return values.unit(words, scribe.title(activity), bucket)

    kept = tuple(
        words("words/pair", one=unit(one.activity, one.bucket), other=values.kept(words, one))
        for one in found.withheld
    )
    if found.suppressed:
        stopped = words.listed(tuple(map(scribe.title, found.suppressed)))
        kept = (*kept, words("access/suppressed", activities=stopped))
    pending = scribe.state(
        found.completed,
        lambda at: words("access/erased-in-full", day=words.date_of(at)),
        gap="other",
        nothing="access/erasure-pending",
    )
    return (
        said(words.date_of(found.occurred_at), evidence=(found.position,)),
        Cell((*(unit(one.activity, one.bucket) for one in found.erased), *_only(scribe, found))),
        Cell((words.label(found.ground), *pending.lines), pending.evidence),
        Cell(kept or (words("access/nothing-kept"),), mark=Mark.PLAIN if kept else Mark.QUIET),
    )


def _only(scribe: AccessScribe, found: Erasure) -> tuple[str, ...]:
    """Give the categories that alone were erased, where it was not all."""
    if not found.categories:
        return ()
    names = scribe.words.listed(scribe.labels(found.categories))
    return (scribe.words("access/erased-only", categories=names),)


def _consents(scribe: AccessScribe, paper: Access) -> Block | None:
    if not paper.consents:
        return None
    return Timeline(tuple(_consent(scribe, found) for found in paper.consents))


def _consent(scribe: AccessScribe, found: Consent) -> Happening:
    words = scribe.words
    particulars = [
        ("for", said(scribe.title(found.activity))),
        ("how", said(words.label(found.channel))),
        ("reported-by", said(found.source)),
    ]
    shown = found.wording.value
    if shown is not None:
        version = words("words/of-version", notice=shown.notice, version=shown.version)
        lines = (
            shown.text or words("access/wording-long"),
            words("words/bracket", one=version, other=words(f"languages/{shown.language}")),
            words("words/pair", one=words.field("sha256"), other=shown.sha256),
        )
        particulars.append(("wording", Cell(lines, found.wording.evidence)))
    elif found.wording.gap is not None:
        particulars.append(("wording", scribe.state(found.wording, str, gap="wording")))
    return Happening(
        words.moment(found.occurred_at),
        said(words.label(found.kind), evidence=(found.position,)),
        tuple((words(f"access/{key}"), cell) for key, cell in particulars),
    )


def _requests(scribe: AccessScribe, paper: Access) -> Block | None:
    if not paper.requests:
        return None
    rows = (_request(scribe, found) for found in paper.requests)
    return scribe.table("access/requests-caption", "access/columns", _REQUESTS, rows)


def _request(scribe: AccessScribe, found: Request) -> tuple[Cell, ...]:
    words = scribe.words
    received = scribe.state(found.received, words.date_of, gap="other")
    channel = scribe.state(found.channel, words.label, gap="other")
    due = scribe.state(found.due, lambda day: words("access/due", day=words.date(day)), gap="other")
    closed = scribe.state(found.closed, words.label, gap="other", nothing="access/open")
    closed_at = (words.date_of(found.closed_at.value),) if found.closed_at.value else ()
    decided = [_decided(scribe, kind) for kind in found.kinds]
    return (
        Cell((*received.lines, *channel.lines, *due.lines), due.evidence),
        said(
            *scribe.labels(kind.kind for kind in found.kinds),
            words("access/reference", request=found.request),
        ),
        Cell(
            tuple(line for cell in decided for line in cell.lines),
            tuple(sorted({one for cell in decided for one in cell.evidence})),
        ),
        Cell((*closed.lines, *closed_at), closed.evidence),
    )


def _decided(scribe: AccessScribe, found: KindDecided) -> Cell:
    words = scribe.words
    outcome = scribe.state(found.outcome, words.label, gap="other", nothing="access/not-decided")
    ground = (words.label(found.ground.value),) if found.ground.value else ()
    evidence = tuple(sorted({*found.outcome.evidence, *found.ground.evidence}))
    return Cell((*outcome.lines, *ground), evidence)


def _look_ups(scribe: AccessScribe, paper: Access) -> Block | None:
    if not paper.look_ups:
        return None
    words = scribe.words
    rows = []
    for found in paper.look_ups:
        shown = scribe.titles(found.activities) or (words("access/nothing-shown"),)
        if found.exception is not None:
            why = words.label(found.exception)
            shown = (*shown, words("access/shown-although-restricted", exception=why))
        rows.append(
            (
                said(words.moment(found.occurred_at), evidence=(found.position,)),
                said(words.label(found.role)),
                said(words.label(found.purpose)),
                Cell(shown, mark=Mark.PLAIN if found.activities else Mark.QUIET),
            )
        )
    return scribe.table("access/look-ups-caption", "access/columns", _LOOK_UPS, rows)


def _reports(scribe: AccessScribe, paper: Access) -> Block:
    words = scribe.words
    rows = (
        (
            said(words.moment(found.occurred_at), evidence=(found.position,)),
            said(words(f"reports/{found.report}")),
            said(words.label(found.language)),
            said(found.sha256),
        )
        for found in paper.reports
    )
    return scribe.table("access/reports-caption", "access/columns", _REPORTS, rows)
