"""Reward over risk in its many definitions, each with the paper or library it comes from.

Each takes simple returns (0.01 = 1 %), oldest first. `required` is the return per period that counts as nothing gained, `year` the
periods of a year, `risk_free` a rate a year, taken off each period as risk_free / year. NaN where a figure can't be known.
"""

import math

import numpy as np
from numpy.typing import NDArray

from terminal.stats.periods import mean_gain, mean_loss, positive_share
from terminal.stats.returns import compound_annual_growth, deviation, moments, omega, sharpe, sortino
from terminal.stats.tails import autocorrelation, tail_ratio

Returns = NDArray[np.float64]


def excess(returns: Returns, year: float, risk_free: float) -> Returns:
    """`returns` less the risk-free rate of one period, risk_free / year. Chan (2008) and empyrical so; quantstats takes the root instead."""
    return returns - risk_free / year if risk_free else returns


def autocorrelation_penalty(returns: Returns) -> float:
    """√(1 + 2·Σ (n − k)/n·|ρ|ᵏ) for k from 1 to n − 1, 1 for a constant series. As quantstats `autocorr_penalty`."""
    rho = abs(autocorrelation(returns))
    if math.isnan(rho):
        return 1.0
    lag = np.arange(1, len(returns))
    return math.sqrt(1.0 + 2.0 * float(np.sum((len(returns) - lag) / len(returns) * rho**lag)))


def smart_sharpe(returns: Returns, year: float) -> float:
    """The Sharpe ratio over the autocorrelation penalty. As quantstats `smart_sharpe`; after Lo (2002)."""
    return sharpe(returns, year) / autocorrelation_penalty(returns)


def smart_sortino(returns: Returns, year: float) -> float:
    """The Sortino ratio over the autocorrelation penalty. As quantstats `smart_sortino`."""
    return sortino(returns, year) / autocorrelation_penalty(returns)


def adjusted_sortino(returns: Returns, year: float) -> float:
    """The Sortino ratio over √2, which makes it comparable with a Sharpe ratio. Schwager; as quantstats `adjusted_sortino`."""
    return sortino(returns, year) / math.sqrt(2.0)


def adjusted_sharpe(returns: Returns, year: float) -> float:
    """The yearly Sharpe ratio punished for skewness and kurtosis: SR·(1 + S/6·SR − (K − 3)/24·SR²). Pézier and White (2006)."""
    ratio = sharpe(returns, year)
    skew, kurtosis = moments(returns)
    return ratio * (1.0 + skew / 6.0 * ratio - (kurtosis - 3.0) / 24.0 * ratio**2)


def geometric_sharpe(returns: Returns, year: float) -> float:
    """The compound yearly return over the yearly volatility. Bacon (2008); as PerformanceAnalytics `SharpeRatio.annualized`."""
    spread = deviation(returns) * math.sqrt(year)
    return compound_annual_growth(returns, year) / spread if spread > 0 else math.nan


def downside_deviation(returns: Returns, required: float = 0.0) -> float:
    """√(mean(min(r − required, 0)²)) over all periods. Sortino; as empyrical `downside_risk` for one period, and Bacon (2008)."""
    return math.sqrt(float(np.mean(np.minimum(returns - required, 0.0) ** 2))) if len(returns) else math.nan


def downside_potential(returns: Returns, required: float = 0.0) -> float:
    """mean(max(required − r, 0)), the first lower partial moment. Bacon (2008); PerformanceAnalytics `DownsidePotential`."""
    return float(np.mean(np.maximum(required - returns, 0.0))) if len(returns) else math.nan


def upside_potential(returns: Returns, required: float = 0.0) -> float:
    """mean(max(r − required, 0)), the first higher partial moment. Bacon (2008)."""
    return float(np.mean(np.maximum(returns - required, 0.0))) if len(returns) else math.nan


def downside_frequency(returns: Returns, required: float = 0.0) -> float:
    """The share of periods below `required`. Bacon (2008); PerformanceAnalytics `DownsideFrequency`."""
    return float(np.mean(returns < required)) if len(returns) else math.nan


def upside_frequency(returns: Returns, required: float = 0.0) -> float:
    """The share of periods above `required`. Bacon (2008); PerformanceAnalytics `UpsideFrequency`."""
    return float(np.mean(returns > required)) if len(returns) else math.nan


def upside_potential_ratio(returns: Returns, required: float = 0.0) -> float:
    """Upside potential over downside deviation. Sortino, van der Meer and Plantinga (1999)."""
    downside = downside_deviation(returns, required)
    return upside_potential(returns, required) / downside if downside > 0 else math.nan


def kappa(returns: Returns, required: float = 0.0, order: int = 3) -> float:
    """Mean excess over the `order`-th root of the lower partial moment of that order; not a year. Kaplan and Knowles (2004)."""
    if not len(returns):
        return math.nan
    risk = float(np.mean(np.maximum(required - returns, 0.0) ** order)) ** (1.0 / order)
    return (float(np.mean(returns)) - required) / risk if risk > 0 else math.nan


def bernardo_ledoit(returns: Returns) -> float:
    """Σ gains over Σ losses: omega about 0. Bernardo and Ledoit (2000); PerformanceAnalytics `BernardoLedoitRatio`."""
    return omega(returns)


def d_ratio(returns: Returns) -> float:
    """(number of losses·Σ losses) / (number of gains·Σ gains), low is good. Bacon (2008); PerformanceAnalytics `DRatio`."""
    gains, losses = returns[returns > 0], returns[returns < 0]
    upside = len(gains) * float(np.sum(gains))
    return len(losses) * -float(np.sum(losses)) / upside if upside > 0 else math.nan


def mean_absolute_deviation(returns: Returns) -> float:
    """mean(|r − mean(r)|). Bacon (2008); PerformanceAnalytics `MeanAbsoluteDeviation`."""
    return float(np.mean(np.abs(returns - np.mean(returns)))) if len(returns) else math.nan


def gain_to_pain(returns: Returns) -> float:
    """Σ returns over Σ losses. Schwager (2012), who takes months; as quantstats `gain_to_pain_ratio` on the periods handed in."""
    losses = -float(np.sum(np.minimum(returns, 0.0)))
    return float(np.sum(returns)) / losses if losses > 0 else math.nan


def common_sense_ratio(returns: Returns) -> float:
    """Σ gains over Σ losses, times the tail ratio. Carver; as quantstats `common_sense_ratio`."""
    return omega(returns) * tail_ratio(returns)


def payoff_ratio(returns: Returns) -> float:
    """The mean gain over the size of the mean loss. As quantstats `payoff_ratio`."""
    return mean_gain(returns) / -mean_loss(returns)


def cpc_index(returns: Returns) -> float:
    """Σ gains over Σ losses × share of gains × mean gain over mean loss. As quantstats `cpc_index`; a period of 0 is no gain here."""
    return omega(returns) * positive_share(returns) * payoff_ratio(returns)
