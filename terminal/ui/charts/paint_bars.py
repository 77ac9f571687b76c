"""Bars of a chart in a few calls to the painter: candles, plain bars, a line, and the volume under them.

Called once a frame by the scene with the bars that `columns` reduced to the pixels there are.
"""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from terminal.ui.charts.batches import Floats, draw_lines, draw_rects
from terminal.ui.charts.columns import Bars
from terminal.ui.charts.frame import Pane
from terminal.ui.charts.rows import RowWindow
from terminal.ui.charts.scale import Scale
from terminal.ui.tokens import Tokens

_VOLUME_SHARE = 0.17
_VOLUME_OPACITY = 0.34
_BODY_SHARE = 0.68
_SMOOTH_FROM = 3.0


class BarKind(StrEnum):
    """How prices are drawn."""

    CANDLES = "candles"
    BARS = "bars"
    LINE = "line"
    HEIKIN_ASHI = "heikin-ashi"


def paint_candles(painter: QPainter, bars: Bars, rows: RowWindow, scale: Scale, pane: Pane, width: float, tokens: Tokens) -> None:
    """Bodies and wicks on whole pixels; wicks alone where a bar is too narrow for a body."""
    pitch = width / rows.span * bars.step
    body = _body_width(pitch)
    middle = np.floor(rows.x(bars.row, width))
    high, low, top, bottom = (
        np.round(scale.y(price, pane.height)) + pane.top
        for price in (bars.high, bars.low, np.maximum(bars.open, bars.close), np.minimum(bars.open, bars.close))
    )
    rises = bars.close >= bars.open
    painter.setPen(Qt.PenStyle.NoPen)
    for chosen, colour in ((rises, tokens.up), (~rises, tokens.down)):
        painter.setBrush(QColor(colour))
        wick_width = max(1.0, min(np.ceil(pitch), 2.0)) if body <= 1 else 1.0
        draw_rects(painter, middle[chosen], high[chosen], wick_width, np.maximum(low[chosen] - high[chosen], 1.0))
        if body > 1:
            draw_rects(painter, middle[chosen] - body // 2, top[chosen], float(body), np.maximum(bottom[chosen] - top[chosen], 1.0))


def paint_plain_bars(painter: QPainter, bars: Bars, rows: RowWindow, scale: Scale, pane: Pane, width: float, tokens: Tokens) -> None:
    """A vertical from low to high, a tick left at the open and right at the close."""
    arm = max(1.0, _body_width(width / rows.span * bars.step) // 2)
    middle = np.floor(rows.x(bars.row, width))
    open_, high, low, close = (np.round(scale.y(price, pane.height)) + pane.top for price in (bars.open, bars.high, bars.low, bars.close))
    rises = bars.close >= bars.open
    painter.setPen(Qt.PenStyle.NoPen)
    for chosen, colour in ((rises, tokens.up), (~rises, tokens.down)):
        painter.setBrush(QColor(colour))
        x = middle[chosen]
        draw_rects(painter, x, high[chosen], 1.0, np.maximum(low[chosen] - high[chosen], 1.0))
        if arm > 1:
            draw_rects(painter, x - arm, open_[chosen], arm, 1.0)
            draw_rects(painter, x + 1, close[chosen], arm, 1.0)


def paint_volume(painter: QPainter, bars: Bars, rows: RowWindow, pane: Pane, width: float, tokens: Tokens) -> None:
    """The volume of each bar at the foot of the pane, as high as a sixth of it."""
    greatest = float(np.nanmax(bars.volume, initial=0.0))
    if greatest <= 0:
        return
    pitch = width / rows.span * bars.step
    body = float(max(1, _body_width(pitch), np.ceil(pitch) if pitch < 3 else 1))
    left = np.floor(rows.x(bars.row, width)) - body // 2
    height = np.ceil(np.nan_to_num(bars.volume) / greatest * pane.height * _VOLUME_SHARE)
    rises = bars.close >= bars.open
    painter.setPen(Qt.PenStyle.NoPen)
    for chosen, colour in ((rises, tokens.up), (~rises, tokens.down)):
        painter.setBrush(blend(colour, tokens.panel, _VOLUME_OPACITY))
        draw_rects(painter, left[chosen], pane.top + pane.height - height[chosen], body, height[chosen])


def paint_line(painter: QPainter, x: Floats, low: Floats, high: Floats, colour: QColor, thickness: float = 1.5) -> None:
    """A line through points of one value each, or through columns from `low` to `high`; NaN interrupts it. Pixels.

    Where points stand close it is made of upright strips, each reaching its neighbour: ten times quicker than smooth lines.
    """
    there = np.isfinite(low) & np.isfinite(high)
    joined = there[1:] & there[:-1]
    pitch = (x[-1] - x[0]) / (len(x) - 1) if len(x) > 1 else _SMOOTH_FROM
    if low is high and pitch >= _SMOOTH_FROM:
        painter.setPen(QPen(colour, thickness, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        draw_lines(painter, x[:-1][joined], low[:-1][joined], x[1:][joined], low[1:][joined])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        lone = there & ~np.append(joined, False) & ~np.append(False, joined)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        draw_rects(painter, np.floor(x[lone]) - 1, np.floor(low[lone]) - 1, 3.0, 3.0)
        return
    top, bottom = np.minimum(low, high), np.maximum(low, high)
    top[:-1][joined] = np.minimum(top[:-1], bottom[1:])[joined]
    bottom[:-1][joined] = np.maximum(bottom[:-1], np.minimum(low, high)[1:])[joined]
    left = np.floor(x[there] - pitch / 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    draw_rects(
        painter,
        left,
        np.asarray(np.round(top[there]), np.float64),
        float(np.ceil(pitch)),
        np.asarray(np.maximum(np.round(bottom[there] - top[there]), 1.0), np.float64),
    )


def paint_histogram(painter: QPainter, x: Floats, values: Floats, pitch: float, scale: Scale, pane: Pane, tokens: Tokens) -> None:
    """Bars from zero to each value, above in one colour and below in the other; `x` in pixels."""
    body = float(max(1, _body_width(pitch)))
    zero = np.round(scale.y(0.0, pane.height)) + pane.top
    y = np.round(scale.y(values, pane.height)) + pane.top
    painter.setPen(Qt.PenStyle.NoPen)
    for chosen, colour in ((values > 0, tokens.up), (values < 0, tokens.down)):
        painter.setBrush(blend(colour, tokens.panel, 0.5))
        draw_rects(painter, np.floor(x[chosen]) - body // 2, np.minimum(y[chosen], zero), body, np.abs(y[chosen] - zero))


def blend(colour: str, ground: str, opacity: float) -> QColor:
    """`colour` as it looks at that opacity over `ground`, opaque, which is quicker to paint."""
    over, under = QColor(colour), QColor(ground)
    parts = ((over.red(), under.red()), (over.green(), under.green()), (over.blue(), under.blue()))
    return QColor(*(round(a * opacity + b * (1 - opacity)) for a, b in parts))


def _body_width(pitch: float) -> int:
    """Whole odd pixels for a bar's body, so that it is centred on its wick; 1 where there is no room for one."""
    body = int(pitch * _BODY_SHARE)
    return 1 if body < 2 else body - 1 + body % 2


def visible_extremes(bars: Bars) -> tuple[float, float]:
    """Lowest and highest price of `bars`; NaN where there are none."""
    if not len(bars):
        return float("nan"), float("nan")
    low: NDArray[np.float64] = bars.low
    return float(np.fmin.reduce(low)), float(np.fmax.reduce(bars.high))
