"""The widget of a chart: keeps the painted scene, lays crosshair, legend and price tag over it, and hands its events on.

The scene is painted anew only when the model changed; a moving crosshair repaints from the kept picture.
"""

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from terminal.domain.clock import Clock
from terminal.ui.charts.drawings import Point, Tool
from terminal.ui.charts.legend import overlay_words, paint_words, price_words
from terminal.ui.charts.model import ChartModel
from terminal.ui.charts.paint_axes import paint_crosshair, paint_price_tag, paint_time_tag
from terminal.ui.charts.paint_drawings import paint_drawings, place
from terminal.ui.charts.pointer import Pointer
from terminal.ui.charts.scene import Scene
from terminal.ui.charts.ticks import decimals_of, round_step
from terminal.ui.numbers import left, number
from terminal.ui.theme import current, measures, text_font, theme
from terminal.ui.zones import Zones

_SECOND = 1_000_000_000


class ChartCanvas(QWidget):
    """Shows a ChartModel. The crosshair's time goes out by `crosshair_moved` (None = the pointer left)."""

    crosshair_moved = Signal(object)
    trade_chosen = Signal(int)
    drawings_changed = Signal()
    words_wanted = Signal(object, QPoint)
    menu_asked = Signal(QPoint)

    def __init__(self, model: ChartModel, zones: Zones, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self.scene = model, Scene(model)
        self.pointer = Pointer(model, self.scene, drawn=self.drawings_changed.emit, words_wanted=self._ask_words, trade_chosen=self.trade_chosen.emit)
        self._zones, self._clock = zones, clock
        self._picture: QPixmap | None = None
        self._cross: QPoint | None = None
        self._far_time: int | None = None
        self.setObjectName("chart-canvas")
        self.setAccessibleName("Price chart")
        self.setAccessibleDescription("Arrow keys pan, plus and minus zoom, Home and End go to the first and last candle.")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        for signal in (model.changed, zones.changed, theme().changed):
            signal.connect(self.refresh)
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self.update)
        self._second.start()

    def refresh(self) -> None:
        """Paints the scene anew with the next frame."""
        self._picture = None
        self.update()

    def show_far_crosshair(self, time_ns: int | None) -> None:
        """Shows where the pointer is in a linked chart."""
        if time_ns != self._far_time:
            self._far_time = time_ns
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(900, 480)

    def picture(self) -> QPixmap:
        """The chart as it is seen, without the crosshair."""
        cross, self._cross, far, self._far_time = self._cross, None, self._far_time, None
        taken = self.grab()
        self._cross, self._far_time = cross, far
        return taken

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._painted()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        if self.model.bars is not None and len(self.model.bars):
            self._paint_over(painter)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.pointer.wheel(event)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cross = event.position().toPoint()
        self.pointer.move(event)
        at = self.pointer.place_at(self._cross.x(), self._cross.y())
        is_inside = self._cross.x() < self.scene.frame.width and self._cross.y() < self.scene.frame.bottom
        self.crosshair_moved.emit(at.time if at is not None and is_inside else None)
        self.setCursor(self._cursor())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.pointer.double_click(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._cross = None
        self.crosshair_moved.emit(None)
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rows = self.model.rows
        if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            self._undo(is_again=event.matches(QKeySequence.StandardKey.Redo))
            return
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                rows.pan(rows.span * (0.1 if event.key() == Qt.Key.Key_Right else -0.1))
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal | Qt.Key.Key_Minus:
                rows.zoom(1.25 if event.key() == Qt.Key.Key_Minus else 0.8, min(rows.right, rows.count))
            case Qt.Key.Key_Home:
                rows.show_first()
            case Qt.Key.Key_End:
                rows.show_last(rows.span)
            case Qt.Key.Key_Escape:
                self.pointer.choose(None)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if self.model.chosen_drawing is not None:
                self.model.drawings.remove(self.model.chosen_drawing)
                self.model.chosen_drawing = None
                self.drawings_changed.emit()
            case _:
                super().keyPressEvent(event)
                return
        self.model.touch()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(event.pos()), self)
            return True
        return super().event(event)

    def words_at(self, at: QPoint) -> str:
        """What the tooltip says at a pixel: the trade under it, the hole beside it, or the candle's time with UTC."""
        bars, model = self.model.bars, self.model
        trade = self.pointer.trade_at(at.toPointF())
        if trade is not None and model.marks is not None:
            return model.marks.words(trade)
        if bars is None or at.x() >= self.scene.frame.width:
            return ""
        row = int(model.rows.row(at.x(), self.scene.frame.width))
        if not 0 <= row < len(bars):
            return ""
        words = self._zones.both(int(bars.time[row]), model.calendar)
        near = [int(gap) for gap in model.gaps if abs(gap - model.rows.row(at.x(), self.scene.frame.width)) * self.scene.frame.width / model.rows.span < 6]
        if near:
            missing = round((int(bars.time[near[0]]) - int(bars.time[near[0] - 1])) / model.length_ns) - 1
            words += f"\n{missing:,} candle{'s' if missing > 1 else ''} missing here"
        return words

    def _painted(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        self.scene.paint(painter, self.width(), self.height(), current(), self._zones.of(self.model.calendar), text_font(measures().small))
        painter.end()
        return picture

    def _paint_over(self, painter: QPainter) -> None:
        tokens, frame, model = current(), self.scene.frame, self.model
        small, pane = text_font(measures().small), frame.panes[0]
        if self.pointer.draft is not None and model.bars is not None:
            placed = place((self.pointer.draft,), model.bars, model.length_ns, model.rows, model.scale, pane, frame.width)
            paint_drawings(painter, placed, pane, frame.width, tokens, 0)
        self._paint_last(painter)
        row = self._paint_cross(painter)
        font = text_font(measures().text - 1)
        paint_words(painter, price_words(model, row, tokens), 10, 20, frame.width - 10, font, tokens.panel)
        for overlay, own in zip(model.own_panes, frame.panes[1:], strict=True):
            paint_words(painter, overlay_words(overlay, row, tokens), 10, own.top + 16, frame.width - 10, small, tokens.panel)

    def _paint_cross(self, painter: QPainter) -> int:
        """Paints the crosshair of this or a linked chart; the row that the legend speaks of."""
        model, frame, tokens, bars = self.model, self.scene.frame, current(), self.model.bars
        if bars is None:
            return -1
        small = text_font(measures().small)
        cross = self._cross if self._cross is not None and self._cross.x() < frame.width and self._cross.y() < frame.bottom else None
        if cross is None and self._far_time is None:
            return len(bars) - 1
        row = int(model.rows.row(cross.x(), frame.width)) if cross is not None else bars.row_at(self._far_time or 0)
        x = (row + 0.5 - model.rows.left) * frame.width / model.rows.span
        paint_crosshair(painter, frame, x, cross.y() if cross is not None else None, tokens)
        when = bars.time_of(row, model.length_ns)
        paint_time_tag(painter, frame, x, self._zones.minute(when, model.calendar), tokens, small)
        index = frame.pane_at(cross.y()) if cross is not None else None
        if cross is not None and index is not None:
            pane, scale = frame.panes[index], self.scene.scales[index]
            y = cross.y() - pane.top
            words = number(scale.price(y, pane.height), decimals_of(round_step(scale.high - scale.low, 400)))
            paint_price_tag(painter, frame, pane, y, (words,), tokens.hover, tokens.text, small)
        return min(max(row, 0), len(bars) - 1)

    def _paint_last(self, painter: QPainter) -> None:
        """The last price: a dotted line and a tag with the time until its candle closes."""
        model, frame, tokens, columns = self.model, self.scene.frame, current(), self.model.columns
        if columns is None:
            return
        pane, close = frame.panes[0], float(columns.close[-1])
        y = model.scale.y(close, pane.height)
        colour = tokens.up if close >= columns.open[-1] else tokens.down
        if 0 <= y <= pane.height:
            painter.setPen(QPen(QColor(colour), 1, Qt.PenStyle.DotLine))
            painter.drawLine(0, round(pane.top + y), round(frame.width), round(pane.top + y))
        until = (int(columns.time[-1]) + model.length_ns - self._clock()) / _SECOND
        words = [number(close, decimals_of(round_step(model.scale.high - model.scale.low, 400)))]
        if 0 < until <= model.length_ns / _SECOND:
            words.append(left(until))
        font = text_font(measures().small, weight=text_font(11).Weight.DemiBold)
        paint_price_tag(painter, frame, pane, min(max(y, 0.0), pane.height), words, colour, tokens.panel if tokens.is_dark else tokens.on_accent, font)

    def _undo(self, *, is_again: bool) -> None:
        book = self.model.drawings
        if book.redo() if is_again else book.undo():
            self.model.chosen_drawing = None
            self.drawings_changed.emit()
            self.model.touch()

    def _cursor(self) -> Qt.CursorShape:
        if self._cross is None or self.pointer.tool is not None:
            return Qt.CursorShape.CrossCursor
        if self._cross.x() >= self.scene.frame.width:
            return Qt.CursorShape.SizeVerCursor
        if self._cross.y() >= self.scene.frame.bottom:
            return Qt.CursorShape.SizeHorCursor
        return Qt.CursorShape.ClosedHandCursor if self.pointer.is_dragging else Qt.CursorShape.CrossCursor

    def _ask_words(self, point: Point) -> None:
        self.words_wanted.emit(point, self._cross or QPoint())

    def draw(self, tool: Tool | None) -> None:
        """Takes up a drawing tool, or puts it down."""
        self.pointer.choose(tool)
        self.setFocus()
