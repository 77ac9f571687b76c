"""The compiled walk over one clock: every open and every close of several instruments happens to one account, in order.

Both drivers of several instruments, of arrays and of events, live through each moment here; the rules are those of `trading`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from terminal.backtest.many.actions import act_on_shares, exchange, pay_due, take_rates, worth_with_claims
from terminal.backtest.many.clock import Clock
from terminal.domain.candles import VALUE_COLUMNS, Candles
from terminal.ledger.inner import inner
from terminal.trading.desk import DONE, MARKET, NEVER, Desk
from terminal.trading.tables import Tables, table
from terminal.trading.valuing import position_of
from terminal.trading.walking import close_candle, finish_candle, open_candle

_MORE = 3
"""Orders that may be placed on one instrument between two moments by a compiled driver, an exit and an entry, and one for what they log."""


@dataclass(frozen=True)
class Feed(Tables):
    """The candles of all instruments one after the other, and how far each has come.

    `begin` holds where each instrument's rows begin, and one more for the end; `opens_at` and `closes_at` the moment of each row;
    `next_row` the row that comes next (counted over all), `is_forming` whether it has opened.
    """

    time: NDArray[np.int64] = table(np.int64)
    open: NDArray[np.float64] = table(np.float64)
    high: NDArray[np.float64] = table(np.float64)
    low: NDArray[np.float64] = table(np.float64)
    close: NDArray[np.float64] = table(np.float64)
    volume: NDArray[np.float64] = table(np.float64)
    opens_at: NDArray[np.int64] = table(np.int64)
    closes_at: NDArray[np.int64] = table(np.int64)
    begin: NDArray[np.int64] = table(np.int64)
    next_row: NDArray[np.int64] = table(np.int64)
    is_forming: NDArray[np.bool_] = table(np.bool_)


def feed_of(candles: Sequence[Candles], clock: Clock) -> Feed:
    """The candles as the compiled walk reads them, each instrument at its first row that takes part."""
    begin = np.concatenate(([0], np.cumsum([len(each) for each in candles]))).astype(np.int64)
    columns = {name: np.concatenate([getattr(each, name) for each in candles]) for name in ("time", *VALUE_COLUMNS)}
    return Feed(
        **columns,
        opens_at=np.concatenate(clock.opens_at),
        closes_at=np.concatenate(clock.closes_at),
        begin=begin,
        next_row=begin[:-1] + np.array(clock.first, np.int64),
        is_forming=np.zeros(len(candles), np.bool_),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def live_moment(desk, feed, events, moment, equity):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Lets everything up to the closes at `moment` happen and marks the account there; decisions at that moment come after it."""
    pay_due(desk, events, moment)
    open_due(desk, feed, events, moment)
    exchange(desk, events)
    close_due(desk, feed, moment)
    exchange(desk, events)
    take_rates(desk, events, moment)
    equity[moment] = worth_with_claims(desk, events)


@njit(cache=True, nogil=True, error_model="numpy")
def live_closes(desk, feed, events, moment, equity):  # type: ignore[no-untyped-def]
    """Fills what was asked at `moment` for the closes of that very moment."""
    for i in range(len(desk.books)):
        if just_closed(feed, i, moment):
            close_candle(desk, i, desk.books[i].mark, feed.volume[feed.next_row[i] - 1])
    exchange(desk, events)
    equity[moment] = worth_with_claims(desk, events)


@inner
def just_closed(feed, i, moment):  # type: ignore[no-untyped-def]
    """Whether a candle of instrument `i` closed at `moment`."""
    last = feed.next_row[i] - 1
    return last >= feed.begin[i] and feed.closes_at[last] == moment and not feed.is_forming[i]


@inner
def is_due(feed, i, moment):  # type: ignore[no-untyped-def]
    """Whether the next candle of instrument `i` opens before `moment` and after the moment before."""
    row = feed.next_row[i]
    return not feed.is_forming[i] and row < feed.begin[i + 1] and feed.opens_at[row] == moment


@inner
def open_due(desk, feed, events, moment):  # type: ignore[no-untyped-def]
    """Opens the candles that open before `moment`, earlier ones first; of one time, instruments that reduce before those that only add."""
    after = np.int64(-1)
    while True:
        time = np.int64(NEVER)
        for i in range(len(desk.books)):
            if is_due(feed, i, moment) and after < feed.time[feed.next_row[i]] < time:
                time = feed.time[feed.next_row[i]]
        if time == NEVER:
            return
        for is_reducing in (True, False):
            for i in range(len(desk.books)):
                if is_due(feed, i, moment) and feed.time[feed.next_row[i]] == time and (not is_reducing or reduces(desk, i)):
                    row = feed.next_row[i]
                    act_on_shares(desk, events, i, row, feed.begin[i], time)
                    open_candle(desk, i, row - feed.begin[i], time, feed.open[row], feed.volume[row])
                    feed.is_forming[i] = True
        after = time


@inner
def reduces(desk, i):  # type: ignore[no-untyped-def]
    """Whether a market order of instrument `i` is against what is held of it, so that it sets money free."""
    if desk.books[i].held == 0:
        return False
    held = position_of(desk, i)
    for k in range(desk.books[i].working):
        order = desk.orders[i, k]
        if order.kind == MARKET and order.state != DONE and order.side * held < 0.0:
            return True
    return False


@inner
def close_due(desk, feed, moment):  # type: ignore[no-untyped-def]
    """Lives through the candles that close at `moment`; the volume that has filled at the open stays filled."""
    for i in range(len(desk.books)):
        row = feed.next_row[i]
        if feed.is_forming[i] and feed.closes_at[row] == moment:
            finish_candle(desk, i, (feed.open[row], feed.high[row], feed.low[row], feed.close[row]))
            feed.next_row[i] += 1
            feed.is_forming[i] = False


@inner
def rows_needed(working, held):  # type: ignore[no-untyped-def] # called compiled, and from Python by its py_func
    """How many rows of orders, lots, fills, trades and events one candle of one instrument may need, by what is working and held.

    A roll ends every lot once more.
    """
    orders, lots = 5 * (working + _MORE), held + working + _MORE
    return orders, lots, 2 * orders, 2 * lots + orders, 6 * orders


@njit(cache=True, nogil=True, error_model="numpy")
def is_crowded(desk):  # type: ignore[no-untyped-def]
    """Whether the tables may be too short for what the next moment brings."""
    totals = desk.totals[0]
    fills, trades, events = totals.fills, totals.trades, totals.events
    for i in range(len(desk.books)):
        needed = rows_needed(desk.books[i].working, desk.books[i].held)
        if needed[0] > desk.orders.shape[1] or needed[1] > desk.lots.shape[1]:
            return True
        fills, trades, events = fills + needed[2], trades + needed[3], events + needed[4]
    return fills > len(desk.fills) or trades > len(desk.trades) or events > len(desk.events)


def with_room(desk: Desk) -> Desk:
    """The same desk with tables long enough for what the next moment may bring, doubled where they are not."""
    busy = [rows_needed.py_func(int(book["working"]), int(book["held"])) for book in desk.books]
    totals = desk.totals[0]
    wanted = {"orders": max(row[0] for row in busy), "lots": max(row[1] for row in busy)}
    wanted |= {name: int(totals[name]) + sum(row[column] for row in busy) for column, name in ((2, "fills"), (3, "trades"), (4, "events"))}
    changes: dict[str, NDArray[Any]] = {}
    for name, rows in wanted.items():
        table = getattr(desk, name)
        if rows > table.shape[-1]:
            longer = np.zeros((*table.shape[:-1], max(rows, 2 * table.shape[-1])), table.dtype)
            longer[..., : table.shape[-1]] = table
            changes[name] = longer
            if name in ("orders", "lots"):
                changes[f"saved_{name}"] = np.zeros(longer.shape[-1], table.dtype)
    return replace(desk, **changes) if changes else desk
