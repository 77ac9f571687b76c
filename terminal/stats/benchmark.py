"""A strategy beside its benchmark: how much of it was the market, and what was left.

Each takes the returns of both on the same days, oldest first; `year` are the periods of a year, `risk_free` a rate a year. NaN where a
figure can't be known.
"""

import math

import numpy as np
from numpy.typing import NDArray

from terminal.stats.ratios import excess
from terminal.stats.returns import compound_annual_growth, deviation, sharpe

Returns = NDArray[np.float64]
_ROUNDING = 1e-12
"""Two series whose difference stays below this part of their size are one: rounding leaves so much."""


def beta(returns: Returns, benchmark: Returns) -> float:
    """cov(r, b) / var(b). As empyrical `beta` and quantstats `greeks`."""
    if not deviation(benchmark) > 0:
        return math.nan
    centred = benchmark - np.mean(benchmark)
    return float((returns - np.mean(returns)) @ centred) / float(centred @ centred)


def alpha(returns: Returns, benchmark: Returns, year: float, risk_free: float = 0.0) -> float:
    """The yearly rate of what beta leaves: (1 + mean(rₑ − β·bₑ))^year − 1. Jensen (1968); as empyrical `alpha`.

    quantstats multiplies the mean by the periods of a year instead of compounding it.
    """
    own, market = excess(returns, year, risk_free), excess(benchmark, year, risk_free)
    left = float(np.mean(own - beta(own, market) * market)) if len(own) else math.nan
    return (1.0 + left) ** year - 1.0 if left > -1 else math.nan


def correlation(returns: Returns, benchmark: Returns) -> float:
    """Pearson's correlation of the two. As numpy `corrcoef`."""
    if not (deviation(returns) > 0 and deviation(benchmark) > 0):
        return math.nan
    return float(np.corrcoef(returns, benchmark)[0, 1])


def r_squared(returns: Returns, benchmark: Returns) -> float:
    """The share of the variance that the benchmark explains. As quantstats `r_squared`."""
    return correlation(returns, benchmark) ** 2


def active(returns: Returns, benchmark: Returns) -> Returns:
    """The returns over those of the benchmark, exactly 0 where the two differ by rounding only."""
    difference = returns - benchmark
    size = max(float(np.max(np.abs(returns), initial=0.0)), float(np.max(np.abs(benchmark), initial=0.0)))
    return np.where(np.abs(difference) <= _ROUNDING * size, 0.0, difference)


def active_return(returns: Returns, benchmark: Returns, year: float) -> float:
    """Return a year less that of the benchmark. As PerformanceAnalytics `ActivePremium`."""
    return compound_annual_growth(returns, year) - compound_annual_growth(benchmark, year)


def tracking_error(returns: Returns, benchmark: Returns, year: float) -> float:
    """The deviation of the active return, a year. Grinold and Kahn (2000); as PerformanceAnalytics `TrackingError`."""
    return deviation(active(returns, benchmark)) * math.sqrt(year)


def information_ratio(returns: Returns, benchmark: Returns, year: float) -> float:
    """mean(r − b) / deviation(r − b) · √year; NaN for the benchmark itself. As empyrical `excess_sharpe` and quantstats
    `information_ratio`, which leave it per period (`year` = 1).
    """
    return sharpe(active(returns, benchmark), year)


def treynor_ratio(returns: Returns, benchmark: Returns, year: float, risk_free: float = 0.0) -> float:
    """Return a year above the risk-free rate over beta. Treynor (1965); as PerformanceAnalytics. quantstats divides the total return."""
    slope = beta(returns, benchmark)
    return (compound_annual_growth(returns, year) - risk_free) / slope if slope else math.nan


def modigliani(returns: Returns, benchmark: Returns, year: float, risk_free: float = 0.0) -> float:
    """M²: the return a year at the benchmark's volatility, risk_free + Sharpe·σ(b). Modigliani and Modigliani (1997)."""
    ratio = sharpe(excess(returns, year, risk_free), year)
    return risk_free + ratio * deviation(benchmark) * math.sqrt(year)


def appraisal_ratio(returns: Returns, benchmark: Returns, year: float, risk_free: float = 0.0) -> float:
    """Mean over deviation of what beta leaves, a year. Treynor and Black (1973)."""
    own, market = excess(returns, year, risk_free), excess(benchmark, year, risk_free)
    slope = beta(own, market)
    if math.isnan(slope):
        return math.nan
    return sharpe(active(own, slope * market), year)


def capture(returns: Returns, benchmark: Returns, year: float) -> float:
    """Return a year over that of the benchmark. As empyrical `capture`."""
    market = compound_annual_growth(benchmark, year)
    return compound_annual_growth(returns, year) / market if market else math.nan


def up_capture(returns: Returns, benchmark: Returns, year: float) -> float:
    """Capture on the days on which the benchmark rose. As empyrical `up_capture`."""
    return capture(returns[benchmark > 0], benchmark[benchmark > 0], year)


def down_capture(returns: Returns, benchmark: Returns, year: float) -> float:
    """Capture on the days on which the benchmark fell; below 1 is good. As empyrical `down_capture`."""
    return capture(returns[benchmark < 0], benchmark[benchmark < 0], year)


def up_down_capture(returns: Returns, benchmark: Returns, year: float) -> float:
    """Up capture over down capture. As empyrical `up_down_capture`."""
    fallen = down_capture(returns, benchmark, year)
    return up_capture(returns, benchmark, year) / fallen if fallen else math.nan


def up_beta(returns: Returns, benchmark: Returns) -> float:
    """Beta on the days on which the benchmark rose. As empyrical `up_alpha_beta`."""
    return beta(returns[benchmark > 0], benchmark[benchmark > 0])


def down_beta(returns: Returns, benchmark: Returns) -> float:
    """Beta on the days on which the benchmark fell. As empyrical `down_alpha_beta`."""
    return beta(returns[benchmark < 0], benchmark[benchmark < 0])


def batting_average(returns: Returns, benchmark: Returns) -> float:
    """The share of days better than the benchmark's. As empyrical `batting_average`."""
    return float(np.mean(active(returns, benchmark) > 0)) if len(returns) else math.nan
