"""Naming what another process can import."""

import sys
from importlib import import_module
from typing import Any

Reference = tuple[str, str]
"""Something that can be imported: its module, and its name there."""


def reference_to(found: object) -> Reference | None:
    """Give where something can be imported from, or None.

    A view is full of functions that cannot be pickled, so it goes to another process by name.
    """
    script = sys.modules.get("__main__")  # multiprocessing gives it a second name
    for module, known in list(sys.modules.items()):
        if known is not script:
            for name, value in list(getattr(known, "__dict__", {}).items()):
                if value is found:
                    return module, name
    return None


def imported(reference: Reference) -> Any:
    """Give what stands there."""
    module, name = reference
    return getattr(import_module(module), name)
