"""Draws the finer path inside a candle: its minutes, or a minute's seconds, whose open, extremes, close and volume are exactly its own.

Used for every candle finer than an hour and for the live stream, so that history and stream are one path.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PARTS = 60
"""Minutes of an hour, seconds of a minute."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Candles in ticks and volume steps (int64), all columns of one shape."""

    open: NDArray[np.int64]
    high: NDArray[np.int64]
    low: NDArray[np.int64]
    close: NDArray[np.int64]
    volume: NDArray[np.int64]


def refine(parents: Bars, source: np.random.Generator, active: NDArray[np.bool_]) -> Bars:
    """PARTS children of each parent, shape (parents, PARTS); prices of inactive ones rest, their volume is 0.

    A Brownian bridge from open to close is drawn for each parent, its own extremes are found, and what lies above (below)
    both open and close is stretched until the highest (lowest) point is the parent's: the map is monotone, so that every
    child keeps low ≤ open, close ≤ high. `active`: shape (parents, PARTS), at least one true in each row.
    """
    shape = active.shape
    shock, crowd = source.standard_normal((2, *shape))
    reach = source.standard_exponential((2, *shape))
    clock = np.where(active, np.exp(0.45 * crowd), 0.0)
    clock /= clock.sum(axis=1, keepdims=True)

    start, end = parents.open[:, None].astype(np.float64), parents.close[:, None].astype(np.float64)
    spread = (parents.high - parents.low)[:, None] / 1.75  # so that the minutes' variance adds up to the hour's, measured
    step = np.sqrt(clock) * shock
    elapsed = np.cumsum(clock, axis=1)
    walk = np.cumsum(step, axis=1)
    close = start + (end - start) * elapsed + spread * (walk - walk[:, -1:] * elapsed)
    close[:, -1] = end[:, 0]
    before = np.concatenate((start, close[:, :-1]), axis=1)

    moved = close - before
    far = np.sqrt(moved**2 + 2 * (spread**2 * clock) * reach)
    high, low = before + (moved + far[0]) / 2, before + (moved - far[1]) / 2
    stretch = _Stretch(np.maximum(start, end), np.minimum(start, end), high, low, parents)
    closes = stretch(close)
    opens = np.concatenate((parents.open[:, None], closes[:, :-1]), axis=1)
    return Bars(opens, stretch(high), stretch(low), closes, _divided(parents.volume, clock * (0.4 + np.abs(shock))))


class _Stretch:
    """The monotone map that leaves everything between open and close where it is and moves the extremes onto the parent's."""

    def __init__(self, upper: NDArray[np.float64], lower: NDArray[np.float64], high: NDArray[np.float64], low: NDArray[np.float64], parents: Bars) -> None:
        self._upper, self._lower = upper, lower
        self._top, self._bottom = parents.high[:, None], parents.low[:, None]
        self._above = _ratio(self._top - upper, high.max(axis=1, keepdims=True) - upper)
        self._below = _ratio(lower - self._bottom, lower - low.min(axis=1, keepdims=True))

    def __call__(self, price: NDArray[np.float64]) -> NDArray[np.int64]:
        inside = np.clip(price, self._lower, self._upper)
        moved = inside + np.maximum(price - self._upper, 0) * self._above - np.maximum(self._lower - price, 0) * self._below
        return np.clip(np.rint(moved), self._bottom, self._top).astype(np.int64)


def _ratio(wanted: NDArray[np.float64], drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(wanted, drawn, out=np.zeros_like(drawn), where=drawn > 0)


def _divided(total: NDArray[np.int64], share: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers in proportion to `share` whose sum over each row is exactly `total`."""
    filled = np.cumsum(share, axis=1)
    filled *= (total / filled[:, -1])[:, None]
    ends = np.rint(filled).astype(np.int64)
    ends[:, -1] = total
    return np.diff(ends, axis=1, prepend=0)
