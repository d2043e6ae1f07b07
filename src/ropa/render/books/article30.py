"""The record of processing activities as a workbook, from which it can be read again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from ropa.kernel.law import LocalText
from ropa.render.csv import Sheet
from ropa.render.document import Facts, Section, all_sections
from ropa.render.outlines.article30.outline import article30 as outline
from ropa.render.words import Words
from ropa.reports.article30.model import Activity, Article30, Recipient
from ropa.reports.cell import Cell
from ropa.views.register import Change

LISTS = ("subjects", "categories", "sources", "roles")
"""The lists of codes of an activity: each code is a row of the sheet `categories`."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "activities": (
        "activity", "title_sv", "title_en", "client", "client_contact", "client_representative",
        "client_officer", "no_recipients", "direct_marketing", "system", "impact_assessment",
        "review_due", "ended",
    ),
    "purposes": ("activity", "purpose_sv", "purpose_en"),
    "bases": ("activity", "basis", "duty", "source_sv", "source_en"),
    "categories": ("activity", "list", "member"),
    "disclosures": ("activity", "recipient"),
    "retention": (
        "activity", "start", "years", "months", "calendar_year", "source_sv", "source_en",
        "confirmed", "gap_sv", "gap_en",
    ),
    "cookies": (
        "activity", "cookie", "provider", "kind", "lifetime_days", "purpose_sv", "purpose_en",
        "consent_needed",
    ),
    "recipients": (
        "recipient", "category_sv", "category_en", "name", "role", "country", "agreement", "ended",
    ),
    "transfers": ("recipient", "country", "safeguard", "documented_sv", "documented_en"),
}  # fmt: skip
"""The columns that are read again, by sheet; further ones are for people."""

SHEET = "sheet"
"""The column that says of which sheet a row is, where all of them are one."""
_REVIEWED = (
    "approved_version", "approved_on", "approved_by", "reviewed_outcome", "reviewed_version"
)  # fmt: skip
"""The columns on reviews, which are for people: no workbook approves anything."""
_CHANGED = ("changes", "changed_on", "changed_by", "reason")


def article30(paper: Article30, words: Words) -> dict[str, Sheet]:
    """Give the sheets of the record by name, in the order in which they stand."""
    return {
        "overview": Sheet(("what", "said"), tuple(_overview(paper, words))),
        **entry_sheets(paper),
        "measures": Sheet(
            ("measure_sv", "measure_en"),
            tuple(map(_both, paper.controller.measures.value or ()))
            or ((said(paper.controller.measures), None),),
        ),
        "history": Sheet(
            ("entry", "event", "occurred_on", "changed_by", "reason", "position"),
            tuple(_history(paper)),
        ),
    }


def entry_sheets(paper: Article30) -> dict[str, Sheet]:
    """Give the sheets that are read again by name, in the order in which they stand."""
    activities = (*paper.activities, *paper.processing)
    return {
        "activities": Sheet(
            (*COLUMNS["activities"], "undeclared", *_REVIEWED, *_CHANGED),
            tuple((*_activity(one), *_reviewed(one), *_changed(one)) for one in activities),
        ),
        **{
            name: Sheet(COLUMNS[name], tuple(row for one in activities for row in rows(one)))
            for name, rows in (
                ("purposes", _purposes),
                ("bases", _bases),
                ("categories", _categories),
                ("disclosures", _disclosures),
                ("retention", _retention),
                ("cookies", _cookies),
            )
        },
        "recipients": Sheet(
            (*COLUMNS["recipients"], *_CHANGED),
            tuple((*_recipient(one), *_changed(one)) for one in paper.recipients),
        ),
        "transfers": Sheet(
            COLUMNS["transfers"], tuple(row for one in paper.recipients for row in _transfers(one))
        ),
    }


def rows(paper: Article30, _words: Words) -> Sheet:
    """Give the sheets that are read again as one; each row says first of which sheet it is.

    The entries themselves stand last, below what belongs to them. So a file that was cut short
    between two rows speaks of entries that it lacks, and is refused when it is read again.
    """
    sheets = entry_sheets(paper)
    read = [column for columns in COLUMNS.values() for column in columns]
    told = [column for sheet in sheets.values() for column in sheet.columns]
    columns = tuple(dict.fromkeys(("activity", "recipient", *read, *told)))
    last = ("recipients", "activities")
    found = [
        (name, dict(zip(sheets[name].columns, row, strict=True)))
        for name in (*(name for name in sheets if name not in last), *last)
        for row in sheets[name].rows
    ]
    return Sheet(
        (SHEET, *columns), tuple((name, *map(cells.get, columns)) for name, cells in found)
    )


def said(cell: Cell[Any]) -> Any:
    """Give what a cell states, or its gap."""
    return cell.value if cell.gap is None else cell.gap


def _both(text: LocalText | None) -> tuple[str | None, str | None]:
    return (None, None) if text is None else (text.sv, text.en)


def _overview(paper: Article30, words: Words) -> Iterator[tuple[str, str]]:
    # Of the document only the head and the controller stand here: the rest is left out.
    document = outline(replace(paper, activities=(), processing=()), words)
    yield document.title, document.subtitle
    yield from document.facts
    for section in all_sections(document.sections):
        if section.id in {"controller", "controller-beyond"}:
            yield from _facts(section)
    counts = {
        "activities": len(paper.activities) + len(paper.processing),
        "recipients": len(paper.recipients),
    }
    for name, number in counts.items():
        yield words(f"sheets/names/{name}"), words.number(number)
    yield words("sheets/read-again"), words("sheets/read-again-how")


def _facts(section: Section) -> Iterator[tuple[str, str]]:
    for block in section.blocks:
        if isinstance(block, Facts):
            for label, cell in block.rows:
                yield label, "\n".join(cell.lines)


def _activity(one: Activity) -> Sequence[Any]:
    client = one.client.value
    return (
        one.activity,
        *_both(one.title.value),
        *(
            (client.name, client.contact, client.representative, client.data_protection_officer)
            if client
            else (None,) * 4
        ),
        one.recipients.gap is None and not one.recipients.value,
        one.direct_marketing.value,
        said(one.system),
        said(one.impact_assessment),
        said(one.review_due),
        one.retired.value is not None,
        "; ".join(found.recipient for found in one.undeclared) or None,
    )


def _reviewed(one: Activity) -> Sequence[Any]:
    """Give which version was approved, when and by whom, and what a later review came to."""
    approved, later = one.approved.value, one.reviewed.value
    return (
        *(
            (approved.version, approved.review.occurred_at, approved.review.actor)
            if approved
            else (said(one.approved), None, None)
        ),
        *((later.outcome, later.version) if later else (None, None)),
    )


def _changed(one: Activity | Recipient) -> Sequence[Any]:
    change = one.last_change.value
    if change is None:
        return (one.changes.value, None, None, None)
    return (one.changes.value, change.occurred_at, change.actor, change.reason)


def _purposes(one: Activity) -> Iterator[Sequence[Any]]:
    if one.purposes.gap:
        yield one.activity, one.purposes.gap, None
    for text in one.purposes.value or ():
        yield one.activity, *_both(text)


def _bases(one: Activity) -> Iterator[Sequence[Any]]:
    for entry in one.bases:
        source = entry.source.value
        told = _both(source) if source else (entry.source.gap, None)
        yield one.activity, said(entry.basis), entry.duty, *told


def _categories(one: Activity) -> Iterator[Sequence[Any]]:
    for name in LISTS:
        cell = getattr(one, name)
        for member in (cell.gap,) if cell.gap else cell.value or ():
            yield one.activity, name, member


def _disclosures(one: Activity) -> Iterator[Sequence[Any]]:
    for recipient in (one.recipients.gap,) if one.recipients.gap else one.recipients.value or ():
        yield one.activity, recipient


def _retention(one: Activity) -> Iterator[Sequence[Any]]:
    rule, gap = one.retention.value, one.retention.gap
    if rule is not None:
        yield (
            one.activity,
            rule.start,
            rule.years,
            rule.months,
            rule.from_end_of_calendar_year,
            *_both(rule.source),
            rule.confirmed,
            None,
            None,
        )
    else:
        yield one.activity, gap, *(None,) * 6, *_both(gap.reason if gap else None)


def _cookies(one: Activity) -> Iterator[Sequence[Any]]:
    for entry in one.cookies:
        cookie = entry.cookie.value
        if cookie is not None:
            days = cookie.lifetime_days
            yield (
                one.activity,
                cookie.name,
                cookie.provider,
                cookie.kind,
                entry.lifetime_days.gap if days is None else days,
                *_both(cookie.purpose),
                cookie.consent_needed,
            )


def _recipient(one: Recipient) -> Sequence[Any]:
    return (
        one.recipient,
        *_both(one.category.value),
        said(one.name),
        said(one.role),
        said(one.country),
        said(one.agreement),
        one.retired.value is not None,
    )


def _transfers(one: Recipient) -> Iterator[Sequence[Any]]:
    for entry in one.transfers:
        documented = entry.documentation.value
        told = _both(documented) if documented else (entry.documentation.gap, None)
        yield one.recipient, said(entry.country), said(entry.safeguard), *told


def _history(paper: Article30) -> Iterator[Sequence[Any]]:
    """Give the last change of each entry and the reviews of the activities, in their order."""
    entries: list[tuple[str, Change | None]] = [("controller", paper.controller.last_change.value)]
    for one in (*paper.activities, *paper.processing):
        reviews = [found.value.review for found in (one.approved, one.reviewed) if found.value]
        entries += [(f"activity/{one.activity}", found) for found in reviews]
        entries.append((f"activity/{one.activity}", one.last_change.value))
    entries += [(f"recipient/{one.recipient}", one.last_change.value) for one in paper.recipients]
    changes = [(name, change) for name, change in entries if change is not None]
    for name, change in sorted(changes, key=lambda found: found[1].position):
        yield (
            name,
            change.type,
            change.occurred_at,
            change.actor,
            change.reason,
            change.position,
        )
