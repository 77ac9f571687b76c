"""Holes in the candles: hatched grey between the candles around them, since the time axis itself leaves no room for them.

Called once a frame by the scene, before anything else of the plot.
"""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QPainter

from terminal.ui.charts.frame import Pane
from terminal.ui.charts.model import ChartModel
from terminal.ui.charts.paint_bars import blend
from terminal.ui.tokens import Tokens

_LEAST_WIDTH, _MOST_WIDTH = 3.0, 10.0
_FOOT = 9.0
_PIXELS_A_BAND = 60.0
"""Bands of full height stand at least so far apart on average; where there are more holes the longest are chosen."""


def paint_gaps(painter: QPainter, model: ChartModel, pane: Pane, width: float, tokens: Tokens) -> None:
    """Bands of full height at the longest holes in view, and marks at the foot for the others where they can be told apart."""
    bars, rows = model.bars, model.rows
    first, stop = np.searchsorted(model.gaps, (rows.first, rows.stop + 1))
    gaps = model.gaps[first:stop]
    gaps = gaps[(gaps > 0) & (gaps < rows.count)]
    if bars is None or not len(gaps):
        return
    most = max(3, int(width / _PIXELS_A_BAND))
    length = bars.time[gaps] - bars.time[gaps - 1]
    is_longest = np.ones(len(gaps), bool)
    if len(gaps) > most:
        is_longest[np.argpartition(length, len(gaps) - most)[: len(gaps) - most]] = False
    band = max(_LEAST_WIDTH, min(width / rows.span * 0.9, _MOST_WIDTH))
    brush = QBrush(blend(tokens.second, tokens.panel, 0.55), Qt.BrushStyle.BDiagPattern)
    for x in _places(model, gaps[is_longest], width):
        painter.fillRect(QRectF(x - band / 2, pane.top, band, pane.height), brush)
    if len(gaps) * band < width / 2:
        for x in _places(model, gaps[~is_longest], width):
            painter.fillRect(QRectF(x - band / 2, pane.top + pane.height - _FOOT, band, _FOOT), brush)


def _places(model: ChartModel, gaps: np.ndarray[tuple[int], np.dtype[np.int64]], width: float) -> list[float]:
    places: list[float] = np.unique(np.round(model.rows.x(gaps.astype(np.float64), width))).tolist()
    return places
