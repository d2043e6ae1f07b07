"""SVG: pictures drawn of rectangles, lines and text; the same figures give the same bytes.

A picture never stands alone: it goes with the table that holds its figures.
"""

from typing import assert_never
from xml.etree import ElementTree as ET

from markupsafe import Markup

from ropa.render.document import Columns, Flow, Picture, clean
from ropa.render.svg.canvas import Shown
from ropa.render.svg.columns import columns
from ropa.render.svg.flow import flow


def draw(picture: Picture, shown: Shown = clean) -> Markup:
    """Draw a picture as an SVG element, with its title and description for those who do not see it.

    Args:
        picture: What to draw.
        shown: Gives a text as it can be shown.
    """
    match picture:
        case Columns():
            canvas = columns(picture, shown)
        case Flow():
            canvas = flow(picture, shown)
        case _:
            assert_never(picture)
    text = ET.tostring(canvas.root, encoding="unicode")
    return Markup(text)  # noqa: S704 - the library escapes what is put into it
