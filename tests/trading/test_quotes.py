"""Orders on quotes, books and trades: what meets them, at which price, and what is left."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from terminal.trading import desk as tables
from tests.trading.table import Table


def quoted(bid: float = 99, ask: float = 101, size: float = 10, **settings: object) -> Table:
    table = Table(**settings)  # type: ignore[arg-type]
    table.quote(bid, ask, size)
    return table


def test_a_market_order_takes_levels_and_the_rest_waits_for_the_next_book() -> None:
    table = Table()
    table.book([(99, 5)], [(100, 1), (101, 2)])
    order = table.buy(5)
    table.again()
    assert table.fills(order) == [(1.0, 100.0), (2.0, 101.0)]
    table.again()
    assert len(table.fills(order)) == 2  # what was taken is gone from the book
    table.book([(99, 5)], [(102, 9)])
    assert table.fills(order)[-1] == (2.0, 102.0)
    assert table.state(order) == "filled"


def test_a_marketable_limit_takes_up_to_its_price_then_rests_as_a_maker() -> None:
    table = Table(maker=0.001, taker=0.002)
    table.book([(99, 5)], [(100, 1), (103, 2)])
    order = table.buy(3, price=101)
    table.again()
    table.quote(98, 100.5, size=1)
    assert table.fills(order) == [(1.0, 100.0), (1.0, 101.0)]  # resting, it gets its own price
    assert table.takers() == [True, False]


def test_a_resting_limit_fills_when_a_trade_prints_through_it_not_at_it() -> None:
    table = quoted()
    order = table.buy(3, price=95)
    table.again()
    table.trade(95, 10)
    assert table.fills(order) == []
    table.trade(94.5, 2)
    assert table.fills(order) == [(2.0, 95.0)]  # no more than what was traded


@pytest.mark.parametrize(("rule", "fires"), [(tables.LAST, "trade"), (tables.BID_ASK, "quote"), (tables.MARK, "mark")])
def test_stops_trigger_by_the_price_that_the_account_names(rule: int, fires: str) -> None:
    table = quoted(trigger_by=int(rule))
    table.trade(100)
    table.buy(1)
    table.again()
    stop = table.sell(1, trigger=95, reduce_only=True)
    table.again()
    for name, act in (("trade", lambda: table.trade(94)), ("quote", lambda: table.quote(94, 96)), ("mark", lambda: table.mark(94))):
        if name != fires:
            continue
        act()
    assert table.state(stop) == "filled"
    assert table.story(stop) == ["accepted", "triggered", "filled"]


def test_a_stop_that_looks_at_the_last_trade_ignores_a_quote() -> None:
    table = quoted(trigger_by=int(tables.LAST))
    table.trade(100)
    stop = table.sell(1, trigger=95)
    table.quote(90, 91)
    assert table.fills(stop) == []
    table.trade(95)
    assert table.fills(stop) == [(1.0, 90.0)]


def test_a_sell_trail_follows_the_bid_a_buy_trail_the_ask() -> None:
    table = quoted(trigger_by=int(tables.BID_ASK))
    sell, buy = table.sell(1, trail=2, trail_is_distance=True), table.buy(1, trail=2, trail_is_distance=True)
    table.again()
    table.quote(105, 107)
    table.quote(103.5, 105.5)
    assert table.fills(sell) == []
    table.quote(103, 105)
    assert table.fills(sell) == [(1.0, 103.0)]
    assert table.row_of(buy)["best"] == 101 if buy in table.waiting() else table.fills(buy)[0][1] > 103


def test_fill_or_kill_looks_at_the_visible_size_within_its_price() -> None:
    table = Table()
    table.book([(99, 5)], [(100, 1), (101, 1), (105, 50)])
    short, whole = table.buy(3, price=101, force="fok"), table.buy(2, price=101, force="fok")
    table.again()
    assert table.fills(short) == []
    assert table.fills(whole) == [(1.0, 100.0), (1.0, 101.0)]


def test_a_bracket_from_quotes_hangs_on_the_lot_and_ends_with_it() -> None:
    table = quoted(trigger_by=int(tables.BID_ASK))
    entry = table.buy(2, stop=0.05, target=0.05)
    table.again()
    assert set(table.children(entry)) == {"stop loss", "take profit"}
    table.quote(106.5, 107)
    assert table.held == 0
    assert table.fills()[-1][1] >= 106.05
    assert table.waiting() == []


def test_trades_alone_fill_market_orders_where_no_book_is_shown() -> None:
    table = Table(slippage=0.01)
    order = table.buy(1)
    table.trade(100, 5)
    assert table.fills(order) == [(1.0, 101.0)]


def test_orders_live_on_a_real_book_log(shared: Path) -> None:
    """Four thousand messages of Binance's BTC/USDT: resting orders fill inside the spread seen, money adds up, the same twice."""

    def play() -> tuple[list[tuple[float, float]], float]:
        table, count = Table(1e6, tick="0.01", lot="0.00001", taker=0.001, maker=0.0005, trigger_by=int(tables.BID_ASK)), 0
        with gzip.open(shared / "data" / "book" / "binance_spot_btcusdt_20240808.jsonl.gz", "rt") as lines:
            for line in lines:
                data = json.loads(line.split(" ", 1)[1]).get("data", {})
                if "B" in data and "A" in data:
                    table.book([(float(data["b"]), float(data["B"]))], [(float(data["a"]), float(data["A"]))])
                elif data.get("e") == "trade":
                    table.trade(float(data["p"]), float(data["q"]))
                else:
                    continue
                count += 1
                if count % 200 == 50 and table.asks.size:
                    table.buy(0.01, price=float(table.bids[0, 0]), stop=0.0005, target=0.0003)
                if count == 4_000:
                    break
        return table.fills(), table.value

    fills, value = play()
    assert len(fills) > 5
    assert np.isfinite(value)
    assert 0.9e6 < value < 1.1e6
    assert play() == (fills, value)


def test_orders_live_on_real_trades_of_a_stock(shared: Path) -> None:
    import pyarrow.parquet as parquet

    ticks = parquet.read_table(shared / "data" / "trades" / "lean_spy_ticks_2013-10-08.parquet").slice(0, 5_000)
    table, bought = Table(1e6, tick="0.01", lot="1"), []
    for row, (price, size) in enumerate(zip(ticks["price"].to_pylist(), ticks["size"].to_pylist(), strict=True)):
        table.trade(price, size)
        if row % 500 == 0:
            bought.append(table.buy(100, price=price - 0.02, stop=0.002, target=0.001))
    assert any(table.fills(order) for order in bought)
    assert all(price <= float(table.row_of(order)["price"]) for order in bought if order in table.waiting() for _, price in table.fills(order))


def test_what_a_book_shows_needs_no_slippage_a_bare_trade_does() -> None:
    table = Table(slippage=0.01)
    table.book([(99, 5)], [(100, 1), (101, 2)])
    order = table.buy(2)
    table.again()
    assert table.fills(order) == [(1.0, 100.0), (1.0, 101.0)]
    bare = Table(slippage=0.01)
    stopped = bare.buy(1, trigger=100)
    bare.trade(99, 5)
    bare.trade(100, 5)
    assert bare.fills(stopped) == [(1.0, 101.0)]


def test_quotes_liquidate_a_position_that_no_longer_bears_its_margin_and_count_it_once() -> None:
    table = Table(1_000.0, leverage=10.0, maintenance=0.05, liquidation_fee=0.01, trigger_by=int(tables.BID_ASK))
    table.quote(99.5, 100)
    table.buy(90)
    table.again()
    table.book([(95, 1)], [(96, 1)])
    assert table.held == 90
    table.book([(92, 30), (91, 100)], [(93, 1)])
    assert table.held == 0
    assert [fill for fill in table.fills() if fill[1] < 100] == [(30.0, 92.0), (60.0, 91.0)]
    assert int(table.desk.totals["liquidations"][0]) == 1
    assert float(table.desk.totals["liquidation_fees"][0]) == pytest.approx(0.01 * (30 * 92 + 60 * 91))


def test_a_book_deeper_than_the_tables_makes_them_grow_first() -> None:
    table = Table(1e9)
    deep = [(100.0 + step, 1.0) for step in range(3_000)]
    order = table.buy(3_000)
    table.book([(99, 1)], deep)
    assert len(table.fills(order)) == 3_000
    assert len(table.desk.fills) >= 3_000
    assert table.state(order) == "filled"
