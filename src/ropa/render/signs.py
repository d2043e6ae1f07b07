"""Signs: a text as a page can show it, with the typefaces that a PDF is set in.

The file templates/signs.txt lists what these typefaces hold, as ranges of code points.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files

from ropa.render.document import clean

MISSING = "\N{WHITE SQUARE}"
"""What stands for a sign that no typeface holds."""

_BREAK = "\N{ZERO WIDTH SPACE}"
"""Where a line may end: the templates put a space of no width there, which nobody copies."""
_TOGETHER = re.compile(
    r"(?<=\b[Aa]rt\.) (?=\d)|(?<=\d\.\d) (?=[a-z]\b)|(?<=\d) (?=§|kap\.|s\. \d)"
    r"|(?<=\bkap\.) (?=\d)|(?<=\bch\.) (?=\d)|(?<=\bs\.) (?=\d)"
    r"|(?:(?<=\d\))|(?<=\)\u2013))(?=\([a-z]\))|(?<=\.\d\s[a-z]\u2013)(?=[a-z]\b)"
    r"|(?<=\b[Ee]-)(?=\w{1,12}\b)"
)
"""The places inside a provision, and after the first letter of `e-mail`, where no line ends."""
_LONG = re.compile(r"\S{13,}")
_JOINT = re.compile(r"(?<=[@._/:=&?+])(?=\w)")
_RUN = re.compile(rf"[^\s{_BREAK}]{{25,}}")
_WORD = re.compile(r"[^\W\d_]{25,40}")
_PIECE = re.compile(r".{8}(?=.{4})")
_INVISIBLE = re.compile("[\u200b\u2028\u2029\u2060\ufe00-\ufe0f\ufeff]")


def printable(text: str) -> str:
    """Give a text with `MISSING` for each sign that no typeface holds, and nothing unseen in it."""
    if text.isascii() and text.isprintable():
        return text
    found = _INVISIBLE.sub("", unicodedata.normalize("NFC", clean(text)))
    return _unknown().sub(MISSING, found)


def set_out(text: str) -> str:
    """Give a printable text with the places where a line may end, and those where it may not."""
    return _LONG.sub(lambda found: _parted(found[0]), kept(printable(text)))


def kept(text: str) -> str:
    """Give a text with signs that keep a line from ending inside a provision or an `e-mail`."""
    return _TOGETHER.sub(
        lambda found: "\N{NO-BREAK SPACE}" if found[0] else "\N{WORD JOINER}", text
    )


def _parted(long: str) -> str:
    """Let an address end its line at a joint, and what has none anywhere; a word is hyphenated."""
    return _RUN.sub(
        lambda run: run[0] if _WORD.fullmatch(run[0]) else _PIECE.sub(rf"\g<0>{_BREAK}", run[0]),
        _JOINT.sub(_BREAK, long),
    )


@cache
def _unknown() -> re.Pattern[str]:
    """Give what finds a sign that is not there, or several that are joined into one."""
    path = files("ropa.render") / "templates" / "signs.txt"
    ranges = path.read_text(encoding="utf-8").split()
    known = "".join("-".join(f"\\U{int(end, 16):08x}" for end in one.split("-")) for one in ranges)
    unknown = rf"[^{known}\s\u00ad\u200c\u200d]"
    return re.compile(rf"{unknown}(?:\u200d{unknown})*")
