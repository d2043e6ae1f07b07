"""What data is used for, as a notice tells it: one purpose at a time."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from ropa.domain.activity.events import DataSource, Retention, RetentionStart
from ropa.kernel.law import LegalBasis
from ropa.render.document import Block, Cell, Mark, Paragraph, Section
from ropa.render.outlines import values
from ropa.render.outlines.notice.scribe import NoticeScribe, block_of, is_short
from ropa.render.outlines.scribe import OpenGap, said
from ropa.render.words import Words
from ropa.reports import cell as model
from ropa.reports.cell import Severity
from ropa.reports.notice.model import Notice, NoticeActivity

T = TypeVar("T")


def processing(scribe: NoticeScribe, paper: Notice) -> Section:
    """Give the section with a section for each processing activity."""
    words = scribe.words
    scribe.section = "processing"
    sections = [_activity(scribe, one) for one in paper.activities if not one.housekeeping]
    short = [one for one in paper.activities if one.housekeeping]
    if short:
        sections.append(_housekeeping(scribe, short))
    lead = said(words("notice/processing-lead"))
    if not sections:
        lead = said(words("article30/no-activities"), mark=Mark.GAP)
    return Section(
        id="processing",
        title=words("notice/processing"),
        blocks=(Paragraph(lead),),
        sections=tuple(sections),
    )


def _housekeeping(scribe: NoticeScribe, short: list[NoticeActivity]) -> Section:
    lead = (scribe.words("notice/housekeeping-lead"), *_must(scribe.words, short))
    sections = tuple(_activity(scribe, one) for one in short)
    blocks = (Paragraph(said(" ".join(lead))),)
    return Section(
        id="housekeeping",
        title=scribe.words("notice/housekeeping"),
        blocks=blocks,
        sections=sections,
    )


def _activity(scribe: NoticeScribe, found: NoticeActivity) -> Section:
    words = scribe.words
    scribe.section = section = f"activity-{found.activity}"

    def recipients(ids: Iterable[str]) -> list[str]:
        return [scribe.recipients.get(one, one) for one in ids]

    def sources(members: Iterable[DataSource]) -> list[str]:
        return [words(f"notice/sources/{one}") for one in members]

    purposes = block_of(scribe.state(found.purposes, scribe.locals, gap="purposes"))
    rows = [
        ("subjects", scribe.listed(scribe.state(found.subjects, scribe.labels, gap="subjects"))),
        (
            "categories",
            scribe.listed(scribe.state(found.categories, scribe.labels, gap="categories")),
        ),
        ("sources", scribe.listed(scribe.state(found.sources, sources, gap="sources"))),
        ("bases", _bases(scribe, found)),
        (
            "recipients",
            scribe.state(
                found.recipients, recipients, gap="recipients", nothing="article30/no-recipients"
            ),
        ),
        ("transfers", _transfers(scribe, found)),
        ("retention", _retention(scribe, found)),
    ]
    blocks: list[Block] = [purposes]
    if found.housekeeping:
        nothing = {"subjects", *(key for key in ("recipients",) if not _is_there(found.recipients))}
        rows = [row for row in rows if row[0] not in nothing]
    if not _is_there(found.transfers):
        rows = [row for row in rows if row[0] != "transfers"]
    blocks.append(scribe.facts("notice/labels", rows))
    if not found.housekeeping:
        must = _must(words, (found,))
        open_ = said(words("notice/must-unknown"), mark=Mark.GAP)
        blocks.append(Paragraph(said(" ".join(must)) if must else open_))
    return Section(
        id=section,
        title=scribe.titles[found.activity],
        blocks=tuple(blocks),
        together=is_short(blocks),
    )


def _is_there(cell: model.Cell[tuple[T, ...]]) -> bool:
    return bool(cell.value) or cell.gap is not None


def _bases(scribe: NoticeScribe, found: NoticeActivity) -> Cell:
    words = scribe.words
    lines: list[str] = []
    mark = Mark.PLAIN
    for one in found.bases:
        told = [scribe.state(one.basis, words.label, gap="basis")]
        if one.basis.gap is None:
            told.append(scribe.state(one.source, words.local, gap="basis-source"))
        if one.basis.value is LegalBasis.LEGITIMATE_INTEREST:
            told.append(said(words("notice/interest")))
        lines += [line for cell in told for line in cell.lines]
        if any(cell.mark is Mark.GAP for cell in told):
            mark = Mark.GAP
    return Cell(tuple(lines), mark=mark)


def _retention(scribe: NoticeScribe, found: NoticeActivity) -> Cell:
    words = scribe.words

    def told(rule: Retention) -> tuple[str, ...]:
        first, *rest = values.retention(words, rule)
        open_ended = not (rule.years or rule.months or rule.from_end_of_calendar_year)
        if open_ended and rule.start is RetentionStart.OBJECTION_OR_WITHDRAWAL:
            first = words("notice/until-no")
        return (first, *rest)

    lives = [one.lifetime_days for one in found.cookies]
    if found.retention.value is None and lives and all(one.gap is None for one in lives):
        return said(words("notice/cookies-live"))
    rule = found.retention.value
    cell = scribe.state(found.retention, told, gap="retention")
    if rule is None or rule.confirmed:
        return cell
    open_ = words("notice/unconfirmed")
    scribe.gaps.append(OpenGap(open_, scribe.section, Severity.REASON_NEEDED))
    return replace(cell, mark=Mark.GAP)


def _transfers(scribe: NoticeScribe, found: NoticeActivity) -> Cell:
    words = scribe.words
    if not found.transfers.value:
        nothing = "article30/no-transfers"
        return scribe.state(found.transfers, str, gap="transfers", nothing=nothing)
    lines: list[str] = []
    for one in found.transfers.value:
        rests = words.label(one.safeguard) if one.safeguard else words("notice/no-safeguard")
        name = scribe.recipients.get(one.recipient, one.recipient)
        country = words.country(one.country)
        lines.append(words("article30/transfer", country=country, recipient=name, safeguard=rests))
        lines += [words.local(one.documentation)] if one.documentation else []
        if one.safeguard is None:
            scribe.gaps.append(OpenGap(rests, scribe.section, Severity.ERROR))
    told = all(one.safeguard for one in found.transfers.value)
    return Cell(tuple(lines), mark=Mark.PLAIN if told else Mark.GAP)


def _must(words: Words, found: Iterable[NoticeActivity]) -> list[str]:
    """Give whether one has to provide the data, and what follows if not (Art. 13(2)(e))."""
    bases = dict.fromkeys(
        each.basis.value for one in found for each in one.bases if each.basis.value
    )
    return [words(f"notice/must/{basis}") for basis in bases]
