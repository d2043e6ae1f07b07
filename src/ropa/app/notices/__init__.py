"""Published notices held against the register: by facts, and never by sentences."""

from ropa.app.notices.compare import compare, titles
from ropa.app.notices.page import read_page
from ropa.app.notices.published import held, keep, published, text_of

__all__ = ["compare", "held", "keep", "published", "read_page", "text_of", "titles"]
