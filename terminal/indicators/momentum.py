"""How fast and how far price has run: RSI, MACD, stochastic, CCI, Williams %R and money flow, by TA-Lib.

Strategies and charts ask for them; a row uses that row and earlier ones only.
"""

from terminal.indicators.columns import Column, Line, column, columns, remembered, whole


@remembered
def rsi(values: Column, window: int = 14) -> Line:
    """The relative strength index, 0 to 100, first at row `window`; Wilder's smoothing. TA-Lib RSI; Wilder, New Concepts (1978)."""
    import talib

    return talib.RSI(column(values), whole("window", window, low=2))


@remembered
def macd(values: Column, fast: int = 12, slow: int = 26, signal: int = 9) -> tuple[Line, Line, Line]:
    """The MACD line, its signal line and their difference, all first at row slow + signal − 2. TA-Lib MACD."""
    import talib

    return talib.MACD(column(values), whole("fast window", fast, low=2), whole("slow window", slow, low=2), whole("signal window", signal))


@remembered
def stochastic(high: Column, low: Column, close: Column, window: int = 14, smooth: int = 3, signal: int = 3) -> tuple[Line, Line]:
    """The slow %K and its average %D, 0 to 100. TA-Lib STOCH with simple averages; George Lane."""
    import talib

    tops, bottoms, closes = columns(high, low, close)
    simple = talib.MA_Type.SMA  # type: ignore[attr-defined] # the stub of talib forgets to export it
    return talib.STOCH(tops, bottoms, closes, whole("window", window), whole("smoothing window", smooth), simple, whole("signal window", signal), simple)


@remembered
def cci(high: Column, low: Column, close: Column, window: int = 20) -> Line:
    """The commodity channel index: distance of the typical price from its mean in 0.015 mean deviations. TA-Lib CCI; Lambert (1980)."""
    import talib

    tops, bottoms, closes = columns(high, low, close)
    return talib.CCI(tops, bottoms, closes, whole("window", window, low=2))


@remembered
def williams_r(high: Column, low: Column, close: Column, window: int = 14) -> Line:
    """Where the close lies in the range of the last `window` candles, −100 (low) to 0 (high). TA-Lib WILLR."""
    import talib

    tops, bottoms, closes = columns(high, low, close)
    return talib.WILLR(tops, bottoms, closes, whole("window", window, low=2))


@remembered
def obv(close: Column, volume: Column) -> Line:
    """On-balance volume: the running sum of volume, signed by the close's direction, starting at the first volume. TA-Lib OBV."""
    import talib

    closes, volumes = columns(close, volume)
    return talib.OBV(closes, volumes)


@remembered
def mfi(high: Column, low: Column, close: Column, volume: Column, window: int = 14) -> Line:
    """The money flow index, 0 to 100: an RSI of typical price × volume. TA-Lib MFI; Quong and Soudack (1989)."""
    import talib

    tops, bottoms, closes, volumes = columns(high, low, close, volume)
    return talib.MFI(tops, bottoms, closes, volumes, whole("window", window, low=2))
