"""HTML: a document as one file that opens anywhere and prints well on A4."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from ropa.render.document import Document, Letter, cited, clean, shortened
from ropa.render.svg import draw

_TOGETHER = re.compile(r"(?<=\b[Aa]rt\.) (?=\d)|(?<=\d\.\d) (?=[a-z]\b)")
"""The spaces inside a provision, which is never broken at the end of a line."""
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ]")


def write_html(document: Document) -> str:
    """Set a document as one page that needs no other file."""
    page = _environment().get_template("document.html")
    style = Markup(_file("document.css"))  # noqa: S704 - our own file
    return page.render(document=document, cited=cited(document), style=style) + "\n"


def write_letter_html(letter: Letter) -> str:
    """Set a letter as one page that needs no other file."""
    page = _environment().get_template("letter.html")
    style = Markup(_file("letter.css"))  # noqa: S704 - our own file
    return page.render(letter=letter, style=style) + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=DictLoader({name: _file(name) for name in ("document.html", "letter.html")}),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["css"] = css_string
    environment.filters["shortened"] = shortened
    environment.filters["draw"] = draw
    return environment


def css_string(text: str) -> Markup:
    """Give a text as a CSS string in which only letters, digits and spaces stand for themselves."""
    escaped = _NOT_PLAIN.sub(lambda found: f"\\{ord(found[0]):x} ", clean(text))
    return Markup(f'"{escaped}"')  # noqa: S704 - everything that could end the string is escaped


def _finalize(found: Any) -> Any:
    """Clean what is put into the page, unless it is markup that was cleaned when it was made."""
    if type(found) is not str:
        return found
    return _TOGETHER.sub("\N{NO-BREAK SPACE}", clean(found))


def _file(name: str) -> str:
    path = files("ropa.render") / "templates" / name
    return path.read_text(encoding="utf-8")
