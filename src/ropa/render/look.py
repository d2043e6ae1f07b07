"""How papers look: ropa's templates, and a company's own files in their place."""

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import PurePath

from ropa.kernel.problem import Code, Problem, Where

FOLDER = "templates"
"""What the folder is called: ropa's own in the program, and a company's in the register."""

TEMPLATES = (
    "house.css",
    "house.html",
    "house.typ",
    "common.typ",
    "document.css",
    "document.html",
    "document.typ",
    "letter.css",
    "letter.html",
    "letter.typ",
)
"""The templates; a company's file takes the place of ours by the same name."""

PICTURES: Mapping[str, str] = {
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
"""The kinds of pictures that may stand beside them, by how their names end."""

_END_OF_STYLE = re.compile(rb"</style", re.IGNORECASE)
_PACKAGE = re.compile(rb'"@[a-z0-9-]+/')


@dataclass(frozen=True, slots=True)
class Look:
    """The files that a company has put in the place of ours, or beside them.

    Attributes:
        own: Name and content of each, in the order of their names.
    """

    own: tuple[tuple[str, bytes], ...] = ()

    def file(self, name: str) -> bytes:
        """Give a template: the company's own, or ours."""
        own = dict(self.own)
        return own[name] if name in own else _ours(name)

    def text(self, name: str) -> str:
        """Give a template as text."""
        return self.file(name).decode("utf-8")

    def place(self, name: str, line: int | None, column: int | None = None) -> Where:
        """Give a place in a template as people find it; ours is told apart."""
        own = name in dict(self.own)
        file = f"{FOLDER}/{name}" if own else f"{FOLDER} (seen in ropa's own {name})"
        return Where(file=file, line=line, column=column)


OURS = Look()
"""The look that papers have where a company has no templates."""


@cache
def _ours(name: str) -> bytes:
    return (files("ropa.render") / FOLDER / name).read_bytes()


def look_of(own: Mapping[str, bytes]) -> Look:
    """Give the look that a company's files make.

    Args:
        own: Their contents by their names.

    Raises:
        Problem: `template-broken` where a file has another name than a template or a picture, is no
            UTF-8, or holds what could not be set.
    """
    for name, content in own.items():
        if name in TEMPLATES:
            _require_text(name, content)
        elif PurePath(name).suffix not in PICTURES:
            raise broken(
                "This file is neither a template nor a picture.",
                f"The templates are {', '.join(TEMPLATES)}; the names of pictures end in"
                f" {', '.join(PICTURES)}. Keep other files elsewhere.",
                Where(file=f"{FOLDER}/{name}"),
            )
    # Some editors begin a text with a mark of its encoding, which is no part of it.
    return Look(tuple((name, own[name].removeprefix(BOM_UTF8)) for name in sorted(own)))


def _require_text(name: str, content: bytes) -> None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise broken(
            "The template is not UTF-8.",
            "Save it as UTF-8.",
            _at(name, content, error.start),
        ) from None
    if name.endswith(".css") and (found := _END_OF_STYLE.search(content)):
        raise broken(
            "The style ends before the end of the file.",
            "Write the rules alone, without the tag around them.",
            _at(name, content, found.start()),
        )
    if name.endswith(".typ") and (found := _PACKAGE.search(content)):
        raise broken(
            "The template asks for a package, and papers are made without the network.",
            "Put what it does into the template.",
            _at(name, content, found.start()),
        )


def _at(name: str, content: bytes, offset: int) -> Where:
    before = content[:offset]
    start = before.rfind(b"\n") + 1
    column = len(before[start:].decode("utf-8", "replace")) + 1
    return Where(file=f"{FOLDER}/{name}", line=before.count(b"\n") + 1, column=column)


def broken(detail: str, advice: str, where: Where) -> Problem:
    """Give the problem that a template cannot be used."""
    return Problem(Code.TEMPLATE_BROKEN, detail, advice=advice, where=where)
