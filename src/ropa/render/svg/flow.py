"""What goes where: boxes in stages, and what leads from one to the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ropa.render.document import Box, Flow, Mark
from ropa.render.svg.canvas import (
    FAINT,
    GAP_FAINT,
    INK,
    QUIET,
    RULE,
    SIZE,
    WIDTH,
    Canvas,
    Shown,
    measure,
)

_LINE: Final = 15
_EDGE: Final = {Mark.PLAIN: "#6f8e9b", Mark.QUIET: RULE, Mark.CLOSED: RULE, Mark.GAP: "#8a4a06"}
_TEXT: Final = {Mark.PLAIN: INK, Mark.QUIET: QUIET, Mark.CLOSED: QUIET, Mark.GAP: "#8a4a06"}
_STAGE_GAP: Final = 46
_PAD: Final = 8
_BOX_GAP: Final = 8
_HEAD: Final = 22
_TIP: Final = 7
_LEADING: Final = 3
_MOST_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a box lies: its upper left corner, its width and its height."""

    x: float
    y: float
    wide: float
    tall: float

    @property
    def middle(self) -> float:
        return self.y + self.tall / 2


def flow(picture: Flow, shown: Shown) -> Canvas:
    """Draw the places of each stage one above the other, and the links behind them."""
    canvas = Canvas(picture, shown)
    wide = (WIDTH + _STAGE_GAP) / len(picture.stages) - _STAGE_GAP
    stacks = [[_height(box, wide) for box in boxes] for _, boxes in picture.stages]
    tallest = max(map(_stacked, stacks))
    places: dict[tuple[int, int], _Place] = {}
    for stage, stack in enumerate(stacks):
        x, y = stage * (wide + _STAGE_GAP), _HEAD + (tallest - _stacked(stack)) / 2
        for number, tall in enumerate(stack):
            places[stage, number] = _Place(x, y, wide, tall)
            y += tall + _BOX_GAP
    for link in picture.links:
        gap = any(picture.stages[stage][1][number].mark is Mark.GAP for stage, number in link)
        _link(canvas, *(places[one] for one in link), gap=gap)
    for stage, (head, boxes) in enumerate(picture.stages):
        canvas.text(head, stage * (wide + _STAGE_GAP), 12, fill=QUIET, font_size=11)
        for number, box in enumerate(boxes):
            _box(canvas, box, places[stage, number])
    canvas.end(_HEAD + tallest + 1)
    return canvas


def _stacked(stack: list[float]) -> float:
    return sum(stack) + _BOX_GAP * (len(stack) - 1)


def _height(box: Box, wide: float) -> float:
    lines = sum(len(_wrapped(words, wide)) for words in (box.label, *box.lines))
    return 2 * _PAD - _LEADING + lines * _LINE + (_LEADING if box.lines else 0)


def _box(canvas: Canvas, box: Box, place: _Place) -> None:
    canvas.put(
        "rect",
        x=place.x + 0.5,
        y=place.y,
        width=place.wide - 1,
        height=place.tall,
        rx=3,
        fill=GAP_FAINT if box.mark is Mark.GAP else FAINT,
        stroke=_EDGE[box.mark],
    )
    x, y = place.x + _PAD + 1, place.y + _PAD + SIZE - 1
    weight = "600" if box.lines else "400"
    for line in _wrapped(box.label, place.wide):
        canvas.text(line, x, y, fill=_TEXT[box.mark], font_weight=weight)
        y += _LINE
    for words in box.lines:
        for line in _wrapped(words, place.wide):
            canvas.text(line, x, y + _LEADING, fill=QUIET)
            y += _LINE


def _link(canvas: Canvas, start: _Place, end: _Place, *, gap: bool) -> None:
    x, y = start.x + start.wide, start.middle
    to, half = end.x - _TIP, (end.x - x) / 2
    colour = _EDGE[Mark.GAP if gap else Mark.PLAIN]
    canvas.put(
        "path",
        d=f"M{x:g} {y:g}C{x + half:g} {y:g} {end.x - half:g} {end.middle:g} {to:g} {end.middle:g}",
        fill="none",
        stroke=colour,
        stroke_width=1.1,
    )
    tip = f"M{to:g} {end.middle - _TIP / 2:g}L{end.x:g} {end.middle:g}"
    canvas.put("path", d=f"{tip}L{to:g} {end.middle + _TIP / 2:g}Z", fill=colour)


def _wrapped(words: str, wide: float) -> list[str]:
    """Part a text into lines that fit into a box; what is longer than three is cut short."""
    room = wide - 2 * _PAD - 2
    lines: list[str] = [""]
    for piece in _pieces(words, room):
        longer = f"{lines[-1]} {piece}".strip()
        if measure(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(piece)
    if len(lines) > _MOST_LINES:
        return [*lines[: _MOST_LINES - 1], f"{lines[_MOST_LINES - 1].rstrip()}…"]
    return lines


def _pieces(words: str, room: float) -> Iterator[str]:
    """Give the words, what is wider than a line in parts."""
    for word in words.split():
        start, taken = 0, 0.0
        for number, sign in enumerate(word):
            taken += measure(sign)
            if taken > room:
                yield word[start:number]
                start, taken = number, measure(sign)
        yield word[start:]
