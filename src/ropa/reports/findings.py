"""The rules of `ropa check`: what the law asks for, and what the log shows, against the register.

A rule is a function from what it looks at to findings, with its name and article. A further one is
a function and its line in `RULES`; one that asks for an element of the record stands in
`ropa.reports.rules.elements`, one on the notice in `ropa.reports.rules.notices`, and one on the
register's upkeep in `ropa.reports.rules.upkeep`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

from ropa.kernel.categories import Category
from ropa.kernel.ids import ActivityId, RecipientId
from ropa.kernel.law import Duty
from ropa.kernel.view import Rows
from ropa.reports.article30.seen import undeclared
from ropa.reports.cell import Severity
from ropa.reports.entry import basis_source
from ropa.reports.notice.apart import Held
from ropa.reports.rules.elements import ELEMENTS
from ropa.reports.rules.model import Checked, Finding, Rule
from ropa.reports.rules.notices import NOTICES
from ropa.reports.rules.upkeep import UPKEEP
from ropa.reports.usage import unused
from ropa.views.disposals import DISPOSALS, Disposal
from ropa.views.register import activities
from ropa.views.telling import ToTell, open_tasks

__all__ = ["RULES", "Checked", "Finding", "Rule", "check"]


def recipients_not_declared(asked: Checked) -> Iterator[Finding]:
    """Find the recipients that data went to for an activity which does not declare them."""
    for entry, declared in activities(asked.rows):
        for seen in undeclared(asked.rows, entry, declared):
            tally = seen.disclosures
            ends = {one.position for one in (tally.first, tally.last) if one is not None}
            yield Finding(
                rule="recipient-not-declared",
                article="30(1)(d)",
                severity=Severity.ERROR,
                stream=f"activity/{declared.activity}",
                field="recipients",
                evidence=tuple(sorted({*tally.evidence, *ends})),
                args={"recipient": seen.recipient, "count": str(tally.count)},
            )


def categories_never_used(asked: Checked) -> Iterator[Finding]:
    """Find the categories that an activity declares and nothing was ever recorded in."""
    running = [
        (entry, one)
        for entry, one in activities(asked.rows)
        # What suppresses is kept as digests in the vault, and no event tells of one.
        if entry.retired is None and not any(basis.duty is Duty.OBJECTIONS for basis in one.bases)
    ]
    wanted: set[tuple[ActivityId, Category]] = {
        (one.activity, category) for _, one in running for category in one.categories
    }
    never = unused(asked.rows, wanted)
    for entry, one in running:
        for category in one.categories:
            if (one.activity, category) in never:
                yield Finding(
                    rule="category-never-used",
                    article="5(1)(c)",
                    severity=Severity.NOTE,
                    stream=f"activity/{one.activity}",
                    field="categories",
                    evidence=entry.behind("categories"),
                    args={"category": category},
                )


def bases_without_source(asked: Checked) -> Iterator[Finding]:
    """Find the activities without a legal basis, and the bases without a source."""
    for entry, one in activities(asked.rows):
        if entry.retired is not None:
            continue
        evidence = entry.behind("bases")
        weights = [
            (basis.basis.value, source.gap.severity)
            for basis in one.bases
            if (source := basis_source(basis, evidence)).gap is not None
        ]
        for basis, severity in weights if one.bases else [("none", Severity.ERROR)]:
            yield Finding(
                rule="basis-without-source",
                article="6(1)",
                severity=severity,
                stream=f"activity/{one.activity}",
                field="bases",
                evidence=evidence,
                args={"basis": basis},
            )


def recipients_not_told(asked: Checked) -> Iterator[Finding]:
    """Find the recipients that still have to be told of what was done with data."""
    waiting: dict[RecipientId, list[ToTell]] = {}
    for one in open_tasks(asked.rows):
        waiting.setdefault(one.recipient, []).append(one)
    for recipient, found in sorted(waiting.items()):
        oldest = found[0]
        yield Finding(
            rule="recipient-not-told",
            article="19",
            severity=Severity.REASON_NEEDED,
            stream=f"recipient/{recipient}",
            field="recipient",
            evidence=tuple(sorted({oldest.about, found[-1].about})),
            args={"measures": str(len(found)), "since": oldest.at.isoformat()},
        )


def erasures_pending(asked: Checked) -> Iterator[Finding]:
    """Find the erasures that were decided and are not carried out, by whose history they lie in."""
    waiting: dict[str, list[Disposal]] = {}
    for _, one in asked.rows.all(DISPOSALS):
        if one.completed is None:
            waiting.setdefault(one.stream.partition("/")[0], []).append(one)
    for noun, found in sorted(waiting.items()):
        yield Finding(
            rule="erasure-pending",
            article="17",
            severity=Severity.ERROR,
            stream=noun,
            field="erased",
            evidence=tuple(one.decided.position for one in found),
            args={"erasures": str(len(found)), "since": found[0].decided.at.isoformat()},
        )


_ALL = (
    *ELEMENTS,
    Rule(
        name="recipient-not-declared",
        article="30(1)(d)",
        severity=Severity.ERROR,
        check=recipients_not_declared,
    ),
    Rule(
        name="category-never-used",
        article="5(1)(c)",
        severity=Severity.NOTE,
        check=categories_never_used,
    ),
    Rule(
        name="basis-without-source",
        article="6(1)",
        severity=Severity.ERROR,
        check=bases_without_source,
    ),
    Rule(
        name="recipient-not-told",
        article="19",
        severity=Severity.REASON_NEEDED,
        check=recipients_not_told,
    ),
    Rule(
        name="erasure-pending",
        article="17",
        severity=Severity.ERROR,
        check=erasures_pending,
    ),
    *NOTICES,
    *UPKEEP,
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.name: rule for rule in _ALL})
"""The rules by name."""


def check(rows: Rows, on: date, held: Iterable[Held] = ()) -> Iterator[Finding]:
    """Give what all the rules find, rule by rule.

    Args:
        rows: The views.
        on: The day for which is asked what is overdue.
        held: The privacy notices that are shown, each held against the register.
    """
    asked = Checked(rows=rows, on=on, held=tuple(held))
    for rule in RULES.values():
        yield from rule.check(asked)
