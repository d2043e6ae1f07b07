"""HTML: a document as one file that opens anywhere and prints well on A4."""

import re
from base64 import b64encode
from functools import lru_cache
from pathlib import PurePath
from traceback import extract_tb
from typing import Any

from jinja2 import (
    Environment,
    FunctionLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from ropa.kernel.problem import Problem
from ropa.render.document import Document, Letter, cited, clean, shortened
from ropa.render.look import OURS, PICTURES, TEMPLATES, Look, broken
from ropa.render.signs import kept
from ropa.render.svg import draw

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ]")


def write_html(document: Document, look: Look = OURS) -> str:
    """Set a document as one page that needs no other file.

    Raises:
        Problem: `template-broken` where a company's own templates cannot be used.
    """
    return _set("document", look, document=document, cited=cited(document))


def write_letter_html(letter: Letter, look: Look = OURS) -> str:
    """Set a letter as one page that needs no other file, as `write_html` does a document."""
    return _set("letter", look, letter=letter)


def _set(kind: str, look: Look, **said: Any) -> str:
    style = Markup(look.text(f"{kind}.css") + look.text("house.css"))  # noqa: S704 - no data
    try:
        return _environment(look).get_template(f"{kind}.html").render(**said, style=style) + "\n"
    except Exception as error:
        if look == OURS:
            raise
        # The engine's own words may hold what stands in the paper.
        raise _broken(error, look) from None


@lru_cache(maxsize=8)
def _environment(look: Look) -> Environment:
    def source(name: str) -> tuple[str, str, None] | None:
        return (look.text(name), name, None) if name in TEMPLATES else None

    environment = (Environment if look == OURS else SandboxedEnvironment)(
        loader=FunctionLoader(source),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["css"] = css_string
    environment.filters["shortened"] = shortened
    environment.filters["draw"] = draw
    environment.filters["image"] = _Image(dict(look.own))
    return environment


class _UndescribedError(Exception):
    """A picture lacks the words for those who do not see it."""


class _Image:
    """Puts a company's picture into the page itself."""

    def __init__(self, own: dict[str, bytes]) -> None:
        self._own = own

    def __call__(self, name: str, description: str = "") -> Markup:
        if not description:
            raise _UndescribedError
        kind = PICTURES.get(PurePath(name).suffix)
        if kind is None or name not in self._own:
            raise TemplateNotFound(name)
        content = b64encode(self._own[name]).decode("ascii")
        return Markup(f'<img alt="{escape(description)}" src="data:{kind};base64,{content}">')  # noqa: S704 - escaped


_WHY = {
    TemplateSyntaxError: ("It is not written as Jinja has it.", "Mend it there."),
    UndefinedError: (
        "It names something that is not there.",
        "Compare it with ropa's own template by this name.",
    ),
    TemplateNotFound: (
        "It asks for a file that is not there.",
        "Put the file into the folder; others are not read.",
    ),
    SecurityError: ("It does something that templates may not do.", "Leave it out."),
    _UndescribedError: (
        "A picture has no description.",
        'Give it one: {{ "logo.svg" | image("…") }}.',
    ),
}


def _broken(error: Exception, look: Look) -> Problem:
    """Tell what is wrong with a template, and where, without the engine's words."""
    name, line = "document.html", None
    if isinstance(error, TemplateSyntaxError):
        name, line = error.filename or name, error.lineno
    for frame in extract_tb(error.__traceback__):
        if frame.filename in TEMPLATES:
            name, line = frame.filename, frame.lineno
    found = (why for kind, why in _WHY.items() if isinstance(error, kind))
    detail, advice = next(found, ("What it does fails.", "Compare it with ropa's own template."))
    return broken(f"The template cannot be used. {detail}", advice, look.place(name, line))


def css_string(text: str) -> Markup:
    """Give a text as a CSS string in which only letters, digits and spaces stand for themselves."""
    escaped = _NOT_PLAIN.sub(lambda found: f"\\{ord(found[0]):x} ", clean(text))
    return Markup(f'"{escaped}"')  # noqa: S704 - everything that could end the string is escaped


def _finalize(found: Any) -> Any:
    """Clean what is put into the page, unless it is markup that was cleaned when it was made."""
    if type(found) is not str:
        return found
    return kept(clean(found))
