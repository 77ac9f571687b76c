"""The look-ahead firewall names the first candle and field that knew the future, and lets honest strategies pass."""

from typing import Any

import numpy as np
import pytest

from terminal.backtest.doubts.causality import causality, futures
from terminal.domain.candles import Candles
from terminal.domain.errors import Cancelled
from terminal.domain.resources import resource_path
from terminal.domain.signals import Price, Signals
from terminal.strategies.contract import Strategy
from terminal.strategies.library import StrategyLibrary
from tests.builders.walk import walk


class Tomorrow(Strategy):
    """Buys before a rise of the next candle."""

    def signals(self, candles: Candles) -> Signals:
        rises = np.append(candles.close[1:] > candles.close[:-1], False)
        return Signals(enter_long=rises, exit_long=~rises)


class Normalised(Strategy):
    """Compares with the mean of the whole series."""

    def signals(self, candles: Candles) -> Signals:
        return Signals(enter_long=candles.close > candles.close.mean(), exit_long=candles.close < candles.close.mean())


class StopAhead(Strategy):
    """Enters honestly, and puts its stop under the low of the candle after next."""

    def signals(self, candles: Candles) -> Signals:
        low = np.append(candles.low[2:], candles.low[-2:]) * 0.9
        return Signals(enter_long=np.arange(len(candles)) % 50 == 10, exit_long=np.arange(len(candles)) % 50 == 30, stop_loss=Price(low))


class Honest(Strategy):
    """Rises over the ten last candles, in plain numpy."""

    def signals(self, candles: Candles) -> Signals:
        before = np.append(np.full(10, np.nan), candles.close[:-10])
        return Signals(enter_long=candles.close > before, exit_long=candles.close < before, stop_loss=0.05)


class PeekingEvents(Strategy):
    """Its indicator is the next candle's close."""

    def prepare(self) -> None:
        self.next = self.indicator(lambda close: np.append(close[1:], close[-1]), "close")

    def on_candle(self, candle: Any) -> None:
        if self.position.is_flat and not self.orders and self.next.now > candle.close:
            self.buy()
        elif self.position.is_long and self.next.now < candle.close:
            self.close()


class LimitAhead(Strategy):
    """Bids honestly often, at a price that knows the mean of all candles."""

    def prepare(self) -> None:
        self.level = self.indicator(lambda close: np.full(len(close), close.mean() / 2), "close")

    def on_candle(self, candle: Any) -> None:
        if not self.orders:
            self.buy(quantity=0.01, limit=self.level.now)


class HonestEvents(Strategy):
    """Buys after three rises, with a bracket."""

    def on_candle(self, candle: Any) -> None:
        closes = self.candles(4).close
        if self.position.is_flat and not self.orders and len(closes) == 4 and (np.diff(closes) > 0).all():
            self.buy(stop_loss="2%", take_profit="4%")


def test_a_strategy_that_knows_the_next_candle_is_found_with_the_candle_and_the_field() -> None:
    candles = walk(600)
    found = causality(Tomorrow(), candles)
    assert not found.sound
    assert found.leak is not None
    assert found.leak.field in ("enter_long", "exit_long")
    assert found.leak.row == found.leak.cut - 1
    assert found.leak.time == int(candles.time[found.leak.row])
    assert f"row {found.leak.row:,}" in found.words
    assert found.leak.field in found.words


def test_a_mean_over_the_whole_series_is_found_at_its_first_candle_that_differs() -> None:
    found = causality(Normalised(), walk(600))
    assert found.leak is not None
    assert found.leak.row < found.leak.cut - 1


def test_a_stop_that_knows_the_future_is_found_by_its_own_name() -> None:
    found = causality(StopAhead(), walk(600))
    assert found.leak is not None
    assert found.leak.field == "stop_loss"


def test_honest_strategies_pass() -> None:
    found = causality(Honest(), walk(600))
    assert found.sound
    assert found.cuts >= 20
    assert "No decision of 600 candles changed" in found.words


@pytest.mark.parametrize("name", ["ema_trend", "ma_crossover", "mean_reversion", "donchian_breakout_adx"])
def test_the_built_in_strategies_pass(name: str) -> None:
    entry = StrategyLibrary(resource_path("strategies")).find(name)
    assert causality(entry.demand_class()(), walk(1500)).sound


def test_event_strategies_are_held_to_the_same() -> None:
    candles = walk(600)
    found = causality(PeekingEvents(), candles)
    assert found.leak is not None
    assert found.leak.field == "orders"
    assert "a buy order" in found.words or "a sell order" in found.words
    assert causality(HonestEvents(), candles).sound
    ahead = causality(LimitAhead(), candles)
    assert ahead.leak is not None
    assert ahead.leak.field == "limit"


def test_the_futures_share_the_past_to_the_byte_and_nothing_after_it() -> None:
    candles = walk(300)
    for how, other in futures(candles, 200):
        for name in ("open", "high", "low", "close", "volume"):
            np.testing.assert_array_equal(getattr(other, name)[:200], getattr(candles, name)[:200])
        assert other.price_fault == ""
        if how == "cut off":
            assert len(other) == 200
        else:
            assert (other.close[200:] != candles.close[200:]).all()
            assert (other.close[200] > candles.close[199]) is np.bool_(how == "made to rise")


def test_checking_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        causality(Honest(), walk(600), cancelled=lambda: True)
