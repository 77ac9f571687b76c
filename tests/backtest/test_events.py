"""Event by event: every act and every event, through small strategies; what they saw, and what became of what they asked."""

import math
from typing import Any

import numpy as np
import pytest

from terminal.backtest.run import backtest
from terminal.domain.errors import BadInput, StrategyError
from terminal.domain.timeframe import HOUR, Timeframe
from terminal.indicators.averages import sma
from terminal.indicators.trend import bollinger
from terminal.strategies.algos import TWAP
from terminal.strategies.contract import Strategy
from tests.backtest import builders
from tests.backtest.eventful import acting, fills, flat, lived, walk


def at(row: int, act: Any) -> Any:
    """An `on_candle` that does `act(strategy)` on one row only."""
    begin = builders.START

    def on_candle(self: Strategy, candle: Any) -> None:
        if candle.time == begin + row * HOUR:
            act(self)

    return on_candle


def test_events_come_in_order_and_each_is_told() -> None:
    told: list[Any] = []

    class Teller(Strategy):
        def prepare(self) -> None:
            told.append("prepare")

        def on_start(self) -> None:
            told.append("start")

        def on_candle(self, candle: Any) -> None:
            if self.position.is_flat and not self.orders:
                told.append("buy")
                self.buy(quantity=1, stop_loss=99.5)

        def on_fill(self, fill: Any) -> None:
            told.append(("fill", fill.side, fill.price, fill.reason))

        def on_order(self, order: Any) -> None:
            told.append(("order", order.id, order.state))

        def on_stop(self) -> None:
            told.append("stop")

    lived(Teller, flat(2))
    assert told[:3] == ["prepare", "start", "buy"]
    assert told[3] == ("order", 1, "working")
    assert told[4] == ("fill", 1, 100.0, "signal")
    assert ("fill", -1, 99.5, "stop loss") in told
    assert told[-1] == "stop"


@pytest.mark.parametrize(
    ("order", "filled"),
    [
        ({"quantity": 2}, (1, 1, 2.0, 100.0)),
        ({"cash": 500}, (1, 1, 5.0, 100.0)),
        ({"percent": 0.5}, (1, 1, 50.0, 100.0)),
        ({"risk": 0.01, "stop_loss": 90.0}, (1, 1, 10.0, 100.0)),
        ({"target": 0.25}, (1, 1, 25.0, 100.0)),
        ({"quantity": 1, "limit": 99.5}, (1, 1, 1.0, 99.5)),
        ({"quantity": 1, "stop": 100.5}, (1, 1, 1.0, 100.5)),
        ({"quantity": 1, "stop": 100.5, "limit": 100.7}, (1, 1, 1.0, 100.5)),
        ({"quantity": 1, "on_close": True}, (1, 1, 1.0, 100.0)),
        ({"quantity": 1, "limit": 100.5, "force": "ioc"}, (1, 1, 1.0, 100.0)),
        ({"quantity": 1, "limit": 100.5, "force": "fok"}, (1, 1, 1.0, 100.0)),
        ({"quantity": 1, "limit": 99.5, "post_only": True}, (1, 1, 1.0, 99.5)),
    ],
)
def test_an_order_fills_where_its_words_say(order: dict[str, Any], filled: tuple[int, int, float, float]) -> None:
    account = lived(acting(on_candle=at(0, lambda self: self.buy(**order))), flat(2))
    assert fills(account)[0] == pytest.approx(filled)


def test_what_runs_out_or_may_not_fill_ends_without_a_fill() -> None:
    seen: dict[str, tuple[str, str]] = {}

    def ask(self: Strategy) -> None:
        self.buy(quantity=1, limit=50.0, expires="2h", tag="expires")
        self.buy(quantity=1, limit=50.0, force="day", tag="day")
        self.buy(quantity=1, limit=99.0, force="ioc", tag="ioc")
        self.buy(quantity=1, limit=200.0, post_only=True, tag="post")
        self.sell(quantity=1, reduce_only=True, tag="reduce")
        gone = self.buy(quantity=1, limit=40.0, tag="gone")
        self.buy(quantity=1, after=gone, tag="after")
        self.cancel(gone)

    kind = acting(on_candle=at(0, ask), on_order=lambda self, order: seen.update({order.tag: (order.state, order.refused)}))
    account = lived(kind, flat(40))
    assert fills(account) == []
    assert {tag: state for tag, (state, _) in seen.items()} == {
        "expires": "expired",
        "day": "expired",
        "ioc": "cancelled",
        "post": "refused",
        "reduce": "cancelled",
        "gone": "cancelled",
        "after": "cancelled",
    }
    assert "post-only" in seen["post"][1]


def test_a_group_cancels_the_rest_and_after_waits_for_its_fill() -> None:
    def ask(self: Strategy) -> None:
        first = self.buy(quantity=1, limit=99.5, group=7)
        self.buy(quantity=1, stop=150.0, group=7)
        self.sell(quantity=1, limit=100.9, after=first)

    account = lived(acting(on_candle=at(0, ask)), flat(3))
    assert [fill[1:] for fill in fills(account)] == [(1, 1.0, 99.5), (-1, 1.0, 100.9)]
    assert int(account.desk.books["working"][0]) == 0


def test_protect_adds_exits_to_an_entry_before_and_after_its_fill() -> None:
    def ask(self: Strategy) -> None:
        self.entry = self.buy(quantity=3)
        self.protect(self.entry, limit=100.6, quantity=1)

    class Kind(Strategy):
        on_candle = at(0, ask)

        def on_fill(self, fill: Any) -> None:
            if fill.side > 0:
                self.protect(fill.order, stop=99.5)

    account = lived(Kind, flat(4))
    assert [fill[1:] for fill in fills(account)] == [(1, 3.0, 100.0), (-1, 1.0, 100.6), (-1, 2.0, 99.5)]


def test_scale_in_and_out_close_all_and_target() -> None:
    def on_candle(self: Strategy, candle: Any) -> None:
        row = (candle.time - builders.START) // HOUR
        if row < 2:
            self.buy(quantity=1)
        elif row == 2:
            assert self.position.quantity == 2.0
            self.close(quantity=1)
        elif row == 3:
            assert self.positions["BTC/USDT"].quantity == 1.0
            assert len(self.close_all(reason="enough")) == 1
        elif row == 4:
            assert self.position.is_flat
            assert self.close() is None
            self.target(-0.5)

    account = lived(acting(on_candle=on_candle), flat(7))
    assert [fill[1:3] for fill in fills(account)] == [(1, 1.0), (1, 1.0), (-1, 1.0), (-1, 1.0), (-1, 50.0)]


def test_a_twap_sends_equal_slices_at_equal_steps_as_one_order() -> None:
    told: list[Any] = []

    class Slow(Strategy):
        def on_candle(self, candle: Any) -> None:
            if not told:
                told.append(self.buy(quantity=6, algo=TWAP("30m", slices=6), stop_loss=50.0))

        def on_fill(self, fill: Any) -> None:
            told.append((fill.order is told[0], self.now, fill.order.filled))

    account = lived(Slow, flat(60, timeframe=Timeframe.M1))
    assert [fill[:3] for fill in fills(account)] == [(1 + 5 * step, 1, 1.0) for step in range(6)]
    assert [item[2] for item in told[1:]] == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert all(item[0] for item in told[1:])
    assert told[0].state == "filled"
    assert told[0].average_price == 100.0
    with pytest.raises(BadInput, match="slices"):
        TWAP("30m", slices=0)


def test_cancelling_a_twap_stops_the_slices_to_come() -> None:
    class Slow(Strategy):
        def on_candle(self, candle: Any) -> None:
            row = (candle.time - builders.START) // Timeframe.M1.nanoseconds
            if row == 0:
                self.order = self.buy(quantity=6, algo=TWAP("30m", slices=6))
            if row == 12:
                assert self.orders == [self.order]
                self.cancel_all()

    account = lived(Slow, flat(60, timeframe=Timeframe.M1))
    assert len(fills(account)) == 3


def test_indicators_show_only_what_is_known_and_wait_until_warm() -> None:
    candles, seen = walk(300), []

    class Looks(Strategy):
        def prepare(self) -> None:
            self.mean = self.indicator(sma, "close", 20)
            self.upper, self.middle, self.lower = self.indicator(bollinger, "close", 20, 2.0)

        def on_candle(self, candle: Any) -> None:
            seen.append((candle.time, self.mean.now, self.mean.ago(1), self.upper.now, len(self.candles(50)), self.candles(3).close[-1] == candle.close))

    lived(Looks, candles)
    means, upper = sma(candles.close, 20), bollinger(candles.close, 20, 2.0)[0]
    assert len(seen) == 281
    for row, (time, mean, before, top, count, is_last) in enumerate(seen, 19):
        assert (time, mean, top) == (candles.time[row], means[row], upper[row])
        assert before == means[row - 1] or math.isnan(before)
        assert count == min(50, row + 1)
        assert is_last


def test_looking_ahead_is_refused_and_higher_timeframes_show_closed_candles() -> None:
    candles, seen = walk(180), []

    class Looks(Strategy):
        def on_candle(self, candle: Any) -> None:
            hours = self.candles(2, timeframe="1h")
            seen.append((self.now, len(hours), int(hours.time[-1]) + HOUR if len(hours) else 0))

    lived(Looks, candles)
    assert all(closed <= now for now, _, closed in seen)
    assert [count for _, count, _ in seen[58:61]] == [0, 1, 1]
    ahead = acting(prepare=lambda self: setattr(self, "line", self.indicator(sma, "close", 5)), on_candle=lambda self, candle: self.line.ago(-1))
    with pytest.raises(StrategyError, match="no looking ahead"):
        lived(ahead, candles)


def test_equity_cash_mode_and_position_are_those_of_the_last_close() -> None:
    seen: list[Any] = []

    def on_candle(self: Strategy, candle: Any) -> None:
        if not seen:
            self.buy(quantity=10, stop_loss=1.0)
        seen.append((self.equity, self.cash, self.mode, self.position.profit, self.position.price))

    rows = [(100.0, 101.0, 99.0, 100.0), (100.0, 103.0, 99.0, 102.0), (102.0, 106.0, 101.0, 105.0)]
    account = lived(acting(on_candle=on_candle), builders.candles(rows))
    assert [item[0] for item in seen] == [10_000.0, 10_020.0, 10_050.0]
    assert account.feed.equity.tolist() == [10_000.0, 10_020.0, 10_050.0]
    assert [item[1] for item in seen] == [10_000.0, 9_000.0, 9_000.0]
    assert seen[2][2:] == ("backtest", 50.0, 100.0)


@pytest.mark.parametrize("asleep", [{"every": "4h"}, {"at": "08:00"}, {"when": np.arange(96) % 7 == 3}])
def test_a_sleeping_strategy_is_woken_only_when_it_said_and_trades_as_one_that_looks_itself(asleep: dict[str, Any]) -> None:
    candles = walk(96, timeframe=Timeframe.H1)
    rows: list[int] = []

    class Sleeper(Strategy):
        def prepare(self) -> None:
            self.wake(**asleep)

        def on_candle(self, candle: Any) -> None:
            rows.append((candle.time - builders.START) // HOUR)
            self.buy(quantity=1, stop_loss="0.3%", take_profit="0.4%", timeout="5h")

    class Awake(Sleeper):
        def prepare(self) -> None:
            pass

        def on_candle(self, candle: Any) -> None:
            if (candle.time - builders.START) // HOUR in chosen:
                super().on_candle(candle)

    slept = lived(Sleeper, candles)
    chosen = set(rows)
    assert 0 < len(rows) < 40
    awake = lived(Awake, candles)
    assert slept.book().tobytes() == awake.book().tobytes()
    assert slept.feed.equity.tobytes() == awake.feed.equity.tobytes()


def test_timers_have_names_and_leave_the_candles_alone() -> None:
    rung: list[tuple[str, int]] = []
    candles: list[int] = []

    class Clock(Strategy):
        def on_start(self) -> None:
            self.wake(at="12:00", name="noon")
            self.wake(every="1d", name="day")

        def on_timer(self, name: str) -> None:
            rung.append((name, (self.now - builders.START) // HOUR))

        def on_candle(self, candle: Any) -> None:
            candles.append(candle.time)

    lived(Clock, flat(50))
    assert len(candles) == 50
    assert [hour for name, hour in rung if name == "noon"] == [1, 12, 36]
    assert [hour for name, hour in rung if name == "day"] == [1, 24, 48]


def test_notes_and_reasons_reach_the_run() -> None:
    def act(self: Strategy) -> None:
        self.log("in", price=100.0)
        self.buy(quantity=1, reason="because", timeout="2h")

    kind = acting(on_candle=at(0, act))
    account = lived(kind, flat(6))
    assert [(note.time - builders.START, note.words, dict(note.values)) for note in account.notes] == [(HOUR, "in", {"price": 100.0})]
    result = backtest(kind, flat(6), commission=0.0, slippage=0.0)
    assert result.trades["entry_reason"].tolist() == ["because"] if "entry_reason" in result.trades else result.reasons == ("because",)
    assert result.trades["reason"].tolist() == ["time out"]


def test_one_run_is_the_same_as_the_next_and_leaves_nothing_behind() -> None:
    class Counts(Strategy):
        seen: list[int] = []  # noqa: RUF012 - the mistake that the test is about
        count = 0

        def on_candle(self, candle: Any) -> None:
            assert len(self.seen) == self.count
            self.seen.append(1)
            self.count += 1
            if self.count == 3:
                self.buy(quantity=1)

    strategy = Counts()
    first, second = lived(strategy, flat(9)), lived(strategy, flat(9))
    assert first.feed.equity.tobytes() == second.feed.equity.tobytes()
    assert Counts.seen == []
    assert "count" not in vars(strategy)
    with pytest.raises(BadInput, match="while it runs"):
        strategy.buy(quantity=1)
