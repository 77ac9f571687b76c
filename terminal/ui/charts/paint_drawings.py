"""Paints a person's drawings and tells which of them the pointer touches.

Called once a frame by the scene; rows of all points are found in one search.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from terminal.ui.charts.columns import Columns
from terminal.ui.charts.drawings import Drawing, Tool
from terminal.ui.charts.frame import Pane
from terminal.ui.charts.paint_bars import blend
from terminal.ui.charts.rows import RowWindow
from terminal.ui.charts.scale import Scale
from terminal.ui.charts.texts import draw_words
from terminal.ui.numbers import percent, price
from terminal.ui.tokens import Tokens

FIBONACCI = (0.0, 0.236, 0.382, 0.5, 0.618, 0.786, 1.0)
_REACH = 6.0
_HANDLE = 4.0
_ROOM_FOR_WORDS = 15.0
_MARGIN = 400.0
"""Pixels that words may reach to the right of where they begin."""
_ENDLESS = (Tool.HORIZONTAL, Tool.RAY)


@dataclass(frozen=True, slots=True)
class Placed:
    """A drawing with its points in pixels."""

    index: int
    drawing: Drawing
    points: tuple[QPointF, ...]

    def lines(self, width: float) -> list[QLineF]:
        """The lines it is seen by."""
        first, last = self.points[0], self.points[-1]
        match self.drawing.tool:
            case Tool.HORIZONTAL:
                return [QLineF(0, first.y(), width, first.y())]
            case Tool.RAY:
                return [_prolonged(first, last, width)]
            case Tool.RECTANGLE:
                corners = (first, QPointF(last.x(), first.y()), last, QPointF(first.x(), last.y()))
                return [QLineF(corners[index], corners[(index + 1) % 4]) for index in range(4)]
            case Tool.FIBONACCI:
                left, right = min(first.x(), last.x()), max(first.x(), last.x())
                heights = [last.y() + (first.y() - last.y()) * share for share in FIBONACCI]
                return [QLineF(left, y, right, y) for y in heights]
            case Tool.TEXT:
                return [QLineF(first.x(), first.y(), first.x() + 7.0 * len(self.drawing.text), first.y())]
        return [QLineF(first, last)]


def place(drawings: Sequence[Drawing], columns: Columns, length_ns: int, rows: RowWindow, scale: Scale, pane: Pane, width: float) -> list[Placed]:
    """The drawings that can be seen, with their points in pixels; times after the last candle lie where its successors will."""
    points = [point for drawing in drawings for point in drawing.points]
    if not points or not len(columns):
        return []
    row = columns.rows_of(np.array([point.time for point in points], np.int64), length_ns)
    x = rows.x(row, width)
    y = scale.y(np.array([point.price for point in points]), pane.height) + pane.top
    begin = np.cumsum([0, *(len(drawing.points) for drawing in drawings[:-1])])
    left, right = np.minimum.reduceat(x, begin), np.maximum.reduceat(x, begin)
    top, bottom = np.minimum.reduceat(y, begin), np.maximum.reduceat(y, begin)
    is_endless = np.array([drawing.tool in _ENDLESS for drawing in drawings])
    is_seen = is_endless | ((right >= -_MARGIN) & (left <= width) & (bottom >= pane.top) & (top <= pane.top + pane.height))
    seen: list[int] = np.flatnonzero(is_seen).tolist()
    begins: list[int] = begin.tolist()
    pixels = [QPointF(*pixel) for pixel in zip(x.tolist(), y.tolist(), strict=True)]
    return [Placed(index, drawings[index], tuple(pixels[begins[index] : begins[index] + len(drawings[index].points)])) for index in seen]


def paint_drawings(painter: QPainter, placed: Sequence[Placed], width: float, tokens: Tokens, chosen: int | None) -> None:
    """Paints those in view, lines of a kind in one call; the chosen one with handles."""
    accent, fill = QColor(tokens.accent), QColor(tokens.accent)
    fill.setAlpha(34)
    strong: list[QLineF] = []
    fine: list[QLineF] = []
    for one in placed:
        if one.drawing.tool is Tool.RECTANGLE:
            painter.fillRect(QRectF(one.points[0], one.points[1]).normalized(), fill)
        if one.drawing.tool is not Tool.TEXT:
            (fine if one.drawing.tool is Tool.FIBONACCI else strong).extend(one.lines(width))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(blend(tokens.accent, tokens.panel, 0.75), 1.0))
    painter.drawLines(fine)
    painter.setPen(QPen(accent, 1.4))
    painter.drawLines(strong)
    _paint_words(painter, placed, width, tokens)
    painter.setPen(QPen(accent, 1.4))
    painter.setBrush(QColor(tokens.panel))
    for one in placed:
        if one.index == chosen:
            for point in one.points:
                painter.drawEllipse(point, _HANDLE, _HANDLE)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def touched(placed: Sequence[Placed], x: float, y: float, width: float) -> tuple[int, int | None] | None:
    """The topmost drawing at a pixel and, where a handle of it was met, the number of its point."""
    at = QPointF(x, y)
    for one in reversed(placed):
        for number, point in enumerate(one.points):
            if QLineF(at, point).length() <= _REACH + 1:
                return one.index, number
        if any(_distance(at, line) <= _REACH for line in one.lines(width)):
            return one.index, None
    return None


def _paint_words(painter: QPainter, placed: Sequence[Placed], width: float, tokens: Tokens) -> None:
    """A person's words, and the levels of Fibonacci drawings where they have room."""
    for one in placed:
        if one.drawing.tool is Tool.TEXT:
            painter.setPen(QColor(tokens.text))
            draw_words(painter, one.points[0], one.drawing.text)
        elif one.drawing.tool is Tool.FIBONACCI:
            across, up = (abs(one.points[1].x() - one.points[0].x()), abs(one.points[1].y() - one.points[0].y()))
            if across >= 4 * _ROOM_FOR_WORDS and up * FIBONACCI[1] >= _ROOM_FOR_WORDS:
                _paint_levels(painter, one, one.lines(width), tokens)


def _paint_levels(painter: QPainter, one: Placed, lines: Sequence[QLineF], tokens: Tokens) -> None:
    start, end = one.drawing.points
    painter.setPen(QColor(tokens.second))
    for share, line in zip(FIBONACCI, lines, strict=True):
        value = end.price + (start.price - end.price) * share
        draw_words(painter, line.p1() + QPointF(4, -3), f"{percent(share)}  {price(value)}")


def _prolonged(first: QPointF, last: QPointF, width: float) -> QLineF:
    across = last.x() - first.x()
    if abs(across) < 1e-9:
        return QLineF(first, QPointF(last.x(), 1e5 if last.y() > first.y() else -1e5))
    edge = width if across > 0 else 0.0
    share = max(1.0, (edge - first.x()) / across)
    return QLineF(first, QPointF(first.x() + across * share, first.y() + (last.y() - first.y()) * share))


def _distance(point: QPointF, line: QLineF) -> float:
    length = line.length()
    if length < 1e-9:
        return QLineF(point, line.p1()).length()
    along = ((point.x() - line.x1()) * line.dx() + (point.y() - line.y1()) * line.dy()) / (length * length)
    return QLineF(point, line.pointAt(min(1.0, max(0.0, along)))).length()
