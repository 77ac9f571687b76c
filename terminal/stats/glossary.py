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


class Better(StrEnum):
    """Which way of a measure is good for the person who runs the strategy."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Term:
    """One measure in words. In a formula r are daily returns, σ their deviation, year the return days of a year."""

    title: str
    form: Form
    meaning: str
    formula: str = ""
    source: str = ""
    """The paper or the function of another library that defines it so; empty where the name says all."""
    better: Better = Better.NEITHER
    """Falls and losses are negative, so that higher is better there too."""


GROUPS: dict[str, dict[str, Term]] = {
    "Result": {
        "net_profit": Term("Net profit", Form.MONEY, "Final equity less the capital, all costs paid.", "final equity − capital", "", Better.HIGHER),
        "total_return": Term(
            "Return", Form.PERCENT, "Net profit over the capital.", "final equity / capital − 1", "empyrical cum_returns_final", Better.HIGHER
        ),
        "holding_return": Term(
            "Holding", Form.PERCENT, "What the same capital held in the instrument at the same costs returned.", "the same of holding", "", Better.NEITHER
        ),
        "excess_return": Term("Against holding", Form.PERCENT, "Return less that of holding.", "return − holding", "", Better.HIGHER),
        "cagr": Term(
            "Return a year (CAGR)",
            Form.PERCENT,
            "The yearly rate that compounds to the same end.",
            "(1 + return)^(year / days) − 1",
            "empyrical annual_return",
            Better.HIGHER,
        ),
        "final_equity": Term(
            "Final equity", Form.MONEY, "The account at the last close, open positions valued there.", "cash + positions at the last close", "", Better.HIGHER
        ),
        "gross_profit": Term(
            "Profit before costs", Form.MONEY, "What the trades made at prices without slippage or commission.", "Σ gross of all trades", "", Better.HIGHER
        ),
        "total_costs": Term("Commission", Form.MONEY, "All commissions paid.", "Σ commissions", "", Better.LOWER),
        "total_slippage": Term(
            "Slippage",
            Form.MONEY,
            "What fills lost against the prices they were due; it is inside the trades' prices.",
            "Σ |fill − due price| × quantity",
            "",
            Better.LOWER,
        ),
        "total_funding": Term(
            "Funding", Form.MONEY, "What perpetuals paid at their funding moments; below 0 it was received.", "Σ units × price × rate", "", Better.LOWER
        ),
        "total_borrow": Term("Borrow", Form.MONEY, "What shorts paid for what they borrowed.", "Σ value × yearly rate × time", "", Better.LOWER),
        "total_dividends": Term(
            "Dividends owed", Form.MONEY, "What shorts owed on ex-dates; below 0 it was received by longs.", "Σ units × dividend", "", Better.LOWER
        ),
        "total_liquidation": Term("Liquidation fees", Form.MONEY, "What the venue took for liquidations.", "Σ value × fee", "", Better.LOWER),
        "total_interest": Term("Interest", Form.MONEY, "What money bound by no position earned.", "Σ free money × yearly rate × time", "", Better.HIGHER),
        "turnover": Term(
            "Turnover a year", Form.RATIO, "Value traded in a year over the mean equity.", "Σ |quantity| × price / mean equity / years", "", Better.NEITHER
        ),
        "exposure": Term(
            "Time in the market",
            Form.PERCENT,
            "Share of candles with an open position.",
            "candles within a trade / candles",
            "backtesting.py Exposure Time",
            Better.NEITHER,
        ),
    },
    "Luck": {
        "sharpe_ratio": Term(
            "Sharpe ratio",
            Form.RATIO,
            "Mean daily return above the risk-free rate over its deviation, a year.",
            "mean(r − rf) / σ(r − rf) × √year",
            "Sharpe (1994); empyrical sharpe_ratio",
            Better.HIGHER,
        ),
        "sharpe_low": Term(
            "Sharpe, low end", Form.RATIO, "Lower end of the 95 % interval of the Sharpe ratio.", "SR − 1.96 × its error", "Mertens (2002)", Better.HIGHER
        ),
        "sharpe_high": Term(
            "Sharpe, high end", Form.RATIO, "Upper end of the 95 % interval of the Sharpe ratio.", "SR + 1.96 × its error", "Mertens (2002)", Better.HIGHER
        ),
        "probabilistic_sharpe": Term(
            "Probabilistic Sharpe",
            Form.RATIO,
            "Confidence that the true Sharpe ratio is above 0, were this the only try.",
            "Φ(SR × √(n − 1) / √(1 − S·SR + (K − 1)/4·SR²))",
            "Bailey and López de Prado (2012)",
            Better.HIGHER,
        ),
        "deflated_sharpe": Term(
            "Deflated Sharpe",
            Form.RATIO,
            "Confidence that the Sharpe ratio is not what the best of so many tries shows by luck.",
            "the same above the best SR of so many tries by luck",
            "Bailey and López de Prado (2014)",
            Better.HIGHER,
        ),
        "variants_tried": Term(
            "Variants tried", Form.COUNT, "Distinct codes and parameters tried on this series.", "count of the trial ledger", "", Better.LOWER
        ),
        "independent_variants": Term(
            "Independent variants",
            Form.RATIO,
            "About how many of them are independent, by the correlation of their returns.",
            "ρ + (1 − ρ) × tried, ρ the mean correlation",
            "Bailey and López de Prado (2014), A.3",
            Better.LOWER,
        ),
        "minimum_track_record_days": Term(
            "Days needed",
            Form.DAYS,
            "Days before this Sharpe ratio is above 0 with 95 % confidence.",
            "1 + (1 − S·SR + (K − 1)/4·SR²) × (1.645 / SR)²",
            "Bailey and López de Prado (2012)",
            Better.LOWER,
        ),
    },
    "Risk": {
        "max_drawdown": Term(
            "Deepest drawdown",
            Form.PERCENT,
            "Deepest fall of daily equity from an earlier peak.",
            "min(equity / peak − 1), days",
            "empyrical max_drawdown",
            Better.HIGHER,
        ),
        "max_drawdown_at_candles": Term(
            "Deepest at candles", Form.PERCENT, "The same, looked at at every candle's close.", "min(equity / peak − 1), candles", "", Better.HIGHER
        ),
        "max_drawdown_days": Term(
            "Longest drawdown",
            Form.DAYS,
            "Calendar days of the longest time below an earlier peak.",
            "longest peak to recovery",
            "backtesting.py Max. Drawdown Duration",
            Better.LOWER,
        ),
        "average_drawdown": Term(
            "Mean drawdown", Form.PERCENT, "Mean depth of all falls.", "mean depth of the falls", "backtesting.py Avg. Drawdown", Better.HIGHER
        ),
        "average_drawdown_days": Term(
            "Mean drawdown time", Form.DAYS, "Mean length of all falls.", "mean length of the falls", "backtesting.py Avg. Drawdown Duration", Better.LOWER
        ),
        "ulcer_index": Term("Ulcer index", Form.PERCENT, "Root mean square of the daily depth below the peak.", "√mean(depth²)", "Martin (1987)", Better.LOWER),
        "recovery_factor": Term("Recovery factor", Form.RATIO, "Return over the deepest drawdown.", "return / |deepest|", "", Better.HIGHER),
        "annual_volatility": Term(
            "Volatility a year", Form.PERCENT, "Deviation of daily returns, a year.", "σ(r) × √year, ddof 1", "empyrical annual_volatility", Better.LOWER
        ),
        "value_at_risk_95": Term(
            "Value at risk, 95 %",
            Form.PERCENT,
            "The daily return that one day in twenty stays below.",
            "5 % quantile of r, interpolated",
            "empyrical value_at_risk",
            Better.HIGHER,
        ),
        "expected_shortfall_95": Term(
            "Expected shortfall, 95 %",
            Form.PERCENT,
            "Mean of the worst twentieth of days.",
            "mean of the worst 5 % of r",
            "empyrical conditional_value_at_risk",
            Better.HIGHER,
        ),
        "sortino_ratio": Term(
            "Sortino ratio",
            Form.RATIO,
            "Mean daily return above the risk-free rate over its downside deviation, a year.",
            "mean(r − rf) / √mean(min(r − rf, 0)²) × √year",
            "Sortino; empyrical sortino_ratio",
            Better.HIGHER,
        ),
        "calmar_ratio": Term(
            "Calmar ratio", Form.RATIO, "Return a year over the deepest drawdown.", "CAGR / |deepest|", "Young (1991); empyrical calmar_ratio", Better.HIGHER
        ),
        "omega_ratio": Term(
            "Omega ratio",
            Form.RATIO,
            "Sum of daily gains over sum of daily losses, counted from the risk-free rate.",
            "Σ max(r − rf, 0) / Σ max(rf − r, 0)",
            "Keating and Shadwick (2002); empyrical omega_ratio",
            Better.HIGHER,
        ),
        "best_day": Term("Best day", Form.PERCENT, "Highest daily return.", "max(r)", "quantstats best", Better.HIGHER),
        "worst_day": Term("Worst day", Form.PERCENT, "Lowest daily return.", "min(r)", "quantstats worst", Better.HIGHER),
        "skew": Term(
            "Skewness", Form.RATIO, "Below 0, large losses are more common than large gains.", "m₃ / m₂^1.5, population moments", "scipy skew", Better.HIGHER
        ),
        "kurtosis": Term(
            "Kurtosis",
            Form.RATIO,
            "Above 3, extreme days are more common than in a normal distribution.",
            "m₄ / m₂², 3 for a normal distribution",
            "scipy kurtosis(fisher=False)",
            Better.LOWER,
        ),
        "stability": Term(
            "Stability",
            Form.RATIO,
            "How straight log equity rose, 0 to 100; 0 for a falling line.",
            "100 × R² of log equity on time",
            "empyrical stability_of_timeseries × 100",
            Better.HIGHER,
        ),
    },
    "Trades": {
        "trades": Term("Trades", Form.COUNT, "Positions closed.", "count", "", Better.NEITHER),
        "open_trades": Term("Still open", Form.COUNT, "Positions open at the end, valued at the last close.", "count", "", Better.NEITHER),
        "winning_trades": Term("Won", Form.COUNT, "Closed trades with a net profit above 0.", "count of profit > 0", "", Better.HIGHER),
        "losing_trades": Term("Lost", Form.COUNT, "Closed trades with a net profit below 0.", "count of profit < 0", "", Better.LOWER),
        "win_rate": Term("Win rate", Form.PERCENT, "Share of closed trades that won.", "won / trades", "backtesting.py Win Rate", Better.HIGHER),
        "profit_factor": Term(
            "Profit factor", Form.RATIO, "Sum of won over sum of lost money.", "Σ profits won / |Σ profits lost|", "freqtrade profit factor", Better.HIGHER
        ),
        "expectancy": Term("Mean trade", Form.MONEY, "Mean net profit of a closed trade.", "mean(profit)", "freqtrade expectancy", Better.HIGHER),
        "expectancy_ratio": Term(
            "Expectancy",
            Form.RATIO,
            "Mean profit per unit lost in a mean losing trade.",
            "(1 + win / loss) × win rate − 1",
            "freqtrade expectancy_ratio",
            Better.HIGHER,
        ),
        "average_win": Term("Mean win", Form.MONEY, "Mean profit of winning trades.", "mean(profit > 0)", "", Better.HIGHER),
        "average_loss": Term("Mean loss", Form.MONEY, "Mean loss of losing trades.", "mean(profit < 0)", "", Better.HIGHER),
        "best_trade": Term("Best trade", Form.MONEY, "Largest net profit of one trade.", "max(profit)", "", Better.HIGHER),
        "worst_trade": Term("Worst trade", Form.MONEY, "Largest net loss of one trade.", "min(profit)", "", Better.HIGHER),
        "risk_reward": Term(
            "Win to loss", Form.RATIO, "Mean win over mean loss.", "mean win / |mean loss|", "quantstats payoff_ratio, of trades", Better.HIGHER
        ),
        "system_quality": Term(
            "System quality",
            Form.RATIO,
            "Mean profit over its deviation, times the root of the number of trades.",
            "√n × mean(profit) / σ(profit), ddof 1",
            "Van Tharp; backtesting.py SQN",
            Better.HIGHER,
        ),
        "kelly": Term(
            "Kelly share",
            Form.PERCENT,
            "Share of capital the Kelly criterion would stake; more than a quarter of it is reckless.",
            "w − (1 − w) / (mean win / |mean loss|)",
            "Kelly (1956); backtesting.py Kelly Criterion",
            Better.NEITHER,
        ),
        "longest_winning_streak": Term("Longest run won", Form.COUNT, "Most winning trades in a row.", "longest run of profit > 0", "", Better.HIGHER),
        "longest_losing_streak": Term("Longest run lost", Form.COUNT, "Most losing trades in a row.", "longest run of profit < 0", "", Better.LOWER),
        "average_bars": Term("Mean bars held", Form.RATIO, "Candles between entry and exit, on the mean.", "mean(exit row − entry row)", "", Better.NEITHER),
    },
    "Orders": {
        "cut": Term("Sizes cut", Form.COUNT, "Entries cut to what the account could pay at the fill.", "count", "", Better.LOWER),
        "unaffordable": Term("Quantities refused", Form.COUNT, "Explicit quantities the account could not pay.", "count", "", Better.LOWER),
        "too_small": Term("Too small", Form.COUNT, "Entries below one lot or the venue's minimum.", "count", "", Better.LOWER),
        "conflicts": Term("Conflicts", Form.COUNT, "Candles on which the strategy wanted both sides; nothing was entered.", "count", "", Better.LOWER),
        "refused": Term("Orders refused", Form.COUNT, "Orders that the desk did not take; the log of the run says why.", "count", "", Better.LOWER),
        "expired": Term("Orders expired", Form.COUNT, "Waiting orders whose time ran out before the price came.", "count", "", Better.NEITHER),
        "stops_passed": Term("Stops passed", Form.COUNT, "Entries whose stop a gap had already passed; closed at the fill.", "count", "", Better.LOWER),
        "liquidations": Term("Liquidated", Form.COUNT, "Trades that ended because the account no longer bore their margin.", "count", "", Better.LOWER),
        "detail_share": Term(
            "Walked in detail",
            Form.PERCENT,
            "Share of candles whose path is that of real finer candles.",
            "candles with finer ones / candles",
            "",
            Better.NEITHER,
        ),
    },
}
"""Measures of every run by group, in the order in which they are shown; those a run has on demand stand in `glossary_details`."""


def term(name: str) -> Term | None:
    """The measure of that name in words, None for one that is only a convention of the others (capital, days, …)."""
    from terminal.stats.glossary_details import DETAILS

    return next((group[name] for groups in (GROUPS, DETAILS) for group in groups.values() if name in group), None)
