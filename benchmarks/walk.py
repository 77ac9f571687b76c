"""A random walk as candle columns with numpy alone, the same each time, for the programs that bench_backtest compares."""

import numpy as np
from numpy.typing import NDArray

MINUTE = 60_000_000_000


def columns(rows: int) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Time (UTC ns, one minute apart), open, high, low and close."""
    close = 100 * np.exp(np.cumsum(np.random.default_rng(7).normal(0, 0.0007, rows)))
    opens = np.concatenate(([100.0], close[:-1]))
    high, low = np.maximum(opens, close) * 1.0003, np.minimum(opens, close) * 0.9997
    return 1_600_000_000_000_000_000 // MINUTE * MINUTE + np.arange(rows) * MINUTE, opens, high, low, close
