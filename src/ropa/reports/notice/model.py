"""What stands in a privacy notice."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from ropa.domain.activity.events import DataSource, DataSubjects, Retention
from ropa.domain.controller.events import ContactPoint
from ropa.kernel.categories import Category
from ropa.kernel.ids import ActivityId, RecipientId, Version
from ropa.kernel.law import LegalBasis, LocalText
from ropa.reports.article30.model import CookieEntry, RecipientTransfer
from ropa.reports.cell import Cell, Head, Severity
from ropa.reports.rights import Right


class NoticeController(msgspec.Struct, frozen=True, kw_only=True):
    """Who is responsible, and what holds for all of the processing (Art. 13(1)(a)-(b)).

    Attributes:
        name: The registered name.
        country: The country in which it is established.
        organisation_number: The number under which it is registered.
        website: Its public web site.
        address: Its postal address.
        email: Its e-mail address for data protection.
        phone: Its telephone number.
        data_protection_officer: The officer; empty without a gap where none is needed.
        representative: The representative in the Union, where there is one.
        joint_controllers: The joint controllers; empty where there are none.
        measures: The security measures in general.
        sources: Where data comes from in general.
        disclosure: How data is disclosed in general.
        automated_decisions: Whether decisions are made by automated means alone.
        complaint_authority: The authority that one may complain to.
    """

    name: Cell[str]
    country: Cell[str]
    organisation_number: Cell[str]
    website: Cell[str]
    address: Cell[str]
    email: Cell[str]
    phone: Cell[str]
    data_protection_officer: Cell[ContactPoint]
    representative: Cell[ContactPoint]
    joint_controllers: Cell[tuple[ContactPoint, ...]]
    measures: Cell[tuple[LocalText, ...]]
    sources: Cell[tuple[LocalText, ...]]
    disclosure: Cell[tuple[LocalText, ...]]
    automated_decisions: Cell[bool]
    complaint_authority: Cell[str]


class NoticeBasis(msgspec.Struct, frozen=True, kw_only=True):
    """A legal basis and its source (Art. 13(1)(c)-(d)); a gap where none is declared at all."""

    basis: Cell[LegalBasis]
    source: Cell[LocalText]


class NoticeActivity(msgspec.Struct, frozen=True, kw_only=True):
    """One processing activity, as it is told to those whose data it is.

    Attributes:
        activity: The short name.
        title: Its name.
        purposes: What it is for (13(1)(c)).
        subjects: Whom it concerns.
        categories: The categories of data (14(1)(d)).
        recipients: Who receives the data (13(1)(e)); empty without a gap where nobody does.
        transfers: The transfers to third countries (13(1)(f)).
        retention: How long the data is kept, or what decides it (13(2)(a)).
        bases: The legal bases with their sources; never empty.
        sources: Where the data comes from (14(2)(f)).
        direct_marketing: Whether it is direct marketing, so that an objection ends it (21(2)-(4)).
        cookies: The cookies that belong to it.
        housekeeping: Whether it serves the rules on data protection themselves, such as answering
            requests, and is told shorter.
    """

    activity: ActivityId
    title: Cell[LocalText]
    purposes: Cell[tuple[LocalText, ...]]
    subjects: Cell[tuple[DataSubjects, ...]]
    categories: Cell[tuple[Category, ...]]
    recipients: Cell[tuple[RecipientId, ...]]
    transfers: Cell[tuple[RecipientTransfer, ...]]
    retention: Cell[Retention]
    bases: tuple[NoticeBasis, ...]
    sources: Cell[tuple[DataSource, ...]]
    direct_marketing: Cell[bool]
    cookies: tuple[CookieEntry, ...]
    housekeeping: bool = False


class NoticeRecipient(msgspec.Struct, frozen=True, kw_only=True):
    """A recipient that the activities name: its name where it is known, and what kind it is."""

    recipient: RecipientId
    category: Cell[LocalText]
    name: Cell[str]


class RightGiven(msgspec.Struct, frozen=True, kw_only=True):
    """A right, and the activities whose legal bases give it."""

    right: Right
    activities: tuple[ActivityId, ...]


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The privacy notice (Art. 13 and 14).

    It is for customers, visitors and others outside: what concerns staff alone, what is done on
    behalf of other controllers, and what came to its end is not in it.

    Attributes:
        head: The head of the paper.
        version: The version under which it is published; None in a draft.
        effective: The day from which that version is shown.
        controller: Who is responsible.
        activities: The processing activities.
        recipients: Those that the activities name.
        rights: The rights that the legal bases give.
    """

    head: Head
    version: Version | None = None
    effective: date | None = None
    controller: NoticeController
    activities: tuple[NoticeActivity, ...]
    recipients: tuple[NoticeRecipient, ...]
    rights: tuple[RightGiven, ...]


def open_gaps(notice: Notice) -> int:
    """Count what the notice ought to tell and the register does not say.

    A gap for which the register gives a reason is none here: the reason tells the reader what
    decides it (Art. 13(2)(a)). Notes are none either. A rule that nobody has confirmed is one.
    """
    cells = [*_cells(notice.controller), *_cells(notice.activities)]
    return (
        sum(
            cell.gap is not None
            and cell.gap.severity is not Severity.NOTE
            and cell.gap.reason is None
            for cell in cells
        )
        + sum(
            transfer.safeguard is None
            for activity in notice.activities
            for transfer in activity.transfers.value or ()
        )
        + sum(
            activity.retention.value is not None and not activity.retention.value.confirmed
            for activity in notice.activities
        )
    )


def _cells(found: Any) -> Iterator[Cell[Any]]:
    if isinstance(found, Cell):
        yield found
    elif isinstance(found, tuple):
        for one in found:
            yield from _cells(one)
    elif isinstance(found, msgspec.Struct):
        for name in found.__struct_fields__:
            yield from _cells(getattr(found, name))
