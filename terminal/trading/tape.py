"""A recorded stream of trades, quotes and books happens to an account: each message by the rules of `quotes`, any number in one call.

The backtest over ticks calls it; the paper broker is fed the same messages one by one and gives the same fills.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from terminal.domain.ticks import TickKind, Ticks
from terminal.ledger.inner import inner
from terminal.trading.carrying import carry
from terminal.trading.costs import use_unit
from terminal.trading.desk import is_crowded_by
from terminal.trading.quotes import see_book, see_mark, see_trade
from terminal.trading.tables import Tables, table
from terminal.trading.valuing import worth_of

_TRADE, _MARK = np.int64(TickKind.TRADE), np.int64(TickKind.MARK)


@dataclass(frozen=True)
class Tape(Tables):
    """The messages of a stream as compiled code reads them; `shown` is the row whose book is the last one shown, −1 = none."""

    time: NDArray[np.int64] = table(np.int64)
    kind: NDArray[np.int64] = table(np.int64)
    price: NDArray[np.float64] = table(np.float64)
    size: NDArray[np.float64] = table(np.float64)
    shown: NDArray[np.int64] = table(np.int64)
    bid_rows: NDArray[np.int64] = table(np.int64)
    ask_rows: NDArray[np.int64] = table(np.int64)


def tape_of(ticks: Ticks) -> tuple[Tape, NDArray[np.float64], NDArray[np.float64]]:
    """The tape, and copies of its bids and asks: what fills is taken out of their sizes."""
    tape = Tape(*(np.ascontiguousarray(getattr(ticks, name)) for name in ("time", "kind", "price", "size", "shown", "bid_rows", "ask_rows")))
    return tape, ticks.bids.copy(), ticks.asks.copy()


@njit(cache=True, nogil=True, error_model="numpy")
def live_tape(desk, i, tape, bids, asks, first, last):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Lets the messages `first` to before `last` be seen; returns the next one: earlier after one at which something happened to an
    order, and `first` itself where the tables must grow."""
    events = desk.totals[0].events
    for message in range(first, last):
        time, price, shown = tape.time[message], tape.price[message], tape.shown[message]
        its_bids, its_asks = levels_of(bids, tape.bid_rows, shown), levels_of(asks, tape.ask_rows, shown)
        if is_crowded_by(desk, i, len(its_bids) + len(its_asks)):
            return message
        if tape.kind[message] == _TRADE:
            see_trade(desk, i, message, time, price, tape.size[message], its_bids, its_asks)
        elif tape.kind[message] == _MARK:
            see_mark(desk, i, message, time, price, its_bids, its_asks)
        else:
            see_book(desk, i, message, time, its_bids, its_asks)
        if desk.totals[0].events != events:
            return message + 1
    return last


@njit(cache=True, nogil=True, error_model="numpy")
def show_again(desk, i, tape, bids, asks, message, time):  # type: ignore[no-untyped-def]
    """Lets the book last shown at `message` be seen once more at `time` (UTC ns), since an order has come: what is left of its sizes."""
    shown = tape.shown[message]
    see_book(desk, i, message, time, levels_of(bids, tape.bid_rows, shown), levels_of(asks, tape.ask_rows, shown))


@njit(cache=True, nogil=True, error_model="numpy")
def end_span(desk, i, row, opened, following):  # type: ignore[no-untyped-def]
    """Books what holding cost up to the close of candle `row`, which opened at `opened` (UTC ns); the units of candle `following` hold
    from there on. Returns the account's value."""
    book = desk.books[i]
    last_row, last_time = book.row, book.time
    book.row, book.time = row, opened
    if book.carries and row >= 0:
        carry(desk, i)
    use_unit(desk, i, following)
    book.row, book.time = last_row, last_time
    return worth_of(desk)


@inner
def levels_of(levels, rows, shown):  # type: ignore[no-untyped-def]
    """The levels of the book at row `shown`, none for −1."""
    if shown < 0:
        return levels[0:0]
    return levels[rows[shown] : rows[shown + 1]]
