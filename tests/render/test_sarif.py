"""What the rules found as SARIF: each rule told, and each result whole."""

import json
from typing import Any

import pytest

from ropa.kernel.ids import Language
from ropa.render import finding_in_words, render_findings_sarif
from ropa.reports.findings import RULES, Finding
from tests import standards
from tests.render.findings import FINDINGS

LEVELS = {"error": "error", "reason-needed": "warning", "note": "note"}


def run(found: tuple[Finding, ...], language: Language) -> Any:
    log = json.loads(render_findings_sarif(found, language))
    assert log["version"] == "2.1.0"
    (one,) = log["runs"]
    return one


@pytest.mark.parametrize("language", list(Language))
def test_each_rule_is_told(language: Language) -> None:
    told = run((), language)
    assert told["results"] == []
    assert told["language"] == language
    rules = told["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules] == list(RULES)
    for one in rules:
        rule = RULES[one["id"]]
        assert one["defaultConfiguration"] == {"level": LEVELS[rule.severity]}
        assert one["properties"]["article"] == rule.article
        assert all(one[key]["text"] for key in ("shortDescription", "fullDescription", "help"))


@pytest.mark.parametrize("language", list(Language))
def test_each_result_is_told(language: Language) -> None:
    told = run(FINDINGS, language)
    rules = told["tool"]["driver"]["rules"]
    assert len(told["results"]) == len(FINDINGS)
    for one, finding in zip(told["results"], FINDINGS, strict=True):
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"] == finding.rule
        assert one["level"] == LEVELS[finding.severity]
        assert finding_in_words(finding, language).text in one["message"]["text"]
        ((place,),) = (where["logicalLocations"] for where in one["locations"])
        assert place["fullyQualifiedName"] == f"{finding.stream}#{finding.field}"
        assert [related["id"] for related in one["relatedLocations"]] == [*finding.evidence]
    known = [one["partialFingerprints"]["ropa/v1"] for one in told["results"]]
    assert len(set(known)) == len(known)


def test_a_finding_is_known_again_when_its_numbers_grow() -> None:
    (counted,) = (one for one in FINDINGS if one.rule == "recipient-not-declared")
    more = Finding(
        rule=counted.rule,
        article=counted.article,
        severity=counted.severity,
        stream=counted.stream,
        field=counted.field,
        evidence=(*counted.evidence, 99),
        args={**counted.args, "count": "8"},
    )
    before, after = run((counted, more), Language.EN)["results"]
    assert before["partialFingerprints"] == after["partialFingerprints"]
    assert before["message"] != after["message"]


@pytest.mark.parametrize("language", list(Language))
def test_what_readers_of_code_ask_for_is_there(language: Language) -> None:
    told = run(FINDINGS, language)
    ids = [one["id"] for one in told["tool"]["driver"]["rules"]]
    assert len(set(ids)) == len(ids)
    for one in told["results"]:
        assert one["message"]["text"].strip()
        assert one["level"] in LEVELS.values()
        (where,) = one["locations"]
        place = where["physicalLocation"]
        assert not place["artifactLocation"]["uri"].startswith(("/", "file:"))
        assert place["region"] == {"startLine": 1}
        related = [each["id"] for each in one["relatedLocations"]]
        assert sorted(set(related)) == related
        assert all(each["message"]["text"] for each in one["relatedLocations"])
        assert {type(value) for value in one["partialFingerprints"].values()} == {str}


@standards.needs(standards.SARIF)
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("found", [(), FINDINGS])
def test_sarif_is_valid_by_its_schema(found: tuple[Finding, ...], language: Language) -> None:
    validator = standards.validator(standards.SARIF)
    log = json.loads(render_findings_sarif(found, language))
    assert [one.json_path for one in validator.iter_errors(log)] == []
