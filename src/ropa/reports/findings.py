"""The rules of `ropa check`: what the law asks for, and what the log shows, against the register.

A rule is a function from rows to findings, with its name and article. A further one is a function
here and its line in `RULES`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import msgspec

from ropa.kernel.categories import Category
from ropa.kernel.ids import ActivityId, RecipientId
from ropa.kernel.law import Duty
from ropa.kernel.view import Rows
from ropa.reports.article30.build import activity_part, controller_part, recipient_part
from ropa.reports.article30.seen import undeclared
from ropa.reports.cell import Cell, Severity
from ropa.reports.entry import basis_source, entry_of
from ropa.reports.usage import unused
from ropa.views.disposals import DISPOSALS, Disposal
from ropa.views.register import activities, recipients
from ropa.views.telling import ToTell, open_tasks


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a rule found.

    Attributes:
        rule: The rule's name.
        article: The provision that it is about.
        severity: What it weighs.
        stream: The entry of the register, such as `activity/contract`; a noun alone where it is
            about histories of that noun.
        field: The field of the entry.
        evidence: The events behind it.
        args: What the finding's sentence is filled with, by name: codes, never texts.
    """

    rule: str
    article: str
    severity: Severity
    stream: str
    field: str
    evidence: tuple[int, ...]
    args: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A named rule.

    Attributes:
        name: Its name.
        article: The provision that it rests on.
        severity: The most that its findings weigh.
        check: Gives what it finds; the findings carry the rule's name.
    """

    name: str
    article: str
    severity: Severity
    check: Callable[[Rows], Iterator[Finding]]


def missing_elements(rows: Rows) -> Iterator[Finding]:
    """Find the elements of Art. 30 that are not declared, and not explained where they may be."""
    name = "missing-element"
    yield from _gaps(name, "controller", controller_part(entry_of(rows, "controller")))
    for entry, declared in activities(rows):
        if entry.retired is None:
            stream = f"activity/{declared.activity}"
            yield from _gaps(name, stream, activity_part(rows, entry, declared))
    for entry, one in recipients(rows):
        if entry.retired is None:
            stream = f"recipient/{one.recipient}"
            part = recipient_part(entry, one)
            yield from _gaps(name, stream, part)
            for transfer in part.transfers:
                yield from _gaps(name, stream, transfer)


def _gaps(rule: str, stream: str, part: msgspec.Struct) -> Iterator[Finding]:
    for field in part.__struct_fields__:
        cell: Any = getattr(part, field)
        if not isinstance(cell, Cell) or cell.gap is None or field == _RETENTION:
            continue
        gap = cell.gap
        explained = gap.severity is Severity.REASON_NEEDED and gap.reason is not None
        if gap.article is None or not gap.article.startswith("30(") or explained:
            continue
        if gap.severity is not Severity.NOTE:
            yield Finding(
                rule=rule,
                article=gap.article,
                severity=gap.severity,
                stream=stream,
                field=field,
                evidence=cell.evidence,
            )


def recipients_not_declared(rows: Rows) -> Iterator[Finding]:
    """Find the recipients that data went to for an activity which does not declare them."""
    for entry, declared in activities(rows):
        for seen in undeclared(rows, entry, declared):
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


def categories_never_used(rows: Rows) -> Iterator[Finding]:
    """Find the categories that an activity declares and nothing was ever recorded in."""
    running = [
        (entry, one)
        for entry, one in activities(rows)
        # What suppresses is kept as digests in the vault, and no event tells of one.
        if entry.retired is None and not any(basis.duty is Duty.OBJECTIONS for basis in one.bases)
    ]
    wanted: set[tuple[ActivityId, Category]] = {
        (one.activity, category) for _, one in running for category in one.categories
    }
    never = unused(rows, wanted)
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


def bases_without_source(rows: Rows) -> Iterator[Finding]:
    """Find the activities without a legal basis, and the bases without a source."""
    for entry, one in activities(rows):
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


_RETENTION = "retention"


def retention_without_rule(rows: Rows) -> Iterator[Finding]:
    """Find the activities without a time limit, where nobody has stated why there is none."""
    for entry, one in activities(rows):
        if entry.retired is None and one.retention is None and one.retention_gap is None:
            yield Finding(
                rule="retention-without-rule",
                article="30(1)(f)",
                severity=Severity.REASON_NEEDED,
                stream=f"activity/{one.activity}",
                field=_RETENTION,
                evidence=tuple(sorted({*entry.behind(_RETENTION), *entry.behind("retention_gap")})),
            )


def recipients_not_told(rows: Rows) -> Iterator[Finding]:
    """Find the recipients that still have to be told of what was done with data."""
    waiting: dict[RecipientId, list[ToTell]] = {}
    for one in open_tasks(rows):
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


def erasures_pending(rows: Rows) -> Iterator[Finding]:
    """Find the erasures that were decided and are not carried out, by whose history they lie in."""
    waiting: dict[str, list[Disposal]] = {}
    for _, one in rows.all(DISPOSALS):
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
    Rule(
        name="missing-element",
        article="30(1)",
        severity=Severity.ERROR,
        check=missing_elements,
    ),
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
        name="retention-without-rule",
        article="30(1)(f)",
        severity=Severity.REASON_NEEDED,
        check=retention_without_rule,
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
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.name: rule for rule in _ALL})
"""The rules by name."""


def check(rows: Rows) -> Iterator[Finding]:
    """Give what all the rules find, rule by rule."""
    for rule in RULES.values():
        yield from rule.check(rows)
