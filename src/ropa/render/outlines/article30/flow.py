"""The data flow of one activity: where its data comes from and where it goes, drawn and listed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ropa.kernel.ids import RecipientId
from ropa.render.document import Box, Cell, Flow, Mark, Table
from ropa.render.outlines.article30.scribe import RecordScribe
from ropa.render.outlines.scribe import said
from ropa.reports.article30.model import Activity
from ropa.reports.article30.transfers import is_open

_COLUMNS = {"from": 9, "to": 7, "flow-country": 4, "applies": 10}
_NOTHING = said("\N{EN DASH}", mark=Mark.QUIET)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Goal:
    """A place that the data goes to: what it is called, its countries, and what applies there."""

    to: Cell
    country: Cell
    applies: Cell


def flow(scribe: RecordScribe, found: Activity) -> Table:
    """Give the data flow of an activity, as a table with its picture."""
    aside = scribe.aside()
    words = scribe.words
    title = words.local(found.title.value) if found.title.value else found.activity
    sources = aside.state(found.sources, aside.labels, gap="sources")
    categories = aside.state(found.categories, aside.labels, gap="categories")
    goals = tuple(_goals(aside, found))
    rows = [
        (
            replace(sources, lines=(" · ".join(sources.lines),)),
            said(title),
            _NOTHING,
            replace(categories, lines=(" · ".join(categories.lines),)),
        ),
        *((said(title), goal.to, goal.country, goal.applies) for goal in goals),
    ]
    table = aside.table("article30/flow-picture", "article30/columns", _COLUMNS, rows)
    return replace(table, caption="", picture=_picture(aside, title, sources, categories, goals))


def _goals(scribe: RecordScribe, found: Activity) -> Iterator[_Goal]:
    if not found.recipients.value:
        nobody = scribe.state(
            found.recipients, str, gap="recipients", nothing="article30/no-recipients"
        )
        yield _Goal(to=nobody, country=_NOTHING, applies=_NOTHING)
    for recipient in found.recipients.value or ():
        yield _goal(scribe, found, recipient)
    for seen in found.undeclared:
        seen_in_log = said(scribe.words("article30/undeclared"), mark=Mark.GAP)
        to = Cell((scribe.brief(seen.recipient),), seen.disclosures.evidence, Mark.GAP)
        country = _NOTHING
        if (known := scribe.known(seen.recipient)) is not None:
            country = scribe.short(known.country, scribe.words.country, gap="recipient-country")
        yield _Goal(to=to, country=country, applies=seen_in_log)


def _goal(scribe: RecordScribe, found: Activity, recipient: RecipientId) -> _Goal:
    words, known = scribe.words, scribe.known(recipient)
    name = Cell((scribe.brief(recipient),), found.recipients.evidence)
    if known is None:
        return _Goal(to=replace(name, mark=Mark.GAP), country=_NOTHING, applies=_NOTHING)
    country = scribe.short(known.country, words.country, gap="recipient-country")
    applies = scribe.state(known.role, words.label, gap="role")
    if known.transfers:
        there = (scribe.state(one.country, words.country, gap="country") for one in known.transfers)
        country = _joined(*there)
        rests = (
            scribe.state(one.safeguard, words.label, gap="safeguard") for one in known.transfers
        )
        applies = _joined(applies, *rests)
    elif found.transfers.gap is not None and is_open(known):
        applies = _joined(applies, scribe.state(found.transfers, str, gap="transfers"))
    if is_open(known):
        name = replace(name, mark=Mark.GAP)
    return _Goal(to=name, country=country, applies=applies)


def _joined(*cells: Cell) -> Cell:
    """Give several cells as one, each of their lines once; a gap in one of them is one in all."""
    return Cell(
        tuple(dict.fromkeys(line for cell in cells for line in cell.lines)),
        tuple(sorted({position for cell in cells for position in cell.evidence})),
        max((cell.mark for cell in cells), key=lambda mark: mark is Mark.GAP),
    )


def _picture(
    scribe: RecordScribe, title: str, sources: Cell, categories: Cell, goals: tuple[_Goal, ...]
) -> Flow:
    words = scribe.words
    places: dict[str, Mark] = {}
    crossings = []
    for number, goal in enumerate(goals):
        if goal.country.mark is Mark.QUIET:
            continue
        for line in goal.country.lines:
            places.setdefault(line, goal.country.mark)
            crossings.append(((2, number), (3, list(places).index(line))))
    origins = tuple(Box(label=line, mark=sources.mark) for line in sources.lines)
    middle = Box(label=title, lines=categories.lines, mark=categories.mark)
    ends = tuple(Box(label=goal.to.lines[0], mark=goal.to.mark) for goal in goals)
    countries = tuple(Box(label=line, mark=mark) for line, mark in places.items())
    stages = [
        (words("article30/stages/sources"), origins),
        (words("article30/stages/activity"), (middle,)),
        (words("article30/stages/recipients"), ends),
        *([(words("article30/stages/countries"), countries)] if countries else []),
    ]
    return Flow(
        title=words("article30/flow-picture"),
        description=words(
            "article30/flow-description",
            sources="; ".join(sources.lines),
            activity=title,
            recipients="; ".join(goal.to.lines[0] for goal in goals),
        ),
        stages=tuple(stages),
        links=(
            *(((0, number), (1, 0)) for number in range(len(origins))),
            *(((1, 0), (2, number)) for number in range(len(ends))),
            *crossings,
        ),
    )
