"""SVG: pictures drawn by hand, of rectangles and text; the same figures give the same bytes.

A picture never stands alone: it goes with the table that holds its figures.
"""

from typing import Final

from markupsafe import Markup

from ropa.render.document import Mark, Picture, clean

_WIDTH: Final = 720
_LABEL: Final = 170
_NUMBER: Final = 70
_ROW: Final = 22
_BAR: Final = 14
_COLOURS: Final = {Mark.GAP: "#8a4a06"}
_COLOUR: Final = "#1d4f63"

_PICTURE: Final = Markup(
    '<svg role="img" viewBox="0 0 {width} {height}" font-size="12" fill="#1c2126"'
    ' style="break-inside: avoid; display: block; margin: 1.2rem 0; max-width: 45rem">'
    "\n<title>{title}</title>\n<desc>{description}</desc>\n{rows}</svg>"
)
_BARS: Final = Markup(
    '<text x="{end}" y="{base}" text-anchor="end">{label}</text>'
    '<rect x="{start}" y="{top}" width="{length}" height="{thick}" fill="{colour}"/>'
    '<text x="{after}" y="{base}">{shown}</text>\n'
)


def draw(picture: Picture) -> Markup:
    """Draw a picture for an HTML page: a bar for each figure, with its label and number."""
    most = max((bar.value for bar in picture.bars), default=0) or 1
    room = _WIDTH - _LABEL - _NUMBER
    rows = Markup("")
    for number, bar in enumerate(picture.bars):
        # What there is of something can be seen, however little it is.
        length = max(1, round(room * bar.value / most)) if bar.value else 0
        rows += _BARS.format(
            end=_LABEL - 10,
            base=number * _ROW + 15,
            label=clean(bar.label),
            start=_LABEL,
            top=number * _ROW + 4,
            length=length,
            thick=_BAR,
            colour=_COLOURS.get(bar.mark, _COLOUR),
            after=_LABEL + length + 8,
            shown=clean(bar.shown),
        )
    return _PICTURE.format(
        width=_WIDTH,
        height=len(picture.bars) * _ROW,
        title=clean(picture.title),
        description=clean(picture.description),
        rows=rows,
    )
