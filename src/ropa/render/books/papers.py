"""The consent ledger and the plan of disposal as sheets."""

from collections.abc import Iterator
from datetime import date

from ropa.render.csv import Sheet
from ropa.render.document import Document
from ropa.render.outlines import values
from ropa.render.outlines.disposal import retention_plan
from ropa.render.outlines.ledger import ledger as ledger_outline
from ropa.render.words import Words
from ropa.reports.disposal.plan import Falling, Planned, RetentionPlan
from ropa.reports.ledger import Ledger
from ropa.reports.retention import Waiting


def overview(document: Document) -> Sheet:
    """Give what a paper is, whose and as of when."""
    return Sheet(("what", "said"), ((document.title, document.subtitle), *document.facts))


def ledger(paper: Ledger, words: Words) -> dict[str, Sheet]:
    """Give the sheets of the consent ledger."""
    counts = (
        (
            one.activity,
            words.local(one.title.value) if one.title.value else one.title.gap,
            one.direct_marketing.value,
            one.given.count,
            one.withdrawn.count,
            one.objected.count,
        )
        for one in paper.counts
    )
    bases = (
        (
            one.activity,
            basis.basis,
            words.local(basis.source.value) if basis.source.value else basis.source.gap,
            basis.records.count,
        )
        for one in paper.counts
        for basis in one.bases
    )
    months = (
        (one.month.first, one.given.count, one.withdrawn.count, one.objected.count)
        for one in paper.months
    )
    return {
        "overview": overview(ledger_outline(paper, words)),
        "consents": consents(paper, words),
        "by-month": Sheet(("month", "given", "withdrawn", "objected"), tuple(months)),
        "counts": Sheet(
            ("activity", "title", "direct_marketing", "given", "withdrawn", "objected"),
            tuple(counts),
        ),
        "running": Sheet(("activity", "basis", "source", "records"), tuple(bases)),
    }


def consents(paper: Ledger, _words: Words) -> Sheet:
    """Give the lines of the ledger, in the order of the log."""
    columns = (
        "occurred_on", "person", "activity", "act", "notice", "version", "language", "channel",
        "application", "actor", "recorded_on", "position",
    )  # fmt: skip
    return Sheet(
        columns,
        tuple(
            (
                one.occurred_at,
                one.person,
                one.activity,
                one.kind,
                one.notice,
                one.version,
                one.language,
                one.channel,
                one.source,
                one.actor,
                one.recorded_at,
                one.position,
            )
            for one in paper.entries
        ),
    )


def plan(paper: RetentionPlan, words: Words) -> dict[str, Sheet]:
    """Give the sheets of the plan of disposal."""
    return {
        "overview": overview(retention_plan(paper, words)),
        "plan": planned(paper, words),
    }


def planned(paper: RetentionPlan, words: Words) -> Sheet:
    """Give what falls due, by time and activity; a month or a year stands as its first day."""

    def rows() -> Iterator[tuple[object, ...]]:
        for one in paper.entries:
            rule = one.rule.value
            yield (
                one.month.first if one.month else date(one.year, 1, 1) if one.year else None,
                _state(one),
                one.activity,
                words.local(one.title) if one.title else None,
                "; ".join(values.retention(words, rule)) if rule else one.rule.gap,
                one.units.count,
                one.boxes.count,
            )

    return Sheet(("due", "state", "activity", "title", "rule", "units", "boxes"), tuple(rows()))


def _state(one: Planned) -> Falling | Waiting | None:
    if one.overdue:
        return Falling.OVERDUE
    if one.month:
        return Falling.MONTH
    return Falling.YEAR if one.year else one.waiting
