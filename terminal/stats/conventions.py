"""The statistics of another library by its own conventions, so that its numbers can be set beside ours: those of backtesting.py.

Where they differ from `measures`: a day without return counts from the first equity and not from the capital; yearly figures compound the
geometric mean over 252 (365) days and take the volatility of a compounded year; trades weigh by their return, not by their money;
a fall that begins on the last candle is none.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.stats import benchmark, periods, ratios, returns
from terminal.stats.falls import falls
from terminal.stats.trades import figures

_DAY = 86_400_000_000_000


def backtesting_py(
    time: NDArray[np.int64], equity: NDArray[np.float64], closes: NDArray[np.float64], trades: NDArray[Any], *, warm_up: int = 0, year: float = 252.0
) -> dict[str, float]:
    """The statistics of backtesting.py 0.6.6 under its own names, for daily candles that open at `time`; falls in whole days.

    `trades` are all closed, with entry_row, exit_row, profit and return; holding counts from candle `warm_up`.
    """
    capital = float(equity[0])
    daily = equity[1:] / equity[:-1] - 1.0
    growth = (1.0 + periods.geometric_mean(daily)) ** year - 1.0
    spread = _compounded_volatility(daily, year)
    held = float(closes[-1]) / float(closes[warm_up]) - 1.0
    total = float(equity[-1]) / capital - 1.0
    slope = benchmark.beta(np.diff(np.log(equity)), np.diff(np.log(closes)))
    downside = ratios.downside_deviation(daily) * math.sqrt(year)
    calendar_years = (int(time[-1]) - int(time[0])) / _DAY / 365.25
    found = {
        "Exposure Time [%]": 100 * _share_held(trades, len(time)),
        "Equity Final [$]": float(equity[-1]),
        "Equity Peak [$]": float(np.max(equity)),
        "Return [%]": 100 * total,
        "Buy & Hold Return [%]": 100 * held,
        "Return (Ann.) [%]": 100 * growth,
        "Volatility (Ann.) [%]": 100 * spread,
        "CAGR [%]": 100 * ((1.0 + total) ** (1.0 / calendar_years) - 1.0),
        "Sharpe Ratio": growth / spread if spread > 0 else math.nan,
        "Sortino Ratio": growth / downside if downside > 0 else math.nan,
        "Alpha [%]": 100 * (total - slope * held),
        "Beta": slope,
    }
    return found | _falls(time, equity, growth) | _trades(time, trades)


def _compounded_volatility(daily: NDArray[np.float64], year: float) -> float:
    """√((σ² + (1 + g)²)^year − (1 + g)^(2·year)), g the geometric mean: the deviation of a compounded year."""
    grown = 1.0 + periods.geometric_mean(daily)
    return math.sqrt((returns.deviation(daily) ** 2 + grown**2) ** year - grown ** (2 * year))


def _share_held(trades: NDArray[Any], rows: int) -> float:
    held = np.zeros(rows, bool)
    for entry, leave in zip(trades["entry_row"].tolist(), trades["exit_row"].tolist(), strict=True):
        held[entry : leave + 1] = True
    return float(np.mean(held))


def _falls(time: NDArray[np.int64], equity: NDArray[np.float64], growth: float) -> dict[str, float]:
    rows = np.arange(len(time))
    found = falls(rows, equity, float(equity[0]))
    counted = found.peak < len(time) - 2
    lengths = (time[found.end[counted]] - time[found.peak[counted]]) / _DAY
    deepest = float(np.min(found.below, initial=0.0))
    return {
        "Calmar Ratio": growth / -deepest if deepest < 0 else math.nan,
        "Max. Drawdown [%]": 100 * deepest,
        "Avg. Drawdown [%]": 100 * periods.mean(found.depth[counted]),
        "Max. Drawdown Duration": float(np.ceil(np.max(lengths))) if len(lengths) else math.nan,
        "Avg. Drawdown Duration": float(np.ceil(np.mean(lengths))) if len(lengths) else math.nan,
    }


def _trades(time: NDArray[np.int64], trades: NDArray[Any]) -> dict[str, float]:
    made, by_money = trades["return"], figures(trades["profit"])
    lengths = (time[trades["exit_row"]] - time[trades["entry_row"]]) / _DAY
    return {
        "# Trades": float(by_money.trades),
        "Win Rate [%]": 100 * by_money.win_rate,
        "Best Trade [%]": 100 * periods.best(made),
        "Worst Trade [%]": 100 * periods.worst(made),
        "Avg. Trade [%]": 100 * periods.geometric_mean(made),
        "Max. Trade Duration": float(np.ceil(periods.best(lengths))),
        "Avg. Trade Duration": float(np.ceil(periods.mean(lengths))),
        "Profit Factor": returns.omega(made),
        "Expectancy [%]": 100 * periods.mean(made),
        "SQN": by_money.system_quality,
        "Kelly Criterion": by_money.kelly,
    }
