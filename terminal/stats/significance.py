"""How much of a Sharpe ratio could be luck: its error, its probability to beat a benchmark, and what many trials do to it.

Sharpe ratios here are per observation (not a year), kurtosis is 3 for a normal distribution. NaN in, NaN out.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

_NORMAL = NormalDist()
_EULER_MASCHERONI = 0.5772156649015329
_ROUNDING = 1e-12
"""A spread below this part of the largest value is what rounding leaves of a constant series."""


def sharpe_error(sharpe: float, observations: int, skew: float = 0.0, kurtosis: float = 3.0) -> float:
    """The standard error of an estimated Sharpe ratio: √((1 − γ₃·SR + (γ₄ − 1)/4·SR²) / (T − 1)). Mertens (2002)."""
    inner = 1.0 - skew * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2
    return math.sqrt(inner / (observations - 1)) if observations > 1 and inner > 0 else math.nan


def sharpe_interval(sharpe: float, observations: int, skew: float = 0.0, kurtosis: float = 3.0, level: float = 0.95) -> tuple[float, float]:
    """The two ends between which the true Sharpe ratio lies at `level`, by the normal approximation with `sharpe_error`."""
    reach = _NORMAL.inv_cdf((1 + level) / 2) * sharpe_error(sharpe, observations, skew, kurtosis)
    return sharpe - reach, sharpe + reach


def probabilistic_sharpe(sharpe: float, observations: int, skew: float = 0.0, kurtosis: float = 3.0, benchmark: float = 0.0) -> float:
    """The confidence, 0 to 1, that the true Sharpe ratio exceeds `benchmark`. Bailey and López de Prado (2012), PSR."""
    error = sharpe_error(sharpe, observations, skew, kurtosis)
    return _NORMAL.cdf((sharpe - benchmark) / error) if error > 0 else math.nan


def expected_maximum_sharpe(trials: float, variance: float) -> float:
    """The best Sharpe ratio to expect of that many independent trials without skill: √V·((1−γ)·Z⁻¹(1−1/N) + γ·Z⁻¹(1−1/(N·e))).

    0 for a single trial. Bailey and López de Prado (2014), The Deflated Sharpe Ratio, equation 1.
    """
    if not trials > 1:
        return 0.0
    # Between one and two trials the first term falls below zero; luck cannot make the best of several worse than one.
    first, second = _NORMAL.inv_cdf(1 - 1 / trials), _NORMAL.inv_cdf(1 - 1 / (trials * math.e))
    return math.sqrt(variance) * max(0.0, (1 - _EULER_MASCHERONI) * first + _EULER_MASCHERONI * second)


def deflated_sharpe(sharpe: float, observations: int, skew: float, kurtosis: float, trials: float, variance: float) -> float:
    """The confidence, 0 to 1, that the Sharpe ratio is not what the best of `trials` independent tries shows by luck alone.

    `variance` is that of the Sharpe ratios across the trials. Bailey and López de Prado (2014), DSR.
    """
    return probabilistic_sharpe(sharpe, observations, skew, kurtosis, expected_maximum_sharpe(trials, variance))


def minimum_track_record(sharpe: float, skew: float = 0.0, kurtosis: float = 3.0, benchmark: float = 0.0, level: float = 0.95) -> float:
    """The observations needed before the Sharpe ratio exceeds `benchmark` at `level`; inf where it does not exceed it at all.

    1 + (1 − γ₃·SR + (γ₄ − 1)/4·SR²)·(Z(level) / (SR − SR*))². Bailey and López de Prado (2012), MinTRL.
    """
    if math.isnan(sharpe):
        return math.nan
    if sharpe <= benchmark:
        return math.inf
    inner = 1.0 - skew * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2
    return 1.0 + inner * (_NORMAL.inv_cdf(level) / (sharpe - benchmark)) ** 2


def effective_trials(trials: Sequence[NDArray[np.float64]]) -> float:
    """How many independent trials the daily returns of `trials` amount to: 1 for copies, their number where nothing is shared.

    ρ + (1 − ρ)·N with ρ the mean correlation of all pairs, 0 at least. Bailey and López de Prado (2014), The Deflated Sharpe
    Ratio, appendix A.3. Series are compared on the days they share at their ends; constant ones say nothing and are left out.
    """
    length = min((len(series) for series in trials), default=0)
    if length < 2:
        return float(len(trials))
    total, count = np.zeros(length), 0
    for series in trials:
        recent = series[-length:]
        centred = recent - np.mean(recent)
        size = math.sqrt(float(centred @ centred))
        if size > _ROUNDING * float(np.max(np.abs(recent))):
            total += centred / size
            count += 1
    if count < 2:
        return 1.0
    # The squared length of the sum of unit vectors is N + N(N − 1)ρ, which spares the N × N matrix.
    mean_correlation = min(max((float(total @ total) - count) / (count * (count - 1)), 0.0), 1.0)
    return mean_correlation + (1.0 - mean_correlation) * count


def sharpe_variance(trials: Sequence[NDArray[np.float64]]) -> float:
    """The sample variance of the daily Sharpe ratios of `trials`, 0 below two; constant series are left out."""
    found = []
    for series in trials:
        spread = float(np.std(series, ddof=1)) if len(series) > 1 else 0.0
        if spread > _ROUNDING * float(np.max(np.abs(series), initial=0.0)):
            found.append(float(np.mean(series)) / spread)
    return float(np.var(found, ddof=1)) if len(found) > 1 else 0.0
