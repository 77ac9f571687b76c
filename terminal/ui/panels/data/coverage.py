"""The coverage strip: the span of a stored series as a bar, what is missing of it as hatched holes.

Painted in the table of the Data panel from what the store knows without opening the data.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from terminal.ui.theme import current

if TYPE_CHECKING:
    from terminal.app.answers import SeriesInfo

_HEIGHT = 9.0
_THINNEST_HOLE = 1.0
_HATCHED_FROM = 4.0

Hole = tuple[float, float]


def holes_of(info: "SeriesInfo") -> tuple[Hole, ...]:
    """What is missing between the series' first and last candle, as shares of its span, oldest first."""
    if info.start is None or info.end is None or info.end <= info.start:
        return ((0.0, 1.0),)
    span = info.end - info.start
    return tuple((max(0.0, (start - info.start) / span), min(1.0, (end - info.start) / span)) for start, end in info.gaps)


def paint_coverage(painter: QPainter, room: QRectF, info: "SeriesInfo") -> None:
    """Draws the strip in the middle of `room`; a hole is never thinner than a pixel, or nobody would see an hour in five years."""
    tokens = current()
    bar = QRectF(room.x(), room.center().y() - _HEIGHT / 2, room.width(), _HEIGHT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    simulated = info.provenance.simulated
    painter.setBrush(QColor(tokens.faint if simulated else tokens.accent_strong))
    painter.drawRoundedRect(bar, 2, 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for start, end in holes_of(info):
        width = max(_THINNEST_HOLE, (end - start) * bar.width())
        left = min(bar.x() + start * bar.width(), bar.right() - width)
        hole = QRectF(left, bar.y(), width, bar.height())
        painter.fillRect(hole, QColor(tokens.panel))
        if width >= _HATCHED_FROM:
            painter.fillRect(hole, QBrush(QColor(tokens.faint), Qt.BrushStyle.BDiagPattern))
