"""Moving averages and the rolling deviation, by TA-Lib: one value per row, NaN until the window is full.

Strategies and charts ask for them; a row uses that row and earlier ones only.
"""

import numpy as np

from terminal.indicators.columns import Column, Line, column, columns, remembered, whole


@remembered
def sma(values: Column, window: int) -> Line:
    """The mean of the last `window` values, first at row window − 1. TA-Lib SMA: a running sum, so its last digits are rounded."""
    import talib

    return talib.SMA(column(values), whole("window", window))


@remembered
def ema(values: Column, window: int) -> Line:
    """The exponential average with weight 2 / (window + 1), seeded with the mean of the first `window` values. TA-Lib EMA."""
    import talib

    return talib.EMA(column(values), whole("window", window))


@remembered
def wma(values: Column, window: int) -> Line:
    """The linearly weighted average, the newest value weighing `window`, the oldest 1. TA-Lib WMA."""
    import talib

    return talib.WMA(column(values), whole("window", window))


@remembered
def deviation(values: Column, window: int) -> Line:
    """The population standard deviation (ddof 0) of the last `window` values. TA-Lib STDDEV."""
    import talib

    return talib.STDDEV(column(values), whole("window", window, low=2), 1.0)


@remembered
def vwap(high: Column, low: Column, close: Column, volume: Column, window: int) -> Line:
    """The volume-weighted mean of the typical price (high + low + close) / 3 over the last `window` candles.

    NaN where those candles had no volume. TA-Lib TYPPRICE and SUM; the rolling form of StockCharts' VWAP.
    """
    import talib

    tops, bottoms, closes, volumes = columns(high, low, close, volume)
    length = whole("window", window, low=2)
    traded = talib.SUM(volumes, length)
    value = talib.SUM(talib.TYPPRICE(tops, bottoms, closes) * volumes, length)
    average = np.full(len(traded), np.nan)
    np.divide(value, traded, out=average, where=traded > 0)
    return average
