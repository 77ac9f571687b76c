"""Short words laid out once and painted many times: axis labels, legends and levels of a chart say much the same frame after frame.

Used by the painters of charts in place of the painter's own `drawText`, which lays words out anew each time.
"""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QStaticText, QTransform

_KEPT = 2000


def draw_words(painter: QPainter, at: QPointF, text: str) -> None:
    """Paints `text` with its baseline beginning at `at`."""
    laid = _laid(text, painter.font())
    painter.drawStaticText(QPointF(at.x(), at.y() - painter.fontMetrics().ascent()), laid)


def draw_words_in(painter: QPainter, box: QRectF, text: str, *, centred: bool = False) -> None:
    """Paints `text` in the middle of the height of `box`, from its left edge or centred across."""
    laid = _laid(text, painter.font())
    size = laid.size()
    left = box.x() + (box.width() - size.width()) / 2 if centred else box.x()
    painter.drawStaticText(round(left), round(box.y() + (box.height() - size.height()) / 2), laid)


@lru_cache(maxsize=_KEPT)
def _laid(text: str, font: QFont) -> QStaticText:
    laid = QStaticText(text)
    laid.setTextFormat(Qt.TextFormat.PlainText)
    laid.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    laid.prepare(QTransform(), font)
    return laid
