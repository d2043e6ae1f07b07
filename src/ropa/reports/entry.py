"""How the fields of an entry of the register become cells."""

from typing import Any

from ropa.domain.controller.events import ContactPoint
from ropa.kernel.ids import ActivityId
from ropa.kernel.law import Basis, LegalBasis, LocalText
from ropa.kernel.problem import Code, Problem, Where
from ropa.kernel.view import Rows
from ropa.reports.cell import Cell, Gap, Head, Severity
from ropa.reports.sources import Sources
from ropa.views.register import REGISTER, Change, Entry


def entry_of(rows: Rows, stream: str) -> Entry | None:
    """Give an entry of the register by its stream, such as `activity/contract`."""
    return rows.get(REGISTER, stream)


def activity_of(rows: Rows, activity: ActivityId) -> Entry | None:
    """Give the entry of an activity."""
    return entry_of(rows, f"activity/{activity}")


def expect_activity(rows: Rows, activity: ActivityId) -> None:
    """Expect that the register has an activity, so that a slip of the pen is no empty paper.

    Raises:
        Problem: `unknown-activity`.
    """
    if activity_of(rows, activity) is None:
        raise unknown_activity()


def unknown_activity() -> Problem:
    """Give the problem of an activity that was asked for and that the register does not have."""
    return Problem(
        Code.UNKNOWN_ACTIVITY,
        "The register has no activity by this name.",
        advice="See `ropa activity list`.",
        where=Where(field="--activity"),
    )


def required(article: str | None) -> Gap:
    """Give the gap of something that the law asks for without exception."""
    return Gap(article=article, severity=Severity.ERROR)


def explained(article: str, reason: LocalText | None) -> Gap:
    """Give the gap of something that the law asks for where possible."""
    return Gap(article=article, severity=Severity.REASON_NEEDED, reason=reason)


def noted(article: str | None) -> Gap:
    """Give the gap of something that no law asks the record for."""
    return Gap(article=article, severity=Severity.NOTE)


def cell(entry: Entry | None, field: str, gap: Gap | None = None, *also: str) -> Cell[Any]:
    """Give a field of an entry as a cell.

    Args:
        entry: The entry; None where there is none.
        field: The name of the field.
        gap: What there is instead of a value, where the value is absent or empty; None where
            absence means that there is nothing.
        also: Further fields that the cell rests on, such as the one that gives the gap's reason.
    """
    if entry is None:
        return Cell(gap=gap or noted(None))
    value = declared(entry, field)
    evidence = tuple(sorted({one for name in (field, *also) for one in entry.behind(name)}))
    if value is None or value == ():
        return Cell(value=None if gap else value, evidence=evidence, gap=gap)
    return Cell(value=value, evidence=evidence)


def declared(entry: Entry, field: str) -> Any:
    """Give the value of a field of an entry."""
    return getattr(entry.controller or entry.activity or entry.recipient, field)


def basis_source(basis: Basis, evidence: tuple[int, ...]) -> Cell[LocalText]:
    """Give the source of a legal basis as a cell; some bases have to be laid down by law."""
    law = basis.basis in {LegalBasis.LEGAL_OBLIGATION, LegalBasis.PUBLIC_TASK}
    gap = required("6(3)") if law else noted("6(1)")
    return Cell(value=basis.source, evidence=evidence, gap=None if basis.source else gap)


def last_change(entry: Entry | None) -> Cell[Change]:
    """Give the last change of an entry as a cell."""
    if entry is None:
        return Cell(gap=noted(None))
    change = entry.last_change()
    return Cell(value=change, evidence=tuple(sorted({entry.declared, change.position})))


def changes(entry: Entry | None) -> Cell[int]:
    """Give how many events an entry has had."""
    events = tuple(change.position for change in entry.changes) if entry else ()
    return Cell(value=len(events), evidence=events)


def retired(entry: Entry) -> Cell[Change]:
    """Give the end of an entry as a cell, empty while it runs."""
    if entry.retired is None:
        return Cell(evidence=(entry.declared,))
    evidence = tuple(sorted({entry.declared, entry.retired}))
    return Cell(value=entry.change(entry.retired), evidence=evidence)


def officer(entry: Entry | None, missing: Gap) -> Cell[ContactPoint]:
    """Give the data protection officer; a gap where nobody has said that none is needed."""
    declared = entry.controller if entry else None
    # Where nobody has said whether an officer is needed, that there is none says nothing.
    is_open = declared is None or declared.data_protection_officer_needed is not False
    return cell(
        entry,
        "data_protection_officer",
        missing if is_open else None,
        "data_protection_officer_needed",
    )


def head(report: str, sources: Sources, *, document: str | None = None) -> Head:
    """Give the head of a paper, with the number of the document where it has one."""
    return Head(
        report=report,
        controller=cell(entry_of(sources.rows, "controller"), "name", required("30(1)(a)")),
        as_of=sources.as_of,
        printed_at=sources.printed_at,
        language=sources.language,
        document=document,
    )
