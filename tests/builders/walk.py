"""Candles of a random walk, for charts and results that need many of them and no venue."""

import numpy as np

from terminal.domain.candles import Candles, Provenance
from terminal.domain.instrument import Instrument
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe

START = 1_600_000_000 * 1_000_000_000 // Timeframe.D1.nanoseconds * Timeframe.D1.nanoseconds


def walk(rows: int, *, timeframe: Timeframe = Timeframe.H1, seed: int = 5, simulated: bool = False, symbol: str = "BTC/USDT", hole: int = 0) -> Candles:
    """`rows` candles; the second half begins `hole` candles late."""
    random = np.random.default_rng(seed)
    close = 30_000 * np.exp(np.cumsum(random.normal(0, 0.006, rows)))
    open_ = np.concatenate(([30_000.0], close[:-1]))[:rows]
    high, low = np.maximum(open_, close) * 1.002, np.minimum(open_, close) * 0.998
    steps = np.arange(rows, dtype=np.int64)
    steps[rows // 2 :] += hole
    time = START + steps * timeframe.nanoseconds
    return Candles(
        Instrument("bench", symbol), timeframe, time, open_, high, low, close, random.exponential(10.0, rows), Provenance("bench", simulated=simulated)
    )


def key_of(candles: Candles) -> SeriesKey:
    """The series that `candles` are of."""
    return SeriesKey(candles.instrument.venue, candles.instrument.symbol, candles.timeframe)
