"""The widget of a chart: keeps the painted scene, lays crosshair, legend and price tag over it, and hands its events on.

The scene is painted anew only when the model changed; a moving crosshair repaints from the kept picture.
"""

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from terminal.domain.clock import Clock
from terminal.ui.charts.drawings import Point, Tool
from terminal.ui.charts.keyboard import press_key
from terminal.ui.charts.model import ChartModel
from terminal.ui.charts.over import OverScene
from terminal.ui.charts.pointer import Pointer
from terminal.ui.charts.scene import Scene
from terminal.ui.theme import current, measures, text_font, theme
from terminal.ui.zones import Zones

_REST_MS = 600


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
        self.over = OverScene(model, self.scene, zones, clock)
        self._zones = zones
        self._picture: QPixmap | None = None
        self._canvas = QPixmap()
        """Painted over for each new picture; memory for one would be fetched page by page with every frame."""
        self._is_taken = False
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
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._tell)
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
        if time_ns != self.over.far_time:
            self.over.far_time = time_ns
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(900, 480)

    def picture(self) -> QPixmap:
        """The chart as it is seen, without the crosshair and the mark of the keyboard."""
        self._is_taken = True
        cross, self.over.cross, far, self.over.far_time = self.over.cross, None, self.over.far_time, None
        try:
            taken = self.grab()
        finally:
            self._is_taken = False
        self.over.cross, self.over.far_time = cross, far
        return taken

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._paint_picture()
        painter = QPainter(self)
        try:  # a painter that is still at work when its ground goes takes the process down
            if self._picture is not None:
                painter.drawPixmap(0, 0, self._picture)
            self.over.paint(painter, self.pointer.draft)
            if self.hasFocus() and not self._is_taken:
                painter.setPen(QPen(QColor(current().accent), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        finally:
            painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.pointer.wheel(event)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.over.cross = event.position().toPoint()
        self.pointer.move(event)
        at = self.pointer.place_at(self.over.cross.x(), self.over.cross.y())
        is_inside = self.over.cross.x() < self.scene.frame.width and self.over.cross.y() < self.scene.frame.bottom
        self.crosshair_moved.emit(at.time if at is not None and is_inside else None)
        self.setCursor(self.pointer.cursor(event.position()))
        self._rest.start()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.pointer.double_click(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.over.cross = None
        self._rest.stop()
        self.crosshair_moved.emit(None)
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._rest.stop()  # a tooltip would lie over the menu
        QToolTip.hideText()
        self.menu_asked.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_key(event, self.model, self.pointer, self.drawings_changed.emit):
            super().keyPressEvent(event)

    def _paint_picture(self) -> None:
        ratio = self.devicePixelRatioF()
        if self._canvas.size() != self.size() * ratio:
            self._canvas = QPixmap(self.size() * ratio)
        picture = self._canvas
        picture.setDevicePixelRatio(ratio)
        self._picture = picture  # kept even where painting fails: the fault is told once, not with every frame
        painter = QPainter(picture)
        try:
            self.scene.paint(painter, self.width(), self.height(), current(), self._zones.of(self.model.calendar), text_font(measures().small))
        finally:
            painter.end()

    def words_at(self, at: QPoint) -> str:
        """What the tooltip says at a pixel: of the trade there, else of the candle."""
        trade = self.pointer.trade_at(at.toPointF())
        return self.model.marks.words(trade) if trade is not None and self.model.marks is not None else self.over.words_at(at)

    def _tell(self) -> None:
        """The tooltip, once the pointer rests; a timer, since an exception under an overridden `event` takes the process down."""
        if self.over.cross is not None and self.underMouse() and QApplication.activePopupWidget() is None:
            QToolTip.showText(self.mapToGlobal(self.over.cross), self.words_at(self.over.cross), self)

    def _ask_words(self, point: Point) -> None:
        self.words_wanted.emit(point, self.over.cross or QPoint())

    def draw(self, tool: Tool | None) -> None:
        """Takes up a drawing tool, or puts it down."""
        self.pointer.choose(tool)
        self.setFocus()
