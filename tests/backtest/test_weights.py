"""Portfolios of target weights: when they are put right, how they trade, and that loop and desk agree."""

from typing import Any

import numpy as np
import pytest

from terminal.backtest.many.account import account_of
from terminal.backtest.many.weights_desk import trade_on_desk
from terminal.backtest.many.weights_run import decide_weights, is_plain, trade_plainly
from terminal.backtest.options import Options
from terminal.backtest.run import backtest
from terminal.domain.candles import Candles
from terminal.domain.errors import StrategyError
from terminal.domain.timeframe import DAY, Timeframe
from terminal.domain.weights import Weights, rows_due
from terminal.domain.work import never
from terminal.strategies.contract import Strategy
from terminal.trading.marking import finish
from tests.backtest.test_many import FREE, START, flat, market, of


def portfolio(rebalance: str = "monthly", **target: Any) -> Strategy:
    class Portfolio(Strategy):
        def weights(self, candles: dict[str, Candles]) -> Weights:
            return Weights(target, rebalance)

    return Portfolio()


def test_each_period_begins_at_its_first_close() -> None:
    time = START + np.arange(90) * DAY  # from Friday, the first of January 2021
    assert np.flatnonzero(rows_due("monthly", time)[0]).tolist() == [0, 31, 59]
    assert np.flatnonzero(rows_due("weekly", time)[0])[:3].tolist() == [0, 3, 10]
    assert np.flatnonzero(rows_due("every 30", time)[0]).tolist() == [0, 30, 60]
    assert rows_due("drift 5%", time)[1] == 0.05


def test_weights_are_bought_at_the_next_open_and_put_right_on_their_day() -> None:
    """Half in each: A doubles within the month, so the first close of the next month sells a quarter of it and buys B."""
    rows = 40
    a = [(100.0,) * 4] * 10 + [(200.0,) * 4] * (rows - 10)
    result = backtest(portfolio(A=0.5, B=0.5), [of("A", a, Timeframe.D1), of("B", flat(50, rows), Timeframe.D1)], capital=1000, **FREE)
    trades = [(row["symbol"], row["side"], row["quantity"], row["entry_price"], row["reason"]) for _, row in result.trades.iterrows()]
    assert trades == [("A", "long", 5.0, 100.0, "open"), ("B", "long", 10.0, 50.0, "open"), ("B", "long", 5.0, 50.0, "open")]
    assert result.equity_values[[0, 1, 9, 10, 39]].tolist() == [1000, 1000, 1000, 1500, 1500]
    assert result.trade_table["entry_row"].tolist() == [1, 1, 32]


def test_a_band_trades_only_what_has_drifted() -> None:
    prices = np.array([100.0, 100, 104, 108, 130, 130, 130])
    a = of("A", np.stack([prices] * 4, 1), Timeframe.D1)
    result = backtest(portfolio("drift 5%", A=0.5), [a, of("B", flat(1, 7), Timeframe.D1)], capital=1000, **FREE)
    assert result.trade_table["entry_row"].tolist() == [1]
    assert result.equity_values[-1] == pytest.approx(1000 + 5 * 30)
    held = 0.5 * result.equity_values[4] / 130  # at the close of 130 it was 56.5 % and was cut back to one half at the next open
    final = backtest(
        portfolio("drift 5%", A=0.5),
        [of("A", np.stack([np.append(prices, 260.0)] * 4, 1), Timeframe.D1), of("B", flat(1, 8), Timeframe.D1)],
        capital=1000,
        **FREE,
    )
    assert final.equity_values[-1] == pytest.approx(1150 + held * 130)


@pytest.mark.parametrize("costs", [{}, {"commission": 0.002, "slippage": 0.001}])
@pytest.mark.parametrize("rebalance", ["monthly", "every 3", "drift 2%"])
def test_the_loop_and_the_desk_make_the_same_trades(rebalance: str, costs: dict[str, float]) -> None:
    candles = [market(name, 200, seed, timeframe=Timeframe.D1) for seed, name in enumerate("ABCD")]
    random = np.random.default_rng(8)
    raw = random.normal(0.5, 1.0, (200, 4))
    target = raw / np.abs(raw).sum(1, keepdims=True) * 0.9
    strategy = portfolio(rebalance, **{name: target[:, code] for code, name in enumerate("ABCD")})
    options = Options(**costs)
    account = account_of(candles, options)
    clock = account.clock
    weights = decide_weights(strategy, candles, clock, 1.0)
    assert is_plain(candles, clock, options)
    book, equity, counts = trade_plainly(candles, clock, weights, options)
    desk, on_desk = trade_on_desk(account.desk(), candles, clock, account.events, weights, options, never)
    finish(desk, False)
    other = desk.trades[: int(desk.totals["trades"][0])]
    assert len(book) == len(other) > 20
    assert counts["cut"] == desk.totals["cut"][0]
    np.testing.assert_allclose(equity, on_desk, rtol=1e-9)
    for names in (("instrument", "entry_row", "exit_row", "quantity"),):
        order, others = np.lexsort([book[name] for name in reversed(names)]), np.lexsort([other[name] for name in reversed(names)])
        for name in ("instrument", "entry_row", "exit_row", "side", "reason"):
            np.testing.assert_array_equal(book[name][order], other[name][others])
        for name in ("quantity", "entry_price", "exit_price", "profit"):
            np.testing.assert_allclose(book[name][order], other[name][others], rtol=1e-7, atol=1e-7)


def test_weights_see_each_instrument_on_the_common_clock_and_trade_on_their_own_days() -> None:
    """Weekday candles beside round-the-clock ones: what is decided on a Saturday trades on Monday."""
    every_day = of("A", flat(100, 12), Timeframe.D1)
    weekdays = np.array([row for row in range(12) if (row + 4) % 7 < 5])  # the first of January 2021 was a Friday
    stock = Candles(of("S", flat(50, 1)).instrument, Timeframe.D1, START + weekdays * DAY, *np.full((4, len(weekdays)), 50.0), volume=np.ones(len(weekdays)))
    seen = {}

    class OnSaturday(Strategy):
        def weights(self, candles: dict[str, Candles]) -> Weights:
            seen.update(candles)
            target = np.full(len(candles["A"]), np.nan)
            target[1] = 0.5
            return Weights({"A": target, "S": target}, "daily")

    result = backtest(OnSaturday, [every_day, stock], **FREE)
    assert len(seen["S"]) == 12
    entered = {row["symbol"]: (row["entry_time"].value - START) // DAY for _, row in result.trades.iterrows()}
    assert entered == {"A": 2, "S": 3}


@pytest.mark.parametrize(
    ("target", "rebalance", "words"),
    [
        ({"A": 0.7, "B": 0.6}, "daily", "add up to more than the account at 2021-01-01"),
        ({"C": 0.5}, "daily", "'C', which takes no part"),
        ({"A": [0.5, 0.5]}, "daily", "2 rows, candles have 5"),
        ({"A": "much"}, "daily", "no numbers"),
        ({"A": float("inf")}, "daily", "infinite"),
        ({"A": 0.5}, "sometimes", "'sometimes'"),
        ({"A": 0.5}, "every 0", "'every 0'"),
    ],
)
def test_weights_that_make_no_sense_are_refused_in_words(target: dict[str, Any], rebalance: str, words: str) -> None:
    with pytest.raises(StrategyError, match=words):
        backtest(portfolio(rebalance, **target), [of("A", flat(1, 5), Timeframe.D1), of("B", flat(1, 5), Timeframe.D1)])
