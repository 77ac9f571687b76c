"""Many rectangles or lines in one call: a numpy array that Qt reads as its own primitives.

PySide takes the first of several primitives by pointer together with their number; shiboken wraps our memory as that first one.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRect
from PySide6.QtGui import QPainter, QPixmap
from shiboken6 import wrapInstance

Floats = NDArray[np.float64]
_FAR = 30_000
"""Pixels; what lies further out is cut there, since Qt's whole rectangles must not run over."""


def draw_rects(painter: QPainter, x: Floats, y: Floats, width: Floats | float, height: Floats | float) -> None:
    """Draws rectangles of (x, y, width, height), rounded to whole pixels, with the painter's brush and no pen; none where a number is NaN.

    Whole ones take Qt three quarters of the time that fractions do.
    """
    if len(x):
        edges = np.empty((len(x), 4))
        edges[:, 0], edges[:, 1] = x, y
        edges[:, 2], edges[:, 3] = x + width, y + height
        if not np.isfinite(edges.sum()):  # quicker than asking each, and seldom so
            edges = edges[np.isfinite(edges).all(axis=1)]
        memory = np.rint(np.clip(edges, -_FAR, _FAR, out=edges), out=edges).astype(np.int32)
        memory[:, 2:] -= 1  # the last pixel inside, as QRect keeps it
        painter.drawRects(_pointer(memory, QRect), len(memory))


def draw_lines(painter: QPainter, x1: Floats, y1: Floats, x2: Floats, y2: Floats) -> None:
    """Draws lines from (x1, y1) to (x2, y2)."""
    if len(x1):
        memory = _filled(len(x1), 4, (x1, y1, x2, y2))
        painter.drawLines(_pointer(memory, QLineF), len(memory))


def draw_stamps(painter: QPainter, pixmap: QPixmap, x: Floats, y: Floats) -> None:
    """Draws `pixmap` centred at each of (x, y)."""
    if not len(x):
        return
    ratio = pixmap.devicePixelRatio()
    scale = 1 / ratio
    memory = _filled(len(x), 10, (x, y, 0.0, 0.0, float(pixmap.width()), float(pixmap.height()), scale, scale, 0.0, 1.0))
    painter.drawPixmapFragments(_pointer(memory, QPainter.PixmapFragment), len(memory), pixmap)


def _filled(count: int, fields: int, columns: tuple[Floats | float, ...]) -> Floats:
    memory = np.empty((count, fields))
    for field, column in enumerate(columns):
        memory[:, field] = column
    return memory


def _pointer(memory: NDArray[Any], kind: type) -> Any:
    return wrapInstance(memory.ctypes.data, kind)
