"""The same measures by empyrical-reloaded and quantstats: python -m tests.stats.peers, where both are installed, writes `peers.json`.

Neither is installed for the tests: the file keeps what they gave, and the versions that gave it.
"""

import json
import math
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

RECORDED = Path(__file__).with_name("peers.json")
YEAR = 252
DAYS = 620
Peer = Callable[[Any, Any, Any, Any], float]


def series() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Day numbers of weekdays, daily returns and those of a benchmark: skewed, with fat tails, related to each other."""
    source = np.random.Generator(np.random.PCG64(2024))
    days = np.arange(18_000, 18_000 + DAYS * 2)
    days = days[(days + 3) % 7 < 5][:DAYS]
    market = 0.008 * source.standard_t(4, DAYS) + 0.0004
    own = 0.6 * market + 0.006 * source.standard_t(5, DAYS) + 0.0003
    own[40], own[300] = 0.0, -0.055
    return days, own, market


EMPYRICAL: dict[str, Peer] = {
    "cagr": lambda e, q, r, b: e.annual_return(r),
    "annual_volatility": lambda e, q, r, b: e.annual_volatility(r),
    "sharpe_ratio": lambda e, q, r, b: e.sharpe_ratio(r),
    "sortino_ratio": lambda e, q, r, b: e.sortino_ratio(r),
    "calmar_ratio": lambda e, q, r, b: e.calmar_ratio(r),
    "omega_ratio": lambda e, q, r, b: e.omega_ratio(r),
    "max_drawdown": lambda e, q, r, b: e.max_drawdown(r),
    "stability": lambda e, q, r, b: 100 * e.stability_of_timeseries(r),
    "value_at_risk_95": lambda e, q, r, b: e.value_at_risk(r),
    "value_at_risk_99": lambda e, q, r, b: e.value_at_risk(r, 0.01),
    "expected_shortfall_95": lambda e, q, r, b: e.conditional_value_at_risk(r),
    "expected_shortfall_99": lambda e, q, r, b: e.conditional_value_at_risk(r, 0.01),
    "downside_deviation": lambda e, q, r, b: e.downside_risk(r),
    "tail_ratio": lambda e, q, r, b: e.tail_ratio(r),
    "alpha": lambda e, q, r, b: e.alpha(r, b),
    "beta": lambda e, q, r, b: e.beta(r, b),
    "up_beta": lambda e, q, r, b: e.up_alpha_beta(r, b)[1],
    "down_beta": lambda e, q, r, b: e.down_alpha_beta(r, b)[1],
    "information_ratio": lambda e, q, r, b: e.excess_sharpe(r, b) * math.sqrt(YEAR),
    "capture": lambda e, q, r, b: e.capture(r, b),
    "up_capture": lambda e, q, r, b: e.up_capture(r, b),
    "down_capture": lambda e, q, r, b: e.down_capture(r, b),
    "up_down_capture": lambda e, q, r, b: e.up_down_capture(r, b),
    "batting_average": lambda e, q, r, b: e.batting_average(r, b).iloc[0],
    "best_week": lambda e, q, r, b: e.aggregate_returns(r, "weekly").max(),
    "worst_week": lambda e, q, r, b: e.aggregate_returns(r, "weekly").min(),
    "best_month": lambda e, q, r, b: e.aggregate_returns(r, "monthly").max(),
    "worst_month": lambda e, q, r, b: e.aggregate_returns(r, "monthly").min(),
    "best_quarter": lambda e, q, r, b: e.aggregate_returns(r, "quarterly").max(),
    "worst_quarter": lambda e, q, r, b: e.aggregate_returns(r, "quarterly").min(),
    "best_year": lambda e, q, r, b: e.aggregate_returns(r, "yearly").max(),
    "worst_year": lambda e, q, r, b: e.aggregate_returns(r, "yearly").min(),
}
QUANTSTATS: dict[str, Peer] = {
    "sharpe_ratio": lambda e, q, r, b: q.sharpe(r),
    "sortino_ratio": lambda e, q, r, b: q.sortino(r),
    "smart_sharpe": lambda e, q, r, b: q.smart_sharpe(r),
    "smart_sortino": lambda e, q, r, b: q.smart_sortino(r),
    "adjusted_sortino": lambda e, q, r, b: q.adjusted_sortino(r),
    "omega_ratio": lambda e, q, r, b: q.omega(r),
    "bernardo_ledoit": lambda e, q, r, b: q.omega(r),
    "gain_to_pain": lambda e, q, r, b: q.gain_to_pain_ratio(r),
    "common_sense_ratio": lambda e, q, r, b: q.common_sense_ratio(r),
    "tail_ratio": lambda e, q, r, b: q.tail_ratio(r),
    "outlier_win_ratio": lambda e, q, r, b: q.outlier_win_ratio(r),
    "outlier_loss_ratio": lambda e, q, r, b: q.outlier_loss_ratio(r),
    "payoff_ratio": lambda e, q, r, b: q.payoff_ratio(r),
    "cagr": lambda e, q, r, b: q.cagr(r),
    "annual_volatility": lambda e, q, r, b: q.volatility(r),
    "max_drawdown": lambda e, q, r, b: q.max_drawdown(r),
    "parametric_value_at_risk_95": lambda e, q, r, b: q.value_at_risk(r),
    "parametric_value_at_risk_99": lambda e, q, r, b: q.value_at_risk(r, confidence=0.99),
    "parametric_expected_shortfall_95": lambda e, q, r, b: q.conditional_value_at_risk(r),
    "geometric_mean_day": lambda e, q, r, b: q.expected_return(r),
    "mean_gain_day": lambda e, q, r, b: q.avg_win(r),
    "mean_loss_day": lambda e, q, r, b: q.avg_loss(r),
    "best_day": lambda e, q, r, b: q.best(r),
    "worst_day": lambda e, q, r, b: q.worst(r),
    "longest_rising_run": lambda e, q, r, b: q.consecutive_wins(r),
    "longest_falling_run": lambda e, q, r, b: q.consecutive_losses(r),
    "beta": lambda e, q, r, b: q.greeks(r, b)["beta"],
    "r_squared": lambda e, q, r, b: q.r_squared(r, b),
    "information_ratio": lambda e, q, r, b: q.information_ratio(r, b) * math.sqrt(YEAR),
    # what differs is brought to our convention, and docs/measures.md says how
    "positive_days": lambda e, q, r, b: q.win_rate(r) * float((r != 0).mean()),
    "ulcer_index": lambda e, q, r, b: q.ulcer_index(r) * math.sqrt((len(r) - 1) / len(r)),
    "martin_ratio": lambda e, q, r, b: q.cagr(r) / (q.ulcer_index(r) * math.sqrt((len(r) - 1) / len(r))),
    "treynor_ratio": lambda e, q, r, b: q.treynor_ratio(r, b) / q.comp(r) * q.cagr(r),
    "alpha": lambda e, q, r, b: (1 + q.greeks(r, b)["alpha"] / YEAR) ** YEAR - 1,
    "cpc_index": lambda e, q, r, b: q.cpc_index(r) * float((r != 0).mean()),
    "return_on_exposure": lambda e, q, r, b: q.cagr(r) / float((r != 0).mean()),
    "drawdowns": lambda e, q, r, b: len(q.drawdown_details(q.to_drawdown_series(r))),
}


def computed() -> dict[str, Any]:
    """What the two libraries give now."""
    import empyrical
    import pandas as pd
    from quantstats import stats

    days, own, market = series()
    index = pd.DatetimeIndex(days.astype("datetime64[D]").astype("datetime64[ns]"))
    pair = pd.Series(own, index), pd.Series(market, index)
    return {
        "versions": {name: version(name) for name in ("empyrical-reloaded", "quantstats")},
        "empyrical": {name: float(peer(empyrical, stats, *pair)) for name, peer in EMPYRICAL.items()},
        "quantstats": {name: float(peer(empyrical, stats, *pair)) for name, peer in QUANTSTATS.items()},
    }


if __name__ == "__main__":
    RECORDED.write_text(json.dumps(computed(), indent=1) + "\n", encoding="utf-8")
