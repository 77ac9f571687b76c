"""Horizontal bars under one another on one scale: a tornado about the unchanged run, or the way from gross to net.

Painted for the results; every bar has its name at the left and its ends in words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.ui.charts.paint_bars import blend
from terminal.ui.theme import current, measures, text_font, theme

_LEAST_ROW, _MOST_ROW = 20.0, 34.0
_HEAD = 22.0
_GAP = 8.0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Part:
    """From one value to another, in the colour of a token."""

    start: float
    end: float
    colour: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its name, the parts it is drawn of, the words at its low and its high end, and its tooltip."""

    name: str
    parts: tuple[Part, ...]
    low_words: str = ""
    high_words: str = ""
    words: str = ""


class BarList(QWidget):
    """Shows bars; a line stands at `base` through all of them."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars: tuple[Bar, ...] = ()
        self._base, self._base_words = 0.0, ""
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setMinimumWidth(300)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self.update)

    def show_bars(self, bars: Sequence[Bar], base: float, base_words: str = "") -> None:
        """Shows these, in their order."""
        self.bars, self._base, self._base_words = tuple(bars), base, base_words
        self.setMinimumHeight(round(_HEAD + _LEAST_ROW * len(self.bars)))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(520, round(_HEAD + _LEAST_ROW * 1.3 * max(1, len(self.bars))))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), current()
        painter.fillRect(self.rect(), QColor(tokens.panel))
        painter.setFont(text_font(measures().small))
        x = self._scale()
        foot = _HEAD + self._row_height() * len(self.bars)
        painter.setPen(QPen(QColor(tokens.faint), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(x(self._base), _HEAD - 2, x(self._base), foot))
        painter.setPen(QColor(tokens.second))
        painter.drawText(QRectF(x(self._base) - 150, 0, 300, _HEAD - 2), Qt.AlignmentFlag.AlignCenter, self._base_words)
        for number, bar in enumerate(self.bars):
            self._paint_bar(painter, bar, _HEAD + number * self._row_height(), x)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.setToolTip(self.words_at(event.position().toPoint()))

    def words_at(self, at: QPoint) -> str:
        """The tooltip's words at a pixel."""
        row = int((at.y() - _HEAD) // self._row_height())
        return self.bars[row].words if 0 <= row < len(self.bars) else ""

    def _paint_bar(self, painter: QPainter, bar: Bar, top: float, x: Callable[[float], float]) -> None:
        tokens, height, metrics = current(), self._row_height(), painter.fontMetrics()
        painter.setPen(QColor(tokens.text))
        room = QRectF(4, top, self._name_width() - 12, height)
        painter.drawText(room, _LEFT, metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, int(room.width())))
        painter.setPen(Qt.PenStyle.NoPen)
        for part in bar.parts:
            painter.setBrush(blend(getattr(tokens, part.colour), tokens.panel, 0.72))
            left, right = sorted((x(part.start), x(part.end)))
            painter.drawRect(QRectF(left, top + height * 0.2, max(1.5, right - left), height * 0.6))
        ends = [end for part in bar.parts for end in (part.start, part.end)] or [self._base]
        painter.setPen(QColor(tokens.second))
        painter.drawText(QRectF(x(min(ends)) - 130 - _GAP / 2, top, 130, height), _RIGHT, bar.low_words)
        painter.drawText(QRectF(x(max(ends)) + _GAP / 2, top, 130, height), _LEFT, bar.high_words)

    def _scale(self) -> Callable[[float], float]:
        """What turns a value into pixels, with room for the words at both ends."""
        metrics = QFontMetricsF(text_font(measures().small))
        left = self._name_width() + max((metrics.horizontalAdvance(bar.low_words) for bar in self.bars), default=0.0) + _GAP
        right = self.width() - max((metrics.horizontalAdvance(bar.high_words) for bar in self.bars), default=0.0) - _GAP
        values = [self._base, *(end for bar in self.bars for part in bar.parts for end in (part.start, part.end))]
        low, span = min(values), (max(values) - min(values)) or 1.0
        return lambda value: left + (value - low) / span * max(20.0, right - left)

    def _name_width(self) -> float:
        metrics = QFontMetricsF(text_font(measures().small))
        return min(max((metrics.horizontalAdvance(bar.name) for bar in self.bars), default=0.0) + 18, self.width() * 0.34)

    def _row_height(self) -> float:
        return min(_MOST_ROW, max(_LEAST_ROW, (self.height() - _HEAD) / max(1, len(self.bars))))
