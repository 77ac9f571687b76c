"""Several instruments on one account: one clock, shared cash, a row for each instrument."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from terminal.backtest.result import Result
from terminal.backtest.run import backtest
from terminal.domain.candles import Candles, Provenance
from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.instrument import Instrument
from terminal.domain.signals import Signals
from terminal.domain.timeframe import HOUR, MINUTE, Timeframe
from terminal.strategies.contract import Strategy

START = 1_609_459_200_000_000_000
Rows = Sequence[tuple[float, float, float, float]]
FREE = {"commission": 0.0, "slippage": 0.0}


def of(symbol: str, rows: Rows | np.ndarray, timeframe: Timeframe = Timeframe.H1, start: int = START, **what: Any) -> Candles:
    prices = np.array(rows, float)
    time = start + np.arange(len(prices)) * timeframe.nanoseconds
    return Candles(Instrument("test", symbol, **what), timeframe, time, *prices.T, np.ones(len(prices)), provenance=Provenance("test"))


def flat(price: float, rows: int) -> Rows:
    return [(price, price, price, price)] * rows


def market(symbol: str, rows: int, seed: int, **what: Any) -> Candles:
    random = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.01, rows)))
    open_ = np.concatenate(([close[0]], close[:-1])) * np.exp(random.normal(0, 0.004, rows))
    high = np.maximum(open_, close) * np.exp(np.abs(random.normal(0, 0.006, rows)))
    low = np.minimum(open_, close) * np.exp(-np.abs(random.normal(0, 0.006, rows)))
    return of(symbol, np.stack((open_, high, low, close), 1), **what)


class Anything(Strategy):
    """Decisions that depend on nothing but the row, with every kind of protection."""

    def signals(self, candles: Candles) -> Signals:
        rows = len(candles)
        random = np.random.default_rng(5)
        conditions = [random.random(rows) < 0.1 for _ in range(4)]
        stop, target, trail = (np.where(random.random(rows) < 0.7, random.uniform(0.003, 0.04, rows), np.nan) for _ in range(3))
        return Signals(*conditions, stop_loss=stop, take_profit=target, trailing_stop=trail)


class BuyOnce(Strategy):
    """Buys at the close of the first candle."""

    def signals(self, candles: Candles) -> Signals:
        return Signals(enter_long=np.arange(len(candles)) == 0)


def per_symbol(result: Result, name: str) -> dict[str, Any]:
    return {row["symbol"]: row[name] for row in result.symbols}


@pytest.mark.parametrize("options", [{}, {"delay_bars": 2}, {"fill_at": "close"}, {"size": "quantity 5", "size_at": "fill"}, {"path": "ohlc"}])
def test_one_instrument_on_the_clock_of_many_is_the_run_of_one_to_the_byte(options: dict[str, Any]) -> None:
    candles = market("A", 400, 1)
    one, many = backtest(Anything, candles, **options), backtest(Anything, [candles], **options)
    assert len(one.trade_table) > 20
    assert one.trade_table.tobytes() == many.trade_table.tobytes()
    assert one.equity_values.tobytes() == many.equity_values.tobytes()


def test_the_order_of_instruments_that_do_not_share_money_changes_nothing() -> None:
    a, b = market("A", 300, 1), market("B", 300, 2)
    options = {"size": "quantity 1", "capital": 1e6}
    forth, back = backtest(Anything, [a, b], **options), backtest(Anything, [b, a], **options)
    alone = {each.instrument.symbol: backtest(Anything, each, **options).metrics["net_profit"] for each in (a, b)}
    for result in (forth, back):
        assert per_symbol(result, "profit") == pytest.approx(alone)
    np.testing.assert_allclose(forth.equity_values, back.equity_values, rtol=1e-12)


def test_cash_is_shared() -> None:
    both = backtest(BuyOnce, [of("A", flat(100, 5)), of("B", flat(50, 5))], size="60%", **FREE)
    bought = {row["symbol"]: row["quantity"] for _, row in both.trades.iterrows()}
    assert bought == pytest.approx({"A": 60.0, "B": 80.0})  # B asked for 120, the money left paid for 80
    assert both.metrics["cut"] == 1


def test_the_table_of_instruments_adds_up_to_the_account() -> None:
    result = backtest(Anything, [market("A", 500, 1), market("B", 500, 2), market("C", 500, 3)], size="30%")
    assert sum(per_symbol(result, "profit").values()) == pytest.approx(result.metrics["net_profit"])
    assert sum(per_symbol(result, "trades").values()) == result.metrics["trades"]
    for name, metric in (("gross", "gross_profit"), ("slippage", "total_slippage"), ("costs", "total_costs")):
        assert sum(per_symbol(result, name).values()) == pytest.approx(result.metrics[metric])
    document = json.loads(result.to_json())
    assert [row["symbol"] for row in document["symbols"]] == ["A", "B", "C"]
    assert {trade["symbol"] for trade in document["trades"]} == {"A", "B", "C"}


def test_an_order_acts_on_the_next_candle_of_its_own_instrument() -> None:
    """Four-hour and one-hour candles: what is decided at the close of the first hour waits for the four-hour candle after the one forming."""
    hours = of("H", [(price, price, price, price) for price in np.arange(100.0, 112.0)])
    fours = of("F", [(200.0, 211.0, 199.0, 210.0), (220.0, 231.0, 219.0, 230.0), (240.0, 251.0, 239.0, 250.0)], Timeframe.H4)

    class WhenTheHourIsHigh(Strategy):
        """Both enter once the hourly close is at or above 101."""

        def signals(self, candles: Candles) -> Signals:
            return Signals(enter_long=candles.of("H").close >= 101)

    result = backtest(WhenTheHourIsHigh, [hours, fours], size="10%", **FREE)
    entries = {row["symbol"]: (row["entry_price"], row["entry_time"].value) for _, row in result.trades.iterrows()}
    assert entries["H"] == (102.0, START + 2 * HOUR)
    assert entries["F"] == (220.0, START + 4 * HOUR)
    assert len(result.equity_values) == 12


def test_what_is_seen_of_another_instrument_has_closed() -> None:
    """Perturbing another instrument after a moment changes nothing that was decided before it."""

    class Follows(Strategy):
        def signals(self, candles: Candles) -> Signals:
            other, higher = candles.of("B"), candles.of("B").at("4h")
            return Signals(enter_long=(other.close > other.open) & (higher.close > higher.open), exit_long=other.close < other.open)

    a, b = market("A", 240, 1), market("B", 240, 2)
    cut = 120
    columns = {name: getattr(b, name).copy() for name in ("open", "high", "low", "close")}
    for column in columns.values():
        column[cut:] *= 1.3
    changed = Candles(b.instrument, b.timeframe, b.time, **columns, volume=b.volume)
    before, after = (backtest(Follows, [a, other], size="20%") for other in (b, changed))
    np.testing.assert_array_equal(before.equity_values[:cut], after.equity_values[:cut])
    assert not np.array_equal(before.equity_values, after.equity_values)


def test_higher_candles_of_another_instrument_show_when_they_have_closed() -> None:
    a, b = of("A", flat(1, 12)), of("B", [(price, price, price, price) for price in np.arange(1.0, 13.0)])
    view = a.beside({"A": a, "B": b}, {}).of("B").at("4h")
    np.testing.assert_array_equal(view.close, [np.nan] * 3 + [4.0] * 4 + [8.0] * 4 + [12.0])


def test_an_instrument_that_takes_no_part_is_named() -> None:
    with pytest.raises(UnknownName, match="ETH"):
        of("A", flat(1, 3)).of("ETH")


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (of("A", flat(1, 4)), "given twice"),
        (of("B", flat(1, 4), start=START + 100 * HOUR), "never overlap"),
        (of("B", flat(1, 4), start=START + 7 * MINUTE), "7 minutes apart"),
        (of("B", [(1, 1, 1, 1), (1, 1, float("nan"), 1)]), "impossible"),
        (of("B", np.zeros((0, 4))), "no candles of B"),
    ],
)
def test_candles_that_do_not_fit_together_are_refused_in_words(other: Candles, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        backtest(BuyOnce, [of("A", flat(1, 4)), other])


def test_no_candles_at_all_are_refused() -> None:
    with pytest.raises(BadInput, match="No candles"):
        backtest(BuyOnce, [])
