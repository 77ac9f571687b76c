"""What lies over the finished scene of a chart: last price with countdown, crosshair, legend, and the words of the tooltip.

Painted with every frame from the kept picture, so that moving the pointer never paints a candle.
"""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from terminal.domain.clock import Clock
from terminal.ui.charts.card import paint_card
from terminal.ui.charts.columns import Columns
from terminal.ui.charts.drawings import Drawing
from terminal.ui.charts.legend import overlay_words, paint_words, price_words
from terminal.ui.charts.model import ROUND_THE_CLOCK, ChartModel
from terminal.ui.charts.paint_axes import paint_crosshair, paint_price_tag, paint_time_tag
from terminal.ui.charts.paint_drawings import paint_drawings, place
from terminal.ui.charts.scene import Scene
from terminal.ui.charts.ticks import decimals_of, round_step
from terminal.ui.numbers import left, number
from terminal.ui.theme import current, measures, text_font
from terminal.ui.zones import Zones

_SECOND = 1_000_000_000
_GAP_REACH = 6.0
_FINE = 400
"""Parts of the price axis that a price in a tag tells apart."""


class OverScene:
    """Paints over `scene`. `cross` is the pointer in this chart, `far_time` that of a linked one; None = nowhere."""

    def __init__(self, model: ChartModel, scene: Scene, zones: Zones, clock: Clock) -> None:
        self.cross: QPoint | None = None
        self.far_time: int | None = None
        self._model, self._scene, self._zones, self._clock = model, scene, zones, clock

    def paint(self, painter: QPainter, draft: Drawing | None) -> None:
        """Paints all of it, and the drawing that is being made."""
        model, frame, tokens, bars = self._model, self._scene.frame, current(), self._model.bars
        if bars is None or not len(bars):
            return
        if draft is not None:
            placed = place((draft,), bars, model.length_ns, model.rows, model.scale, frame.panes[0], frame.width)
            paint_drawings(painter, placed, frame.width, tokens, 0)
        self._paint_last(painter)
        paint_card(painter, model, frame, tokens, text_font(measures().small))
        row = self._paint_cross(painter, bars)
        font, small = text_font(measures().text - 1), text_font(measures().small)
        paint_words(painter, price_words(model, row, tokens), 10, 20, frame.width - 10, font, tokens.panel)
        for overlay, own in zip(model.own_panes, frame.panes[1:], strict=False):
            paint_words(painter, overlay_words(overlay, row, tokens), 10, own.top + 16, frame.width - 10, small, tokens.panel)

    def words_at(self, at: QPoint) -> str:
        """What the tooltip says at a pixel: the candle's time with UTC, and the hole beside it."""
        bars, model, width = self._model.bars, self._model, self._scene.frame.width
        if bars is None or at.x() >= width:
            return ""
        place = model.rows.row(at.x(), width)
        row = int(place)
        if not 0 <= row < len(bars):
            return ""
        words = self._zones.both(int(bars.time[row]), model.calendar)
        near = [int(gap) for gap in model.gaps if abs(gap - place) * width / model.rows.span < _GAP_REACH]
        if near:
            words += f"\n{_missing(model, bars, near[0])}"
        return words

    def _paint_cross(self, painter: QPainter, bars: Columns) -> int:
        """Paints the crosshair of this or a linked chart; the row that the legend speaks of."""
        model, frame, tokens = self._model, self._scene.frame, current()
        cross = self.cross if self.cross is not None and self.cross.x() < frame.width and self.cross.y() < frame.bottom else None
        if cross is None and self.far_time is None:
            return max(0, model.rows.stop - 1)
        small = text_font(measures().small)
        row = int(model.rows.row(cross.x(), frame.width)) if cross is not None else bars.row_at(self.far_time or 0)
        x = (row + 0.5 - model.rows.left) * frame.width / model.rows.span
        if cross is not None or 0 <= x <= frame.width:
            paint_crosshair(painter, frame, x, cross.y() if cross is not None else None, tokens)
            paint_time_tag(painter, frame, x, self._zones.minute(bars.time_of(row, model.length_ns), model.calendar), tokens, small)
        index = frame.pane_at(cross.y()) if cross is not None else None
        if cross is not None and index is not None:
            pane, scale = frame.panes[index], self._scene.scales[index]
            y = cross.y() - pane.top
            words = number(scale.price(y, pane.height), decimals_of(round_step(scale.high - scale.low, _FINE)))
            paint_price_tag(painter, frame, pane, y, (words,), tokens.hover, tokens.text, small)
        return min(max(row, 0), len(bars) - 1)

    def _paint_last(self, painter: QPainter) -> None:
        """The last price: a dotted line and a tag with the time until its candle closes."""
        model, frame, tokens, columns = self._model, self._scene.frame, current(), self._model.columns
        if columns is None:
            return
        pane, close = frame.panes[0], float(columns.close[-1])
        y = model.scale.y(close, pane.height)
        if not 0 <= y <= pane.height:
            return
        colour = tokens.up if close >= columns.open[-1] else tokens.down
        painter.setPen(QPen(QColor(colour), 1, Qt.PenStyle.DotLine))
        painter.drawLine(0, round(pane.top + y), round(frame.width), round(pane.top + y))
        words = [number(close, decimals_of(round_step(model.scale.high - model.scale.low, _FINE)))]
        until = (int(columns.time[-1]) + model.length_ns - self._clock()) / _SECOND
        if 0 < until <= model.length_ns / _SECOND:
            words.append(left(until))
        font = text_font(measures().small, weight=text_font(measures().small).Weight.DemiBold)
        paint_price_tag(painter, frame, pane, y, words, colour, tokens.panel if tokens.is_dark else tokens.on_accent, font)


def _missing(model: ChartModel, bars: Columns, row: int) -> str:
    """What is missing before `row`; not how many where a market sleeps, since nights and holidays are no candles."""
    if model.calendar != ROUND_THE_CLOCK or not 0 < row < len(bars):
        return "candles are missing here"
    missing = round((int(bars.time[row]) - int(bars.time[row - 1])) / model.length_ns) - 1
    return f"{missing:,} candle{'s' if missing > 1 else ''} missing here"
