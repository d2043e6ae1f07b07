"""The outline of the record of processing activities (Art. 30)."""

from ropa.render.outlines.article30.outline import article30

__all__ = ["article30"]
