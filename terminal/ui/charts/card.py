"""The card beside a chosen trade: side, entry, exit, reason, profit and costs, readable without a tooltip.

Painted over the scene, next to the trade's end, kept inside the pane.
"""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from terminal.ui.charts.frame import Frame
from terminal.ui.charts.model import ChartModel
from terminal.ui.tokens import Tokens

_PADDING = 8.0
_DISTANCE = 14.0
_TOP = 44.0


def paint_card(painter: QPainter, model: ChartModel, frame: Frame, tokens: Tokens, font: QFont) -> None:
    """Paints the card of the chosen trade while an end of it is in view."""
    marks, trade = model.marks, model.chosen_trade
    if marks is None or trade is None:
        return
    first, last = marks.span(trade, model.rows.count)
    if last < model.rows.left or first > model.rows.right or last >= model.rows.count:
        return
    lines, metrics = marks.words(trade).splitlines(), QFontMetricsF(font)
    size = QSizeF(max(metrics.horizontalAdvance(line) for line in lines) + 2 * _PADDING, metrics.height() * len(lines) + 2 * _PADDING)
    middle = sum(model.scale.y(float(price[trade]), frame.panes[0].height) for price in (marks.entry_price, marks.exit_price)) / 2
    card = QRectF(_corner(model, frame, (first, last), size, middle), size)
    _paint(painter, card, lines, tokens, font, tokens.up if marks.profit[trade] > 0 else tokens.down)


def _corner(model: ChartModel, frame: Frame, rows: tuple[int, int], size: QSizeF, middle: float) -> QPointF:
    """Right of the exit where there is room, else left of the entry, else at the right edge, above or below the trade's prices, whose `middle` is given."""
    first, last, width, height = *rows, size.width(), size.height()
    scale = frame.width / model.rows.span
    after = (last + 1 - model.rows.left) * scale + _DISTANCE
    before = (first - model.rows.left) * scale - _DISTANCE - width
    pane = frame.panes[0]
    lowest = pane.height - height - _PADDING
    y = pane.top + pane.height * 0.62 - height / 2
    if after + width <= frame.width:
        x = after
    elif before >= 0:
        x = before
    else:
        x = frame.width - width - _PADDING
        y = lowest if middle < pane.height / 2 else _TOP
    return QPointF(max(0.0, round(x)), round(max(_TOP, min(y, lowest))))


def _paint(painter: QPainter, card: QRectF, lines: Sequence[str], tokens: Tokens, font: QFont, colour: str) -> None:
    ground = QColor(tokens.raised)
    ground.setAlpha(238)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(QColor(tokens.hover), 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(card, 6, 6)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(QRectF(card.x(), card.y() + 6, 3, card.height() - 12), 1.5, 1.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(font)
    line_height = QFontMetricsF(font).height()
    for index, words in enumerate(lines):
        painter.setPen(QColor(tokens.text if index == 0 else colour if words.startswith("Profit") else tokens.second))
        painter.drawText(QRectF(card.x() + _PADDING, card.y() + _PADDING + index * line_height, card.width(), line_height), words)
