"""What the bad days cost: value at risk and expected shortfall, historical, normal and by Cornish–Fisher, and the shape of the tails.

All are returns (negative = a loss) of one period, at `share` of the worst ones; NaN where they can't be known.
"""

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from terminal.stats.returns import deviation, expected_shortfall, moments, value_at_risk

Returns = NDArray[np.float64]
_NORMAL = NormalDist()


def parametric_value_at_risk(returns: Returns, share: float = 0.05) -> float:
    """μ + z(share)·σ of a normal distribution, σ with ddof 1. As quantstats `value_at_risk`."""
    spread = deviation(returns)
    return float(np.mean(returns)) + _NORMAL.inv_cdf(share) * spread if spread >= 0 else math.nan


def parametric_expected_shortfall(returns: Returns, share: float = 0.05) -> float:
    """μ − σ·φ(z(share)) / share of a normal distribution, σ with ddof 1. As quantstats `conditional_value_at_risk`."""
    spread = deviation(returns)
    return float(np.mean(returns)) - spread * _NORMAL.pdf(_NORMAL.inv_cdf(share)) / share if spread >= 0 else math.nan


def modified_value_at_risk(returns: Returns, share: float = 0.05) -> float:
    """The normal one with z expanded by skewness and kurtosis (Cornish and Fisher 1938), population moments.

    z + (z² − 1)·S/6 + (z³ − 3z)·K/24 − (2z³ − 5z)·S²/36. Favre and Galeano (2002); as PerformanceAnalytics `VaR(method="modified")`.
    """
    skew, kurtosis = moments(returns)
    if math.isnan(skew):
        return math.nan
    z, excess = _NORMAL.inv_cdf(share), kurtosis - 3.0
    expanded = z + (z**2 - 1) * skew / 6 + (z**3 - 3 * z) * excess / 24 - (2 * z**3 - 5 * z) * skew**2 / 36
    return float(np.mean(returns)) + expanded * float(np.std(returns))


def gaussian_value_at_risk(returns: Returns, share: float = 0.05) -> float:
    """μ + z(share)·σ with the population σ. As PerformanceAnalytics `VaR(method="gaussian")`."""
    return float(np.mean(returns)) + _NORMAL.inv_cdf(share) * float(np.std(returns)) if len(returns) else math.nan


def tail_ratio(returns: Returns, share: float = 0.05) -> float:
    """The size of the upper quantile over that of the lower one, |Q(1 − share)| / |Q(share)|. As empyrical `tail_ratio`."""
    low = abs(value_at_risk(returns, share))
    return abs(-value_at_risk(-returns, share)) / low if low > 0 else math.nan


def rachev_ratio(returns: Returns, share: float = 0.05) -> float:
    """The mean of the best `share` of periods over that of the worst, both as sizes. Biglova, Ortobelli, Rachev and Stoyanov (2004)."""
    loss = -expected_shortfall(returns, share)
    return -expected_shortfall(-returns, share) / loss if loss > 0 else math.nan


def outlier_win_ratio(returns: Returns) -> float:
    """The 99th percentile over the mean of the returns of 0 and above. As quantstats `outlier_win_ratio`."""
    gains = returns[returns >= 0]
    usual = float(np.mean(gains)) if len(gains) else math.nan
    return -value_at_risk(-returns, 0.01) / usual if usual > 0 else math.nan


def outlier_loss_ratio(returns: Returns) -> float:
    """The 1st percentile over the mean of the returns below 0. As quantstats `outlier_loss_ratio`."""
    losses = returns[returns < 0]
    return value_at_risk(returns, 0.01) / float(np.mean(losses)) if len(losses) else math.nan


def autocorrelation(returns: Returns) -> float:
    """The correlation of each return with the one before, NaN for a constant series. As quantstats uses in `autocorr_penalty`."""
    if len(returns) < 3 or not (deviation(returns[1:]) > 0 and deviation(returns[:-1]) > 0):
        return math.nan
    return float(np.corrcoef(returns[:-1], returns[1:])[0, 1])
