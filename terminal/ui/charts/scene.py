"""One frame of a chart, from the ground up: grid, gaps, volume, bars, indicators, marks, drawings, axes.

Painted into a picture the canvas keeps, so that a moving crosshair costs nothing of it.
"""

from datetime import tzinfo

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from terminal.ui.charts.columns import Bars, Columns
from terminal.ui.charts.decimate import LineData, bucket_step
from terminal.ui.charts.frame import Frame, Pane, divide
from terminal.ui.charts.legend import series_colour
from terminal.ui.charts.levels import paint_levels, within_reach
from terminal.ui.charts.marks import paint_marks
from terminal.ui.charts.model import ChartModel
from terminal.ui.charts.overlays import Overlay
from terminal.ui.charts.paint_axes import paint_borders, paint_grid, paint_prices, paint_times
from terminal.ui.charts.paint_bars import (
    BarKind,
    blend,
    paint_candles,
    paint_histogram,
    paint_line,
    paint_plain_bars,
    paint_volume,
    visible_extremes,
)
from terminal.ui.charts.paint_drawings import Placed, paint_drawings, place
from terminal.ui.charts.paint_gaps import paint_gaps
from terminal.ui.charts.rows import RowWindow
from terminal.ui.charts.scale import Scale
from terminal.ui.charts.texts import draw_words_in
from terminal.ui.charts.ticks import Tick, price_ticks, time_ticks
from terminal.ui.numbers import number
from terminal.ui.theme import text_font
from terminal.ui.tokens import Tokens

_LABEL_WIDTH = 96.0
_LABEL_HEIGHT = 36.0
_VOLUME_ROOM = 0.10
_OVERLAY_REACH = 0.35
_HISTOGRAM = "difference"


class Scene:
    """Paints a model and remembers where things went, for the pointer."""

    def __init__(self, model: ChartModel) -> None:
        self._model = model
        self.frame: Frame = divide(100, 100, 0, 60)
        self.scales: list[Scale] = [model.scale]
        self.placed: list[Placed] = []

    def paint(self, painter: QPainter, width: float, height: float, tokens: Tokens, zone: tzinfo | None, font: QFont) -> None:
        """Paints the whole frame at that size."""
        model = self._model
        painter.setFont(font)
        painter.fillRect(QRectF(0, 0, width, height), QColor(tokens.panel))
        columns = model.bars
        if columns is None or not len(columns):
            self.placed = []
            return
        bars = self._lay_out(columns, width, height, self.frame.axis_width)
        needed = self._axis_width(font)
        if needed != self.frame.axis_width:  # the prices in view need longer or shorter words than those before
            bars = self._lay_out(columns, width, height, needed)
        frame, rows, step = self.frame, model.rows, bars.step
        times = time_ticks(columns.time, rows.first, rows.stop, max(1, int(frame.width * (rows.stop - rows.first) / rows.span / _LABEL_WIDTH)), zone)
        levels: list[tuple[float, ...]] = [(), *(overlay.info.levels for overlay in model.own_panes)]
        ticks = [_ticks(scale, pane, known) for scale, pane, known in zip(self.scales, frame.panes, levels, strict=True)]
        for pane, scale, prices in zip(frame.panes, self.scales, ticks, strict=True):
            paint_grid(painter, frame, pane, scale, prices, times, rows, tokens)
        self._paint_plot(painter, columns, bars, step, tokens, font)
        painter.setFont(font)
        paint_borders(painter, frame, tokens)
        for pane, scale, prices in zip(frame.panes, self.scales, ticks, strict=True):
            paint_prices(painter, frame, pane, scale, prices, tokens)
        paint_times(painter, frame, times, rows, tokens)

    def _lay_out(self, columns: Columns, width: float, height: float, axis_width: float) -> Bars:
        """Divides the room and fits the scales; the bars that are drawn there."""
        self.frame, rows = divide(width, height, len(self._model.own_panes), axis_width), self._model.rows
        step = bucket_step(rows.span / self.frame.width)
        bars = columns.bars(rows.first, rows.stop, step)
        self._fit(bars, step)
        return bars

    def _paint_plot(self, painter: QPainter, columns: Columns, bars: Bars, step: int, tokens: Tokens, font: QFont) -> None:
        model, frame = self._model, self.frame
        pane = frame.panes[0]
        painter.save()
        painter.setClipRect(QRectF(0, pane.top, frame.width, pane.height))
        paint_gaps(painter, model, pane, frame.width, tokens)
        if model.provenance.simulated:
            _paint_watermark(painter, frame, pane, tokens)
        paint_volume(painter, bars, model.rows, pane, frame.width, tokens)
        self._paint_prices(painter, columns, bars, pane, tokens)
        for other in model.compared:
            self._paint_column(
                painter, other.line, step, pane, model.scale, series_colour(tokens, other.colour), factor=other.factor(columns, model.rows.first)
            )
        for overlay in model.overlays:
            if not overlay.has_own_pane:
                self._paint_overlay(painter, overlay, step, pane, model.scale, tokens)
        if model.marks is not None:
            paint_marks(painter, model.marks, columns, model.rows, model.scale, pane, frame.width, tokens, model.chosen_mark)
            if model.chosen_trade is not None:
                span = model.marks.span(model.chosen_trade, model.rows.count)
                paint_levels(painter, model.marks.levels(model.chosen_trade), span, model.rows, model.scale, pane, frame.width, tokens, font)
        painter.setFont(font)
        self.placed = place(model.drawings.all, columns, model.length_ns, model.rows, model.scale, pane, frame.width)
        paint_drawings(painter, self.placed, frame.width, tokens, model.chosen_drawing)
        for overlay, own, scale in zip(model.own_panes, frame.panes[1:], self.scales[1:], strict=True):
            painter.setClipRect(QRectF(0, own.top, frame.width, own.height))
            self._paint_levels(painter, overlay, own, scale, tokens)
            self._paint_overlay(painter, overlay, step, own, scale, tokens)
        painter.restore()

    def _paint_prices(self, painter: QPainter, columns: Columns, bars: Bars, pane: Pane, tokens: Tokens) -> None:
        model, width = self._model, self.frame.width
        match model.kind:
            case BarKind.LINE:
                self._paint_column(painter, columns.line, bars.step, pane, model.scale, tokens.accent)
            case BarKind.BARS:
                paint_plain_bars(painter, bars, model.rows, model.scale, pane, width, tokens)
            case _:
                paint_candles(painter, bars, model.rows, model.scale, pane, width, tokens)

    def _paint_overlay(self, painter: QPainter, overlay: Overlay, step: int, pane: Pane, scale: Scale, tokens: Tokens) -> None:
        for index, (name, line) in enumerate(zip(overlay.info.lines, overlay.lines, strict=False)):
            if name == _HISTOGRAM:
                self._paint_histogram(painter, line, step, pane, scale, tokens)
            else:
                self._paint_column(painter, line, step, pane, scale, series_colour(tokens, overlay.colour + index))

    def _paint_histogram(self, painter: QPainter, line: LineData, step: int, pane: Pane, scale: Scale, tokens: Tokens) -> None:
        rows, width = self._model.rows, self.frame.width
        first, stop = rows.first // step * step, min(rows.stop, len(line.values))
        if stop <= first:
            return
        low, high = line.extremes(first, stop, step)
        x = rows.x(np.arange(len(low)) * float(step) + (first + step / 2), width)
        paint_histogram(painter, x, np.where(high > -low, high, low), width / rows.span * step, scale, pane, tokens)

    def _paint_column(self, painter: QPainter, line: LineData, step: int, pane: Pane, scale: Scale, colour: str, *, factor: float = 1.0) -> None:
        rows, width = self._model.rows, self.frame.width
        first, stop = _reach(rows, line, step)
        if stop <= first:
            return
        low, high = line.extremes(first, stop, step)
        x = rows.x(np.arange(len(low)) * float(step) + (first + step / 2), width)
        bottom = scale.y(high * factor, pane.height) + pane.top
        paint_line(painter, x, bottom, scale.y(low * factor, pane.height) + pane.top if step > 1 else bottom, QColor(colour))

    def _paint_levels(self, painter: QPainter, overlay: Overlay, pane: Pane, scale: Scale, tokens: Tokens) -> None:
        painter.setPen(QPen(blend(tokens.second, tokens.panel, 0.5), 1, Qt.PenStyle.DashLine))
        for level in overlay.info.levels:
            y = round(scale.y(level, pane.height) + pane.top) + 0.5
            painter.drawLine(QLineF(0, y, self.frame.width, y))

    def _fit(self, bars: Bars, step: int) -> None:
        model = self._model
        low, high = visible_extremes(bars)
        reach = (high - low) * _OVERLAY_REACH
        for overlay in model.overlays:
            if not overlay.has_own_pane:
                bottom, top = self._extremes(overlay, step)
                low, high = min(low, max(bottom, low - reach)), max(high, min(top, high + reach))
        if model.marks is not None and model.chosen_trade is not None and model.chosen_trade in model.marks.in_view(model.rows):
            low, high = within_reach(model.marks.levels(model.chosen_trade), low, high, _OVERLAY_REACH)
        if len(bars):
            model.scale.base = float(bars.close[0])
        model.scale.fit(low, high, bottom_room=_VOLUME_ROOM)
        self.scales = [model.scale]
        for overlay in model.own_panes:
            scale = Scale()
            bottom, top = self._extremes(overlay, step)
            levels = overlay.info.levels
            if np.isfinite(bottom):
                scale.fit(min((bottom, *levels)), max((top, *levels)))
            self.scales.append(scale)

    def _extremes(self, overlay: Overlay, step: int) -> tuple[float, float]:
        rows = self._model.rows
        low, high = np.nan, np.nan
        for line in overlay.lines:
            bottom, top = line.extremes(*_reach(rows, line, step), step)
            if len(bottom):
                low, high = np.fmin(low, np.fmin.reduce(bottom)), np.fmax(high, np.fmax.reduce(top))
        return float(low), float(high)

    def _axis_width(self, font: QFont) -> float:
        widest = max((len(tick.text) for scale in self.scales for tick in price_ticks(scale, 8)), default=7)
        return max(66.0, QFontMetricsF(font).horizontalAdvance("0") * (widest + 2) + 14)


def _reach(rows: RowWindow, line: LineData, step: int) -> tuple[int, int]:
    """The rows of a line that are drawn: those in view and a bucket on both sides, since a line goes on."""
    return max(0, rows.first - step) // step * step, min(rows.stop + step, rows.count, len(line.values))


def _ticks(scale: Scale, pane: Pane, levels: tuple[float, ...]) -> list[Tick]:
    """The levels an indicator is read by, where it has some, else round values."""
    round_ones = price_ticks(scale, max(2, int(pane.height / _LABEL_HEIGHT)))
    return [Tick(level, number(level, 0)) for level in levels] if len(levels) > 1 else round_ones


def _paint_watermark(painter: QPainter, frame: Frame, pane: Pane, tokens: Tokens) -> None:
    size = int(min(frame.width / 9, pane.height / 3, 96))
    painter.setFont(text_font(max(size, 12), weight=text_font(12).Weight.DemiBold))
    painter.setPen(blend(tokens.text, tokens.panel, 0.07))
    draw_words_in(painter, QRectF(0, pane.top, frame.width, pane.height), "SIMULATED", centred=True)
