"""The coverage strip: the span of a stored series as a bar, what is missing of it as hatched holes.

Painted in the table of the Data panel from what the store knows without opening the data.
"""

from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from terminal.ui.theme import current

if TYPE_CHECKING:
    from terminal.app.answers import SeriesInfo

_HEIGHT = 9.0
_NICK_HEIGHT = 4.0
_HATCHED_FROM = 4.0
_MOSTLY = 0.5

Hole = tuple[float, float]


def holes_of(info: "SeriesInfo") -> tuple[Hole, ...]:
    """What is missing between the series' first and last candle, as shares of its span, oldest first."""
    if info.start is None or info.end is None or info.end <= info.start:
        return ((0.0, 1.0),)
    span = info.end - info.start
    return tuple((max(0.0, (start - info.start) / span), min(1.0, (end - info.start) / span)) for start, end in info.gaps)


def marks_of(holes: tuple[Hole, ...], pixels: int) -> dict[int, float]:
    """Of each pixel of a strip so many pixels long that touches a hole, the share of it that is missing; 1 = all of it."""
    marks: dict[int, float] = {}
    for start, end in holes:
        first, last = start * pixels, end * pixels
        for pixel in range(min(int(first), pixels - 1), min(ceil(last), pixels)):
            marks[pixel] = min(1.0, marks.get(pixel, 0.0) + max(0.0, min(last, pixel + 1) - max(first, pixel)))
    return marks


def paint_coverage(painter: QPainter, room: QRectF, info: "SeriesInfo") -> None:
    """Draws the strip in the middle of `room`. A device pixel that is mostly missing is a hole through the bar; one that lacks
    less is a nick in its upper edge, so that an hour in five years is seen and yet nobody takes it for a month."""
    tokens = current()
    device = painter.device()
    unit = 1 / (device.devicePixelRatioF() if device is not None else 1.0)
    bar = QRectF(room.x(), round(room.center().y() - _HEIGHT / 2), room.width(), _HEIGHT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(tokens.faint if info.provenance.simulated else tokens.accent_strong))
    painter.drawRoundedRect(bar, 2, 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for pixel, share in marks_of(holes_of(info), max(1, int(bar.width() / unit))).items():
        height = bar.height() if share >= _MOSTLY else _NICK_HEIGHT
        painter.fillRect(QRectF(bar.x() + pixel * unit, bar.y(), unit, height), QColor(tokens.panel))
    for start, end in holes_of(info):
        if (end - start) * bar.width() >= _HATCHED_FROM:
            hole = QRectF(bar.x() + start * bar.width(), bar.y(), (end - start) * bar.width(), bar.height())
            painter.fillRect(hole, QBrush(QColor(tokens.faint), Qt.BrushStyle.BDiagPattern))
