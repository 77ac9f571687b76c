"""The words of the measures that a run has when they are asked for, by group; `glossary` has those of every run.

Computed by `catalogue`, where each has a function of the same name.
"""

from terminal.stats.glossary import Better, Form, Term

DETAILS: dict[str, dict[str, Term]] = {
    "Periods": {
        "mean_day": Term("Mean day", Form.PERCENT, "Arithmetic mean of the daily returns.", "mean(r)", "", Better.HIGHER),
        "geometric_mean_day": Term(
            "Mean day, compounded",
            Form.PERCENT,
            "The daily return that compounds to the same end.",
            "Π(1 + r)^(1/n) − 1",
            "quantstats expected_return",
            Better.HIGHER,
        ),
        "positive_days": Term(
            "Rising days", Form.PERCENT, "Share of days with a return above 0.", "count(r > 0) / n", "quantstats win_rate, without days of 0", Better.HIGHER
        ),
        "mean_gain_day": Term("Mean rising day", Form.PERCENT, "Mean of the daily returns above 0.", "mean(r > 0)", "quantstats avg_win", Better.HIGHER),
        "mean_loss_day": Term("Mean falling day", Form.PERCENT, "Mean of the daily returns below 0.", "mean(r < 0)", "quantstats avg_loss", Better.HIGHER),
        "longest_rising_run": Term("Longest run of rising days", Form.COUNT, "Most days above 0 in a row.", "", "quantstats consecutive_wins", Better.HIGHER),
        "longest_falling_run": Term(
            "Longest run of falling days", Form.COUNT, "Most days below 0 in a row.", "", "quantstats consecutive_losses", Better.LOWER
        ),
        "best_week": Term(
            "Best week", Form.PERCENT, "Highest return of a calendar week.", "max Π(1 + r) − 1 by ISO week", "empyrical aggregate_returns", Better.HIGHER
        ),
        "worst_week": Term(
            "Worst week", Form.PERCENT, "Lowest return of a calendar week.", "min Π(1 + r) − 1 by ISO week", "empyrical aggregate_returns", Better.HIGHER
        ),
        "positive_weeks": Term("Rising weeks", Form.PERCENT, "Share of weeks with a return above 0.", "", "", Better.HIGHER),
        "best_month": Term(
            "Best month", Form.PERCENT, "Highest return of a calendar month.", "max Π(1 + r) − 1 by month", "empyrical aggregate_returns", Better.HIGHER
        ),
        "worst_month": Term(
            "Worst month", Form.PERCENT, "Lowest return of a calendar month.", "min Π(1 + r) − 1 by month", "empyrical aggregate_returns", Better.HIGHER
        ),
        "mean_month": Term("Mean month", Form.PERCENT, "Arithmetic mean of the monthly returns.", "mean by month", "", Better.HIGHER),
        "positive_months": Term("Rising months", Form.PERCENT, "Share of months with a return above 0.", "", "", Better.HIGHER),
        "best_quarter": Term("Best quarter", Form.PERCENT, "Highest return of a calendar quarter.", "", "", Better.HIGHER),
        "worst_quarter": Term("Worst quarter", Form.PERCENT, "Lowest return of a calendar quarter.", "", "", Better.HIGHER),
        "best_year": Term(
            "Best year", Form.PERCENT, "Highest return of a calendar year, begun ones included.", "", "empyrical aggregate_returns", Better.HIGHER
        ),
        "worst_year": Term(
            "Worst year", Form.PERCENT, "Lowest return of a calendar year, begun ones included.", "", "empyrical aggregate_returns", Better.HIGHER
        ),
        "positive_years": Term("Rising years", Form.PERCENT, "Share of years with a return above 0.", "", "", Better.HIGHER),
        "best_rolling_year": Term(
            "Best twelve months", Form.PERCENT, "Highest return of any window of a year.", "max of rolling Π(1 + r) − 1", "", Better.HIGHER
        ),
        "worst_rolling_year": Term(
            "Worst twelve months",
            Form.PERCENT,
            "Lowest return of any window of a year: what entering at the worst moment meant.",
            "min of rolling Π(1 + r) − 1",
            "",
            Better.HIGHER,
        ),
        "best_month_share": Term(
            "Share of the best month",
            Form.PERCENT,
            "The best month's part of all rising months together; near 100 %, one month carries the result.",
            "max(month) / Σ max(month, 0)",
            "",
            Better.LOWER,
        ),
        "autocorrelation": Term(
            "Autocorrelation", Form.RATIO, "How much a day's return repeats that of the day before, −1 to 1.", "corr(rₜ, rₜ₋₁)", "", Better.NEITHER
        ),
    },
    "Tails and falls": {
        "downside_deviation": Term(
            "Downside deviation",
            Form.PERCENT,
            "Volatility a year of the returns below 0 alone.",
            "√mean(min(r, 0)²) × √year",
            "empyrical downside_risk",
            Better.LOWER,
        ),
        "downside_potential": Term("Downside potential", Form.PERCENT, "Mean daily shortfall below 0.", "mean(max(−r, 0))", "Bacon (2008)", Better.LOWER),
        "upside_potential": Term("Upside potential", Form.PERCENT, "Mean daily gain above 0.", "mean(max(r, 0))", "Bacon (2008)", Better.HIGHER),
        "downside_frequency": Term("Falling days", Form.PERCENT, "Share of days with a return below 0.", "count(r < 0) / n", "Bacon (2008)", Better.LOWER),
        "upside_frequency": Term(
            "Days above 0", Form.PERCENT, "Share of days above the required return, 0 by default.", "count(r > 0) / n", "Bacon (2008)", Better.HIGHER
        ),
        "mean_absolute_deviation": Term(
            "Mean absolute deviation", Form.PERCENT, "Mean distance of the daily returns from their mean.", "mean(|r − mean(r)|)", "Bacon (2008)", Better.LOWER
        ),
        "value_at_risk_99": Term(
            "Value at risk, 99 %",
            Form.PERCENT,
            "The daily return that one day in a hundred stays below.",
            "1 % quantile of r, interpolated",
            "empyrical value_at_risk",
            Better.HIGHER,
        ),
        "expected_shortfall_99": Term(
            "Expected shortfall, 99 %",
            Form.PERCENT,
            "Mean of the worst hundredth of days.",
            "mean of the worst 1 % of r",
            "empyrical conditional_value_at_risk",
            Better.HIGHER,
        ),
        "parametric_value_at_risk_95": Term(
            "Value at risk, 95 %, normal",
            Form.PERCENT,
            "The same if returns were normally distributed.",
            "μ − 1.645 σ",
            "quantstats value_at_risk",
            Better.HIGHER,
        ),
        "parametric_value_at_risk_99": Term(
            "Value at risk, 99 %, normal", Form.PERCENT, "The same for one day in a hundred.", "μ − 2.326 σ", "quantstats value_at_risk", Better.HIGHER
        ),
        "parametric_expected_shortfall_95": Term(
            "Expected shortfall, 95 %, normal",
            Form.PERCENT,
            "Mean of the worst twentieth if returns were normally distributed.",
            "μ − σ φ(z) / 0.05",
            "quantstats conditional_value_at_risk",
            Better.HIGHER,
        ),
        "modified_value_at_risk_95": Term(
            "Value at risk, 95 %, Cornish–Fisher",
            Form.PERCENT,
            "The normal one corrected for skewness and kurtosis.",
            "μ + σ × (z + (z² − 1)S/6 + (z³ − 3z)(K − 3)/24 − (2z³ − 5z)S²/36)",
            "Favre and Galeano (2002); PerformanceAnalytics VaR modified",
            Better.HIGHER,
        ),
        "modified_value_at_risk_99": Term(
            "Value at risk, 99 %, Cornish–Fisher",
            Form.PERCENT,
            "The same for one day in a hundred.",
            "as at 95 %, z = −2.326",
            "Favre and Galeano (2002)",
            Better.HIGHER,
        ),
        "pain_index": Term(
            "Pain index", Form.PERCENT, "Mean depth below the peak over all days.", "mean(|depth|)", "PerformanceAnalytics PainIndex", Better.LOWER
        ),
        "drawdown_at_risk_95": Term(
            "Drawdown at risk, 95 %",
            Form.PERCENT,
            "Mean of the deepest twentieth of daily depths.",
            "mean of the worst 5 % of depth",
            "Chekhlov, Uryasev and Zabarankin (2005)",
            Better.HIGHER,
        ),
        "under_water": Term("Time under water", Form.PERCENT, "Share of days below an earlier peak.", "count(depth < 0) / n", "", Better.LOWER),
        "drawdowns": Term("Falls", Form.COUNT, "Falls from a peak, however small.", "count", "", Better.LOWER),
        "current_drawdown": Term("Drawdown at the end", Form.PERCENT, "Depth below the peak on the last day.", "equity / peak − 1", "", Better.HIGHER),
        "longest_recovery_days": Term(
            "Longest recovery", Form.DAYS, "Calendar days from the deepest point of a fall to its recovery, or to the end.", "", "", Better.LOWER
        ),
        "deepest_drawdown_days": Term(
            "Length of the deepest fall", Form.DAYS, "Calendar days from peak to recovery of the deepest fall.", "", "", Better.LOWER
        ),
        "tail_ratio": Term("Tail ratio", Form.RATIO, "Size of the best days over that of the worst.", "|Q95| / |Q5|", "empyrical tail_ratio", Better.HIGHER),
        "rachev_ratio": Term(
            "Rachev ratio",
            Form.RATIO,
            "Mean of the best twentieth of days over that of the worst.",
            "ES(−r) / ES(r) at 5 %",
            "Biglova and others (2004)",
            Better.HIGHER,
        ),
        "outlier_win_ratio": Term(
            "Outlier gains",
            Form.RATIO,
            "How much larger the best days are than a usual gain.",
            "Q99 / mean(r ≥ 0)",
            "quantstats outlier_win_ratio",
            Better.NEITHER,
        ),
        "outlier_loss_ratio": Term(
            "Outlier losses",
            Form.RATIO,
            "How much larger the worst days are than a usual loss.",
            "Q1 / mean(r < 0)",
            "quantstats outlier_loss_ratio",
            Better.LOWER,
        ),
    },
    "Ratios": {
        "smart_sharpe": Term(
            "Smart Sharpe", Form.RATIO, "Sharpe ratio punished for autocorrelation.", "SR / √(1 + 2 Σ (n − k)/n |ρ|ᵏ)", "quantstats smart_sharpe", Better.HIGHER
        ),
        "adjusted_sharpe": Term(
            "Adjusted Sharpe",
            Form.RATIO,
            "Sharpe ratio punished for negative skewness and fat tails.",
            "SR × (1 + S/6 SR − (K − 3)/24 SR²), SR a year",
            "Pézier and White (2006)",
            Better.HIGHER,
        ),
        "geometric_sharpe": Term(
            "Sharpe, compounded",
            Form.RATIO,
            "Return a year over volatility a year.",
            "CAGR / (σ √year)",
            "PerformanceAnalytics SharpeRatio.annualized",
            Better.HIGHER,
        ),
        "smart_sortino": Term(
            "Smart Sortino", Form.RATIO, "Sortino ratio punished for autocorrelation.", "Sortino / the same penalty", "quantstats smart_sortino", Better.HIGHER
        ),
        "adjusted_sortino": Term(
            "Sortino over √2", Form.RATIO, "Sortino ratio made comparable with a Sharpe ratio.", "Sortino / √2", "quantstats adjusted_sortino", Better.HIGHER
        ),
        "gain_to_pain": Term(
            "Gain to pain",
            Form.RATIO,
            "Sum of daily returns over the sum of the losses.",
            "Σ r / Σ max(−r, 0)",
            "Schwager (2012); quantstats gain_to_pain_ratio",
            Better.HIGHER,
        ),
        "gain_to_pain_months": Term(
            "Gain to pain, months",
            Form.RATIO,
            "Sum of monthly returns over the sum of the losses; above 1 is good.",
            "the same by month",
            "Schwager (2012)",
            Better.HIGHER,
        ),
        "common_sense_ratio": Term(
            "Common sense ratio", Form.RATIO, "Gains over losses, times the tail ratio.", "omega × tail ratio", "quantstats common_sense_ratio", Better.HIGHER
        ),
        "kappa_3": Term(
            "Kappa 3",
            Form.RATIO,
            "Mean return over the cube root of the third lower partial moment.",
            "mean(r) / ∛mean(max(−r, 0)³)",
            "Kaplan and Knowles (2004)",
            Better.HIGHER,
        ),
        "upside_potential_ratio": Term(
            "Upside potential ratio",
            Form.RATIO,
            "Upside potential over downside deviation.",
            "mean(max(r, 0)) / √mean(min(r, 0)²)",
            "Sortino, van der Meer and Plantinga (1999)",
            Better.HIGHER,
        ),
        "bernardo_ledoit": Term(
            "Bernardo–Ledoit ratio", Form.RATIO, "Sum of gains over sum of losses.", "Σ max(r, 0) / Σ max(−r, 0)", "Bernardo and Ledoit (2000)", Better.HIGHER
        ),
        "d_ratio": Term(
            "D-ratio",
            Form.RATIO,
            "Losses times their number over gains times their number; 0 is best.",
            "n₋ Σ losses / (n₊ Σ gains)",
            "Bacon (2008)",
            Better.LOWER,
        ),
        "payoff_ratio": Term(
            "Payoff of days", Form.RATIO, "Mean rising day over mean falling day.", "mean(r > 0) / |mean(r < 0)|", "quantstats payoff_ratio", Better.HIGHER
        ),
        "cpc_index": Term(
            "CPC index",
            Form.RATIO,
            "Gains over losses × share of rising days × payoff; above 1.2 is good.",
            "omega × rising days × payoff",
            "quantstats cpc_index",
            Better.HIGHER,
        ),
        "pain_ratio": Term(
            "Pain ratio", Form.RATIO, "Return a year over the pain index.", "CAGR / pain index", "PerformanceAnalytics PainRatio", Better.HIGHER
        ),
        "martin_ratio": Term(
            "Martin ratio", Form.RATIO, "Return a year over the ulcer index.", "CAGR / ulcer index", "Martin and McCann (1989)", Better.HIGHER
        ),
        "sterling_ratio": Term(
            "Sterling ratio",
            Form.RATIO,
            "Return a year over the deepest fall and ten per cent more.",
            "CAGR / (|deepest| + 0.1)",
            "PerformanceAnalytics SterlingRatio",
            Better.HIGHER,
        ),
        "burke_ratio": Term(
            "Burke ratio",
            Form.RATIO,
            "Return a year over the root of the sum of squared falls.",
            "CAGR / √(Σ depth² of the falls)",
            "Burke (1994)",
            Better.HIGHER,
        ),
        "return_on_exposure": Term(
            "Return on time invested",
            Form.PERCENT,
            "Return a year over the share of days with a return.",
            "CAGR / share of r ≠ 0",
            "quantstats rar, exposure not rounded up",
            Better.HIGHER,
        ),
    },
    "Against holding": {
        "alpha": Term(
            "Alpha a year",
            Form.PERCENT,
            "What the benchmark does not explain, a year.",
            "(1 + mean(r − β b))^year − 1",
            "Jensen (1968); empyrical alpha",
            Better.HIGHER,
        ),
        "beta": Term("Beta", Form.RATIO, "How much of the benchmark's moves the strategy made.", "cov(r, b) / var(b)", "empyrical beta", Better.NEITHER),
        "up_beta": Term("Beta, rising days", Form.RATIO, "Beta on the days on which the benchmark rose.", "", "empyrical up_alpha_beta", Better.HIGHER),
        "down_beta": Term("Beta, falling days", Form.RATIO, "Beta on the days on which the benchmark fell.", "", "empyrical down_alpha_beta", Better.LOWER),
        "correlation": Term("Correlation", Form.RATIO, "With the benchmark's daily returns, −1 to 1.", "corr(r, b)", "", Better.NEITHER),
        "r_squared": Term("R²", Form.RATIO, "Share of the variance that the benchmark explains.", "corr(r, b)²", "quantstats r_squared", Better.NEITHER),
        "active_return": Term(
            "Active return a year",
            Form.PERCENT,
            "Return a year less that of the benchmark.",
            "CAGR − CAGR of b",
            "PerformanceAnalytics ActivePremium",
            Better.HIGHER,
        ),
        "tracking_error": Term(
            "Tracking error",
            Form.PERCENT,
            "Deviation of the difference of daily returns, a year.",
            "σ(r − b) × √year",
            "PerformanceAnalytics TrackingError",
            Better.NEITHER,
        ),
        "information_ratio": Term(
            "Information ratio",
            Form.RATIO,
            "Mean of the difference over its deviation, a year.",
            "mean(r − b) / σ(r − b) × √year",
            "empyrical excess_sharpe × √year",
            Better.HIGHER,
        ),
        "appraisal_ratio": Term(
            "Appraisal ratio",
            Form.RATIO,
            "Mean over deviation of what beta leaves, a year.",
            "mean(r − β b) / σ(r − β b) × √year",
            "Treynor and Black (1973)",
            Better.HIGHER,
        ),
        "treynor_ratio": Term("Treynor ratio", Form.RATIO, "Return a year over beta.", "CAGR / β", "Treynor (1965)", Better.HIGHER),
        "modigliani": Term(
            "M²", Form.PERCENT, "Return a year at the benchmark's volatility.", "SR × σ(b) × √year", "Modigliani and Modigliani (1997)", Better.HIGHER
        ),
        "capture": Term("Capture", Form.RATIO, "Return a year over that of the benchmark.", "CAGR / CAGR of b", "empyrical capture", Better.HIGHER),
        "up_capture": Term("Up capture", Form.RATIO, "Capture on the days on which the benchmark rose.", "", "empyrical up_capture", Better.HIGHER),
        "down_capture": Term(
            "Down capture", Form.RATIO, "Capture on the days on which the benchmark fell; below 1 is good.", "", "empyrical down_capture", Better.LOWER
        ),
        "up_down_capture": Term("Up over down capture", Form.RATIO, "Up capture over down capture.", "", "empyrical up_down_capture", Better.HIGHER),
        "batting_average": Term(
            "Batting average", Form.PERCENT, "Share of days better than the benchmark's.", "count(r > b) / n", "empyrical batting_average", Better.HIGHER
        ),
    },
    "Trades in depth": {
        "median_trade": Term("Median trade", Form.MONEY, "Half of the trades made more.", "median(profit)", "", Better.HIGHER),
        "trade_deviation": Term("Deviation of trades", Form.MONEY, "Sample deviation of the profits.", "σ(profit), ddof 1", "", Better.LOWER),
        "mean_trade_return": Term(
            "Mean return of a trade", Form.PERCENT, "Mean profit over the notional at entry.", "mean(return)", "backtesting.py Expectancy", Better.HIGHER
        ),
        "best_trade_return": Term(
            "Best return of a trade", Form.PERCENT, "Highest profit over the notional at entry.", "max(return)", "backtesting.py Best Trade", Better.HIGHER
        ),
        "worst_trade_return": Term(
            "Worst return of a trade", Form.PERCENT, "Lowest profit over the notional at entry.", "min(return)", "backtesting.py Worst Trade", Better.HIGHER
        ),
        "geometric_trade_return": Term(
            "Mean return, compounded",
            Form.PERCENT,
            "The return of each trade that compounds to the same end.",
            "Π(1 + return)^(1/n) − 1",
            "backtesting.py Avg. Trade",
            Better.HIGHER,
        ),
        "trades_a_year": Term("Trades a year", Form.RATIO, "Closed trades in a year of return days.", "trades × year / days", "", Better.NEITHER),
        "longest_trade_bars": Term("Longest trade", Form.COUNT, "Most candles between entry and exit.", "max(bars)", "", Better.NEITHER),
        "mean_winning_bars": Term("Mean bars won", Form.RATIO, "Mean candles of the trades that won.", "mean(bars, profit > 0)", "", Better.NEITHER),
        "mean_losing_bars": Term("Mean bars lost", Form.RATIO, "Mean candles of the trades that lost.", "mean(bars, profit < 0)", "", Better.LOWER),
        "mean_winning_run": Term("Mean run won", Form.RATIO, "Mean number of winning trades in a row.", "", "", Better.HIGHER),
        "mean_losing_run": Term("Mean run lost", Form.RATIO, "Mean number of losing trades in a row.", "", "", Better.LOWER),
        "runs_score": Term(
            "Score of streaks",
            Form.RATIO,
            "Deviations of the number of runs from chance; below −2, wins and losses come in streaks.",
            "(runs − expected) / σ",
            "Wald and Wolfowitz (1940)",
            Better.NEITHER,
        ),
        "break_even_win_rate": Term(
            "Break-even win rate", Form.PERCENT, "Win rate at which this mean win and loss give nothing.", "1 / (1 + win / loss)", "", Better.LOWER
        ),
        "best_trade_share": Term(
            "Share of the best trade",
            Form.PERCENT,
            "The best trade's part of all that was won; near 100 %, one trade carries the result.",
            "max(profit) / Σ max(profit, 0)",
            "",
            Better.LOWER,
        ),
        "profit_concentration": Term(
            "Concentration of gains",
            Form.RATIO,
            "1 where one trade made all, 1/n where n made the same.",
            "Σ (gain / Σ gains)²",
            "Herfindahl (1950)",
            Better.LOWER,
        ),
        "profit_without_best": Term(
            "Profit without the best trade", Form.MONEY, "What all other trades made together.", "Σ profit − max(profit)", "", Better.HIGHER
        ),
        "long_trades": Term("Long trades", Form.COUNT, "Closed trades that were long.", "", "", Better.NEITHER),
        "short_trades": Term("Short trades", Form.COUNT, "Closed trades that were short.", "", "", Better.NEITHER),
        "long_profit": Term("Profit of longs", Form.MONEY, "Net profit of the long trades.", "", "", Better.HIGHER),
        "short_profit": Term("Profit of shorts", Form.MONEY, "Net profit of the short trades.", "", "", Better.HIGHER),
        "long_win_rate": Term("Win rate of longs", Form.PERCENT, "Share of long trades that won.", "", "", Better.HIGHER),
        "short_win_rate": Term("Win rate of shorts", Form.PERCENT, "Share of short trades that won.", "", "", Better.HIGHER),
        "most_open_trades": Term("Most open at once", Form.COUNT, "Largest number of trades open at once.", "", "freqtrade max_open_trades", Better.NEITHER),
        "mean_adverse_excursion": Term(
            "Mean adverse excursion", Form.PERCENT, "Mean of the worst price each trade saw, from its entry.", "mean(mae)", "Sweeney (1996)", Better.HIGHER
        ),
        "mean_favourable_excursion": Term(
            "Mean favourable excursion", Form.PERCENT, "Mean of the best price each trade saw, from its entry.", "mean(mfe)", "Sweeney (1996)", Better.HIGHER
        ),
        "edge_ratio": Term(
            "Edge ratio",
            Form.RATIO,
            "Favourable over adverse excursion; above 1, entries have an edge.",
            "mean(mfe) / |mean(mae)|",
            "Faith (2007), by the price instead of the ATR",
            Better.HIGHER,
        ),
        "exit_efficiency": Term(
            "Exit efficiency", Form.PERCENT, "What winning trades kept of the best they saw.", "Σ kept / Σ mfe, trades ahead", "", Better.HIGHER
        ),
        "winners_adverse": Term(
            "Winners against",
            Form.PERCENT,
            "How far trades that won went against first, on the mean.",
            "mean(mae, profit > 0)",
            "Sweeney (1996)",
            Better.HIGHER,
        ),
        "losers_favourable": Term(
            "Losers ahead", Form.PERCENT, "How far trades that lost were ahead at best, on the mean.", "mean(mfe, profit < 0)", "Sweeney (1996)", Better.LOWER
        ),
        "cost_share": Term(
            "Costs of the gains",
            Form.PERCENT,
            "Commission, slippage and carry over what winning trades made before them.",
            "costs / Σ max(gross, 0)",
            "",
            Better.LOWER,
        ),
        "costs_a_trade": Term("Costs of a trade", Form.MONEY, "Commission, slippage and carry of a mean trade.", "costs / trades", "", Better.LOWER),
        "costs_of_capital": Term(
            "Costs over the capital", Form.PERCENT, "Commission, slippage and carry over the capital.", "costs / capital", "", Better.LOWER
        ),
    },
}
"""Measures on demand by group, in the order in which they are shown."""
