"""The outline of one person's access report (Art. 15)."""

from ropa.render.outlines.access.outline import access

__all__ = ["access"]
