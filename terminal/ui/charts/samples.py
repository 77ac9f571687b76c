"""Pictures of many numbers at once: a histogram, and points of pairs, for the distribution of trades.

Painted for the results; they share axes and words with the charts.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.ui.charts.batches import draw_rects
from terminal.ui.charts.paint_bars import blend
from terminal.ui.charts.ticks import decimals_of, round_step
from terminal.ui.numbers import count, percent
from terminal.ui.theme import current, measures, text_font, theme

_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 14.0, 26.0, 38.0
_MOST_BINS = 48
_REACH = 8.0


class Sample(QWidget):
    """A titled plot with fractions as percent along x."""

    def __init__(self, title: str, across: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._across = title, across
        self._low, self._high, self._top = 0.0, 1.0, 1.0
        self._bottom = 0.0
        self.setAccessibleName(title)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(420, 260)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.setToolTip(self.words_at(event.position().toPoint()))

    def words_at(self, at: QPoint) -> str:
        """The tooltip's words at a pixel."""
        return self._title if self.rect().contains(at) else ""

    def _x(self, values: NDArray[np.float64] | float) -> NDArray[np.float64]:
        return np.asarray(_LEFT + (np.asarray(values) - self._low) / (self._high - self._low) * (self.width() - _LEFT - _RIGHT), np.float64)

    def _y(self, values: NDArray[np.float64] | float) -> NDArray[np.float64]:
        height = self.height() - _TOP - _BOTTOM
        return np.asarray(_TOP + (self._top - np.asarray(values)) / (self._top - self._bottom) * height, np.float64)

    def _across_words(self, value: float, step: float) -> str:
        """A tick of the x axis in words."""
        return _share(value, step)

    def _paint_frame(self, painter: QPainter, up_words: Callable[[float, float], str]) -> None:
        tokens = current()
        painter.fillRect(self.rect(), QColor(tokens.panel))
        painter.setFont(text_font(measures().small))
        painter.setPen(QColor(tokens.second))
        painter.drawText(QRectF(10, 4, self.width() - 20, 18), Qt.AlignmentFlag.AlignLeft, self._title)
        painter.drawText(QRectF(_LEFT, self.height() - 18, self.width() - _LEFT - _RIGHT, 16), Qt.AlignmentFlag.AlignCenter, self._across)
        self._paint_ticks(painter, up_words)

    def _paint_ticks(self, painter: QPainter, up_words: Callable[[float, float], str]) -> None:
        tokens = current()
        bottom, right = self.height() - _BOTTOM, self.width() - _RIGHT
        step = round_step(self._high - self._low, max(2, int((right - _LEFT) / 70)))
        for value in np.arange(np.ceil(self._low / step), np.floor(self._high / step) + 1) * step:
            x = round(float(self._x(value))) + 0.5
            painter.setPen(QPen(QColor(tokens.faint if abs(value) < step / 2 else tokens.grid)))
            painter.drawLine(QPointF(x, _TOP), QPointF(x, bottom))
            painter.setPen(QColor(tokens.faint))
            words, place = self._across_words(float(value), step), QRectF(x - 40, bottom + 2, 80, 16)
            is_cut = x + painter.fontMetrics().horizontalAdvance(words) / 2 > self.width() - 2
            if is_cut:
                place.moveRight(self.width() - 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight if is_cut else Qt.AlignmentFlag.AlignCenter, words)
        step = round_step(self._top - self._bottom, max(2, int((bottom - _TOP) / 36)))
        for value in np.arange(np.ceil(self._bottom / step), np.floor(self._top / step) + 1) * step:
            y = round(float(self._y(value))) + 0.5
            painter.setPen(QPen(QColor(tokens.grid)))
            painter.drawLine(QPointF(_LEFT, y), QPointF(right, y))
            painter.setPen(QColor(tokens.faint))
            painter.drawText(QRectF(0, y - 8, _LEFT - 6, 16), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, up_words(float(value), step))


class Histogram(Sample):
    """How often which return came; losses and gains in their colours, split exactly at zero. `noun` is what is counted."""

    def __init__(self, title: str, across: str, noun: str = "trades", parent: QWidget | None = None) -> None:
        super().__init__(title, across, parent)
        self._noun = noun
        self.edges: NDArray[np.float64] = np.array([0.0, 1.0])
        self.counts: NDArray[np.int64] = np.zeros(1, np.int64)

    def show_values(self, values: NDArray[np.float64]) -> None:
        """Shows the distribution of `values` (fractions); bins are round and one edge is zero."""
        known = values[np.isfinite(values)]
        low, high = (min(0.0, float(known.min())), max(0.0, float(known.max()))) if len(known) else (-0.01, 0.01)
        step = round_step(max(high - low, 1e-6), _MOST_BINS)
        first, last = int(np.floor(low / step)), int(np.floor(high / step)) + 1
        self.edges = np.arange(first, last + 1).astype(np.float64) * step
        self.counts = np.bincount(np.clip(np.floor(known / step + 1e-9).astype(np.int64) - first, 0, last - first - 1), minlength=last - first)
        self._low, self._high, self._top = float(self.edges[0]), float(self.edges[-1]), max(1.0, float(self.counts.max()) * 1.08)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = current(), QPainter(self)
        self._paint_frame(painter, lambda value, _step: count(value) if value == int(value) else "")
        left, right = np.round(self._x(self.edges[:-1])), np.round(self._x(self.edges[1:]))
        top, bottom = np.round(self._y(self.counts.astype(np.float64))), self.height() - _BOTTOM
        is_loss = self.edges[:-1] < -1e-12
        painter.setPen(Qt.PenStyle.NoPen)
        for chosen, colour in ((is_loss, tokens.down), (~is_loss, tokens.up)):
            painter.setBrush(blend(colour, tokens.panel, 0.8))
            draw_rects(painter, left[chosen] + 1, top[chosen], np.maximum(right[chosen] - left[chosen] - 1, 1.0), bottom - top[chosen])
        painter.end()

    def words_at(self, at: QPoint) -> str:
        share = (at.x() - _LEFT) / (self.width() - _LEFT - _RIGHT)
        index = int(np.searchsorted(self.edges, self._low + share * (self._high - self._low), side="right")) - 1
        if not 0 <= index < len(self.counts):
            return ""
        span = f"{percent(float(self.edges[index]), 2)} to {percent(float(self.edges[index + 1]), 2)}"
        return f"{count(int(self.counts[index]))} {self._noun} of {span}"


class Scatter(Sample):
    """One point per trade; won and lost in their colours. `chosen` tells which was clicked."""

    chosen = Signal(int)

    def __init__(self, title: str, across: str, words: Callable[[int], str], parent: QWidget | None = None) -> None:
        super().__init__(title, across, parent)
        self._words = words
        self._points: tuple[NDArray[np.float64], NDArray[np.float64]] = (np.empty(0), np.empty(0))
        self._won: NDArray[np.bool_] = np.empty(0, bool)

    def show_points(self, across: NDArray[np.float64], up: NDArray[np.float64], won: NDArray[np.bool_]) -> None:
        """Shows the pairs (fractions)."""
        self._points, self._won = (across, up), won
        self._low, self._high = (float(np.nanmin(across, initial=0.0)) * 1.05, float(np.nanmax(across, initial=0.0)) * 1.05)
        if self._high - self._low < 1e-9:
            self._low, self._high = self._low - 0.01, self._high + 0.01
        self._bottom, self._top = min(0.0, float(np.nanmin(up, initial=0.0))), max(0.001, float(np.nanmax(up, initial=0.0)) * 1.05)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = current(), QPainter(self)
        self._paint_frame(painter, _share)
        x, y = self._x(self._points[0]), self._y(self._points[1])
        painter.setPen(Qt.PenStyle.NoPen)
        for chosen, colour in ((~self._won, tokens.down), (self._won, tokens.up)):
            painter.setBrush(blend(colour, tokens.panel, 0.85))
            draw_rects(painter, np.round(x[chosen]) - 2, np.round(y[chosen]) - 2, 4.0, 4.0)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        nearest = self._nearest(event.position().toPoint())
        if nearest is not None:
            self.chosen.emit(nearest)

    def words_at(self, at: QPoint) -> str:
        nearest = self._nearest(at)
        return "" if nearest is None else self._words(nearest)

    def _nearest(self, at: QPoint) -> int | None:
        if not len(self._won):
            return None
        distance = np.hypot(self._x(self._points[0]) - at.x(), self._y(self._points[1]) - at.y())
        index = int(np.nanargmin(distance))
        return index if distance[index] <= _REACH else None


def _share(value: float, step: float) -> str:
    """A fraction in percent, with the decimals that tell neighbours `step` apart."""
    return percent(value, max(0, decimals_of(step) - 2))
