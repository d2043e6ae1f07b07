"""The files that the demo appends: what the four programs sent in a year."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Final

FEEDS: Final = ("webshop", "newsletter", "banner", "invoicing")
"""The programs, in the order in which the demo appends what they sent.

The shop comes first: it knows under which numbers the other programs know its customers.
"""

CORRECTION: Final = "invoicing-correction"
"""The one bad line of `invoicing`, as the program sends it once it has been put right."""


def path(name: str) -> Path:
    """Give the path of a file of the demo."""
    return Path(str(files("ropa.cli.demo"))) / f"{name}.ndjson"


def corrected() -> str:
    """Give the file `invoicing` with its bad line put right: the same ids, the same order."""
    right = path(CORRECTION).read_text(encoding="utf-8").strip()
    mended = json.loads(right)["id"]
    lines = path("invoicing").read_text(encoding="utf-8").splitlines()
    return "\n".join(right if json.loads(line)["id"] == mended else line for line in lines) + "\n"
