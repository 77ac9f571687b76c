"""The shared cases of measures as one table, name by name: python -m tests.stats.cases prints it, `test_cases` demands it."""

import json
import math
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from terminal.stats import benchmark, falls, ratios, returns, tails, trades
from terminal.stats.conventions import backtesting_py
from terminal.stats.drawdown import below_peak
from tests.stats.tables import FIELDS

DAY = 86_400_000_000_000


@dataclass(frozen=True)
class Row:
    """One figure of a case: what it should be, what ours is, and how far apart they may be."""

    case: str
    name: str
    expected: float | str
    own: float
    tolerance: float
    note: str = ""

    @property
    def difference(self) -> float:
        return abs(self.own - self.expected) if isinstance(self.expected, int | float) else 0.0

    @property
    def is_met(self) -> bool:
        if not isinstance(self.expected, str):
            return self.difference <= self.tolerance
        met = {"NaN": math.isnan(self.own), "inf": self.own == math.inf, "0": self.own == 0, "inf or NaN": not math.isfinite(self.own)}
        return met[self.expected]


def rows(shared: Path) -> Iterator[Row]:
    """Every figure of every case about measures."""
    cases = {case["id"]: case for name in ("performance", "backtests", "risk") for case in json.loads((shared / f"cases/{name}.json").read_text())["cases"]}
    yield from _chan(shared, cases["pf-chan-ige"])
    yield from _empyrical(cases["pf-empyrical"])
    yield from _degenerate()
    yield from _bacon(shared, cases["pf-bacon"])
    yield from _freqtrade(shared, cases["pf-ft-trades"])
    yield from _goog(shared, cases["bt-goog-sma"])
    yield from _goog_close(shared, cases["bt-goog-sma-close"])
    yield from _edhec(shared, cases["rk-edhec-var"])


def _chan(shared: Path, case: Any) -> Iterator[Row]:
    closes = pd.read_csv(shared / case["inputs"]["data"]).sort_values("Date")["Adj Close"].to_numpy(float)
    daily = returns.simple_returns(closes, closes[0])[1:]
    own = returns.sharpe(ratios.excess(daily, case["inputs"]["periods"], case["inputs"]["rf_annual"]), case["inputs"]["periods"])
    yield Row(case["id"], "sharpe", case["expected"]["sharpe"], own, 5e-4)


def _empyrical(case: Any) -> Iterator[Row]:
    given, expected = case["inputs"], case["expected"]
    # its None is a day without a return, which only the annual return counts as a day
    known = [value is not None for value in given["mixed"]]
    mixed = np.array([value for value in given["mixed"] if value is not None])
    positive, negative, weekly, market = (np.array(given[name]) for name in ("positive", "negative", "weekly", "benchmark"))
    grown, year = returns.compound_annual_growth(mixed, 252 * 8 / 9), math.sqrt(252)
    deepest = float(np.min(below_peak(np.cumprod(1 + mixed), 1.0)))
    own = {
        "annual_return mixed daily": grown,
        "annual_return weekly": returns.compound_annual_growth(weekly, 52),
        "annual_return monthly": returns.compound_annual_growth(weekly, 12),
        "annual_volatility mixed daily": returns.volatility(mixed, 252),
        "annual_volatility weekly": returns.volatility(weekly, 52),
        "max_drawdown mixed": deepest,
        "max_drawdown negative": float(np.min(below_peak(np.cumprod(1 + negative), 1.0))),
        "calmar mixed": grown / -deepest,
        "sharpe mixed": returns.sharpe(mixed, 252),
        "sharpe mixed minus benchmark": benchmark.information_ratio(mixed, market[known], 252),
        "sharpe positive": returns.sharpe(positive, 252),
        "sortino mixed": returns.sortino(mixed, 252),
        "sortino negative": returns.sortino(negative, 252),
        "downside_risk mixed": ratios.downside_deviation(mixed) * year,
        "omega mixed with risk free 1% per day, required 0": returns.omega(mixed - 0.01),
        "stability mixed": returns.stability(np.cumprod(1 + mixed)) / 100,
        "cum_returns_final mixed": float(np.prod(1 + mixed)) - 1,
    }
    # this one figure of the case has seven printed digits
    for name, value in expected.items():
        yield Row(case["id"], name, value, own[name], (1e-6 if name != "max_drawdown negative" else 2e-7) * abs(value))


def _degenerate() -> Iterator[Row]:
    case, none, one = "pf-degenerate", np.zeros(0), np.array([0.01])
    constant, flat, rising = np.full(9, 0.01), np.zeros(9), np.array([0.01, 0.0, 0.02, 0.01])
    every: dict[str, Callable[[np.ndarray], float]] = {
        "sharpe": lambda r: returns.sharpe(r, 252),
        "sortino": lambda r: returns.sortino(r, 252),
        "omega": returns.omega,
        "tail ratio": tails.tail_ratio,
        "information": lambda r: benchmark.information_ratio(r, r, 252),
        "kappa": ratios.kappa,
        "annual return": lambda r: returns.compound_annual_growth(r, 252),
        "treynor": lambda r: benchmark.treynor_ratio(r, r, 252),
    }
    for name, function in every.items():
        yield Row(case, f"empty: {name}", "NaN", function(none), 0)
    yield Row(case, "one return of 1 %: sharpe", "NaN", returns.sharpe(one, 252), 0)
    yield Row(case, "one return of 1 %: sortino", "NaN", returns.sortino(one, 252), 0)
    yield Row(case, "one return of 1 %: max drawdown", "0", float(np.min(below_peak(np.cumprod(1 + one), 1.0))), 0)
    yield Row(case, "all zero: sharpe", "NaN", returns.sharpe(flat, 252), 0)
    yield Row(case, "all zero: sortino", "NaN", returns.sortino(flat, 252), 0)
    yield Row(case, "constant 1 %: sharpe", "inf or NaN", returns.sharpe(constant, 252), 0)
    yield Row(case, "return equal to benchmark: sharpe of the difference", "NaN", benchmark.information_ratio(rising, rising.copy(), 252), 0)
    yield Row(case, "never negative: sortino", "inf", returns.sortino(rising, 252), 0)
    deepest = float(np.min(below_peak(np.cumprod(1 + rising), 1.0)))
    yield Row(case, "never negative: calmar", "NaN", math.nan if deepest == 0 else 1 / deepest, 0)


def _bacon(shared: Path, case: Any) -> Iterator[Row]:
    monthly = pd.read_csv(shared / case["inputs"]["data"]).iloc[:, 1].to_numpy(float)
    required = case["inputs"]["MAR_monthly"]
    own = {
        "BernardoLedoitRatio": ratios.bernardo_ledoit(monthly),
        "DownsideDeviation": ratios.downside_deviation(monthly, required),
        "DownsidePotential": ratios.downside_potential(monthly, required),
        "DownsideFrequency": ratios.downside_frequency(monthly, required),
        "UpsideFrequency": ratios.upside_frequency(monthly, required),
        "MeanAbsoluteDeviation": ratios.mean_absolute_deviation(monthly),
        "PainIndex": falls.pain_index(below_peak(np.cumprod(1 + monthly), 1.0)),
        "DRatio": ratios.d_ratio(monthly),
    }
    digits = {"BernardoLedoitRatio": 2, "DownsideDeviation": 4, "DownsidePotential": 4, "PainIndex": 2}
    for name, value in case["expected"].items():
        yield Row(case["id"], name, value, own[name], 10.0 ** -digits.get(name, 3))


def _freqtrade(shared: Path, case: Any) -> Iterator[Row]:
    table, expected = pd.read_csv(shared / case["inputs"]["data"]), case["expected"]
    found = trades.figures(table["profit_abs"].to_numpy(float))
    opened, closed = (
        pd.to_datetime(table[name]).dt.tz_convert(None).to_numpy().astype("datetime64[ns]").astype(np.int64) for name in ("open_date", "close_date")
    )
    yield Row(case["id"], "trades", expected["trades"], found.trades, 0)
    yield Row(case["id"], "expectancy_abs", expected["expectancy_abs"], found.expectancy, 1e-9 * expected["expectancy_abs"])
    yield Row(case["id"], "expectancy_ratio", expected["expectancy_ratio"], found.expectancy_ratio, 1e-9)
    yield Row(case["id"], "max_open_trades", expected["max_open_trades"], trades.most_open(opened, closed), 0)


def _goog(shared: Path, case: Any) -> Iterator[Row]:
    """From the case's own list of trades, so that nothing but the statistics is at stake."""
    from tests.backtest.test_against_others import daily

    goog = daily(shared, "backtesting_py/GOOG.csv.gz", "GOOG")
    listed = np.array(case["expected"]["trades"]["rows"])
    table = np.zeros(len(listed), FIELDS)
    size, table["entry_row"], table["exit_row"], table["entry_price"], table["exit_price"], table["profit"] = listed.T
    table["return"] = np.sign(size) * (table["exit_price"] / table["entry_price"] - 1)
    equity = np.full(len(goog), 10_000.0)
    for amount, trade in zip(size, table, strict=True):
        inside = slice(trade["entry_row"], trade["exit_row"])
        equity[inside] += amount * (goog.close[inside] - trade["entry_price"])
        equity[trade["exit_row"] :] += trade["profit"]
    yield from _beside(case["id"], case["expected"]["stats"], backtesting_py(goog.time, equity, goog.close, table, warm_up=29))


def _goog_close(shared: Path, case: Any) -> Iterator[Row]:
    """From our own run; only the last order differs: theirs fills at the close before the last one, ours stays open and is marked."""
    from tests.backtest.test_against_others import crossing, daily

    goog = daily(shared, "backtesting_py/GOOG.csv.gz", "GOOG")
    result = crossing(goog, 10, 30, size="99.99%", size_at="fill", fill_at="close", close_at_end=True)
    table, equity = result.trade_table.copy(), result.equity_values.copy()
    last = table[-1]
    late = float(last["side"] * last["quantity"]) * (goog.close[-2] - goog.close[-1])
    last["profit"] += late
    last["return"] += late / (last["quantity"] * last["entry_price"])
    last["exit_row"] -= 1
    equity[-1] += late
    found = backtesting_py(goog.time, equity, goog.close, table, warm_up=29)
    span = {"Duration", "Start", "End"}
    yield from _beside(case["id"], {name: value for name, value in case["expected"].items() if name not in span}, found)


def _beside(case: str, expected: dict[str, Any], own: dict[str, float]) -> Iterator[Row]:
    for name, value in expected.items():
        number = float(re.match(r"\d+", value).group()) if isinstance(value, str) else float(value)  # type: ignore[union-attr]
        yield Row(case, name, number, own[name], 1e-6 * max(abs(number), 1e-9))


def _edhec(shared: Path, case: Any) -> Iterator[Row]:
    table = pd.read_csv(shared / case["inputs"]["data"])
    for column in case["inputs"]["columns"]:
        monthly = table[column].to_numpy(float)
        own = {
            "modified": tails.modified_value_at_risk(monthly),
            "gaussian": tails.gaussian_value_at_risk(monthly),
            "historical": returns.value_at_risk(monthly),
        }
        for name, value in case["expected"][column].items():
            yield Row(case["id"], f"{column}: {name}", value, -own[name], 1e-6)


def main() -> int:
    """Prints the table; 1 where a figure is missed."""
    shared = Path(os.environ.get("OUTCRY_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    missed = 0
    for row in rows(shared):
        expected = row.expected if isinstance(row.expected, str) else f"{row.expected:.10g}"
        missed += not row.is_met
        print(f"{row.case:<18} {row.name:<52} {expected:>16} {row.own:>18.10g} {row.difference:>10.2e}{'' if row.is_met else '  MISSED'}")  # noqa: T201
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
