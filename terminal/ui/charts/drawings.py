"""What a person draws on a chart: lines, rectangles, Fibonacci levels and words, tied to times and prices, with undo.

Kept per series by the chart panel, painted by `paint_drawings`.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

_END_OF_TIME = 2**62
"""UTC ns, far beyond any candle; a chart's sums of times stay within 64 bits."""


class Tool(StrEnum):
    """The kinds of drawing."""

    TREND = "trend line"
    HORIZONTAL = "horizontal line"
    RAY = "ray"
    RECTANGLE = "rectangle"
    FIBONACCI = "fibonacci"
    TEXT = "text"

    @property
    def points(self) -> int:
        """Clicks it takes."""
        return 1 if self in (Tool.HORIZONTAL, Tool.TEXT) else 2


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a chart: UTC ns and a price."""

    time: int
    price: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing; `points` as its tool needs, `text` only for words."""

    tool: Tool
    points: tuple[Point, ...]
    text: str = ""

    def moved(self, index: int | None, time: int, price: float) -> "Drawing":
        """This drawing with point `index` (None = all) moved by so much."""
        moved = (Point(p.time + time, p.price + price) if index in (None, place) else p for place, p in enumerate(self.points))
        return replace(self, points=tuple(moved))

    def state(self) -> dict[str, Any]:
        """This drawing as JSON values."""
        return {"tool": self.tool.value, "points": [[p.time, p.price] for p in self.points], "text": self.text}


class DrawingBook:
    """The drawings of one series in the order they were made; every change can be undone and done again."""

    def __init__(self, drawings: Iterable[Drawing] = ()) -> None:
        self._now: tuple[Drawing, ...] = tuple(drawings)
        self._before: list[tuple[Drawing, ...]] = []
        self._undone: list[tuple[Drawing, ...]] = []

    @property
    def all(self) -> tuple[Drawing, ...]:
        """The drawings there are."""
        return self._now

    def add(self, drawing: Drawing) -> None:
        """Adds a drawing on top."""
        self._become((*self._now, drawing))

    def remove(self, index: int) -> None:
        """Removes a drawing."""
        self._become(self._now[:index] + self._now[index + 1 :])

    def replace(self, index: int, drawing: Drawing) -> None:
        """Puts `drawing` in the place of another."""
        if self._now[index] != drawing:
            self._become((*self._now[:index], drawing, *self._now[index + 1 :]))

    def preview(self, index: int, drawing: Drawing) -> None:
        """Shows `drawing` in the place of another while it is dragged; nothing to undo yet."""
        self._now = (*self._now[:index], drawing, *self._now[index + 1 :])

    def clear(self) -> None:
        """Removes all of them."""
        if self._now:
            self._become(())

    def undo(self) -> bool:
        """Takes the last change back; False where there is none."""
        return self._swap(self._before, self._undone)

    def redo(self) -> bool:
        """Does what was last undone again; False where there is nothing."""
        return self._swap(self._undone, self._before)

    def state(self) -> list[dict[str, Any]]:
        """The drawings as JSON values."""
        return [drawing.state() for drawing in self._now]

    def _become(self, drawings: tuple[Drawing, ...]) -> None:
        self._before.append(self._now)
        self._undone.clear()
        self._now = drawings

    def _swap(self, source: list[tuple[Drawing, ...]], target: list[tuple[Drawing, ...]]) -> bool:
        if not source:
            return False
        target.append(self._now)
        self._now = source.pop()
        return True


def book_of(state: object) -> DrawingBook:
    """The book saved as `state`; what in it is no drawing is left out."""
    found = (_drawing(entry) for entry in state) if isinstance(state, list) else ()
    return DrawingBook(drawing for drawing in found if drawing is not None)


def _drawing(entry: object) -> Drawing | None:
    if not isinstance(entry, Mapping):
        return None
    try:
        tool = Tool(entry.get("tool", ""))
        points = tuple(Point(int(time), float(price)) for time, price in entry["points"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    is_somewhere = all(abs(point.time) < _END_OF_TIME and math.isfinite(point.price) for point in points)
    return Drawing(tool, points, str(entry.get("text", ""))) if len(points) == tool.points and is_somewhere else None
