"""Every measure of a result in words: its name, its figure in its unit, and what it says.

Shown as a table by the Results panel; the key figures above the curve are a choice of their own.
"""

import math
from collections.abc import Mapping

from terminal.ui.numbers import count, money, number, percent
from terminal.ui.panels.results.facts import Fact, worded
from terminal.ui.widgets.columns import Column

_PERCENT = frozenset(
    (
        "total_return",
        "holding_return",
        "excess_return",
        "cagr",
        "annual_volatility",
        "max_drawdown",
        "average_drawdown",
        "ulcer_index",
        "value_at_risk_95",
        "expected_shortfall_95",
        "best_day",
        "worst_day",
        "max_drawdown_at_candles",
        "win_rate",
        "exposure",
        "kelly",
    )
)
_COUNTS = frozenset(
    (
        "days",
        "annual_days",
        "calendar_days",
        "trades",
        "open_trades",
        "winning_trades",
        "losing_trades",
        "longest_winning_streak",
        "longest_losing_streak",
        "max_drawdown_days",
        "conflicts",
        "cut",
        "unaffordable",
        "too_small",
        "stops_passed",
        "variants_tried",
        "minimum_track_record_days",
    )
)
_MONEY = frozenset(
    (
        "capital",
        "final_equity",
        "net_profit",
        "average_win",
        "average_loss",
        "best_trade",
        "worst_trade",
        "total_costs",
        "total_slippage",
        "gross_profit",
        "expectancy",
    )
)
_MEANING = {
    "total_return": "net of all costs, over the whole run",
    "holding_return": "the same capital held in the instrument at the same costs",
    "excess_return": "total return less holding",
    "days": "days with a return",
    "annual_days": "return days observed in a calendar year",
    "cagr": "yearly growth that compounds to the total return",
    "sharpe": "mean over deviation of daily returns, yearly",
    "sharpe_low": "lower end of the 95 % interval of the Sharpe ratio",
    "sharpe_high": "upper end of the 95 % interval of the Sharpe ratio",
    "probabilistic_sharpe": "confidence that the Sharpe ratio exceeds zero, were this the only trial",
    "deflated_sharpe": "the same after counting every variant that was tried",
    "sortino": "as Sharpe, over the deviation of losing days only",
    "calmar": "yearly growth over the deepest drawdown",
    "omega": "gains over losses of daily returns",
    "max_drawdown": "deepest fall from a peak, by the last value of each day",
    "max_drawdown_at_candles": "deepest fall from a peak, at any candle",
    "max_drawdown_days": "longest time under a former peak",
    "ulcer_index": "root mean square of the drawdowns",
    "value_at_risk_95": "a day worse than this comes once in twenty",
    "expected_shortfall_95": "mean of the days beyond that",
    "kurtosis": "excess; fat tails where above zero",
    "stability": "100 × R² of log equity on time, 0 for a falling line",
    "recovery_factor": "net profit over the deepest drawdown",
    "profit_factor": "sum of the profits over the sum of the losses",
    "expectancy": "mean profit of a trade",
    "expectancy_ratio": "mean profit over the mean loss",
    "risk_reward": "average win over average loss",
    "system_quality": "√trades × mean over deviation of trade profits",
    "kelly": "share of capital by Kelly's rule; not a recommendation",
    "exposure": "share of the time in the market",
    "turnover": "traded value over capital",
    "total_costs": "commissions and slippage of all trades",
    "gross_profit": "before all costs",
    "conflicts": "candles that asked for long and short at once; nothing was done",
    "cut": "orders made smaller to fit the cash there was",
    "unaffordable": "orders that could not be paid at all",
    "too_small": "orders below the smallest quantity",
    "stops_passed": "entries whose stop was already passed at the fill",
    "variants_tried": "distinct data, code and parameters on this series",
    "independent_variants": "about how many of those say something of their own",
    "minimum_track_record_days": "days needed before this Sharpe ratio would stand out from zero",
}


def measure_columns() -> tuple[Column[Fact], ...]:
    """The columns of the list: the name, the figure at the right as numbers are, and what it says."""
    return (
        Column("Measure", lambda fact: fact.name, width=230),
        Column("Value", lambda fact: fact.value, lambda fact: fact.sort, is_number=True, width=150),
        Column("What it says", lambda fact: fact.group, stretches=True, colour=lambda _fact: "second"),
    )


def measures_of(metrics: Mapping[str, float], currency: str) -> list[Fact]:
    """Every measure in the order of the result."""
    return [Fact(_MEANING.get(name, ""), worded(name), figure(name, value, currency), value) for name, value in metrics.items()]


def figure(name: str, value: float, currency: str) -> str:
    """A measure's value in its unit: percent, count, money or a plain ratio."""
    if value == math.inf:
        return "∞"
    if name in _PERCENT:
        return percent(value, 2, signed="return" in name)
    if name in _COUNTS:
        return count(value)
    return money(value, currency, decimals=2) if name in _MONEY else number(value, 3)
