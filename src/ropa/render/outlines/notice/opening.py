"""The opening of a notice: what matters most, on less than a page."""

from collections.abc import Iterator
from dataclasses import replace

from ropa.render.document import (
    Block,
    Bullets,
    Callout,
    Cell,
    Facts,
    Mark,
    Paragraph,
    Section,
    Table,
)
from ropa.render.outlines.notice.scribe import NoticeScribe, lowered
from ropa.render.outlines.scribe import said
from ropa.reports.cell import Severity
from ropa.reports.notice.model import Notice
from ropa.reports.rights import Right

_SHORT = {"does": 5, "basis": 4, "kept": 6}
_FIRST = (
    Right.ACCESS,
    Right.RECTIFICATION,
    Right.ERASURE,
    Right.OBJECTION,
    Right.WITHDRAW_CONSENT,
)
"""The rights that the opening names."""


def opening(scribe: NoticeScribe, paper: Notice, detail: tuple[Section, ...]) -> Section:
    """Give the first section, made last: it tells what the others leave open."""
    words, found = scribe.words, paper.controller
    name = found.name.value or words("words/unknown-controller")
    blocks: list[Block] = [Paragraph(said(words("notice/what-lead", controller=name)))]
    if paper.version is None:
        blocks += _open(scribe, detail)
    if table := _in_short(scribe, paper, detail):
        blocks.append(table)
    blocks.append(Bullets(tuple(map(said, _most(scribe, paper)))))
    marketing = [
        scribe.titles[one.activity] for one in paper.activities if one.direct_marketing.value
    ]
    if marketing:
        # Art. 21(4): brought to attention explicitly, and apart from all else.
        text = words("notice/marketing", titles=words.listed(marketing))
        blocks.append(Callout(words("notice/marketing-title"), (said(text),)))
    return Section(id="what", title=words("notice/what"), blocks=tuple(blocks))


def _open(scribe: NoticeScribe, detail: tuple[Section, ...]) -> Iterator[Block]:
    """Give what the register leaves open: only a draft says so before all else."""
    words = scribe.words
    titles = {one.id: one.title for one in detail}
    titles |= {f"activity-{activity}": title for activity, title in scribe.titles.items()}
    gaps = [one for one in scribe.gaps if one.severity is not Severity.NOTE]
    if gaps:
        items = tuple(
            Cell((words("words/pair", one=titles[one.section], other=one.what),), link=one.section)
            for one in dict.fromkeys(gaps)
        )
        yield Callout(words("notice/open"), items, Mark.GAP)


def _in_short(scribe: NoticeScribe, paper: Notice, detail: tuple[Section, ...]) -> Table | None:
    """Give a line for each thing that data is used for, which leads to where it is told."""
    words = scribe.words
    kept = dict(_kept(scribe, detail))
    rows = []
    for one in paper.activities:
        if not one.housekeeping:
            section = f"activity-{one.activity}"
            bases = [words.label(each.basis.value) for each in one.bases if each.basis.value]
            title = Cell((scribe.titles[one.activity],), link=section)
            rows.append((title, said(*bases or (words("notice/open-basis"),)), kept[section]))
    return scribe.table("notice/short-caption", "notice/columns", _SHORT, rows) if rows else None


def _kept(scribe: NoticeScribe, detail: tuple[Section, ...]) -> Iterator[tuple[str, Cell]]:
    label = scribe.words("notice/labels/retention")
    for section in (one for outer in detail for one in outer.sections):
        for block in section.blocks:
            if isinstance(block, Facts):
                cell = dict(block.rows)[label]
                yield section.id, replace(cell, lines=cell.lines[:1])


def _most(scribe: NoticeScribe, paper: Notice) -> Iterator[str]:
    words, found = scribe.words, paper.controller
    names = [one.name.value or scribe.recipients[one.recipient] for one in paper.recipients]
    if names:
        yield words("notice/short-recipients", recipients=words.listed(names))
    elif all(one.recipients.gap is None for one in paper.activities):
        yield words("notice/short-nobody")
    transfers = [one.transfers for one in paper.activities]
    countries = dict.fromkeys(
        words.country(one.country) for cell in transfers for one in cell.value or ()
    )
    if countries:
        yield words("notice/short-transfers", countries=words.listed(countries))
    elif all(cell.gap is None for cell in transfers):
        yield words("notice/short-inside")
    given = {one.right for one in paper.rights}
    if rights := [lowered(words.label(one)) for one in _FIRST if one in given]:
        yield words("notice/short-rights", rights=words.listed(rights))
    if found.email.value:
        yield words("notice/short-contact", email=found.email.value)
