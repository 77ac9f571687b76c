"""What each measure of a result is called, how it is written, and what it says, in one sentence.

Read by every face that shows measures: the window, the report, the command line. The formulas stand in `measures`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """How the number of a measure is written for a person."""

    PERCENT = "percent"
    """A fraction, shown as a percentage."""
    MONEY = "money"
    RATIO = "ratio"
    COUNT = "count"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Term:
    """One measure in words."""

    title: str
    form: Form
    meaning: str


GROUPS: dict[str, dict[str, Term]] = {
    "Result": {
        "net_profit": Term("Net profit", Form.MONEY, "Final equity less the capital, all costs paid."),
        "total_return": Term("Return", Form.PERCENT, "Net profit over the capital."),
        "holding_return": Term("Holding", Form.PERCENT, "What the same capital held in the instrument at the same costs returned."),
        "excess_return": Term("Against holding", Form.PERCENT, "Return less that of holding."),
        "cagr": Term("Return a year (CAGR)", Form.PERCENT, "The yearly rate that compounds to the same end."),
        "final_equity": Term("Final equity", Form.MONEY, "The account at the last close, open positions valued there."),
        "gross_profit": Term("Profit before costs", Form.MONEY, "What the trades made at prices without slippage or commission."),
        "total_costs": Term("Commission", Form.MONEY, "All commissions paid."),
        "total_slippage": Term("Slippage", Form.MONEY, "What fills lost against the prices they were due; it is inside the trades' prices."),
        "turnover": Term("Turnover a year", Form.RATIO, "Value traded in a year over the mean equity."),
        "exposure": Term("Time in the market", Form.PERCENT, "Share of candles with an open position."),
    },
    "Luck": {
        "sharpe_ratio": Term("Sharpe ratio", Form.RATIO, "Mean daily return over its deviation, a year; the risk-free rate is 0."),
        "sharpe_low": Term("Sharpe, low end", Form.RATIO, "Lower end of the 95 % interval of the Sharpe ratio."),
        "sharpe_high": Term("Sharpe, high end", Form.RATIO, "Upper end of the 95 % interval of the Sharpe ratio."),
        "probabilistic_sharpe": Term("Probabilistic Sharpe", Form.RATIO, "Confidence that the true Sharpe ratio is above 0, were this the only try."),
        "deflated_sharpe": Term("Deflated Sharpe", Form.RATIO, "Confidence that the Sharpe ratio is not what the best of so many tries shows by luck."),
        "variants_tried": Term("Variants tried", Form.COUNT, "Distinct codes and parameters tried on this series."),
        "independent_variants": Term("Independent variants", Form.RATIO, "About how many of them are independent, by the correlation of their returns."),
        "minimum_track_record_days": Term("Days needed", Form.DAYS, "Days before this Sharpe ratio is above 0 with 95 % confidence."),
    },
    "Risk": {
        "max_drawdown": Term("Deepest drawdown", Form.PERCENT, "Deepest fall of daily equity from an earlier peak."),
        "max_drawdown_at_candles": Term("Deepest at candles", Form.PERCENT, "The same, looked at at every candle's close."),
        "max_drawdown_days": Term("Longest drawdown", Form.DAYS, "Calendar days of the longest time below an earlier peak."),
        "average_drawdown": Term("Mean drawdown", Form.PERCENT, "Mean depth of all falls."),
        "average_drawdown_days": Term("Mean drawdown time", Form.DAYS, "Mean length of all falls."),
        "ulcer_index": Term("Ulcer index", Form.PERCENT, "Root mean square of the daily depth below the peak."),
        "recovery_factor": Term("Recovery factor", Form.RATIO, "Return over the deepest drawdown."),
        "annual_volatility": Term("Volatility a year", Form.PERCENT, "Deviation of daily returns, a year."),
        "value_at_risk_95": Term("Value at risk, 95 %", Form.PERCENT, "The daily return that one day in twenty stays below."),
        "expected_shortfall_95": Term("Expected shortfall, 95 %", Form.PERCENT, "Mean of the worst twentieth of days."),
        "sortino_ratio": Term("Sortino ratio", Form.RATIO, "Mean daily return over its downside deviation, a year."),
        "calmar_ratio": Term("Calmar ratio", Form.RATIO, "Return a year over the deepest drawdown."),
        "omega_ratio": Term("Omega ratio", Form.RATIO, "Sum of daily gains over sum of daily losses."),
        "best_day": Term("Best day", Form.PERCENT, "Highest daily return."),
        "worst_day": Term("Worst day", Form.PERCENT, "Lowest daily return."),
        "skew": Term("Skewness", Form.RATIO, "Below 0, large losses are more common than large gains."),
        "kurtosis": Term("Kurtosis", Form.RATIO, "Above 3, extreme days are more common than in a normal distribution."),
        "stability": Term("Stability", Form.RATIO, "How straight log equity rose, 0 to 100; 0 for a falling line."),
    },
    "Trades": {
        "trades": Term("Trades", Form.COUNT, "Positions closed."),
        "open_trades": Term("Still open", Form.COUNT, "Positions open at the end, valued at the last close."),
        "winning_trades": Term("Won", Form.COUNT, "Closed trades with a net profit above 0."),
        "losing_trades": Term("Lost", Form.COUNT, "Closed trades with a net profit below 0."),
        "win_rate": Term("Win rate", Form.PERCENT, "Share of closed trades that won."),
        "profit_factor": Term("Profit factor", Form.RATIO, "Sum of won over sum of lost money."),
        "expectancy": Term("Mean trade", Form.MONEY, "Mean net profit of a closed trade."),
        "expectancy_ratio": Term("Expectancy", Form.RATIO, "Mean profit per unit lost in a mean losing trade."),
        "average_win": Term("Mean win", Form.MONEY, "Mean profit of winning trades."),
        "average_loss": Term("Mean loss", Form.MONEY, "Mean loss of losing trades."),
        "best_trade": Term("Best trade", Form.MONEY, "Largest net profit of one trade."),
        "worst_trade": Term("Worst trade", Form.MONEY, "Largest net loss of one trade."),
        "risk_reward": Term("Win to loss", Form.RATIO, "Mean win over mean loss."),
        "system_quality": Term("System quality", Form.RATIO, "Mean profit over its deviation, times the root of the number of trades."),
        "kelly": Term("Kelly share", Form.PERCENT, "Share of capital the Kelly criterion would stake; more than a quarter of it is reckless."),
        "longest_winning_streak": Term("Longest run won", Form.COUNT, "Most winning trades in a row."),
        "longest_losing_streak": Term("Longest run lost", Form.COUNT, "Most losing trades in a row."),
        "average_bars": Term("Mean bars held", Form.RATIO, "Candles between entry and exit, on the mean."),
    },
    "Orders": {
        "cut": Term("Sizes cut", Form.COUNT, "Entries cut to what the account could pay at the fill."),
        "unaffordable": Term("Quantities refused", Form.COUNT, "Explicit quantities the account could not pay."),
        "too_small": Term("Too small", Form.COUNT, "Entries below one lot or the venue's minimum."),
        "conflicts": Term("Conflicts", Form.COUNT, "Candles on which the strategy wanted both sides; nothing was entered."),
        "stops_passed": Term("Stops passed", Form.COUNT, "Entries whose stop a gap had already passed; closed at the fill."),
    },
}
"""Measures by group, in the order in which they are shown."""


def term(name: str) -> Term | None:
    """The measure of that name in words, None for one that is only a convention of the others (capital, days, …)."""
    return next((group[name] for group in GROUPS.values() if name in group), None)
