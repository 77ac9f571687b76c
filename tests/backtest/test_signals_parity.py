"""The short loop and the desk trade the same signals to the same bytes, wherever both can run them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.backtest.options import Options, rules_for, wishes_for
from terminal.backtest.run import trade_fast
from terminal.backtest.signals.choice import is_plain
from terminal.backtest.signals.desk_run import book_of, trade_on_desk
from terminal.domain.candles import Candles, Provenance
from terminal.domain.instrument import Instrument
from terminal.domain.signals import CheckedSignals, Price, Signals
from terminal.domain.timeframe import Timeframe
from terminal.domain.work import never
from terminal.ledger.fast import TRADE
from tests.backtest.builders import instrument

COLUMNS = [name for name in TRADE.names or () if name not in ("instrument", "entry_order", "exit_order")]
OPTIONS = st.fixed_dictionaries(
    {
        "capital": st.sampled_from([1_000.0, 10_000.0]),
        "commission": st.sampled_from([0.0, 0.001]),
        "slippage": st.sampled_from([0.0, 0.0005]),
        "size": st.sampled_from(["100%", "50%", "cash 3000", "risk 1%", "quantity 5", "quantity 80"]),
        "path": st.sampled_from(["pessimistic", "optimistic", "ohlc"]),
        "delay_bars": st.sampled_from([0, 0, 1, 3]),
        "fill_at": st.sampled_from(["open", "close"]),
        "size_at": st.sampled_from(["decision", "fill"]),
        "fill_on_touch": st.booleans(),
        "close_at_end": st.booleans(),
    }
)


def market(rows: int, seed: int, tick: str | None) -> Candles:
    """A random walk of which each open lies a little off the close before, on the grid of `tick`."""
    random = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.01, rows)))
    opened = np.concatenate((close[:1], close[:-1])) * np.exp(random.normal(0, 0.004, rows))
    high = np.maximum(opened, close) * np.exp(np.abs(random.normal(0, 0.006, rows)))
    low = np.minimum(opened, close) * np.exp(-np.abs(random.normal(0, 0.006, rows)))
    prices = [opened, high, low, close]
    if tick is not None:
        prices = [np.round(np.round(values / float(tick)) * float(tick), 6) for values in prices]
    time = np.arange(rows) * Timeframe.H1.nanoseconds
    return Candles(instrument(tick, "0.001"), Timeframe.H1, time, *prices, random.uniform(1, 100, rows), provenance=Provenance("test"))


def decided(candles: Candles, seed: int, often: float, with_levels: bool) -> CheckedSignals:
    """Random conditions and protection; a stop on each row, as a risk size needs one."""
    random, rows = np.random.default_rng(seed), len(candles)

    def some(share: float, values: np.ndarray) -> np.ndarray:
        return np.where(random.random(rows) < share, values, np.nan)

    conditions = {
        name: random.random(rows) < share for name, share in zip(("enter_long", "exit_long", "enter_short", "exit_short"), (often, 0.1) * 2, strict=True)
    }
    both = conditions["enter_long"] & conditions["enter_short"]
    stop: Any = random.uniform(0.002, 0.03, rows)
    if with_levels:
        stop = Price(candles.close * np.where(conditions["enter_short"] & ~both, 1 + stop, 1 - stop))
    return Signals(
        **conditions,
        stop_loss=stop,
        take_profit=some(0.7, random.uniform(0.002, 0.04, rows)),
        trailing_stop=some(0.4, random.uniform(0.003, 0.03, rows)),
        size=some(0.3, random.uniform(0.1, 1.0, rows)),
    ).checked(rows)


def demand_same(signals: CheckedSignals, candles: Candles, options: Options, first: int = 0) -> int:
    """How many trades both ways made; fails where a byte of trades, equity or counts differs."""
    assert is_plain(signals, options)
    rules, levels = rules_for(options, candles.instrument, signals)
    book, equity, counts = trade_fast(candles, options, first, wishes_for(signals, first, options.lag), levels, rules, never)
    desk, desk_equity, desk_counts, wrong = trade_on_desk(signals, candles, options, first, never)
    desk_book = book_of(desk)
    assert wrong is None
    assert len(book) == len(desk_book)
    for name in COLUMNS:
        assert book[name].tobytes() == desk_book[name].tobytes(), name
    assert equity[first:].tobytes() == desk_equity[first:].tobytes()
    assert counts == desk_counts
    return len(book)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(OPTIONS, st.integers(0, 2**32), st.sampled_from([None, "0.01", "0.5"]), st.sampled_from([0.02, 0.1, 0.5]), st.booleans(), st.sampled_from([0, 40]))
def test_short_loop_and_desk_agree_to_the_byte_on_random_candles(
    chosen: dict[str, Any], seed: int, tick: str | None, often: float, levels: bool, first: int
) -> None:
    candles = market(200, seed, tick)
    demand_same(decided(candles, seed + 1, often, levels), candles, Options.of(**chosen), first)


REAL = (("crypto/binance_btcusdt_1h.parquet", Timeframe.H1, "0.01", "0.00001"), ("crypto/bitfinex_btcusd_1m_2016.parquet", Timeframe.M1, "0.01", "0.0001"))


@pytest.mark.parametrize(("file", "timeframe", "tick", "lot"), REAL)
@pytest.mark.parametrize("fill_at", ["open", "close"])
def test_short_loop_and_desk_agree_to_the_byte_on_real_candles(shared: Path, file: str, timeframe: Timeframe, tick: str, lot: str, fill_at: str) -> None:
    from terminal.venues import files

    read = files.read(shared / "data" / file, timeframe=timeframe).rows(0, 20_000)
    what = Instrument("test", "X", tick=instrument(tick).tick, lot=instrument(lot=lot).lot)
    columns = (getattr(read, name) for name in ("open", "high", "low", "close", "volume"))
    candles = Candles(what, timeframe, read.time, *columns, provenance=Provenance("test"))
    made = sum(demand_same(decided(candles, seed, 0.03, False), candles, Options.of(fill_at=fill_at, size="50%")) for seed in range(2))
    assert made > 500
