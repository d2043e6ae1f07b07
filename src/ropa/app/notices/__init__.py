"""Published notices held against the register: by facts, and never by sentences."""

from ropa.app.notices.compare import Apart, Kind, compare
from ropa.app.notices.page import read_page

__all__ = ["Apart", "Kind", "compare", "read_page"]
