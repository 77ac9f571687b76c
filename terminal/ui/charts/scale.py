"""The price axis of one pane: which prices are in view, straight, logarithmic or in percent, and where they lie.

Fitted to the visible bars each frame unless the person dragged the axis.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import overload

import numpy as np
from numpy.typing import NDArray

_MARGIN = 0.06
_NARROWEST = 1e-9
"""Share of a price; closer together prices cannot be told apart as floats on an axis."""
_WIDEST = 1e4
"""Times the price in view."""
_WIDEST_RATIO = 1e12


class ScaleMode(StrEnum):
    """How prices are spread over the height."""

    LINEAR = "linear"
    LOG = "log"
    PERCENT = "percent"


@dataclass(slots=True)
class Scale:
    """`low` and `high` are the prices at the bottom and top of the pane; `base` is the price that percent counts from."""

    low: float = 0.0
    high: float = 1.0
    mode: ScaleMode = ScaleMode.LINEAR
    base: float = 1.0
    is_manual: bool = False
    """True once the person chose the range; fitting leaves it alone then."""

    @property
    def is_log(self) -> bool:
        """True where heights follow the logarithm: asked for, and every price in view is positive."""
        return self.mode is ScaleMode.LOG and self.low > 0

    def fit(self, low: float, high: float, *, bottom_room: float = 0.0) -> None:
        """Shows `low` to `high` with a margin; `bottom_room` is the share of the height kept free below."""
        if self.is_manual or not (np.isfinite(low) and np.isfinite(high)):
            return
        if high <= low:
            pad = abs(high) * 0.01 or 1.0
            low, high = low - pad, high + pad
        is_log = self.mode is ScaleMode.LOG and low > 0
        bottom, top = (float(np.log(low)), float(np.log(high))) if is_log else (low, high)
        span = (top - bottom) / (1 - 2 * _MARGIN - bottom_room)
        bottom, top = bottom - span * (_MARGIN + bottom_room), top + span * _MARGIN
        self.low, self.high = (float(np.exp(bottom)), float(np.exp(top))) if is_log else (bottom, top)

    @overload
    def y(self, prices: NDArray[np.float64], height: float) -> NDArray[np.float64]: ...
    @overload
    def y(self, prices: float, height: float) -> float: ...
    def y(self, prices: NDArray[np.float64] | float, height: float) -> NDArray[np.float64] | float:
        """Pixels below the pane's top edge, for a pane of `height` pixels."""
        if self.is_log:
            top = np.log(self.high)
            share = (top - np.log(np.maximum(prices, self.low * 1e-6))) / (top - np.log(self.low))
        else:
            share = (self.high - prices) / (self.high - self.low)
        return share * height if isinstance(prices, np.ndarray) else float(share * height)

    def price(self, y: float, height: float) -> float:
        """The price at `y` pixels below the pane's top edge."""
        share = y / height
        if self.is_log:
            return float(self.high * (self.low / self.high) ** share)
        return self.high - share * (self.high - self.low)

    def pan(self, pixels: float, height: float) -> None:
        """Moves the range by a vertical drag, and keeps it from then on."""
        self._choose(self.price(height - pixels, height), self.price(-pixels, height))

    def zoom(self, factor: float, height: float) -> None:
        """Stretches the range about its middle, and keeps it from then on."""
        pad = (factor - 1) / 2 * height
        self._choose(self.price(height + pad, height), self.price(-pad, height))

    def _choose(self, low: float, high: float) -> None:
        """Takes a range that a person asked for; one too narrow or too wide for an axis leaves things as they are."""
        span, size = high - low, max(abs(low), abs(high))
        if not (size * _NARROWEST < span < _WIDEST * (abs(self.base) or 1.0)) or (self.is_log and high > low * _WIDEST_RATIO):
            return
        self.low, self.high, self.is_manual = low, high, True
