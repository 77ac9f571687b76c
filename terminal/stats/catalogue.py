"""Every measure that a run has only when it is asked for, by name: `measure("treynor_ratio", sample)`.

What stands in each run's own metrics comes from `measures`; the words of both are in `glossary`, formulas and sources in docs/measures.md.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from terminal.domain.errors import BadInput
from terminal.stats import benchmark, excursions, falls, periods, ratios, returns, rolling, tails, trades
from terminal.stats.sample import Sample

Measure = Callable[[Sample], float]

_PERIODS: dict[str, Measure] = {
    "mean_day": lambda s: periods.mean(s.returns),
    "geometric_mean_day": lambda s: periods.geometric_mean(s.returns),
    "positive_days": lambda s: periods.positive_share(s.returns),
    "mean_gain_day": lambda s: periods.mean_gain(s.returns),
    "mean_loss_day": lambda s: periods.mean_loss(s.returns),
    "longest_rising_run": lambda s: float(periods.longest_run(s.returns > 0)),
    "longest_falling_run": lambda s: float(periods.longest_run(s.returns < 0)),
    "best_week": lambda s: periods.best(s.weeks),
    "worst_week": lambda s: periods.worst(s.weeks),
    "positive_weeks": lambda s: periods.positive_share(s.weeks),
    "best_month": lambda s: periods.best(s.months),
    "worst_month": lambda s: periods.worst(s.months),
    "mean_month": lambda s: periods.mean(s.months),
    "positive_months": lambda s: periods.positive_share(s.months),
    "best_quarter": lambda s: periods.best(s.quarters),
    "worst_quarter": lambda s: periods.worst(s.quarters),
    "best_year": lambda s: periods.best(s.years),
    "worst_year": lambda s: periods.worst(s.years),
    "positive_years": lambda s: periods.positive_share(s.years),
    "best_rolling_year": lambda s: _of_windows(s, periods.best),
    "worst_rolling_year": lambda s: _of_windows(s, periods.worst),
    "best_month_share": lambda s: trades.largest_share(s.months),
    "autocorrelation": lambda s: tails.autocorrelation(s.returns),
}

_RISK: dict[str, Measure] = {
    "downside_deviation": lambda s: ratios.downside_deviation(s.returns, s.required) * math.sqrt(s.year),
    "downside_potential": lambda s: ratios.downside_potential(s.returns, s.required),
    "upside_potential": lambda s: ratios.upside_potential(s.returns, s.required),
    "downside_frequency": lambda s: ratios.downside_frequency(s.returns, s.required),
    "upside_frequency": lambda s: ratios.upside_frequency(s.returns, s.required),
    "mean_absolute_deviation": lambda s: ratios.mean_absolute_deviation(s.returns),
    "value_at_risk_99": lambda s: returns.value_at_risk(s.returns, 0.01),
    "expected_shortfall_99": lambda s: returns.expected_shortfall(s.returns, 0.01),
    "parametric_value_at_risk_95": lambda s: tails.parametric_value_at_risk(s.returns),
    "parametric_value_at_risk_99": lambda s: tails.parametric_value_at_risk(s.returns, 0.01),
    "parametric_expected_shortfall_95": lambda s: tails.parametric_expected_shortfall(s.returns),
    "modified_value_at_risk_95": lambda s: tails.modified_value_at_risk(s.returns),
    "modified_value_at_risk_99": lambda s: tails.modified_value_at_risk(s.returns, 0.01),
    "pain_index": lambda s: falls.pain_index(s.falls.below),
    "drawdown_at_risk_95": lambda s: falls.drawdown_at_risk(s.falls.below),
    "under_water": lambda s: falls.under_water(s.falls.below),
    "drawdowns": lambda s: float(len(s.falls.depth)),
    "current_drawdown": lambda s: float(s.falls.below[-1]) if len(s.falls.below) else math.nan,
    "longest_recovery_days": lambda s: _most(s.falls.recovery_days),
    "deepest_drawdown_days": lambda s: float(s.falls.days[s.falls.worst(1)[0]]) if len(s.falls.depth) else 0.0,
    "tail_ratio": lambda s: tails.tail_ratio(s.returns),
    "rachev_ratio": lambda s: tails.rachev_ratio(s.returns),
    "outlier_win_ratio": lambda s: tails.outlier_win_ratio(s.returns),
    "outlier_loss_ratio": lambda s: tails.outlier_loss_ratio(s.returns),
}

_RATIOS: dict[str, Measure] = {
    "smart_sharpe": lambda s: ratios.smart_sharpe(ratios.excess(s.returns, s.year, s.risk_free), s.year),
    "adjusted_sharpe": lambda s: ratios.adjusted_sharpe(ratios.excess(s.returns, s.year, s.risk_free), s.year),
    "geometric_sharpe": lambda s: ratios.geometric_sharpe(s.returns, s.year),
    "smart_sortino": lambda s: ratios.smart_sortino(ratios.excess(s.returns, s.year, s.risk_free) - s.required, s.year),
    "adjusted_sortino": lambda s: ratios.adjusted_sortino(ratios.excess(s.returns, s.year, s.risk_free) - s.required, s.year),
    "gain_to_pain": lambda s: ratios.gain_to_pain(s.returns),
    "gain_to_pain_months": lambda s: ratios.gain_to_pain(s.months),
    "common_sense_ratio": lambda s: ratios.common_sense_ratio(s.returns),
    "kappa_3": lambda s: ratios.kappa(s.returns, s.required),
    "upside_potential_ratio": lambda s: ratios.upside_potential_ratio(s.returns, s.required),
    "bernardo_ledoit": lambda s: ratios.bernardo_ledoit(s.returns),
    "d_ratio": lambda s: ratios.d_ratio(s.returns),
    "payoff_ratio": lambda s: ratios.payoff_ratio(s.returns),
    "cpc_index": lambda s: ratios.cpc_index(s.returns),
    "pain_ratio": lambda s: falls.pain_ratio(s.growth, s.falls.below, s.risk_free),
    "martin_ratio": lambda s: falls.martin_ratio(s.growth, s.falls.below, s.risk_free),
    "sterling_ratio": lambda s: falls.sterling_ratio(s.growth, float(np.min(s.falls.below, initial=0.0))),
    "burke_ratio": lambda s: falls.burke_ratio(s.growth, s.falls.depth, s.risk_free),
    "return_on_exposure": lambda s: _over(s.growth, float(np.mean(s.returns != 0)) if len(s.returns) else 0.0),
}

_BENCHMARK: dict[str, Measure] = {
    "alpha": lambda s: benchmark.alpha(s.returns, s.benchmark, s.year, s.risk_free),
    "beta": lambda s: benchmark.beta(s.returns, s.benchmark),
    "up_beta": lambda s: benchmark.up_beta(s.returns, s.benchmark),
    "down_beta": lambda s: benchmark.down_beta(s.returns, s.benchmark),
    "correlation": lambda s: benchmark.correlation(s.returns, s.benchmark),
    "r_squared": lambda s: benchmark.r_squared(s.returns, s.benchmark),
    "active_return": lambda s: benchmark.active_return(s.returns, s.benchmark, s.year),
    "tracking_error": lambda s: benchmark.tracking_error(s.returns, s.benchmark, s.year),
    "information_ratio": lambda s: benchmark.information_ratio(s.returns, s.benchmark, s.year),
    "appraisal_ratio": lambda s: benchmark.appraisal_ratio(s.returns, s.benchmark, s.year, s.risk_free),
    "treynor_ratio": lambda s: benchmark.treynor_ratio(s.returns, s.benchmark, s.year, s.risk_free),
    "modigliani": lambda s: benchmark.modigliani(s.returns, s.benchmark, s.year, s.risk_free),
    "capture": lambda s: benchmark.capture(s.returns, s.benchmark, s.year),
    "up_capture": lambda s: benchmark.up_capture(s.returns, s.benchmark, s.year),
    "down_capture": lambda s: benchmark.down_capture(s.returns, s.benchmark, s.year),
    "up_down_capture": lambda s: benchmark.up_down_capture(s.returns, s.benchmark, s.year),
    "batting_average": lambda s: benchmark.batting_average(s.returns, s.benchmark),
}

_TRADES: dict[str, Measure] = {
    "median_trade": lambda s: trades.median(s.profits),
    "trade_deviation": lambda s: trades.deviation(s.profits),
    "mean_trade_return": lambda s: periods.mean(s.closed["return"]),
    "best_trade_return": lambda s: periods.best(s.closed["return"]),
    "worst_trade_return": lambda s: periods.worst(s.closed["return"]),
    "geometric_trade_return": lambda s: periods.geometric_mean(s.closed["return"]),
    "trades_a_year": lambda s: _over(float(len(s.closed)) * s.year, float(len(s.returns))),
    "longest_trade_bars": lambda s: _most(s.closed["bars"]),
    "mean_winning_bars": lambda s: trades.mean_of(s.closed["bars"], s.profits > 0),
    "mean_losing_bars": lambda s: trades.mean_of(s.closed["bars"], s.profits < 0),
    "mean_winning_run": lambda s: periods.mean_run(s.profits > 0),
    "mean_losing_run": lambda s: periods.mean_run(s.profits < 0),
    "runs_score": lambda s: trades.runs_score(s.profits),
    "break_even_win_rate": lambda s: trades.break_even_win_rate(trades.figures(s.profits).risk_reward),
    "best_trade_share": lambda s: trades.largest_share(s.profits),
    "profit_concentration": lambda s: trades.concentration(s.profits),
    "profit_without_best": lambda s: trades.without_best(s.profits),
    "long_trades": lambda s: float(np.count_nonzero(s.is_long)),
    "short_trades": lambda s: float(np.count_nonzero(~s.is_long)),
    "long_profit": lambda s: float(np.sum(s.profits[s.is_long])),
    "short_profit": lambda s: float(np.sum(s.profits[~s.is_long])),
    "long_win_rate": lambda s: trades.figures(s.profits[s.is_long]).win_rate,
    "short_win_rate": lambda s: trades.figures(s.profits[~s.is_long]).win_rate,
    "most_open_trades": lambda s: float(trades.most_open(s.trades["entry_row"], np.where(s.trades["reason"] != 0, s.trades["exit_row"], s.rows))),
    "mean_adverse_excursion": lambda s: excursions.mean_adverse(s.closed["mae"]),
    "mean_favourable_excursion": lambda s: excursions.mean_favourable(s.closed["mfe"]),
    "edge_ratio": lambda s: excursions.edge_ratio(s.closed["mae"], s.closed["mfe"]),
    "exit_efficiency": lambda s: excursions.exit_efficiency(s.kept, s.closed["mfe"]),
    "winners_adverse": lambda s: excursions.winners_adverse(s.profits, s.closed["mae"]),
    "losers_favourable": lambda s: excursions.losers_favourable(s.profits, s.closed["mfe"]),
    "cost_share": lambda s: _over(_costs(s), float(np.sum(np.maximum(s.trades["gross"], 0.0)))),
    "costs_a_trade": lambda s: _over(_costs(s), float(len(s.trades))),
    "costs_of_capital": lambda s: _costs(s) / s.capital,
}

MEASURES: Mapping[str, Measure] = MappingProxyType(_PERIODS | _RISK | _RATIOS | _BENCHMARK | _TRADES)
"""What computes each measure by its name."""


def measure(name: str, sample: Sample) -> float:
    """The measure of that name, NaN where it can't be known; BadInput where there is none of that name."""
    if name not in MEASURES:
        raise BadInput(f"There is no measure {name!r}.", cure="docs/measures.md lists all of them.")
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return float(MEASURES[name](sample))


def measures(sample: Sample) -> dict[str, float]:
    """All measures of the catalogue by name."""
    return {name: measure(name, sample) for name in MEASURES}


def _over(above: float, below: float) -> float:
    return above / below if below > 0 else math.nan


def _most(values: NDArray[np.int64]) -> float:
    return float(np.max(values, initial=0))


def _costs(sample: Sample) -> float:
    """Commissions, slippage and what holding cost."""
    table = sample.trades
    named = [name for name in ("costs", "slippage", "carry") if name in (table.dtype.names or ())]
    return math.fsum(float(np.sum(table[name])) for name in named)


def _of_windows(sample: Sample, chosen: Callable[[NDArray[np.float64]], float]) -> float:
    """The chosen return among all windows of a year, NaN where the run is shorter."""
    if not len(sample.returns) >= sample.year:
        return math.nan
    window = max(2, round(sample.year))
    return chosen(rolling.rolling_return(sample.returns, window)[window - 1 :])
