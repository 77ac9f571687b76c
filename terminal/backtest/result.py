"""What came of a run, as one value: settings, fingerprints, measures, trades and the equity at each close.

Made by `backtest.run`, shown by the window, written by `backtest.report`, kept by `app.runs`. pandas only where it is asked for.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.errors import BadInput
from terminal.domain.orders import ExitReason, Side
from terminal.domain.series import SeriesKey
from terminal.domain.words import count, traded_words

if TYPE_CHECKING:
    import pandas as pd

    from terminal.backtest.evidence import Trials
    from terminal.stats.sample import Sample

SCHEMA = 2
"""Version of a result as JSON, told by its settings: keys are added without a new one; see docs/files.md."""

NO_TIME = np.iinfo(np.int64).min
"""Exit time of a trade that is still open; numpy and pandas read it as "not a time"."""

TRADE_TABLE = np.dtype(
    [
        ("entry_row", np.int64),
        ("exit_row", np.int64),
        ("entry_time", np.int64),
        ("exit_time", np.int64),
        ("side", np.int64),
        ("quantity", np.float64),
        ("entry_price", np.float64),
        ("exit_price", np.float64),
        ("gross", np.float64),
        ("slippage", np.float64),
        ("costs", np.float64),
        ("carry", np.float64),
        ("funding", np.float64),
        ("borrow", np.float64),
        ("dividends", np.float64),
        ("liquidation", np.float64),
        ("profit", np.float64),
        ("return", np.float64),
        ("reason", np.int64),
        ("mae", np.float64),
        ("mfe", np.float64),
        ("stop", np.float64),
        ("target", np.float64),
        ("bars", np.int64),
        ("confidence", np.float64),
        ("entry_note", np.int64),
        ("exit_note", np.int64),
        ("symbol", np.int64),
    ]
)
"""One trade a row, in the order of entry. Rows count within `time` of the result; times are the open of the candle (UTC ns).

Prices are as filled, slippage included. `costs` are the commissions. `gross` is the profit before any cost, at prices without
slippage: `profit` = gross − slippage − costs − carry and `carry` = funding + borrow + dividends (owed) + liquidation, exactly;
and side × quantity × multiplier × (exit − entry price) − costs − carry up to rounding. `return` is the profit over the notional at
entry; `mae` and `mfe` the worst and best price seen, as signed fractions of the entry price. `stop` and `target` are the prices that
the trade was opened with, NaN = none; where they moved to later is not told.
`reason` is an ExitReason, OPEN (0) = not yet left: then `exit_row` is −1 and `exit_price` the last close.
The notes are codes into the result's `reasons`, −1 = none; `symbol` counts the result's `symbol_names`."""


MONEY_COLUMNS = (
    "quantity",
    "entry_price",
    "exit_price",
    "gross",
    "slippage",
    "costs",
    "carry",
    "funding",
    "borrow",
    "dividends",
    "liquidation",
    "profit",
    "return",
)
"""Columns of a trade in the order in which a person reads them."""


def with_levels(table: NDArray[Any]) -> NDArray[Any]:
    """A trade table that was kept before trades told their stop and target, with none of them; any other as it is."""
    names = [name for name in TRADE_TABLE.names or () if name not in ("stop", "target")]
    if list(table.dtype.names or ()) != names:
        return table
    widened = np.zeros(len(table), TRADE_TABLE)
    widened["stop"] = widened["target"] = np.nan
    for name in names:
        widened[name] = table[name]
    return widened


@dataclass(frozen=True, slots=True)
class Note:
    """A line that a strategy wrote with `log`: when (UTC ns, the close of the candle at hand), its words and values."""

    time: int
    words: str
    values: Mapping[str, Any]
    symbol: str = ""
    """The instrument at hand in a run of several."""

    @property
    def told(self) -> str:
        """Its values in words, such as "close 1,234.5 · rows 3"."""
        return " · ".join(
            f"{name} {f'{value:,.6g}'.replace('-', '−') if isinstance(value, float) else value}" for name, value in self.plain()["values"].items()
        )

    def plain(self) -> dict[str, Any]:
        """Its words and values in JSON's own types, a number that is none null; `time` stays UTC ns."""
        values = {str(name): _plain_value(value) for name, value in self.values.items()}
        return {"time": self.time, "words": str(self.words), "values": values} | ({"symbol": self.symbol} if self.symbol else {})


@dataclass(frozen=True, eq=False)
class Result:
    """One finished run. Rates are fractions, money is in quote currency, arrays have one row per traded candle."""

    settings: Mapping[str, Any]
    """Every setting of the run and every convention behind its numbers, defaults included, ready for JSON."""
    fingerprints: Mapping[str, str]
    """Hashes of data, code and parameters, and the versions of what computed them."""
    metrics: Mapping[str, float]
    verdict: str
    """The finding as a sentence, with the numbers of trials known when the run was recorded."""
    candles_key: SeriesKey
    simulated: bool
    """True where the prices are invented."""
    time: NDArray[np.int64]
    """Open of each traded candle, UTC ns."""
    equity_values: NDArray[np.float64]
    """The account's value at the close of each candle."""
    holding: Callable[[], NDArray[np.float64]]
    """Works out `benchmark_values` when they are first asked for."""
    trade_table: NDArray[Any]
    reasons: tuple[str, ...]
    """Words of the strategy's own reasons, by code."""
    daily_returns: NDArray[np.float64]
    daily_days: NDArray[np.int64]
    """UTC day numbers since 1970 of `daily_returns`."""
    saver: "Callable[[Result], str] | None" = None
    log: "tuple[Note, ...]" = ()
    """What an event strategy noted with `log`, in order."""
    symbols: tuple[Mapping[str, Any], ...] = ()
    """Of a run of several instruments a row each, in the order given, ready for JSON; `many_result.SYMBOL_COLUMNS` names what it holds."""

    @cached_property
    def benchmark_values(self) -> NDArray[np.float64]:
        """The same capital held in the instrument from the first price that could be traded, at the same costs."""
        return self.holding()

    @cached_property
    def trades(self) -> "pd.DataFrame":
        """The trades with times in UTC and words for side and reasons; an open trade has no exit time."""
        import pandas as pd

        table = self.trade_table
        columns: dict[str, Any] = {"symbol": [self.symbol_names[code] for code in table["symbol"].tolist()]} if self.symbols else {}
        if self.strategy_of(0):
            columns["strategy"] = [self.strategy_of(code) for code in table["symbol"].tolist()]
        columns |= {name: _utc(table[name]) for name in ("entry_time", "exit_time")}
        columns["side"] = [Side(side).word for side in table["side"].tolist()]
        for name in MONEY_COLUMNS:
            columns[name] = table[name]
        columns["reason"] = [ExitReason(reason).words for reason in table["reason"].tolist()]
        for name in ("mae", "mfe", "stop", "target", "bars", "confidence"):
            columns[name] = table[name]
        for name in ("entry_note", "exit_note"):
            columns[name] = [self.note(code) for code in table[name].tolist()]
        return pd.DataFrame(columns)

    @cached_property
    def sample(self) -> "Sample":
        """What measures on demand are computed from: days, trades and the benchmark, each worked out once it is asked for."""
        from terminal.stats.measures import resample
        from terminal.stats.sample import Sample

        capital, risk_free = float(self.metrics["capital"]), float(self.settings.get("risk_free", 0.0))
        daily = resample(self.time, self.equity_values, capital)
        return Sample(daily, capital, self.trade_table, len(self.time), self.time, holding=lambda: self.benchmark_values, risk_free=risk_free)

    def measure(self, name: str) -> float:
        """The measure of that name, NaN where it can't be known: from `metrics`, or worked out now. docs/measures.md lists all."""
        from terminal.stats.catalogue import measure

        return self.metrics[name] if name in self.metrics else measure(name, self.sample)

    @cached_property
    def details(self) -> Mapping[str, float]:
        """Every measure that is not in `metrics`, by name; some milliseconds."""
        from terminal.stats.catalogue import measures

        return measures(self.sample)

    def with_measures(self, names: Iterable[str]) -> "Result":
        """The same run with the measures of these names among its `metrics`; "all" stands for all of them."""
        wanted = [each for name in names for each in (self.details if name == "all" else (name,))]
        return replace(self, metrics={**self.metrics, **{name: self.measure(name) for name in wanted}})

    @property
    def symbol_names(self) -> tuple[str, ...]:
        """The instruments traded, by the code that trades carry."""
        return tuple(str(row["symbol"]) for row in self.symbols) or (self.candles_key.symbol,)

    @property
    def ticks(self) -> str:
        """The messages it went over, such as "40 trades"; empty where it went over candles."""
        return str(self.settings.get("input", ""))

    @property
    def went_over(self) -> str:
        """What the strategy saw one after the other, such as "26,280 candles" or "40 trades"."""
        return self.ticks or f"{count(len(self.time))} candles"

    @property
    def traded(self) -> str:
        """What it traded, such as "BTC/USDT 1h and 2 more", or "BTC/USDT ticks"."""
        return traded_words(self.candles_key.symbol, "ticks" if self.ticks else self.candles_key.timeframe.value, len(set(self.symbol_names)) - 1)

    @property
    def labels(self) -> tuple[str, ...]:
        """What each of `symbol_names` is called where a person reads it: with its strategy where several share the account."""
        return tuple(f"{row['symbol']} · {row['strategy']}" if "strategy" in row else str(row["symbol"]) for row in self.symbols) or self.symbol_names

    def strategy_of(self, code: int) -> str:
        """Which of several strategies on the account trades by that code of `symbol_names`, "" where there is one."""
        return str(self.symbols[code].get("strategy", "")) if self.symbols else ""

    @cached_property
    def equity(self) -> "pd.Series[float]":
        """The account's value at each close, indexed by the candle's open in UTC."""
        import pandas as pd

        return pd.Series(self.equity_values, index=pd.DatetimeIndex(_utc(self.time), name="time"), name="equity")

    def note(self, code: int) -> str:
        """The words of a reason code, empty for none."""
        return self.reasons[code] if 0 <= code < len(self.reasons) else ""

    def to_json(self) -> str:
        """The run as JSON with the keys settings, fingerprints, metrics, trades, equity, and notes and symbols where there are any."""
        from terminal.backtest.report.document import result_json

        return result_json(self)

    def save(self) -> str:
        """Keeps the run where it came from, and returns its id there; raises BadInput where no store was handed in."""
        if self.saver is None:
            raise BadInput("This result has no store to be saved in.", cure="Run it through `terminal.backtest`, or write `to_json()` to a file.")
        return self.saver(self)

    def judged(self, trials: "Trials") -> "Result":
        """The same run with deflated Sharpe and verdict by the number of `trials` now known."""
        from terminal.backtest.evidence import judged

        metrics, verdict = judged(self.metrics, self.daily_returns, trials, self.simulated)
        return replace(self, metrics=metrics, verdict=verdict)


def _plain_value(value: Any) -> bool | int | float | str | None:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int) else str(value)


def _utc(times: NDArray[np.int64]) -> Any:
    import pandas as pd

    return pd.to_datetime(times.view("datetime64[ns]"), utc=True)
