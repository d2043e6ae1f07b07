"""Figures over time: a column for each month, its parts one on the other or side by side."""

from itertools import count
from typing import Final

from ropa.render.document import Columns
from ropa.render.svg.canvas import INK, QUIET, RULE, SIZE, WIDTH, Canvas, Shown, measure

_PLOT: Final = 150
_LEFT: Final = 40
_GAP_SHARE: Final = 0.28
_WIDEST: Final = 64


def columns(picture: Columns, shown: Shown) -> Canvas:
    """Draw columns on a scale, with what the colours mean above and the labels below."""
    canvas = Canvas(picture, shown)
    top = _legend(canvas, picture) + 32
    foot = top + _PLOT
    together = sum if picture.stacked else max
    most = max((together(figures) for _, figures in picture.columns), default=0)
    step = _step(most)
    ceiling = max(step, -(-most // step) * step)
    for value in range(0, ceiling + 1, step):
        y = foot - _PLOT * value / ceiling
        colour = RULE if value else QUIET
        canvas.put("line", x1=_LEFT, x2=WIDTH, y1=y, y2=y, stroke=colour, stroke_width=0.8)
        canvas.text(f"{value}", _LEFT - 8, y + 4, text_anchor="end", fill=QUIET, font_size=11)
    room = (WIDTH - _LEFT) / max(len(picture.columns), 1)
    wide = min(room * (1 - _GAP_SHARE), _WIDEST)
    every = _every(picture, room)
    bars = 1 if picture.stacked else len(picture.series)
    for number, (label, figures) in enumerate(picture.columns):
        middle = _LEFT + room * (number + 0.5)
        x, y = middle - wide / 2, float(foot)
        for (_, mark), figure in zip(picture.series, figures, strict=True):
            tall = _PLOT * figure / ceiling
            y -= tall
            if figure:
                canvas.bar(mark, x=x, y=y, width=wide / bars, height=tall)
            if not picture.stacked:
                _number(canvas, figure, x + wide / bars / 2, y, room / bars)
                x, y = x + wide / bars, float(foot)
        if picture.stacked:
            _number(canvas, sum(figures), middle, y, room)
        if number % every == 0:
            for at, line in zip(count(foot + 16, 13), label.split(maxsplit=1), strict=False):
                canvas.text(line, middle, at, text_anchor="middle", fill=QUIET, font_size=11)
    canvas.end(foot + 36)
    return canvas


def _number(canvas: Canvas, figure: int, x: float, y: float, room: float) -> None:
    """Put a figure over its column, where there is room for it."""
    if figure and measure(f"{figure}") < room:
        canvas.text(f"{figure}", x, y - 5, text_anchor="middle", font_size=11)


def _legend(canvas: Canvas, picture: Columns) -> float:
    """Put what the colours mean, if there are several; give where it ends."""
    if len(picture.series) == 1:
        return 0
    x, y = float(_LEFT), 11.0
    for label, mark in picture.series:
        wide = 18 + measure(label)
        if x > _LEFT and x + wide > WIDTH:
            x, y = _LEFT, y + 18
        canvas.bar(mark, x=x, y=y - 9, width=11, height=11)
        canvas.text(label, x + 17, y, fill=INK)
        x += wide + 22
    return y


def _step(most: int) -> int:
    """Give the distance of the lines: 1, 2 or 5 times a power of ten, for four lines or less."""
    power = 1
    while most > 4 * 5 * power:
        power *= 10
    return next(digit * power for digit in (1, 2, 5) if most <= 4 * digit * power)


def _every(picture: Columns, room: float) -> int:
    """Give how many columns share a label, so that no two of them touch."""
    longest = max(
        (measure(line) for label, _ in picture.columns for line in label.split(maxsplit=1)),
        default=0.0,
    )
    return max(1, -(-int(longest * 11 / SIZE + 6) // int(max(room, 1))))
