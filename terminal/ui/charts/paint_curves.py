"""Curves over time as they are painted in one pane: grounds and bands first, lines over them; and the scale that fits them.

Used by the canvas of curves; a curve is a name and its values, and knows nothing of pixels.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from terminal.ui.charts.batches import draw_rects
from terminal.ui.charts.decimate import LineData
from terminal.ui.charts.frame import Pane
from terminal.ui.charts.legend import series_colour
from terminal.ui.charts.paint_bars import blend, paint_line
from terminal.ui.charts.rows import RowWindow
from terminal.ui.charts.scale import Scale
from terminal.ui.tokens import Tokens

_FILL = 0.26
_SPARSE = 3.0
"""Pixels between two values from which on a ground follows the line itself; closer together columns are as good, and quicker."""
Floats = NDArray[np.float64]
Shape = tuple[Floats, Floats, Floats]
"""x of each bucket in view, and y of its lowest and highest value."""


@dataclass(frozen=True, eq=False, slots=True)
class Curve:
    """A named line; `colour` is a token's name, or a number for that series colour; `fills_to` = a value down (or up) to which the ground is tinted.

    With `under` it is the upper edge of a band that is tinted down to that line.
    """

    name: str
    line: LineData
    colour: str
    fills_to: float | None = None
    under: LineData | None = None

    def ink(self, tokens: Tokens) -> str:
        """Its colour in that theme."""
        return series_colour(tokens, int(self.colour)) if self.colour.isdigit() else str(getattr(tokens, self.colour))


@dataclass(frozen=True, eq=False, slots=True)
class CurvePane:
    """Curves on one value axis; `words` writes a value for legend and axis."""

    curves: tuple[Curve, ...]
    words: Callable[[float], str]
    top: float | None = None
    """A value always in view at the top, such as 0 for a drawdown."""


@dataclass(frozen=True, eq=False, slots=True)
class View:
    """What of the curves is in view, and where: rows over `width` pixels, values over a pane, `step` rows to a bucket."""

    rows: RowWindow
    width: float
    pane: Pane
    scale: Scale
    step: int

    @property
    def is_sparse(self) -> bool:
        """Whether single values stand so far apart that columns under them would show as steps."""
        return self.step == 1 and self.width / self.rows.span > _SPARSE

    def shape(self, line: LineData) -> Shape | None:
        """Where each bucket of `line` stands; None with fewer than two rows."""
        rows, step = self.rows, self.step
        first, stop = max(0, rows.first - step) // step * step, min(rows.stop + step, len(line.values))
        if stop - first < 2:
            return None
        low, high = line.extremes(first, stop, step)
        x = rows.x(np.arange(len(low)) * float(step) + (first + step / 2), self.width)
        low_y = self.y(low)
        return x, low_y, self.y(high) if step > 1 else low_y

    def y(self, values: Floats) -> Floats:
        """Pixels of values."""
        return self.scale.y(values, self.pane.height) + self.pane.top


def fitted(pane: CurvePane, rows: RowWindow, step: int) -> Scale:
    """The scale on which everything of the pane that is in view can be seen."""
    scale, first = Scale(), rows.first // step * step
    lines = [line for curve in pane.curves for line in (curve.line, curve.under) if line is not None]
    found = [line.extremes(first, min(rows.stop, len(line.values)), step) for line in lines]
    low = float(np.fmin.reduce([np.fmin.reduce(values) for values, _ in found if len(values)], initial=np.nan))
    high = float(np.fmax.reduce([np.fmax.reduce(values) for _, values in found if len(values)], initial=np.nan))
    low, high = (low, high) if np.isfinite(low) else (0.0, 1.0)
    scale.fit(low, high if pane.top is None else max(high, pane.top))
    if pane.top is not None:
        scale.high = max(pane.top, high)
    return scale


def paint_curves(painter: QPainter, curves: Sequence[Curve], view: View, tokens: Tokens) -> None:
    """Tints every ground first, so that no line disappears behind another curve's ground."""
    for curve in curves:
        _paint_band(painter, curve, view, tokens)
    shapes = [(curve, shape) for curve in curves if (shape := view.shape(curve.line)) is not None]
    for curve, (x, low, high) in shapes:
        if curve.fills_to is not None:
            ground = float(view.y(np.array([curve.fills_to]))[0])
            edge = low if ground <= float(np.fmin.reduce(high)) else high
            _tint(painter, x, edge, np.full(len(x), ground), view, blend(curve.ink(tokens), tokens.panel, _FILL))
    for curve, (x, low, high) in shapes:
        paint_line(painter, x, high, low, QColor(curve.ink(tokens)))


def _paint_band(painter: QPainter, curve: Curve, view: View, tokens: Tokens) -> None:
    """Tints from the line down to the one under it."""
    upper = view.shape(curve.line)
    lower = view.shape(curve.under) if curve.under is not None else None
    if upper is None or lower is None:
        return
    _tint(painter, upper[0], upper[2], np.maximum(lower[1], upper[2] + 1.0), view, blend(curve.ink(tokens), tokens.panel, _FILL))
    paint_line(painter, upper[0], lower[2], lower[1], QColor(curve.ink(tokens)))


def _tint(painter: QPainter, x: Floats, one: Floats, other: Floats, view: View, colour: QColor) -> None:
    """Fills between two edges: along them where values stand far apart, else by columns of whole pixels."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if view.is_sparse and np.isfinite(one).all() and np.isfinite(other).all():
        there = [QPointF(*point) for point in zip(x.tolist(), one.tolist(), strict=True)]
        back = [QPointF(*point) for point in zip(x[::-1].tolist(), other[::-1].tolist(), strict=True)]
        painter.drawPolygon(QPolygonF(there + back))
        return
    left = np.floor(x)
    widths = np.append(np.diff(left), np.ceil(view.width / view.rows.span * view.step))
    draw_rects(painter, left, np.minimum(one, other), widths, np.abs(other - one))
