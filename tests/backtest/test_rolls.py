"""Futures rolled as trades: the position and what protects it move to the next contract by two fills, and every cost is paid."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.backtest.handed_in import arrays_of, options_from
from terminal.backtest.options import Options
from terminal.backtest.result import Result
from terminal.backtest.run import backtest
from terminal.domain.actions import Roll
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.instrument import AssetClass, Instrument
from terminal.domain.orders import ExitReason
from terminal.domain.signals import Price, Signals
from terminal.domain.timeframe import DAY, Timeframe
from terminal.domain.weights import Weights
from terminal.indicators.averages import sma
from terminal.market.contracts import Continuous, Contract, continuous
from terminal.strategies.contract import Strategy
from tests.backtest.eventful import acting

START = 1_609_459_200_000_000_000
FREE = {"commission": 0.0, "slippage": 0.0, "capital": 100_000.0}


def contract(name: str, first: int, prices: list[float], expires: int) -> Contract:
    """Daily candles that open where the day before closed and close at `prices`."""
    close = np.array(prices, float)
    open_ = np.concatenate((close[:1], close[:-1]))
    time = START + (first + np.arange(len(close))) * DAY
    what = Instrument("test", name, AssetClass.FUTURE, quote="USD", tick=Decimal("0.25"), lot=Decimal(1), multiplier=Decimal(50))
    return Contract(
        Candles(what, Timeframe.D1, time, open_, np.maximum(open_, close), np.minimum(open_, close), close, np.ones(len(close))), START + expires * DAY
    )


MARCH = contract("ESH", 0, [100, 101, 102, 104, 108], 5)
JUNE = contract("ESM", 2, [112, 114, 116, 120, 118, 122], 9)
SERIES = continuous([MARCH, JUNE], "2 days", join="none", symbol="ES")


class Holds(Strategy):
    """Long from the first candle on."""

    def signals(self, candles: Candles) -> Signals:
        return Signals(enter_long=np.arange(len(candles)) == 0)


def run(strategy: Any, series: Continuous = SERIES, **options: Any) -> Result:
    name = series.candles.instrument.symbol
    return backtest(strategy, [series.candles], actions={name: series.actions}, **{**FREE, "size": "quantity 2"} | options)


def test_the_series_that_is_traded_knows_its_rolls_at_one_moment() -> None:
    assert SERIES.candles.close.tolist() == [100, 101, 102, 114, 116, 120, 118, 122]
    assert SERIES.actions == (Roll(START + 3 * DAY, 102.0, 112.0, "ESM"),)
    assert SERIES.candles.instrument.symbol == "ES"


def test_a_roll_is_a_trade_in_each_contract_at_the_prices_of_that_moment() -> None:
    result = run(Holds)
    first, second = result.trade_table
    assert (first["entry_price"], first["exit_price"], ExitReason(first["reason"]).words) == (100, 102, "roll")
    assert (second["entry_price"], second["exit_price"], second["reason"]) == (112, 122, ExitReason.OPEN)
    assert first["exit_time"] == second["entry_time"] == START + 3 * DAY
    assert result.equity_values[-1] == 100_000 + 2 * 50 * ((102 - 100) + (122 - 112))
    assert result.equity_values.tolist()[:4] == [100_000, 100_100, 100_200, 100_400]


def test_both_fills_of_a_roll_pay_commission_and_slippage() -> None:
    result = run(Holds, commission=0.001, slippage=0.01, close_at_end=True)
    first, second = result.trade_table
    left, entered = np.floor(102 * 0.99 * 4) / 4, np.ceil(112 * 1.01 * 4) / 4
    assert (first["exit_price"], second["entry_price"]) == (left, entered)
    assert first["costs"] == pytest.approx(0.001 * 100 * (101.0 + left))
    assert second["costs"] == pytest.approx(0.001 * 100 * (entered + second["exit_price"]))
    assert first["slippage"] == pytest.approx(100 * (1 + (102 - left)))
    assert result.equity_values[-1] == pytest.approx(100_000 + first["profit"] + second["profit"])
    paid = float(np.sum(result.trade_table["costs"]) + np.sum(result.trade_table["slippage"]))
    assert run(Holds, close_at_end=True).metrics["final_equity"] - result.metrics["final_equity"] == pytest.approx(paid)


def test_a_short_and_a_flat_account_roll_too() -> None:
    class Shorts(Strategy):
        def signals(self, candles: Candles) -> Signals:
            return Signals(enter_short=np.arange(len(candles)) == 0, exit_short=np.arange(len(candles)) == 5)

    result = run(Shorts)
    assert [(row["side"], row["entry_price"], row["exit_price"]) for row in result.trade_table] == [(-1, 100, 102), (-1, 112, 120)]
    assert run(acting(on_candle=lambda self, candle: None)).trade_table.size == 0


@pytest.mark.parametrize("stop", [Price(95.0), 0.05])
def test_a_stop_moves_in_proportion_and_holds_in_the_next_contract(stop: Any) -> None:
    falling = contract("ESM", 2, [112, 114, 112, 105, 104, 104], 9)

    class Stopped(Strategy):
        def signals(self, candles: Candles) -> Signals:
            return Signals(enter_long=np.arange(len(candles)) == 0, stop_loss=stop)

    _, second = run(Stopped, continuous([MARCH, falling], "2 days", join="none", symbol="ES")).trade_table
    assert ExitReason(second["reason"]) is ExitReason.STOP_LOSS
    assert second["exit_price"] == np.ceil(95 * 112 / 102 * 4) / 4  # 104.31, on the tick towards the market


def test_orders_that_wait_move_too_and_events_tell_of_the_roll() -> None:
    told: list[Any] = []
    rolls: list[Any] = []

    class Ladder(Strategy):
        def on_start(self) -> None:
            self.asked = False

        def on_candle(self, candle: Any) -> None:
            if not self.asked:
                self.asked = True
                self.buy(quantity=2)
                self.resting = self.buy(quantity=1, limit=99.0)
                self.leaving = self.sell(quantity=1, limit=110.0, reduce_only=True)

        def on_fill(self, fill: Any) -> None:
            told.append((fill.side, fill.quantity, fill.price, fill.reason))

        def on_order(self, order: Any) -> None:
            if order.reason == "roll":
                rolls.append((order.side, order.request.size.value, order.state, order.filled))

    result = run(Ladder)
    assert rolls == [(-1, 2.0, "filled", 2.0), (1, 2.0, "filled", 2.0)]
    assert told[:3] == [(1, 2, 100, "signal"), (-1, 2, 102, "roll"), (1, 2, 112, "roll")]
    assert told[3] == (-1, 1, np.ceil(110 * 112 / 102 * 4) / 4, "signal")
    assert result.equity_values[-1] > 100_000


def test_strategies_see_prices_without_the_jump_and_as_of_that_date() -> None:
    seen: list[tuple[float, float]] = []

    class Looks(Strategy):
        def prepare(self) -> None:
            self.mean = self.indicator(sma, "close", 2)

        def on_candle(self, candle: Any) -> None:
            seen.append((candle.close, self.mean.now))

    run(Looks)
    assert seen[1] == (102.0, 101.5)
    assert seen[2] == (114.0, pytest.approx((102 * 112 / 102 + 114) / 2))

    class Asked(Strategy):
        def signals(self, candles: Candles) -> Signals:
            assert candles.close[3] == pytest.approx(114 * 102 / 112)
            assert candles.close[2] == 102
            return Signals(enter_long=candles.close > 1e9)

    run(Asked)


def test_two_chains_share_one_account_and_several_rolls_follow_each_other() -> None:
    third = contract("ESU", 6, [130, 131, 132, 133], 20)
    chain = continuous([MARCH, JUNE, third], "2 days", join="none", symbol="ES")
    other = continuous([contract("CLH", 0, [50, 51, 52, 53, 54, 55, 56, 57, 58, 59], 30)], "2 days", join="none", symbol="CL")
    result = backtest(Holds, [chain.candles, other.candles], actions={"ES": chain.actions, "CL": other.actions}, size="quantity 1", **FREE)
    assert [roll.contract for roll in chain.actions] == ["ESM", "ESU"]
    trades = result.trades
    assert trades["symbol"].tolist().count("ES") == 3
    assert trades["reason"].tolist().count("roll") == 2
    expected = 50 * ((102 - 100) + (118 - 112) + (133 - 130) + (59 - 50))
    assert result.metrics["final_equity"] == pytest.approx(100_000 + expected)


def test_a_contract_that_has_ended_before_the_next_opens_is_left_at_its_last_close() -> None:
    early = contract("ESH", 0, [100, 101, 102], 4)
    chain = continuous([early, contract("ESM", 1, [110, 111, 113, 114], 9)], "1 days", join="none", symbol="ES")
    assert chain.actions == (Roll(START + 3 * DAY, 102.0, 111.0, "ESM"),)
    first, second = run(Holds, chain).trade_table
    assert (first["exit_price"], second["entry_price"]) == (102, 111)


@pytest.mark.parametrize(("leave", "enter"), [(0.0, 1.0), (1.0, -1.0), (np.nan, 1.0)])
def test_a_roll_at_an_impossible_price_is_refused(leave: float, enter: float) -> None:
    with pytest.raises(BadInput, match="A roll has the price"):
        Roll(START, leave, enter)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(8, 60), premium=st.floats(0.5, 2.0))
def test_holding_a_chain_without_costs_earns_what_its_joined_series_does(seed: int, rows: int, premium: float) -> None:
    random = np.random.default_rng(seed)
    cut = int(random.integers(3, rows - 3))
    close = np.round(100 * np.exp(np.cumsum(random.normal(0, 0.01, rows))), 2)
    open_ = np.concatenate((close[:1], np.round(close[:-1] * np.exp(random.normal(0, 0.002, rows - 1)), 2)))
    level = np.where(np.arange(rows) < cut, 1.0, premium)
    time = START + np.arange(rows) * DAY
    columns = [column * level for column in (open_, np.maximum(open_, close), np.minimum(open_, close), close)]
    raw = Candles(Instrument("test", "F", AssetClass.FUTURE), Timeframe.D1, time, *columns, np.ones(rows))
    roll = Roll(int(time[cut]), float(open_[cut]), float(open_[cut] * premium))
    result = backtest(Holds, [raw], actions={"F": [roll]}, size="quantity 3", **FREE)
    first, second = open_[cut] - open_[1], (close[-1] - open_[cut]) * premium
    assert result.metrics["final_equity"] == pytest.approx(100_000 + 3 * (first + second))


def test_a_kept_run_remembers_its_rolls() -> None:
    given = Options.of(actions={"ES": SERIES.actions})
    assert options_from(arrays_of(given, ["ES"]))["actions"] == {"ES": SERIES.actions}


def test_target_weights_roll_with_their_account() -> None:
    class Half(Strategy):
        def weights(self, candles: dict[str, Candles]) -> Weights:
            return Weights({"ES": 0.5}, "monthly")

    first, second = run(Half, capital=100_000.0).trade_table
    assert (ExitReason(first["reason"]), ExitReason(second["reason"])) == (ExitReason.ROLL, ExitReason.OPEN)
    assert first["quantity"] == second["quantity"] == 10  # half of the account in contracts of 5,000
