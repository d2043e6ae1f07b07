"""Builds the record of processing activities from the register and what the log shows."""

from ropa.domain.activity.events import ActivityDeclared, CookieKind
from ropa.domain.recipient.events import RecipientDeclared, RecipientRole, Safeguard, Transfer
from ropa.kernel.law import LegalBasis, LocalText
from ropa.kernel.view import Rows
from ropa.reports.article30.model import (
    Activity,
    Article30,
    BasisEntry,
    Controller,
    CookieEntry,
    Recipient,
    Reviewed,
    TransferEntry,
)
from ropa.reports.article30.seen import undeclared
from ropa.reports.article30.transfers import transfers
from ropa.reports.cell import Cell, Gap
from ropa.reports.entry import (
    basis_source,
    cell,
    changes,
    entry_of,
    explained,
    head,
    last_change,
    noted,
    officer,
    required,
    retired,
)
from ropa.reports.sources import Sources
from ropa.views.register import Entry, Review, activities, recipients

NAME = "article30"


def build(sources: Sources) -> Article30:
    """Build the record as of the moment that was asked for."""
    rows = sources.rows
    found = [activity_part(rows, entry, declared) for entry, declared in activities(rows)]
    return Article30(
        head=head(NAME, sources),
        controller=controller_part(entry_of(rows, "controller")),
        activities=tuple(one for one in found if one.client.value is None),
        processing=tuple(one for one in found if one.client.value is not None),
        recipients=tuple(recipient_part(*found) for found in recipients(rows)),
    )


def controller_part(entry: Entry | None) -> Controller:
    """Give what the register declares of the controller (Art. 30(1)(a), (g))."""
    declared = entry.controller if entry else None
    missing = required("30(1)(a)")
    return Controller(
        name=cell(entry, "name", missing),
        country=cell(entry, "country", missing),
        organisation_number=cell(entry, "organisation_number", noted(None)),
        website=cell(entry, "website"),
        address=cell(entry, "address", missing),
        email=cell(entry, "email", missing),
        phone=cell(entry, "phone"),
        data_protection_officer=officer(entry, missing),
        representative=cell(entry, "representative"),
        joint_controllers=cell(entry, "joint_controllers"),
        measures=cell(
            entry,
            "measures",
            explained("30(1)(g)", declared.measures_gap if declared else None),
            "measures_gap",
        ),
        sources=cell(entry, "sources", noted("14(2)(f)")),
        disclosure=cell(entry, "disclosure", noted(None)),
        automated_decisions=cell(entry, "automated_decisions"),
        complaint_authority=cell(entry, "complaint_authority", noted("13(2)(d)")),
        last_change=last_change(entry),
        changes=changes(entry),
    )


def activity_part(rows: Rows, entry: Entry, declared: ActivityDeclared) -> Activity:
    """Give one activity of the record, and what the log shows of it."""
    return Activity(
        activity=declared.activity,
        title=cell(entry, "title"),
        client=cell(entry, "client"),
        client_contact=_client_contact(entry, declared),
        purposes=cell(entry, "purposes", _gap(declared, "30(1)(b)", "30(2)(b)"), "client"),
        subjects=cell(entry, "subjects", _gap(declared, "30(1)(c)"), "client"),
        categories=cell(entry, "categories", _gap(declared, "30(1)(c)"), "client"),
        recipients=cell(
            entry,
            "recipients",
            None if declared.no_recipients else _gap(declared, "30(1)(d)"),
            "no_recipients",
            "client",
        ),
        transfers=transfers(rows, entry, declared),
        retention=cell(
            entry,
            "retention",
            noted(None) if declared.client else explained("30(1)(f)", declared.retention_gap),
            "retention_gap",
            "client",
        ),
        bases=_bases(entry, declared),
        sources=cell(entry, "sources", noted("14(2)(f)")),
        system=cell(entry, "system", noted(None)),
        roles=cell(entry, "roles", noted("32(4)")),
        direct_marketing=cell(entry, "direct_marketing"),
        cookies=cookies(entry, declared, "30(1)(f)"),
        impact_assessment=cell(entry, "impact_assessment", noted("35(1)")),
        review_due=cell(entry, "review_due", noted("24(1)")),
        approved=_review(entry, entry.approved, noted("24(1)")),
        reviewed=_review(entry, entry.reviewed if entry.reviewed != entry.approved else None, None),
        undeclared=undeclared(rows, entry, declared),
        retired=retired(entry),
        last_change=last_change(entry),
        changes=changes(entry),
    )


def _gap(declared: ActivityDeclared, controller: str, processor: str | None = None) -> Gap:
    """Give the gap of an element that a controller's record needs, and maybe a processor's."""
    if declared.client is None:
        return required(controller)
    return required(processor) if processor else noted(None)


def _client_contact(entry: Entry, declared: ActivityDeclared) -> Cell[str]:
    evidence = entry.behind("client")
    if declared.client is None:
        return Cell(evidence=evidence)
    contact = declared.client.contact
    return Cell(value=contact, evidence=evidence, gap=None if contact else required("30(2)(a)"))


def _review(entry: Entry, review: Review | None, missing: Gap | None) -> Cell[Reviewed]:
    if review is None:
        return Cell(evidence=(entry.declared,), gap=missing)
    changed = entry.revised if entry.version > review.version else None
    behind = {entry.declared, review.position, changed or entry.declared}
    return Cell(
        value=Reviewed(
            review=entry.change(review.position),
            version=review.version,
            outcome=review.outcome,
            changed=changed,
        ),
        evidence=tuple(sorted(behind)),
    )


def _bases(entry: Entry, declared: ActivityDeclared) -> tuple[BasisEntry, ...]:
    evidence = entry.behind("bases")
    none = Cell[LegalBasis](evidence=evidence, gap=required("6(1)"))
    if not declared.bases:
        source = Cell[LocalText](evidence=evidence, gap=noted("6(1)"))
        return (BasisEntry(basis=none, source=source, duty=None),)
    return tuple(
        BasisEntry(
            basis=Cell(value=one.basis, evidence=evidence),
            source=basis_source(one, evidence),
            duty=one.duty,
        )
        for one in declared.bases
    )


def cookies(entry: Entry, declared: ActivityDeclared, article: str) -> tuple[CookieEntry, ...]:
    """Give the cookies of an activity; one that stays has a gap where nobody says for how long.

    Args:
        entry: The entry.
        declared: The activity.
        article: What asks for the lifetime.
    """
    evidence = entry.behind("cookies")
    return tuple(
        CookieEntry(
            cookie=Cell(value=one, evidence=evidence),
            lifetime_days=Cell(
                value=one.lifetime_days,
                evidence=evidence,
                gap=explained(article, None)
                if one.kind is CookieKind.PERSISTENT and one.lifetime_days is None
                else None,
            ),
        )
        for one in declared.cookies
    )


def recipient_part(entry: Entry, declared: RecipientDeclared) -> Recipient:
    """Give one recipient of the record."""
    evidence = entry.behind("transfers")
    processor = declared.role is RecipientRole.PROCESSOR
    return Recipient(
        recipient=declared.recipient,
        category=cell(entry, "category"),
        name=cell(entry, "name", noted("15(1)(c)")),
        role=cell(entry, "role", noted(None)),
        country=cell(entry, "country", noted("30(1)(e)")),
        agreement=cell(entry, "agreement", required("28(3)") if processor else None, "role"),
        transfers=tuple(
            TransferEntry(
                country=Cell(value=one.country, evidence=evidence),
                safeguard=Cell(
                    value=one.safeguard,
                    evidence=evidence,
                    gap=None if one.safeguard else required("30(1)(e)"),
                ),
                documentation=Cell(
                    value=one.documentation,
                    evidence=evidence,
                    gap=_documentation_gap(one),
                ),
            )
            for one in declared.transfers
        ),
        retired=retired(entry),
        last_change=last_change(entry),
        changes=changes(entry),
    )


def _documentation_gap(transfer: Transfer) -> Gap | None:
    # Only transfers for compelling interests need their safeguards documented in the record
    # itself (Art. 30(1)(e), 49(1) second subparagraph).
    if transfer.documentation or transfer.safeguard is not Safeguard.COMPELLING_INTERESTS:
        return None
    return required("30(1)(e)")
