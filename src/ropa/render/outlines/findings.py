"""What the rules of a check found, in words: for a list on a terminal, and as a document."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ropa.kernel.categories import Category
from ropa.kernel.ids import Role
from ropa.kernel.law import LegalBasis
from ropa.render.document import Block, Cell, Document, Paragraph, Section
from ropa.render.outlines.scribe import Scribe, said
from ropa.render.words import Words
from ropa.reports.cell import Severity
from ropa.reports.findings import RULES, Finding, Rule

_COLUMNS = {"where": 4, "what": 9, "article": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingInWords:
    """A finding in the words of one language.

    Attributes:
        severity: What it weighs.
        title: What the rule is called.
        where: The entry of the register.
        text: What was found.
        article: The provision.
        why: What the provision asks for.
        fix: What to do.
    """

    severity: str
    title: str
    where: str
    text: str
    article: str
    why: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInWords:
    """A rule in the words of one language.

    Attributes:
        title: What it is called.
        article: The provision that it rests on.
        why: What the provision asks for.
        fix: What to do where it finds something.
    """

    title: str
    article: str
    why: str
    fix: str


def rule_in_words(rule: Rule, words: Words) -> RuleInWords:
    """Put a rule into words."""
    path = f"findings/{rule.name}"
    return RuleInWords(
        title=words(f"{path}/title"),
        article=words.article(rule.article),
        why=words(f"{path}/why"),
        fix=words(f"{path}/fix"),
    )


def in_words(finding: Finding, words: Words) -> FindingInWords:
    """Put a finding into words."""
    rule = f"findings/{finding.rule}"
    noun, _, name = finding.stream.partition("/")
    where = words(f"nouns/{noun}")
    return FindingInWords(
        severity=words.label(finding.severity),
        title=words(f"{rule}/title"),
        where=words("words/pair", one=where, other=name) if name else where,
        text=words(f"{rule}/text", **_parts(finding, words)),
        article=words.article(finding.article),
        why=words(f"{rule}/why"),
        fix=words(f"{rule}/fix"),
    )


def _parts(finding: Finding, words: Words) -> dict[str, str]:
    """Give what a finding's sentence is filled with: names for codes."""
    parts: dict[str, str] = {}
    for name, code in finding.args.items():
        match name:
            case "what":
                parts[name] = words(f"gaps/{code}")
            case "category":
                parts[name] = words.label(Category(code))
            case "basis" if code == "none":
                parts[name] = words("findings/no-basis")
            case "basis":
                parts[name] = words.label(LegalBasis(code))
            case "role":
                parts[name] = words.label(Role(code))
            case "count":
                parts[name] = words.count("disclosure", int(code))
            case "erasures":
                parts[name] = words.count("erasure", int(code))
            case "measures":
                parts[name] = words.count("measure", int(code))
            case "parting":
                parts[name] = _parting(finding, words)
            case "since":
                parts[name] = words.date_of(datetime.fromisoformat(code))
            case _:
                parts[name] = code
    return parts


def _parting(finding: Finding, words: Words) -> str:
    """Give where a published notice and the register part; what is quoted stays as it is."""
    args = finding.args
    fact = words(f"parting/labels/{args['fact']}") if "fact" in args else ""
    language = words(f"languages/{args['language']}")
    parts = {**args, "fact": fact, "language": language}
    return words(f"findings/parting/{args['parting']}", **parts)


def findings(found: Sequence[Finding], words: Words) -> Document:
    """Put all that was found into a document, the weightiest first, rule by rule."""
    scribe = Scribe(words)
    sections = []
    for severity in Severity:
        weighty = [one for one in found if one.severity is severity]
        rules = dict.fromkeys(one.rule for one in weighty)
        if rules:
            inner = (_rule(scribe, f"{severity}-{name}", RULES[name], weighty) for name in rules)
            title = words.label(severity)
            sections.append(Section(id=severity.value, title=title, sections=tuple(inner)))
    if not sections:
        nothing: Block = Paragraph(said(words("findings/nothing")))
        sections.append(Section(id="nothing", title=words("findings/title"), blocks=(nothing,)))
    return Document(
        language=words.language,
        title=words("findings/title"),
        footer=words("findings/title"),
        page=words("words/page", page="{page}", pages="{pages}"),
        sections=tuple(sections),
        evidence_title=words("evidence/title"),
        evidence_lead=words("evidence/lead"),
    )


def _rule(scribe: Scribe, anchor: str, rule: Rule, weighty: Sequence[Finding]) -> Section:
    """Give what one rule found: why it matters and what to do first, since both hold for all."""
    words = scribe.words
    told = rule_in_words(rule, words)
    rows = [_row(one, words) for one in weighty if one.rule == rule.name]
    return Section(
        id=anchor,
        title=told.title,
        blocks=(
            Paragraph(said(told.why, told.fix)),
            replace(scribe.table("findings/title", "findings/columns", _COLUMNS, rows), caption=""),
        ),
    )


def _row(finding: Finding, words: Words) -> tuple[Cell, ...]:
    found = in_words(finding, words)
    return said(found.where), Cell((found.text,), finding.evidence), said(found.article)
