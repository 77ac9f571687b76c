"""Random array strategies beside the same decisions asked for order by order: do the compiled and the event path agree to the byte?

`python -m tests.backtest.parity --runs 200 --seed 1` prints how many runs, trades and differences there were.
"""

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from terminal.backtest.result import Result
from terminal.backtest.run import backtest
from terminal.domain.candles import Candles, Provenance
from terminal.domain.instrument import Instrument
from terminal.domain.orders import ExitReason
from terminal.domain.signals import Price, Signals
from terminal.domain.timeframe import Timeframe
from terminal.strategies.contract import Strategy

REAL = (
    ("crypto/binance_btcusdt_1h.parquet", Timeframe.H1, "0.01", "0.00001"),
    ("crypto/binance_ethusdt_1h.parquet", Timeframe.H1, "0.01", "0.0001"),
    ("crypto/bitfinex_btcusd_1m_2016.parquet", Timeframe.M1, "0.01", "0.0001"),
    ("crypto/freqtrade_xrp_eth-5m.parquet", Timeframe.M5, "0.00000001", "1"),
)
"""Real candles in the shared data, with a grid that their prices lie on."""
SIZES = ("100%", "50%", "cash 3000", "risk 1%", "quantity 5", "quantity 80")
COLUMNS = ("entry_row", "exit_row", "entry_time", "exit_time", "side", "quantity", "entry_price", "exit_price")
COLUMNS += ("gross", "slippage", "costs", "profit", "return", "mae", "mfe", "bars")
COUNTS = ("cut", "unaffordable", "too_small", "stops_passed")


@dataclass(frozen=True, eq=False)
class Case:
    """Candles, what is decided on each of them, and the settings of the run. Fractions are kept as the texts a user writes."""

    candles: Candles
    conditions: dict[str, np.ndarray]
    stops: list[Any]
    targets: list[Any]
    trails: list[Any]
    sizes: np.ndarray
    options: dict[str, Any]

    def signals(self) -> Signals:
        """The decisions as arrays."""
        return Signals(
            **self.conditions,
            stop_loss=_column(self.stops),
            take_profit=_column(self.targets),
            trailing_stop=_column(self.trails),
            size=self.sizes,
        )


def _column(levels: list[Any]) -> Any:
    """A list of None and of either texts such as "2%" or prices, as a strategy of arrays gives it."""
    if any(isinstance(level, float) for level in levels):
        return Price(np.array([np.nan if level is None else level for level in levels]))
    return np.array([np.nan if level is None else float(level[:-1]) / 100 for level in levels])


class Asking(Strategy):
    """Asks order by order, like a user, for what a case's arrays decide."""

    case: Case

    def on_start(self) -> None:
        self.row = -1

    def on_candle(self, candle: Any) -> None:
        self.row += 1
        wishes = {name: bool(column[self.row]) for name, column in self.case.conditions.items()}
        if wishes["enter_long"] and wishes["enter_short"]:
            wishes["enter_long"] = wishes["enter_short"] = False
        enters_long = wishes["enter_long"] and not wishes["exit_long"]
        enters_short = wishes["enter_short"] and not wishes["exit_short"]
        held = self.position
        exits = wishes["exit_long"] if held.is_long else wishes["exit_short"]
        leaves = not held.is_flat and (exits or (enters_short if held.is_long else enters_long))
        if leaves:
            self.close()
        if (held.is_flat or leaves) and (enters_long or enters_short):
            self.enter(1 if enters_long else -1)

    def enter(self, side: int) -> None:
        """One entry with its bracket."""
        case, row = self.case, self.row
        order: dict[str, Any] = {"stop_loss": case.stops[row], "take_profit": case.targets[row], "trailing_stop": case.trails[row]}
        if not np.isnan(case.sizes[row]):
            order["percent"] = float(case.sizes[row])
        (self.buy if side > 0 else self.sell)(**order)


@dataclass
class Tally:
    """What was compared, and what differed."""

    runs: int = 0
    trades: int = 0
    candles: int = 0
    exits: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    def add(self, case: Case) -> None:
        """Runs a case both ways and notes what differs."""
        result, found = compare(case)
        self.runs += 1
        self.trades += len(result.trade_table)
        self.candles += len(case.candles)
        for reason in result.trade_table["reason"].tolist():
            words = ExitReason(reason).words
            self.exits[words] = self.exits.get(words, 0) + 1
        self.differences += [f"{case.candles.instrument.symbol} {case.options}: {words}" for words in found]


def compare(case: Case) -> tuple[Result, list[str]]:
    """The compiled result, and where the event path's differs from it by a byte.

    An order cannot know that it reverses: "reversal" counts as "signal".
    """

    class Arrays(Strategy):
        def signals(self, candles: Candles) -> Signals:
            return case.signals()

    class Events(Asking):
        pass

    Events.case = case
    compiled, asked = backtest(Arrays, case.candles, **case.options), backtest(Events, case.candles, **case.options)
    found = []
    if len(compiled.trade_table) != len(asked.trade_table):
        found.append(f"{len(compiled.trade_table)} trades, {len(asked.trade_table)} by events")
    for name in COLUMNS:
        one, other = compiled.trade_table[name], asked.trade_table[name]
        if len(one) == len(other) and one.tobytes() != other.tobytes():
            row = int(np.flatnonzero(one.view(np.uint64) != other.view(np.uint64))[0]) if one.itemsize == 8 else 0
            found.append(f"`{name}` of trade {row}: {one[row]} by arrays, {other[row]} by events")
    reasons = np.where(compiled.trade_table["reason"] == ExitReason.REVERSAL, ExitReason.SIGNAL, compiled.trade_table["reason"])
    if len(reasons) == len(asked.trade_table) and not np.array_equal(reasons, asked.trade_table["reason"]):
        found.append("reasons differ")
    if compiled.equity_values.tobytes() != asked.equity_values.tobytes():
        row = int(np.flatnonzero(compiled.equity_values != asked.equity_values)[0])
        found.append(f"equity at candle {row}: {compiled.equity_values[row]!r} by arrays, {asked.equity_values[row]!r} by events")
    found += [f"`{name}` counted differently" for name in COUNTS if compiled.metrics[name] != asked.metrics[name]]
    return compiled, found


def random_candles(random: np.random.Generator, rows: int, tick: str | None = None, lot: str | None = "0.001") -> Candles:
    """Invented candles with gaps, on a tick grid where one is given, so that levels and prices often meet exactly."""
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.01, rows)))
    open_ = np.concatenate(([100.0], close[:-1])) * np.exp(random.normal(0, 0.004, rows))
    high = np.maximum(open_, close) * np.exp(np.abs(random.normal(0, 0.006, rows)))
    low = np.minimum(open_, close) * np.exp(-np.abs(random.normal(0, 0.006, rows)))
    prices = np.array((open_, high, low, close))
    if tick is not None:
        steps = np.round(prices / float(tick))
        under = int(1 / Decimal(tick))
        prices = steps / under
    what = Instrument("test", "RANDOM", tick=None if tick is None else Decimal(tick), lot=None if lot is None else Decimal(lot))
    time = 1_600_000_000_000_000_000 // Timeframe.H1.nanoseconds * Timeframe.H1.nanoseconds + np.arange(rows) * Timeframe.H1.nanoseconds
    high, low = prices.max(axis=0), prices.min(axis=0)
    return Candles(what, Timeframe.H1, time, prices[0], high, low, prices[3], random.uniform(1, 100, rows), provenance=Provenance("test"))


def real_candles(shared: Path) -> Iterator[Candles]:
    """The real series of the shared data."""
    import pyarrow.parquet as parquet

    for name, timeframe, tick, lot in REAL:
        table = parquet.read_table(shared / "data" / name)
        columns = [table[column].to_numpy().astype(np.float64) for column in ("open", "high", "low", "close", "volume")]
        what = Instrument("shared", Path(name).stem, tick=Decimal(tick), lot=None if lot is None else Decimal(lot))
        time = table["time"].to_numpy().astype("datetime64[ns]").astype(np.int64)
        candles = Candles(what, timeframe, time, *columns, provenance=Provenance("shared"))
        if not candles.price_fault:
            yield candles


def random_case(random: np.random.Generator, candles: Candles, **options: Any) -> Case:
    """Decisions on every tenth candle or so, protected in every way, with settings drawn at random unless given."""
    rows = len(candles)
    often = float(random.choice((0.02, 0.1, 0.3)))
    conditions = {name: random.random(rows) < often for name in ("enter_long", "exit_long", "enter_short", "exit_short")}
    drawn = {
        "capital": float(candles.close[0]) * 100,
        "commission": float(random.choice((0.0, 0.001))),
        "slippage": float(random.choice((0.0, 0.0005))),
        "size": str(random.choice(SIZES)),
        "path": str(random.choice(("pessimistic", "optimistic", "ohlc"))),
        "fill_at": str(random.choice(("open", "close"))),
        "size_at": str(random.choice(("decision", "fill"))),
        "fill_on_touch": bool(random.random() < 0.5),
        "close_at_end": bool(random.random() < 0.5),
    } | options
    is_risk = drawn["size"].startswith("risk")
    stops = _levels(random, candles, conditions, 1.0 if is_risk else 0.8, -1, as_prices=random.random() < 0.3)
    targets = _levels(random, candles, conditions, 0.7, 1, as_prices=random.random() < 0.3)
    trails = _texts(random, rows, 0.3) if random.random() < 0.7 else _distances(random, candles, 0.3)
    sizes = np.where(random.random(rows) < 0.3, random.uniform(0.1, 1.0, rows), np.nan)
    return Case(candles, conditions, stops, targets, trails, sizes, drawn)


def _texts(random: np.random.Generator, rows: int, share: float) -> list[Any]:
    return [f"{random.uniform(0.2, 4):.2f}%" if random.random() < share else None for _ in range(rows)]


def _distances(random: np.random.Generator, candles: Candles, share: float) -> list[Any]:
    return [float(close * random.uniform(0.003, 0.03)) if random.random() < share else None for close in candles.close]


def _levels(random: np.random.Generator, candles: Candles, conditions: dict[str, np.ndarray], share: float, sign: int, *, as_prices: bool) -> list[Any]:
    """Stops (`sign` −1) or targets (1) as texts, or as prices on the right side of the close for what that candle may enter."""
    if not as_prices:
        return _texts(random, len(candles), share)
    sides = np.where(conditions["enter_short"] & ~conditions["enter_long"], -1, 1)
    away = random.uniform(0.002, 0.03, len(candles))
    prices = candles.close * (1 + sign * sides * away)
    return [float(price) if random.random() < share else None for price in prices]


def many_cases(runs: int, seed: int, shared: Path | None) -> Iterator[Case]:
    """So many cases, every second one on real candles where there are any."""
    random = np.random.default_rng(seed)
    real = [] if shared is None else list(real_candles(shared))
    for number in range(runs):
        if real and number % 2:
            series = real[number // 2 % len(real)]
            rows = min(len(series), int(random.integers(300, 1500)))
            first = int(random.integers(0, len(series) - rows + 1))
            candles = series.rows(first, first + rows)
        else:
            tick = (None, "0.01", "0.5")[int(random.integers(3))]
            candles = random_candles(random, int(random.integers(50, 600)), tick)
        yield random_case(random, candles)


def main() -> None:
    """Prints the counts of so many random runs, and every difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    folder = Path(os.environ.get("OUTCRY_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    given = parser.parse_args()
    tally = Tally()
    for case in many_cases(given.runs, given.seed, folder if (folder / "data").is_dir() else None):
        tally.add(case)
    print(f"{tally.runs} runs, {tally.candles:,} candles, {tally.trades:,} trades, {len(tally.differences)} differences")  # noqa: T201 - a command
    print(", ".join(f"{count:,} by {words}" for words, count in sorted(tally.exits.items())))  # noqa: T201
    for words in tally.differences[:20]:
        print(words)  # noqa: T201


if __name__ == "__main__":
    main()
