"""A fan of paths: the middle path, the bands that half, nine tenths and nearly all of them stay in, and the level of ruin.

Painted for the results from percentiles that a Monte Carlo run worked out.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from terminal.ui.charts.paint_bars import blend
from terminal.ui.charts.samples import Sample
from terminal.ui.numbers import count, percent
from terminal.ui.theme import current

PERCENTILES = (1, 5, 25, 50, 75, 95, 99)
_BANDS = ((0, 6, 0.14), (1, 5, 0.24), (2, 4, 0.42))
_MOST_POINTS = 1200


class Fan(Sample):
    """`noun` names a step, such as "days"."""

    def __init__(self, title: str, across: str, parent: QWidget | None = None) -> None:
        super().__init__(title, across, parent)
        self.fan: NDArray[np.float64] = np.zeros((len(PERCENTILES), 2))
        self._noun = "steps"
        self._ruin = -1.0

    def show_fan(self, fan: NDArray[np.float64], ruin: float, noun: str) -> None:
        """Shows `fan`, a row for each of PERCENTILES and a column for each step (returns as fractions), and the level of ruin."""
        self.fan, self._ruin, self._noun = fan, ruin, noun
        self._low, self._high = 0.0, float(max(1, fan.shape[1] - 1))
        low, high = float(np.fmin.reduce(fan, axis=None)), float(np.fmax.reduce(fan, axis=None))
        room = max(high - low, 0.01) * 0.05
        self._bottom = min(low - room, ruin - room) if low < ruin * 0.6 else low - room
        self._top = high + room
        self._across = f"{count(self._high)} {noun} from the start"
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = current(), QPainter(self)
        self._paint_frame(painter, lambda value, _step: percent(value, 0))
        steps = np.unique(np.linspace(0, self.fan.shape[1] - 1, _MOST_POINTS).astype(np.int64))
        x = self._x(steps.astype(np.float64))
        lines = [self._y(row[steps]) for row in self.fan]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        for low, high, strength in _BANDS:
            painter.setBrush(blend(tokens.accent, tokens.panel, strength))
            painter.drawPolygon(_polygon(np.concatenate((x, x[::-1])), np.concatenate((lines[low], lines[high][::-1]))))
        painter.setPen(QPen(QColor(tokens.text), 1.6))
        painter.drawPolyline(_polygon(x, lines[3]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_levels(painter)
        painter.end()

    def words_at(self, at: QPoint) -> str:
        left, right = float(self._x(self._low)), float(self._x(self._high))
        if not left <= at.x() <= right:
            return ""
        step = round((at.x() - left) / (right - left) * self._high)
        column = [percent(value, 1, signed=True) for value in self.fan[:, step].tolist()]
        return (
            f"After {count(step)} {self._noun}: half of the paths between {column[2]} and {column[4]}, "
            f"nine of ten between {column[1]} and {column[5]}, the middle one at {column[3]}"
        )

    def _across_words(self, value: float, step: float) -> str:
        return count(value)

    def _paint_levels(self, painter: QPainter) -> None:
        tokens = current()
        left, right = float(self._x(self._low)), float(self._x(self._high))
        for level, colour, words in ((0.0, tokens.faint, ""), (self._ruin, tokens.down, f"Ruin, {percent(self._ruin, 0)}")):
            if not self._bottom <= level <= self._top:
                continue
            y = round(float(self._y(level))) + 0.5
            painter.setPen(QPen(QColor(colour), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            painter.setPen(QColor(colour))
            painter.drawText(QRectF(left + 6, y - 17, 160, 16), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


def _polygon(x: NDArray[np.float64], y: NDArray[np.float64]) -> QPolygonF:
    return QPolygonF([QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)])
