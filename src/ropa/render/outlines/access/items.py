"""The values of one activity in tables: each value a row, and each voucher with what is on it."""

from collections import defaultdict
from collections.abc import Iterator
from operator import attrgetter

from msgspec.structs import replace

from ropa.kernel.categories import Category
from ropa.kernel.ids import ActivityId
from ropa.kernel.opening import Erased
from ropa.render.document import Cell, Mark, Table
from ropa.render.outlines.access.scribe import AccessScribe
from ropa.render.outlines.values import Lines
from ropa.reports.access.model import Item, Kept, Plain, Share

_VALUES = {"kind": 4, "value": 7, "from": 5, "since": 3, "kept": 4}
_EARLIER = {"kind": 5, "value": 7, "from": 6, "held": 7, "kept": 5}
_VOUCHERS = {"voucher": 4, "amount": 4, "stands": 7, "from": 4, "kept": 4}
_NUMBER, _AMOUNT = Category.FINANCIAL_VOUCHER, Category.FINANCIAL_AMOUNT
_NAME = Category.CONTACT_NAME
_UNLABELLED = {_NAME, Category.CONTACT_ADDRESS, Category.CONTACT_EMAIL}
"""What is seen to be what it is, as it stands on a voucher."""

_ALIKE = ("category", "source", "channel", "type", "carried_from")


def current(item: Item) -> bool:
    """Tell whether a value still holds, and is held."""
    return item.ended.value is None and not isinstance(item.value.value, Erased)


def tables(scribe: AccessScribe, share: Share, items: list[Item]) -> Iterator[Table]:
    """Give the values that hold now, the vouchers, and what was held before."""
    on_vouchers = {item.position for item in items if item.category is _NUMBER}
    vouchers: defaultdict[int, list[Item]] = defaultdict(list)
    values: dict[bool, list[Item]] = {True: [], False: []}
    for item in _joined(items):
        if item.position in on_vouchers:
            vouchers[item.position].append(item)
        else:
            values[current(item)].append(item)
    differ = len(_ways(scribe, share)) > 1
    if values[True]:
        rows = [_value(scribe, item, share, "since") for item in values[True]]
        yield _table(scribe, "current", _VALUES, rows, differ=differ)
    if vouchers:
        newest = attrgetter("occurred_at", "position")
        ordered = sorted(vouchers.values(), key=lambda found: newest(found[0]), reverse=True)
        rows = [_voucher(scribe, found, share) for found in ordered]
        yield _table(scribe, "vouchers", _VOUCHERS, rows, differ=differ)
    if values[False]:
        rows = [_value(scribe, item, share, "held") for item in values[False]]
        yield _table(scribe, "earlier", _EARLIER, rows, differ=differ)


def _joined(items: list[Item]) -> Iterator[Item]:
    """Give the values, one that was given anew as it stood as one that went on holding."""
    newer: Item | None = None
    for item in items:
        if newer is not None and _goes_on(item, newer):
            evidence = tuple(sorted({*item.value.evidence, *newer.value.evidence}))
            newer = replace(
                newer,
                value=replace(newer.value, evidence=evidence),
                occurred_at=item.occurred_at,
            )
            continue
        if newer is not None:
            yield newer
        newer = item
    if newer is not None:
        yield newer


def _goes_on(item: Item, newer: Item) -> bool:
    """Tell whether a value was replaced by itself, from the same source and in the same way."""
    return (
        isinstance(item.value.value, Plain)
        and item.ended.value is not None
        and newer.position in item.ended.evidence
        and all(getattr(item, name) == getattr(newer, name) for name in _ALIKE)
        and item.value.value == newer.value.value
    )


def keeping(scribe: AccessScribe, share: Share) -> Cell | None:
    """Give until when the values are kept, each way once, where that is more than the rule says."""
    ways = [cell for cell in _ways(scribe, share).values() if cell.mark is Mark.PLAIN]
    if not ways:
        return None
    evidence = tuple(sorted({position for cell in ways for position in cell.evidence}))
    return Cell(tuple(line for cell in ways for line in cell.lines), evidence)


def _ways(scribe: AccessScribe, share: Share) -> dict[Lines, Cell]:
    """Give all that is to be said of how long values are kept, with the events behind it."""
    found: dict[Lines, Cell] = {}
    for item in share.items:
        if not isinstance(item.value.value, Erased):
            cell = _kept(scribe, item, share)
            before = found.get(cell.lines, cell).evidence
            evidence = tuple(sorted({*before, *cell.evidence}))
            found[cell.lines] = Cell(cell.lines, evidence, cell.mark)
    return found


def _table(
    scribe: AccessScribe,
    which: str,
    widths: dict[str, int],
    rows: list[dict[str, Cell]],
    *,
    differ: bool,
) -> Table:
    told = {name: width for name, width in widths.items() if name != "kept" or differ}
    return scribe.rows(f"access/{which}-caption", told, rows)


def _value(scribe: AccessScribe, item: Item, share: Share, when: str) -> dict[str, Cell]:
    return {
        "kind": Cell((scribe.words.label(item.category),)),
        "value": scribe.shown(item.value),
        "from": _whence(scribe, item, share.activity),
        when: _held(scribe, item),
        "kept": _kept_in_brief(scribe, item, share),
    }


def _voucher(scribe: AccessScribe, items: list[Item], share: Share) -> dict[str, Cell]:
    """Give a voucher: its number and date, its amount, and who it says that the person is."""
    by_category = {item.category: scribe.shown(item.value) for item in items}
    shown = tuple(by_category.values())
    number = by_category.pop(_NUMBER)
    amount = by_category.pop(_AMOUNT, None)
    first, held = items[0], _held(scribe, items[0])
    evidence = tuple(sorted({*held.evidence, *(one for cell in shown for one in cell.evidence)}))
    nothing = Cell((scribe.words("words/none"),), (), Mark.QUIET)
    return {
        "voucher": Cell((*number.lines, *held.lines), evidence, number.mark),
        "amount": Cell(amount.lines, (), amount.mark) if amount else nothing,
        "stands": _stands(scribe, by_category) or nothing,
        "from": _whence(scribe, first, share.activity),
        "kept": _kept_in_brief(scribe, first, share),
    }


def _stands(scribe: AccessScribe, found: dict[Category, Cell]) -> Cell | None:
    """Give what else stands on a voucher, the name first; a reason for silence is said once."""
    words = scribe.words
    ordered = sorted(found, key=lambda category: (category is not _NAME, category))
    lines: list[str] = []
    closed: defaultdict[str, list[str]] = defaultdict(list)
    for category in ordered:
        cell, label = found[category], words.label(category)
        what = ", ".join(cell.lines)
        if cell.mark is Mark.CLOSED:
            closed[what].append(label)
        else:
            known = category in _UNLABELLED
            lines.append(what if known else words("words/pair", one=label, other=what))
    lines += [
        words("words/pair", one=words.listed(labels), other=why) for why, labels in closed.items()
    ]
    return Cell(tuple(lines), (), Mark.CLOSED if closed else Mark.PLAIN) if lines else None


def _whence(scribe: AccessScribe, item: Item, activity: ActivityId) -> Cell:
    """Give how a value came in and from which application; its own carrying over is no copying."""
    words, origin = scribe.words, item.carried_from
    if origin is not None and origin != activity:
        how = words("access/copied", activity=scribe.title(origin))
    else:
        how = words.event(item.type) if item.channel is None else words.label(item.channel)
    return Cell((words("words/bracket", one=how, other=item.source),))


def _held(scribe: AccessScribe, item: Item) -> Cell:
    words = scribe.words
    since, ended = words.date_of(item.occurred_at), item.ended.value
    shown = item.value.value
    if ended is None and isinstance(shown, Erased):
        period = words("words/period", **{"from": since, "to": words.date(shown.on)})
        return Cell((period,))
    if ended is None:
        return Cell((since,))
    until = words.date_of(ended.at)
    period = words("words/period", **{"from": since, "to": until})
    further = sorted({*item.ended.evidence}.difference(item.value.evidence))
    return Cell((period, words.label(ended.kind)), tuple(further))


def _kept(scribe: AccessScribe, item: Item, share: Share) -> Cell:
    """Give the last day, or the rule; what the activity says above the table is not repeated."""
    words, above = scribe.words, share.rule
    rule = Kept(through=None, started=None, rule=above.value) if above.value else None
    if item.kept.value == rule and item.kept.gap == above.gap:
        return Cell((words("access/kept-as-above"),), item.kept.evidence, Mark.QUIET)

    def line(kept: Kept) -> str:
        parts = []
        if kept.through is not None:
            parts.append(words("access/kept-through", day=words.date(kept.through)))
        if kept.rule != above.value:
            parts.append(scribe.retention(kept.rule)[0])
        elif kept.through is None:
            parts.append(words("access/kept-as-above"))
        if kept.started is not None:
            parts.append(words("access/kept-counted", day=words.date(kept.started)))
        return ", ".join(parts)

    return scribe.state(item.kept, line, gap="kept")


def _kept_in_brief(scribe: AccessScribe, item: Item, share: Share) -> Cell:
    """Give how long one of several is kept: from when that is counted stands above the table."""
    words, kept = scribe.words, item.kept.value
    if isinstance(item.value.value, Erased):
        return Cell((words("access/kept-no-more"),), (), Mark.QUIET)
    if kept is not None and kept.through is not None:
        return Cell((words("access/kept-through", day=words.date(kept.through)),))
    whole = _kept(scribe, item, share)
    return Cell(whole.lines, (), whole.mark)
