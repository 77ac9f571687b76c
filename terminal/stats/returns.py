"""Measures of a series of simple daily returns: growth, risk, their ratios and the shape of the distribution.

Each takes returns (0.01 = 1 %), oldest first, and the return days of a year; NaN means that it cannot be known.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Returns = NDArray[np.float64]
_ROUNDING = 1e-12
"""A deviation below this part of the largest return is what rounding leaves of a constant series."""


def mean(values: NDArray[Any]) -> float:
    """The arithmetic mean, to the bit as `np.mean`, which takes three times as long on the few days of a short run."""
    return float(np.add.reduce(values)) / len(values)


def simple_returns(values: NDArray[np.float64], start: float) -> Returns:
    """The return of each day over the day before, the first one over `start` (the capital); 0 once nothing is left."""
    before = np.empty(len(values))
    before[:1] = start
    before[1:] = values[:-1]
    growth = np.ones(len(values))
    np.divide(values, before, out=growth, where=before > 0)
    return growth - 1.0


def compound_annual_growth(returns: Returns, annual_days: float) -> float:
    """The yearly rate that compounds to the same end: (1 + total) ** (annual days / days) − 1. As empyrical `annual_return`."""
    if not len(returns):
        return math.nan
    total = float(np.prod(1.0 + returns))
    return total ** (annual_days / len(returns)) - 1.0 if total > 0 else -1.0


def volatility(returns: Returns, annual_days: float) -> float:
    """The sample standard deviation (ddof 1) a year. As empyrical `annual_volatility`."""
    return deviation(returns) * math.sqrt(annual_days)


def deviation(returns: Returns) -> float:
    """The sample standard deviation (ddof 1); exactly 0 for a constant series, NaN below two returns."""
    if len(returns) < 2:
        return math.nan
    apart = returns - mean(returns)
    spread = math.sqrt(float(np.add.reduce(apart * apart)) / (len(returns) - 1))
    return 0.0 if spread <= _ROUNDING * float(np.max(np.abs(returns))) else spread


def sharpe(returns: Returns, annual_days: float) -> float:
    """Mean over deviation, a year, of returns above the risk-free rate; NaN for a constant series. Sharpe (1994); as empyrical `sharpe_ratio`."""
    spread = deviation(returns)
    return mean(returns) / spread * math.sqrt(annual_days) if spread > 0 else math.nan


def sortino(returns: Returns, annual_days: float) -> float:
    """Mean over downside deviation (all days, below 0), a year; inf without a losing day. As empyrical `sortino_ratio`."""
    if len(returns) < 2:
        return math.nan
    average, downside = mean(returns), math.sqrt(mean(np.minimum(returns, 0.0) ** 2))
    if downside == 0:
        return math.inf if average > 0 else math.nan
    return average / downside * math.sqrt(annual_days)


def omega(returns: Returns) -> float:
    """Sum of gains over sum of losses about 0; NaN without a loss. Keating and Shadwick (2002); as empyrical `omega_ratio`."""
    losses = -float(np.sum(np.minimum(returns, 0.0)))
    return float(np.sum(np.maximum(returns, 0.0))) / losses if losses > 0 else math.nan


def value_at_risk(returns: Returns, share: float = 0.05) -> float:
    """The return that the worst `share` of days stay below, historical, interpolated (negative = a loss). As empyrical."""
    if not len(returns):
        return math.nan
    place = (len(returns) - 1) * share
    low = int(place)
    pair = np.partition(returns, (low, min(low + 1, len(returns) - 1)))[low : low + 2].tolist()  # np.quantile takes five times as long
    return float(pair[0] + (pair[-1] - pair[0]) * (place - low))


def expected_shortfall(returns: Returns, share: float = 0.05) -> float:
    """The mean of the worst `share` of days, one at least. As empyrical `conditional_value_at_risk`."""
    if not len(returns):
        return math.nan
    count = int((len(returns) - 1) * share) + 1
    return mean(np.partition(returns, count - 1)[:count])


def moments(returns: Returns) -> tuple[float, float]:
    """Skewness and kurtosis (3 for a normal distribution), population moments; NaN for a constant series."""
    if len(returns) < 3 or not deviation(returns) > 0:
        return math.nan, math.nan
    centred = returns - mean(returns)
    variance = mean(centred**2)
    return mean(centred**3) / variance**1.5, mean(centred**4) / variance**2


def stability(values: NDArray[np.float64]) -> float:
    """100 × R² of log equity on time, 0 for a falling line, NaN below two days or at an equity of 0.

    R² as empyrical `stability_of_timeseries`; the scale and the floor are Outcry's own.
    """
    if len(values) < 2 or not float(np.min(values)) > 0:
        return math.nan
    line = np.log(values)
    line = line - mean(line)
    time = np.arange(len(values)) - (len(values) - 1) / 2
    spread = float(line @ line)
    slope = float(time @ line)
    return 100.0 * slope**2 / (float(time @ time) * spread) if spread > 0 and slope > 0 else 0.0
