"""How long the blocks of a stationary bootstrap should be, from how long the returns remember. Used by `monte_carlo`."""

import math

import numpy as np
from numpy.typing import NDArray


def automatic_block(returns: NDArray[np.float64]) -> float:
    """The mean length of a block that estimates the variance of the mean best, 1 at least; 1 for a constant series.

    Politis and White (2004), with the correction of Patton, Politis and White (2009) for the stationary bootstrap; as
    `arch.bootstrap.optimal_block_length`.
    """
    count = len(returns)
    centred = returns - np.mean(returns)
    if count < 4 or not float(centred @ centred) > 1e-24 * float(returns @ returns):
        return 1.0
    longest = math.ceil(min(3 * math.sqrt(count), count / 3))
    quiet = max(5, int(math.log10(count)))
    covariances, correlations = _lagged(centred, min(math.ceil(math.sqrt(count)) + quiet, count - 2))
    lags = _remembered(correlations, quiet, 2 * math.sqrt(math.log10(count) / count))
    lag = np.arange(1, lags + 1)
    taper = np.where(lag <= lags / 2, 1.0, 2.0 * (1.0 - lag / lags))
    slope = 2.0 * float(np.sum(taper * lag * covariances[1 : lags + 1]))
    spectrum = float(covariances[0] + 2.0 * np.sum(taper * covariances[1 : lags + 1]))
    if spectrum == 0:
        return 1.0
    best: float = math.cbrt(slope**2 / spectrum**2 * count)
    return min(max(best, 1.0), float(longest))


def _lagged(centred: NDArray[np.float64], most: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Autocovariances and the sizes of the autocorrelations at lags 0 to `most`."""
    count = len(centred)
    covariances, correlations = np.zeros(most + 1), np.zeros(most + 1)
    for lag in range(most + 1):
        product = float(centred[lag:] @ centred[: count - lag])
        size = math.sqrt(float(centred[lag + 1 :] @ centred[lag + 1 :]) * float(centred[: -(lag + 1)] @ centred[: -(lag + 1)]))
        covariances[lag] = product / count
        correlations[lag] = abs(product) / size if size > 0 else 0.0
    return covariances, correlations


def _remembered(correlations: NDArray[np.float64], quiet: int, threshold: float) -> int:
    """Twice the lag after which `quiet` correlations in a row are below `threshold`; the last lag where there is none."""
    most = len(correlations) - 1
    for lag in range(quiet, most + 1):
        if bool(np.all(correlations[lag - quiet : lag] < threshold)):
            return min(2 * max(lag - quiet, 1), most)
    return most
