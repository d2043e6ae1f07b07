"""The first page of an access report: the essentials, for somebody who reads no further."""

from collections.abc import Callable
from typing import TypeVar

from ropa.kernel.categories import Category
from ropa.render.document import Block, Callout, Cell, Facts, Figures, Mark, Paragraph, Section
from ropa.render.outlines.access.scribe import AccessScribe
from ropa.render.outlines.scribe import said
from ropa.reports.access.model import Access, Plain
from ropa.reports.cell import Cell as Statement

T = TypeVar("T")


def person_name(paper: Access) -> str | None:
    """Give the person's name as last given, where the report shows one."""
    names = [
        (item.occurred_at, item.position, item.value.value.value)
        for share in paper.shares
        for item in share.items
        if item.category is Category.CONTACT_NAME
        and item.ended.value is None
        and isinstance(item.value.value, Plain)
        and isinstance(item.value.value.value, str)
    ]
    return max(names)[2] if names else None


def front(scribe: AccessScribe, paper: Access) -> Section:
    """Give the first page."""
    words = scribe.words
    blocks: list[Block] = [Paragraph(_held(scribe, paper))]
    if paper.held.value:
        blocks += [_figures(scribe, paper), _essentials(scribe, paper)]
    blocks.append(_what_you_can_do(scribe, paper))
    return Section(id="summary", title=words("access/summary"), blocks=tuple(blocks))


def _held(scribe: AccessScribe, paper: Access) -> Cell:
    words, values = scribe.words, paper.summary.values
    if not paper.held.value:
        return Cell((words("access/not-held"),), paper.held.evidence)
    if values.value or not paper.erasures:
        return Cell((words("access/held"),), paper.held.evidence)
    evidence = tuple(sorted({*paper.held.evidence, *values.evidence}))
    return Cell((words("access/all-erased"),), evidence)


def _figures(scribe: AccessScribe, paper: Access) -> Figures:
    words, found = scribe.words, paper.summary
    counts = (
        ("value", found.values.value or 0, found.values.evidence),
        ("purpose", len(found.activities.value or ()), found.activities.evidence),
        ("recipient", len(found.recipients.value or ()), found.recipients.evidence),
        ("look-up", found.look_ups.value or 0, found.look_ups.evidence),
    )
    return Figures(
        tuple(
            (Cell((words.number(n),), evidence), words.count(key, n)) for key, n, evidence in counts
        )
    )


def _essentials(scribe: AccessScribe, paper: Access) -> Facts:
    words, found = scribe.words, paper.summary
    names = {
        one.recipient: one.name.value or (words.local(one.kind.value) if one.kind.value else None)
        for one in paper.disclosures
    }
    received = {
        one.request: words.date_of(one.received.value)
        for one in paper.requests
        if one.received.value is not None
    }

    def recipients(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(names.get(one) or one for one in ids)

    def requests(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(received.get(one, one) for one in ids)

    def state(cell: Statement[T], say: Callable[[T], tuple[str, ...]], nothing: str) -> Cell:
        """Give a list on one line: the page has to hold it all."""
        return scribe.state(
            cell, lambda many: ", ".join(say(many)), gap="other", nothing=f"access/{nothing}"
        )

    return scribe.facts(
        "access",
        (
            ("used-for", state(found.activities, scribe.titles, "no-activities")),
            ("kinds", state(found.categories, scribe.labels, "no-categories")),
            ("recipients-in-brief", state(found.recipients, recipients, "no-recipients")),
            ("consents-in-brief", state(found.consents, scribe.titles, "no-consents")),
            ("objections-in-brief", state(found.objections, scribe.titles, "no-objections")),
            ("restrictions-in-brief", state(found.restrictions, scribe.titles, "no-restrictions")),
            *((("erased-in-brief", _erased(scribe, paper)),) if paper.erasures else ()),
            ("open-requests", state(found.open_requests, requests, "no-requests")),
            ("since", scribe.state(found.since, words.date_of, gap="since")),
        ),
    )


def _erased(scribe: AccessScribe, paper: Access) -> Cell:
    """Give the days on which something was erased, and for what it had been held."""
    words = scribe.words
    by_day: dict[str, list[str]] = {}
    for one in paper.erasures:
        names = by_day.setdefault(words.date_of(one.occurred_at), [])
        only = words.listed(scribe.labels(one.categories)) if one.categories else None
        for unit in one.erased:
            title = scribe.title(unit.activity)
            names.append(words("words/bracket", one=title, other=only) if only else title)
    lines = tuple(
        words("words/pair", one=day, other=", ".join(dict.fromkeys(names)))
        for day, names in by_day.items()
    )
    return Cell(lines, tuple(one.position for one in paper.erasures))


def _what_you_can_do(scribe: AccessScribe, paper: Access) -> Callout:
    words = scribe.words
    contact = scribe.text(paper.contact, "contact")
    authority = scribe.text(paper.complaint_authority, "complaint_authority")
    items = [
        cell
        if cell.mark is Mark.GAP
        else said(words(f"access/{key}", **{part: cell.lines[0]}), evidence=cell.evidence)
        for key, part, cell in (
            ("contact-line", "contact", contact),
            ("complaint-line", "authority", authority),
        )
    ]
    return Callout(words("access/contact"), tuple(items))
