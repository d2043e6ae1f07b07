"""SARIF 2.1.0: what the rules found, in the form that code scanners and dashboards read.

One run. The entries of the register are logical locations, since nothing of it is a text file; the
events behind a finding are related locations, each named by its position in the log. Readers that
show code refuse a finding in no file: so each is in the register's settings, which say whose it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from ropa.render.outlines.findings import RuleInWords, in_words, rule_in_words
from ropa.render.words import Words
from ropa.reports.cell import Severity
from ropa.reports.findings import RULES, Finding, Rule

_LEVELS: Final[Mapping[Severity, str]] = {
    Severity.ERROR: "error",
    Severity.REASON_NEEDED: "warning",
    Severity.NOTE: "note",
}


_FILE: Final = {"artifactLocation": {"uri": "ropa.toml"}, "region": {"startLine": 1}}
_PASSING: Final = frozenset({"count", "erasures", "measures", "since", "version"})
"""What a finding tells that is another thing by the next run."""


def write_sarif(found: Sequence[Finding], words: Words) -> str:
    """Give what the rules found as a SARIF log of one run, with all the rules."""
    driver = {
        "name": "ropa check",
        "rules": [_rule(rule, rule_in_words(rule, words)) for rule in RULES.values()],
    }
    run = {
        "tool": {"driver": driver},
        "language": words.language,
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, words) for one in found],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _rule(rule: Rule, told: RuleInWords) -> dict[str, Any]:
    return {
        "id": rule.name,
        "shortDescription": {"text": told.title},
        "fullDescription": {"text": told.why},
        "help": {"text": f"{told.article}: {told.why} {told.fix}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"article": rule.article},
    }


def _result(finding: Finding, words: Words) -> dict[str, Any]:
    told = in_words(finding, words)
    # What stays the same from one run to the next, so that a scanner knows a finding again.
    known = [finding.rule, finding.article, finding.stream, finding.field]
    known += [code for name, code in sorted(finding.args.items()) if name not in _PASSING]
    return {
        "ruleId": finding.rule,
        "ruleIndex": list(RULES).index(finding.rule),
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{told.where}: {told.text} ({told.article}). {told.fix}"},
        "locations": [
            {
                "physicalLocation": _FILE,
                "logicalLocations": [
                    {
                        "name": finding.field,
                        "fullyQualifiedName": f"{finding.stream}#{finding.field}",
                        "kind": "member",
                    }
                ],
            }
        ],
        "relatedLocations": [
            {
                "id": position,
                "logicalLocations": [
                    {"fullyQualifiedName": f"position/{position}", "kind": "event"}
                ],
                "message": {"text": f"#{position}"},
            }
            for position in finding.evidence
        ],
        "partialFingerprints": {"ropa/v1": "|".join(known)},
        "properties": {"stream": finding.stream, "positions": list(finding.evidence)},
    }
