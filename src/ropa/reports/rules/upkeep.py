"""The rules on how the register is kept: reviewed, with wordings, and with roles that do work."""

from collections.abc import Iterator
from typing import Final

from ropa.domain.notice.events import NoticeKind
from ropa.kernel.ids import Role
from ropa.kernel.law import LegalBasis
from ropa.reports.cell import Severity
from ropa.reports.rules.model import Checked, Finding, Rule
from ropa.views.register import REGISTER, activities, entries

# Their work is the register itself; whose data an activity shows them is beside the point.
_OF_THE_REGISTER: Final = frozenset({Role.OFFICER, Role.AUDITOR})


def consents_without_wording(asked: Checked) -> Iterator[Finding]:
    """Find the activities that rest on consent while no wording of one was published by the day.

    Which wording an activity uses is told by its consents alone, and each of those names one that
    was published: so it is enough to look whether there is any.
    """
    shown = any(
        one.notice.kind is NoticeKind.CONSENT_WORDING and one.notice.effective <= asked.on
        for entry in entries(asked.rows, "notice")
        for one in entry.published
    )
    for entry, one in activities(asked.rows):
        consent = any(basis.basis is LegalBasis.CONSENT for basis in one.bases)
        if consent and not shown and entry.retired is None:
            yield Finding(
                rule="consent-without-wording",
                article="7(1)",
                severity=Severity.ERROR,
                stream=f"activity/{one.activity}",
                field="bases",
                evidence=entry.behind("bases"),
            )


def activities_not_reviewed(asked: Checked) -> Iterator[Finding]:
    """Find the activities whose next review is overdue, or whose last is more than a year old.

    Who enters an activity goes through it too, so that the first year counts from there. Moments
    are counted by their days in UTC.
    """
    # Not by `date.replace`: a year before the 29th of February there is no such day.
    year_before = (asked.on.year - 1, asked.on.month, asked.on.day)
    for entry, one in activities(asked.rows):
        last = entry.reviewed
        since = (last.at if last else entry.change(entry.declared).occurred_at).date()
        overdue = one.review_due is not None and one.review_due < asked.on
        old = (since.year, since.month, since.day) < year_before
        if entry.retired is None and (overdue or old):
            behind = {last.position if last else entry.declared, *entry.behind("review_due")}
            yield Finding(
                rule="activity-not-reviewed",
                article="24(1)",
                severity=Severity.REASON_NEEDED,
                stream=f"activity/{one.activity}",
                field="review_due",
                evidence=tuple(sorted(behind)),
                args={"since": since.isoformat()},
            )


def roles_without_staff(asked: Checked) -> Iterator[Finding]:
    """Find the roles that an activity declares and no member of staff has.

    Silent where the register knows no staff at all: then programs answer for who uses them.
    """
    staff = [one for one in entries(asked.rows, "staff") if one.staff is not None]
    held = {role for one in staff if one.staff for role in one.staff.roles}
    for entry, one in activities(asked.rows) if staff else ():
        for role in one.roles if entry.retired is None else ():
            if role not in held:
                yield Finding(
                    rule="role-without-staff",
                    article="32(4)",
                    severity=Severity.NOTE,
                    stream=f"activity/{one.activity}",
                    field="roles",
                    evidence=entry.behind("roles"),
                    args={"role": role},
                )


def roles_without_purpose(asked: Checked) -> Iterator[Finding]:
    """Find the members of staff with a role that no running activity declares."""
    needed = {
        role for entry, one in activities(asked.rows) if entry.retired is None for role in one.roles
    } | _OF_THE_REGISTER
    for stream, entry in asked.rows.where(REGISTER, noun="staff"):
        for role in entry.staff.roles if entry.staff else ():
            if role not in needed:
                yield Finding(
                    rule="role-without-purpose",
                    article="32(4)",
                    severity=Severity.NOTE,
                    stream=stream,
                    field="roles",
                    evidence=entry.behind("roles"),
                    args={"role": role},
                )


UPKEEP: Final = (
    Rule(
        name="consent-without-wording",
        article="7(1)",
        severity=Severity.ERROR,
        check=consents_without_wording,
    ),
    Rule(
        name="activity-not-reviewed",
        article="24(1)",
        severity=Severity.REASON_NEEDED,
        check=activities_not_reviewed,
    ),
    Rule(
        name="role-without-staff",
        article="32(4)",
        severity=Severity.NOTE,
        check=roles_without_staff,
    ),
    Rule(
        name="role-without-purpose",
        article="32(4)",
        severity=Severity.NOTE,
        check=roles_without_purpose,
    ),
)
"""The rules on how the register is kept."""
