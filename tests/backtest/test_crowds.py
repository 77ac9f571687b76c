"""Thousands of orders on one candle: tables grow before they are full, no order is lost, and a strategy without measure is told."""

from typing import Any

import numpy as np
import pytest

from terminal.backtest.run import backtest
from terminal.domain.candles import Candles
from terminal.domain.errors import StrategyError
from terminal.domain.signals import Limit, Signals
from terminal.domain.timeframe import Timeframe
from terminal.strategies.contract import Strategy
from tests.backtest.eventful import acting
from tests.backtest.test_many import START, of

FREE = {"commission": 0.0, "slippage": 0.0, "capital": 1e9}
CALM, CRASH, AFTER = (100.0, 101.0, 99.0, 100.0), (100.0, 101.0, 50.0, 60.0), (60.0, 61.0, 59.0, 60.0)


def crashing(symbol: str, calm: int, volume: float = 1.0) -> Candles:
    """Candles that do nothing, then fall through everything on one, then rest."""
    rows = np.array([CALM] * calm + [CRASH] + [AFTER] * 3)
    time = START + np.arange(len(rows)) * Timeframe.H1.nanoseconds
    return Candles(of(symbol, np.array([CALM])).instrument, Timeframe.H1, time, *rows.T, np.full(len(rows), volume))


class Waits(Strategy):
    """A limit far below on every row, each with a bracket, all of them alive together."""

    def signals(self, candles: Candles) -> Signals:
        long = candles.close > 90
        return Signals(enter_long=long, order=Limit(90.0), expires=None, stop_loss=0.9, take_profit=0.5, trailing_stop=0.8, size=0.0002)


def test_a_thousand_waiting_entries_of_each_instrument_all_fill_on_one_candle() -> None:
    one, other = crashing("A", 1_000), crashing("B", 1_000)
    alone, many = (backtest(Waits, candles, pyramiding=1_000, **FREE) for candles in (one, [one, other]))
    assert len(alone.trade_table) == 1_000
    assert len(many.trade_table) == 2_000
    assert np.bincount(many.trade_table["symbol"]).tolist() == [1_000, 1_000]
    assert set(many.trade_table["entry_row"].tolist()) == {1_000}
    first = many.trade_table[many.trade_table["symbol"] == 0]
    assert first["entry_price"].tolist() == alone.trade_table["entry_price"].tolist()


def test_one_instrument_on_the_clock_of_many_loses_no_entry_where_its_tables_grow() -> None:
    candles = crashing("A", 400)
    alone, many = (backtest(Waits, given, pyramiding=1_000, **FREE) for given in (candles, [candles]))
    for name in ("entry_row", "exit_row", "quantity", "profit", "reason"):
        np.testing.assert_array_equal(alone.trade_table[name], many.trade_table[name])
    assert alone.equity_values.tobytes() == many.equity_values.tobytes()


def piling(count: int) -> type[Strategy]:
    def on_candle(self: Strategy, candle: Any) -> None:
        if candle.close > 90:
            for _ in range(count):
                self.buy(quantity=0.1, limit=90.0, stop_loss="90%", take_profit="50%", trailing_stop="80%", timeout="30d")

    return acting(on_candle=on_candle)


@pytest.mark.parametrize("several", [False, True])
def test_thousands_of_orders_with_brackets_fill_on_one_candle_of_an_event_run(several: bool) -> None:
    candles = [crashing("A", 3), crashing("B", 3)] if several else crashing("A", 3)
    result = backtest(piling(900), candles, **FREE)
    assert len(result.trade_table) == 3 * 900 * (2 if several else 1)
    assert set(result.trade_table["entry_row"].tolist()) == {3}


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize(("count", "words"), [(1_001, "more than 1,000 orders on one candle"), (1_000, "5,000 orders in the market")])
def test_a_strategy_without_measure_is_stopped_in_words(several: bool, count: int, words: str) -> None:
    candles = [crashing("A", 9), crashing("B", 9)] if several else crashing("A", 9)
    with pytest.raises(StrategyError, match=words):
        backtest(piling(count), candles, **FREE)


@pytest.mark.parametrize("fill_at", ["close", "on_close"])
@pytest.mark.parametrize("several", [False, True])
def test_what_fills_at_a_close_takes_no_more_than_its_share_of_the_volume(several: bool, fill_at: str) -> None:
    def on_candle(self: Strategy, candle: Any) -> None:
        if self.now == START + Timeframe.H1.nanoseconds:
            self.buy(quantity=25, **({"on_close": True} if fill_at == "on_close" else {}))

    candles = crashing("A", 8, volume=100.0)
    options = {"participation": 0.1, **FREE} | ({"fill_at": "close"} if fill_at == "close" else {})
    result = backtest(acting(on_candle=on_candle), [candles] if several else candles, **options)
    (trade,) = result.trade_table
    assert trade["quantity"] == 25
    worth = result.equity_values[-1] - 1e9
    assert worth == pytest.approx(25 * (60 - 100))
    sold = backtest(acting(on_candle=on_candle), [crashing("A", 1, volume=100.0)] if several else crashing("A", 1, volume=100.0), **options)
    assert sold.trade_table["entry_price"][0] == pytest.approx(
        {"close": (10 * 100 + 10 * 60 + 5 * 60) / 25, "on_close": (10 * 60 + 10 * 60 + 5 * 60) / 25}[fill_at]
    )


@pytest.mark.parametrize("several", [False, True])
def test_signals_at_the_close_fill_by_the_volume_of_their_candle(several: bool) -> None:
    class Buys(Strategy):
        def signals(self, candles: Candles) -> Signals:
            return Signals(enter_long=np.arange(len(candles)) == 0, size=0.5)

    candles = crashing("A", 1, volume=100.0)
    result = backtest(Buys, [candles] if several else candles, participation=0.1, fill_at="close", commission=0.0, slippage=0.0, capital=5_000.0)
    assert result.trade_table["quantity"][0] == 25
    assert result.trade_table["entry_price"][0] == pytest.approx((10 * 100 + 10 * 60 + 5 * 60) / 25)
