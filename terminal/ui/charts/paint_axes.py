"""Axes of a chart: grid, round prices right, round times below, tags for the last price and the crosshair.

Painted under and over the bars by the scene and by the canvas.
"""

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from terminal.ui.charts.frame import TIME_AXIS, Frame, Pane
from terminal.ui.charts.rows import RowWindow
from terminal.ui.charts.scale import Scale
from terminal.ui.charts.texts import draw_words_in
from terminal.ui.charts.ticks import Tick
from terminal.ui.tokens import Tokens

_LEFT_PADDING = 8.0
_HALF_A_LINE = 7.0


def paint_grid(
    painter: QPainter, frame: Frame, pane: Pane, scale: Scale, prices: Sequence[Tick], times: Sequence[Tick], rows: RowWindow, tokens: Tokens
) -> None:
    """Faint lines at every tick of a pane."""
    painter.setPen(QPen(QColor(tokens.grid), 1))
    lines = []
    for tick in prices:
        y = round(scale.y(tick.position, pane.height) + pane.top) + 0.5
        lines.append(QLineF(0, y, frame.width, y))
    for tick in times:
        x = _pixel(tick.position, rows, frame.width)
        lines.append(QLineF(x, pane.top, x, pane.top + pane.height))
    painter.drawLines(lines)


def paint_prices(painter: QPainter, frame: Frame, pane: Pane, scale: Scale, ticks: Sequence[Tick], tokens: Tokens) -> None:
    """The words of a pane's price ticks, right of the plot."""
    painter.setPen(QColor(tokens.faint))
    for tick in ticks:
        y = scale.y(tick.position, pane.height)
        if 0 <= y <= pane.height:
            middle = pane.top + min(max(y, _HALF_A_LINE), pane.height - _HALF_A_LINE)
            draw_words_in(painter, QRectF(frame.width + _LEFT_PADDING, middle - 9, frame.axis_width, 18), tick.text)


def paint_times(painter: QPainter, frame: Frame, ticks: Sequence[Tick], rows: RowWindow, tokens: Tokens) -> None:
    """The words of the time ticks, under the last pane; days, months and years stand out."""
    metrics = QFontMetricsF(painter.font())
    for tick in ticks:
        x, width = _pixel(tick.position, rows, frame.width), metrics.horizontalAdvance(tick.text)
        if width / 2 <= x <= frame.width - width / 2:
            painter.setPen(QColor(tokens.second if tick.is_major else tokens.faint))
            draw_words_in(painter, QRectF(x - width, frame.bottom, 2 * width, TIME_AXIS), tick.text, centred=True)


def paint_borders(painter: QPainter, frame: Frame, tokens: Tokens) -> None:
    """Lines between the panes and above the time axis."""
    painter.setPen(QPen(QColor(tokens.line), 1))
    for pane in frame.panes[1:]:
        painter.drawLine(QLineF(0, pane.top + 0.5, frame.width + frame.axis_width, pane.top + 0.5))


def paint_price_tag(painter: QPainter, frame: Frame, pane: Pane, y: float, lines: Sequence[str], colour: str, ink: str, font: QFont) -> QRectF:
    """A filled tag on the price axis at `y` (pixels from the pane's top), one line of words under the other; where it was painted."""
    metrics = QFontMetricsF(font)
    height = metrics.height() * len(lines) + 4
    top = min(max(pane.top + y - (metrics.height() + 4) / 2, pane.top), pane.top + pane.height - height)
    tag = QRectF(frame.width + 2, top, frame.axis_width - 4, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(tag, 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(font)
    painter.setPen(QColor(ink))
    for index, words in enumerate(lines):
        draw_words_in(painter, QRectF(tag.x() + 6, tag.y() + 2 + index * metrics.height(), tag.width(), metrics.height()), words)
    return tag


def paint_time_tag(painter: QPainter, frame: Frame, x: float, words: str, tokens: Tokens, font: QFont) -> None:
    """A filled tag on the time axis, centred at `x` and kept inside."""
    width = QFontMetricsF(font).horizontalAdvance(words) + 14
    left = min(max(x - width / 2, 0.0), frame.width - width)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.hover))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.drawRoundedRect(QRectF(left, frame.bottom + 2, width, TIME_AXIS - 4), 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(font)
    painter.setPen(QColor(tokens.text))
    draw_words_in(painter, QRectF(left, frame.bottom + 2, width, TIME_AXIS - 4), words, centred=True)


def paint_crosshair(painter: QPainter, frame: Frame, x: float, y: float | None, tokens: Tokens) -> None:
    """A dashed line at `x` through all panes and, where the pointer is in this chart, one at `y`."""
    painter.setPen(QPen(QColor(tokens.faint), 1, Qt.PenStyle.DashLine))
    painter.drawLine(QLineF(round(x) + 0.5, 0, round(x) + 0.5, frame.bottom))
    if y is not None:
        painter.drawLine(QLineF(0, round(y) + 0.5, frame.width, round(y) + 0.5))


def _pixel(row: float, rows: RowWindow, width: float) -> float:
    """The middle of the candle of a tick, on a whole pixel."""
    return round((row + 0.5 - rows.left) * width / rows.span) + 0.5
