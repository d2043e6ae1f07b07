"""JSON: a paper's model as it is, for machines; codes and dates, not words."""

from collections.abc import Sequence
from typing import Any

import msgspec

from ropa.kernel.ids import Language

VERSION = 1
"""Raised when a reader of the form would have to change."""


def write_json(model: Any, language: Language) -> str:
    """Give a paper's model with its name, the version of the form, and its place in the log."""
    paper = {
        "report": model.head.report,
        "version": VERSION,
        "language": language,
        "as_of": model.head.as_of.moment,
        "position": model.head.as_of.position,
        "root": model.head.as_of.root,
        "paper": model,
    }
    return _written(paper)


def write_findings(items: Sequence[Any], language: Language) -> str:
    """Give what the rules found, with the name and version of the form."""
    return _written(
        {"report": "findings", "version": VERSION, "language": language, "findings": items}
    )


def _written(whole: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"
