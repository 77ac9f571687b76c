"""The levels of the chosen trade: where it went in, at which stop or target it left, the worst and the best price on the way.

Dashed lines as long as the trade lasted, each named at its left; painted over the candles, under the card of the trade.
"""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from terminal.ui.charts.frame import Pane
from terminal.ui.charts.rows import RowWindow
from terminal.ui.charts.scale import Scale
from terminal.ui.tokens import Tokens

_LEAST = 26.0
"""Pixels that a line is long at least, so that a trade of one candle shows its levels too."""
_GAP = 6.0
_LEGEND = 26.0
"""Pixels at the top of the pane in which the legend stands."""


@dataclass(frozen=True, slots=True)
class Level:
    """A price that mattered to a trade, in words such as "stop loss 4,083.56"; `colour` is the name of a token."""

    price: float
    words: str
    colour: str
    is_reached: bool = False
    """Only touched on the way: drawn finer than where something was done."""


def paint_levels(
    painter: QPainter,
    levels: tuple[Level, ...],
    trade_rows: tuple[int, int],
    rows: RowWindow,
    scale: Scale,
    pane: Pane,
    width: float,
    tokens: Tokens,
    font: QFont,
) -> None:
    """Draws `levels` from the first to the last of `trade_rows`; names that would lie on each other are set apart."""
    first, last = rows.x(np.array(trade_rows) + 0.5, width).tolist()
    last = max(last, first + _LEAST)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    taken = pane.top + _LEGEND
    for level in sorted(levels, key=lambda one: -one.price):
        y = round(scale.y(level.price, pane.height) + pane.top) + 0.5
        colour = QColor(getattr(tokens, level.colour))
        painter.setPen(QPen(colour, 1.0, Qt.PenStyle.DotLine if level.is_reached else Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(first, y), QPointF(last, y))
        height, wide = metrics.height(), metrics.horizontalAdvance(level.words)
        top = max(taken, y - height / 2)
        taken = top + height
        left = first - _GAP - wide if first - _GAP - wide >= 0 else last + _GAP
        ground = QColor(tokens.panel)
        ground.setAlpha(190)
        place = QRectF(left, top, wide, height)
        painter.fillRect(place.adjusted(-2, 1, 2, -1), ground)
        painter.setPen(colour)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, level.words)
