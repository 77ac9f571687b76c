"""Ticks: what they refuse, how streams merge, and the candles that are made of them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.ticks import TickKind, Ticks
from terminal.domain.timeframe import MINUTE, SECOND, Timeframe

X = Instrument("test", "X")


def trades(*prices: float, every: int = 10, sizes: Any = None) -> Ticks:
    return Ticks.of_trades(X, np.arange(len(prices)) * every * SECOND, prices, np.ones(len(prices)) if sizes is None else sizes)


def test_candles_hold_the_first_highest_lowest_and_last_trade_and_what_was_traded() -> None:
    candles = trades(10, 12, 9, 11, 10.5, 10, 20, every=10, sizes=[1, 2, 3, 4, 5, 6, 7]).candles
    assert candles.time.tolist() == [0, MINUTE]
    assert [candles.open.tolist(), candles.high.tolist(), candles.low.tolist(), candles.close.tolist()] == [[10, 20], [12, 20], [9, 20], [10, 20]]
    assert candles.volume.tolist() == [21, 7]


def test_a_minute_without_a_trade_has_no_candle() -> None:
    assert trades(10, 11, every=150).candles.time.tolist() == [0, 2 * MINUTE]


def test_candles_of_quotes_are_their_middle_without_volume_and_trades_come_first() -> None:
    quotes = Ticks.of_quotes(X, [0, SECOND, 2 * SECOND], [99, 100, np.nan], [1, 1, 0], [101, 104, 103], [1, 1, 1])
    assert [quotes.candles.open[0], quotes.candles.high[0], quotes.candles.close[0], quotes.candles.volume[0]] == [100, 102, 102, 0]
    assert Ticks.merged(quotes, trades(90)).candles.open.tolist() == [90]
    assert Ticks.of_marks(X, [0, 1], [5, 6]).candles.close.tolist() == [6]


def test_the_candles_are_of_the_timeframe_asked_for() -> None:
    assert len(trades(*range(1, 61), every=10).candles) == 10
    assert len(trades(*range(1, 61), every=10).marked("5m").candles) == 2
    assert trades(1).marked(Timeframe.H1).candles.timeframe is Timeframe.H1


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20)), max_size=30))
def test_merged_streams_keep_time_their_own_order_and_every_level(rows: list[tuple[int, int]]) -> None:
    parts, told = [], []
    for number in range(3):
        own = sorted(moment for which, moment in rows if which == number)
        levels = [[(10.0 - step, float(number * 100 + place + 1)) for step in range(place % 3)] for place in range(len(own))]
        told += [(moment, level) for moment, level in zip(own, levels, strict=True)]
        parts.append(Ticks.of_books(X, own, levels, levels[:0] + [[]] * len(own)))
    whole = Ticks.merged(*parts)
    assert np.all(np.diff(whole.time) >= 0)
    found = [(int(whole.time[row]), whole.bids[whole.bid_rows[row] : whole.bid_rows[row + 1]].tolist()) for row in range(len(whole))]
    assert found == [(moment, [list(pair) for pair in level]) for moment, level in sorted(told, key=lambda each: each[0])]
    assert whole.between(5, 12).fingerprint == Ticks.merged(*(part.between(5, 12) for part in parts)).fingerprint


def test_the_best_quote_is_the_one_last_shown() -> None:
    quotes = Ticks.of_quotes(X, [10, 30], [99, 100], [1, 2], [101, np.nan], [3, 0])
    whole = Ticks.merged(Ticks.of_trades(X, [0, 20], [50, 51], [1, 1]), quotes)
    assert whole.kind.tolist() == [TickKind.TRADE, TickKind.QUOTE, TickKind.TRADE, TickKind.QUOTE]
    assert np.isnan(whole.best[0]).all()
    assert whole.best[1].tolist() == whole.best[2].tolist() == [99, 1, 101, 3]
    assert np.array_equal(whole.best[3], [100, 2, np.nan, np.nan], equal_nan=True)
    assert whole.shown.tolist() == [-1, 1, 1, 3]


def test_a_level_without_size_is_not_the_best() -> None:
    book = Ticks.of_books(X, [0, 1, 2], [[(99, 0), (98, 1)], [(99, 0)], [(97, 2)]], [[(100, 3)], [], [(100, 0), (101, 0), (102, 1)]])
    assert book.best[0].tolist() == [98, 1, 100, 3]
    assert np.isnan(book.best[1]).all()
    assert book.best[2].tolist() == [97, 2, 102, 1]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Ticks.of_trades(X, [1, 0], [1, 1], [1, 1]), "may not fall"),
        (lambda: Ticks.of_trades(X, [0, 1], [1], [1, 1]), "differ in length"),
        (lambda: Ticks.of_trades(X, [0], [0], [1]), "price 0"),
        (lambda: Ticks.of_trades(X, [0], [np.nan], [1]), "price nan"),
        (lambda: Ticks.of_trades(X, [0], [1], [-1]), "size -1"),
        (lambda: Ticks.of_books(X, [0], [[(99, 1), (100, 1)]], [[]]), "bid 100 × 1"),
        (lambda: Ticks.of_books(X, [0, 1], [[(99, 1)], [(100, 1)]], [[(101, 1)], [(101, 1), (101, 2)]]), "ask 101 × 2"),
        (lambda: Ticks.of_books(X, [0, 1], [[(99, 1)]], [[], []]), "2 times, 1 bids and 2 asks"),
        (lambda: Ticks.of_quotes(X, [0], [-1], [1], [1], [1]), "bid -1"),
    ],
)
def test_what_no_venue_can_have_sent_is_refused(make: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        make()


def test_nobody_can_change_them_and_equal_messages_have_equal_fingerprints() -> None:
    prices = np.array([1.0, 2.0])
    ticks = Ticks.of_trades(X, [0, 1], prices, [1, 1])
    prices[0] = 9
    assert ticks.price.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        ticks.price[0] = 5
    assert ticks.fingerprint == Ticks.of_trades(X, [0, 1], [1, 2], [1, 1]).fingerprint != Ticks.of_trades(X, [0, 1], [1, 3], [1, 1]).fingerprint


def test_real_trades_make_exactly_the_candles_that_the_venue_made_of_them(shared: Path) -> None:
    import pyarrow.parquet as parquet

    from terminal.venues.files.ticks import read_ticks

    candles = read_ticks(shared / "data" / "trades" / "freqtrade_xrp_eth_trades.parquet", symbol="XRP/ETH").candles
    theirs = parquet.read_table(shared / "data" / "crypto" / "freqtrade_xrp_eth-1m.parquet")
    for name in ("open", "high", "low", "close", "volume"):
        assert np.array_equal(getattr(candles, name), theirs[name].to_numpy()), name
    assert candles.instrument.quote == "ETH"
