"""Writes the manual's tables of measures from the glossary: python docs/write_measures.py."""

from pathlib import Path

from terminal.stats.glossary import GROUPS, Better, Form, Term
from terminal.stats.glossary_details import DETAILS

PAGE = Path(__file__).with_name("measures.md")
UNITS = {Form.PERCENT: "fraction", Form.MONEY: "money", Form.RATIO: "number", Form.COUNT: "count", Form.DAYS: "days"}
GOOD = {Better.HIGHER: "higher", Better.LOWER: "lower", Better.NEITHER: "–"}

HEAD = """# Measures

Every run has the measures of the first part, in `result.metrics`, in the JSON, in the window and in the report. Those of the second part are worked out when
they are asked for: `result.measure("treynor_ratio")` for one, `result.details` for all, `outcry backtest … --measures alpha,edge_ratio` (or `all`) in a shell,
the page *Measures* of the Results panel. All together take some milliseconds; a plain run computes none of them.

<!-- the tables are written by docs/write_measures.py from terminal/stats/glossary.py and glossary_details.py -->

## Conventions

- r are the simple returns of UTC days on which there are candles, from the last equity of each; the first counts from the capital. A day on which nothing was
  left has a return of 0. σ is the sample deviation (ddof 1), n the number of days.
- *year* is the number of return days observed in a calendar year: 365 round the clock, about 252 on an exchange, 260 on weekdays. Skewness S and kurtosis K
  (3 for a normal distribution) are population moments.
- Depth is equity over its highest value so far, less 1; the capital is the first peak. Falls and losses are negative, so higher is better there too.
- The risk-free rate (rf) is that of the run, `risk_free`, 0 unless it is set; the required return is 0. A yearly rate is taken off each day as
  rate / year. b are the daily returns of holding.
- What cannot be known is NaN (`null` in JSON, a dash on screen), never 0: every ratio of nothing, the Sharpe ratio of a constant series, Calmar without a fall.
  A deviation that only rounding left counts as 0. Sortino without a losing day is infinite.
- Rates are fractions (0.01 = 1 %); money is in quote currency. Trades are round trips, closed ones unless said otherwise, in the order of entry.

"""

TAIL = """
## Where other libraries differ

`tests/stats/test_peers.py` holds 69 figures of empyrical-reloaded 0.7.1 and quantstats 0.0.86 on the same 620 returns; ours equal them to nine digits after
these steps, and only these:

| measure | theirs | ours |
|---|---|---|
| information ratio | both per day | × √year |
| alpha | quantstats: mean × 252 | compounded, as empyrical |
| Treynor ratio | quantstats: total return over β | return a year over β, as Treynor and PerformanceAnalytics |
| ulcer index, Martin ratio | quantstats: divides by n − 1; total return over it | divides by n; return a year over it, as Martin |
| rising days, CPC index | quantstats: days of exactly 0 are left out | they are days, and did not rise |
| return on time invested | quantstats: exposure rounded up to whole per cents | exact |
| recovery factor | quantstats: size of the *sum* of returns over the deepest fall | compounded return, with its sign |
| Sortino without a losing day | quantstats: NaN | infinite, as empyrical |
| value at risk, expected shortfall | quantstats: normal | historical as empyrical, and the normal one beside it |
| Burke ratio | PerformanceAnalytics: each run of losing days is a fall | falls from peak to recovery |
| Sharpe ratio with a risk-free rate | quantstats: its 252nd root off each day | rate / year, as Chan (2008) |

`stats/conventions.py` gives the statistics of backtesting.py under its own names by its own conventions: yearly return by the geometric mean of days, the
volatility of a compounded year, Sharpe and Sortino over those, alpha and beta of logarithms, profit factor of returns. Freqtrade's expectancy is ours.

`python -m tests.stats.cases` prints every published figure beside ours: Chan, empyrical, Bacon, freqtrade, backtesting.py, PerformanceAnalytics.

## Trades by group, excursions, windows

`stats/breakdown.py`: by side, reason, symbol, hour, weekday, month, year; each part with all trade figures, its costs and its share of the profit (the parts
add up to 1). `stats/excursions.py`: MAE, MFE, edge ratio. `stats/rolling.py`: return, volatility, Sharpe, Sortino, beta and drawdown of a moving window.
`stats/falls.py`: every fall with peak, valley, recovery and depth.

## Monte Carlo

`stats/monte_carlo.py`; values are returns on the starting capital.

| method | what is drawn | answers |
|---|---|---|
| `reshuffle` | all trades, in random orders | every path ends alike: how deep could the fall have been by order alone? |
| `resample_trades` | as many trades, with replacement (Efron 1979) | where could it have ended? |
| `bootstrap` | daily returns in blocks of random length, compounded over 252 periods | the same, keeping what days remember |

The last is the stationary bootstrap of Politis and Romano (1994); the mean block is found by Politis and White (2004) as corrected by Patton, Politis and
White (2009), the figure of `arch.bootstrap.optimal_block_length`, 1 at least. Without another wish there are 10,000 paths. Each has its final return, its
deepest fall and its lowest return; of all: mean, 5th and 95th percentile, mean drawdown, and *ruin*, the share of paths that were ever at −50 % or below,
wherever they ended. The fan is the 1st, 5th, 25th, 50th, 75th, 95th and 99th percentile after each step, drawn when it is asked for.

A path's random numbers (SplitMix64) depend on the seed and the path's number alone: the same seed gives the same paths on any number of threads, and more
paths keep the first ones. What such paths cannot show is a market that was not in the sample.
"""


def page() -> str:
    """The page as it should stand."""
    return HEAD + _tables("## In every run", GROUPS) + _tables("## On demand", DETAILS) + TAIL


def _tables(heading: str, groups: dict[str, dict[str, Term]]) -> str:
    parts = [f"{heading}\n"]
    for group, terms in groups.items():
        parts.append(f"\n### {group}\n\n| name | what it says | formula | unit | good | as |\n|---|---|---|---|---|---|\n")
        parts += [
            f"| `{name}` | {term.title}. {term.meaning} | {_cell(term.formula)} | {UNITS[term.form]} | {GOOD[term.better]} | {_cell(term.source)} |\n"
            for name, term in terms.items()
        ]
    return "".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or "–"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
