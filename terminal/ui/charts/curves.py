"""Curves over time in panes that share their time axis, such as equity above and drawdown below; zoomed and read like a chart.

Used by the results; the bars of prices have a canvas of their own.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.ui.charts.decimate import bucket_step
from terminal.ui.charts.frame import Frame, divide
from terminal.ui.charts.legend import Words, paint_words
from terminal.ui.charts.paint_axes import paint_crosshair, paint_grid, paint_prices, paint_time_tag, paint_times
from terminal.ui.charts.paint_curves import CurvePane, View, fitted, paint_curves
from terminal.ui.charts.rows import RowWindow
from terminal.ui.charts.scale import Scale
from terminal.ui.charts.ticks import Tick, price_ticks, time_ticks
from terminal.ui.theme import current, measures, text_font, theme
from terminal.ui.tokens import Tokens
from terminal.ui.zones import Zones

_AXIS_WIDTH = 68.0
_LABEL_WIDTH = 96.0
_LABEL_HEIGHT = 26.0
_ZOOM_STEP = 1.18


class CurveCanvas(QWidget):
    """Shows panes of curves over `time` (UTC ns); `crosshair_moved` tells the time under the pointer, `clicked` that of a click."""

    crosshair_moved = Signal(object)
    clicked = Signal(object)

    def __init__(self, name: str, zones: Zones, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowWindow()
        self._zones = zones
        self._time: NDArray[np.int64] = np.empty(0, np.int64)
        self._panes: tuple[CurvePane, ...] = ()
        self._calendar = ""
        self._scales: list[Scale] = []
        self._frame: Frame = divide(100, 100, 0, _AXIS_WIDTH)
        self._picture: QPixmap | None = None
        self._cross: QPointF | None = None
        self._held: QPointF | None = None
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setMinimumSize(220, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        for signal in (zones.changed, theme().changed):
            signal.connect(self.refresh)

    def show_curves(self, time: NDArray[np.int64], panes: Sequence[CurvePane], calendar: str = "") -> None:
        """Shows these curves; the view stays where the number of points did, else it is all of them. Times are those of `calendar` where asked for."""
        self._calendar = calendar
        stays = len(time) == len(self._time)
        self._time, self._panes = time, tuple(panes)
        if not stays:
            self.show_all()
        self.refresh()

    def show_all(self) -> None:
        """Shows the curves from end to end."""
        rows = len(self._time)
        self.rows = RowWindow(rows, float(rows), float(max(2, rows)))
        self.refresh()

    def refresh(self) -> None:
        """Paints everything anew with the next frame."""
        self._picture = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, 260)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            ratio = self.devicePixelRatioF()
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            painter = QPainter(self._picture)
            self._paint_scene(painter, current())
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        self._paint_over(painter, current())
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        anchor = self.rows.row(event.position().x(), self._frame.width)
        span = self.rows.span * _ZOOM_STEP ** (-event.angleDelta().y() / 120)
        if span >= self.rows.count:
            self.rows.right, self.rows.span = float(self.rows.count), float(max(2, self.rows.count))
        else:
            self.rows.zoom(span / self.rows.span, anchor)
        self._keep_inside()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._held is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self.rows.pan(-(at.x() - self._held.x()) * self.rows.span / self._frame.width)
            self._held = at
            self._keep_inside()
        self._cross = at if at.x() < self._frame.width else None
        self.crosshair_moved.emit(self._time_at(at.x()))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None and (event.position() - self._held).manhattanLength() < 3:
            self.clicked.emit(self._time_at(event.position().x()))
        self._held = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_all()

    def leaveEvent(self, event: QEvent) -> None:
        self._cross = None
        self.crosshair_moved.emit(None)
        self.update()

    def _keep_inside(self) -> None:
        self.rows.right = max(self.rows.span, min(self.rows.right, float(self.rows.count)))
        self.refresh()

    def _time_at(self, x: float) -> int | None:
        row = int(self.rows.row(x, self._frame.width))
        return int(self._time[row]) if 0 <= row < len(self._time) and x < self._frame.width else None

    def _paint_scene(self, painter: QPainter, tokens: Tokens) -> None:
        painter.fillRect(self.rect(), QColor(tokens.panel))
        if not self._panes or len(self._time) < 2:
            return
        frame = self._frame = divide(self.width(), self.height(), len(self._panes) - 1, _AXIS_WIDTH)
        rows = self.rows
        step = bucket_step(rows.span / frame.width)
        times = time_ticks(self._time, rows.first, rows.stop, max(2, int(frame.width / _LABEL_WIDTH)), self._zones.of(self._calendar))
        painter.setFont(text_font(measures().small))
        self._scales = [fitted(pane, rows, step) for pane in self._panes]
        for content, pane, scale in zip(self._panes, frame.panes, self._scales, strict=True):
            ticks = [Tick(tick.position, content.words(tick.position)) for tick in price_ticks(scale, max(2, int(pane.height / _LABEL_HEIGHT)))]
            paint_grid(painter, frame, pane, scale, ticks, times, rows, tokens)
            painter.save()
            painter.setClipRect(QRectF(0, pane.top, frame.width, pane.height))
            paint_curves(painter, content.curves, View(rows, frame.width, pane, scale, step), tokens)
            painter.restore()
            paint_prices(painter, frame, pane, scale, ticks, tokens)
        paint_times(painter, frame, times, rows, tokens)

    def _paint_over(self, painter: QPainter, tokens: Tokens) -> None:
        if len(self._time) < 2:
            return
        frame, row = self._frame, self.rows.stop - 1
        if self._cross is not None:
            row = min(max(int(self.rows.row(self._cross.x(), frame.width)), 0), len(self._time) - 1)
            x = (row + 0.5 - self.rows.left) * frame.width / self.rows.span
            small = text_font(measures().small)
            paint_crosshair(painter, frame, x, None, tokens)
            paint_time_tag(painter, frame, x, self._zones.minute(int(self._time[row]), self._calendar), tokens, small)
        for content, pane in zip(self._panes, frame.panes, strict=False):
            words = []
            for curve in content.curves:
                told = content.words(float(curve.line.values[row]))
                if curve.under is not None:
                    told = f"{content.words(float(curve.under.values[row]))} … {told}"
                words += [Words(curve.name, tokens.second), Words(told, curve.ink(tokens), follows_closely=True)]
            paint_words(painter, words, 8, pane.top + 15, frame.width, text_font(measures().small), tokens.panel)
