"""The rules on what Art. 30 has the record contain: a rule for each element.

The record itself says what it lacks: a rule gathers the gaps of its element.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from ropa.domain.activity.events import ActivityDeclared
from ropa.kernel.view import Rows
from ropa.reports.article30.build import activity_part, controller_part, recipient_part
from ropa.reports.cell import Cell, Severity
from ropa.reports.entry import entry_of
from ropa.reports.rules.model import Checked, Finding, Rule
from ropa.views.register import Entry, activities, recipients

_OF_RECIPIENTS: Final = frozenset({"name", "country"})


def _running(rows: Rows) -> Iterator[tuple[Entry, ActivityDeclared]]:
    return (found for found in activities(rows) if found[0].retired is None)


def _controller(rows: Rows) -> Iterator[tuple[str, msgspec.Struct]]:
    yield "controller", controller_part(entry_of(rows, "controller"))


def _activities(rows: Rows) -> Iterator[tuple[str, msgspec.Struct]]:
    for entry, declared in _running(rows):
        yield f"activity/{declared.activity}", activity_part(rows, entry, declared)


def _recipients(rows: Rows) -> Iterator[tuple[str, msgspec.Struct]]:
    for entry, one in recipients(rows):
        if entry.retired is None:
            yield f"recipient/{one.recipient}", recipient_part(entry, one)


def _transfers(rows: Rows) -> Iterator[tuple[str, msgspec.Struct]]:
    for entry, one in recipients(rows):
        if entry.retired is None:
            for transfer in recipient_part(entry, one).transfers:
                yield f"recipient/{one.recipient}", transfer


def _gaps(
    rule: str, article: str, parts: Callable[[Rows], Iterator[tuple[str, msgspec.Struct]]]
) -> Callable[[Checked], Iterator[Finding]]:
    """Make the check that finds the gaps of one provision which nobody has explained."""

    def check(asked: Checked) -> Iterator[Finding]:
        for stream, part in parts(asked.rows):
            for field in part.__struct_fields__:
                cell: Any = getattr(part, field)
                gap = cell.gap if isinstance(cell, Cell) else None
                if gap is None or gap.article != article:
                    continue
                if gap.severity is Severity.NOTE or gap.reason is not None:
                    continue
                of_recipient = stream.startswith("recipient/") and field in _OF_RECIPIENTS
                yield Finding(
                    rule=rule,
                    article=article,
                    severity=gap.severity,
                    stream=stream,
                    field=field,
                    evidence=cell.evidence,
                    args={"what": f"recipient-{field}" if of_recipient else field},
                )

    return check


def retention_without_rule(asked: Checked) -> Iterator[Finding]:
    """Find the activities without a time limit, where nobody has stated why there is none."""
    field = "retention"
    for entry, one in _running(asked.rows):
        if one.retention is None and one.retention_gap is None:
            yield Finding(
                rule="retention-without-rule",
                article="30(1)(f)",
                severity=Severity.REASON_NEEDED,
                stream=f"activity/{one.activity}",
                field=field,
                evidence=tuple(sorted({*entry.behind(field), *entry.behind("retention_gap")})),
            )


def client_measures_missing(asked: Checked) -> Iterator[Finding]:
    """Find that measures are neither declared nor their absence explained, as a processor."""
    if any(one.client for _, one in _running(asked.rows)):
        name, article = "client-measures-missing", "30(2)(d)"
        for finding in _gaps(name, "30(1)(g)", _controller)(asked):
            yield msgspec.structs.replace(finding, article=article)


def _element(
    name: str,
    article: str,
    parts: Callable[[Rows], Iterator[tuple[str, msgspec.Struct]]],
    severity: Severity = Severity.ERROR,
) -> Rule:
    return Rule(name=name, article=article, severity=severity, check=_gaps(name, article, parts))


ELEMENTS: Final = (
    _element("controller-incomplete", "30(1)(a)", _controller),
    _element("purpose-missing", "30(1)(b)", _activities),
    _element("data-missing", "30(1)(c)", _activities),
    _element("recipients-missing", "30(1)(d)", _activities),
    _element("transfers-missing", "30(1)(e)", _activities),
    _element("transfer-without-safeguard", "30(1)(e)", _transfers),
    Rule(
        name="retention-without-rule",
        article="30(1)(f)",
        severity=Severity.REASON_NEEDED,
        check=retention_without_rule,
    ),
    _element("measures-missing", "30(1)(g)", _controller, Severity.REASON_NEEDED),
    _element("client-incomplete", "30(2)(a)", _activities),
    _element("client-processing-missing", "30(2)(b)", _activities),
    _element("client-transfers-missing", "30(2)(c)", _activities),
    Rule(
        name="client-measures-missing",
        article="30(2)(d)",
        severity=Severity.REASON_NEEDED,
        check=client_measures_missing,
    ),
    _element("processor-without-agreement", "28(3)", _recipients),
)
"""The rules, in the order of the provisions."""
