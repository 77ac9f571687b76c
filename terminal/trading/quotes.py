"""Quotes, books and trades happen to an account: the same orders as on candles, met by what a venue showed at each moment.

The simulated broker calls it for each message, `tape` for a recorded stream of them; a quote is a book of one level. What a book shows
needs no model of slippage, a trade that is printed without one does.
"""

import math

import numpy as np
from numba import njit

from terminal.ledger.inner import inner
from terminal.trading.costs import MAKER, TAKER
from terminal.trading.desk import (
    BID_ASK,
    CANCELLED,
    EXPIRED,
    FOK,
    GTC,
    IOC,
    LAST,
    LIMIT,
    MARKET,
    NO_CAUSE,
    NOT_ALL_AT_ONCE,
    REJECTED,
    STOP_LIMIT,
    TRIGGERED,
    WORKING,
    WOULD_CROSS,
)
from terminal.trading.liquidating import LIQUIDATION, pay_liquidation, watch_margin
from terminal.trading.matching import stop_is_hit, target_is_hit
from terminal.trading.meeting import fill, follow, is_active, level_of
from terminal.trading.noting import NO_ROW, log, strike
from terminal.trading.valuing import see_lot
from terminal.trading.walking import sweep


@njit(cache=True, nogil=True, error_model="numpy")
def live_book(desk, i, row, time, bids, asks):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Lets a book of instrument `i` be seen: `bids` and `asks` are float64 (n, 2), price and size, the best first.

    What fills is taken out of the sizes, so that the same book may be shown again when an order was placed since.
    """
    see_book(desk, i, row, time, bids, asks)


@njit(cache=True, nogil=True, error_model="numpy")
def live_trade(desk, i, row, time, price, size, bids, asks):  # type: ignore[no-untyped-def]
    """Lets a trade of `size` at `price` be seen; `bids` and `asks` are the book as last seen, empty where the venue shows none."""
    see_trade(desk, i, row, time, price, size, bids, asks)


@njit(cache=True, nogil=True, error_model="numpy")
def live_mark(desk, i, row, time, price, bids, asks):  # type: ignore[no-untyped-def]
    """Lets the venue's mark price be seen, by which stops trigger where the account's rule says so."""
    see_mark(desk, i, row, time, price, bids, asks)


@inner
def see_book(desk, i, row, time, bids, asks):  # type: ignore[no-untyped-def]
    """A book is shown."""
    begin(desk, i, row, time)
    book = desk.books[i]
    book.bid, book.ask = best_of(bids), best_of(asks)
    if not math.isnan(book.bid + book.ask):
        book.mark = (book.bid + book.ask) / 2.0
    meet_all(desk, i, bids, asks, np.nan, 0.0)


@inner
def see_trade(desk, i, row, time, price, size, bids, asks):  # type: ignore[no-untyped-def]
    """A trade is printed."""
    begin(desk, i, row, time)
    desk.books[i].last = desk.books[i].mark = price
    meet_all(desk, i, bids, asks, price, size)


@inner
def see_mark(desk, i, row, time, price, bids, asks):  # type: ignore[no-untyped-def]
    """The venue marks the price."""
    begin(desk, i, row, time)
    desk.books[i].mark = price
    meet_all(desk, i, bids, asks, np.nan, 0.0)


@inner
def begin(desk, i, row, time):  # type: ignore[no-untyped-def]
    """A message has come: what has expired leaves."""
    book = desk.books[i]
    book.row, book.time, book.begun, book.room = row, time, row, 0.0
    for k in range(book.working):
        if desk.orders[i, k].expires <= time:
            strike(desk, i, desk.orders[i, k], EXPIRED, NO_CAUSE)


@inner
def best_of(levels):  # type: ignore[no-untyped-def]
    """The first price that still has size, NaN = none."""
    for n in range(len(levels)):
        if levels[n, 1] > 0.0:
            return levels[n, 0]
    return np.nan


@inner
def meet_all(desk, i, bids, asks, print_price, print_size):  # type: ignore[no-untyped-def]
    """Every order meets the message, in the order they were placed, those that it wakes too; then trails follow."""
    book, left, k = desk.books[i], print_size, 0
    while k < book.working:
        order = desk.orders[i, k]
        if is_active(book, order):
            trigger(desk, i, order)
            levels = asks if order.side > 0 else bids
            if order.kind == MARKET or (order.kind == LIMIT and not order.rests):
                take(desk, i, k, levels, print_price, print_size)
            elif order.kind == LIMIT:
                left = give(desk, i, k, levels, print_price, left)
        k += 1
    for held in range(book.held):
        see_lot(desk.lots[i, held], book.mark)
    for k in range(book.working):
        order = desk.orders[i, k]
        if is_active(book, order):
            point = point_for(desk, i, order, BID_ASK)
            if not math.isnan(point):
                follow(desk, i, order, point)
    sweep(desk, i)
    watch_margin(desk, i)


@inner
def point_for(desk, i, order, trigger_by):  # type: ignore[no-untyped-def]
    """The price that an order looks at: the quote that it would meet, the last trade, or the mark; of the first two the one there is."""
    book = desk.books[i]
    quote = book.ask if order.side > 0 else book.bid
    last = book.last if book.last > 0.0 else np.nan
    if trigger_by == LAST:
        return quote if math.isnan(last) else last
    if trigger_by == BID_ASK:
        return last if math.isnan(quote) else quote
    return book.mark


@inner
def trigger(desk, i, order):  # type: ignore[no-untyped-def]
    """A stop or trail that is reached becomes what its name says: a market order, or a limit."""
    if order.kind in (LIMIT, MARKET):
        return
    point = point_for(desk, i, order, desk.rules[0].trigger_by)
    if stop_is_hit(-order.side, level_of(desk.books[i], order), point):
        log(desk, i, order, TRIGGERED, NO_CAUSE, NO_ROW)
        order.kind = LIMIT if order.kind == STOP_LIMIT else MARKET


@inner
def within(order, price):  # type: ignore[no-untyped-def]
    """Whether the order would trade at this price."""
    return order.kind == MARKET or order.side * (order.price - price) >= 0.0


@inner
def visible(desk, order, levels, print_price, print_size):  # type: ignore[no-untyped-def]
    """How much of what is shown the order would trade with: the levels, or where there are none the trade that was printed."""
    size = 0.0
    for n in range(len(levels)):
        if within(order, levels[n, 0]):
            size += levels[n, 1]
    is_hit = order.kind == MARKET or target_is_hit(-order.side, order.price, print_price, desk.rules[0].fill_on_touch)
    if len(levels) == 0 and not math.isnan(print_price) and is_hit:
        size = print_size
    return size


@inner
def take(desk, i, k, levels, print_price, print_size):  # type: ignore[no-untyped-def]
    """An order that has just come, or was triggered, takes the other side level by level; the rest is left by its time in force."""
    order = desk.orders[i, k]
    size = visible(desk, order, levels, print_price, print_size)
    if order.post_only and size > 0.0:
        strike(desk, i, order, REJECTED, WOULD_CROSS)
        return
    if order.force == FOK and size < order.quantity - order.filled:
        strike(desk, i, order, CANCELLED, NOT_ALL_AT_ONCE)
        return
    force, slippage = order.force, desk.books[i].slippage
    order.force, desk.books[i].slippage = GTC, 0.0
    for n in range(len(levels)):
        if order.state == WORKING and levels[n, 1] > 0.0 and within(order, levels[n, 0]):
            levels[n, 1] -= part(desk, i, k, levels[n, 0], levels[n, 1], TAKER)
    desk.books[i].slippage = slippage
    if len(levels) == 0 and size > 0.0:
        part(desk, i, k, print_price, print_size, TAKER)
    order.force = force
    if order.state == WORKING and force in (IOC, FOK):
        strike(desk, i, order, CANCELLED, NOT_ALL_AT_ONCE)
    order.post_only, order.rests = False, True


@inner
def give(desk, i, k, levels, print_price, left):  # type: ignore[no-untyped-def]
    """A resting limit fills at its own price where the other side comes to it or a trade prints through it; returns the print's rest."""
    order = desk.orders[i, k]
    for n in range(len(levels)):
        if order.state == WORKING and levels[n, 1] > 0.0 and within(order, levels[n, 0]):
            levels[n, 1] -= part(desk, i, k, order.price, levels[n, 1], MAKER)
    if order.state == WORKING and left > 0.0 and target_is_hit(-order.side, order.price, print_price, desk.rules[0].fill_on_touch):
        left -= part(desk, i, k, order.price, left, MAKER)
    return left


@inner
def part(desk, i, k, price, size, is_taker):  # type: ignore[no-untyped-def]
    """Fills the order against `size` at `price`; returns how much that was."""
    order, book = desk.orders[i, k], desk.books[i]
    before = order.filled
    book.room = book.volume = size
    if order.reason == LIQUIDATION:
        pay_liquidation(desk, i, order, price)
    fill(desk, i, k, price, is_taker)
    book.room = 0.0
    return order.filled - before
