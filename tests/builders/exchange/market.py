"""What the local exchange trades: real candles of each symbol, served at any higher timeframe, the last one still forming."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MINUTE = 60_000
_INTERVALS = {"1m": 1, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "4h": 240, "1d": 1440, "1w": 10_080}
_MONDAY = 4 * 1440 * MINUTE


@dataclass(frozen=True, eq=False)
class Listing:
    """One traded symbol. `rows`: shape (n, 6), float64: open time in ms, open, high, low, close, volume, oldest first."""

    base: str
    quote: str
    rows: NDArray[np.float64]
    step: int
    """Length of a candle of `rows`, ms."""

    @property
    def symbol(self) -> str:
        return f"{self.base}/{self.quote}"

    def candles(self, minutes: int, now: int) -> NDArray[np.float64]:
        """Rows of that length that have opened by `now`; the last one is half-made where it has not closed."""
        opened = self.rows[self.rows[:, 0] <= now]
        if not len(opened):
            return opened
        closed_step = opened[-1, 0] + self.step <= now
        opened = opened if closed_step else np.vstack((opened[:-1], _half_made(opened[-1])))
        length = minutes * MINUTE
        if length == self.step:
            return opened
        origin = _MONDAY if minutes == 10_080 else 0
        border = (opened[:, 0] - origin) // length * length + origin
        first = np.flatnonzero(np.concatenate(([True], border[1:] != border[:-1])))
        last = np.concatenate((first[1:], [len(opened)])) - 1
        columns = (
            border[first],
            opened[first, 1],
            np.maximum.reduceat(opened[:, 2], first),
            np.minimum.reduceat(opened[:, 3], first),
            opened[last, 4],
            np.add.reduceat(opened[:, 5], first),
        )
        return np.column_stack(columns)


def _half_made(row: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a candle looks like before it closes: less volume, another close; storing it would be a wrong candle."""
    time, opened, high, low, close, volume = row
    middle = (opened + close) / 2
    return np.array([time, opened, max(opened, middle), min(opened, middle), middle, volume / 2]) + np.array([0, 0, 0, 0, (high - low) / 7, 0])


def minutes_of(interval: str) -> int | None:
    """Minutes of an interval's name, None where this exchange has no such candles."""
    return _INTERVALS.get(interval)


def listing_from_file(path: Path, symbol: str) -> Listing:
    """The candles of a Parquet or CSV file (columns time, open, high, low, close, volume), as that symbol."""
    frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    time = frame["time"]
    milliseconds = time.astype("int64") if time.dtype.kind in "iu" else pd.to_datetime(time, utc=True).dt.as_unit("ms").astype("int64")
    rows = np.column_stack([milliseconds.to_numpy(np.float64), *(frame[name].to_numpy(np.float64) for name in ("open", "high", "low", "close", "volume"))])
    base, quote = symbol.split("/")
    return Listing(base, quote, rows, int(np.min(np.diff(rows[:, 0]))))


def candles_of(start: int, count: int, *, minutes: int = 60, seed: int = 1) -> NDArray[np.float64]:
    """`count` invented rows from `start` (ms) on, for tests that need no real prices."""
    generator = np.random.default_rng(seed)
    close = np.round(100 * np.exp(np.cumsum(generator.normal(0, 0.01, count))), 2)
    opened = np.concatenate(([100.0], close[:-1]))
    spread = np.round(generator.uniform(0, 1, count), 2)
    time = start + np.arange(count) * minutes * MINUTE
    high, low = np.round(np.maximum(opened, close) + spread, 2), np.round(np.minimum(opened, close) - spread, 2)
    return np.column_stack((time, opened, high, low, close, np.round(generator.uniform(1, 9, count), 3)))
