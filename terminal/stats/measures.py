"""Every figure of a result, from its equity at each candle and its table of trades.

The backtest calls `measure` once a run; what the rules are is written in docs/ and beside each formula.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.stats import drawdown, ratios, returns, significance, trades

DAYS_IN_YEAR = 365.0


@dataclass(frozen=True, eq=False)
class Daily:
    """An equity curve resampled to UTC days: day numbers since 1970, last equity of each, simple returns, days of a year.

    The first return counts from the capital. `deepest` is the deepest fall at any candle between.
    """

    days: NDArray[np.int64]
    values: NDArray[np.float64]
    returns: NDArray[np.float64]
    annual_days: float
    deepest: float


def resample(time: NDArray[np.int64], equity: NDArray[np.float64], capital: float) -> Daily:
    """The daily curve of `equity` marked at the close of the candles that open at `time` (UTC ns, rising), in one compiled pass."""
    from terminal.stats.compiled import daily_curve

    days, values, changes, deepest = daily_curve(np.ascontiguousarray(time), np.ascontiguousarray(equity), float(capital))
    return Daily(days, values, changes, annual_days(days), deepest)


def annual_days(days: NDArray[np.int64]) -> float:
    """Return days observed in a calendar year: 365 round the clock, about 252 on an exchange, 260 on weekdays.

    Below two weeks a gap says nothing about the year: 365 if a weekend day was seen, else 252.
    """
    if not len(days):
        return math.nan
    span = int(days[-1] - days[0]) + 1
    if span >= 14:
        return DAYS_IN_YEAR * len(days) / span
    return DAYS_IN_YEAR if len(days) == span and bool(np.any((days + 3) % 7 >= 5)) else 252.0


def measure(
    time: NDArray[np.int64],
    equity: NDArray[np.float64],
    capital: float,
    trade_table: NDArray[Any],
    *,
    benchmark: NDArray[np.float64] | None = None,
    daily: Daily | None = None,
    multiplier: float = 1.0,
    risk_free: float = 0.0,
) -> dict[str, float]:
    """All measures by name, rates as fractions, falls and losses negative, NaN where a figure can't be known.

    `time` and `equity` have one row a candle; `benchmark` is the equity of holding, likewise. `trade_table` is a structured
    array with entry_row, exit_row, quantity, entry_price, exit_price, costs, profit (net), reason (0 = still open), one row
    a trade in the order of entry. `daily` saves the resampling where it was already made. `multiplier` is what one unit
    at a price of 1 is worth, `risk_free` the rate a year above which ratios count reward.
    """
    curve = daily if daily is not None else resample(time, equity, capital)
    final = float(equity[-1]) if len(equity) else capital
    found: dict[str, float] = {"capital": capital, "final_equity": final, "net_profit": final - capital, "total_return": final / capital - 1.0}
    if benchmark is not None and len(benchmark):
        found["holding_return"] = float(benchmark[-1]) / capital - 1.0
        found["excess_return"] = found["total_return"] - found["holding_return"]
    found |= _curve_measures(curve, capital, risk_free)
    found["max_drawdown_at_candles"] = curve.deepest
    found["recovery_factor"] = found["net_profit"] / capital / -found["max_drawdown"] if found["max_drawdown"] < 0 else math.nan
    return found | _trade_measures(trade_table, len(equity), curve, multiplier)


def _curve_measures(curve: Daily, capital: float, risk_free: float) -> dict[str, float]:
    series, year = curve.returns, curve.annual_days
    falls = drawdown.drawdowns(curve.days, curve.values, capital)
    growth = returns.compound_annual_growth(series, year)
    skew, kurtosis = returns.moments(series)
    above = ratios.excess(series, year, risk_free)
    daily_sharpe = returns.sharpe(above, 1.0)
    low, high = significance.sharpe_interval(daily_sharpe, len(series), skew, kurtosis)
    return {
        "days": float(len(series)),
        "annual_days": year,
        "cagr": growth,
        "annual_volatility": returns.volatility(series, year),
        "sharpe_ratio": daily_sharpe * math.sqrt(year),
        "sharpe_low": low * math.sqrt(year),
        "sharpe_high": high * math.sqrt(year),
        "probabilistic_sharpe": significance.probabilistic_sharpe(daily_sharpe, len(series), skew, kurtosis),
        "sortino_ratio": returns.sortino(above, year),
        "calmar_ratio": growth / -falls.deepest if falls.deepest < 0 else math.nan,
        "omega_ratio": returns.omega(above),
        "max_drawdown": falls.deepest,
        "max_drawdown_days": falls.longest_days,
        "average_drawdown": falls.average,
        "average_drawdown_days": falls.average_days,
        "ulcer_index": falls.ulcer,
        "value_at_risk_95": returns.value_at_risk(series),
        "expected_shortfall_95": returns.expected_shortfall(series),
        "best_day": float(np.max(series)) if len(series) else math.nan,
        "worst_day": float(np.min(series)) if len(series) else math.nan,
        "skew": skew,
        "kurtosis": kurtosis,
        "stability": returns.stability(curve.values),
    }


def _trade_measures(table: NDArray[Any], rows: int, curve: Daily, multiplier: float) -> dict[str, float]:
    list_of = trades.figures(table["profit"], table["reason"])
    return {
        "trades": float(list_of.trades),
        "open_trades": float(len(table) - list_of.trades),
        "winning_trades": float(list_of.winning),
        "losing_trades": float(list_of.losing),
        "win_rate": list_of.win_rate,
        "profit_factor": list_of.profit_factor,
        "expectancy": list_of.expectancy,
        "expectancy_ratio": list_of.expectancy_ratio,
        "average_win": list_of.average_win,
        "average_loss": list_of.average_loss,
        "best_trade": list_of.best,
        "worst_trade": list_of.worst,
        "risk_reward": list_of.risk_reward,
        "system_quality": list_of.system_quality,
        "kelly": list_of.kelly,
        "longest_winning_streak": float(list_of.longest_winning_streak),
        "longest_losing_streak": float(list_of.longest_losing_streak),
        **_activity(table, rows, curve, multiplier),
    }


def _activity(table: NDArray[Any], rows: int, curve: Daily, multiplier: float) -> dict[str, float]:
    """Time in the market, bars a trade, costs, and turnover: traded value a year over mean equity."""
    from terminal.stats.compiled import activity_sums

    held, bars, traded, paid = activity_sums(
        table["entry_row"], table["exit_row"], table["quantity"], table["entry_price"], table["exit_price"], table["costs"], table["reason"], rows
    )
    years = len(curve.returns) / curve.annual_days if len(curve.returns) else math.nan
    mean_equity = float(np.mean(curve.values)) if len(curve.values) else math.nan
    return {
        "exposure": held / rows if rows else math.nan,
        "average_bars": bars / len(table) if len(table) else math.nan,
        "total_costs": paid,
        "turnover": traded * multiplier / mean_equity / years if mean_equity > 0 else math.nan,
    }
