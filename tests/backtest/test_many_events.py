"""Event strategies on several instruments: one account, closes in the order of time, nothing of the future."""

from typing import Any

import numpy as np
import pytest

from terminal.backtest.run import backtest
from terminal.domain.actions import Split
from terminal.domain.candles import Candles
from terminal.domain.errors import StrategyError
from terminal.domain.timeframe import DAY, HOUR, Timeframe
from terminal.indicators.averages import sma
from terminal.strategies.contract import Strategy
from tests.backtest.test_many import FREE, START, flat, market, of


class Brackets(Strategy):
    """Enters whatever closes above its mean, with a bracket, and leaves below."""

    def prepare(self) -> None:
        self.means = {symbol: self.indicator(sma, "close", 5, symbol=symbol) for symbol in self._account.symbols}

    def on_candle(self, candle: Any) -> None:
        mean = self.means[candle.symbol].now
        if self.position.is_flat and not self.orders and candle.close > mean:
            self.buy(percent=0.3, stop_loss="1%", take_profit="2%")
        elif self.position.is_long and candle.close < mean:
            self.close(reason="below the mean")


@pytest.mark.parametrize("options", [{}, {"fill_at": "close"}, {"delay_bars": 1}])
def test_one_instrument_on_the_clock_of_many_is_the_run_of_one_to_the_byte(options: dict[str, Any]) -> None:
    candles = market("A", 300, 1)
    one, many = backtest(Brackets, candles, **options), backtest(Brackets, [candles], **options)
    assert len(one.trade_table) > 20
    for name in ("entry_row", "exit_row", "quantity", "profit", "reason"):
        np.testing.assert_array_equal(one.trade_table[name], many.trade_table[name])
    assert one.equity_values.tobytes() == many.equity_values.tobytes()


def test_candles_wake_in_the_order_of_their_closes_and_act_on_any_instrument() -> None:
    hours, fours = of("H", flat(10, 8)), of("F", flat(100, 2), Timeframe.H4)
    heard: list[tuple[str, int]] = []

    class Crosses(Strategy):
        def on_candle(self, candle: Any) -> None:
            heard.append((candle.symbol, (self.now - START) // HOUR))
            if candle.symbol == "H" and self.now == START + HOUR:
                self.buy(quantity=2, symbol="H")
                self.buy(quantity=1, symbol="F")
            if len(self.positions) == 1:
                assert set(self.positions) == {"H"}

        def on_fill(self, fill: Any) -> None:
            heard.append((f"fill {fill.symbol}", (self.now - START) // HOUR))

    result = backtest(Crosses, [hours, fours], **FREE)
    assert heard[:4] == [("H", 1), ("fill H", 2), ("H", 2), ("H", 3)]
    assert heard[4:8] == [("H", 4), ("F", 4), ("fill F", 5), ("H", 5)]  # filled at the open at 4, and told at the first close after it
    assert heard[-2:] == [("H", 8), ("F", 8)]
    assert {row["symbol"]: row["entry_time"].value for _, row in result.trades.iterrows()} == {"H": START + HOUR, "F": START + 4 * HOUR}


def test_an_instrument_that_begins_later_is_unknown_until_it_has_closed_once() -> None:
    a, late = of("A", flat(10, 8)), of("B", flat(50, 3), start=START + 5 * HOUR)
    seen: list[tuple[float, int, str]] = []

    class Looks(Strategy):
        def prepare(self) -> None:
            self.line = self.indicator(sma, "close", 1, symbol="B")

        def on_candle(self, candle: Any) -> None:
            if candle.symbol == "A":
                order = self.buy(quantity=0.1, symbol="B")
                seen.append((self.line.now, len(self.candles(9, symbol="B")), order.refused))

    backtest(Looks, [a, late], **FREE)
    assert np.isnan(seen[0][0])
    assert seen[4][1:] == (0, "its instrument has not begun to trade")
    assert [values[:2] for values in seen[5:]] == [(50.0, 1), (50.0, 2), (50.0, 3)]


def test_higher_timeframes_show_closed_candles_only() -> None:
    rising = of("A", [(price, price, price, price) for price in np.arange(1.0, 13.0)])
    seen: list[list[float]] = []

    class Looks(Strategy):
        def on_candle(self, candle: Any) -> None:
            seen.append(self.candles(9, "4h").close.tolist())

    backtest(Looks, [rising, of("B", flat(1, 12))])
    assert seen[0] == seen[4] == []
    assert seen[6] == seen[12] == [4.0]  # each hour wakes twice, once for each instrument


def test_indicators_and_candles_are_in_the_prices_of_the_day() -> None:
    raw = of("A", [(400,) * 4] * 3 + [(100,) * 4] * 3, Timeframe.D1)
    seen: list[tuple[float, float, list[float]]] = []

    class Looks(Strategy):
        def prepare(self) -> None:
            self.mean = self.indicator(sma, "close", 2)

        def on_candle(self, candle: Any) -> None:
            seen.append((candle.close, self.mean.now, self.candles(2).close.tolist()))

    backtest(Looks, [raw], actions={"A": [Split(START + 3 * DAY, 4.0)]})
    assert seen[1] == (400.0, 400.0, [400.0, 400.0])  # the first candle only warms the average up
    assert seen[2] == (100.0, 100.0, [100.0, 100.0])


def test_a_mistake_names_the_moment_and_the_instrument() -> None:
    class Wrong(Strategy):
        def on_candle(self, candle: Any) -> None:
            self.buy(symbol="X")

    with pytest.raises(StrategyError, match=r"'X'.*"):
        backtest(Wrong, [of("A", flat(1, 4)), of("B", flat(1, 4))])


def test_what_comes_after_a_moment_changes_nothing_before_it() -> None:
    a, b = market("A", 120, 1), market("B", 120, 2)
    columns = {name: getattr(b, name).copy() for name in ("open", "high", "low", "close")}
    for column in columns.values():
        column[60:] *= 1.2
    changed = Candles(b.instrument, b.timeframe, b.time, **columns, volume=b.volume)
    before, after = (backtest(Brackets, [a, other]) for other in (b, changed))
    np.testing.assert_array_equal(before.equity_values[:60], after.equity_values[:60])


class OwnMean(Strategy):
    """Notes the mean of the instrument at hand, prepared once and not named."""

    def prepare(self) -> None:
        self.mean = self.indicator(sma, "close", 3)
        self.middle, self.upper, _ = self.indicator(bands, "close")

    def on_candle(self, candle: Any) -> None:
        self.log("seen", mean=self.mean.now, before=self.mean.ago(1), upper=self.upper.now, own=float(np.mean(self.candles(3).close)))


def bands(close: Any) -> tuple[Any, Any, Any]:
    return close, close * 1.5, close * 0.5


def test_an_indicator_prepared_once_is_that_of_the_instrument_at_hand() -> None:
    some = [market("A", 30, 1), market("B", 30, 2)]
    notes = backtest(OwnMean, some).log
    assert {note.symbol for note in notes} == {"A", "B"}
    for note in notes:
        assert note.values["mean"] == pytest.approx(note.values["own"])
        closes = next(each for each in some if each.instrument.symbol == note.symbol).close
        assert note.values["upper"] in closes * 1.5
        assert note.values["before"] != note.values["mean"]
