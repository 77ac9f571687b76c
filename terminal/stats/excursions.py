"""How far trades went against and for the strategy before they ended: MAE, MFE, edge ratio and how much of it was kept.

`mae` and `mfe` are the worst and best price seen, as fractions of the entry price in the direction of the trade: mae ≤ 0 ≤ mfe.
"""

import math

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def mean_adverse(mae: Values) -> float:
    """The mean of the worst prices seen, 0 or negative. Sweeney (1996)."""
    return float(np.mean(np.minimum(mae, 0.0))) if len(mae) else math.nan


def mean_favourable(mfe: Values) -> float:
    """The mean of the best prices seen, 0 or positive. Sweeney (1996)."""
    return float(np.mean(np.maximum(mfe, 0.0))) if len(mfe) else math.nan


def edge_ratio(mae: Values, mfe: Values) -> float:
    """Mean favourable over mean adverse excursion; above 1, entries have an edge. Faith (2007), by the entry price instead of the ATR."""
    against = -mean_adverse(mae)
    return mean_favourable(mfe) / against if against > 0 else math.nan


def exit_efficiency(kept: Values, mfe: Values) -> float:
    """What winning trades kept of the best they saw: Σ return / Σ mfe over trades with a return above 0. `kept` is before costs."""
    won = kept > 0
    seen = float(np.sum(np.maximum(mfe[won], 0.0)))
    return float(np.sum(kept[won])) / seen if seen > 0 else math.nan


def winners_adverse(profit: Values, mae: Values) -> float:
    """How far the trades that won went against at first, on the mean: where a stop would have cost winners. Sweeney (1996)."""
    return mean_adverse(mae[profit > 0])


def losers_favourable(profit: Values, mfe: Values) -> float:
    """How far the trades that lost were ahead at best, on the mean: what an earlier exit could have saved."""
    return mean_favourable(mfe[profit < 0])
