"""Measures of a window that moves along daily returns, one value a day, NaN until the window is full.

`window` counts days, `year` the return days of a year.
"""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from terminal.domain.errors import WrongValue

Returns = NDArray[np.float64]
_ROUNDING = 1e-12
"""A deviation below this part of the largest return is what rounding leaves of a constant series."""


def rolling_return(returns: Returns, window: int) -> Returns:
    """The return of each window, compounded. As empyrical `cum_returns_final` over `roll`."""
    return _filled(returns, window, np.prod(1.0 + _windows(returns, window), axis=1) - 1.0)


def rolling_volatility(returns: Returns, window: int, year: float) -> Returns:
    """The deviation (ddof 1) of each window, a year. As quantstats `rolling_volatility` and empyrical `roll_annual_volatility`."""
    return _filled(returns, window, _deviation(_windows(returns, window)) * math.sqrt(year))


def rolling_sharpe(returns: Returns, window: int, year: float) -> Returns:
    """The Sharpe ratio of each window, NaN where it is constant. As quantstats `rolling_sharpe` and empyrical `roll_sharpe_ratio`."""
    windows = _windows(returns, window)
    spread = _deviation(windows)
    return _filled(returns, window, _divided(np.mean(windows, axis=1), spread) * math.sqrt(year))


def rolling_sortino(returns: Returns, window: int, year: float) -> Returns:
    """The Sortino ratio of each window, NaN without a loss. As quantstats `rolling_sortino`."""
    windows = _windows(returns, window)
    downside = np.sqrt(np.mean(np.minimum(windows, 0.0) ** 2, axis=1))
    return _filled(returns, window, _divided(np.mean(windows, axis=1), downside) * math.sqrt(year))


def rolling_beta(returns: Returns, benchmark: Returns, window: int) -> Returns:
    """Beta of each window. As quantstats `rolling_greeks` and empyrical `roll_beta`."""
    own, market = _windows(returns, window), _windows(benchmark, window)
    centred = market - np.mean(market, axis=1, keepdims=True)
    together = np.sum((own - np.mean(own, axis=1, keepdims=True)) * centred, axis=1)
    return _filled(returns, window, _divided(together, np.where(_deviation(market) > 0, np.sum(centred**2, axis=1), 0.0)))


def rolling_drawdown(returns: Returns, window: int) -> Returns:
    """The deepest fall within each window, its first value a peak. As empyrical `roll_max_drawdown`."""
    grown = np.cumprod(1.0 + _windows(returns, window), axis=1)
    peak = np.maximum(np.maximum.accumulate(grown, axis=1), 1.0)
    return _filled(returns, window, np.min(np.divide(grown, peak) - 1.0, axis=1, initial=0.0))


def _windows(returns: Returns, window: int) -> Returns:
    if window < 2:
        raise WrongValue("window", window, "2 days or more", option="window")
    return sliding_window_view(returns, window) if len(returns) >= window else np.zeros((0, window))


def _filled(returns: Returns, window: int, found: Returns) -> Returns:
    whole = np.full(len(returns), np.nan)
    whole[window - 1 :] = found
    return whole


def _deviation(windows: Returns) -> Returns:
    spread = np.std(windows, axis=1, ddof=1)
    return np.where(spread <= _ROUNDING * np.max(np.abs(windows), axis=1, initial=0.0), 0.0, spread)


def _divided(above: Returns, below: Returns) -> Returns:
    found = np.full(len(above), np.nan)
    np.divide(above, below, out=found, where=below > 0)
    return found
