"""Fewer bars than pixels: rows of a column reduced to buckets, exact in every extreme, quick at a million rows.

Between the columns of a chart and its painter; knows nothing of Qt.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 64
"""Rows that one entry of a pyramid stands for."""
_RAW_UP_TO = 4 * BLOCK
_SPARE_ROWS = 1024


def bucket_step(rows_per_pixel: float) -> int:
    """Rows drawn as one bar so that none is narrower than a pixel; wide buckets are whole blocks, so that pyramids serve them."""
    step = max(1, math.ceil(rows_per_pixel))
    return step if step <= _RAW_UP_TO else math.ceil(step / BLOCK) * BLOCK


class Pyramid:
    """One column's blocks of 64 rows, each reduced by a ufunc; made when first asked, grown as rows arrive.

    The last row of a column may still change, so its block is never kept.
    """

    def __init__(self, operation: np.ufunc) -> None:
        self._operation = operation
        self._blocks: NDArray[np.float64] = np.empty(0)

    def reduce(self, column: NDArray[np.float64], first: int, stop: int, step: int) -> NDArray[np.float64]:
        """The operation over rows first, first + step, … each up to the next, the last up to `stop`; shape (ceil((stop − first) / step),)."""
        if stop <= first:
            return np.empty(0)
        if step % BLOCK or first % BLOCK:
            raw: NDArray[np.float64] = self._operation.reduceat(column[:stop], np.arange(first, stop, step))
            return raw
        self._grow(column)
        whole = max(first // BLOCK, min(stop // BLOCK, len(self._blocks)))
        parts = self._blocks[first // BLOCK : whole]
        if whole * BLOCK < stop:
            rest = self._operation.reduceat(column[:stop], np.arange(whole * BLOCK, stop, BLOCK))
            parts = np.concatenate((parts, rest))
        whole_buckets: NDArray[np.float64] = self._operation.reduceat(parts, np.arange(0, len(parts), step // BLOCK))
        return whole_buckets

    def _grow(self, column: NDArray[np.float64]) -> None:
        kept, complete = len(self._blocks), max(0, len(column) - 1) // BLOCK
        if complete > kept:
            fresh = self._operation.reduceat(column[: complete * BLOCK], np.arange(kept * BLOCK, complete * BLOCK, BLOCK))
            self._blocks = np.concatenate((self._blocks, fresh))


def with_room(values: NDArray[Any], rows: int) -> NDArray[Any]:
    """A copy of `values` in memory for `rows` and an eighth more, so that rows that arrive one by one seldom move the others."""
    roomy = np.empty(rows + max(_SPARE_ROWS, rows // 8), values.dtype)
    roomy[: len(values)] = values
    return roomy


class LineData:
    """A column drawn as a line: its values and the pyramids of its lowest and highest; NaN is a hole."""

    def __init__(self, values: NDArray[np.float64]) -> None:
        self.values = values
        self._room = values[:0]
        self._low, self._high = Pyramid(np.fmin), Pyramid(np.fmax)
        self._known: tuple[tuple[int, int, int], tuple[NDArray[np.float64], NDArray[np.float64]]] | None = None

    @classmethod
    def roomy(cls, values: NDArray[np.float64]) -> "LineData":
        """A line of a copy of `values` that rows can be put behind."""
        line = cls(values)
        line._room = with_room(values, len(values) + 1)
        line.values = line._room[: len(values)]
        return line

    def extremes(self, first: int, stop: int, step: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lowest and highest of each bucket of rows; NaN where a bucket holds none. The last answer is kept: a frame asks twice."""
        asked = (first, stop, step)
        if self._known is None or self._known[0] != asked:
            self._known = asked, (self._low.reduce(self.values, *asked), self._high.reduce(self.values, *asked))
        return self._known[1]

    def change_last(self, values: NDArray[np.float64]) -> None:
        """Takes `values`, which differ from the present ones in their last row or in rows after it."""
        self.values, self._known = values, None

    def put(self, row: int, values: NDArray[np.float64]) -> None:
        """Writes `values` from `row`, the last one or the one after it, on; room is made for many more rows at a time."""
        rows = row + len(values)
        if rows > len(self._room):
            self._room = with_room(self.values, rows)
        self._room[row:rows] = values
        self.change_last(self._room[:rows])
