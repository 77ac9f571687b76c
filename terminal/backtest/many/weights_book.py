"""From a portfolio's rebalancing orders to its round trips: each purchase is a lot, sales close lots first in first out.

Called once at the end of a run by `weights_run`; lots are booked by the ledger like everywhere.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from terminal.ledger.fast import LOT, TRADE, book_trade, close_lot, open_lot, reduce_lot
from terminal.ledger.inner import inner
from terminal.risk.grid import SLACK
from terminal.trading.marking import OPEN

NONE = np.int64(-1)


@njit(cache=True, nogil=True, error_model="numpy")
def book_lots(fills, multipliers, marks, lots, following, first, last, trades):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Books `fills` in their order; returns how many round trips `trades` has, those of lots still open valued at `marks` last.

    Lots are as many as fills at most; `following`, `first` and `last` link those of one instrument from old to new, −1 = none.
    """
    done = 0
    for n in range(len(fills)):
        fill = fills[n]
        i, left = fill.instrument, fill.closing
        while left > 0.0 and first[i] != NONE:
            lot, k = lots[first[i]], first[i]
            part = min(lot.quantity, left)
            fee = fill.closing_fee * (part / fill.closing)
            if part >= lot.quantity * (1.0 - SLACK):
                trade = trades[done]
                trade.instrument, trade.exit_order = i, n + 1
                close_lot(lot, trade, fill.row, fill.decision, fill.raw, fill.price, fee, fill.reason)
                done += 1
                first[i] = following[k]
            else:
                reduce_lot(lot, part, multipliers[i], fill.raw, fill.price, fee)
            left -= part
        opened = fill.quantity - fill.closing
        if opened > 0.0:
            open_lot(lots[n], fill.row, fill.decision, fill.side, opened, multipliers[i], fill.raw, fill.price, fill.fee - fill.closing_fee)
            lots[n].id = n + 1
            following[n] = NONE
            if first[i] == NONE:
                first[i] = n
            else:
                following[last[i]] = n
            last[i] = n
    return value_open(marks, lots, following, first, trades, done)


@inner
def value_open(marks, lots, following, first, trades, done):  # type: ignore[no-untyped-def]
    """Adds the lots still open to `trades`, valued at `marks`."""
    for i in range(len(first)):
        k = first[i]
        while k != NONE:
            trade = trades[done]
            trade.instrument, trade.exit_order = i, 0
            book_trade(lots[k], trade, NONE, NONE, marks[i], marks[i], 0.0, OPEN)
            done += 1
            k = following[k]
    return done


@njit(cache=True, nogil=True, error_model="numpy")
def see_prices(trades, highs, lows):  # type: ignore[no-untyped-def]
    """Writes the worst and best price that each round trip of one instrument saw from its entry's candle to before its exit's."""
    for n in range(len(trades)):
        trade = trades[n]
        top, bottom = max(trade.entry_price, trade.exit_price), min(trade.entry_price, trade.exit_price)
        for row in range(trade.entry_row, trade.exit_row if trade.exit_row != NONE else len(highs)):
            top, bottom = max(top, highs[row]), min(bottom, lows[row])
        best, worst = (top, bottom) if trade.side > 0 else (bottom, top)
        trade.mae = trade.side * (worst - trade.entry_price) / trade.entry_price
        trade.mfe = trade.side * (best - trade.entry_price) / trade.entry_price


def round_trips(fills: NDArray[np.void], multipliers: NDArray[np.float64], marks: NDArray[np.float64]) -> NDArray[np.void]:
    """The round trips of `fills`, in the order in which they ended, then those still open valued at `marks` (k,)."""
    count = len(fills)
    first, last = np.full(len(marks), NONE), np.full(len(marks), NONE)
    trades = np.zeros(2 * count + 1, TRADE)
    done = book_lots(fills, multipliers, marks, np.zeros(count, LOT), np.full(count, NONE), first, last, trades)
    return trades[:done]
