"""Entries and exits of a run on a chart: arrows beside the candles, joined by a line, with words for each.

Made by the chart panel from a run's trades; painted in batches, so that thousands cost as little as tens.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from terminal.ui.charts.batches import draw_lines, draw_stamps
from terminal.ui.charts.columns import Columns
from terminal.ui.charts.frame import Pane
from terminal.ui.charts.levels import Level
from terminal.ui.charts.rows import RowWindow
from terminal.ui.charts.scale import Scale
from terminal.ui.tokens import Tokens

_SIZE = 9
_SMALL = 5
_DISTANCE = 9.0
_REACH = 11.0
_CROWDED = 4.0


def _no_levels(_trade: int) -> tuple[Level, ...]:
    return ()


@dataclass(frozen=True, eq=False, slots=True)
class Marks:
    """One element per trade: rows on this chart, prices, side and profit. `words(trade)` is what the tooltip says, `levels(trade)` its prices."""

    entry_row: NDArray[np.int64]
    entry_price: NDArray[np.float64]
    exit_row: NDArray[np.int64]
    """−1 where the trade is still open."""
    exit_price: NDArray[np.float64]
    is_long: NDArray[np.bool_]
    profit: NDArray[np.float64]
    words: Callable[[int], str]
    levels: Callable[[int], tuple[Level, ...]] = _no_levels
    numbers: NDArray[np.int64] | None = None
    """Which trades of the run these are, where they are not all of them in order."""

    def __len__(self) -> int:
        return len(self.entry_row)

    def in_view(self, rows: RowWindow) -> NDArray[np.int64]:
        """Indices of the trades of which an end or the line between is visible; those of rows that are not shown are left out."""
        last = np.where(self.exit_row < 0, self.entry_row, self.exit_row)
        is_known = (self.entry_row >= 0) & (last < rows.count)
        chosen: NDArray[np.int64] = np.flatnonzero(is_known & (self.entry_row <= rows.right) & (last >= rows.left - 1))
        return chosen

    def place_of(self, number: int) -> int | None:
        """Where the trade of that number in the run stands among these, None where it is not of this chart."""
        if self.numbers is None:
            return number if number < len(self) else None
        found = np.flatnonzero(self.numbers == number)
        return int(found[0]) if len(found) else None

    def span(self, trade: int, count: int) -> tuple[int, int]:
        """Rows from the entry of a trade to its exit, or to the last of `count` rows where it is open."""
        return int(self.entry_row[trade]), int(self.exit_row[trade]) if self.exit_row[trade] >= 0 else count - 1


def paint_marks(
    painter: QPainter, marks: Marks, columns: Columns, rows: RowWindow, scale: Scale, pane: Pane, width: float, tokens: Tokens, chosen: int | None
) -> None:
    """Joins and arrows of the trades in view; `chosen` is drawn thicker. Arrows are left out of the joins where crowded."""
    seen = marks.in_view(rows)
    if not len(seen):
        return
    closed = seen[marks.exit_row[seen] >= 0]
    x1, x2 = (rows.x(row[closed] + 0.5, width) for row in (marks.entry_row, marks.exit_row))
    y1, y2 = (scale.y(price[closed], pane.height) + pane.top for price in (marks.entry_price, marks.exit_price))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for won, colour in ((marks.profit[closed] > 0, tokens.up), (marks.profit[closed] <= 0, tokens.down)):
        painter.setPen(QPen(QColor(colour), 1.0, Qt.PenStyle.SolidLine if len(seen) > 150 else Qt.PenStyle.DotLine))
        draw_lines(painter, x1[won], y1[won], x2[won], y2[won])
    at = np.flatnonzero(closed == chosen) if chosen is not None else np.empty(0, np.int64)
    if len(at):
        painter.setPen(QPen(QColor(tokens.text), 2.0))
        draw_lines(painter, x1[at], y1[at], x2[at], y2[at])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    size, ratio = (_SMALL if len(seen) > width / _CROWDED / 3 else _SIZE), painter.device().devicePixelRatioF()
    for row, is_buy in _arrows(marks, seen):
        x, y = _places(row, columns, rows, scale, pane, width, is_buy=is_buy)
        keep = _sparse(x)
        draw_stamps(painter, _arrow(tokens.up if is_buy else tokens.down, tokens.panel, is_buy, size, ratio), x[keep], y[keep])


def mark_at(marks: Marks, columns: Columns, rows: RowWindow, scale: Scale, pane: Pane, width: float, x: float, y: float) -> int | None:
    """The trade whose arrow is nearest to a pixel, within reach of it."""
    seen = marks.in_view(rows)
    best, least = None, _REACH
    for row, is_entry in ((marks.entry_row[seen], True), (marks.exit_row[seen], False)):
        for is_buy in (True, False):
            sided = np.flatnonzero((row >= 0) & ((marks.is_long[seen] == is_entry) == is_buy))
            if not len(sided):
                continue
            xs, ys = _places(row[sided], columns, rows, scale, pane, width, is_buy=is_buy)
            distance = np.hypot(xs - x, ys - y)
            nearest = int(np.argmin(distance))
            if distance[nearest] < least:
                best, least = int(seen[sided[nearest]]), float(distance[nearest])
    return best


def _arrows(marks: Marks, seen: NDArray[np.int64]) -> tuple[tuple[NDArray[np.int64], bool], ...]:
    """Rows of the buys (entries of longs, exits of shorts) and of the sells."""
    entry, leave, is_long = marks.entry_row[seen], marks.exit_row[seen], marks.is_long[seen]
    buys = np.concatenate((entry[is_long], leave[~is_long & (leave >= 0)]))
    sells = np.concatenate((entry[~is_long], leave[is_long & (leave >= 0)]))
    return (np.sort(buys), True), (np.sort(sells), False)


def _places(
    row: NDArray[np.int64], columns: Columns, rows: RowWindow, scale: Scale, pane: Pane, width: float, *, is_buy: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pixels of arrows: buys below the low of their candle, sells above its high, never on it."""
    price = columns.low[row] if is_buy else columns.high[row]
    y = scale.y(price, pane.height) + pane.top + (_DISTANCE if is_buy else -_DISTANCE)
    return np.floor(rows.x(row + 0.5, width)) + 0.5, np.clip(y, pane.top + _SIZE, pane.top + pane.height - _SIZE)


def _sparse(x: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The first arrow of every few pixels; the rest would lie on it."""
    cell = np.floor(x / _CROWDED)
    keep = np.ones(len(x), bool)
    keep[1:] = cell[1:] != cell[:-1]
    return keep


@lru_cache(maxsize=16)
def _arrow(colour: str, ground: str, is_up: bool, size: int, ratio: float) -> QPixmap:
    size += 2
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(QColor(ground), 1))
    painter.setBrush(QColor(colour))
    base, tip = (size - 1.5, 1.5) if is_up else (1.5, size - 1.5)
    painter.drawPolygon(QPolygonF([QPointF(1, base), QPointF(size - 1, base), QPointF(size / 2, tip)]))
    painter.end()
    return pixmap
