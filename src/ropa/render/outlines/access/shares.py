"""What each activity has to do with the person: why, on which basis, and every value."""

from collections.abc import Iterator

from ropa.domain.activity.events import Retention
from ropa.kernel.opening import Erased
from ropa.render.document import Block, Cell, Mark, Paragraph, Section, Table
from ropa.render.outlines.access.scribe import AccessScribe
from ropa.render.outlines.scribe import said
from ropa.reports.access.model import Access, Account, BasisUsed, Item, Kept, Share, Weighed

_ACCOUNTS = {"system": 3, "number": 4, "since": 3, "kept-for": 4}
_CURRENT = {"kind": 4, "value": 5, "from": 4, "since": 3, "kept": 4}
_EARLIER = {"kind": 4, "value": 5, "from": 4, "held": 4, "kept": 4}


def shares(scribe: AccessScribe, paper: Access) -> Section:
    """Give the person's data, activity by activity."""
    words = scribe.words
    inner = [_share(scribe, share) for share in paper.shares]
    if paper.accounts:
        inner.insert(0, _accounts(scribe, paper.accounts))
    return Section(
        id="data",
        title=words("access/data"),
        blocks=(Paragraph(said(words("access/data-lead"))),),
        sections=tuple(inner),
        new_page=True,
    )


def _accounts(scribe: AccessScribe, accounts: tuple[Account, ...]) -> Section:
    words = scribe.words
    rows = (
        (
            said(found.namespace),
            scribe.shown(found.number),
            said(words.date_of(found.since), evidence=(found.position,)),
            said(scribe.title(found.activity)),
        )
        for found in accounts
    )
    table = scribe.table("access/accounts-caption", "access/columns", _ACCOUNTS, rows)
    return Section(id="accounts", title=words("access/accounts"), blocks=(table,))


def _share(scribe: AccessScribe, share: Share) -> Section:
    words = scribe.words
    scribe.section = section = f"share-{share.activity}"
    current = [item for item in share.items if _current(item)]
    earlier = [item for item in share.items if not _current(item)]
    blocks: list[Block] = [scribe.facts("access", _about(scribe, share))]
    if current:
        blocks.append(_table(scribe, "current", current, share))
    if earlier:
        blocks.append(_table(scribe, "earlier", earlier, share))
    if not share.items:
        blocks.append(Paragraph(said(words("access/no-values"), mark=Mark.QUIET)))
    return Section(id=section, title=scribe.title(share.activity), blocks=tuple(blocks))


def _current(item: Item) -> bool:
    return item.ended.value is None and not isinstance(item.value.value, Erased)


def _about(scribe: AccessScribe, share: Share) -> Iterator[tuple[str, Cell]]:
    words, state = scribe.words, scribe.state
    yield "purposes", state(share.purposes, scribe.locals, gap="purposes")
    for basis in share.bases:
        yield "bases", _basis(scribe, basis)
        source = state(basis.source, words.local, gap="basis-source")
        yield "basis-source", source
    yield "sources", state(share.sources, scribe.labels, gap="sources")
    yield "rule", state(share.rule, scribe.retention, gap="retention")
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


def _table(scribe: AccessScribe, which: str, items: list[Item], share: Share) -> Table:
    activity, above = share.activity, share.rule.value
    widths = _CURRENT if which == "current" else _EARLIER
    rows = (
        (
            said(scribe.words.label(item.category)),
            scribe.shown(item.value),
            _whence(scribe, item, own=item.carried_from == activity),
            _held(scribe, item),
            _kept(scribe, item, above),
        )
        for item in items
    )
    return scribe.table(f"access/{which}-caption", "access/columns", widths, rows)


def _whence(scribe: AccessScribe, item: Item, *, own: bool) -> Cell:
    """Give how a value came in and from which application; its own carrying over is no copying."""
    words = scribe.words
    if item.carried_from is None:  # a copy is as old as its origin, and its event is younger
        scribe.event(item.position, item.type, item.occurred_at, item.recorded_at)
    how = words.event(item.type) if item.channel is None else words.label(item.channel)
    lines = [words("words/bracket", one=how, other=item.source)]
    if item.carried_from is not None and not own:
        lines.append(words("access/copied", activity=scribe.title(item.carried_from)))
    return Cell(tuple(lines))


def _held(scribe: AccessScribe, item: Item) -> Cell:
    words = scribe.words
    since, ended = words.date_of(item.occurred_at), item.ended.value
    shown = item.value.value
    if ended is None and isinstance(shown, Erased):
        period = words("words/period", **{"from": since, "to": words.date(shown.on)})
        return Cell((period,), item.value.evidence)
    if ended is None:
        return Cell((since,))
    until = words.date_of(ended.at)
    period = words("words/period", **{"from": since, "to": until})
    return Cell((period, words.label(ended.kind)), item.ended.evidence)


def _kept(scribe: AccessScribe, item: Item, above: Retention | None) -> Cell:
    """Give the last day, or the rule; the rule that stands above the table is not repeated."""
    words = scribe.words
    if isinstance(item.value.value, Erased):
        return Cell((words("access/kept-no-more"),), item.value.evidence, Mark.QUIET)

    def lines(kept: Kept) -> list[str]:
        through = (kept.through,) if kept.through else ()
        said_of = [words("access/kept-through", day=words.date(day)) for day in through]
        if kept.rule != above:
            said_of.append(scribe.retention(kept.rule)[0])
        elif kept.through is None:
            said_of.append(words("access/kept-as-above"))
        if kept.started is not None:
            said_of.append(words("access/kept-counted", day=words.date(kept.started)))
        return said_of

    return scribe.state(item.kept, lines, gap="kept")
