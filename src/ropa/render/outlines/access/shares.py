"""What each activity has to do with the person: why, on which basis, and every value."""

from collections.abc import Iterator

from ropa.kernel.categories import Category
from ropa.render.document import Block, Cell, Mark, Paragraph, Section
from ropa.render.outlines.access.items import current, keeping, tables
from ropa.render.outlines.access.scribe import AccessScribe
from ropa.render.outlines.scribe import said
from ropa.reports.access.model import Access, BasisUsed, Item, Share, Weighed

_ACCOUNTS = {"system": 3, "number": 4, "from": 4, "since": 3, "kept-for": 4}


def shares(scribe: AccessScribe, paper: Access) -> Section:
    """Give the person's data, activity by activity."""
    words = scribe.words
    told = {(account.position, account.activity) for account in paper.accounts}
    inner = [_share(scribe, share, told) for share in paper.shares]
    if paper.accounts:
        inner.insert(0, _accounts(scribe, paper))
    return Section(
        id="data",
        title=words("access/data"),
        blocks=(Paragraph(said(words("access/data-lead"))),),
        sections=tuple(inner),
        new_page=True,
    )


def _accounts(scribe: AccessScribe, paper: Access) -> Section:
    words = scribe.words
    rows = (
        {
            "system": said(found.namespace),
            "number": scribe.shown(found.number),
            "from": said(found.source),
            "since": said(words.date_of(found.since)),
            "kept-for": said(scribe.title(found.activity)),
        }
        for found in paper.accounts
    )
    table = scribe.rows("access/accounts-caption", _ACCOUNTS, rows)
    return Section(id="accounts", title=words("access/accounts"), blocks=(table,))


def _share(scribe: AccessScribe, share: Share, told: set[tuple[int, str]]) -> Section:
    words = scribe.words
    scribe.section = section = f"share-{share.activity}"
    left = [item for item in share.items if not _told(item, share, told)]
    blocks: list[Block] = [scribe.facts("access", _about(scribe, share))]
    if len(left) < len(share.items):
        blocks.append(Paragraph(said(words("access/numbers-above"))))
    blocks += tables(scribe, share, left)
    if not share.items:
        blocks.append(Paragraph(said(words("access/no-values"), mark=Mark.QUIET)))
    return Section(id=section, title=scribe.title(share.activity), blocks=tuple(blocks))


def _told(item: Item, share: Share, told: set[tuple[int, str]]) -> bool:
    """Tell whether an item is a number that stands among the numbers already."""
    number = item.category is Category.IDENTIFIER_ACCOUNT and current(item)
    return number and (item.position, share.activity) in told


def _about(scribe: AccessScribe, share: Share) -> Iterator[tuple[str, Cell]]:
    words, state = scribe.words, scribe.state
    yield "purposes", state(share.purposes, scribe.locals, gap="purposes")
    for basis in share.bases:
        yield "bases", _basis(scribe, basis)
        source = state(basis.source, words.local, gap="basis-source")
        yield "basis-source", source
    yield "sources", state(share.sources, scribe.labels, gap="sources")
    yield "rule", state(share.rule, scribe.retention, gap="retention")
    if (kept := keeping(scribe, share)) is not None:
        yield "kept", kept
    if share.objected.value is not None:
        yield "objected", state(share.objected, words.date_of, gap="other")
    if share.weighed.value is not None:
        yield "weighed", state(share.weighed, lambda one: _weighed(scribe, one), gap="other")
    if share.restricted.value is not None:
        yield "restricted", state(share.restricted, words.label, gap="other")
    if share.hold.value is not None:
        yield "hold", state(share.hold, words.label, gap="other")
    if share.ended.value is not None:
        yield "ended", state(share.ended, words.label, gap="other")


def _weighed(scribe: AccessScribe, found: Weighed) -> tuple[str, ...]:
    words = scribe.words
    day = words.date_of(found.at)
    line = words("words/on-day", what=words.label(found.outcome), day=day)
    return (line, *((words.label(found.ground),) if found.ground else ()))


def _basis(scribe: AccessScribe, found: BasisUsed) -> Cell:
    words = scribe.words
    basis = scribe.state(found.basis, words.label, gap="basis")
    parts = {"basis": basis.lines[0]}
    if found.since.value is not None:
        parts["since"] = words.date_of(found.since.value)
    if found.ended.value is not None:
        parts["ended"] = words.date_of(found.ended.value)
    elif not found.live.value:
        parts["denied"] = ""
    line = words("-".join(("access/basis", *list(parts)[1:])), **parts)
    cells = (found.basis, found.since, found.live, found.ended)
    evidence = tuple(sorted({position for cell in cells for position in cell.evidence}))
    return Cell((line, *basis.lines[1:]), evidence, basis.mark)
