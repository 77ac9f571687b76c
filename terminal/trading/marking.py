"""Candles that no order can feel, all at once: the account is marked at each close and its lots note what they saw.

The event path calls it before it looks at the account again, so that Python is not needed for quiet candles.
"""

import numpy as np
from numba import njit

from terminal.domain.orders import ExitReason
from terminal.ledger.fast import book_trade, close_lot
from terminal.trading.carrying import carry
from terminal.trading.costs import TAKER, fee_of, slipped_fill, use_unit
from terminal.trading.noting import NO_ROW
from terminal.trading.valuing import free_money, position_of, see_lot, worth_of

OPEN, END = np.int64(ExitReason.OPEN), np.int64(ExitReason.END)


@njit(cache=True, nogil=True, error_model="numpy")
def pass_quietly(desk, i, first, last, times, highs, lows, closes, equity):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Marks instrument `i` at the closes of rows `first` to before `last` and writes the account's value into `equity`."""
    book = desk.books[i]
    if book.held == 0 and not book.carries:
        value = worth_of(desk)
        for row in range(first, last):
            equity[row] = value
    for row in range(first, last):
        if book.held == 0 and not book.carries:
            break
        book.mark = closes[row]
        for k in range(book.held):
            see_lot(desk.lots[i, k], highs[row])
            see_lot(desk.lots[i, k], lows[row])
        if book.carries:
            book.row, book.time = row, times[row]
            carry(desk, i)
        equity[row] = worth_of(desk)
    if last > first:
        book.mark, book.row, book.time = closes[last - 1], last - 1, times[last - 1]
        use_unit(desk, i, last - 1)


@njit(cache=True, nogil=True, error_model="numpy")
def account_value(desk):  # type: ignore[no-untyped-def]
    """The account's value in its own currency at the last marks."""
    return worth_of(desk)


@njit(cache=True, nogil=True, error_model="numpy")
def account_cash(desk):  # type: ignore[no-untyped-def]
    """What new positions may bind, in the account's currency."""
    return free_money(desk, 0)


@njit(cache=True, nogil=True, error_model="numpy")
def held_quantity(desk, i):  # type: ignore[no-untyped-def]
    """The signed quantity held of instrument `i`."""
    return position_of(desk, i)


@njit(cache=True, nogil=True, error_model="numpy")
def held_summary(desk, i):  # type: ignore[no-untyped-def]
    """Signed quantity, average entry price and profit so far of what is held of instrument `i`."""
    quantity, value, profit = 0.0, 0.0, 0.0
    for k in range(desk.books[i].held):
        lot = desk.lots[i, k]
        quantity += lot.side * lot.quantity
        value += lot.side * lot.quantity * lot.entry_price
        profit += lot.units * (desk.books[i].mark - lot.entry_raw) - lot.slippage - lot.commission - lot.carry
    return quantity, value / quantity if quantity != 0.0 else np.nan, profit


@njit(cache=True, nogil=True, error_model="numpy")
def finish(desk, closes_at_end):  # type: ignore[no-untyped-def]
    """Reports the lots still open after the last candle: left at their marks as last orders where asked for, else valued there.

    The caller has made room for as many trades as lots are held.
    """
    for i in range(len(desk.books)):
        book = desk.books[i]
        for k in range(book.held):
            lot, trade = desk.lots[i, k], desk.trades[desk.totals[0].trades]
            trade.instrument, trade.exit_order = i, 0
            desk.totals[0].trades += 1
            if closes_at_end:
                price = slipped_fill(book, book.mark, -lot.side, lot.quantity)
                fee = fee_of(book, lot.quantity, price, TAKER, 0.0)
                desk.cash[book.currency] += close_lot(lot, trade, book.row, NO_ROW, book.mark, price, fee, END)
            else:
                book_trade(lot, trade, NO_ROW, NO_ROW, book.mark, book.mark, 0.0, OPEN)
        if closes_at_end:
            book.held = 0
