"""Ranges, directions and bands: ATR, directional movement, Bollinger, Donchian, Keltner and Supertrend.

By TA-Lib where it has them in every supported version, compiled here where not. A row uses that row and earlier ones only.
"""

from terminal.indicators.averages import ema
from terminal.indicators.columns import Column, Line, column, columns, remembered, whole


@remembered
def atr(high: Column, low: Column, close: Column, window: int = 14) -> Line:
    """The average true range, first at row `window`; Wilder's smoothing, no range on row 0. TA-Lib ATR; Wilder (1978)."""
    import talib

    tops, bottoms, closes = columns(high, low, close)
    return talib.ATR(tops, bottoms, closes, whole("window", window))


@remembered
def adx(high: Column, low: Column, close: Column, window: int = 14) -> Line:
    """The average directional index, 0 to 100, first at row 2 × window − 1. TA-Lib ADX; Wilder (1978)."""
    import talib

    tops, bottoms, closes = columns(high, low, close)
    return talib.ADX(tops, bottoms, closes, whole("window", window, low=2))


@remembered
def plus_di(high: Column, low: Column, close: Column, window: int = 14) -> Line:
    """The upward directional indicator, 0 to 100, first at row `window`. TA-Lib PLUS_DI; Wilder (1978)."""
    import talib

    tops, bottoms, closes = columns(high, low, close)
    return talib.PLUS_DI(tops, bottoms, closes, whole("window", window))


@remembered
def minus_di(high: Column, low: Column, close: Column, window: int = 14) -> Line:
    """The downward directional indicator, 0 to 100, first at row `window`. TA-Lib MINUS_DI; Wilder (1978)."""
    import talib

    tops, bottoms, closes = columns(high, low, close)
    return talib.MINUS_DI(tops, bottoms, closes, whole("window", window))


@remembered
def bollinger(values: Column, window: int = 20, width: float = 2.0) -> tuple[Line, Line, Line]:
    """Upper, middle and lower band: the mean of `window` values ± `width` population deviations. TA-Lib BBANDS; Bollinger (2001)."""
    import talib

    return talib.BBANDS(column(values), whole("window", window, low=2), width, width)


@remembered
def donchian(high: Column, low: Column, window: int = 20) -> tuple[Line, Line, Line]:
    """Upper, middle and lower channel: highest high, mean of both, lowest low of the last `window` candles, this one included.

    A breakout compares the close with the row before: `close[1:] > upper[:-1]`, or `crossed_above(close, previous(upper))`.
    """
    import talib

    tops, bottoms = columns(high, low)
    length = whole("window", window)
    if length == 1:
        return tops.copy(), (tops + bottoms) / 2, bottoms.copy()
    upper, lower = talib.MAX(tops, length), talib.MIN(bottoms, length)
    return upper, (upper + lower) / 2, lower


@remembered
def keltner(high: Column, low: Column, close: Column, window: int = 20, width: float = 2.0, range_window: int = 10) -> tuple[Line, Line, Line]:
    """Upper, middle and lower channel: the EMA of the close ± `width` average true ranges. Chester Keltner as revised by Linda Raschke."""
    middle = ema(close, window)
    reach = width * atr(high, low, close, range_window)
    return middle + reach, middle, middle - reach


@remembered
def supertrend(high: Column, low: Column, close: Column, window: int = 10, width: float = 3.0) -> tuple[Line, Line]:
    """The trailing line and its direction, +1 below price in an uptrend and −1 above it; NaN before the first ATR.

    Bands are (high + low) / 2 ± `width` × ATR and only ever move toward price. Olivier Seban.
    """
    from terminal.indicators.compiled import trailing_bands

    tops, bottoms, closes = columns(high, low, close)
    return trailing_bands(tops, bottoms, closes, atr(tops, bottoms, closes, window), float(width))
