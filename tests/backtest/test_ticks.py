"""Strategies over recorded trades, quotes and books: what they hear, where their orders fill, and what the result says."""

import functools
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.backtest.run import backtest
from terminal.domain.errors import BadInput, Cancelled, StrategyError
from terminal.domain.ticks import Ticks
from terminal.domain.timeframe import MINUTE, SECOND
from terminal.indicators.averages import sma
from terminal.strategies.algos import TWAP
from terminal.strategies.contract import Strategy
from terminal.trading.marking import held_summary
from terminal.venues.files.ticks import read_ticks
from tests.backtest import builders
from tests.backtest.builders import START
from tests.backtest.eventful import acting
from tests.backtest.ticking import X, books, fills, lived, random_ticks, times, trades

ONE_BOOK = ([(99, 5), (98, 5)], [(100, 1), (101, 2), (102, 9)])
Heard = list[Any]


def once(act: Any, on: str = "on_tick") -> type[Strategy]:
    """A strategy that acts at the first event only."""

    def start(self: Any) -> None:
        self.has_acted = False

    def answer(self: Any, what: Any) -> None:
        if not self.has_acted:
            self.has_acted = True
            act(self, what)

    return acting(on_start=start, **{on: answer})


def test_a_market_order_takes_the_book_level_by_level_at_once_and_its_rest_the_next() -> None:
    account = lived(once(lambda self, book: self.buy(quantity=4), "on_book"), books(ONE_BOOK, ([(99, 5)], [(103, 9)])), slippage=0.01)
    assert fills(account) == [(0, 1, 1.0, 100.0), (0, 1, 2.0, 101.0), (0, 1, 1.0, 102.0)]
    account = lived(once(lambda self, book: self.buy(quantity=15), "on_book"), books(ONE_BOOK, ([(99, 5)], [(103, 9)])))
    assert fills(account)[-1] == (1, 1, 3.0, 103.0)


def test_where_only_trades_are_known_the_next_one_fills_as_far_as_it_went() -> None:
    account = lived(once(lambda self, tick: self.buy(quantity=3)), trades([100, 101, 102, 103], sizes=2.0))
    assert fills(account) == [(1, 1, 2.0, 101.0), (2, 1, 1.0, 102.0)]


def test_a_resting_limit_waits_for_a_trade_through_it_and_is_a_maker() -> None:
    stream = trades([100, 99, 98.5, 98, 98], sizes=[5, 5, 1, 1, 9], every=20)
    result = backtest(once(lambda self, tick: self.buy(quantity=4, limit=99)), stream, maker=0.0, taker=0.01, slippage=0.0)
    account = lived(once(lambda self, tick: self.buy(quantity=4, limit=99)), stream)
    assert fills(account) == [(2, 1, 1.0, 99.0), (3, 1, 1.0, 99.0), (4, 1, 2.0, 99.0)]
    assert result.trades["costs"].sum() == 0


@pytest.mark.parametrize(
    ("order", "filled", "state"),
    [
        ({"force": "ioc", "limit": 101}, [1.0, 2.0], "cancelled"),
        ({"force": "fok", "limit": 101}, [], "cancelled"),
        ({"force": "fok", "limit": 102}, [1.0, 2.0, 1.0], "filled"),
        ({"post_only": True, "limit": 100}, [], "refused"),
        ({"post_only": True, "limit": 99.5}, [], "working"),
        ({"stop": 100}, [1.0, 2.0, 1.0], "filled"),
        ({"stop": 100.5}, [], "working"),
    ],
)
def test_terms_look_at_the_size_that_is_shown(order: dict[str, Any], filled: list[float], state: str) -> None:
    handles: Heard = []
    account = lived(once(lambda self, book: handles.append(self.buy(quantity=4, **order)), "on_book"), books(ONE_BOOK))
    assert [quantity for _, _, quantity, _ in fills(account)] == filled
    account.orders("X")
    assert handles[0].state == state


def test_a_bracket_leaves_at_what_is_traded_and_says_why_and_when() -> None:
    stream = trades([100, 100, 101, 103.5, 90], every=20)
    result = backtest(once(lambda self, tick: self.buy(quantity=1, stop_loss="5%", take_profit="3%", reason="try")), stream, commission=0.0, slippage=0.0)
    (trade,) = result.trades.to_dict("records")
    assert (trade["entry_price"], trade["exit_price"], trade["reason"], trade["entry_note"]) == (100, 103, "take profit", "try")
    assert (trade["entry_time"].value, trade["exit_time"].value) == (START + 20 * SECOND, START + 60 * SECOND)
    assert trade["bars"] == 1


def test_equity_is_marked_at_the_close_of_each_candle_by_the_last_message_in_it() -> None:
    result = backtest(once(lambda self, tick: self.buy(quantity=10)), trades([100, 100, 104, 110, 120, 130], every=30), commission=0.0, slippage=0.0)
    assert result.equity.tolist() == [10_000, 10_100, 10_300]
    assert result.time.tolist() == [START, START + MINUTE, START + 2 * MINUTE]
    assert result.settings["input"] == "6 trades"
    assert result.metrics["final_equity"] == 10_300
    assert result.to_json()


def test_candles_close_between_messages_and_carry_indicators_that_know_nothing_of_the_one_that_forms() -> None:
    seen: Heard = []

    class Looks(Strategy):
        def prepare(self) -> None:
            self.mean = self.indicator(sma, "close", 2)

        def on_tick(self, tick: Any) -> None:
            seen.append(("tick", tick.price, self.mean.now, len(self.candles(9))))

        def on_candle(self, candle: Any) -> None:
            seen.append(("candle", candle.close, self.mean.now, self.now - START))

    backtest(Looks, trades([10, 11, 20, 21, 30, 31], every=30))
    assert [row[:2] for row in seen] == [("tick", 10), ("tick", 11), ("tick", 20), ("tick", 21), ("candle", 21), ("tick", 30), ("tick", 31)]
    assert [row[2] for row in seen[-3:]] == [16, 16, 16]
    assert np.isnan([row[2] for row in seen[:4]]).all()
    assert [row[3] for row in seen] == [0, 0, 1, 1, 2 * MINUTE, 2, 2]


def note(_strategy: Any, heard: Heard, name: str, _what: Any) -> None:
    heard.append(name)


def test_what_is_decided_at_a_close_happens_at_that_moment_on_the_book_last_shown() -> None:
    told: Heard = []

    class Acts(Strategy):
        def on_candle(self, candle: Any) -> None:
            self.buy(quantity=1)

        def on_fill(self, fill: Any) -> None:
            told.append((fill.time - START, self.now - START))

    result = backtest(Acts, books(ONE_BOOK, ([(99, 5)], [(104, 9)]), every=70), commission=0.0, slippage=0.0)
    assert told == [(MINUTE, MINUTE)]
    assert result.trades["entry_time"].tolist()[0].value == START + MINUTE
    assert result.trades["entry_price"].tolist() == [100.0]


class Gambles(Strategy):
    """Does something at random at every event, and looks at all there is to look at."""

    def prepare(self) -> None:
        self.mean = self.indicator(sma, "close", 2)

    def on_start(self) -> None:
        self.random = np.random.default_rng(7)

    def on_candle(self, candle: Any) -> None:
        self.act(candle.close if self.mean.now != self.mean.now else self.mean.now)

    def on_tick(self, tick: Any) -> None:
        self.act(tick.price)

    def on_book(self, book: Any) -> None:
        if book.mid == book.mid:
            self.act(book.mid + len(self.candles(5)))

    def act(self, price: float) -> None:
        chance = self.random.random()
        if chance < 0.2:
            self.buy(percent=0.1, stop_loss="1%", take_profit="1%", expires="2m")
        elif chance < 0.4:
            self.sell(quantity=1, limit=round(price * 2) / 2)
        elif chance < 0.5:
            self.close()
        elif chance < 0.6:
            self.cancel_all()


@hypothesis.settings(max_examples=30)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(20, 200), part=st.floats(0.2, 0.9))
def test_nothing_knows_a_message_to_come(seed: int, count: int, part: float) -> None:
    ticks = random_ticks(seed, count)
    cut = int(ticks.time[int(len(ticks) * part)])
    early = ticks.between(None, cut)
    if not len(early.candles):
        return
    whole, before = (lived(Gambles, each, capital=5_000.0) for each in (ticks, early))
    made = [rows["time"][: int(account.desk.totals["fills"][0])] for account in (whole, before) if (rows := account.desk.fills) is not None]
    count_before = int(np.searchsorted(made[0], cut))
    assert fills(whole)[:count_before][: len(fills(before))] == fills(before)
    assert all(time > early.time[-1] for time in made[0][len(fills(before)) : count_before].tolist())  # a candle whose close the part does not see


@hypothesis.settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_position_is_what_the_desk_says_without_asking_it(seed: int) -> None:
    class Looks(Gambles):
        def act(self, price: float) -> None:
            account: Any = self._account
            told = account.position("X")
            account.equity()  # lets the desk see the message at hand
            quantity, average, profit = held_summary(account.desk, 0)
            assert told.quantity == quantity
            assert told.is_flat or (told.price, told.profit) == pytest.approx((average, profit))
            super().act(price)

    lived(Looks, random_ticks(seed, 100), capital=5_000.0)


def test_each_message_is_heard_once_by_the_event_that_fits_it_best() -> None:
    stream = Ticks.merged(
        trades([100]), Ticks.of_quotes(X, [START + 1], [99], [1], [101], [2]), books(ONE_BOOK, ONE_BOOK), Ticks.of_marks(X, [START + 2], [100.5])
    )
    stream = Ticks.merged(stream, trades([100, 100], every=200))
    for events, told in (
        (("on_tick", "on_book"), {"on_tick": 5, "on_book": 2}),
        (("on_tick",), {"on_tick": 7}),
        (("on_book",), {"on_book": 3}),
    ):
        heard: Heard = []
        lived(acting(**{name: functools.partialmethod(note, heard, name) for name in events}), stream)
        assert {name: heard.count(name) for name in events} == told


def test_a_tick_and_a_book_show_what_was_known() -> None:
    seen: Heard = []
    stream = Ticks.merged(books(ONE_BOOK), Ticks.of_trades(X, [START + 5], [100.0], [3.0], [-1]), trades([100, 100], every=200))

    def tick(self: Any, tick: Any) -> None:
        seen.append((tick.kind, tick.time - START, tick.price, tick.size, tick.side, tick.bid, tick.ask_size, self.now - START))

    def book(self: Any, book: Any) -> None:
        seen.append((book.bids.tolist(), book.asks.tolist(), book.mid, book.spread))
        with pytest.raises(ValueError, match="read-only"):
            book.bids[0, 0] = 1

    lived(acting(on_tick=tick, on_book=book), stream)
    assert seen[0] == ([[99, 5], [98, 5]], [[100, 1], [101, 2], [102, 9]], 99.5, 1)
    assert ("trade", 5, 100.0, 3.0, -1, 99, 1, 5) in seen


def test_fills_are_told_at_their_message_and_orders_may_answer_them() -> None:
    told: Heard = []

    class Answers(Strategy):
        def on_book(self, book: Any) -> None:
            if not told:
                self.buy(quantity=1)

        def on_fill(self, fill: Any) -> None:
            told.append((fill.time - START, fill.side, fill.price, self.position.quantity))
            if fill.side > 0:
                self.sell(quantity=1, limit=99)

    account = lived(Answers, books(ONE_BOOK, ONE_BOOK))
    assert told == [(0, 1, 100.0, 1.0), (0, -1, 99.0, 0.0)]
    assert [message for message, *_ in fills(account)] == [0, 0]


def test_sizes_in_money_expiry_timeout_and_slices_follow_the_clock_of_the_messages() -> None:
    flat = trades([100] * 40, sizes=1e6)
    handles: Heard = []
    lived(once(lambda self, tick: handles.append(self.buy(limit=50, quantity=1, expires="1m"))), flat)
    assert handles[0].state == "expired"
    account = lived(once(lambda self, tick: self.buy(percent=0.5, timeout="1m")), flat)
    assert fills(account) == [(1, 1, 50.0, 100.0), (7, -1, 50.0, 100.0)]
    account = lived(once(lambda self, tick: self.buy(quantity=4, algo=TWAP("2m", slices=4))), flat)
    assert [(message, quantity) for message, _, quantity, _ in fills(account)] == [(1, 1.0), (3, 1.0), (6, 1.0), (9, 1.0)]


def test_a_start_leaves_what_comes_before_it_to_the_indicators() -> None:
    heard: Heard = []
    stream = trades(np.arange(100, 130), every=20)
    result = backtest(acting(on_tick=lambda self, tick: heard.append(tick.time)), stream, start=START + 3 * MINUTE)
    assert heard[0] == START + 3 * MINUTE
    assert len(result.equity) == 7


def test_what_a_short_borrows_is_paid_at_the_closes() -> None:
    stream = trades([100.0] * 30, sizes=1e6, every=20)
    result = backtest(once(lambda self, tick: self.sell(quantity=10)), stream, commission=0.0, slippage=0.0, borrow=1.0)
    assert result.metrics["total_borrow"] == pytest.approx(10 * 100 * 10 / (365 * 24 * 60))  # ten minutes of a year


def test_liquidation_leaves_a_leveraged_position_on_the_message_that_takes_its_margin() -> None:
    stream = trades([100, 100, 96, 92, 91, 89, 80], sizes=1e6)
    account = lived(once(lambda self, tick: self.buy(quantity=900)), stream, leverage=10.0)
    assert fills(account) == [(1, 1, 900.0, 100.0), (3, -1, 900.0, 92.0)]  # 5 % of 92 × 900 is more than the 2,800 left
    assert int(account.desk.totals["liquidations"][0]) == 1


def test_thousands_of_orders_in_a_book_of_many_levels_never_outgrow_the_tables() -> None:
    deep = [(200.0 + step / 2, 0.1) for step in range(800)]

    class Sweeps(Strategy):
        def on_book(self, book: Any) -> None:
            for _ in range(300):
                self.buy(quantity=0.1, limit=1.0)
            self.buy(quantity=80)

    account = lived(Sweeps, books(*[([(99, 1)], deep)] * 3), capital=1e9)
    assert len(fills(account)) == 3 * 800
    assert len(account.orders("X")) == 900


def test_a_strategy_that_asks_without_end_on_one_message_is_stopped() -> None:
    def endless(self: Any, tick: Any) -> None:
        for _ in range(2_000):
            self.buy(quantity=0.1, limit=1.0)

    with pytest.raises(StrategyError, match="1,000 orders on one message"):
        lived(acting(on_tick=endless), trades([100, 101]))


def test_an_error_names_the_message() -> None:
    def fails(self: Any, tick: Any) -> None:
        if tick.price > 103:
            raise ZeroDivisionError("no")

    with pytest.raises(StrategyError, match=r"message 4"):
        lived(acting(on_tick=fails), trades([100, 101, 102, 103, 104]))


@pytest.mark.parametrize(
    ("strategy", "stream", "settings", "words"),
    [
        (acting(on_book=lambda self, book: None), trades([1, 2]), {}, "only 2 trades"),
        (builders.strategy(enter_long=True), trades([1, 2]), {}, "decides on candles"),
        (acting(on_tick=lambda self, tick: None), trades([1, 2], every=60), {"fill_at": "close"}, "fill_at"),
        (acting(on_tick=lambda self, tick: None), trades([1, 2], every=60), {"participation": 0.1}, "participation"),
        (acting(on_tick=lambda self, tick: None), trades([1, 2], every=60), {"size": "kelly 25%"}, "candle by candle"),
        (acting(on_tick=lambda self, tick: None), trades([]), {}, "There are no ticks of X"),
        (acting(on_tick=lambda self, tick: None), [trades([1, 2])], {}, "one by one"),
        (acting(on_tick=lambda self, tick: None), trades([1, 2]), {"start": START + 10 * MINUTE}, "1 candles of 1m before it"),
        ([acting(on_tick=lambda self, tick: None)], trades([1, 2]), {}, "one by one"),
    ],
)
def test_what_makes_no_sense_over_ticks_is_refused_in_words(strategy: Any, stream: Ticks, settings: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        backtest(strategy, stream, **settings)


def test_a_strategy_of_ticks_is_told_that_candles_never_wake_it() -> None:
    hears = acting(on_tick=lambda self, tick: None)
    for candles in (builders.candles([(1, 1, 1, 1)] * 3), [builders.candles([(1, 1, 1, 1)] * 3)]):
        with pytest.raises(BadInput, match="was given candles"):
            backtest(hears, candles)


@pytest.mark.parametrize(("trigger", "message"), [("bid_ask", 2), ("mark", 3), ("last", 4)])
def test_a_stop_looks_at_the_price_that_the_run_names(trigger: str, message: int) -> None:
    def acts(self: Any, tick: Any) -> None:
        self.buy(quantity=1)
        self.sell(quantity=1, stop=95, reduce_only=True)

    quotes = Ticks.of_quotes(X, times(2), [99, 94], [50, 50], [100, 97], [50, 50])
    later = Ticks.of_marks(X, times(3)[2:], [94.5]), Ticks.of_trades(X, times(4)[3:], [94], [1])
    account = lived(once(acts), Ticks.merged(trades([99.5]), quotes, *later), trigger=trigger)
    assert fills(account) == [(1, 1, 1.0, 100.0), (message, -1, 1.0, 94.0)]


def test_a_stream_shorter_than_a_candle_is_a_run_too() -> None:
    result = backtest(once(lambda self, tick: self.buy(quantity=10)), trades([100, 100, 104], every=1), commission=0.0, slippage=0.0)
    assert result.equity.tolist() == [10_040]
    assert result.to_json()


def test_a_run_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        backtest(acting(on_tick=lambda self, tick: None), trades(np.full(500, 100.0)), cancelled=lambda: True)


def test_before_anything_was_quoted_a_market_order_is_refused() -> None:
    handles: Heard = []
    lived(acting(on_start=lambda self: handles.append(self.buy(quantity=1)), on_tick=lambda self, tick: None), trades([100, 101]))
    assert (handles[0].state, handles[0].refused) == ("refused", "nothing was quoted yet")


class Maker(Strategy):
    """Quotes the best bid now and then, with a bracket."""

    def on_start(self) -> None:
        self.seen = 0

    def on_book(self, book: Any) -> None:
        self.seen += 1
        if self.seen % 50 == 0:
            self.cancel_all()
            self.buy(quantity=0.02, limit=book.bid, post_only=True, stop_loss="0.2%", take_profit="0.05%")


def test_a_maker_on_a_real_book_pays_its_spread_and_fills_within_what_was_shown(shared: Path) -> None:
    ticks = read_ticks(shared / "data" / "book" / "binance_spot_btcusdt_20240808.jsonl.gz")
    result = backtest(Maker, ticks, maker=0.0, taker=0.0005)
    closed = result.trades[result.trades["reason"] != "open"]
    assert len(closed) > 30
    assert set(closed["reason"]) == {"stop loss", "take profit"}
    assert np.isclose(result.metrics["final_equity"] - 10_000, result.trades["profit"].sum())
    shown = np.searchsorted(ticks.time, [time.value for time in closed["entry_time"]], side="right") - 1
    lowest = np.array([np.nanmin(ticks.best[max(0, row - 200) : row + 1, 0]) for row in shown])
    assert np.all(closed["entry_price"] >= lowest * 0.999)
    assert backtest(Maker, ticks, maker=0.0, taker=0.0005).to_json() == result.to_json()


def test_times_are_those_of_the_messages() -> None:
    assert times(3).tolist() == [START, START + 10 * SECOND, START + 20 * SECOND]
