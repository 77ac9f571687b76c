"""The candles a chart draws: shared with the store's arrays until a live candle arrives, grown in place from then on.

Filled by the chart panel from loaded candles and the stream; read by the painters once a frame.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import COLUMNS, VALUE_COLUMNS, Candles
from terminal.ui.charts.decimate import LineData, Pyramid, with_room

Room = dict[str, NDArray[np.generic]]
"""The columns by name, each with unused rows at its end."""


@dataclass(frozen=True, slots=True)
class Bars:
    """What is drawn of some rows: one bar per bucket of `step` rows; `row` is the bucket's middle, arrays of one shape."""

    step: int
    row: NDArray[np.float64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.row)


class Columns:
    """Time (UTC ns) and prices by row, oldest first. The last row may change and rows may follow; nothing else ever moves."""

    def __init__(
        self,
        time: NDArray[np.int64],
        open_: NDArray[np.float64],
        high: NDArray[np.float64],
        low: NDArray[np.float64],
        close: NDArray[np.float64],
        volume: NDArray[np.float64],
    ) -> None:
        self.time, self.open, self.high, self.low, self.close, self.volume = time, open_, high, low, close, volume
        self._room: Room = {}
        self._highest, self._lowest, self._sum = Pyramid(np.fmax), Pyramid(np.fmin), Pyramid(np.add)
        self.line = LineData(close)

    @classmethod
    def of(cls, candles: Candles) -> "Columns":
        """The columns of `candles`, sharing their memory."""
        return cls(candles.time, candles.open, candles.high, candles.low, candles.close, candles.volume)

    def __len__(self) -> int:
        return len(self.time)

    @property
    def can_grow(self) -> bool:
        """True where the next candle needs no copy of those before it."""
        return bool(self._room) and len(self) < len(self._room["time"])

    def roomy(self) -> Room:
        """Copies of all columns with room for rows that follow, for `take_room`; may be made in any thread."""
        return {name: with_room(getattr(self, name), len(self) + 1) for name in COLUMNS}

    def take_room(self, room: Room) -> None:
        """Moves into what `roomy` made."""
        self._room = room
        for name in COLUMNS:
            setattr(self, name, room[name][: len(self)])
        self.line.change_last(self.close)

    def put(self, time: int, open_: float, high: float, low: float, close: float, volume: float) -> bool:
        """True where the candle opening at `time` was appended or replaced the last row; False for an earlier one."""
        rows = len(self)
        if rows and time < self.time[-1]:
            return False
        row = rows - 1 if rows and time == self.time[-1] else rows
        if not self._room or row >= len(self._room["time"]):
            self.take_room(self.roomy())
        for name, value in zip(COLUMNS, (time, open_, high, low, close, volume), strict=True):
            self._room[name][row] = value
            setattr(self, name, self._room[name][: row + 1])
        self.line.change_last(self.close)
        return True

    def bars(self, first: int, stop: int, step: int) -> Bars:
        """The bars of rows `first` to before `stop`: first open, highest, lowest, last close, summed volume of each bucket."""
        first, stop = max(0, first), min(len(self), stop)
        if stop <= first:
            return Bars(step, *(np.empty(0) for _ in range(6)))
        if step == 1:
            row = np.arange(first + 0.5, stop)
            return Bars(1, row, *(getattr(self, name)[first:stop] for name in VALUE_COLUMNS))
        first = first // step * step
        starts = np.arange(first, stop, step)
        ends = np.minimum(starts + step, stop)
        return Bars(
            step,
            ((starts + ends) / 2).astype(np.float64),
            self.open[starts],
            self._highest.reduce(self.high, first, stop, step),
            self._lowest.reduce(self.low, first, stop, step),
            self.close[ends - 1],
            self._sum.reduce(self.volume, first, stop, step),
        )

    def tail(self, rows: int) -> "Columns":
        """The last `rows` rows, sharing memory."""
        return Columns(*(getattr(self, name)[-rows:] for name in COLUMNS))

    def head(self, rows: int) -> "Columns":
        """The first `rows` rows, sharing memory."""
        return Columns(*(getattr(self, name)[:rows] for name in COLUMNS))

    def row_at(self, time_ns: int) -> int:
        """The row of the candle that contains `time_ns`, or the last one before it; −1 before the first."""
        return int(np.searchsorted(self.time, time_ns, side="right")) - 1

    def rows_of(self, times: NDArray[np.int64], length_ns: int) -> NDArray[np.float64]:
        """The middles of the candles that contain `times`, shape as given; beyond the last candle as if they went on every `length_ns`."""
        row = np.maximum(np.searchsorted(self.time, times, side="right") - 1, 0).astype(np.float64)
        beyond = np.maximum(times - self.time[-1], 0) / length_ns
        before = np.minimum(times - self.time[0], 0) / length_ns
        middle: NDArray[np.float64] = row + np.floor(beyond) + before + 0.5
        return middle

    def time_of(self, row: float, length_ns: int) -> int:
        """Open (UTC ns) of the candle at `row`, continued beyond both ends."""
        at, last = int(np.floor(row)), len(self) - 1
        inside = min(max(at, 0), last)
        return int(self.time[inside]) + (at - inside) * length_ns


def heikin_ashi(columns: Columns) -> Columns:
    """The Heikin-Ashi candles of `columns`, shape (n,); source: D. Valcu, "Using the Heikin-Ashi technique", 2004.

    Each open is the mean of the candle before; that recursion forgets by half a row, so 64 rows give it to the last bit.
    """
    close = (columns.open + columns.high + columns.low + columns.close) / 4
    open_ = np.empty_like(close)
    if len(close):
        seeded = np.concatenate(([(columns.open[0] + columns.close[0])], close[:-1]))
        seeded[0] /= 2
        open_ = _halving_mean(seeded)
    high = np.maximum(columns.high, np.maximum(open_, close))
    low = np.minimum(columns.low, np.minimum(open_, close))
    return Columns(columns.time, open_, high, low, close, columns.volume)


def _halving_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """m[0] = v[0]; m[t] = (m[t−1] + v[t]) / 2, by doubling: six passes instead of a loop over rows."""
    mean = values * 0.5
    mean[0] = values[0]
    reach, weight = 1, 0.5
    while reach < min(64, len(values)):
        mean[reach:] = mean[reach:] + weight * mean[:-reach]
        reach, weight = reach * 2, weight * weight
    return mean
