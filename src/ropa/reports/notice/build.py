"""Builds the privacy notice from the register."""

import msgspec

from ropa.domain.activity.events import ActivityDeclared, DataSubjects
from ropa.kernel.law import Duty, LegalBasis, LocalText
from ropa.kernel.view import Rows
from ropa.reports.article30.build import cookies
from ropa.reports.article30.model import RecipientTransfer
from ropa.reports.article30.transfers import transfers
from ropa.reports.cell import Cell
from ropa.reports.entry import (
    basis_source,
    cell,
    entry_of,
    explained,
    head,
    noted,
    officer,
    required,
)
from ropa.reports.notice.model import (
    Notice,
    NoticeActivity,
    NoticeBasis,
    NoticeController,
    NoticeRecipient,
    RightGiven,
)
from ropa.reports.rights import RIGHTS, Right
from ropa.reports.sources import Sources
from ropa.views.register import Entry, activities, recipients

NAME = "notice"

_HOUSEKEEPING = {Duty.DATA_SUBJECT_RIGHTS, Duty.ACCOUNTABILITY, Duty.OBJECTIONS}

_TOLD = tuple(
    right
    for right in Right
    if right not in {Right.INFORMATION_COLLECTED, Right.INFORMATION_OBTAINED}
)
"""The rights that a notice tells of: that one is informed is the notice itself."""


def build(sources: Sources) -> Notice:
    """Build the notice as of the moment that was asked for."""
    rows = sources.rows
    found = tuple(
        _activity(rows, entry, declared)
        for entry, declared in activities(rows)
        if is_told(entry, declared)
    )
    named = {one for activity in found for one in activity.recipients.value or ()}
    return Notice(
        head=head(NAME, sources),
        controller=_controller(entry_of(rows, "controller")),
        activities=found,
        recipients=tuple(
            NoticeRecipient(
                recipient=declared.recipient,
                category=cell(entry, "category"),
                name=cell(entry, "name"),
            )
            for entry, declared in recipients(rows)
            if declared.recipient in named
        ),
        rights=_rights(found),
    )


def is_told(entry: Entry, declared: ActivityDeclared) -> bool:
    """Tell whether people outside are to be told of an activity.

    Staff have a notice of their own; who is a processor leaves the telling to the controller.
    """
    outside = declared.client is None and {*declared.subjects} != {DataSubjects.STAFF}
    return entry.retired is None and outside


def _controller(entry: Entry | None) -> NoticeController:
    contact = required("13(1)(a)")
    return NoticeController(
        name=cell(entry, "name", contact),
        country=cell(entry, "country", contact),
        organisation_number=cell(entry, "organisation_number", noted(None)),
        website=cell(entry, "website"),
        address=cell(entry, "address", contact),
        email=cell(entry, "email", contact),
        phone=cell(entry, "phone"),
        data_protection_officer=officer(entry, required("13(1)(b)")),
        representative=cell(entry, "representative"),
        joint_controllers=cell(entry, "joint_controllers"),
        measures=cell(entry, "measures", noted(None)),
        sources=cell(entry, "sources", noted("14(2)(f)")),
        disclosure=cell(entry, "disclosure", noted(None)),
        automated_decisions=cell(entry, "automated_decisions"),
        complaint_authority=cell(entry, "complaint_authority", required("13(2)(d)")),
    )


def _activity(rows: Rows, entry: Entry, declared: ActivityDeclared) -> NoticeActivity:
    return NoticeActivity(
        activity=declared.activity,
        title=cell(entry, "title"),
        purposes=cell(entry, "purposes", required("13(1)(c)")),
        subjects=cell(entry, "subjects", noted(None)),
        categories=cell(entry, "categories", required("14(1)(d)")),
        recipients=cell(
            entry,
            "recipients",
            None if declared.no_recipients else required("13(1)(e)"),
            "no_recipients",
        ),
        transfers=_transfers(rows, entry, declared),
        retention=cell(
            entry,
            "retention",
            explained("13(2)(a)", declared.retention_gap),
            "retention_gap",
        ),
        bases=_bases(entry, declared),
        sources=cell(entry, "sources", noted("14(2)(f)")),
        direct_marketing=cell(entry, "direct_marketing"),
        cookies=cookies(entry, declared, "13(2)(a)"),
        housekeeping=any(one.duty in _HOUSEKEEPING for one in declared.bases),
    )


def _transfers(
    rows: Rows, entry: Entry, declared: ActivityDeclared
) -> Cell[tuple[RecipientTransfer, ...]]:
    found = transfers(rows, entry, declared)
    if found.gap is None:
        return found
    return msgspec.structs.replace(found, gap=required("13(1)(f)"))


def _bases(entry: Entry, declared: ActivityDeclared) -> tuple[NoticeBasis, ...]:
    evidence = entry.behind("bases")
    if not declared.bases:
        none = Cell[LegalBasis](evidence=evidence, gap=required("13(1)(c)"))
        return (NoticeBasis(basis=none, source=Cell[LocalText](evidence=evidence)),)
    return tuple(
        NoticeBasis(
            basis=Cell(value=one.basis, evidence=evidence), source=basis_source(one, evidence)
        )
        for one in declared.bases
    )


def _rights(found: tuple[NoticeActivity, ...]) -> tuple[RightGiven, ...]:
    given = [
        RightGiven(
            right=right,
            activities=tuple(
                one.activity
                for one in found
                if any(
                    basis.basis.value and right in RIGHTS[basis.basis.value] for basis in one.bases
                )
            ),
        )
        for right in _TOLD
    ]
    return tuple(one for one in given if one.activities)
