"""What the mouse does to a chart: pan, zoom, stretch the price axis, choose a trade, draw, move and pick drawings.

The canvas hands its events here; everything ends in a change of the model.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from terminal.ui.charts.drawings import Drawing, Point, Tool
from terminal.ui.charts.marks import mark_at
from terminal.ui.charts.model import ChartModel
from terminal.ui.charts.paint_drawings import touched
from terminal.ui.charts.scene import Scene

_ZOOM_STEP = 1.18
_NOTCH = 120.0
_CLICK_REACH = 4.0


class _Drag(Enum):
    NONE = auto()
    PAN = auto()
    PRICE_AXIS = auto()
    TIME_AXIS = auto()
    NEW = auto()
    MOVE = auto()


@dataclass(slots=True)
class _Grip:
    """What is being dragged, from where, and what it was."""

    kind: _Drag = _Drag.NONE
    start: QPointF = field(default_factory=QPointF)
    last: QPointF = field(default_factory=QPointF)
    index: int = -1
    point: int | None = None
    original: Drawing | None = None


class Pointer:
    """Turns mouse events into changes of `model`; asks `scene` where things were painted."""

    def __init__(
        self, model: ChartModel, scene: Scene, *, drawn: Callable[[], None], words_wanted: Callable[[Point], None], trade_chosen: Callable[[int], None]
    ) -> None:
        self.tool: Tool | None = None
        self.draft: Drawing | None = None
        """The drawing whose last point still follows the pointer."""
        self._model, self._scene = model, scene
        self._drawn, self._words_wanted, self._trade_chosen = drawn, words_wanted, trade_chosen
        self._grip = _Grip()

    @property
    def holds_drawing(self) -> bool:
        """True while a drawing is being dragged."""
        return self._grip.kind is _Drag.MOVE

    def cursor(self, at: QPointF) -> Qt.CursorShape:
        """The cursor that says what a drag would do at a pixel."""
        if self.tool is None and at.x() >= self._scene.frame.width:
            return Qt.CursorShape.SizeVerCursor
        if self.tool is None and at.y() >= self._scene.frame.bottom:
            return Qt.CursorShape.SizeHorCursor
        return Qt.CursorShape.ClosedHandCursor if self._grip.kind in (_Drag.PAN, _Drag.MOVE) else Qt.CursorShape.CrossCursor

    def place_at(self, x: float, y: float) -> Point | None:
        """Time of the candle and price under a pixel of the price pane."""
        bars, frame = self._model.bars, self._scene.frame
        if bars is None or not len(bars):
            return None
        row = self._model.rows.row(x, frame.width)
        return Point(bars.time_of(row, self._model.length_ns), self._model.scale.price(y - frame.panes[0].top, frame.panes[0].height))

    def wheel(self, event: QWheelEvent) -> None:
        """Zooms about the pointer; sideways or with Shift it pans; over the price axis it stretches prices."""
        frame, delta = self._scene.frame, event.angleDelta()
        sideways = delta.x() or (delta.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        rows = self._model.rows
        if sideways:
            rows.pan(-sideways / _NOTCH * rows.span * 0.1)
        elif event.position().x() > frame.width or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._model.scale.zoom(_ZOOM_STEP ** (-delta.y() / _NOTCH), frame.panes[0].height)
        else:
            anchor = rows.row(event.position().x(), frame.width)
            newest_stays = rows.follows_end and anchor > rows.count - rows.span * 0.15
            rows.zoom(_ZOOM_STEP ** (-delta.y() / _NOTCH), rows.count if newest_stays else anchor)
        self._model.touch()

    def press(self, event: QMouseEvent) -> None:
        """Takes hold of what lies under the pointer."""
        at, frame = event.position(), self._scene.frame
        if self.tool is not None and at.x() < frame.width and frame.pane_at(at.y()) == 0:
            self._draw_at(at)
            return
        if at.x() >= frame.width:
            self._grip = _Grip(_Drag.PRICE_AXIS, at, at)
        elif at.y() >= frame.bottom:
            self._grip = _Grip(_Drag.TIME_AXIS, at, at)
        else:
            self._grip = self._hold_plot(at)

    def move(self, event: QMouseEvent) -> None:
        """Drags what is held; lets a draft follow."""
        at, grip, rows, frame = event.position(), self._grip, self._model.rows, self._scene.frame
        by = at - grip.last
        match grip.kind:
            case _Drag.PAN:
                rows.pan(-by.x() * rows.span / frame.width)
                if self._model.scale.is_manual:
                    self._model.scale.pan(by.y(), frame.panes[0].height)
            case _Drag.PRICE_AXIS:
                self._model.scale.zoom(1.0 + max(-0.5, min(by.y() / 150.0, 0.5)), frame.panes[0].height)
            case _Drag.TIME_AXIS:
                rows.zoom(1.0 + max(-0.5, min(-by.x() / 300.0, 0.5)), rows.right)
            case _Drag.NEW:
                self._stretch_draft(at)
            case _Drag.MOVE:
                self._move_drawing(at)
            case _:
                return
        grip.last = at
        self._model.touch()

    def release(self, event: QMouseEvent) -> None:
        """Lets go; a press that did not move was a click: it picks a trade or nothing."""
        grip, at = self._grip, event.position()
        moved = (at - grip.start).manhattanLength() > _CLICK_REACH
        if grip.kind is _Drag.NEW:
            if moved and self.draft is not None:
                self._finish()
            return
        if grip.kind is _Drag.PAN and not moved:
            self._pick(at)
        elif grip.kind is _Drag.MOVE and grip.original is not None:
            changed = self._model.drawings.all[grip.index]
            self._model.drawings.preview(grip.index, grip.original)
            self._model.drawings.replace(grip.index, changed)
            self._drawn()
        self._grip = _Grip()

    def double_click(self, event: QMouseEvent) -> None:
        """On an axis: back to fitting by itself, or to the newest candles."""
        at, frame = event.position(), self._scene.frame
        if at.x() >= frame.width:
            self._model.scale.is_manual = False
        elif at.y() >= frame.bottom:
            self._model.rows.show_last(160)
        self._model.touch()

    def choose(self, tool: Tool | None) -> None:
        """Takes up a drawing tool, or puts it down."""
        if self.holds_drawing and self._grip.original is not None:
            self._model.drawings.preview(self._grip.index, self._grip.original)
        self.tool, self.draft = tool, None
        self._grip = _Grip()
        self._model.touch()

    def trade_at(self, at: QPointF) -> int | None:
        """The trade whose arrow lies under a pixel."""
        model, frame = self._model, self._scene.frame
        if model.marks is None or model.bars is None:
            return None
        return mark_at(model.marks, model.bars, model.rows, model.scale, frame.panes[0], frame.width, at.x(), at.y())

    def _hold_plot(self, at: QPointF) -> _Grip:
        frame = self._scene.frame
        met = touched(self._scene.placed, at.x(), at.y(), frame.width) if frame.pane_at(at.y()) == 0 else None
        if met is None:
            return _Grip(_Drag.PAN, at, at)
        self._model.chosen_drawing = met[0]
        self._model.touch()
        return _Grip(_Drag.MOVE, at, at, met[0], met[1], self._model.drawings.all[met[0]])

    def _pick(self, at: QPointF) -> None:
        trade = self.trade_at(at)
        self._model.chosen_drawing = None
        if trade is not None:
            self._model.chosen_mark = trade
            self._trade_chosen(trade)
        self._model.touch()

    def _draw_at(self, at: QPointF) -> None:
        point = self.place_at(at.x(), at.y())
        if point is None or self.tool is None:
            return
        if self.draft is not None:
            self._stretch_draft(at)
            self._finish()
        elif self.tool is Tool.TEXT:
            self.tool = None
            self._words_wanted(point)
        else:
            self.draft = Drawing(self.tool, (point,) * self.tool.points)
            self._grip = _Grip(_Drag.NEW, at, at)
            if self.tool.points == 1:
                self._finish()
        self._model.touch()

    def _stretch_draft(self, at: QPointF) -> None:
        point = self.place_at(at.x(), at.y())
        if self.draft is not None and point is not None:
            self.draft = Drawing(self.draft.tool, (self.draft.points[0], point))

    def _finish(self) -> None:
        if self.draft is not None:
            self._model.drawings.add(self.draft)
            self._model.chosen_drawing = len(self._model.drawings.all) - 1
        self.choose(None)
        self._drawn()

    def _move_drawing(self, at: QPointF) -> None:
        grip = self._grip
        start, now = self.place_at(grip.start.x(), grip.start.y()), self.place_at(at.x(), at.y())
        if start is not None and now is not None and grip.original is not None:
            self._model.drawings.preview(grip.index, grip.original.moved(grip.point, now.time - start.time, now.price - start.price))
