"""A grid of tinted cells with words: profit by hour and weekday, strategies against shocks.

Painted for the results; the sign is written in every cell, never only a colour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.ui.charts.paint_bars import blend
from terminal.ui.theme import current, measures, text_font, theme

_HEAD = 20.0
_LEAST_ROW, _MOST_ROW = 20.0, 44.0
_FAINTEST, _STRONGEST = 0.14, 0.78
_LIGHT_INK_FROM = 0.64
_CENTER = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class GridCell:
    """`strength` from −1 (down) to 1 (up) tints it; `words` is its tooltip; `is_marked` frames it."""

    text: str
    strength: float
    words: str
    is_marked: bool = False


class GridMap(QWidget):
    """Shows cells by (row, column); `chosen` tells which was clicked."""

    chosen = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self.cells: Mapping[tuple[int, int], GridCell] = {}
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setMinimumWidth(320)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self.update)

    def show_cells(self, rows: Sequence[str], columns: Sequence[str], cells: Mapping[tuple[int, int], GridCell]) -> None:
        """Shows these; a place without a cell stays empty."""
        self._rows, self._columns, self.cells = tuple(rows), tuple(columns), dict(cells)
        self.setMinimumHeight(round(_HEAD + _LEAST_ROW * len(self._rows)))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(560, round(_HEAD + _LEAST_ROW * 1.2 * max(1, len(self._rows))))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), current()
        painter.setFont(text_font(measures().small))
        metrics = painter.fontMetrics()
        painter.setPen(QColor(tokens.faint))
        for number, name in enumerate(self._columns):
            room = self._cell(0, number)
            head = QRectF(room.x(), 0, room.width(), _HEAD)
            painter.drawText(head, _CENTER, metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(head.width())))
        for number, name in enumerate(self._rows):
            room = QRectF(0, self._cell(number, 0).y(), self._name_width() - 8, self._row_height())
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        for place, cell in self.cells.items():
            self._paint_cell(painter, self._cell(*place), cell)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.setToolTip(self.words_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().toPoint())
        if place in self.cells:
            self.chosen.emit(*place)

    def words_at(self, at: QPoint) -> str:
        """The tooltip's words at a pixel."""
        cell = self.cells.get(self._place_at(at))
        return cell.words if cell is not None else ""

    def middle_of(self, row: int, column: int) -> QPoint:
        """The middle of a cell."""
        return self._cell(row, column).center().toPoint()

    def _paint_cell(self, painter: QPainter, room: QRectF, cell: GridCell) -> None:
        tokens = current()
        strength = _FAINTEST + (_STRONGEST - _FAINTEST) * min(1.0, abs(cell.strength)) if cell.strength else 0.0
        painter.setPen(QPen(QColor(tokens.down), 1.4) if cell.is_marked else Qt.PenStyle.NoPen)
        painter.setBrush(blend(tokens.up if cell.strength > 0 else tokens.down, tokens.panel, strength) if strength else QColor(tokens.raised))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.drawRoundedRect(room.adjusted(1, 1, -1, -1), 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QColor(tokens.text if strength < _LIGHT_INK_FROM or tokens.is_dark else tokens.on_accent))
        fits = painter.fontMetrics().horizontalAdvance(cell.text) <= room.width() - 2
        painter.drawText(room, _CENTER, cell.text if fits else cell.text[:1])  # the sign or mark stays, and the tooltip tells the rest

    def _name_width(self) -> float:
        metrics = QFontMetricsF(text_font(measures().small))
        return min(max((metrics.horizontalAdvance(name) for name in self._rows), default=0.0) + 12, self.width() * 0.28)

    def _row_height(self) -> float:
        return min(_MOST_ROW, max(_LEAST_ROW, (self.height() - _HEAD) / max(1, len(self._rows))))

    def _cell(self, row: int, column: int) -> QRectF:
        width = (self.width() - self._name_width() - 2) / max(1, len(self._columns))
        return QRectF(self._name_width() + column * width, _HEAD + row * self._row_height(), width, self._row_height())

    def _place_at(self, at: QPoint) -> tuple[int, int]:
        width = (self.width() - self._name_width() - 2) / max(1, len(self._columns))
        return int((at.y() - _HEAD) // self._row_height()), int((at.x() - self._name_width()) // width)
