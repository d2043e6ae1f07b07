"""Pages: a published notice as parts under headings, whether HTML, Markdown or plain text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

from ropa.kernel.problem import Code, Problem
from ropa.render.document import clean

CELL = "\t"
"""What stands between the cells of a row."""
_HTML = re.compile(
    r"<!doctype html|<(html|body|head|div|p|h[1-6]|section|article|table)[\s>]", re.IGNORECASE
)
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "footer",
    "form", "header", "hr", "li", "main", "nav", "ol", "p", "section", "table", "tbody", "thead",
    "tr", "ul",
})  # fmt: skip
_HIDDEN = frozenset({"script", "style", "template", "noscript", "title"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_SHIFT = 0xF0000
_SHIFTED = {_SHIFT + sign: chr(sign) for sign in range(0x21, 0x7F)}
_UNDERLINE = re.compile(r"^(=+|-+)$")
_RULE = re.compile(r"^[\s|:─━-]*$")
_BULLET = re.compile(r"^([-*+•]|\d{1,2}[.)])\s+|^>\s*")
_MARKED = re.compile(r"[-*+•>|!]|\d{1,2}[.)]")
_LABELLED = re.compile(r"^\*\*([^*]+)\*\*\s*")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
_LONE = 60
_SETTING = {0xAD: None, 0x200B: None, 0x2060: None, 0x2010: "-", 0x2011: "-", 0x2019: "'"}
"""What only says where a line may end, and signs that look like the one on a keyboard."""
_LIST = re.compile(r";\s|,\s(?:(?:och|and)\s)?|\s(?:och|and)\s")


def plain(text: str) -> str:
    """Give a text as texts are compared: one case, one space, and nothing that only sets it."""
    shown = unicodedata.normalize("NFC", clean(text)).translate(_SETTING)
    return " ".join(shown.casefold().split())


@dataclass(frozen=True)
class Part:
    """What stands under one heading; `title` is empty before the first.

    Attributes:
        title: The heading.
        lines: The lines under it; the cells of a row are kept apart by `CELL`.
    """

    title: str
    lines: list[str] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        """All of it as it is compared."""
        return plain(" ".join((self.title, *self.lines)))

    @cached_property
    def items(self) -> frozenset[str]:
        """Each line, cell and item of a list, as it is compared."""
        whole = [one for line in self.lines for one in line.split(CELL)]
        return frozenset(plain(one) for text in whole for one in (text, *_LIST.split(text)))


@dataclass(frozen=True)
class Page:
    """A whole page."""

    parts: tuple[Part, ...]

    @cached_property
    def text(self) -> str:
        """All of it as it is compared."""
        return " ".join(part.text for part in self.parts)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Its headings and lines as they stand; cells are lines too."""
        return tuple(
            one
            for part in self.parts
            for line in (part.title, *part.lines)
            for one in line.split(CELL)
        )

    def titled(self, title: str) -> Part | None:
        """Give what stands under a heading, all its places taken together; None without any."""
        found = [part for part in self.parts if plain(part.title) == plain(title)]
        if not found:
            return None
        return Part(found[0].title, [line for part in found for line in part.lines])


def read_page(content: bytes, titles: Iterable[str] = ()) -> Page:
    """Read a page.

    Args:
        content: Its bytes, in UTF-8.
        titles: What is known to be a heading, where nothing else shows it.

    Raises:
        Problem: `not-utf8` for what is no text, and `nothing-given` where there is no word in it.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Problem(
            Code.NOT_UTF8,
            "The page is no text in UTF-8.",
            advice="Give it as HTML, Markdown or plain text.",
        )
    found = (
        _html(text) if _HTML.search(text[:4000]) else _text(text, {plain(one) for one in titles})
    )
    parts = tuple(part for part in found if part.text)
    if not any(sign.isalpha() for part in parts for sign in part.text):
        raise Problem(Code.NOTHING_GIVEN, "There is no text in the page.")
    return Page(parts)


def _html(text: str) -> list[Part]:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.end_line()
    return reader.parts


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts = [Part("")]
        self._line = ""
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _HEADINGS or tag in _BLOCKS:
            self.end_line()
        elif tag in {"td", "th"}:
            self._line += CELL if self._line.strip() else ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _HEADINGS:
            self.parts.append(Part(" ".join(self._line.split())))
            self._line = ""
        elif tag in _BLOCKS:
            self.end_line()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._line += data.replace(CELL, " ")

    def end_line(self) -> None:
        if self._line.strip():
            self.parts[-1].lines.append(self._line.strip())
        self._line = ""


def _text(text: str, titles: set[str]) -> list[Part]:
    # What is escaped is no markup: it is kept aside, and put back in the end.
    text = _ESCAPED.sub(lambda found: chr(_SHIFT + ord(found[1])), text.replace(CELL, " "))
    lines = [line.strip() for line in text.splitlines()]
    parts = [Part("")]
    # Where headings are marked, a short line that stands alone is none.
    pairs = zip(["", *lines], lines, strict=False)
    marked = any(line.startswith("#") or (before and _under(line)) for before, line in pairs)
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else ""
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if _RULE.match(line) or _UNDERLINE.match(line):
            continue
        if (title := _heading(line, before, after, titles, alone=not marked)) is not None:
            parts.append(Part(title))
        else:
            parts[-1].lines.extend(_lines(line))
    return parts


def _under(line: str) -> bool:
    return _UNDERLINE.match(line) is not None


def _heading(line: str, before: str, after: str, titles: set[str], *, alone: bool) -> str | None:
    bare = _back(line.lstrip("#").strip())
    lone = (
        not before and not after and len(line) <= _LONE and line[-1].isalpha() and "," not in line
    )
    marked = line.startswith("#") or (_UNDERLINE.match(after) and line[0] != "|")
    if marked or plain(bare) in titles or (alone and lone and not _MARKED.match(line)):
        return bare
    return None


def _lines(line: str) -> Iterator[str]:
    if line.startswith("|") and line.endswith("|"):
        cells = line.strip("|").split("|")
        yield CELL.join(_back(one) for cell in cells for one in cell.split("<br>"))
        return
    line = _BULLET.sub("", line)
    if labelled := _LABELLED.match(line):
        yield _back(labelled[1].removesuffix(":"))
        line = line[labelled.end() :]
    yield from (_back(one) for one in line.split("<br>"))


def _back(text: str) -> str:
    text = _LINK.sub(r"\1 \2", text).replace("**", "").replace("`", "")
    return text.strip().translate(_SHIFTED)
