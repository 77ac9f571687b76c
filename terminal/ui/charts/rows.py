"""Which rows a chart shows: the time axis counts candles, so nights and gaps leave no holes.

Moved by mouse and keys, shared by every pane of a chart.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FEWEST = 8.0
_ROOM_RIGHT = 0.06


@dataclass(slots=True)
class RowWindow:
    """Rows from `right − span` to `right`, as real numbers; row i covers i to i + 1. `count` rows exist."""

    count: int = 0
    right: float = 100.0
    span: float = 100.0

    @property
    def left(self) -> float:
        """The row at the left edge."""
        return self.right - self.span

    @property
    def first(self) -> int:
        """The first row that is at least partly visible."""
        return max(0, int(np.floor(self.left)))

    @property
    def stop(self) -> int:
        """The row after the last one that is at least partly visible."""
        return max(self.first, min(self.count, int(np.ceil(self.right))))

    @property
    def follows_end(self) -> bool:
        """True while the newest row is in view."""
        return self.right >= self.count

    def pan(self, rows: float) -> None:
        """Moves the view by `rows`, to the right where positive."""
        self.right += rows
        self._keep_in_reach()

    def zoom(self, factor: float, anchor: float) -> None:
        """Shows `factor` times as many rows; row `anchor` stays where it is."""
        span = min(max(self.span * factor, _FEWEST), max(self.count * (1 + 2 * _ROOM_RIGHT), 4 * _FEWEST))
        share = (anchor - self.left) / self.span
        self.right = anchor - share * span + span
        self.span = span
        self._keep_in_reach()

    def show_last(self, rows: float) -> None:
        """Shows the newest `rows` rows with a little room at the right."""
        self.span = max(rows, _FEWEST) * (1 + _ROOM_RIGHT)
        self.move_to_end()

    def move_to_end(self) -> None:
        """Moves to the newest rows, as close or far as before."""
        self.right = self.count + self.span * _ROOM_RIGHT / (1 + _ROOM_RIGHT)

    def show_first(self) -> None:
        """Moves to the oldest rows."""
        self.right = self.span

    def show_all(self) -> None:
        """Shows every row."""
        self.show_last(self.count)

    def center(self, row: float) -> None:
        """Brings `row` to the middle."""
        self.right = row + self.span / 2
        self._keep_in_reach()

    def grow(self, count: int) -> None:
        """Takes note of appended rows; a view that showed the newest goes on doing so."""
        added, follows = count - self.count, self.follows_end
        self.count = count
        if follows:
            self.right += added

    def x(self, rows: NDArray[np.floating[Any]], width: float) -> NDArray[np.float64]:
        """Pixels from the left edge of a plot of `width` pixels."""
        pixels: NDArray[np.float64] = np.asarray((rows - self.left) * (width / self.span), np.float64)
        return pixels

    def row(self, x: float, width: float) -> float:
        """The row under pixel `x`."""
        return self.left + x * self.span / width

    def _keep_in_reach(self) -> None:
        reach = self.span * 0.8
        self.right = min(max(self.right, self.span - reach), self.count + reach)
