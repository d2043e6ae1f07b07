"""JSON: a paper's model as it is, for machines; codes and dates, not words."""

from typing import Any

import msgspec

from ropa.kernel.ids import Language

VERSION = 1
"""Raised when a reader of the form would have to change."""


def write_json(model: Any, language: Language) -> str:
    """Give a paper's model with its name, the version of the form, and where it stands in time."""
    paper = {
        "report": model.head.report,
        "version": VERSION,
        "language": language,
        "as_of": model.head.as_of.moment,
        "position": model.head.as_of.position,
        "paper": model,
    }
    return msgspec.json.format(msgspec.json.encode(paper), indent=2).decode() + "\n"
