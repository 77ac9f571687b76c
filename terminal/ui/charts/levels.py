"""The levels of the chosen trade: where it went in and out, its stop and target, the worst and the best price on the way.

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
    """Draws `levels` from the first to the last of `trade_rows`.

    Names that would lie on each other are set apart; that of a level above or below the pane stands at its edge, with an arrow.
    """
    first, last = rows.x(np.array(trade_rows) + 0.5, width).tolist()
    last = max(last, first + _LEAST)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    ordered = sorted(levels, key=lambda one: -one.price)
    heights = [round(scale.y(level.price, pane.height) + pane.top) + 0.5 for level in ordered]
    for level, y, top in zip(ordered, heights, _set_apart(heights, metrics.height(), pane), strict=True):
        colour = QColor(getattr(tokens, level.colour))
        painter.setPen(QPen(colour, 1.0, Qt.PenStyle.DotLine if level.is_reached else Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(first, y), QPointF(last, y))
        words = f"{'↑ ' if y < pane.top else '↓ ' if y > pane.top + pane.height else ''}{level.words}"
        wide = metrics.horizontalAdvance(words)
        left = next((left for left in (first - _GAP - wide, last + _GAP) if 0 <= left <= width - wide), max(0.0, first) + _GAP)
        ground = QColor(tokens.panel)
        ground.setAlpha(190)
        place = QRectF(left, top, wide, metrics.height())
        painter.fillRect(place.adjusted(-2, 1, 2, -1), ground)
        painter.setPen(colour)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)


def within_reach(levels: tuple[Level, ...], low: float, high: float, share: float) -> tuple[float, float]:
    """`low` and `high` widened to the levels, by no more than that share of them on either side: a far stop must not flatten the candles."""
    reach, prices = (high - low) * share, [level.price for level in levels]
    return min([low, *(max(price, low - reach) for price in prices)]), max([high, *(min(price, high + reach) for price in prices)])


def _set_apart(heights: list[float], tall: float, pane: Pane) -> list[float]:
    """The tops of names `tall` pixels high, each beside its line or next to it, all within the pane and below the legend."""
    tops, taken = [], pane.top + _LEGEND
    for y in heights:
        tops.append(max(taken, y - tall / 2))
        taken = tops[-1] + tall
    end = pane.top + pane.height
    for place in reversed(range(len(tops))):
        tops[place] = min(tops[place], end - tall)
        end = tops[place]
    return tops
