"""What a picture is drawn on, and how wide a text is."""

import unicodedata
from collections.abc import Callable
from typing import Final
from xml.etree import ElementTree as ET

from ropa.render.document import Mark, Picture

WIDTH: Final = 720
"""How wide a picture is, in the units of all its lengths."""
SIZE: Final = 12
"""The height of the letters."""

INK: Final = "#1c2126"
QUIET: Final = "#59636e"
RULE: Final = "#d5dade"
FAINT: Final = "#f5f7f8"
GAP_FAINT: Final = "#fdf6ec"
FILL: Final = {
    Mark.PLAIN: "#1d4f63",
    Mark.QUIET: "#a9bfc9",
    Mark.CLOSED: "#6f7c86",
    Mark.GAP: "#8a4a06",
}

_OUTLINE: Final = {Mark.QUIET: "#6f8e9b"}
"""What is drawn round a colour too light to stand out from paper (WCAG 2.2, 1.4.11)."""

Shown = Callable[[str], str]
"""Gives a text as it can be shown."""


class Canvas:
    """A picture in the making: what is put on it lies over what was put before."""

    def __init__(self, picture: Picture, shown: Shown) -> None:
        self.root = ET.Element("svg", {
            "role": "img",
            "class": "picture",
            "font-size": str(SIZE),
            "font-family": "Libertinus Serif",
        })  # fmt: skip
        self.shown = shown
        ET.SubElement(self.root, "title").text = shown(picture.title)
        ET.SubElement(self.root, "desc").text = shown(picture.description)

    def end(self, height: float) -> None:
        """Say how tall the picture has become."""
        self.root.set("viewBox", f"0 0 {WIDTH} {height:g}")

    def put(self, name: str, **attributes: float | str) -> ET.Element:
        """Put an element on the picture, `stroke_width=1` for the attribute `stroke-width`."""
        named = {
            key.replace("_", "-"): found if isinstance(found, str) else f"{found:g}"
            for key, found in attributes.items()
        }
        return ET.SubElement(self.root, name, named)

    def bar(self, mark: Mark, **place: float) -> None:
        """Put a rectangle in the colour of a mark on the picture."""
        self.put("rect", **place, fill=FILL[mark], stroke=_OUTLINE.get(mark, "none"))

    def text(self, words: str, x: float, y: float, **attributes: float | str) -> None:
        """Put a line of text on the picture; `y` is its base line."""
        self.put("text", x=x, y=y, **attributes).text = self.shown(words)


def measure(words: str) -> float:
    """Give about how wide a text is, in any typeface that it may be set in."""
    return sum(map(_wide, words)) * SIZE


def _wide(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if unicodedata.combining(sign):
        return 0.0
    if sign in "iljtfrI.,:;'|()[]- ":
        return 0.34
    return 0.72 if sign.isupper() or sign in "mw@%" else 0.55
